"""The watchdog, stepped by hand: what stands still is set going, told once, and keeps the heart from beating."""

from __future__ import annotations

import asyncio
import resource
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.adapters.channel import Broken, Retry
from bot.watchdog import Outcome, Patience, Watchdog, What
from bot.words import Lexicon
from core.db import Database, OneAtATime
from core.desk import Desk
from core.notices.inbox import take
from core.notices.outbox import Closed, Collect, Kind
from core.notices.stuck import Still, StuckHeard, StuckParcels, unmoved
from core.notices.tables import inbox, outbox
from core.sla.policy import Severity
from core.tickets.commands import Claim
from core.tickets.held import Hold
from core.tickets.stuck import StuckMoments
from core.tickets.tables import tickets
from tests.carrying import BEGIN, House, a_ticket, open_house
from tests.house import House as Counter
from tests.house import open_house as open_counter
from tests.tickets.watched import alert_rows, at

T = TypeVar("T")
MINUTE = timedelta(minutes=1)


async def here(work: Callable[[], T]) -> T:
    return work()


class Heart:
    def __init__(self) -> None:
        self.beats = 0
        self.thrice = asyncio.Event()

    async def beat(self) -> None:
        self.beats += 1
        if self.beats == 3:
            self.thrice.set()


@pytest.fixture
def heart() -> Heart:
    return Heart()


@pytest.fixture
def file_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what the watchdog makes of what it sees hangs on no database."""
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'desk.db')}"


@pytest.fixture
def house(file_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(file_url, tmp_path) as house:
        yield house


@pytest.fixture
def watchdog(house: House, heart: Heart) -> Watchdog:
    """One that wakes nobody: what stands still, stands on."""
    return Watchdog(house.desk, hop=here, channels=("wire",), beat=heart.beat)


async def look(house: House, watchdog: Watchdog, times: int = 1) -> None:
    for _ in range(times):
        house.clock.push(MINUTE)
        await watchdog.step()


def told(house: House) -> list[str]:
    """What the leads' room is to read, in order."""
    with house.desk.database.read() as conn:
        rows = conn.execute(outbox.select().where(outbox.c.kind == Kind.ALERT).order_by(outbox.c.id)).all()
    return [line["id"] for row in rows for line in row.lines["lines"]]


class TestOfTwoLooks:
    def still(self, *keys: str, where: str = "wire") -> list[Still]:
        return [Still(where, key, BEGIN) for key in keys]

    def test_what_is_the_same_has_not_moved(self) -> None:
        assert unmoved(self.still("a", "b"), self.still("a", "c")) == tuple(self.still("a"))

    def test_behind_a_head_that_moves_all_wait_their_turn(self) -> None:
        assert unmoved(self.still("a", "b"), self.still("b", "c")) == ()

    def test_one_place_s_head_says_nothing_of_another_s(self) -> None:
        elsewhere = self.still("x", where="mail")
        assert unmoved(self.still("a", "b") + elsewhere, self.still("b") + elsewhere) == tuple(elsewhere)


class TestAQuietDesk:
    async def test_lets_the_heart_beat_each_minute(self, house: House, watchdog: Watchdog, heart: Heart) -> None:
        await look(house, watchdog, 3)
        assert (heart.beats, watchdog.is_well()) == (3, True)

    async def test_that_nobody_looked_at_yet_is_not_called_well(self, watchdog: Watchdog) -> None:
        assert not watchdog.is_well()


