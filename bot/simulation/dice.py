"""Chance from a seed: the world's and each desk's. The only place of the simulation where chance comes in."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """What falls is the same for the same seed, in whatever process and on whatever day."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)  # noqa: S311  that it can be replayed is the point

    def digits(self, n: int) -> str:
        return "".join(str(self._random.randrange(10)) for _ in range(n))

    def below(self, n: int) -> int:
        return self._random.randrange(n)

    def falls(self, odds: float) -> bool:
        """Whether something happens that happens so often, of 1."""
        return self._random.random() < odds

    def pick(self, of: Sequence[T]) -> T:
        return of[self._random.randrange(len(of))]

    def weighed(self, of: Mapping[T, float]) -> T:
        """One of the keys, each as often as its value says."""
        return self._random.choices(list(of), list(of.values()))[0]
