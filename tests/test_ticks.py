"""The watch, stepped by hand over whole days, and the timer that ticks it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from bot.ticks import HOUR, Ticks, Watch
from core.notices.inbox import done, take
from core.notices.tables import inbox
from core.sla.clock import hours
from core.sla.policy import PAGE, Policy, Severity
from core.tickets.commands import Claim, Solve
from core.tickets.held import Hold
from core.tickets.overdue import PolicyKnown
from core.tickets.queries import Thread, TicketOf
from tests.house import House, open_house
from tests.tickets.watched import alert_rows, at, told

T = TypeVar("T")
HIGH, MEDIUM, LOW, INFO = Severity


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with open_house(database_url) as house:
        house.now = at("Mon 10:00")
        yield house


def watch_until(house: House, watch: Watch, end: datetime) -> None:
    """Push the clock from moment to moment, as the demo does."""
    while (moment := watch.step(house.now)) <= end:
        house.now = moment
    house.now = end
    watch.step(end)


class TestTheWatch:
    def test_says_what_falls_due_on_the_way(self, house: House) -> None:
        watch = Watch(house.desk)
        watch.step(house.now)  # a digest that would be made up for has nothing to list yet
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        watch_until(house, watch, at("Mon 11:00"))
        assert told(house) == {"#operators": ["warning", "breach-told"], "#leads": ["breach"]}

    def test_names_the_next_moment_to_the_second(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        assert Watch(house.desk).step(house.now) == at("Mon 10:45")

    def test_comes_back_within_the_hour_where_nothing_is_due(self, house: House) -> None:
        assert Watch(house.desk).step(house.now) == house.now + HOUR

    def test_says_the_list_before_closing_and_the_digest_at_opening(self, house: House) -> None:
        watch = Watch(house.desk)
        watch_until(house, watch, at("Mon 15:00"))
        ticket = house.ticket(house.customer("Eva"), felt=HIGH)
        house.desk.do(Claim(house.operator("Giulia"), ticket.number))
        told(house)
        watch_until(house, watch, at("Tue 08:30"))
        leads = told(house)["#leads"]
        assert [message for message in leads if message in ("list-before-closing", "digest", "breach")] == [
            "list-before-closing",
            "breach",
            "digest",
        ]

    def test_that_was_started_anew_says_no_digest_again(self, house: House) -> None:
        eva = house.customer("Eva")
        house.now = at("Mon 15:00")
        house.ticket(eva, felt=HIGH)
        watch_until(house, Watch(house.desk), at("Tue 08:30"))
        told(house)
        Watch(house.desk).step(at("Tue 08:30"))
        assert told(house) == {}

    def test_closes_what_was_solved_a_week_ago(self, house: House) -> None:
        eva = house.customer("Eva")
        ticket = house.ticket(eva)
        house.desk.do(Solve(house.operator("Giulia"), ticket.number, "Fatto", LOW))
        watch_until(house, Watch(house.desk), at("Mon 10:00", week=1))
        assert house.desk.look(TicketOf(eva, ticket.number)).state == "closed"

    def test_plans_anew_by_a_policy_that_changed_while_it_was_down(self, house: House) -> None:
        eva = house.customer("Eva")
        Watch(house.desk).step(house.now)
        ticket = house.ticket(eva, felt=HIGH)
        promises = {**PAGE, HIGH: replace(PAGE[HIGH], resolution=hours(2))}
        house.rules[Policy] = replace(house.rules[Policy], promises=promises)
        Watch(house.desk).step(house.now)
        assert house.desk.look(TicketOf(eva, ticket.number)).resolution_due == at("Mon 12:00")

    def test_keeps_the_policy_in_mind(self, house: House) -> None:
        Watch(house.desk).step(house.now)
        assert house.desk.look(PolicyKnown()) is True

    def test_makes_up_for_a_clock_that_jumped_over_a_week_with_one_alert_each(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        watch = Watch(house.desk)
        watch.step(house.now)
        house.now = at("Mon 10:00", week=1)
        watch.step(house.now)
        assert [row[1:3] for row in alert_rows(house)] == [("reaction", "breach"), ("resolution", "breach")]

    def test_forgets_at_night_what_is_kept_no_longer(self, house: House) -> None:
        with house.desk.turn() as tx:
            row = take(tx, "terminal", "1", "lane", {})
            assert row
            done(tx, row)
        watch_until(house, Watch(house.desk), at("Tue 03:00", week=1))
        with house.desk.database.read() as conn:
            assert conn.execute(select(inbox)).all() == []

    def test_sends_what_is_held_at_its_moment_after_a_restart_too(self, house: House) -> None:
        giulia = house.operator("Giulia")
        number = house.desk.do(Claim(giulia, house.ticket(house.customer("Eva")).number)).number
        Watch(house.desk).step(house.now)
        house.desk.do(Hold(giulia, number, "m1", "Prova a riavviare"))
        due = house.now + timedelta(seconds=10)
        assert Watch(house.desk).next_moment(house.now) == due
        house.now = due
        Watch(house.desk).step(due)
        assert house.desk.look(Thread(giulia, number))[-1].text == "Prova a riavviare"

    def test_does_one_thing_at_a_time(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        watch = Watch(house.desk)
        watch.step(house.now)
        house.now = at("Mon 11:00")
        assert [watch.piece(house.now), watch.piece(house.now)] == [True, False]


class Counting:
    """A watch that counts its ticks, and says when it wants the next."""

    def __init__(self, ahead: timedelta = timedelta(hours=1), failures: int = 0) -> None:
        self.ticks = 0
        self.ahead = ahead
        self.failures = failures
        self.ticked = asyncio.Event()

    def piece(self, now: datetime) -> bool:
        self.ticks += 1
        self.ticked.set()
        if self.ticks <= self.failures:
            raise RuntimeError("the store is away")
        return False

    def next_moment(self, now: datetime) -> datetime:
        return now + self.ahead

    async def reaches(self, count: int) -> None:
        async with asyncio.timeout(10):
            while self.ticks < count:
                self.ticked.clear()
                await self.ticked.wait()


async def hop(work: Callable[[], T]) -> T:
    return work()


def the_time() -> datetime:
    return datetime.now(UTC)


SOON = timedelta(milliseconds=20)


class TestTheTicks:
    async def test_begin_at_once(self) -> None:
        watch = Counting()
        async with Ticks(watch, hop=hop, clock=the_time):
            await watch.reaches(1)
        assert watch.ticks == 1

    async def test_come_at_the_moment_that_the_watch_named(self) -> None:
        watch = Counting(ahead=SOON)
        async with Ticks(watch, hop=hop, clock=the_time):
            await watch.reaches(3)
        assert watch.ticks >= 3

    async def test_come_early_when_a_commit_wakes_them_from_another_thread(self) -> None:
        watch = Counting()
        async with Ticks(watch, hop=hop, clock=the_time, gather=SOON) as ticks:
            await watch.reaches(1)
            threading.Thread(target=ticks.wake).start()
            await watch.reaches(2)
        assert watch.ticks == 2

    async def test_come_once_for_many_commits_at_once(self) -> None:
        watch = Counting()
        async with Ticks(watch, hop=hop, clock=the_time, gather=SOON) as ticks:
            await watch.reaches(1)
            for _ in range(100):
                ticks.wake()
            await watch.reaches(2)
        assert watch.ticks == 2

    async def test_do_not_lose_a_commit_that_came_in_the_middle_of_one(self) -> None:
        watch = Counting()
        woken: list[Ticks] = []

        async def hop_and_wake(work: Callable[[], T]) -> T:
            done = work()
            if watch.ticks == 1 and woken:
                woken.pop().wake()
            return done

        ticks = Ticks(watch, hop=hop_and_wake, clock=the_time, gather=SOON)
        woken.append(ticks)
        async with ticks:
            await watch.reaches(2)
        assert watch.ticks == 2

    async def test_lose_no_moment_that_comes_while_one_is_ending(self) -> None:
        """The next is due at once, when the scheduler still counts this one as under way."""
        watch = Counting()
        async with Ticks(watch, hop=hop, clock=lambda: the_time() - timedelta(hours=2)):
            await watch.reaches(3)
        assert watch.ticks >= 3

    async def test_try_again_after_an_error(self) -> None:
        watch = Counting(failures=2)
        async with Ticks(watch, hop=hop, clock=the_time, again=SOON):
            await watch.reaches(3)
        assert watch.ticks == 3

    async def test_try_again_soon_where_another_process_is_just_at_it(self) -> None:
        watch = Counting(ahead=timedelta(0))
        async with Ticks(watch, hop=hop, clock=the_time, again=SOON):
            await watch.reaches(3)
        assert watch.ticks >= 3

    async def test_come_each_minute_in_any_case(self) -> None:
        watch = Counting()
        async with Ticks(watch, hop=hop, clock=the_time, every=SOON):
            await watch.reaches(3)
        assert watch.ticks >= 3

    async def test_notice_a_clock_that_jumped(self) -> None:
        watch, jumped = Counting(), timedelta(0)
        async with Ticks(watch, hop=hop, clock=lambda: the_time() + jumped, heartbeat=SOON):
            await watch.reaches(1)
            jumped = timedelta(hours=-3)
            await watch.reaches(2)
        assert watch.ticks == 2

    async def test_end_when_what_is_being_done_is_done(self) -> None:
        watch, ended = Counting(), []
        begun = asyncio.Event()

        async def slow(work: Callable[[], T]) -> T:
            begun.set()
            await asyncio.sleep(0)
            done = work()
            ended.append(True)
            return done

        async with Ticks(watch, hop=slow, clock=the_time):
            await begun.wait()
        assert ended

    async def test_that_are_over_are_woken_by_nothing(self) -> None:
        watch = Counting()
        async with Ticks(watch, hop=hop, clock=the_time) as ticks:
            await watch.reaches(1)
        ticks.wake()
        await asyncio.sleep(0)
        assert watch.ticks == 1
