"""What people wrote while nobody listened: Slack sends an event again for six minutes, and then never.

After a longer outage the direct messages and the threads of open tickets are read from where they were left, by the same
translator and under the same ids: what came as an event as well is taken once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.channel import Hop
from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.trying import Trying, kind_of
from bot.conversations.screen import Receipt
from core.desk import Desk
from core.tickets.missed import Listened, ListenedTo

log = structlog.get_logger(__name__)
Json = Mapping[str, Any]

BEFORE: Final = timedelta(minutes=10)
"""So far before what was heard last we begin: what came earlier may have failed."""
EDITED: Final = timedelta(days=2)
"""So old a message can be whose edit, or whose thread's newest words, are still found."""
PAGE: Final = 200
MOST_PAGES: Final = 10
GONE: Final = frozenset(
    {
        *("channel_not_found", "not_in_channel", "is_archived", "thread_not_found", "message_not_found"),
        *("missing_scope", "no_permission", "access_denied", "not_allowed_token_type", "account_inactive"),
        *("method_not_supported_for_channel_type", "invalid_ts_oldest", "invalid_arguments", "invalid_channel"),
    }
)
"""There is nothing to read there; all else is asked for again."""

Take = Callable[[Mapping[str, Any]], Awaitable[Receipt | None]]
"""Hear a message event; what it tells nobody is None."""


@dataclass(frozen=True)
class Snapshot:
    """Where the desk listened, and up to when, at the moment in which it stopped to."""

    places: tuple[Listened, ...]

    @property
    def until(self) -> float:
        """The ts of what was heard last anywhere; 0 where nothing ever was."""
        return max((seconds_of(place.newest) for place in self.places), default=0.0)


class CatchingUp:
    """*take* hears a message as if its event had come. *trying*: for Slack that asks to wait, or is away again."""

    def __init__(self, client: AsyncWebClient, desk: Desk, hop: Hop, take: Take, trying: Trying) -> None:
        self.client = client
        self.desk = desk
        self.hop = hop
        self.take = take
        self.trying = trying

    async def snapshot(self) -> Snapshot:
        """Write down where the desk is listening now. Raises what the store raises."""
        return Snapshot(await self.hop(lambda: self.desk.look(ListenedTo(CHANNEL))))

    async def run(self, left: Snapshot) -> int:
        """Read what was written since, and return how much of it was new."""
        if not (until := left.until):
            return 0  # nothing was ever heard: what stands there was not written to this desk
        taken = 0
        for place in (*left.places, *await self._strangers(left)):
            since = (seconds_of(place.newest) or until) - BEFORE.total_seconds()
            taken += await self._read(place, since)
        if taken:
            log.info("slack-caught-up", messages=taken)
        return taken

    async def _strangers(self, left: Snapshot) -> list[Listened]:
        """Return the direct messages that the desk has never heard of: somebody may have begun them meanwhile."""
        known = {place.chat for place in left.places}
        found = await self._pages(self.client.users_conversations, "channels", types="im", exclude_archived=True)
        return [Listened(chat) for one in found if isinstance(chat := one.get("id"), str) and chat not in known]

    async def _read(self, place: Listened, since: float) -> int:
        found = await self._thread(place.chat, place.first, since) if place.first else await self._chat(place, since)
        heard = [await self._hear(place.chat, one, since) for one in found]
        return sum(heard)

    async def _chat(self, place: Listened, since: float) -> list[Json]:
        """Return a chat's messages and those of its threads, oldest first."""
        oldest = since - EDITED.total_seconds()
        found = await self._pages(
            self.client.conversations_history, "messages", channel=place.chat, oldest=f"{oldest:.6f}"
        )
        for parent in [one for one in found if seconds_of(one.get("latest_reply")) > since]:
            found += await self._thread(place.chat, str(parent.get("ts")), since)
        return _in_order(found)

    async def _thread(self, chat: str, first: str, since: float) -> list[Json]:
        oldest = f"{since - EDITED.total_seconds():.6f}"
        found = await self._pages(self.client.conversations_replies, "messages", channel=chat, ts=first, oldest=oldest)
        return _in_order([one for one in found if one.get("ts") != first])

    async def _pages(self, ask: Callable[..., Awaitable[Any]], named: str, **what: Any) -> list[Json]:
        """Return all pages; of a place that is gone, none."""
        found: list[Json] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self.trying.until_done(lambda: _asked(ask, {**what, "limit": PAGE}, cursor))  # noqa: B023
            found += [one for one in answer.get(named) or () if isinstance(one, dict)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found

    async def _hear(self, chat: str, spoken: Json, since: float) -> int:
        """Hear one message if it is newer, or was edited since; return how much of it was new."""
        edited = spoken.get("edited")
        edited_at = seconds_of(edited.get("ts")) if isinstance(edited, dict) else 0.0
        events = []
        if seconds_of(spoken.get("ts")) > since:
            events.append({**spoken, "type": "message", "channel": chat})
        if edited_at > since:
            events.append({"type": "message", "subtype": "message_changed", "channel": chat, "message": spoken})
        for event in events:
            receipt = await self._take(event)
            if receipt and receipt.taken:
                return 1  # the edit of what was just heard in its newest words is none
        return 0

    async def _take(self, event: Json) -> Receipt | None:
        try:
            return await self.take(event)
        except Exception as error:
            log.warning("slack-not-caught-up", kind=kind_of(error))
            return None


async def _asked(ask: Callable[..., Awaitable[Any]], what: dict[str, Any], cursor: str) -> Json:
    try:
        answer: Json = (await ask(**what, cursor=cursor or None)).data
    except SlackApiError as error:
        if kind_of(error) not in GONE:
            raise
        return {}
    return answer


def _in_order(found: list[Json]) -> list[Json]:
    return sorted({str(one.get("ts")): one for one in found}.values(), key=lambda one: seconds_of(one.get("ts")))


def seconds_of(ts: object) -> float:
    """Return the seconds of a ts, or of an id that holds one (`D1:1795510800.000100`); 0 where it holds none."""
    stamp = str(ts or "").partition(":")[2] or str(ts or "")
    whole, dot, part = stamp.partition(":")[0].partition(".")
    return float(f"{whole}.{part}") if dot and whole.isdecimal() and part.isdecimal() else 0.0
