"""The sentences that the model learns from: text files, a language and an intent each."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from .intents import Intent

LANGUAGES = ("it", "en")


@dataclass(frozen=True)
class Example:
    """A sentence, what it wants, and the question it was written under."""

    intent: Intent
    language: str
    text: str
    question: str | None = None


def examples() -> list[Example]:
    """All sentences, in a fixed order."""
    return [example for language in LANGUAGES for intent in Intent for example in written(language, intent)]


def written(language: str, intent: Intent) -> Iterator[Example]:
    """The sentences of one file; a question may stand before a tab."""
    path = files(__package__) / "sentences" / language / f"{intent}.txt"
    for line in path.read_text("utf-8").splitlines():
        question, tab, text = line.rpartition("\t")
        if line.strip():
            yield Example(intent, language, text if tab else line, question or None)
