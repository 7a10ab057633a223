"""The desk's own rules with a clock: reminders, closings, and rows that are kept no longer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from core.ids import TicketNumber
from core.notices.inbox import done, take
from core.notices.tables import inbox, outbox
from core.people.who import Who
from core.sla.policy import Severity
from core.sla.tables import periods
from core.talks import Talk, begin, talks
from core.tickets.commands import Answer, Ask, Solve
from core.tickets.model import Ticket
from core.tickets.queries import TicketOf
from core.tickets.upkeep import Housekeeping, NextTending, TendTickets
from tests.house import House, open_house
from tests.tickets.watched import at

LOW = Severity.LOW


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with open_house(database_url) as house:
        house.now = at("Mon 10:00")
        yield house


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


@pytest.fixture
def giulia(house: House) -> Who:
    return house.operator("Giulia")


@pytest.fixture
def waiting(house: House, eva: Who, giulia: Who) -> Ticket:
    """Asked on Monday at ten."""
    asked = house.desk.do(Ask(giulia, house.ticket(eva).number, "Che versione usi?"))
    house.posted()
    return asked


def state(house: House, by: Who, number: TicketNumber) -> str:
    return house.desk.look(TicketOf(by, number)).state


class TestWhoDoesNotAnswer:
    def test_is_reminded_of_the_question_after_three_working_days(
        self, house: House, eva: Who, waiting: Ticket
    ) -> None:
        house.now = at("Thu 10:00")
        house.desk.do(TendTickets())
        reminder = house.told(eva)
        assert [line.message for line in reminder] == ["reminder-to-answer"]

    def test_is_not_reminded_a_moment_earlier(self, house: House, eva: Who, waiting: Ticket) -> None:
        house.now = at("Thu 10:00") - timedelta(seconds=1)
        house.desk.do(TendTickets())
        assert house.messages(eva) == []

    def test_is_reminded_once(self, house: House, eva: Who, waiting: Ticket) -> None:
        house.now = at("Thu 10:00")
        assert [house.desk.do(TendTickets()), house.desk.do(TendTickets())] == [1, 0]

    def test_is_reminded_anew_of_a_later_question(self, house: House, eva: Who, giulia: Who, waiting: Ticket) -> None:
        house.now = at("Thu 10:00")
        house.desk.do(TendTickets())
        house.now = at("Fri 10:00")
        house.desk.do(Answer(eva, waiting.number, "La 4"))
        house.desk.do(Ask(giulia, waiting.number, "E il sistema?"))
        house.posted()
        house.now = at("Wed 10:00", week=1)
        house.desk.do(TendTickets())
        assert house.messages(eva) == ["reminder-to-answer"]

    def test_has_the_ticket_closed_after_ten_working_days(self, house: House, eva: Who, waiting: Ticket) -> None:
        house.now = at("Mon 10:00", week=2)
        house.desk.do(TendTickets())
        assert state(house, eva, waiting.number) == "closed"

    def test_is_told_of_the_closing_and_of_nothing_else(self, house: House, eva: Who, waiting: Ticket) -> None:
        house.now = at("Tue 10:00", week=2)  # the desk was down all the time: a reminder would come too late
        house.desk.do(TendTickets())
        assert house.messages(eva) == ["ticket-closed-unanswered"]


class TestWhatIsSolved:
    def test_is_closed_after_seven_days(self, house: House, eva: Who, giulia: Who) -> None:
        number = house.desk.do(Solve(giulia, house.ticket(eva).number, "Fatto", LOW)).number
        house.wait(days=7)
        house.desk.do(TendTickets())
        assert state(house, eva, number) == "closed"

    def test_stays_open_to_a_reopening_until_then(self, house: House, eva: Who, giulia: Who) -> None:
        number = house.desk.do(Solve(giulia, house.ticket(eva).number, "Fatto", LOW)).number
        house.wait(days=6, hours=23)
        house.desk.do(TendTickets())
        assert state(house, eva, number) == "solved"

    def test_is_closed_in_pieces(self, house: House, eva: Who, giulia: Who) -> None:
        for _ in range(3):
            house.desk.do(Solve(giulia, house.ticket(eva).number, "Fatto", LOW))
        house.wait(days=7)
        assert [house.desk.do(TendTickets(most=2)) for _ in range(3)] == [2, 1, 0]


class TestTheNextTending:
    def test_is_none_where_nothing_waits(self, house: House, eva: Who) -> None:
        house.ticket(eva)
        assert house.desk.look(NextTending()) is None

    def test_is_the_reminder_and_then_the_closing(self, house: House, waiting: Ticket) -> None:
        first = house.desk.look(NextTending())
        house.now = at("Thu 10:00")
        house.desk.do(TendTickets())
        assert (first, house.desk.look(NextTending())) == (at("Thu 10:00"), at("Mon 10:00", week=2))

    def test_is_the_closing_of_what_is_solved(self, house: House, eva: Who, giulia: Who) -> None:
        house.desk.do(Solve(giulia, house.ticket(eva).number, "Fatto", LOW))
        assert house.desk.look(NextTending()) == at("Mon 10:00", week=1)


def count(house: House, table: Table) -> int:
    with house.desk.database.read() as conn:
        return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def clean(house: House) -> int:
    """Housekeeping until nothing is left; how many rows went."""
    gone = 0
    while some := house.desk.do(Housekeeping(most=2)):
        gone += some
    return gone


class TestHousekeeping:
    def test_forgets_what_was_heard_a_week_ago(self, house: House) -> None:
        with house.desk.turn() as tx:
            rows = [take(tx, "terminal", str(key), "lane", {}) for key in range(6)]
            for row in rows[:5]:
                assert row
                done(tx, row)
        house.wait(days=8)
        assert (clean(house), count(house, inbox)) == (5, 1)

    def test_forgets_what_was_sent_a_month_ago(self, house: House, eva: Who) -> None:
        house.ticket(eva)
        sent = len(house.posted())
        house.ticket(eva)
        unsent = count(house, outbox) - sent
        house.wait(days=31)
        clean(house)
        assert count(house, outbox) == unsent

    def test_forgets_talks_that_nobody_went_on_with(self, house: House, eva: Who) -> None:
        with house.desk.turn() as tx:
            begin(tx, Talk(0, eva.identity, eva.chat, "open"))  # type: ignore[arg-type]
        house.wait(days=31)
        clean(house)
        assert count(house, talks) == 0

    def test_keeps_what_is_recent(self, house: House, eva: Who) -> None:
        house.ticket(eva)
        house.posted()
        house.wait(days=1)
        assert clean(house) == 0

    def test_waits_for_the_night(self, house: House) -> None:
        with house.desk.turn() as tx:
            row = take(tx, "terminal", "1", "lane", {})
            assert row
            done(tx, row)
        house.now = at("Wed 02:59", week=1)
        assert clean(house) == 0

    def test_writes_the_day_down_when_nothing_is_left(self, house: House) -> None:
        house.wait(days=1)
        clean(house)
        with house.desk.database.read() as conn:
            found = conn.execute(select(periods.c.task, periods.c.period)).all()
        assert [tuple(row) for row in found] == [("housekeeping", "2026-11-24")]

    def test_is_done_once_a_day(self, house: House) -> None:
        house.wait(days=1)
        clean(house)
        assert house.desk.do(Housekeeping()) == 0
