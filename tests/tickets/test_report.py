"""The figures, compared with a slow count over the same tickets in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import NotYours, Refusal
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import Answer, Ask, Claim, Classify, Release, Reopen, Solve, Withdraw
from core.tickets.report import Figures, Report, Today
from core.tickets.tables import ticket_events, tickets
from tests.house import House, open_house
from tests.tickets.watched import at

HIGH, MEDIUM, LOW, INFO = Severity


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with open_house(database_url) as house:
        house.now = at("Mon 10:00")
        yield house


@pytest.fixture
def laura(house: House) -> Who:
    return house.operator("Laura", lead=True)


def counted(house: House, since: datetime, until: datetime) -> Report:
    """The same figures, row by row."""
    with house.desk.database.read() as conn:
        events: list[Any] = [e for e in conn.execute(select(ticket_events)) if since <= e.at < until]
        rows: list[Any] = list(conn.execute(select(tickets)))
    going_on = [row for row in rows if row.state in ("new", "claimed", "waiting")]
    urgencies = [row.severity or row.felt or "none" for row in going_on]

    def times(moment: str) -> list[timedelta]:
        met = [row for row in rows if getattr(row, moment) and since <= getattr(row, moment) < until]
        return sorted(getattr(row, moment) - row.opened_at for row in met)

    def missed(due: str, met: str) -> int:
        owed = [row for row in rows if getattr(row, due) and since <= getattr(row, due) < until]
        return sum((getattr(row, met) or row.closed_at or house.now) > getattr(row, due) for row in owed)

    claims, solutions = times("reacted_at"), times("solved_at")
    return Report(
        since,
        until,
        opened=sum(event.act == "open" for event in events),
        claimed=sum(event.before == "new" and event.after in ("claimed", "waiting") for event in events),
        solved=sum(event.before != "solved" and event.after == "solved" for event in events),
        reopened=sum(event.act == "reopen" for event in events),
        late_reaction=missed("reaction_due", "reacted_at"),
        late_resolution=missed("resolution_due", "solved_at"),
        open={key: urgencies.count(key) for key in ("high", "medium", "low", "info", "none")},
        claim_median=percentile(claims, 50),
        claim_90=percentile(claims, 90),
        solve_median=percentile(solutions, 50),
        solve_90=percentile(solutions, 90),
    )


def percentile(times: list[timedelta], percent: int) -> timedelta | None:
    return times[ceil(len(times) * percent / 100) - 1] if times else None


def a_busy_week(house: House, seed: int) -> None:
    """Whatever may happen to forty tickets; what the life cycle refuses does not happen."""
    chance = Random(seed)
    customers, operators = [house.customer(name) for name in ("Eva", "Ugo")], [house.operator("Giulia")]
    opened: list[tuple[Who, int]] = []
    for _ in range(160):
        house.wait(minutes=chance.randint(1, 120), seconds=chance.random())
        eva, giulia = chance.choice(customers), chance.choice(operators)
        if len(opened) < 40 and chance.random() < 0.4:
            opened.append((eva, house.ticket(eva, felt=chance.choice([None, *Severity])).number))
        elif opened:
            _act(house, chance, *chance.choice(opened), giulia)


def _act(house: House, chance: Random, eva: Who, number: int, giulia: Who) -> None:
    acts: list[Callable[[], Any]] = [
        lambda: Claim(giulia, number),
        lambda: Release(giulia, number),
        lambda: Classify(giulia, number, chance.choice(list(Severity))),
        lambda: Ask(giulia, number, "E poi?"),
        lambda: Answer(eva, number, "Ecco"),
        lambda: Solve(giulia, number, "Fatto", chance.choice(list(Severity))),
        lambda: Reopen(eva, number, "Di nuovo"),
        lambda: Withdraw(eva, number),
    ]
    try:
        house.desk.do(chance.choice(acts)())
    except Refusal:
        return


class TestTheFigures:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_are_those_of_a_slow_count(self, house: House, laura: Who, seed: int) -> None:
        a_busy_week(house, seed)
        periods = [(house.now - timedelta(days=days), house.now - timedelta(days=days - 2)) for days in (2, 4, 20)]
        assert [house.desk.look(Figures(laura, *period)) for period in periods] == [
            counted(house, *period) for period in periods
        ]

    def test_of_an_empty_desk_are_nothing(self, house: House, laura: Who) -> None:
        figures = house.desk.look(Today(laura))
        assert (figures.opened, figures.claim_median, sum(figures.open.values())) == (0, None, 0)

    def test_are_for_leads_alone(self, house: House) -> None:
        giulia = house.operator("Giulia")
        with pytest.raises(NotYours):
            house.desk.look(Today(giulia))

    def test_of_today_begin_at_the_desks_midnight(self, house: House, laura: Who) -> None:
        eva = house.customer("Eva")
        house.now = at("Mon 23:59")
        house.ticket(eva)
        house.now = at("Tue 00:00")
        house.ticket(eva)
        assert house.desk.look(Today(laura)).opened == 1

    def test_count_a_target_missed_only_after_its_deadline(self, house: House, laura: Who) -> None:
        eva, giulia = house.customer("Eva"), house.operator("Giulia")
        for minutes in (30, 31):
            house.now = at("Mon 10:00")
            ticket = house.ticket(eva, felt=HIGH)
            house.wait(minutes=minutes)
            house.desk.do(Claim(giulia, ticket.number))
        assert house.desk.look(Today(laura)).late_reaction == 1

    def test_count_a_solution_as_late_when_it_was(self, house: House, laura: Who) -> None:
        eva, giulia = house.customer("Eva"), house.operator("Giulia")
        for solved in ("Mon 18:00", "Mon 18:01"):
            house.now = at("Mon 10:00")
            ticket = house.ticket(eva, felt=HIGH)
            house.now = at(solved)
            house.desk.do(Solve(giulia, ticket.number, "Fatto", HIGH))
        assert house.desk.look(Today(laura)).late_resolution == 1

    def test_as_facts_are_flat(self, house: House, laura: Who) -> None:
        house.ticket(house.customer("Eva"), felt=HIGH)
        house.ticket(house.customer("Ugo"), felt=None)
        facts = house.desk.look(replace(Today(laura))).facts()
        assert (facts["open"], facts["high"], facts["unclassified"]) == (2, 1, 1)
