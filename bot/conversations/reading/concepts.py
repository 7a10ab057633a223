"""The ideas behind words: "registrarmi", "iscrizione" and "sign up" are one idea, REGISTER.

The table is concepts.txt. What a sentence never seen before shares with the known ones is more often an idea than a word.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

Idea = str
NEGATIONS = frozenset({"non", "not", "never", "mai", "senza", "without", "nessun", "nessuno", "nessuna", "neanche"})
REACH = 3
LONGEST_PHRASE = 4


@cache
def table() -> Mapping[str, tuple[Idea, ...]]:
    """Word or phrase (`*` kept at its end) to its ideas."""
    found: dict[str, tuple[Idea, ...]] = {}
    for line in files(__package__).joinpath("concepts.txt").read_text("utf-8").splitlines():
        idea, colon, words = line.partition(":")
        if colon and not line.startswith("#"):
            for word in words.split():
                found[word] = (*found.get(word, ()), idea)
    return found


@cache
def first_words() -> frozenset[str]:
    """The words that phrases of several words begin with."""
    return frozenset(phrase.partition("_")[0] for phrase in table() if "_" in phrase)


@lru_cache(maxsize=8192)
def ideas_of(phrase: str) -> tuple[Idea, ...]:
    """The ideas of a word, or of words joined by `_`; the longest matching beginning counts."""
    known = table()
    if phrase in known:
        return known[phrase]
    beginnings = (f"{phrase[:end]}*" for end in range(len(phrase), phrase.rfind("_") + 2, -1))
    return next((known[beginning] for beginning in beginnings if beginning in known), ())


def ideas(words: list[str]) -> Iterator[Idea]:
    """The ideas of a sentence in their order, with a `-` before what is negated ("non ho ancora risolto": -SOLVE)."""
    at, negated_until = 0, -1
    while at < len(words):
        if words[at] in "?!.":
            negated_until = -1
        length, found = longest(words, at)
        if not found and words[at] in NEGATIONS:
            negated_until = at + REACH
            yield "NOT"
        sign = "-" if at <= negated_until else ""
        yield from (sign + idea for idea in found)
        at += length


def longest(words: list[str], at: int) -> tuple[int, tuple[Idea, ...]]:
    """How many words from `at` on make up the longest known phrase, and its ideas."""
    if words[at] in first_words():
        for length in range(min(LONGEST_PHRASE, len(words) - at), 1, -1):
            if found := ideas_of("_".join(words[at : at + length])):
                return length, found
    return 1, ideas_of(words[at])


def neighbours(found: list[Idea]) -> Iterator[str]:
    """Pairs of ideas that follow one another."""
    yield from (f"{one}>{other}" for one, other in pairwise(found))
