"""Repairs slips of the finger: an unknown word that is one slip away from a well-known one is taken for that one."""

from collections.abc import Iterator
from functools import cache, lru_cache
from string import ascii_lowercase

from .concepts import ideas_of, table
from .language import OFTEN, words_of

SHORTEST = 5


@cache
def well_known() -> frozenset[str]:
    """The words that stand in concepts.txt, and those that are common in the sentences."""
    listed = {word.rstrip("*") for phrase in table() for word in phrase.split("_") if not phrase.endswith("*")}
    return frozenset(word for word in listed if len(word) >= SHORTEST - 1) | frozenset(words_of(OFTEN))


@lru_cache(maxsize=8192)
def repaired(word: str) -> str:
    """The word itself if it is known, short or a number, or if nothing well known is near."""
    if len(word) < SHORTEST or not word.isalpha() or word in well_known() or ideas_of(word):
        return word
    return next((near for near in slips(word) if near in well_known()), word)


def slips(word: str) -> Iterator[str]:
    """All that one slip may have been meant for: the likelier kinds of slip first."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1)
    yield from (head + tail[1:] for head, tail in halves if tail)
    yield from (head + letter + tail for head, tail in halves for letter in ascii_lowercase)
    yield from (head + letter + tail[1:] for head, tail in halves if tail for letter in ascii_lowercase)