class TestWhatDoesNotLeave:
    async def test_is_found_at_the_second_look(self, house: House, watchdog: Watchdog) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        await look(house, watchdog, 1)
        assert watchdog.counts == {}
        await look(house, watchdog)
        assert watchdog.counts == {(What.OUTBOX, Outcome.FOUND): 1}

    async def test_is_sent_once_the_courier_is_woken(self, house: House, heart: Heart) -> None:
        woken: list[object] = []
        watchdog = Watchdog(house.desk, hop=here, wake=woken.append, beat=heart.beat)
        house.post(Kind.REPLY, house.eva, "hello")
        await look(house, watchdog, 2)
        assert woken
        await house.courier.settle()
        await look(house, watchdog)
        assert (told(house), heart.beats, watchdog.is_well()) == (["watchdog-mended"], 3, True)

    async def test_keeps_the_heart_from_beating_while_it_stands(
        self, house: House, watchdog: Watchdog, heart: Heart
    ) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        await look(house, watchdog, 5)
        assert (heart.beats, watchdog.is_well()) == (2, False)

    async def test_is_told_once_and_not_each_minute(self, house: House, watchdog: Watchdog) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        await look(house, watchdog, 30)
        assert told(house) == ["watchdog-ill"]

    async def test_is_told_once_by_all_processes(self, house: House, watchdog: Watchdog) -> None:
        another = Watchdog(house.desk, hop=here)
        house.post(Kind.REPLY, house.eva, "hello")
        for _ in range(4):
            await look(house, watchdog)
            await another.step()
        assert told(house) == ["watchdog-ill"]

    async def test_lets_the_heart_beat_again_when_it_has_left(
        self, house: House, watchdog: Watchdog, heart: Heart
    ) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        await look(house, watchdog, 4)
        await house.courier.settle()
        await look(house, watchdog)
        assert (heart.beats, watchdog.is_well()) == (3, True)

    async def test_but_rests_by_order_is_left_in_peace(self, house: House, watchdog: Watchdog) -> None:
        house.wire.troubles["hello"] = [Retry(timedelta(minutes=20))]
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        await look(house, watchdog, 10)
        assert watchdog.counts == {}

    async def test_but_waits_in_a_chat_that_rests_is_left_in_peace(self, house: House, watchdog: Watchdog) -> None:
        house.wire.troubles["hello"] = [Broken("down")] * 20
        house.post(Kind.REPLY, house.room, "hello")
        await house.courier.settle()
        house.clock.push(timedelta(seconds=10))
        await house.courier.settle()
        house.post(Kind.CARD, house.room, "card")
        with house.desk.turn() as tx:
            tx.run(update(outbox).where(outbox.c.tries > 0).values(due_at=house.clock.now + timedelta(hours=1)))
        await look(house, watchdog, 10)
        assert watchdog.counts == {}

    async def test_but_is_paced_is_left_in_peace(self, house: House) -> None:
        watchdog = Watchdog(house.desk, hop=here, closed=lambda: Closed(busy=frozenset({house.eva.id})))
        house.post(Kind.REPLY, house.eva, "hello")
        await look(house, watchdog, 5)
        assert watchdog.counts == {}

    async def test_but_is_being_sent_is_left_in_peace(self, house: House, watchdog: Watchdog) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        house.desk.do(Collect("w1", lease=timedelta(minutes=30)))
        await look(house, watchdog, 5)
        assert watchdog.counts == {}

    async def test_in_a_queue_that_moves_is_left_in_peace(self, house: House, watchdog: Watchdog) -> None:
        for number in range(8):
            house.post(Kind.CARD, house.room, f"card {number}", lane=f"card:{number}")
        for _ in range(6):
            await look(house, watchdog)
            await house.courier.step()
        assert watchdog.counts == {}

    async def test_whose_lease_has_ended_is_found(self, house: House, watchdog: Watchdog) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        house.desk.do(Collect("w9"))
        await look(house, watchdog, 3)
        assert watchdog.counts == {(What.OUTBOX, Outcome.FOUND): 1}


