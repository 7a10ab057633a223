"""What this process counted since it began. Plain numbers: whoever shows them knows in which form."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

QUICK: Final = tuple(seconds / 1000 for seconds in (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000))
"""Bounds, in seconds, for what should take milliseconds."""
SLOW: Final = tuple(
    timedelta(minutes=minutes).total_seconds()
    for minutes in (5, 10, 15, 30, 60, 2 * 60, 4 * 60, 8 * 60, 12 * 60, 24 * 60, 48 * 60, 72 * 60, 5 * 24 * 60)
)
"""Bounds for what people do: those of the page's targets are among them."""


@dataclass
class Spread:
    """How often something took how long: *counts* by bound, the last one for what passes them all."""

    bounds: tuple[float, ...]
    counts: list[int] = field(init=False)
    total: float = 0.0

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


@dataclass
class Tally:
    """*heard*: by channel, kind and what came of it; *sent*: by channel, kind and what came of it. *turns*, *sends*: by
    channel, how long they took.
    """

    heard: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    sent: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    turns: dict[str, Spread] = field(default_factory=dict)
    sends: dict[str, Spread] = field(default_factory=dict)


def spread(of: dict[str, Spread], key: str, bounds: tuple[float, ...]) -> Spread:
    """Return the one of *key*, which begins here."""
    return of.setdefault(key, Spread(bounds))
