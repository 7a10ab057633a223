"""People who write on both platforms at once while the desk is killed at random; and what came of all they wrote.

Each line has a number, so that it can be seen whether it arrived, how often, and behind which one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from sqlalchemy import select

from core.tickets.tables import messages
from tests.killed import JUST_SENT, LONG_ENOUGH, Desk, Side, Talk, kept, serving
from tests.servers.slack import Message as SlackMessage
from tests.sides import AT_TELEGRAM, BY_WORDS, AtSlack, AtTelegram, presses

PAUSE = 25.0
"""Seconds between two lines of the same person: each is a message, a newer card and a sign in one channel, which is paced."""
SHORTEST, LONGEST = 0.2, 5.0
"""Seconds that a desk lives; it needs about one to start."""
TO_THE_END = 900.0


@dataclass(frozen=True)
class Place:
    """Where lines arrive: what stands there now, each with the moment at which it came."""

    name: str
    read: Callable[[], list[tuple[str, float]]]
    doubles: bool


@dataclass
class Stream:
    """Somebody's lines, and where they must arrive. *tag*: what each begins with."""

    tag: str
    write: Callable[[str], object]
    places: Sequence[Place]
    due: float = 0.0
    numbers: Any = field(default_factory=lambda: count(1))
    lines: list[str] = field(default_factory=list)

    def writes(self) -> None:
        line = f"{self.tag}-{next(self.numbers):04d}"
        self.write(line)
        self.lines.append(line)


@dataclass
class Counts:
    kills: int = 0
    lines: int = 0
    expected: int = 0
    lost: int = 0
    doubled: int = 0
    """Outside the window, or where there is none."""
    doubled_in_the_window: int = 0
    out_of_order: int = 0

    def __str__(self) -> str:
        return (
            f"  killed {self.kills} times at random: {self.lines} lines written, {self.expected} to arrive; lost {self.lost},"
            f" doubled {self.doubled}, doubled in the window of a kill {self.doubled_in_the_window},"
            f" out of order {self.out_of_order}"
        )