class TestOnEitherDatabase:
    @pytest.fixture
    def house(self, database_url: str, tmp_path: Path) -> Iterator[House]:
        with open_house(database_url, tmp_path) as house:
            yield house

    async def test_only_what_nobody_is_at_and_nothing_holds_back_stands_still(self, house: House) -> None:
        house.wire.troubles["later"] = [Retry(timedelta(hours=1))]
        house.post(Kind.REPLY, house.marco, "later")
        await house.courier.settle()
        house.post(Kind.REPLY, house.room, "under way")
        house.desk.do(Collect("w1", lease=timedelta(hours=1)))
        house.post(Kind.REPLY, house.eva, "hello", "and more")
        house.clock.push(MINUTE)
        (still,) = house.desk.look(StuckParcels(MINUTE))
        assert (still.where, still.since) == ("wire", BEGIN)

    async def test_what_is_closed_does_not_stand_still(self, house: House) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        house.clock.push(MINUTE)
        assert house.desk.look(StuckParcels(MINUTE, Closed(busy_channels=frozenset({"wire"})))) == ()

    async def test_each_due_moment_and_each_thing_heard_is_seen(self, house: House) -> None:
        ticket = a_ticket(house)
        with house.desk.turn() as tx:
            take(tx, "wire", "1", "chat:1", {"kind": "Said"})
            tx.run(update(tickets).where(tickets.c.id == ticket).values(next_alert_at=tx.now))
        house.clock.push(MINUTE)
        seen = house.desk.look(StuckMoments(MINUTE)) + house.desk.look(StuckHeard(MINUTE, ("wire",)))
        assert [(one.where, one.since) for one in seen] == [("alerts", BEGIN), ("wire", BEGIN)]


class TestWhatADeadProcessHolds:
    @pytest.fixture
    def house(self, postgres_url: str, tmp_path: Path) -> Iterator[House]:
        with open_house(postgres_url, tmp_path) as house:
            yield house

    async def test_is_free_at_the_next_look(self, house: House, watchdog: Watchdog) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        house.desk.do(Collect("died", lease=timedelta(hours=1)))
        await look(house, watchdog)
        await house.courier.settle()
        assert house.texts == ["hello"]
        assert watchdog.counts == {(What.LEASES, Outcome.FOUND): 1, (What.LEASES, Outcome.MENDED): 1}

    async def test_is_not_taken_from_one_who_lives(self, house: House, watchdog: Watchdog) -> None:
        alive = OneAtATime(house.desk.database, "lives")
        alive.take()
        house.post(Kind.REPLY, house.eva, "hello")
        house.desk.do(Collect("lives", lease=timedelta(hours=1)))
        await look(house, watchdog)
        alive.leave()
        await house.courier.settle()
        assert house.texts == []


class TestWhatWasHeard:
    def hear(self, house: House, channel: str) -> None:
        with house.desk.turn() as tx:
            take(tx, channel, "1", "chat:1", {"kind": "Said"})

    async def test_and_not_dealt_with_is_told(self, house: House, watchdog: Watchdog) -> None:
        self.hear(house, "wire")
        await look(house, watchdog, 10)
        assert (told(house)[0], str(watchdog.ills[0])) == ("watchdog-ill", "inbox wire")

    async def test_on_a_channel_that_is_not_there_any_more_is_nobody_s(self, house: House, watchdog: Watchdog) -> None:
        self.hear(house, "pigeon")
        await look(house, watchdog, 10)
        assert watchdog.counts == {}

    async def test_and_is_done_is_well(self, house: House, watchdog: Watchdog) -> None:
        self.hear(house, "wire")
        with house.desk.turn() as tx:
            tx.run(update(inbox).values(done_at=tx.now))
        await look(house, watchdog, 10)
        assert watchdog.counts == {}


