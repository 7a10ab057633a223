"""How a method finds what it was named: channels the bot may see, messages, pages; and the scopes it needs for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tests.servers.slack.errors import Refused
from tests.servers.slack.things import Channel, Json, Message

if TYPE_CHECKING:
    from tests.servers.slack.world import World

PREFIX = {"channel": "channels", "group": "groups", "im": "im"}
T = TypeVar("T")


def need(world: World, *scopes: str) -> None:
    """Raise `missing_scope` unless the bot has one of these."""
    if not world.scopes & set(scopes):
        raise Refused("missing_scope", needed=",".join(scopes), provided=",".join(sorted(world.scopes)))


def need_for(world: World, channel: Channel, what: str) -> None:
    """Raise `missing_scope` unless the bot has `channels:`, `groups:` or `im:` *what*, by the channel's kind."""
    need(world, f"{PREFIX[channel.kind]}:{what}")


def find_channel(world: World, given: str, *, named: bool = False) -> Channel:
    """Return a channel that the bot can know of, by id (by #name too, if *named*); raise `channel_not_found`."""
    channel = world.channels.get(given)
    if channel is None and named:
        wanted = given.removeprefix("#")
        channel = next((c for c in world.channels.values() if c.name == wanted and not c.is_im), None)
    if channel is None or (channel.kind != "channel" and not channel.has(world.bot)):
        raise Refused("channel_not_found")
    return channel


def find_message(world: World, channel: Channel, ts: str) -> Message:
    """Return a message that stands there; raise `message_not_found` (for ephemeral ones too)."""
    message = channel.messages.get(ts)
    if message is None or message.subtype == "tombstone":
        raise Refused("message_not_found")
    return message


def page(items: list[T], params: Json, *, usual: int = 100, most: int = 1000) -> tuple[list[T], str]:
    """Return one page and the cursor of the next (empty at the end); raise `invalid_cursor`, `invalid_limit`."""
    limit = params.get("limit") or usual
    if not 0 < limit <= most:
        raise Refused("invalid_limit")
    start = 0
    if params.get("cursor"):
        try:
            start = int(params["cursor"].removeprefix("next:"))
        except ValueError:
            raise Refused("invalid_cursor") from None
    more = f"next:{start + limit}" if start + limit < len(items) else ""
    return items[start : start + limit], more


def with_cursor(answer: Json, cursor: str) -> Json:
    return answer | {"response_metadata": {"next_cursor": cursor}}


def as_float(name: str, given: Any) -> float:
    try:
        return float(given)
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None
