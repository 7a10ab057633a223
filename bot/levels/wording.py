"""The sentences of the service levels (`sla.ftl` of each language), and faults that carry one."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol


class Words(Protocol):
    """Message id and facts -> a sentence in one language."""

    def say(self, id_: str, /, **facts: Any) -> str: ...


@cache
def speak(language: str) -> Words:
    """The sentences in "it" or "en". Moments are facts that are in words already: here they are whole dates."""
    from bot.words import Lexicon  # Babel and Fluent: only who speaks pays for the import

    return Lexicon.load().words(language, UTC, datetime.fromtimestamp(0, UTC))


def why_unreadable(error: OSError) -> str:
    """ "missing", "folder" or "forbidden", which the sentences know; else what the system says."""
    known = {FileNotFoundError: "missing", IsADirectoryError: "folder", PermissionError: "forbidden"}
    return known.get(type(error)) or error.strerror or ""


class Unreadable(ValueError):
    """Something a person wrote can't be read. *message* and *facts* say what would be right, in any language."""

    def __init__(self, message: str, /, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        """In English, for whoever prints the error as it is (pydantic does)."""
        return speak("en").say(self.message, **self.facts)
