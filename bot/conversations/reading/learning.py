"""Learns the weights: softmax regression by stochastic gradient steps whose length shrinks for busy features (AdaGrad).

Plain Python on purpose: it takes a minute, once, on the developer's machine, and asks for no library.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import exp, sqrt
from random import Random

from .corpus import Example
from .features import BUCKETS, Features, features
from .intents import INTENTS
from .variations import varied

Row = list[float]
WORTH_A_STEP = 0.01


@dataclass(frozen=True)
class Settings:
    """How the learner goes about it."""

    rounds: int = 8
    step: float = 0.9
    copies: int = 2
    decay: float = 0.05
    seed: int = 7


@dataclass(frozen=True)
class Lesson:
    """An example as the learner sees it: its features and the column of the right answer."""

    seen: Features
    right: int


def lessons(known: Iterable[Example]) -> list[Lesson]:
    """Examples as lessons."""
    return [Lesson(features(e.text, e.question), INTENTS.index(e.intent)) for e in known]


def learn(known: Sequence[Example], settings: Settings = Settings()) -> dict[int, Row]:
    """The weights by bucket, one for each intent; the same sentences give the same weights."""
    course = lessons(known)
    for copy in range(settings.copies):
        course += lessons(varied(list(known), copy + 1))
    weights: defaultdict[int, Row] = defaultdict(lambda: [0.0] * len(INTENTS))
    busy: dict[int, float] = {}
    order = Random(settings.seed)  # noqa: S311 (an order, not a secret)
    for _ in range(settings.rounds):
        order.shuffle(course)
        for lesson in course:
            correct(weights, busy, lesson, settings)
        forget(weights, settings.decay)
    return weights


def correct(weights: defaultdict[int, Row], busy: dict[int, float], lesson: Lesson, settings: Settings) -> None:
    """One step towards the right answer, unless it was as good as known."""
    wrong = softmax(score(weights, lesson.seen))
    wrong[lesson.right] -= 1
    size = sum(w * w for w in wrong)
    columns = [(column, w) for column, w in enumerate(wrong) if abs(w) > WORTH_A_STEP]
    if size < WORTH_A_STEP**2:
        return
    for scale, buckets in lesson.seen.scaled():
        for bucket in buckets:
            busy[bucket] = used = busy.get(bucket, 0.01) + size * scale * scale
            step = settings.step * scale / sqrt(used)
            row = weights[bucket]
            for column, w in columns:
                row[column] -= step * w


def forget(weights: dict[int, Row], share: float) -> None:
    """Lets what is not confirmed again fade."""
    for bucket, row in weights.items():
        weights[bucket] = [weight * (1 - share) for weight in row]


def score(weights: dict[int, Row], seen: Features) -> Row:
    """The sum of the weights, by intent."""
    total = [0.0] * len(INTENTS)
    for scale, buckets in seen.scaled():
        rows = [weights[bucket] for bucket in buckets if bucket in weights]
        if rows:
            total = [one + scale * sum(column) for one, column in zip(total, zip(*rows, strict=True), strict=True)]
    return total


def softmax(scores: Sequence[float]) -> Row:
    """Scores as shares of one."""
    highest = max(scores)
    powers = [exp(score - highest) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def rows(weights: dict[int, Row]) -> list[Row]:
    """The weights in the order of the buckets, empty ones as zeros."""
    empty = [0.0] * len(INTENTS)
    return [weights.get(bucket, empty) for bucket in range(BUCKETS)]


def digest(known: Sequence[Example], settings: Settings) -> str:
    """Names all that a model is made from (sentences, what is seen in them, settings), so that a stale one is noticed."""
    seen = sha256(repr(settings).encode())
    for example in [*known, *varied(list(known), 1)]:
        groups = [sorted(group) for group in features(example.text, example.question).groups]
        seen.update(repr((example, groups)).encode())
    return seen.hexdigest()
