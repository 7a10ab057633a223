"""docs/service-levels.md: every table of examples and every command in it is tried."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.levels.check import read_running
from bot.levels.commands import sla
from bot.policies import SlaSettings
from core.sla.clock import Amount, ClockName
from core.sla.plan import Plan, plan
from core.sla.policy import Policy, Severity

TEXT = (Path(__file__).parents[2] / "docs" / "service-levels.md").read_text("utf-8")
CONSOLES = re.findall(r"^\$ sportello sla (.+)\n((?:.*\n)*?)```", TEXT, re.MULTILINE)


def rows(*columns: str) -> list[dict[str, str]]:
    """The lines of all tables that have these columns."""
    return [row for row in _rows() if set(columns) <= set(row)]


def _rows() -> Iterator[dict[str, str]]:
    heading: list[str] = []
    for line in TEXT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if heading and cells and not set("".join(cells)) <= set("- "):
            yield dict(zip(heading, cells, strict=True))
        heading = cells if not heading else heading if cells else []


def planned(row: dict[str, str], policy: Policy) -> Plan:
    calendar = SlaSettings().to_calendar(row["hours"]) if "hours" in row else policy.calendar
    opened = moment(row["opened"], policy)
    running = read_running(opened, row.get("not running", ""), calendar.zone)
    as_told = replace(policy, calendar=calendar, clock_name=ClockName(row["clock"]))
    return plan(opened, Severity(row["severity"]), running, as_told)


def moment(text: str, policy: Policy) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=policy.calendar.zone)


def told(at: datetime | None, policy: Policy) -> str:
    """As the tables write a moment: seconds only where there are any."""
    if at is None:
        return "none"
    there = at.astimezone(policy.calendar.zone).replace(tzinfo=None, microsecond=0)
    return there.isoformat(" ", "seconds" if there.second else "minutes")


@pytest.mark.parametrize("row", rows("opened", "reaction", "resolution"), ids=lambda row: " ".join(row.values()))
def test_the_deadlines_in_the_document_are_ours(row: dict[str, str], policy: Policy) -> None:
    ours = planned(row, policy)

    assert told(ours.reaction_due, policy) == row["reaction"]
    assert told(ours.resolution_due, policy) == row["resolution"]


@pytest.mark.parametrize("row", rows("opened", "breach alert"), ids=lambda row: " ".join(row.values()))
def test_the_alerts_in_the_document_are_ours(row: dict[str, str], policy: Policy) -> None:
    due = planned(row, policy).resolution

    assert due is not None
    assert told(due.warn_at, policy) == row["warning"]
    assert told(due.breach_at, policy) == row["breach alert"]


@pytest.mark.parametrize("row", rows("resolution, opened in staffed hours"), ids=lambda row: row["severity"])
def test_the_promises_in_the_document_are_those_of_the_shipped_policy(row: dict[str, str], policy: Policy) -> None:
    promise = policy.promises[Severity(row["severity"])]

    written = [Amount.parse(text) for text in list(row.values())[1:]]
    assert [promise.reaction, promise.resolution, promise.resolution_otherwise] == written


@pytest.mark.parametrize(("command", "output"), CONSOLES, ids=[command for command, _ in CONSOLES])
def test_the_commands_in_the_document_print_what_it_shows(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])

    assert CliRunner().invoke(sla, shlex.split(command)).output == output


def test_the_document_is_read() -> None:
    assert len(rows("opened", "resolution")) == 26
    assert len(rows("opened", "breach alert")) == 4
    assert len(CONSOLES) == 3
