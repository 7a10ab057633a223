"""The methods that change what is there: edits, deletions, answers to presses, reactions, pins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.telegram.errors import bad
from tests.servers.telegram.markup import read_markup
from tests.servers.telegram.methods import method
from tests.servers.telegram.parameters import Params
from tests.servers.telegram.sending import caption_of, formatted, meant, text_of
from tests.servers.telegram.texts import LONGEST_CAPTION, LONGEST_TEXT, units, words
from tests.servers.telegram.things import Chat, Json, Message

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

TWO_DAYS = 48 * 3600.0
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
REACTIONS = words(
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 "
    "🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
CAPTIONED = ("photo", "document", "audio", "video", "animation", "voice")


def found(chat: Chat, number: int | None, what: str) -> Message:
    if not number or number <= 0:
        raise bad("message identifier is not specified" if number is None else f"{what} not found")
    message = chat.messages.get(number)
    if message is None or message.deleted:
        raise bad(f"{what} not found")
    return message


def editable(world: World, p: Params) -> Message:
    if p.get("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")
    if p.get("chat_id") is None:
        raise bad("chat_id is empty")
    message = found(world.reachable(p["chat_id"]), p.get("message_id"), "message to edit")
    own_keyboard = message.markup is not None and "inline_keyboard" not in message.markup
    if message.by is not world.bot or own_keyboard or message.is_service:
        raise bad("message can't be edited")
    return message


def change(world: World, message: Message, text: str, entities: list[Json], markup: Json | None) -> Any:
    entities = meant(world, entities)
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad(NOT_MODIFIED)
    world.floods.take(message.chat.id, is_private=message.chat.is_private)
    if (text, entities) != (message.text, message.entities):
        message.versions.append(message.text)
        message.edited = world.now()
    if markup != message.markup:
        message.former = [*message.former, *message.buttons]
    message.text, message.entities, message.markup = text, entities, markup
    return message.as_json()


@method
def edit_message_text(world: World, p: Params) -> Any:
    text, entities = text_of(p)
    message = editable(world, p)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    if units(text) > LONGEST_TEXT:
        raise bad("MESSAGE_TOO_LONG")
    return change(world, message, text, entities, read_markup(p.get("reply_markup"), message.chat))


@method
def edit_message_caption(world: World, p: Params) -> Any:
    if units(formatted(p, "caption", "caption_entities")[0]) > LONGEST_CAPTION:
        raise bad("MEDIA_CAPTION_TOO_LONG")
    text, entities = caption_of(p)
    message = editable(world, p)
    if message.kind not in CAPTIONED:
        raise bad("there is no caption in the message to edit")
    return change(world, message, text, entities, read_markup(p.get("reply_markup"), message.chat))


@method
def edit_message_reply_markup(world: World, p: Params) -> Any:
    message = editable(world, p)
    markup = read_markup(p.get("reply_markup"), message.chat)
    return change(world, message, message.text, message.entities, markup)


@method
def delete_message(world: World, p: Params) -> Any:
    chat = world.reachable(p["chat_id"])
    message = found(chat, p["message_id"], "message to delete")
    if not may_delete(world, chat, message):
        raise bad("message can't be deleted")
    message.deleted = True
    return True


@method
def delete_messages(world: World, p: Params) -> Any:
    if len(p["message_ids"]) > 100:
        raise bad("too many message identifiers specified")
    chat = world.reachable(p["chat_id"])
    there = [chat.messages[n] for n in p["message_ids"] if n in chat.messages and not chat.messages[n].deleted]
    if any(not may_delete(world, chat, message) for message in there):
        raise bad("message can't be deleted")
    for message in there:
        message.deleted = True
    return True


def may_delete(world: World, chat: Chat, message: Message) -> bool:
    if not chat.is_private and chat.members[world.bot.id].may("can_delete_messages"):
        return True
    if message.at < world.now() - TWO_DAYS:
        return False
    return message.by is world.bot or chat.is_private


@method
def answer_callback_query(world: World, p: Params) -> Any:
    press = world.presses.get(p["callback_query_id"])
    text = p.get("text") or ""
    if units(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if p.get("url"):
        raise bad("URL_INVALID")
    if press is None or press.answered or world.now() - press.at > world.press_answered_within:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    press.answered = True
    press.answered_at = world.now()
    press.text, press.alert = text, bool(p.get("show_alert"))
    return True


@method
def set_message_reaction(world: World, p: Params) -> Any:
    message = found(world.reachable(p["chat_id"]), p["message_id"], "message to react")
    wanted = p.get("reaction") or []
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    emojis = [_emoji(one) for one in wanted]
    if message.is_service:
        raise bad("MESSAGE_ID_INVALID")
    message.bot_reactions = emojis
    return True


def _emoji(one: Any) -> str:
    if not isinstance(one, dict) or one.get("type") not in ("emoji", "custom_emoji", "paid"):
        raise bad("can't parse ReactionType: invalid reaction type specified")
    emoji = str(one.get("emoji", ""))
    if one["type"] != "emoji" or emoji.replace("\ufe0f", "") not in REACTIONS:
        raise bad("REACTION_INVALID")
    return emoji


@method
def pin_chat_message(world: World, p: Params) -> Any:
    chat = world.reachable(p["chat_id"])
    message = found(chat, p["message_id"], "message to pin")
    _check_pins(world, chat)
    if message.is_service:
        raise bad("MESSAGE_ID_INVALID")
    if message in chat.pinned:
        raise bad("CHAT_NOT_MODIFIED")
    chat.pinned.append(message)
    world.service(chat, world.bot, {"pinned_message": message.as_json(inner=False)}, topic=message.topic)
    return True


@method
def unpin_chat_message(world: World, p: Params) -> Any:
    chat = world.reachable(p["chat_id"])
    _check_pins(world, chat)
    wanted = chat.messages.get(p["message_id"]) if p.get("message_id") else (chat.pinned[-1:] or [None])[0]
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    return True


def _check_pins(world: World, chat: Chat) -> None:
    if not chat.is_private and not chat.members[world.bot.id].may("can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
