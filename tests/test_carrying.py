"""The courier with a channel that takes files, shows signs, and is paced; over both databases."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from bot.adapters.channel import Blocked, Broken, GiveUp, Rate, Retry
from bot.courier import Courier
from core.files import FileId, Incoming, attach, attachments
from core.ids import MessageId, TicketNumber
from core.notices.chats import Chat, meet
from core.notices.facts import line
from core.notices.inbox import Became, hear_as
from core.notices.outbox import Kind, Sign, post, show_sign
from core.tickets.tables import messages, ticket_events
from tests.carrying import (
    BEGIN,
    Able,
    Here,
    House,
    InAThread,
    NoChance,
    Passing,
    Wire,
    a_ticket,
    draw,
    identity_at,
    open_house,
    running,
    until,
)

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
GROUP = Rate(20, MINUTE, spared=6)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(database_url, tmp_path, Able()) as house:
        assert isinstance(house.wire, Able)
        house.wire.clock = house.clock
        yield house


def able(house: House) -> Able:
    assert isinstance(house.wire, Able)
    return house.wire


async def live(house: House, length: timedelta) -> None:
    """Let time go by in steps of a second."""
    end = house.clock.now + length
    while house.clock.now < end:
        await house.courier.settle()
        house.clock.push(SECOND)


class TestPace:
    async def test_never_is_more_than_one_message_under_way_to_a_chat(self, house: House) -> None:
        for n in range(20):
            house.post(Kind.NOTICE, house.room, f"n{n}", lane=f"lane:{n % 7}")
            house.post(Kind.ALERT, house.eva, f"e{n}", lane=f"other:{n % 5}")
        async with running(house.courier):
            await until(house.hop, lambda: house.unsent() == 0)
        assert (house.wire.most_to_one, house.wire.most_at_once) == (1, 2)

    async def test_a_burst_of_cards_goes_as_fast_as_the_room_takes_it(self, house: House) -> None:
        able(house).rates = {"#operators": GROUP}
        for n in range(60):
            house.post(Kind.CARD, house.room, f"card {n}", lane=f"card:{n}")
        await live(house, timedelta(minutes=3))
        assert len(house.texts) == 3 * (GROUP.most - GROUP.spared)

    async def test_an_alert_passes_a_burst_of_cards(self, house: House) -> None:
        able(house).rates = {"#operators": GROUP}
        for n in range(500):
            house.post(Kind.CARD, house.room, f"card {n}", lane=f"card:{n}")
        await live(house, timedelta(seconds=20))
        house.post(Kind.ALERT, house.room, "alert")
        await house.courier.settle()
        assert house.texts[-1] == "alert"

    async def test_other_chats_do_not_notice_a_burst(self, house: House) -> None:
        able(house).rates = {"#operators": GROUP}
        for n in range(500):
            house.post(Kind.CARD, house.room, f"card {n}", lane=f"card:{n}")
        await live(house, timedelta(seconds=20))
        house.post(Kind.REPLY, house.eva, "answer", "and another")
        await house.courier.settle()
        assert house.texts[-2:] == ["answer", "and another"]

    async def test_rows_of_a_tired_room_keep_nobody_awake(self, house: House) -> None:
        able(house).rates = {"#operators": GROUP}
        for n in range(30):
            house.post(Kind.CARD, house.room, f"card {n}", lane=f"card:{n}")
        await house.courier.settle()
        assert await house.courier.next_due() == BEGIN + MINUTE

    async def test_a_room_that_waits_for_nothing_is_not_looked_at_again(self, house: House) -> None:
        able(house).rates = {"#operators": GROUP}
        for n in range(14):
            house.post(Kind.CARD, house.room, f"card {n}", lane=f"card:{n}")
        await house.courier.settle()
        assert await house.courier.next_due() is None

    async def test_by_itself_it_sleeps_until_the_room_takes_more(self, database_url: str, tmp_path: Path) -> None:
        wire = Able(rates={"#operators": Rate(1, timedelta(milliseconds=20))})
        with open_house(database_url, tmp_path, wire, clock=Passing()) as house:
            wire.clock = house.clock
            for n in range(3):
                house.post(Kind.ALERT, house.room, f"alert {n}")
            async with running(house.courier):
                await until(house.hop, lambda: house.unsent() == 0)
            assert house.texts == ["alert 0", "alert 1", "alert 2"]

    async def test_all_chats_together_get_no_more_than_the_channel_takes(
        self, database_url: str, tmp_path: Path
    ) -> None:
        wire = Able(overall=Rate(30, SECOND))
        with open_house(database_url, tmp_path, wire) as house:
            wire.clock = house.clock
            with house.desk.turn() as tx:
                for n in range(100):
                    post(tx, Kind.NOTICE, meet(tx, "wire", f"p{n}", language="en").id, line("hello"))
            await live(house, timedelta(seconds=4))
        in_each = [sum(1 for _, at in wire.arrived if at == BEGIN + n * SECOND) for n in range(4)]
        assert in_each == [30, 30, 30, 10]

    async def test_another_channel_goes_on_where_one_took_all(self, database_url: str, tmp_path: Path) -> None:
        other = Wire("elsewhere")
        with open_house(database_url, tmp_path, Able(overall=Rate(1, MINUTE)), other) as house:
            able(house).clock = house.clock
            with house.desk.turn() as tx:
                for n in range(3):
                    post(tx, Kind.NOTICE, meet(tx, "wire", f"p{n}", language="en").id, line("here"))
                    post(tx, Kind.NOTICE, meet(tx, "elsewhere", f"p{n}", language="en").id, line("there"))
            await house.courier.settle()
            assert (len(house.wire.sent), len(other.sent)) == (1, 3)

    async def test_where_one_in_twenty_is_retried_each_lane_stays_in_order(self, house: House) -> None:
        able(house).rates = {f"p{n}": Rate(20, SECOND, spared=5) for n in range(10)}
        lanes = post_in_lanes(house, 300, 0.05)
        await live(house, timedelta(minutes=2))
        assert in_order(house, lanes) == 300

    async def test_of_four_couriers_that_share_the_work_too(self, house: House) -> None:
        lanes = post_in_lanes(house, 300, 0.05)
        for courier in (couriers := [another(house, f"w{n}") for n in range(4)]):
            courier.hop = InAThread()
        while house.unsent():
            await asyncio.gather(*(courier.step() for courier in couriers))
            house.clock.push(SECOND)
        assert in_order(house, lanes) == 300


def post_in_lanes(house: House, count: int, retried: float) -> dict[str, list[str]]:
    """Post so many rows to ten chats, two lanes each; some are refused once. Returns what is in each lane."""
    dice, lanes = Random(7), defaultdict[str, list[str]](list)
    with house.desk.turn() as tx:
        for n in range(count):
            kind = Kind.NOTICE if n % 3 else Kind.CARD
            place = meet(tx, "wire", f"p{n % 10}", language="en").id
            lanes[f"{kind}:{place}"].append(f"{n}")
            post(tx, kind, place, line(f"{n}", text=f"{n}"), lane=f"{kind}:{place}")
    house.wire.troubles = {f"{n}": [Retry(3 * SECOND)] for n in range(count) if dice.random() < retried}
    return lanes


def in_order(house: House, lanes: dict[str, list[str]]) -> int:
    """Return how many were sent, once each and each lane in its order."""
    for lane in lanes.values():
        assert [text for text in house.texts if text in set(lane)] == lane
    return len(house.texts)


def another(house: House, worker: str) -> Courier:
    return Courier(
        house.desk, [house.wire], draw, hop=Here(), chance=NoChance(), worker=worker, monotonic=house.clock.seconds
    )


class TestFilesOnTheirWay:
    def attached(
        self, house: House, chat: Chat, role: str = "customer", act: str = "add", *, by: int = 1
    ) -> TicketNumber:
        ticket = a_ticket(house)
        with house.desk.turn() as tx:
            said = MessageId(
                tx.add(messages, ticket_id=ticket, at=tx.now, by_role=role, by_id=by, text="", door="wire")
            )
            event = {"ticket_id": ticket, "at": tx.now, "act": act, "by_role": role, "by_id": by, "after": "claimed"}
            tx.put(ticket_events, **event, cycle=0, message_id=said, facts={"v": 1})
            attach(tx, ticket, said, [Incoming("photo.png", "photo.png")], chat=chat.id)
        house.wire.files = {"photo.png": b"bytes"}
        return ticket

    async def test_a_customers_file_goes_to_the_operators_under_the_card(self, house: House) -> None:
        ticket = self.attached(house, house.eva)
        house.post(Kind.CARD, house.room, "card", ticket=ticket)
        await house.courier.settle()
        assert able(house).given == [("#operators", "photo.png", b"bytes", "m1")]

    async def test_the_card_comes_before_the_file_even_where_it_is_put_off(self, house: House) -> None:
        ticket = self.attached(house, house.eva)
        house.wire.troubles = {"card": [Broken("down")]}
        house.post(Kind.CARD, house.room, "card", ticket=ticket)
        await house.courier.settle()
        assert able(house).given == []
        await house.after(MINUTE)
        assert house.texts == ["card", "file-from"]

    async def test_an_operators_file_goes_to_the_customer_and_not_back_to_its_room(self, house: House) -> None:
        self.attached(house, house.room, "operator", "reply")
        await house.courier.settle()
        assert able(house).given == [("eva", "photo.png", b"bytes", None)]

    async def test_a_customer_who_blocked_us_gets_it_by_their_next_way(self, house: House) -> None:
        self.attached(house, house.room, "operator", "reply")
        with house.desk.turn() as tx:
            other = meet(tx, "wire", "eva-elsewhere", language="en")
            identity_at(tx, other)
        house.wire.troubles = {"photo.png": [Blocked("blocked")]}
        await house.courier.settle()
        assert [to for to, *_ in able(house).given] == ["eva-elsewhere"]

    async def test_where_no_way_is_left_the_operators_are_told(self, house: House) -> None:
        self.attached(house, house.room, "operator", "reply")
        house.wire.troubles = {"photo.png": [Blocked("blocked")]}
        await house.courier.settle()
        assert house.wire.sent == [("#operators", "could-not-deliver")]

    async def test_a_room_that_a_file_is_too_much_for_reads_that_there_is_one(self, house: House) -> None:
        self.attached(house, house.eva)
        house.wire.troubles = {"photo.png": [GiveUp("too large")]}
        await house.courier.settle()
        assert house.wire.sent == [("#operators", "could-not-deliver")]

    async def test_a_file_that_is_gone_from_the_store_is_told_of(self, house: House) -> None:
        self.attached(house, house.eva)
        house.wire.troubles = {"photo.png": [Broken("down")]}
        await house.courier.settle()
        with house.desk.database.read() as conn:
            key = conn.execute(select(attachments.c.key)).scalar_one()
        assert house.courier.files
        await house.courier.files.delete(key)
        await house.after(MINUTE)
        assert house.given_up() == ["gone from the store"]

    async def test_a_file_that_was_erased_before_it_left_is_sent_to_nobody(self, house: House) -> None:
        self.attached(house, house.eva)
        house.wire.troubles = {"photo.png": [Broken("down")]}
        await house.courier.settle()
        with house.desk.turn() as tx:
            tx.run(attachments.delete())
        await house.after(MINUTE)
        assert (able(house).given, house.unsent()) == ([], 0)

    async def test_a_channel_that_takes_no_files_is_passed_over_without_noise(
        self, database_url: str, tmp_path: Path
    ) -> None:
        with open_house(database_url, tmp_path) as house:
            self.attached(house, house.eva)
            await house.courier.settle()
            assert (house.wire.sent, house.unsent(), house.given_up()) == ([], 0, [])

    async def test_a_file_that_is_brought_twice_is_passed_on_once(self, house: House) -> None:
        self.attached(house, house.eva)
        await house.courier.settle()
        with house.desk.turn() as tx:
            fetch = line("fetch-file", file=FileId(tx.value(select(attachments.c.id))))
            post(tx, Kind.FETCH, house.eva.id, fetch, lane="file:again")
        await house.courier.settle()
        assert len(able(house).given) == 1


class TestSigns:
    def sign(self, house: House, sign: Sign = Sign.WAITING) -> None:
        with house.desk.turn() as tx:
            show_sign(tx, house.room.id, "46@45", sign)

    async def test_a_sign_is_shown_at_its_message(self, house: House) -> None:
        self.sign(house)
        await house.courier.settle()
        assert able(house).signs == [("#operators", "46@45", Sign.WAITING)]

    @pytest.mark.parametrize("refusal", [GiveUp("too old"), Blocked("kicked")], ids=["refused", "kicked"])
    async def test_one_that_is_refused_is_dropped_in_silence(self, house: House, refusal: GiveUp) -> None:
        house.wire.troubles = {"46@45": [refusal]}
        self.sign(house)
        await house.courier.settle()
        assert (house.texts, house.unsent()) == ([], 0)

    async def test_one_that_meets_a_trouble_is_tried_a_few_times(self, house: House) -> None:
        house.wire.troubles = {"46@45": [Retry(SECOND), Broken("down")]}
        self.sign(house)
        for _ in range(3):
            await house.after(MINUTE)
        assert able(house).signs == [("#operators", "46@45", Sign.WAITING)]

    async def test_and_then_no_more(self, house: House) -> None:
        house.wire.troubles = {"46@45": [Broken("down") for _ in range(100)]}
        self.sign(house)
        for _ in range(10):
            await house.after(MINUTE)
        assert (house.texts, house.unsent(), len(house.wire.troubles["46@45"])) == ([], 0, 95)

    async def test_where_none_can_be_shown_there_is_none(self, database_url: str, tmp_path: Path) -> None:
        with open_house(database_url, tmp_path) as house:
            self.sign(house)
            await house.courier.settle()
            assert (house.wire.sent, house.unsent()) == ([], 0)


class TestSignsOfWords:
    def replied(self, house: House, heard_in: Chat) -> TicketNumber:
        """An operator's words, heard in *heard_in* as message 77, are on their way to Eva."""
        ticket = a_ticket(house)
        with house.desk.turn() as tx:
            said = MessageId(
                tx.add(messages, ticket_id=ticket, at=tx.now, by_role="operator", by_id=1, text="Hello", door="wire")
            )
            hear_as(tx, heard_in.id, {"77": Became(ticket, said)})
            post(tx, Kind.NOTICE, house.eva.id, line("reply", text="reply", said=said), ticket=ticket)
        return ticket

    async def test_words_that_reached_the_customer_are_shown_as_sent(self, house: House) -> None:
        self.replied(house, house.room)
        await house.courier.settle()
        assert able(house).signs == [("#operators", "77", Sign.SENT)]

    async def test_words_that_the_channel_refuses_are_shown_as_lost(self, house: House) -> None:
        house.wire.troubles = {"reply": [GiveUp("odd")]}
        self.replied(house, house.room)
        await house.courier.settle()
        assert able(house).signs == [("#operators", "77", Sign.LOST)]

    async def test_words_that_no_way_is_left_for_are_shown_as_lost(self, house: House) -> None:
        house.wire.troubles = {"reply": [Blocked("blocked")]}
        self.replied(house, house.room)
        await house.courier.settle()
        assert able(house).signs == [("#operators", "77", Sign.LOST)]

    async def test_words_that_took_the_next_way_are_shown_as_sent_and_never_as_lost(self, house: House) -> None:
        house.wire.troubles = {"reply": [Blocked("blocked")]}
        self.replied(house, house.room)
        with house.desk.turn() as tx:
            identity_at(tx, meet(tx, "wire", "eva-elsewhere", language="en"))
        await house.courier.settle()
        assert able(house).signs == [("#operators", "77", Sign.SENT)]

    async def test_while_they_are_only_put_off_nothing_is_shown(self, house: House) -> None:
        house.wire.troubles = {"reply": [Broken("down")]}
        self.replied(house, house.room)
        await house.courier.settle()
        assert able(house).signs == []

    async def test_a_line_under_the_card_that_carries_them_says_nothing_of_the_customer(self, house: House) -> None:
        ticket = self.replied(house, house.room)
        house.wire.troubles = {"reply": [Broken("down")]}
        with house.desk.turn() as tx:
            said = tx.value(select(messages.c.id))
            post(tx, Kind.THREAD, house.room.id, line("thread-reply", said=said), ticket=ticket)
        await house.courier.settle()
        assert (house.texts, able(house).signs) == (["thread-reply"], [])

    async def test_words_from_a_chat_of_their_own_get_no_sign(self, house: House) -> None:
        self.replied(house, house.marco)
        await house.courier.settle()
        assert able(house).signs == []
