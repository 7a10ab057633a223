"""Telegram's updates in the desk's words. Pure: what comes in is an update as Telegram wrote it, what goes out a `Heard`.

Updates are kept as they came and read here, when they are worked off: what can't be read is passed over, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any, Final

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.conversations.heard import Arrived, Heard, Left, Moved, Person, Place, Pressed, Said
from core.files import Incoming

CHANNEL: Final = "telegram"
WANTED: Final = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
"""The kinds of updates that we ask Telegram for; `chat_member` comes only to those who name it."""
UPDATE: Final = "update"
"""What an update is called in the inbox row that keeps it."""

_OTHER: Final = (
    *("venue", "location", "contact", "sticker", "poll", "dice", "story", "game", "checklist"),
    *("paid_media", "invoice", "giveaway", "giveaway_winners"),
)
"""What people send where words are wanted, the narrower kind first: a venue has a location too."""
_AROUND: Final = frozenset(
    {"message_id", "date", "chat", "from", "reply_to_message", "forward_origin", "edit_date", "effect_id"}
)
"""What stands around the content of a message."""
_COMMAND: Final = re.compile(r"(/\w+)@(\w+)")
_UNKEPT: Final = re.compile("[\x00\ud800-\udfff]")
_IDS: Final = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Me:
    """The bot itself. *username* without "@"."""

    id: int
    username: str


@dataclass(frozen=True)
class Told:
    """An update in the desk's words; *heard* is None where it says nothing to the desk.

    *album*: what its parts have in common. *said_at*: by Telegram's clock. *query*: the press that waits for an answer,
    and *pressed* the message that bore the button, if it can still be seen. *member*: whose membership here has changed.
    """

    heard: Heard | None = None
    album: str = ""
    said_at: datetime | None = None
    query: str = ""
    pressed: Message | None = None
    member: str = ""


NOTHING: Final = Told()


# What the inbox is told of an update before anything else is read of it


def number(raw: Any) -> int | None:
    """Return the update's own number; None where it is no update of Telegram's."""
    id_ = raw.get("update_id") if isinstance(raw, Mapping) else None
    return id_ if isinstance(id_, int) and not isinstance(id_, bool) and id_ in _IDS else None


def chat_of(raw: Any) -> str:
    """Return the id of the chat in which it happened; "" where it happened in none, or in none that could be."""
    for kind in WANTED:
        at = _inside(raw, kind, "chat", "id") or _inside(raw, kind, "message", "chat", "id")
        if isinstance(at, int) and at in _IDS:
            return str(at)
    return ""


def _inside(raw: Any, *path: str) -> Any:
    for name in path:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw


def keepable(raw: Any) -> Any:
    """Return JSON without what no store keeps: NUL, halves of characters, numbers that are none. Raises RecursionError."""
    match raw:
        case str():
            return _UNKEPT.sub("", raw)
        case dict():
            return {_UNKEPT.sub("", name): keepable(value) for name, value in raw.items()}
        case list():
            return [keepable(one) for one in raw]
        case float() if not isfinite(raw):
            return None
    return raw


# Reading it


def translate(raw: Any, me: Me) -> Told:
    """Return what *raw*, an update as it came, tells. Raises nothing: what can't be read tells nothing."""
    try:
        found = told(Update.de_json(raw, None), me)
    except Exception:  # the library reads what Telegram writes; of anything else it may raise anything
        return NOTHING
    return found if _is_sound(found) else NOTHING


def _is_sound(told: Told) -> bool:
    """The library takes any JSON for a text; the desk does not."""
    match told.heard:
        case Said(text=text, files=files):
            return isinstance(text, str) and all(_is_file(file) for file in files)
        case Pressed(key=key):
            return isinstance(key, str)
        case Arrived(title=title):
            return isinstance(title, str)
    return True


def _is_file(file: Incoming) -> bool:
    words = (file.reference, file.name, file.media_type)
    return all(isinstance(word, str) for word in words) and isinstance(file.size, int | None)


def told(update: Update, me: Me) -> Told:
    """Return what an update tells, as the library reads it. Raises anything where it is not what Telegram writes."""
    id_ = str(update.update_id)
    if message := update.message:
        return _message(id_, message, me)
    if message := update.edited_message:
        return Told(_edited(id_, message, me))
    if update.callback_query:
        return _press(id_, update.callback_query)
    if update.my_chat_member:
        return Told(_ours(id_, update.my_chat_member))
    if update.chat_member:
        return Told(member=str(update.chat_member.new_chat_member.user.id))
    return NOTHING


def _message(id_: str, message: Message, me: Me) -> Told:
    if gone := message.left_chat_member:
        return Told(member=str(gone.id))
    heard = _moved(id_, message) or _said(id_, message, me)
    return Told(heard, album=str(message.media_group_id or ""), said_at=message.date)


def _moved(id_: str, message: Message) -> Moved | None:
    """A group became a supergroup. Both chats are told; whichever is heard first, the desk moves along once."""
    if to := message.migrate_to_chat_id:
        return Moved(id_, Place(CHANNEL, str(message.chat.id)), _writer(message), to=str(to))
    if message.migrate_from_chat_id:
        here = str(message.chat.id)
        return Moved(id_, Place(CHANNEL, str(message.migrate_from_chat_id)), _writer(message), to=here)
    return None


def _said(id_: str, message: Message, me: Me) -> Said | None:
    if _is_nobodys(message):
        return None
    text, files, other = _words(message, me), _files(message), _other(message)
    if not (text or files or other) and _is_newer(message):
        other = "unknown"
    if text is None or not (text or files or other):
        return None
    spot = Spot.of(message)
    place, person = spot.place, _writer(message)
    return Said(id_, place, person, spot.about, text=text, files=files, other=other, message=spot.id)


