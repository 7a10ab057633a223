"""How the desk does, as Prometheus reads it. No label carries a person: channels, kinds, severities and outcomes alone.

The store is asked by connections of the watchers' own, and at most every few seconds, however many ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.adapters.channel import Hop
from bot.adapters.trying import Contact
from bot.watchdog import Watchdog
from bot.watching.tally import SLOW, Spread, Tally, spread
from core.desk import Desk
from core.tickets.gauges import ACTS, Happened, HappenedSince, HowItStands, Standing, Waiting

FRESH: Final = 5.0
"""Seconds for which what the store said is shown again."""
PATIENCE: Final = 5.0
"""Seconds for which the store is waited for."""
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Past:
    """What happened since this process began, gathered from the tickets' events."""

    last: int | None = None
    acts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ACTS, 0))
    claims: dict[str, Spread] = field(default_factory=dict)
    solutions: dict[str, Spread] = field(default_factory=dict)

    def add(self, happened: Happened) -> None:
        self.last = happened.last
        for act, many in happened.acts.items():
            self.acts[act] = self.acts.get(act, 0) + many
        for spreads, times in ((self.claims, happened.claimed), (self.solutions, happened.solved)):
            for severity, took in times:
                spread(spreads, severity, SLOW).add(took.total_seconds())


class Metrics:
    """*looking*, *hop*: the store, on connections and threads of the watchers'.

    *contacts*: by channel, how its ear does. *fresh*: for how many seconds what the store said is shown again.
    """

    def __init__(
        self,
        looking: Desk,
        *,
        hop: Hop,
        tally: Tally,
        watchdog: Watchdog,
        contacts: Callable[[], Mapping[str, Contact]],
        version: str,
        fresh: float = FRESH,
    ) -> None:
        self._desk = looking
        self._hop = hop
        self._tally = tally
        self._watchdog = watchdog
        self._contacts = contacts
        self._version = version
        self._fresh = fresh
        self.past = Past()
        self._standing: Standing | None = None
        self._asked: float | None = None
        self._asking = asyncio.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(_Collected(self._families))
        for collector in (ProcessCollector, PlatformCollector):
            collector(registry=self._registry)

    async def lacks(self) -> list[str]:
        """What keeps the desk from working at this moment: a store that does not answer."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._hop(lambda: self._desk.look(HappenedSince(None)))
        except Exception:
            return ["store"]
        return []

    async def page(self) -> tuple[str, bytes]:
        """Return the content type and the text. Where the store does not answer, what it would say is left out."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if self._asked is None or now - self._asked >= self._fresh:
                await self._ask()
                self._asked = now
        return CONTENT_TYPE, generate_latest(self._registry)

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                standing, happened = await self._hop(self._look)
        except Exception:
            self._standing = None  # `sportello_store_up` says so
            return
        self._standing = standing
        self.past.add(happened)

    def _look(self) -> tuple[Standing, Happened]:
        return self._desk.look(HowItStands()), self._desk.look(HappenedSince(self.past.last))

    # What is shown

    def _families(self) -> Iterator[Metric]:
        yield _gauge("build_info", "The running version.", ("version",), {(self._version,): 1})
        yield _gauge("store_up", "Whether the database answers.", (), {(): int(self._standing is not None)})
        yield from _standing(self._standing) if self._standing else ()
        yield from self._happened()
        yield from self._counted()
        yield from self._heart()
        yield from self._ears()

    def _happened(self) -> Iterator[Metric]:
        acts = {(act,): many for act, many in self.past.acts.items()}
        yield _counter("acts", "What was done to tickets since this process began.", ("act",), acts)
        by = ("severity",)
        claims, solutions = self.past.claims, self.past.solutions
        yield _histogram("time_to_claim_seconds", "From opening to the first claim, on the wall.", by, claims)
        yield _histogram("time_to_solve_seconds", "From opening to the first solution, on the wall.", by, solutions)

    def _counted(self) -> Iterator[Metric]:
        tally, by = self._tally, ("channel", "kind", "outcome")
        yield _counter("heard", "Things that people did, and what came of it.", by, tally.heard)
        yield _counter("sends", "Tries to send, and what came of it.", by, tally.sent)
        yield _histogram("turn_seconds", "How long a thing heard took to be committed.", ("channel",), tally.turns)
        yield _histogram("send_seconds", "How long a try to send took.", ("channel",), tally.sends)

    def _heart(self) -> Iterator[Metric]:
        watchdog = self._watchdog
        found = {(what.value, outcome.value): many for (what, outcome), many in watchdog.counts.items()}
        ills = {(ill.what.value, ill.where): ill.many for ill in watchdog.ills}
        yield _gauge(
            "well",
            "Whether the watchdog looks, and found nothing that it can't mend.",
            (),
            {(): int(watchdog.is_well())},
        )
        yield _counter("watchdog", "What the watchdog found, mended, and could not.", ("what", "outcome"), found)
        yield _gauge("watchdog_ills", "What stands still although it was set going.", ("what", "where"), ills)

    def _ears(self) -> Iterator[Metric]:
        contacts, now = self._contacts(), asyncio.get_running_loop().time()
        asked = {(name, outcome): many for name, one in contacts.items() for outcome, many in one.counts.items()}
        silent = {(name,): since for name, one in contacts.items() if (since := one.silent(now)) is not None}
        yield _counter(
            "polls", "Questions to a platform for what is new (or links to it).", ("channel", "outcome"), asked
        )
        yield _gauge("ear_silent_seconds", "For how long a platform has not answered.", ("channel",), silent)


