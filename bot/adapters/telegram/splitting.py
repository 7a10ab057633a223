"""A long text -> parts that Telegram takes. It counts UTF-16 units, where Python counts characters.

Nothing is added and nothing lost: the parts joined are the text. Cut before anything is escaped.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ENDS: Final = ("\n\n", "\n", ". ", "? ", "! ", "… ", "; ", " ")
"""After what a text is cut, the best first: a paragraph, a line, a sentence, a word."""
JOINERS: Final = "\u200d\ufe0e\ufe0f"
"""What binds signs into one: a cut beside them would show two."""
LONGEST_SIGN: Final = 16
"""Characters that one sign on the screen may be made of, as far as we care."""


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text) if text.isascii() else len(text) + sum(sign > "\uffff" for sign in text)


def split(text: str, longest: int, first: int | None = None) -> tuple[str, ...]:
    """Cut *text* into parts of at most *longest* units (at least 2); the first of at most *first*.

    "" is one part.
    """
    parts, room = [], longest if first is None else first
    while units(text) > room:
        end = _end(text, room)
        parts.append(text[:end])
        text, room = text[end:], longest
    return (*parts, text)


def cut(text: str, longest: int) -> str:
    """Return *text*, or as much of it as *longest* units hold together with an ellipsis."""
    if units(text) <= longest:
        return text
    return text[: _end(text, longest - 1)].rstrip() + "…"


def _end(text: str, room: int) -> int:
    """Return where to cut: after the last good end in the second half of what fits, else between two signs."""
    most = _fitting(text, room)
    for end in ENDS:
        # What is cut off begins with something: white space stays at the end of a part, where Telegram trims it.
        if (at := text.rfind(end, most // 2, most)) >= 0:
            return at + len(end)
    return _between_signs(text, most)


def _fitting(text: str, room: int) -> int:
    """Return how many characters fit into *room* units."""
    most = min(len(text), room)
    while (over := units(text[:most]) - room) > 0:
        most -= (over + 1) // 2
    return most


def _between_signs(text: str, most: int) -> int:
    for at in range(most, max(1, most - LONGEST_SIGN), -1):
        if not _bound(text[at - 1], text[at]):
            return at
    return most


def _bound(before: str, after: str) -> bool:
    return before == "\u200d" or after in JOINERS or unicodedata.combining(after) > 0
