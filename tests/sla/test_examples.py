"""All worked deadlines that came with the service levels, each row a test: within a second."""

from functools import cache
from pathlib import Path

import pytest

from bot.levels.check import Row, check, read_rows
from bot.policies import SlaSettings, shipped_policy
from core.sla.policy import Policy

HERE = Path(__file__).parent
ROWS = [row for name in ("examples.csv", "more.csv") for row in read_rows(HERE / name)]


@cache
def shipped() -> tuple[SlaSettings, Policy]:
    settings = shipped_policy()
    return settings, settings.to_policy()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text('case')}-{row.text('clock')}-{row.text('severity')}")
def test_our_deadlines_agree_with_the_worked_ones(row: Row) -> None:
    (verdict,) = check(iter([row]), *shipped())

    assert verdict.fault is None
    assert verdict.differences == ()


def test_no_row_was_lost() -> None:
    assert len(ROWS) == 88 + 186


def test_every_row_holds_both_deadlines() -> None:
    assert all(row.text("reaction_due") and row.text("resolution_due") for row in ROWS)