class TestADueMoment:
    """On a desk with the page's service levels; nobody sweeps but the watchdog."""

    @pytest.fixture
    def counter(self, file_url: str) -> Iterator[Counter]:
        with open_counter(file_url) as house:
            house.now = at("Mon 10:00")
            yield house

    async def look(self, counter: Counter, watchdog: Watchdog, times: int) -> None:
        for _ in range(times):
            counter.wait(minutes=1)
            await watchdog.step()

    async def test_that_nobody_answers_is_answered_by_the_watchdog(self, counter: Counter) -> None:
        counter.ticket(counter.customer("Eva"), felt=Severity.MEDIUM)
        counter.now = at("Mon 11:00")
        await self.look(counter, Watchdog(counter.desk, hop=here), 3)
        assert [row[2] for row in alert_rows(counter)] == ["breach"]

    async def test_is_told_as_mended(self, counter: Counter) -> None:
        counter.ticket(counter.customer("Eva"), felt=Severity.MEDIUM)
        counter.now = at("Mon 11:00")
        counter.posted()
        await self.look(counter, watchdog := Watchdog(counter.desk, hop=here), 4)
        lines = [line.message for parcel in counter.posted() for line in parcel.lines]
        assert "watchdog-mended" in lines
        assert watchdog.counts[What.MOMENTS, Outcome.MENDED] == 1

    async def test_that_is_answered_in_time_is_nothing(self, counter: Counter) -> None:
        counter.ticket(counter.customer("Eva"), felt=Severity.MEDIUM)
        await self.look(counter, watchdog := Watchdog(counter.desk, hop=here), 10)
        assert watchdog.counts[What.MOMENTS, Outcome.FOUND] == 0

    async def test_of_held_words_sends_them(self, counter: Counter) -> None:
        ticket, giulia = counter.ticket(counter.customer("Eva")), counter.operator("Giulia")
        counter.desk.do(Claim(giulia, ticket.number))
        counter.posted()
        counter.desk.do(Hold(giulia, ticket.number, "m1", "Riavvia."))
        await self.look(counter, Watchdog(counter.desk, hop=here), 3)
        assert "ticket-reply" in [line.message for parcel in counter.posted() for line in parcel.lines]


class TestAStoreThatIsAway:
    @pytest.fixture
    def nowhere(self, house: House, tmp_path: Path) -> Iterator[Desk]:
        (tmp_path / "no").mkdir(mode=0o500)
        database = Database("sqlite:////dev/null/desk.db")
        yield Desk(database, clock=house.clock, chance=house.desk.chance, rules={})
        database.close()

    async def test_is_ill_at_once(self, nowhere: Desk, heart: Heart) -> None:
        watchdog = Watchdog(nowhere, hop=here, beat=heart.beat)
        await watchdog.step()
        assert (heart.beats, [str(ill) for ill in watchdog.ills]) == (0, ["store"])

    async def test_is_well_when_it_is_back(self, house: House, nowhere: Desk, heart: Heart) -> None:
        watchdog = Watchdog(nowhere, hop=here, beat=heart.beat)
        await watchdog.step()
        watchdog.desk = house.desk
        await watchdog.step()
        assert (heart.beats, watchdog.is_well()) == (1, True)

    async def test_that_never_answers_holds_up_no_look(self, house: House, heart: Heart) -> None:
        asked: list[object] = []

        async def never(work: Callable[[], T]) -> T:
            asked.append(work)
            await asyncio.Event().wait()
            raise AssertionError

        watchdog = Watchdog(house.desk, hop=never, beat=heart.beat, patience=Patience(look=timedelta(milliseconds=1)))
        await watchdog.step()
        await watchdog.step()
        assert (heart.beats, len(asked), [str(ill) for ill in watchdog.ills]) == (0, 1, ["store"])


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow any more: what is written into one fails, what is read does not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_store_that_answers_and_takes_nothing_is_ill(
    house: House, watchdog: Watchdog, heart: Heart, full_disk: None
) -> None:
    with capture_logs():  # what is printed here goes into a file as well
        await look(house, watchdog)
    assert (heart.beats, [str(ill) for ill in watchdog.ills]) == (0, ["store"])


async def test_it_looks_by_itself(house: House, heart: Heart) -> None:
    watchdog = Watchdog(house.desk, hop=here, beat=heart.beat, patience=Patience(every=timedelta(milliseconds=1)))
    running = asyncio.create_task(watchdog.run())
    await asyncio.wait_for(heart.thrice.wait(), 5)
    running.cancel()
    assert watchdog.is_well()


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("message", ["watchdog-ill", "watchdog-mended"])
@pytest.mark.parametrize(("what", "where"), [("outbox", "slack"), ("inbox", "telegram"), ("moments", "held")])
def test_what_it_says_can_be_said(house: House, language: str, message: str, what: str, where: str) -> None:
    words = Lexicon.load().words(language, BEGIN.tzinfo, BEGIN)  # type: ignore[arg-type]
    assert "{" not in words.say(message, what=what, where=where, many=2, since=BEGIN)
