"""conversations.*"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.errors import Refused, invalid
from tests.servers.slack.finding import PREFIX, as_float, find_channel, need, need_for, page, with_cursor
from tests.servers.slack.things import Channel, Json, Message

if TYPE_CHECKING:
    from tests.servers.slack.world import World

KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def open_(world: World, params: Json) -> Json:
    if ("channel" in params) == ("users" in params):
        raise Refused("users_list_not_supplied")
    if "channel" in params:
        channel = find_channel(world, params["channel"])
        if not channel.is_im:
            raise Refused("method_not_supported_for_channel_type")
        return _opened(world, channel, params, already=True)
    names = params["users"].split(",")
    if len(names) > 1:
        raise invalid("this Slack knows no direct messages of several people [json-pointer:/users]")
    user = world.users.get(names[0])
    if user is None:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_disabled")
    if user.is_bot:
        raise Refused("cannot_dm_bot")
    shared = any(c.has(user) and c.has(world.bot) for c in world.channels.values())
    if user.is_stranger and not shared:
        raise Refused("invalid_user_combination")
    known = any(c.with_whom is user for c in world.channels.values())
    return _opened(world, world.direct(user), params, already=known)


def _opened(world: World, channel: Channel, params: Json, *, already: bool) -> Json:
    told = channel.as_json(world.bot) if params.get("return_im") else {"id": channel.id}
    return ({"no_op": True, "already_open": True} if already else {}) | {"channel": told}


def info(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"])
    need_for(world, channel, "read")
    told = channel.as_json(world.bot, with_number=params.get("include_num_members", False))
    return {"channel": told | ({"locale": "en-US"} if params.get("include_locale") else {})}


def members(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"])
    need_for(world, channel, "read")
    found, cursor = page(list(channel.members), params)
    return with_cursor({"members": found}, cursor)


def _history_of(world: World, params: Json) -> Channel:
    channel = find_channel(world, params["channel"])
    need_for(world, channel, "history")
    if not channel.has(world.bot):
        raise Refused("not_in_channel")
    return channel


def _between(messages: list[Message], params: Json) -> list[Message]:
    oldest = as_float("oldest", params.get("oldest", "0"))
    latest = as_float("latest", params.get("latest", "inf"))
    inclusive = params.get("inclusive", False)

    def inside(message: Message) -> bool:
        ts = float(message.ts)
        return oldest < ts < latest or (inclusive and ts in (oldest, latest))

    return [message for message in messages if inside(message)]


def history(world: World, params: Json) -> Json:
    channel = _history_of(world, params)
    top = [m for m in channel.messages.values() if not m.is_reply or m.subtype == "thread_broadcast"]
    found, cursor = page(_between(top, params)[::-1], params, most=999)
    told = [m.as_json(metadata=params.get("include_all_metadata", False)) for m in found]
    answer = {"messages": told, "has_more": bool(cursor), "pin_count": 0, "channel_actions_ts": None}
    return with_cursor(answer, cursor) if cursor else answer


def replies(world: World, params: Json) -> Json:
    channel = _history_of(world, params)
    first = channel.messages.get(params["ts"])
    if first is None:
        raise Refused("thread_not_found")
    thread = [] if first.is_reply else first.replies
    found, cursor = page(_between(thread, params), params, most=1000)
    told = [m.as_json(metadata=params.get("include_all_metadata", False)) for m in [first, *found]]
    answer = {"messages": told, "has_more": bool(cursor)}
    return with_cursor(answer, cursor) if cursor else answer


def list_(world: World, params: Json) -> Json:
    return _listed(world, params, lambda channel: True)


def of_user(world: World, params: Json) -> Json:
    who = params.get("user", world.bot.id)
    return _listed(world, params, lambda channel: who in channel.members)


def _listed(world: World, params: Json, wanted: object) -> Json:
    types = [one.strip() for one in params.get("types", "public_channel").split(",")]
    if any(one not in KINDS for one in types):
        raise Refused("invalid_types")
    for one in types:
        need(world, f"{PREFIX.get(KINDS[one], 'mpim')}:read")
    kinds = {KINDS[one] for one in types}
    known = [c for c in world.channels.values() if c.kind in kinds and (c.kind == "channel" or c.has(world.bot))]
    known = [c for c in known if callable(wanted) and wanted(c)]
    if params.get("exclude_archived"):
        known = [c for c in known if not c.archived]
    found, cursor = page(known, params)
    told = [c.as_json(world.bot, with_number=True) for c in found]
    return with_cursor({"channels": told}, cursor)


def join(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"])
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    if channel.has(world.bot):
        more = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
        return {"channel": channel.as_json(world.bot)} | more
    world.enter(channel, world.bot)
    return {"channel": channel.as_json(world.bot)}
