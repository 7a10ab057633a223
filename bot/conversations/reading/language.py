"""Italian or English? Told by the words that only one of the two has; where they are too few, nobody is told anything."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from .folding import tokens

FILE = "vocabulary.txt"
ENOUGH = 0.34
BOTH, OFTEN = "-", "often"
ENDINGS = {
    "it": ("zione", "zioni", "mente", "ando", "endo", "are", "ere", "ire", "ato", "ata", "ati", "uto", "ito", "iamo"),
    "en": ("ing", "tion", "ness", "ly", "ght", "ck", "ed", "ould", "th", "ment", "ful", "able", "ee", "sh"),
}


@cache
def lists() -> Mapping[str, tuple[str, ...]]:
    """The words of the sentences: "it" or "en", "-" for those of both; "often" repeats the common ones."""
    lines = files(__package__).joinpath(FILE).read_text("utf-8").splitlines()
    return {name: tuple(words.split()) for name, _, words in (line.partition(":") for line in lines)}


def words_of(name: str) -> tuple[str, ...]:
    """The words of one list."""
    return lists().get(name, ())


@cache
def vocabulary() -> Mapping[str, str]:
    """The language of each word."""
    return {word: name for name in ("it", "en", BOTH) for word in words_of(name)}


def guess_language(text: str) -> str | None:
    """ "it" or "en"; None where the words are too few, belong to both, or to neither."""
    words = [word for word in tokens(text) if word.isalpha() and not word.startswith("emoji")]
    votes = {"it": 0.0, "en": 0.0}
    for word in words:
        for language, weight in votes_of(word):
            votes[language] += weight
    best = max(votes, key=lambda language: votes[language])
    spread = votes[best] - min(votes.values())
    return best if spread >= 0.9 and spread / len(words) >= ENOUGH else None


def votes_of(word: str) -> tuple[tuple[str, float], ...]:
    """What one word says: a known one much, an unknown one a little, by its ending."""
    known = vocabulary().get(word)
    if known:
        return () if known == BOTH else ((known, 1.0),)
    return tuple((language, 0.4) for language, ends in ENDINGS.items() if len(word) > 4 and word.endswith(ends))
