"""auth.*, apps.*, users.*, bots.*, team.*, reactions.*: who there is, and small things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers.slack.errors import Refused, invalid
from tests.servers.slack.finding import find_channel, find_message, page, with_cursor
from tests.servers.slack.things import Json, Message, User

if TYPE_CHECKING:
    from tests.servers.slack.world import World


def auth_test(world: World, params: Json) -> Json:
    return {
        "url": f"https://{world.team['domain']}.slack.com/",
        "team": world.workspace,
        "user": world.bot.handle,
        "team_id": world.team_id,
        "user_id": world.bot.id,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(world: World, params: Json) -> Json:
    return {"url": world.sockets.ticket()}


def bots_info(world: World, params: Json) -> Json:
    if params.get("bot") != world.bot_id:
        raise Refused("bot_not_found")
    return {"bot": {k: v for k, v in world.bot_profile.items() if k != "team_id"}}


def team_info(world: World, params: Json) -> Json:
    if params.get("team", world.team_id) != world.team_id:
        raise Refused("team_not_found")
    domain = world.team["domain"]
    return {"team": {"id": world.team_id, "name": world.workspace, "domain": domain, "email_domain": "", "icon": {}}}


# ── users ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _told(world: World, user: User, params: Json) -> Json:
    with_email = "users:read.email" in world.scopes
    return user.as_json(with_email=with_email, with_locale=params.get("include_locale", False))


def _visible(world: World, user: User | None) -> User:
    if user is None:
        raise Refused("user_not_found")
    shared = any(channel.has(user) for channel in world.channels.values())
    if user.is_stranger and not shared:
        raise Refused("user_not_visible")
    return user


def users_info(world: World, params: Json) -> Json:
    return {"user": _told(world, _visible(world, world.users.get(params["user"])), params)}


def users_list(world: World, params: Json) -> Json:
    found, cursor = page([u for u in world.users.values() if not u.is_stranger], params)
    return with_cursor({"members": [_told(world, u, params) for u in found], "cache_ts": int(world.now())}, cursor)


def users_by_email(world: World, params: Json) -> Json:
    wanted = params["email"].lower()
    for user in world.users.values():
        if user.email and user.email.lower() == wanted and not (user.deleted or user.is_stranger or user.is_bot):
            return {"user": _told(world, user, params)}
    raise Refused("users_not_found")


def users_profile(world: World, params: Json) -> Json:
    user = _visible(world, world.users.get(params.get("user", world.bot.id)))
    return {"profile": user.profile(with_email="users:read.email" in world.scopes)}


# ── reactions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _reacted(world: World, params: Json) -> Message:
    if "channel" not in params or "timestamp" not in params:
        raise Refused("no_item_specified")
    channel = find_channel(world, params["channel"])
    if not re.fullmatch(r"\d+\.\d+", params["timestamp"]):
        raise Refused("bad_timestamp")
    if not channel.has(world.bot):
        raise Refused("no_access")
    return find_message(world, channel, params["timestamp"])


def _tell(world: World, kind: str, message: Message, name: str) -> None:
    item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
    event = {"type": kind, "user": world.bot.id, "reaction": name, "item": item, "item_user": message.by.id}
    world.tell(kind, event, message.channel)
    world.changed()


def reactions_add(world: World, params: Json) -> Json:
    message, name = _reacted(world, params), params["name"]
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise Refused("invalid_name")
    if message.channel.archived:
        raise Refused("is_archived")
    users = message.reactions.setdefault(name, [])
    if world.bot in users:
        raise Refused("already_reacted")
    users.append(world.bot)
    _tell(world, "reaction_added", message, name)
    return {}


def reactions_remove(world: World, params: Json) -> Json:
    message, name = _reacted(world, params), params["name"]
    users = message.reactions.get(name, [])
    if world.bot not in users:
        raise Refused("no_reaction")
    users.remove(world.bot)
    if not users:
        del message.reactions[name]
    _tell(world, "reaction_removed", message, name)
    return {}


def reactions_get(world: World, params: Json) -> Json:
    if "channel" not in params:
        raise invalid("this Slack knows reactions of messages only")
    message = _reacted(world, params)
    return {"type": "message", "channel": message.channel.id, "message": message.as_json()}
