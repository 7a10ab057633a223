"""A long text -> parts that a channel takes. It counts UTF-16 units, where Python counts characters; or what it is told.

Nothing is added and nothing lost: the parts joined are the text. Cut before anything is escaped.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

ENDS: Final = ("\n\n", "\n", ". ", "? ", "! ", "… ", "; ", " ")
"""After what a text is cut, the best first: a paragraph, a line, a sentence, a word."""
JOINERS: Final = "\u200d\ufe0e\ufe0f"
"""What binds signs into one: a cut beside them would show two."""
LONGEST_SIGN: Final = 16
"""Characters that one sign on the screen may be made of, as far as we care."""


Measure = Callable[[str], int]
"""How long a text is: of two parts it is the sum, and of a character one at least."""


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, longest: int, first: int | None = None, measure: Measure = units) -> tuple[str, ...]:
    """Cut *text* into parts of at most *longest* (at least as long as any character); the first of at most *first*.

    "" is one part.
    """
    parts, room = [], longest if first is None else first
    while measure(text) > room:
        end = _end(text, room, measure)
        parts.append(text[:end])
        text, room = text[end:], longest
    return (*parts, text)


def cut(text: str, longest: int, measure: Measure = units) -> str:
    """Return *text*, or as much of it as *longest* holds together with an ellipsis."""
    if measure(text) <= longest:
        return text
    return text[: _end(text, longest - 1, measure)].rstrip() + "…"


def _end(text: str, room: int, measure: Measure) -> int:
    """Return where to cut: after the last good end in the second half of what fits, else between two signs."""
    most = _fitting(text, room, measure)
    for end in ENDS:
        # What is cut off begins with something: white space stays at the end of a part, where Telegram trims it.
        if (at := text.rfind(end, most // 2, most)) >= 0:
            return at + len(end)
    return _between_signs(text, most)


def _fitting(text: str, room: int, measure: Measure) -> int:
    """Return how many characters fit into *room*."""
    most = min(len(text), room)
    if measure(text[:most]) <= room:
        return most
    return bisect_right(range(most), room, key=lambda end: measure(text[:end])) - 1


def _between_signs(text: str, most: int) -> int:
    for at in range(most, max(1, most - LONGEST_SIGN), -1):
        if not _bound(text[at - 1], text[at]):
            return at
    return most


def _bound(before: str, after: str) -> bool:
    return before == "\u200d" or after in JOINERS or unicodedata.combining(after) > 0
