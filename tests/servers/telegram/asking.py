"""The methods about the bot itself, about chats and their members, topics, files and the webhook."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.servers.telegram.errors import bad, too_many
from tests.servers.telegram.groups import ICON_COLOURS, drop_topic, open_topic
from tests.servers.telegram.methods import method
from tests.servers.telegram.parameters import Params
from tests.servers.telegram.profile import Key
from tests.servers.telegram.things import Chat, Json, Member, Topic

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

BIGGEST_DOWNLOAD = 20_000_000
LINK_LIVES = 3600.0


@method
def get_me(world: World, _p: Params) -> Any:
    return world.bot.whole_json


@method
def log_out(_world: World, _p: Params) -> Any:
    return True


@method
def close(world: World, _p: Params) -> Any:
    if world.now() - world.begun < 600:
        raise too_many(int(600 - (world.now() - world.begun)))
    return True


@method
def get_file(world: World, p: Params) -> Any:
    file = world.files.by_id.get(p["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if file.size > BIGGEST_DOWNLOAD:
        raise bad("file is too big")
    file.linked_until = world.now() + LINK_LIVES
    written = {"file_id": p["file_id"], "file_unique_id": file.unique_id, "file_size": file.size}
    return written | {"file_path": file.path}


# ── chats ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def readable(world: World, p: Params) -> Chat:
    """Return a chat to look at: one that was upgraded or whose person has blocked the bot can still be."""
    chat = world.find_chat(p["chat_id"])
    return chat if chat.is_private or chat.moved_to is not None else world.reachable(p["chat_id"])


@method
def get_chat(world: World, p: Params) -> Any:
    return readable(world, p).whole_json


@method
def get_chat_member(world: World, p: Params) -> Any:
    chat = world.reachable(p["chat_id"]) if not _is_private(world, p) else world.find_chat(p["chat_id"])
    user = world.users.get(p["user_id"])
    if user is None:
        raise bad("PARTICIPANT_ID_INVALID")
    if chat.is_private:
        return {"user": user.json, "status": "member"}
    if chat.members_hidden and not chat.members[world.bot.id].leads and user is not world.bot:
        raise bad("CHAT_ADMIN_REQUIRED")
    return chat.members.get(user.id, Member(user, "left")).json


def _is_private(world: World, p: Params) -> bool:
    return world.find_chat(p["chat_id"]).is_private


@method
def get_chat_administrators(world: World, p: Params) -> Any:
    if _is_private(world, p):
        raise bad("there are no administrators in the private chat")
    chat = world.reachable(p["chat_id"])
    leading = [m for m in chat.members.values() if m.leads]
    return [m.json for m in leading if not m.user.is_bot or m.user is world.bot or p.get("return_bots")]


@method
def get_chat_member_count(world: World, p: Params) -> Any:
    chat = readable(world, p)
    return 2 if chat.is_private else sum(1 for m in chat.members.values() if m.inside)


@method
def leave_chat(world: World, p: Params) -> Any:
    if _is_private(world, p):
        raise bad("chat member status can't be changed in private chats")
    chat = world.reachable(p["chat_id"])
    chat.members[world.bot.id] = Member(world.bot, "left")
    return True


# ── topics of a forum ───────────────────────────────────────────────────────────────────────────────────────────────


def _forum(world: World, p: Params) -> Chat:
    chat = world.reachable(p["chat_id"])
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    return chat


def _topic(world: World, p: Params, act: str, *, own: bool = True) -> tuple[Chat, Topic]:
    """Return a topic that the bot may *act* on: an administrator any, its maker (*own*) too."""
    chat = _forum(world, p)
    topic = chat.topics.get(p["message_thread_id"])
    if topic is None or topic.deleted:
        raise bad("TOPIC_ID_INVALID")
    member = chat.members[world.bot.id]
    if not member.may("can_manage_topics") and not (own and topic.by is world.bot):
        raise bad(f"not enough rights to {act} the topic")
    return chat, topic


def _topic_name(name: str) -> str:
    if not name.strip():
        raise bad("name must be non-empty")
    if len(name) > 128:
        raise bad("TOPIC_TITLE_TOO_LONG")
    return name.strip()


@method
def create_forum_topic(world: World, p: Params) -> Any:
    chat = _forum(world, p)
    if not chat.members[world.bot.id].may("can_manage_topics"):
        raise bad("not enough rights to create a topic")
    name = _topic_name(p["name"])
    if p.get("icon_color") is not None and p["icon_color"] not in ICON_COLOURS:
        raise bad("invalid icon color specified")
    world.floods.take(chat.id, is_private=False)
    icon = {"icon_color": p.get("icon_color"), "icon_custom_emoji_id": p.get("icon_custom_emoji_id")}
    return open_topic(world, chat, name, world.bot, **icon).json


@method
def edit_forum_topic(world: World, p: Params) -> Any:
    chat, topic = _topic(world, p, "edit")
    name, icon = p.get("name") or topic.name, p.get("icon_custom_emoji_id")
    if name == topic.name and icon in (None, topic.icon_custom_emoji_id):
        raise bad("TOPIC_NOT_MODIFIED")
    changed: Json = {"name": name} if name != topic.name else {}
    topic.name = _topic_name(name)
    if icon is not None:
        topic.icon_custom_emoji_id = changed["icon_custom_emoji_id"] = icon
    world.service(chat, world.bot, {"forum_topic_edited": changed}, topic=topic)
    return True


@method
def close_forum_topic(world: World, p: Params) -> Any:
    return _turn_topic(world, p, closed=True)


@method
def reopen_forum_topic(world: World, p: Params) -> Any:
    return _turn_topic(world, p, closed=False)


def _turn_topic(world: World, p: Params, *, closed: bool) -> bool:
    chat, topic = _topic(world, p, "close or open")
    if topic.closed is closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    world.service(chat, world.bot, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, topic=topic)
    return True


@method
def delete_forum_topic(world: World, p: Params) -> Any:
    chat, topic = _topic(world, p, "delete", own=False)
    if not chat.members[world.bot.id].may("can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    drop_topic(chat, topic)
    return True


# ── what the bot tells of itself ────────────────────────────────────────────────────────────────────────────────────


def _language(p: Params) -> str:
    code = p.get("language_code") or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad("invalid language code specified")
    return code


def _scope(world: World, p: Params) -> Key:
    scope = p.get("scope") or {"type": "default"}
    kind = scope.get("type")
    if kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        return (kind, 0, 0)
    if kind not in ("chat", "chat_administrators", "chat_member"):
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if not scope.get("chat_id"):
        raise bad("can't parse BotCommandScope: Empty chat_id specified")
    chat = world.reachable(scope["chat_id"])
    if kind != "chat" and chat.is_private:
        raise bad("can't change commands in private chats")
    if kind == "chat_member" and not scope.get("user_id"):
        raise bad("can't parse BotCommandScope: Invalid user_id specified")
    return (kind, chat.id, scope.get("user_id", 0) if kind == "chat_member" else 0)


@method
def set_my_commands(world: World, p: Params) -> Any:
    key = (_scope(world, p), _language(p))
    if len(p["commands"]) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in p["commands"]:
        _check_command(command)
    world.profile.command_lists[key] = p["commands"]
    return True


def _check_command(command: Any) -> None:
    if not isinstance(command, dict) or "command" not in command or "description" not in command:
        raise bad("can't parse BotCommand: expected an Object")
    if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(command["description"].strip()) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")


@method
def get_my_commands(world: World, p: Params) -> Any:
    return world.profile.command_lists.get((_scope(world, p), _language(p)), [])


@method
def delete_my_commands(world: World, p: Params) -> Any:
    world.profile.command_lists.pop((_scope(world, p), _language(p)), None)
    return True


def _set_text(world: World, p: Params, what: str, longest: int, too_long: str) -> bool:
    text = (p.get(what) or "").strip()
    if len(text) > longest:
        raise bad(too_long)
    key = (what, _language(p))
    if text:
        world.profile.texts[key] = text
    else:
        world.profile.texts.pop(key, None)
    return True


@method
def set_my_description(world: World, p: Params) -> Any:
    return _set_text(world, p, "description", 512, "description is too long")


@method
def set_my_short_description(world: World, p: Params) -> Any:
    return _set_text(world, p, "short_description", 120, "short description is too long")


@method
def set_my_name(world: World, p: Params) -> Any:
    return _set_text(world, p, "name", 64, "name is too long")


@method
def get_my_description(world: World, p: Params) -> Any:
    return {"description": world.profile.text("description", _language(p))}


@method
def get_my_short_description(world: World, p: Params) -> Any:
    return {"short_description": world.profile.text("short_description", _language(p))}


@method
def get_my_name(world: World, p: Params) -> Any:
    return {"name": world.profile.text("name", _language(p)) or world.bot.name}


@method
def set_chat_menu_button(world: World, p: Params) -> Any:
    button = p.get("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad("can't parse menu button: MenuButton has unsupported type")
    world.profile.menu_buttons[p.get("chat_id") or 0] = button
    return True


@method
def get_chat_menu_button(world: World, p: Params) -> Any:
    return world.profile.menu_button(p.get("chat_id"))


# ── the webhook ─────────────────────────────────────────────────────────────────────────────────────────────────────


@method
def set_webhook(world: World, p: Params) -> Any:
    url = p.get("url") or ""
    if not url:
        return delete_webhook(world, p)
    _check_address(world, url)
    token = p.get("secret_token") or ""
    if len(token) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", token):
        raise bad("secret token contains unallowed characters")
    world.updates.allow(p.get("allowed_updates"))
    if p.get("drop_pending_updates"):
        world.updates.drop()
    world.set_webhook(url, token, min(max(p.get("max_connections") or 40, 1), 100))
    return True


def _check_address(world: World, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad("invalid webhook URL specified")
    if world.insecure_webhooks and _is_loopback(parts.hostname):
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in (443, 80, 88, 8443):
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if _is_loopback(parts.hostname):
        raise bad(f"bad webhook: IP address {parts.hostname} is reserved")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@method
def delete_webhook(world: World, p: Params) -> Any:
    if p.get("drop_pending_updates"):
        world.updates.drop()
    world.end_webhook()
    return True


@method
def get_webhook_info(world: World, _p: Params) -> Any:
    told: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates)}
    if world.webhook is not None:
        told |= world.webhook.json
    if world.updates.asked:
        told["allowed_updates"] = sorted(world.updates.allowed)
    return told