def _edited(id_: str, message: Message, me: Me) -> Said | None:
    """The words alone: files that stood with them are there already. A place that goes on moving is no edit."""
    said = _said(id_, message, me)
    if said is None or said.other:
        return None
    return Said(id_, said.place, said.person, said.about, text=said.text, message=said.message, edits=said.message)


def _is_nobodys(message: Message) -> bool:
    """Of a bot (our own pins and topics come back to us), or a channel's post that Telegram itself carried here."""
    by = message.from_user
    return by is None or bool(message.is_automatic_forward) or (by.is_bot and message.sender_chat is None)


def _press(id_: str, query: CallbackQuery) -> Told:
    if not (query.message and query.data):
        return Told(query=str(query.id))
    at = query.message
    seen = at if isinstance(at, Message) and at.is_accessible else None
    spot = Spot.of(seen) if seen else Spot(at.chat, str(at.message_id))
    person = _person(query.from_user, at.chat)
    return Told(Pressed(id_, spot.place, person, key=query.data), query=str(query.id), pressed=seen)


def _ours(id_: str, change: ChatMemberUpdated) -> Heard | None:
    """We were let in or thrown out, or a person blocked us or took that back. New rights are no arrival."""
    was, is_ = is_inside(change.old_chat_member), is_inside(change.new_chat_member)
    if was == is_ or change.chat.type == ChatType.CHANNEL:
        return None
    place, person = Place(CHANNEL, str(change.chat.id)), _person(change.from_user, change.chat)
    return Arrived(id_, place, person, title=change.chat.title or "") if is_ else Left(id_, place, person)


def is_inside(member: ChatMember) -> bool:
    """Whether somebody with this membership is in the group."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER)


# Where and who


@dataclass(frozen=True)
class Spot:
    """Where a message stands. *id*: "46", in a forum's topic "46@45". *about*: the topic "@45", else what it replies to."""

    chat: Chat
    id: str
    about: str = ""

    @classmethod
    def of(cls, message: Message) -> Spot:
        # Without is_topic_message the thread is one of replies. In a topic every message replies at least to its first.
        topic = message.message_thread_id if message.is_topic_message else None
        if topic and message.chat.type == ChatType.SUPERGROUP:
            return cls(message.chat, f"{message.message_id}@{topic}", f"@{topic}")
        replied = message.reply_to_message
        return cls(message.chat, str(message.message_id), str(replied.message_id) if replied else "")

    @property
    def place(self) -> Place:
        private = self.chat.type == ChatType.PRIVATE
        return Place(CHANNEL, str(self.chat.id), thread="" if private else self.id)


def _writer(message: Message) -> Person:
    person = _person(message.from_user, message.chat) if message.from_user else Person("", direct=False, member=False)
    if message.sender_chat is None:
        return person
    return Person(person.address, person.name, person.language, person.direct, member=False)


def _person(user: User, chat: Chat) -> Person:
    direct = chat.type == ChatType.PRIVATE
    return Person(str(user.id), user.full_name, str(user.language_code or ""), direct=direct, member=not user.is_bot)


# What


def _words(message: Message, me: Me) -> str | None:
    """The text or the caption, as if only we were spoken to; None where another bot is."""
    text = message.text or message.caption or _own_number(message)
    if meant := _COMMAND.match(text):
        ours = meant[2].lower() == me.username.lower()
        if not ours and message.chat.type != ChatType.PRIVATE:
            return None
        return meant[1] + text[meant.end() :] if ours else text
    return _without_mention(text, me)


def _without_mention(text: str, me: Me) -> str:
    """In a group with privacy mode people call us by name: "@ourbot queue"."""
    called, after = text[: len(me.username) + 1].lower(), text[len(me.username) + 1 :]
    if called == f"@{me.username}".lower() and re.match(r"[\s,:]", after):
        return after.lstrip(",: \n\t")
    return text


def _own_number(message: Message) -> str:
    """Whoever shares their own contact tells their telephone number; Telegram leaves out its "+"."""
    contact, by = message.contact, message.from_user
    if not (contact and by and contact.user_id == by.id and isinstance(contact.phone_number, str)):
        return ""
    return "+" + contact.phone_number.removeprefix("+")


def _other(message: Message) -> str:
    if _own_number(message):
        return ""
    return next((kind for kind in _OTHER if getattr(message, kind)), "")


def _is_newer(message: Message) -> bool:
    """Whether somebody sent us what our library does not know yet: they are told that we can't read it."""
    if message.chat.type != ChatType.PRIVATE or not message.api_kwargs:
        return False
    known = {name for name, value in message.to_dict().items() if value} - set(message.api_kwargs)
    return known <= _AROUND


def _files(message: Message) -> tuple[Incoming, ...]:
    """The file, if there is one. A name and a media type are made up where Telegram gives none."""
    if message.photo:
        photo = max(reversed(message.photo), key=lambda size: size.file_size or 0)  # the last is the largest
        return (Incoming(photo.file_id, "photo.jpg", "image/jpeg", photo.file_size),)
    for kind, name, media_type in _KINDS:  # an animation comes as a document too
        if file := getattr(message, kind):
            named = getattr(file, "file_name", None) or name
            return (Incoming(file.file_id, named, getattr(file, "mime_type", None) or media_type, file.file_size),)
    return ()


_KINDS: Final = (
    ("animation", "animation.mp4", "video/mp4"),
    ("live_photo", "photo.mp4", "video/mp4"),
    ("video", "video.mp4", "video/mp4"),
    ("video_note", "video.mp4", "video/mp4"),
    ("audio", "audio.mp3", "audio/mpeg"),
    ("voice", "voice.ogg", "audio/ogg"),
    ("document", "document", "application/octet-stream"),
)
