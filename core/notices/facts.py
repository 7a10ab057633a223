"""Facts as they are kept: JSON in which a moment and a duration stay what they are.

A fact is a string, a number, a truth value, None, an aware moment, a duration, another line, or a list or mapping of
these. By
their names, three lead to words that are looked up when the message leaves, so that an erased word is not sent and
a renamed person has the new name: `ticket` (its number; adds `subject`), `said` (a message's id; adds `text`) and
`operator` (an operator's id; the name takes its place). `secret` is a one-time code: it is blanked when it has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

VERSION = 1


@dataclass(frozen=True)
class Line:
    """One thing to say: the id of the sentence, and what fills it. Never rendered text."""

    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def line(message: str, /, **facts: Any) -> Line:
    return Line(message, facts)


def pack(value: Any) -> Any:
    """Return *value* as JSON can keep it. Raises TypeError for what is no fact."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"$at": value.astimezone(UTC).isoformat()}
        case timedelta():
            return {"$for": value.total_seconds()}
        case Line():
            return {"$line": value.message, "facts": pack(value.facts)}
        case Mapping():
            return {str(key): pack(item) for key, item in value.items()}
        case list() | tuple():
            return [pack(item) for item in value]
    raise TypeError(f"not a fact: {value!r}")


def unpack(value: Any) -> Any:
    """Undo `pack`."""
    match value:
        case {"$at": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"$for": seconds}:
            return timedelta(seconds=seconds)
        case {"$line": str(message), "facts": facts}:
            return Line(message, unpack(facts))
        case dict():
            return {key: unpack(item) for key, item in value.items()}
        case list():
            return [unpack(item) for item in value]
    return value


def pack_lines(lines: Iterable[Line]) -> dict[str, Any]:
    return {"v": VERSION, "lines": [{"id": one.message, "facts": pack(one.facts)} for one in lines]}


def unpack_lines(kept: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(Line(one["id"], unpack(one["facts"])) for one in kept["lines"])
