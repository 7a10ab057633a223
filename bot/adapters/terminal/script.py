"""Lines to play: `eva: …`, `#operators giulia: …`, `wait 2h`; comments begin with "# ", blank lines mean nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.adapters.terminal.seats import MAIL, Seat, Seats

_LINE = re.compile(r"(?P<seat>#?[^:#]{1,80}?)\s*:\s*(?P<text>.*)", re.DOTALL)
_WAITS = re.compile(r"/?(?:wait|attendi|aspetta)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Typed:
    """Somebody types *text* at a seat."""

    seat: Seat
    text: str


@dataclass(frozen=True)
class Waited:
    """The clock is to be pushed; *asked* as it was written."""

    asked: str


class BadLine(ValueError):
    """It is none of these. `args[0]` is the id of the sentence that says what would be right."""


def read_line(line: str, seats: Seats) -> Typed | Waited | None:
    """Return what *line* asks for; None for a comment or a blank line. Raises `BadLine`."""
    bare = line.strip().lstrip("\ufeff")
    if not bare or bare == "#" or bare.startswith("# "):
        return None
    if (found := _LINE.fullmatch(bare)) and (seat := seats.find(found["seat"])):
        if seat.place == MAIL:
            raise BadLine("terminal-mail-is-read")
        return Typed(seats.take(seat), found["text"].strip())
    if _WAITS.match(bare):
        return Waited(bare)
    raise BadLine("terminal-no-such-seat" if found else "terminal-no-seat")
