"""What an examination finds: a mark, and a line that says what it is and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.notices.facts import Line, line


class Mark(StrEnum):
    WELL = "✓"
    LOOK = "!"
    ILL = "✗"


@dataclass(frozen=True)
class Finding:
    mark: Mark
    line: Line


def well(message: str, **facts: object) -> Finding:
    return Finding(Mark.WELL, line(message, **facts))


def look_at(message: str, **facts: object) -> Finding:
    return Finding(Mark.LOOK, line(message, **facts))


def ill(message: str, **facts: object) -> Finding:
    return Finding(Mark.ILL, line(message, **facts))
