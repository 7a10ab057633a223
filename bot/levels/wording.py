"""The sentences of the service levels, from `bot/locale/<language>/sla.ftl`, and faults that carry one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Protocol

LANGUAGES = ("it", "en")


class Words(Protocol):
    """Message id and facts -> a sentence in one language."""

    def say(self, message: str, /, **facts: Any) -> str: ...


class Sentences:
    """One language's `sla.ftl`, by itself: the command line needs no more, and starts the quicker."""

    def __init__(self, language: str) -> None:
        from fluent.runtime import FluentBundle, FluentResource  # only who speaks pays for the import

        self._bundle = FluentBundle([language], use_isolating=False)
        text = files("bot").joinpath("locale", language, "sla.ftl").read_text(encoding="utf-8")
        self._bundle.add_resource(FluentResource(text))

    def say(self, message: str, /, **facts: Any) -> str:
        """The sentence. Raises LookupError for an unknown id, ValueError where a fact is missing."""
        if (pattern := self._bundle.get_message(message).value) is None:
            raise LookupError(message)
        text, faults = self._bundle.format_pattern(pattern, facts)
        if faults:
            raise ValueError(f"{message}: {faults}")
        return str(text)


@cache
def speak(language: str) -> Words:
    """The sentences in "it" or "en"."""
    return Sentences(language)


class Unreadable(ValueError):
    """Something a person wrote can't be read. *message* and *facts* say what would be right, in any language."""

    def __init__(self, message: str, /, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        """In English, for whoever prints the error as it is (pydantic does)."""
        return speak("en").say(self.message, **self.facts)
