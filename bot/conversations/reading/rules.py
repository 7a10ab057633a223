"""The few sentences that a rule reads better than any statistics: those without a word in them."""

import re

from .folding import fold, tokens
from .intents import Intent

PICTURE = {
    "emojiok": Intent.THANKS,
    "emojibravo": Intent.THANKS,
    "emojithanks": Intent.THANKS,
    "emojihello": Intent.GREETING,
    "emoji": Intent.OTHER,
    "foreignscript": Intent.OTHER,
    "?": Intent.HELP,
    "!": Intent.OTHER,
}
A_GUESS = 0.5


def wordless(text: str, question: str | None) -> tuple[Intent, float] | None:
    """What is meant by nothing at all, by pictures, marks, or a bare number; None where there are words."""
    words = tokens(text)
    if not words:
        return Intent.OTHER, 1.0
    if all(word in PICTURE for word in words):
        return by_pictures(words, question)
    if re.fullmatch(r"\W*#?\d{1,7}\W*", fold(text)):
        return (Intent.REPLY, 0.95) if question else (Intent.STATUS, A_GUESS)
    return None


def by_pictures(words: list[str], question: str | None) -> tuple[Intent, float]:
    """The first picture counts; a thumb up under a question is a yes."""
    meant = PICTURE[words[0]]
    if question and words[0] in {"emojiok", "emoji"}:
        return Intent.REPLY, 0.8
    return meant, 0.9
