"""What Telegram tells in pieces and people sent as one: albums, and texts too long for one message. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bot.adapters.telegram.translating import Told
from bot.conversations.heard import Said

MOST: Final = 10
"""An album has so many parts at most; a text that was cut in more is heard as several."""
FULL: Final = 4096
"""UTF-16 units of one message."""
LONG: Final = 2_000
"""From here a text may go on in another message: Telegram for Desktop cuts at the best place in the second half of
what fits (`TextUtilities::CutPart`), Telegram for Android in the last 300 characters."""
BLANKS: Final = 96
"""So many spaces and line ends may be lost where it was cut: with them, a piece and the next did not fit together."""
AT_ONCE: Final = timedelta(seconds=2)
"""So far apart, by Telegram's clock of whole seconds, are the pieces of one text at most."""

_ENDS: Final = re.compile(r"[.!?…:;»”\")\]]$")
_BEGINS: Final = re.compile(r"[-–—•*\d«“\"(\[]|[^\W\d_]")


@dataclass(frozen=True)
class Piece:
    """One update of a lane. *received_at*: when it came to us."""

    told: Told
    received_at: datetime

    @property
    def said(self) -> Said | None:
        """What was newly said in it."""
        return newly_said(self.told)


@dataclass(frozen=True)
class Together:
    """The pieces that belong to a lane's first, and how long more of them may still come."""

    pieces: tuple[Piece, ...]
    wait: timedelta = timedelta(0)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(piece.told.heard.id for piece in self.pieces if piece.told.heard)


def gather(head: Piece, after: Iterable[Piece], now: datetime, patience: timedelta) -> Together:
    """Return what belongs to *head* of what came *after* it in its lane; *after* is read only as far as it matters.

    Parts come within *patience* of one another. The clock may jump: nobody waits longer than that for the next.
    """
    pieces, over = _belonging(head, after) if may_go_on(head.told) else ([head], True)
    if over or len(pieces) >= MOST:
        return Together(tuple(pieces))
    left = pieces[-1].received_at + patience - now
    return Together(tuple(pieces), max(min(left, patience), timedelta(0)))


def may_go_on(told: Told) -> bool:
    """Whether more may come that belongs to it."""
    said = newly_said(told)
    return bool(said and (told.album or _is_long(said)))


def newly_said(told: Told) -> Said | None:
    return told.heard if isinstance(told.heard, Said) and not told.heard.edits else None


def _belonging(head: Piece, after: Iterable[Piece]) -> tuple[list[Piece], bool]:
    """Return the pieces, and whether that is all of them: their writer did something else, or the last one is short.

    What others do in a group meanwhile is of no account.
    """
    pieces = [head]
    for piece in after:
        if not _same_person(head, piece):
            continue
        if not _goes_on(head, pieces[-1], piece):
            return pieces, True
        pieces.append(piece)
        if len(pieces) >= MOST or not may_go_on(piece.told):
            return pieces, True
    return pieces, False


def _same_person(head: Piece, piece: Piece) -> bool:
    one, other = head.told.heard, piece.told.heard
    return bool(one and other and one.person.address == other.person.address)


def _goes_on(head: Piece, last: Piece, piece: Piece) -> bool:
    if head.told.album or piece.told.album:
        return piece.told.album == head.told.album and piece.said is not None
    if not (head.said and last.said and piece.said and _is_text(piece.said, head.said)):
        return False
    return _at_once(last, piece) and units(last.said.text) + units(piece.said.text) + BLANKS > FULL


def _is_text(said: Said, first: Said) -> bool:
    """Only the first piece replies to something, except in a topic, where all are about it."""
    plain = not (said.files or said.other or said.text.startswith("/"))
    return plain and said.about in ("", first.about)


def _at_once(last: Piece, piece: Piece) -> bool:
    before, at = last.told.said_at, piece.told.said_at
    return before is not None and at is not None and abs(at - before) <= AT_ONCE


def _is_long(said: Said) -> bool:
    return not said.files and units(said.text) >= LONG


def units(text: str) -> int:
    """How long *text* is for Telegram: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def joined(pieces: Sequence[Piece]) -> Said:
    """Return all *pieces*, which belong together, as one: the first, with the others' words and files.

    It goes by the message that has the words, whichever picture they stand under: an edit is of that one.
    """
    said = [piece.said for piece in pieces if piece.said]
    first, *others = said
    worded = next((one.message for one in said if one.text), first.message)
    return replace(
        first,
        text=_text(said, bool(pieces[0].told.album)),
        files=tuple(file for one in said for file in one.files),
        message=worded,
        parts=tuple(one.id for one in others),
        others=tuple(one.message for one in said if one.message != worded),
        several=sum(bool(one.text) for one in said) > 1,
    )


def _text(said: Sequence[Said], album: bool) -> str:
    if album:
        return "\n".join(one.text for one in said if one.text)
    text = said[0].text
    for before, one in pairwise(said):
        text += seam(before.text, one.text) + one.text
    return text


def seam(before: str, after: str) -> str:
    """Return what was between two pieces of a text: Telegram takes away spaces and line ends where it was cut.

    A piece that is full was cut in a word; after a sentence's end a line began, or a sentence: a line is always right.
    """
    if units(before) >= FULL and before[-1:].isalnum() and after[:1].isalnum():
        return ""
    return "\n" if _ENDS.search(before) and _begins_anew(after) else " "


def _begins_anew(after: str) -> bool:
    first = _BEGINS.match(after)
    return bool(first) and not after[:1].islower()
