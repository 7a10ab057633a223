"""Reads free text: rules for what has no words, the model for all else."""

from .features import features
from .folding import shorten
from .intents import Intent, Reading
from .language import guess_language
from .numbers import named_ticket
from .rules import wordless
from .weights import shipped

SURE = 0.9
LIKELY = 0.4


def read(text: str, question: str | None = None) -> Reading:
    """What somebody wants who wrote `text`, perhaps under an operator's open question.

    Any text is met. Below SURE a reading is a guess, which the desk only offers; below LIKELY it is hardly that.
    """
    short = shorten(text)
    intent, confidence = wordless(short, question) or likeliest(short, question)
    return Reading(intent, confidence, guess_language(short) or "", named_ticket(short, intent))


def likeliest(text: str, question: str | None) -> tuple[Intent, float]:
    """The model's first choice; without a question nothing can be an answer to it."""
    shares = shipped().shares(features(text, question))
    if not question:
        shares[Intent.REPLY] = 0.0
    intent = max(shares, key=lambda known: shares[known])
    return intent, shares[intent] / sum(shares.values())
