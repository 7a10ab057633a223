"""What a person sees at the end of a turn; every channel draws the same one.

Plain text: each adapter escapes, cuts and splits for its own limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.words import joined


class Manner(StrEnum):
    SAY = "say"  # a new message, or the modal
    REDRAW = "redraw"  # the message or modal that was pressed, anew
    HINT = "hint"  # for this person alone, gone soon: an alert on the button, an ephemeral message


@dataclass(frozen=True)
class Limits:
    """What a channel can show. Each adapter hands in its own.

    *forms*: a form is filled whole, in one window; else field by field. *buttons*: keys can be pressed; else the screen's
    lines number them, and the number is typed. *text*: characters of one message; *label*: of a button;
    *in_row*: buttons beside one another; *keys*: buttons of one message; *modals*: a talk begun by a press can have a
    window of its own; *hears*: what people write there reaches the desk; *hint*: characters of what whoever pressed a
    button can be shown alone, 0 where that can't be; *replies*: in a room, plain words reach the desk only as a reply to
    a message of its own; *edits*: what people wrote can be edited (or taken back) afterwards, and shown a
    sign; *command*: the only one that people can type, where others do not reach the desk ("/ticket"), "" where all do;
    *largest*: bytes of a file that people can send from there, None where the desk's own limit is all.
    """

    forms: bool = False
    buttons: bool = True
    modals: bool = False
    text: int = 4096
    label: int = 60
    in_row: int = 3
    keys: int = 100
    hears: bool = True
    hint: int = 0
    replies: bool = False
    edits: bool = False
    command: str = ""
    largest: int | None = None


@dataclass(frozen=True)
class Key:
    """A button. *value* is what a press brings back: at most 64 ASCII bytes.

    *control*: it moves about in the talk (back, skip, cancel, edit) instead of answering; drawn apart, and not numbered.
    """

    label: str
    value: str
    control: bool = False


@dataclass(frozen=True)
class Box:
    """One field of a form. With *options* (value, label) one of them is picked."""

    name: str
    label: str
    hint: str = ""
    many_lines: bool = False
    optional: bool = False
    files: bool = False
    longest: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    given: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Whose:
    """Whose question it is, where several people can read it: their address on the channel, and their name."""

    address: str
    name: str


@dataclass(frozen=True)
class Screen:
    lines: tuple[str, ...]
    keys: tuple[Key, ...] = ()
    boxes: tuple[Box, ...] = ()
    stamp: str = ""  # `talk.stamp`: what a form that is sent off brings back
    whose: Whose | None = None
    by_reply: bool = False  # the last line asks for a reply: left out where all that stands there is heard
    manner: Manner = Manner.SAY

    @property
    def text(self) -> str:
        """All lines as one text, which knows the moments that it tells (`words.moments_of`)."""
        return joined(self.lines, "\n")


class Press(StrEnum):
    """What became of a button that was pressed in a talk."""

    TAKEN = "taken"  # it chose what it says: the other buttons of its message are over
    STALE = "stale"  # it was over already: so are all buttons of its message


@dataclass(frozen=True)
class Receipt:
    """What the acknowledgement of a thing heard can carry back at once; all else lies in the outbox.

    *screen*: the next page of a window of its own (`Place.modal`). *hint*: for whoever pressed alone, at most
    `Limits.hint` characters. *press*: what became of a talk's button; None for a card's, which stays. *taken*: False
    where it was taken before (perhaps by another process, which then has the acknowledgement), or concerns nobody.
    *tickets*: those to which something happened, for the log.
    """

    screen: Screen | None = None
    hint: str = ""
    press: Press | None = None
    taken: bool = field(default=True, compare=False)
    tickets: tuple[int, ...] = field(default=(), compare=False)
