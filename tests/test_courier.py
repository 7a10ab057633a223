"""The courier over both databases, and a channel in memory that can be told to fail."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

import core.files
from bot.adapters.channel import Blocked, Broken, GiveUp, Retry
from bot.conversations.screen import Limits, Screen
from bot.courier import Courier, Pace
from core.db import Database, Tx
from core.desk import Desk
from core.files import FileState, FileStore, Incoming, attach, attachments
from core.ids import ChatId, CustomerId, MessageId, TicketNumber
from core.notices.chats import Chat, Furnish, Room, RoomAt, chat, meet
from core.notices.facts import line
from core.notices.outbox import Kind, Parcel, SentAs, post
from core.notices.tables import outbox
from core.people.rules import PeopleRules
from core.people.tables import customers, identities
from core.tickets.rules import TicketRules
from core.tickets.tables import messages, tickets

T = TypeVar("T")
BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def push(self, by: timedelta) -> None:
        self.now += by

    def seconds(self) -> float:
        """The same as a clock that never goes back."""
        return (self.now - BEGIN).total_seconds()


class NoChance:
    """Chance that always falls in the middle."""

    def digits(self, n: int) -> str:
        self.drawn = getattr(self, "drawn", 0) + 1
        return str(self.drawn).rjust(n, "0")

    def below(self, n: int) -> int:
        return n // 2


@dataclass
class Wire:
    """A channel that keeps what it is sent; `troubles` are raised first, in order, for messages with that text."""

    name: str = "wire"
    limits: Limits = field(default_factory=Limits)
    sent: list[tuple[str, str]] = field(default_factory=list)
    beside: list[tuple[str | None, str | None]] = field(default_factory=list)
    troubles: dict[str, list[Exception]] = field(default_factory=dict)
    stuck: dict[str, asyncio.Event] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    coming: dict[str, Callable[[], bytes]] = field(default_factory=dict)  # what happens while a file comes
    most_at_once: int = 0
    under_way: int = 0
    expected: int = 0
    all_there: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(
        self,
        to: Chat,
        screen: Screen,
        *,
        kind: Kind,
        ticket: TicketNumber | None = None,
        replaces: str | None = None,
        under: str | None = None,
        sent: tuple[str, ...] = (),
    ) -> tuple[str, ...]:
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        if self.under_way == self.expected:
            self.all_there.set()
        try:
            await asyncio.sleep(0)  # as a real one does: others get their turn
            if wait := self.stuck.get(screen.text):
                await wait.wait()
            if waiting := self.troubles.get(screen.text):
                raise waiting.pop(0)
        finally:
            self.under_way -= 1
        self.sent.append((to.address, screen.text))
        self.beside.append((replaces, under))
        return (replaces or f"m{len(self.sent)}",)

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        if coming := self.coming.get(reference):
            yield coming()
            return
        if reference not in self.files:
            raise GiveUp("no such file")
        yield self.files[reference]


def draw(tx: Tx, parcel: Parcel, limits: Limits) -> Screen | None:
    """Words as simple as can be: the ids of the sentences, or which ticket the card is of."""
    if any(one.message == "nothing-any-more" for one in parcel.lines):
        return None
    if any(one.message == "no-such-text" for one in parcel.lines):
        raise KeyError("no-such-text")
    words = [str(one.facts.get("text") or one.message) for one in parcel.lines]
    return Screen(tuple(words) or (f"card {parcel.ticket}",))


class Here:
    """The hop that stays where it is, and tells when the store may have moved."""

    def __init__(self) -> None:
        self.moved = asyncio.Event()

    async def __call__(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            self.moved.set()


class InAThread(Here):
    """The hop as it is in earnest."""

    async def __call__(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        finally:
            self.moved.set()


@dataclass
class House:
    desk: Desk
    clock: Clock
    wire: Wire
    courier: Courier
    hop: Here
    eva: Chat
    marco: Chat
    room: Chat

    def post(self, kind: Kind, to: Chat, *texts: str, **how: Any) -> None:
        with self.desk.turn() as tx:
            for text in texts:
                post(tx, kind, to.id, line(text, text=text), **how)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.wire.sent]

    def unsent(self) -> int:
        with self.desk.database.read() as conn:
            return len(conn.execute(select(outbox.c.id).where(outbox.c.done_at.is_(None))).all())

    def given_up(self) -> list[str]:
        with self.desk.database.read() as conn:
            return [row.error for row in conn.execute(select(outbox.c.error).where(outbox.c.given_up))]

    async def after(self, wait: timedelta) -> None:
        self.clock.push(wait)
        await self.courier.settle()


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    database = Database(database_url)
    clock, wire, hop = Clock(), Wire(), Here()
    rules = {PeopleRules: PeopleRules(), TicketRules: TicketRules()}
    desk = Desk(database, clock=clock, chance=NoChance(), rules=rules)
    files = FileStore.at(tmp_path / "files")
    courier = Courier(desk, [wire], draw, hop=hop, chance=NoChance(), worker="w1", files=files, monotonic=clock.seconds)
    desk.committed = courier.wake
    desk.do(Furnish((RoomAt("wire", "#operators", Room.OPERATORS, "en"),)))
    with desk.turn() as tx:
        eva, marco = meet(tx, "wire", "eva", language="en"), meet(tx, "wire", "marco", language="en")
        room = meet(tx, "wire", "#operators", language="en")
    yield House(desk, clock, wire, courier, hop, eva, marco, room)
    database.close()


def a_ticket(house: House, *, other_chat: bool = False) -> TicketNumber:
    """Eva is registered and has a ticket; with *other_chat* she can be reached at "eva-elsewhere" too."""
    with house.desk.turn() as tx:
        customer = CustomerId(
            tx.add(customers, code="X", name="Eva", language="en", created_at=tx.now, email="eva@example.org")
        )
        homes = [house.eva] + ([meet(tx, "wire", "eva-elsewhere", language="en")] if other_chat else [])
        for home in homes:
            _identity(tx, customer, home)
        return TicketNumber(
            tx.add(
                tickets,
                version=1,
                state="claimed",
                customer_id=customer,
                chat_id=house.eva.id,
                subject="Signing",
                opened_at=tx.now,
                door="wire",
            )
        )


def _identity(tx: Tx, customer: CustomerId, home: Chat) -> None:
    tx.add(
        identities,
        channel="wire",
        address=home.address,
        name="Eva",
        language="en",
        language_offered=False,
        chat_id=home.id,
        customer_id=customer,
        created_at=tx.now,
    )


class TestSending:
    async def test_what_was_posted_arrives_once_and_in_order(self, house: House) -> None:
        house.post(Kind.NOTICE, house.eva, "one", "two", "three")
        await house.courier.settle()
        await house.courier.settle()
        assert house.wire.sent == [("eva", "one"), ("eva", "two"), ("eva", "three")]

    async def test_heads_of_lanes_leave_side_by_side(self, house: House) -> None:
        house.wire.stuck = {"a": asyncio.Event(), "b": asyncio.Event()}
        house.wire.expected = 2
        house.post(Kind.NOTICE, house.eva, "a")
        house.post(Kind.NOTICE, house.marco, "b")
        stepping = asyncio.create_task(house.courier.step())
        await house.wire.all_there.wait()
        for door in house.wire.stuck.values():
            door.set()
        assert await stepping == 2

    async def test_no_more_leave_at_once_than_the_pace_allows(self, house: House) -> None:
        house.courier.pace = replace(house.courier.pace, at_once=2)
        for n in range(5):
            with house.desk.turn() as tx:
                post(tx, Kind.NOTICE, meet(tx, "wire", f"p{n}", language="en").id, line("hello"))
        await house.courier.settle()
        assert (len(house.wire.sent), house.wire.most_at_once) == (5, 2)

    async def test_answers_come_before_cards(self, house: House) -> None:
        house.courier.pace = replace(house.courier.pace, at_once=1)
        house.post(Kind.THREAD, house.room, "line", ticket=a_ticket(house))
        house.post(Kind.REPLY, house.eva, "answer")
        await house.courier.settle()
        assert house.texts == ["answer", "line"]

    async def test_nothing_is_said_where_nothing_is_left_to_say(self, house: House) -> None:
        house.post(Kind.REPLY, house.eva, "nothing-any-more")
        await house.courier.settle()
        assert (house.texts, house.unsent()) == ([], 0)

    async def test_a_card_that_was_sent_is_edited(self, house: House) -> None:
        ticket = a_ticket(house)
        for _ in range(2):
            with house.desk.turn() as tx:
                post(tx, Kind.CARD, house.room.id, ticket=ticket)
            await house.courier.settle()
        assert house.wire.beside == [(None, None), ("m1", "m1")]

    async def test_a_line_about_a_ticket_hangs_under_its_card(self, house: House) -> None:
        ticket = a_ticket(house)
        with house.desk.turn() as tx:
            post(tx, Kind.CARD, house.room.id, ticket=ticket)
            post(tx, Kind.THREAD, house.room.id, line("claimed"), ticket=ticket)
        await house.courier.settle()
        assert house.wire.beside == [(None, None), (None, "m1")]

    async def test_the_channels_own_ids_lead_back_to_the_ticket(self, house: House) -> None:
        ticket = a_ticket(house)
        house.post(Kind.CARD, house.room, "card", ticket=ticket)
        await house.courier.settle()
        assert house.desk.look(SentAs(house.room.id, ticket, Kind.CARD)) == "m1"


class TestTrouble:
    async def test_what_the_channel_asks_to_wait_for_waits_that_long(self, house: House) -> None:
        house.wire.troubles = {"one": [Retry(timedelta(seconds=30))]}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.after(timedelta(0))
        assert await house.courier.next_due() == BEGIN + timedelta(seconds=30)
        await house.after(timedelta(seconds=30))
        assert house.texts == ["one"]

    async def test_a_retry_blocks_its_own_lane_only(self, house: House) -> None:
        house.wire.troubles = {"one": [Retry(timedelta(minutes=1))]}
        house.post(Kind.NOTICE, house.eva, "one", "two")
        house.post(Kind.NOTICE, house.marco, "three")
        await house.courier.settle()
        assert house.texts == ["three"]
        await house.after(timedelta(minutes=1))
        assert house.texts == ["three", "one", "two"]

    async def test_a_lane_that_rests_does_not_keep_the_courier_awake(self, house: House) -> None:
        house.wire.troubles = {"one": [Retry(timedelta(minutes=1))]}
        house.post(Kind.NOTICE, house.eva, "one", "two")
        await house.courier.settle()
        assert await house.courier.next_due() == BEGIN + timedelta(minutes=1)

    async def test_a_channel_that_is_down_is_tried_ever_more_rarely(self, house: House) -> None:
        house.wire.troubles = {"one": [Broken("down")] * 4}
        house.post(Kind.NOTICE, house.eva, "one")
        waits = []
        for _ in range(4):
            await house.courier.settle()
            due = await house.courier.next_due()
            assert due
            waits.append((due - house.clock.now).total_seconds())
            house.clock.now = due
        await house.courier.settle()
        assert (waits, house.texts) == ([2.0, 4.0, 8.0, 16.0], ["one"])

    async def test_waits_are_spread_by_chance_and_end_at_a_quarter_of_an_hour(self, house: House) -> None:
        parcel = Parcel(1, "l", Kind.NOTICE, house.eva, (), None, None, 60, BEGIN)  # type: ignore[arg-type]
        assert house.courier.back_off(parcel) == timedelta(minutes=15)

    async def test_after_a_day_of_trying_it_is_given_up_and_the_operators_are_told(self, house: House) -> None:
        house.wire.troubles = {"one": [Broken("down")] * 1000}
        house.post(Kind.NOTICE, house.eva, "one")
        while house.unsent():
            await house.courier.settle()
            house.clock.now = await house.courier.next_due() or house.clock.now
        assert house.clock.now - BEGIN >= timedelta(hours=24)
        assert house.given_up() == ["down"]
        assert house.wire.sent == [("#operators", "could-not-deliver")]

    async def test_a_desk_that_was_off_for_a_day_does_not_give_up_at_the_first_failure(self, house: House) -> None:
        house.wire.troubles = {"one": [Broken("down")]}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.after(timedelta(days=2))
        await house.after(timedelta(minutes=1))
        assert house.texts == ["one"]

    async def test_what_is_refused_for_its_content_is_given_up_at_once(self, house: House) -> None:
        house.wire.troubles = {"one": [GiveUp("too odd")]}
        house.post(Kind.NOTICE, house.eva, "one", "two")
        await house.courier.settle()
        assert sorted(house.wire.sent) == [("#operators", "could-not-deliver"), ("eva", "two")]

    async def test_that_something_was_given_up_is_itself_tried_but_never_told_of(self, house: House) -> None:
        house.wire.troubles = {"one": [GiveUp("odd")], "could-not-deliver": [GiveUp("odd")]}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        assert (house.texts, house.unsent(), house.given_up()) == ([], 0, ["odd", "odd"])

    async def test_a_drawing_that_fails_does_not_stop_the_others(self, house: House) -> None:
        house.post(Kind.NOTICE, house.eva, "no-such-text")
        house.post(Kind.NOTICE, house.marco, "hello")
        await house.courier.settle()
        assert house.texts == ["hello"]

    async def test_a_drawing_that_keeps_failing_is_given_up_and_told(self, house: House) -> None:
        house.post(Kind.NOTICE, house.eva, "no-such-text", "next")
        for _ in range(6):
            await house.after(timedelta(hours=1))
        assert house.given_up() == ["drawing: KeyError"]
        assert sorted(house.texts) == ["could-not-deliver", "next"]

    async def test_a_bug_in_an_adapter_is_put_off_and_not_passed_on(self, house: House) -> None:
        house.wire.troubles = {"one": [ZeroDivisionError()]}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        await house.after(timedelta(minutes=1))
        assert house.texts == ["one"]

    async def test_a_send_without_an_end_is_broken_off(self, house: House) -> None:
        house.courier.pace = replace(house.courier.pace, patience=timedelta(milliseconds=10))
        house.wire.stuck = {"one": asyncio.Event()}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        assert (await house.courier.next_due(), house.texts) == (BEGIN + timedelta(seconds=2), [])

    async def test_a_channel_that_is_not_here_is_waited_for(self, house: House) -> None:
        with house.desk.turn() as tx:
            post(tx, Kind.NOTICE, meet(tx, "elsewhere", "x", language="en").id, line("hello"))
        await house.courier.settle()
        assert house.unsent() == 1


class TestClosedDoors:
    async def test_a_notice_that_meets_a_closed_door_takes_the_next_way(self, house: House) -> None:
        ticket = a_ticket(house, other_chat=True)
        house.wire.troubles = {"solved": [Blocked("blocked")]}
        house.post(Kind.NOTICE, house.eva, "solved", ticket=ticket)
        await house.courier.settle()
        assert house.wire.sent == [("eva-elsewhere", "solved")]

    async def test_a_closed_door_is_remembered(self, house: House) -> None:
        house.wire.troubles = {"solved": [Blocked("blocked")]}
        house.post(Kind.NOTICE, house.eva, "solved", ticket=a_ticket(house))
        await house.courier.settle()
        with house.desk.database.read() as conn:
            assert chat(Tx(conn, BEGIN, NoChance()), ChatId(house.eva.id)).reachable is False

    async def test_where_no_way_is_left_the_operators_are_told_to_call(self, house: House) -> None:
        house.wire.troubles = {"solved": [Blocked("blocked")]}
        house.post(Kind.NOTICE, house.eva, "solved", ticket=a_ticket(house))
        await house.courier.settle()
        assert house.wire.sent == [("#operators", "call-the-customer")]

    async def test_a_reply_behind_a_closed_door_is_given_up(self, house: House) -> None:
        house.wire.troubles = {"hello": [Blocked("blocked")]}
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        assert house.given_up() == ["blocked"]


class TestFiles:
    def attached(self, house: House, *names: str, size: int | None = None) -> None:
        ticket = a_ticket(house)
        with house.desk.turn() as tx:
            said = MessageId(
                tx.add(messages, ticket_id=ticket, at=tx.now, by_role="customer", by_id=1, text="", door="wire")
            )
            attach(tx, ticket, said, [Incoming(name, name, size=size) for name in names], chat=house.eva.id)

    def states(self, house: House) -> list[tuple[str, str | None]]:
        with house.desk.database.read() as conn:
            rows = conn.execute(select(attachments.c.state, attachments.c.refused_why).order_by(attachments.c.id))
            return [(row.state, row.refused_why) for row in rows]

    async def test_a_file_is_fetched_into_the_store(self, house: House) -> None:
        house.wire.files = {"photo.png": b"bytes"}
        self.attached(house, "photo.png")
        await house.courier.settle()
        with house.desk.database.read() as conn:
            key = conn.execute(select(attachments.c.key)).scalar_one()
        assert house.courier.files
        assert b"".join([piece async for piece in house.courier.files.get(key)]) == b"bytes"
        assert self.states(house) == [(FileState.STORED, None)]

    async def test_a_file_whose_ticket_is_erased_while_it_comes_leaves_no_bytes(self, house: House) -> None:
        self.attached(house, "photo.png")

        def erase() -> bytes:
            with house.desk.turn() as tx:
                keys.append(tx.value(select(attachments.c.key)))
                tx.run(attachments.delete())
            return b"bytes"

        keys: list[str] = []
        house.wire.coming = {"photo.png": erase}
        await house.courier.settle()
        assert house.courier.files
        with pytest.raises(FileNotFoundError):
            _ = [piece async for piece in house.courier.files.get(keys[0])]

    async def test_a_file_that_the_channel_has_no_more_is_refused(self, house: House) -> None:
        self.attached(house, "gone.png")
        await house.courier.settle()
        assert self.states(house) == [(FileState.REFUSED, "gone")]

    async def test_a_file_that_is_larger_than_was_said_is_refused(self, house: House) -> None:
        house.courier.desk.rules = {core.files.FileRules: core.files.FileRules(largest=3)}
        house.wire.files = {"photo.png": b"bytes"}
        self.attached(house, "photo.png")
        await house.courier.settle()
        assert self.states(house) == [(FileState.REFUSED, "too-large")]


@contextlib.asynccontextmanager
async def running(courier: Courier) -> AsyncIterator[None]:
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(hop: Here, true: Callable[[], bool]) -> None:
    """Wait until *true*, looking whenever the courier was at the store."""
    async with asyncio.timeout(5):
        while not true():
            hop.moved.clear()
            await hop.moved.wait()


class TestByItself:
    async def test_a_commit_wakes_it(self, house: House) -> None:
        async with running(house.courier):
            await house.hop.moved.wait()
            house.post(Kind.NOTICE, house.eva, "one", "two")
            await until(house.hop, lambda: house.unsent() == 0)
        assert house.texts == ["one", "two"]

    async def test_a_commit_in_another_thread_wakes_it(self, house: House) -> None:
        house.courier.hop = house.hop = InAThread()
        async with running(house.courier):
            await asyncio.to_thread(house.post, Kind.NOTICE, house.eva, "one")
            await until(house.hop, lambda: house.unsent() == 0)
        assert house.texts == ["one"]

    async def test_one_that_hangs_holds_up_nobody_else(self, house: House) -> None:
        house.wire.stuck = {"stuck": asyncio.Event()}
        house.post(Kind.NOTICE, house.eva, "stuck")
        async with running(house.courier):
            house.post(Kind.NOTICE, house.marco, "one", "two", "three")
            await until(house.hop, lambda: house.unsent() == 1)
            house.wire.stuck["stuck"].set()
        assert house.texts == ["one", "two", "three", "stuck"]

    async def test_what_is_on_its_way_when_it_ends_is_marked(self, house: House) -> None:
        house.wire.stuck = {"last": asyncio.Event()}
        house.wire.expected = 1
        house.post(Kind.NOTICE, house.eva, "last")
        async with running(house.courier):
            await house.wire.all_there.wait()
            asyncio.get_running_loop().call_soon(house.wire.stuck["last"].set)
        assert (house.texts, house.unsent()) == (["last"], 0)

    async def test_what_another_left_half_done_is_sent_when_its_lease_ends(self, house: House) -> None:
        house.post(Kind.NOTICE, house.eva, "one")
        dead = Courier(house.desk, [house.wire], draw, hop=Here(), chance=NoChance(), worker="dead", pace=Pace())
        dead._collect(dead.pacer.gate(5))
        await house.courier.settle()
        assert house.texts == []
        await house.after(Pace().lease)
        assert house.texts == ["one"]
