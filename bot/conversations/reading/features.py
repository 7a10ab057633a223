"""What the model looks at in a sentence: its words, their pieces, their ideas, and the question it may answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from math import sqrt
from zlib import crc32

from .concepts import NEGATIONS, REACH, ideas, neighbours
from .folding import tokens
from .spelling import repaired

BUCKETS = 1 << 16
UNASKED = (1.0, 0.8, 1.0, 1.0, 0.0)
ASKED = (0.6, 0.4, 0.7, 1.6, 0.6)
MIRRORED = 0x5A5A
PAIRED = 9


@dataclass(frozen=True)
class Features:
    """Buckets by group (words, pieces of words, ideas, the question), and what each group weighs, however long it is."""

    groups: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]

    def scaled(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Each group's buckets with the weight of one of them."""
        for weight, buckets in zip(self.weights, self.groups, strict=True):
            if buckets:
                yield weight / sqrt(len(buckets)), buckets


def features(text: str, question: str | None) -> Features:
    """The features of what somebody wrote, and of the question that is open with them."""
    words = [repaired(word) for word in tokens(text)]
    found = list(ideas(words))
    return Features(
        (
            buckets(in_words(words)),
            pieces(words),
            buckets(in_ideas(words, found)),
            buckets(in_question(words, found, question)),
            tuple(piece ^ MIRRORED for piece in pieces(words)) if question else (),
        ),
        ASKED if question else UNASKED,
    )


def buckets(names: Iterator[str]) -> tuple[int, ...]:
    """Each name once, as the number of its bucket."""
    return tuple({bucket(name) for name in names})


def bucket(name: str) -> int:
    """The row of the weights that a feature's name falls into."""
    return crc32(name.encode()) % BUCKETS


def in_words(words: list[str]) -> Iterator[str]:
    """Words, their beginnings, pairs, first and last ones, and what stands after a negation."""
    for word in words:
        yield f"w:{word}"
        if len(word) > 5:
            yield f"s:{word[:5]}"
    framed = ["^", *words, "$"]
    yield from (f"b:{one} {other}" for one, other in pairwise(framed))
    yield from (f"j:{one} {other}" for one, other in zip(words, words[2:], strict=False))
    yield from (f"t:{' '.join(three)}" for three in zip(framed, framed[1:], framed[2:], strict=False))
    yield from (f"n:{word}" for word in negated(words))


def negated(words: list[str]) -> Iterator[str]:
    """The words within reach of a negation."""
    for at, word in enumerate(words):
        if word in NEGATIONS:
            yield from words[at + 1 : at + 1 + REACH]


def pieces(words: list[str]) -> tuple[int, ...]:
    """Runs of two to five letters inside words: what a slip of the finger leaves whole."""
    return tuple({piece for word in words for piece in pieces_of(word)})


@lru_cache(maxsize=8192)
def pieces_of(word: str) -> tuple[int, ...]:
    """The pieces of one word, its ends marked."""
    framed = f"<{word[:24]}>"
    return tuple(bucket(f"c:{framed[at : at + size]}") for size in (2, 3, 4, 5) for at in range(len(framed) - size + 1))


def in_ideas(words: list[str], found: list[str]) -> Iterator[str]:
    """Ideas, ideas that follow one another, ideas together in a sentence, and the sentence's kind."""
    kind = "?" if "?" in words else "."
    yield from (f"k:{idea}" for idea in found)
    yield from (f"kk:{pair}" for pair in neighbours(["^", *found, "$"]))
    yield from (f"k{kind}:{idea}" for idea in found)
    together = sorted(set(found))[:PAIRED]
    yield from (f"kp:{one} {other}" for one, other in combinations(together, 2))
    yield from shape(words, kind)
    if len(found) <= 4:
        yield f"all:{' '.join(sorted(set(found)))}"


def shape(words: list[str], kind: str) -> Iterator[str]:
    """Length, question mark, numbers, shouting."""
    yield f"kind:{kind}"
    yield f"long:{length(words)}"
    yield f"long:{length(words)}{kind}"
    if any(word[0].isdigit() for word in words):
        yield "number"
    if words and all(word[0].isdigit() or word in "?!" for word in words):
        yield "numbers only"
    if words.count("!") > 1:
        yield "shouting"


def length(words: list[str]) -> str:
    """A coarse measure of how much was written."""
    return next((str(limit) for limit in (0, 1, 2, 3, 5, 8, 13, 21, 34) if len(words) <= limit), "many")


def in_question(words: list[str], found: list[str], question: str | None) -> Iterator[str]:
    """What only counts while a question is open: the answer seen again in its light."""
    yield "asked" if question else "not asked"
    if not question:
        return
    asked = tokens(question)
    yield from (f"q:{word}" for word in words)
    yield from (f"qk:{idea}" for idea in found)
    yield from (f"qkk:{pair}" for pair in neighbours(["^", *found, "$"]))
    yield f"q first:{' '.join(words[:1])}"
    yield f"q first:{' '.join(words[:2])}"
    yield f"q long:{length(words)}{'?' if '?' in words else '.'}"
    shared = {word for word in asked if len(word) > 3} & set(words)
    yield f"q shared:{min(len(shared), 2)}"
    shared_ideas = set(ideas(asked)) & set(found)
    yield f"q shared ideas:{min(len(shared_ideas), 2)}"
    yield from (f"q shared:{idea}" for idea in shared_ideas)
