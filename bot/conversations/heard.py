"""What a person did, whatever the channel. Adapters make these and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from core.files import Incoming

T = TypeVar("T")
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Place:
    """Where it happened, and where the answer goes.

    *chat*: the channel's own id of the person's chat or of the room. *thread*: in a room, the message or the thread that
    an answer hangs under, by the channel's own id. *modal*: a window of its own, which a talk begun by a press lives in;
    "" in a chat. Whether it is a room of the desk is for the core to know, from the settings.
    """

    channel: str
    chat: str
    workspace: str = ""
    thread: str = ""
    modal: str = ""


@dataclass(frozen=True)
class Person:
    """Who did it, as the channel authenticates them, in the channel's own words. *language*: "it", "en", "" unknown.

    *direct*: whether this place is their own chat, in which they can be written to later. *member*: whether they count
    in a room: no guest, no anonymous administrator, no other bot; in their own chat, whether they may act for the desk
    there, if they ever did; and *leads*, whether as a lead. *email*: an address that the channel vouches for, as a
    workspace does for its own people; "" where it vouches for none.
    """

    address: str
    name: str = ""
    language: str = ""
    direct: bool = True
    member: bool = True
    leads: bool = True
    email: str = ""


@dataclass(frozen=True)
class Heard:
    id: str  # the channel's own: the same id is never taken twice
    place: Place
    person: Person
    about: str = ""  # the message replied to or the thread it stands in, by the channel's id: leads to a ticket


@dataclass(frozen=True)
class Said(Heard):
    """Words or files. *other*: what came where words are wanted ("location", "sticker", "poll", …).

    *parts*: the ids of other things that came apart and belong to this one (an album, a long text cut in pieces); they
    are taken with it. *others*: the channel's own ids of those parts' messages, beside *message*, the one with the words.
    *several*: more than one of them had words, and an edit is of one alone.
    """

    text: str = ""
    files: tuple[Incoming, ...] = ()  # the channel's references; fetched after the turn
    other: str = ""
    message: str = ""  # the channel's own id of this message, by which a reply or an edit speaks of it later
    edits: str = ""  # the message that this replaces, by that id
    parts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    several: bool = False


@dataclass(frozen=True)
class Pressed(Heard):
    key: str = ""  # `!claim.17` on a card; `talk.stamp.key` in a talk


@dataclass(frozen=True)
class Brought(Heard):
    """Words, files, or nothing yet, of which a ticket is to be made, wherever they stood.

    *typed*: they were written to the desk just now, so that they may as well be one of its commands.
    """

    text: str = ""
    files: tuple[Incoming, ...] = ()
    typed: bool = False


@dataclass(frozen=True)
class Filled(Heard):
    """A whole form, sent off at once. *key*: the screen's stamp, `talk.stamp`."""

    key: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, tuple[Incoming, ...]], ...] = ()


@dataclass(frozen=True)
class Deleted(Heard):
    """A message was taken back. *message*: which, by the channel's own id."""

    message: str = ""


@dataclass(frozen=True)
class Left(Heard):
    """A modal closed, the bot blocked or removed, the chat gone."""


@dataclass(frozen=True)
class Arrived(Heard):
    """The bot was let in, for the first time or again. *title*: what the place is called there."""

    title: str = ""


@dataclass(frozen=True)
class Moved(Heard):
    """The place has another address from now on (a group became a supergroup): *to*."""

    to: str = ""


def keepable(heard: T) -> T:
    """Return *heard* without what no store keeps: NUL, and halves of characters (JSON lets them through)."""
    return replace(heard, **{one.name: _kept(getattr(heard, one.name)) for one in fields(heard)})  # type: ignore[type-var, arg-type]


def _kept(value: Any) -> Any:
    match value:
        case str():
            return _UNKEPT.sub("", value)
        case tuple():
            return tuple(_kept(one) for one in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return keepable(value)
    return value
