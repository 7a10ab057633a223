"""Files that come with what people say: which of them a channel can bring here, and what is told of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from bot.conversations.heard import Brought, Filled, Said
from bot.conversations.turn import Turn
from core.files import FileRules, Incoming, shown_name
from core.tickets.counter import Counter

MB = 1_000_000
With = TypeVar("With", Said, Brought)


def takeable(turn: Turn, said: With) -> With:
    """Return *said* without the files that are too large to come from there; its sender is told which and why."""
    return replace(said, files=_small(turn, said.files)) if said.files else said


def takeable_form(turn: Turn, filled: Filled) -> Filled:
    """The same of a form that was sent off whole."""
    return replace(filled, files=tuple((name, _small(turn, files)) for name, files in filled.files))


def _small(turn: Turn, files: Sequence[Incoming]) -> tuple[Incoming, ...]:
    if turn.limits.largest is None:  # the desk's own limit is all, and is told where files are attached
        return tuple(files)
    rules: FileRules = turn.tx.rules.get(FileRules, FileRules())
    most = min(turn.limits.largest, rules.largest)
    large = [file for file in files if (file.size or 0) > most]
    if large:
        names = ", ".join(shown_name(file.name) for file in large)
        phones = ", ".join(Counter().answer(turn.tx).phones) or None
        turn.tell("file-too-large", count=len(large), names=names, limit=most // MB, phones=phones)
    return tuple(file for file in files if file not in large)