def _standing(now: Standing) -> Iterator[Metric]:
    yield _gauge("tickets", "Tickets that are not closed.", ("severity", "state"), now.open)
    yield _gauge("tickets_late", "Open tickets past a deadline.", ("severity", "target"), now.late)
    yield _gauge("outbox_depth", "What is still to be sent.", ("channel", "kind"), now.outbox)
    yield _gauge("outbox_due", "What could leave at this moment.", ("channel",), _many(now.due))
    yield _gauge("outbox_oldest_seconds", "How long the longest due has been waiting.", ("channel",), _oldest(now.due))
    yield _gauge("inbox_depth", "What was heard and is not dealt with.", ("channel",), _many(now.inbox))
    yield _gauge("inbox_oldest_seconds", "How long the first of it has been waiting.", ("channel",), _oldest(now.inbox))
    yield _gauge("database_bytes", "The size of the database.", (), {(): now.bytes})


def _many(waiting: Mapping[str, Waiting]) -> Mapping[tuple[str, ...], float]:
    return {(channel,): one.many for channel, one in waiting.items()}


def _oldest(waiting: Mapping[str, Waiting]) -> Mapping[tuple[str, ...], float]:
    return {(channel,): one.oldest.total_seconds() for channel, one in waiting.items()}


Values = Mapping[Any, float]
"""By the labels' values, in order."""


def _gauge(name: str, meaning: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = GaugeMetricFamily(f"sportello_{name}", meaning, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _counter(name: str, meaning: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = CounterMetricFamily(f"sportello_{name}", meaning, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _histogram(name: str, meaning: str, labels: tuple[str, ...], spreads: Mapping[str, Spread]) -> Metric:
    family = HistogramMetricFamily(f"sportello_{name}", meaning, labels=labels)
    for key, one in sorted(spreads.items()):
        family.add_metric((key,), list(_buckets(one)), one.total)
    return family


def _buckets(spread: Spread) -> Iterator[tuple[str, float]]:
    """Counts up to each bound."""
    so_far = 0
    for bound, many in zip((*map(str, spread.bounds), "+Inf"), spread.counts, strict=True):
        so_far += many
        yield bound, so_far


class _Collected(Collector):
    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families()

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked at registration."""
        return ()
