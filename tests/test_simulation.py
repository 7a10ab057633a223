"""A few short worlds in which nothing is as it should be, and the invariants that they are held to.

`make bench` plays a long one; `sportello simulate` plays any.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.simulation.books import Books
from bot.simulation.invariants import (
    no_alert_is_early,
    nothing_arrives_that_was_not_committed,
    nothing_heard_is_lost,
    nothing_is_doubled_outside_the_window,
    nothing_posted_is_lost,
    order_is_kept,
)
from bot.simulation.playing import play, run_simulation
from bot.simulation.reckoning import reaction_due, resolution_due
from bot.simulation.simulation import Asked, Simulation
from bot.simulation.wire import Arrival
from core.notices.outbox import Kind

EXAMPLES = Path(__file__).parent / "sla" / "examples.csv"


@pytest.mark.parametrize("seed", [1, 3])
def test_in_a_world_of_crashes_nothing_is_lost_doubled_early_or_out_of_order(seed: int) -> None:
    simulation, wrong = play(Asked(seed, operations=400))
    assert wrong == []
    assert simulation.world.kills
    assert simulation.books.posted


def test_the_same_seed_is_the_same_world() -> None:
    one, other = (play(Asked(seed=3, operations=200))[0].world.trace.digest for _ in range(2))
    assert one == other


def test_a_world_is_played_up_to_an_operation_and_shown() -> None:
    told: list[str] = []
    assert run_simulation(Asked(seed=3, operations=200, until=60), told.append) == 0
    assert told[-1].startswith(("60 ", "59 "))


def test_the_reckoner_agrees_with_the_worked_deadlines() -> None:
    with EXAMPLES.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["clock"] == "desk"]
    for row in rows:
        opened = datetime.fromisoformat(row["opened"]).astimezone(UTC)
        ours = reaction_due(opened, row["severity"]), resolution_due(opened, row["severity"], [(opened, None)])
        for mine, due in zip(ours, (row["reaction_due"], row["resolution_due"]), strict=True):
            assert mine
            assert abs(mine - datetime.fromisoformat(due)) <= timedelta(seconds=1), row
    assert rows


class TestWhatIsNotAsPromisedIsFound:
    """Each invariant, over books in which something is wrong."""

    @pytest.fixture
    def books(self, tmp_path: Path) -> Books:
        return Simulation(Asked(seed=1, operations=1), tmp_path).books

    def arrival(self, parcel: int) -> Arrival:
        return Arrival(parcel, "chat:1", "telegram", "eva", Kind.REPLY, "t1", False, "desk0.1", timedelta(0))

    def test_what_was_acknowledged_and_is_nowhere(self, books: Books) -> None:
        books.acknowledged = {("telegram", "u1")}
        assert list(nothing_heard_is_lost(books))

    def test_what_is_done_and_arrived_nowhere(self, books: Books) -> None:
        books.settled = [SimpleNamespace(id=1, kind=Kind.REPLY, error=None, given_up=False)]
        assert list(nothing_posted_is_lost(books))

    @pytest.mark.parametrize(("hours", "lost"), [(23, True), (24, False)])
    def test_what_was_given_up_before_it_was_tried_for_a_day(self, books: Books, hours: int, lost: bool) -> None:
        posted = datetime(2026, 11, 24, 9, tzinfo=UTC)
        given_up = {"given_up": True, "created_at": posted, "done_at": posted + timedelta(hours=hours)}
        books.settled = [SimpleNamespace(id=1, kind=Kind.THREAD, error="the link broke", **given_up)]
        assert bool(list(nothing_posted_is_lost(books))) == lost

    def test_what_arrived_and_was_never_committed(self, books: Books) -> None:
        books.new_arrivals = [self.arrival(1)]
        assert list(nothing_arrives_that_was_not_committed(books))

    def test_what_came_twice_though_its_desk_knew(self, books: Books) -> None:
        books.world.processes["desk0.1"] = SimpleNamespace(stopped_since=lambda _: False)  # type: ignore[assignment]
        books.world.time.go_on(timedelta(minutes=1))
        for _ in range(2):
            books.world.arrives(self.arrival(1))
        assert list(nothing_is_doubled_outside_the_window(books))

    def test_what_overtook_another(self, books: Books) -> None:
        for parcel in (2, 1):
            books.world.arrives(self.arrival(parcel))
        assert list(order_is_kept(books))

    def test_an_alert_before_its_deadline(self, books: Books) -> None:
        due = datetime(2026, 11, 24, 9, tzinfo=UTC)
        early = due - timedelta(minutes=1)
        books.new_alerts = [SimpleNamespace(kind="breach", ticket_id=1001, posted_at=early, deadline=due)]
        assert list(no_alert_is_early(books))
