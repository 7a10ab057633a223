"""Text from outside, made harmless: nothing a person writes can move the cursor, change colours or turn a line round.

Line ends stay; every other control character is shown as its picture, what only steers is dropped, and marks are not
stacked so high that they paint over the neighbours.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"  # holds families of emoji together
_MARKS_AT_MOST = 4


def harmless(text: str) -> str:
    """Return *text* fit for any terminal. Lines are parted by "\\n" alone."""
    lines = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text)
    return "\n".join(_calm("".join(map(_shown, one))) for one in lines)


def one_line(text: str) -> str:
    """Return *text* harmless and in one line."""
    return " ".join(harmless(text).split("\n"))


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    if char < " ":
        return chr(0x2400 + ord(char))  # ␛ for ESC
    if char == "\x7f":
        return "␡"
    match unicodedata.category(char):
        case "Cc" | "Cs" | "Co":
            return "\ufffd"
        case "Cf" if char != _JOINER:  # bidirectional overrides, invisible tags, soft hyphens
            return ""
    return char


def _calm(line: str) -> str:
    """Return *line* without the marks that are stacked above the fourth."""
    if line.isascii():
        return line
    kept: list[str] = []
    marks = 0
    for char in line:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MARKS_AT_MOST:
            kept.append(char)
    return "".join(kept)