class Crowd:
    """Eva at Telegram and Eva at Slack, and Luca who answers both of them in Slack."""

    def __init__(self, telegram: AtTelegram, slack: AtSlack, seed: int = 1) -> None:
        self.telegram = telegram
        self.slack = slack
        self.random = Random(seed)
        self.kills: list[float] = []
        self.streams: list[Stream] = []

    @contextmanager
    def served(self, folder: Path, database: str, processes: int = 1) -> Iterator[list[Desk]]:
        """A desk of so many *processes* at both platforms, at each of which a ticket is open and claimed."""
        self.telegram.with_room = False
        sides: tuple[Side, Side] = (self.telegram, self.slack)
        began = [side.begins() for side in sides]
        with ExitStack() as stack:
            desks = [stack.enter_context(serving(sides, folder, database)) for _ in range(processes)]
            for side, begins in zip(sides, began, strict=True):
                side.world.wait_until(begins, LONG_ENOUGH)
            self._open(desks[0])
            yield desks

    def _open(self, desk: Desk) -> None:
        luca = presses("claim", "luca")
        Talk(self.telegram, desk).play(AT_TELEGRAM)
        talk = Talk(self.slack, desk)
        talk.play((luca,))
        first = self.slack.card()
        talk.play((*BY_WORDS, luca))
        self.streams = [*self._of_telegram(first), *self._of_slack(self.slack.card())]

    def _of_telegram(self, card: SlackMessage) -> Iterator[Stream]:
        eva, luca = self.telegram.eva, self.slack.people["luca"]
        notice = next(one for one in reversed(eva.hears()) if "1001" in one.text)
        hers = Place("Eva at Telegram", lambda: [(one.text, one.at) for one in eva.hears()], doubles=True)
        yield Stream("EvaT", lambda line: eva.says(line, reply_to=notice), (self._thread(card),))
        yield Stream("LucaT", lambda line: luca.says(line, thread=card), (hers,))

    def _of_slack(self, card: SlackMessage) -> Iterator[Stream]:
        eva, luca = self.slack.people["eva"], self.slack.people["luca"]
        notice = next(one for one in reversed(eva.hears()) if "1002" in one.text)
        hers = Place(
            "Eva at Slack",
            lambda: [(reply.text, float(reply.ts)) for one in eva.hears() for reply in (one, *one.replies)],
            doubles=False,
        )
        yield Stream("EvaS", lambda line: eva.says(line, thread=notice), (self._thread(card),))
        yield Stream("LucaS", lambda line: luca.says(line, thread=card), (hers,))

    def _thread(self, card: SlackMessage) -> Place:
        def read() -> list[tuple[str, float]]:
            bot = self.slack.world.bot
            return [(one.text, float(one.ts)) for one in card.replies if one.by is bot]

        return Place("the thread in Slack", read, doubles=False)

    # Killing

    def kill_at_random(self, desks: Sequence[Desk], minutes: float) -> None:
        """Kill one and start it again, for so long, while everybody writes; then let it live."""
        ends = monotonic() + minutes * 60
        while monotonic() < ends:
            self._write_for(self.random.uniform(SHORTEST, LONGEST))
            desk = self.random.choice(desks)
            desk.kill()
            self.kills.append(self.telegram.world.now())
            desk.ended()
            desk.start()

    def _write_for(self, seconds: float) -> None:
        until = monotonic() + seconds
        while (now := monotonic()) < until:
            for stream in self.streams:
                if stream.due <= now:
                    stream.writes()
                    stream.due = now + self.random.uniform(0.5, 1.5) * PAUSE
            soonest = min(until, *(stream.due for stream in self.streams))
            self._let_pass(soonest)

    def _let_pass(self, moment: float) -> None:
        self.slack.world.wait_until(lambda: monotonic() >= moment, LONGEST + 1)

    # What came of it

    def counted(self, desk: Desk) -> Counts:
        """Let all arrive that is under way, and count."""
        self.slack.waits()
        self.slack.world.passes(301)
        self.slack.world.wait_until(lambda: self._is_quiet(desk), TO_THE_END)
        counts = Counts(kills=len(self.kills), lines=sum(len(stream.lines) for stream in self.streams))
        for stream in self.streams:
            for place in stream.places:
                self._count(stream, place, counts)
            self._count_kept(stream, desk, counts)
        return counts

    def _is_quiet(self, desk: Desk) -> bool:
        now = kept(desk.store)
        return not (now.unheard or now.unsent or self.telegram.under_way() or self.slack.under_way())

    def _count(self, stream: Stream, place: Place, counts: Counts) -> None:
        found = [(line, at) for text, at in place.read() for line in [_line_in(text, stream.tag)] if line]
        times = Counter(line for line, _ in found)
        counts.expected += len(stream.lines)
        counts.lost += sum(1 for line in stream.lines if not times[line])
        first = list(dict.fromkeys(line for line, _ in found))
        counts.out_of_order += sum(1 for one, other in pairwise(first) if one > other)
        for line in (line for line, times_ in times.items() if times_ > 1):
            moments = [at for other, at in found if other == line]
            if place.doubles and all(self._is_in_a_window(at) for at in moments[:-1]):
                counts.doubled_in_the_window += len(moments) - 1
            else:
                counts.doubled += len(moments) - 1

    def _is_in_a_window(self, at: float) -> bool:
        return any(kill - JUST_SENT <= at <= kill + 1 for kill in self.kills)

    def _count_kept(self, stream: Stream, desk: Desk, counts: Counts) -> None:
        """In the store each line lies once."""
        with desk.store.read() as conn:
            texts = [row.text for row in conn.execute(select(messages.c.text))]
        times = Counter(line for text in texts for line in [_line_in(text, stream.tag)] if line)
        counts.lost += sum(1 for line in stream.lines if not times[line])
        counts.doubled += sum(times.values()) - len(times)


def _line_in(text: str, tag: str) -> str:
    _, found, rest = text.partition(f"{tag}-")
    return f"{tag}-{rest[:4]}" if found else ""
