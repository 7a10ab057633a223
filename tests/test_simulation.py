"""A few short worlds in which nothing is as it should be, and the invariants that they are held to.

`make bench` plays a long one; `sportello simulate` plays any.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.simulation.playing import play, run_simulation
from bot.simulation.reckoning import reaction_due, resolution_due
from bot.simulation.simulation import Asked

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
