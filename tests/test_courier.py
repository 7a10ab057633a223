"""The courier over both databases, and a channel in memory that can be told to fail."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import core.files
from bot.adapters.channel import Blocked, Broken, GiveUp, Moved, Retry
from bot.courier import Courier, Pace
from core.db import Tx
from core.errors import TooMuch
from core.files import FileState, Incoming, attach, attachments
from core.ids import ChatId, MessageId
from core.notices.chats import chat, meet
from core.notices.facts import line
from core.notices.outbox import Kind, Parcel, SentAs, post
from core.notices.tables import outbox
from core.tickets.tables import messages
from tests.carrying import BEGIN, Here, House, InAThread, NoChance, a_ticket, draw, open_house, running, until


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(database_url, tmp_path) as house:
        yield house


class TestSending:
    async def test_what_was_posted_arrives_once_and_in_order(self, house: House) -> None:
        house.post(Kind.NOTICE, house.eva, "one", "two", "three")
        await house.courier.settle()
        await house.courier.settle()
        assert house.wire.sent == [("eva", "one"), ("eva", "two"), ("eva", "three")]

    async def test_a_message_is_known_by_the_same_mark_in_every_try(self, house: House) -> None:
        house.wire.troubles = {"one": [Broken("down")]}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        await house.after(timedelta(minutes=1))
        (mark, before), (again, maybe_sent) = house.wire.marks
        assert (mark, before, maybe_sent) == (again, False, True)

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

    async def test_an_answer_in_a_room_hangs_under_what_was_said(self, house: House) -> None:
        house.post(Kind.REPLY, house.room, "answer", thread="46@45")
        await house.courier.settle()
        assert house.wire.beside == [(None, "46@45")]

    async def test_without_a_card_a_thread_hangs_under_whatever_is_known_of_the_ticket_there(
        self, house: House
    ) -> None:
        ticket = a_ticket(house)
        house.post(Kind.ALERT, house.room, "warning", ticket=ticket)
        await house.courier.settle()
        house.post(Kind.THREAD, house.room, "claimed", ticket=ticket)
        await house.courier.settle()
        assert house.wire.beside == [(None, None), (None, "m1")]

    async def test_what_a_customer_is_told_hangs_under_nothing(self, house: House) -> None:
        house.post(Kind.NOTICE, house.eva, "one", "two", ticket=a_ticket(house))
        await house.courier.settle()
        assert house.wire.beside == [(None, None), (None, None)]

    async def test_of_what_left_in_part_the_next_try_knows_which(self, house: House) -> None:
        half = Broken("down")
        half.sent = ("p1", "p2")
        house.wire.troubles = {"long": [half]}
        house.post(Kind.NOTICE, house.eva, "long")
        await house.courier.settle()
        await house.after(timedelta(minutes=1))
        assert (house.texts, house.wire.left) == (["long"], [("p1", "p2")])

    async def test_what_left_in_part_leads_back_to_its_ticket_even_where_the_rest_is_refused(
        self, house: House
    ) -> None:
        half, ticket = GiveUp("too odd"), a_ticket(house)
        half.sent = ("p1",)
        house.wire.troubles = {"long": [half]}
        house.post(Kind.NOTICE, house.eva, "long", ticket=ticket)
        await house.courier.settle()
        assert house.desk.look(SentAs(house.eva.id, ticket)) == "p1"


class TestMoving:
    async def test_a_place_that_lies_elsewhere_is_followed_at_once(self, house: House) -> None:
        house.wire.troubles = {"one": [Moved("eva-now")]}
        house.post(Kind.NOTICE, house.eva, "one", "two")
        await house.courier.settle()
        assert house.wire.sent == [("eva-now", "one"), ("eva-now", "two")]

    async def test_a_room_that_moved_gets_the_cards_of_all_that_is_open(self, house: House) -> None:
        ticket = a_ticket(house)
        house.wire.troubles = {"warning": [Moved("#supergroup")]}
        house.post(Kind.ALERT, house.room, "warning")
        await house.courier.settle()
        assert house.wire.sent == [("#supergroup", "warning"), ("#supergroup", f"card {ticket}")]

    async def test_a_card_that_finds_its_room_moved_is_sent_once(self, house: House) -> None:
        ticket = a_ticket(house)
        house.wire.troubles = {f"card {ticket}": [Moved("#supergroup")]}
        with house.desk.turn() as tx:
            post(tx, Kind.CARD, house.room.id, ticket=ticket, coalesce=f"card:{house.room.id}:{ticket}")
        await house.courier.settle()
        assert house.wire.sent == [("#supergroup", f"card {ticket}")]

    async def test_what_hung_under_an_old_message_hangs_under_none_there(self, house: House) -> None:
        house.wire.troubles = {"one": [Moved("#supergroup")]}
        house.post(Kind.REPLY, house.room, "one", "two", thread="46")
        await house.courier.settle()
        assert house.wire.beside == [(None, None), (None, None)]

    async def test_a_place_that_moves_to_and_fro_is_not_chased(self, house: House) -> None:
        house.wire.troubles = {"one": [Moved("there"), Moved("eva")] * 50}
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        assert await house.courier.next_due() == BEGIN + timedelta(seconds=32)


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

    async def test_all_that_is_for_a_chat_which_asked_to_wait_waits_with_its_tries_unspent(self, house: House) -> None:
        house.wire.troubles = {"alert": [Retry(timedelta(minutes=1))]}
        house.post(Kind.ALERT, house.eva, "alert")
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        with house.desk.database.read() as conn:
            assert conn.execute(select(outbox.c.tries).order_by(outbox.c.id)).scalars().all() == [1, 0]
        await house.after(timedelta(minutes=1))
        assert house.texts == ["alert", "one"]

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

    async def test_a_reply_behind_a_closed_door_is_given_up_and_nobody_bothered(self, house: House) -> None:
        house.wire.troubles = {"hello": [Blocked("blocked")]}
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        assert (house.given_up(), house.texts) == (["blocked"], [])

    async def test_a_colleague_who_blocked_us_is_no_news_for_the_operators(self, house: House) -> None:
        house.wire.troubles = {"warning": [Blocked("blocked")]}
        house.post(Kind.ALERT, house.marco, "warning")
        await house.courier.settle()
        assert house.texts == []

    async def test_of_several_notices_behind_a_closed_door_each_takes_the_next_way_in_order(self, house: House) -> None:
        house.wire.troubles = {"one": [Blocked("blocked")], "two": [Blocked("blocked")]}
        house.post(Kind.NOTICE, house.eva, "one", "two", ticket=a_ticket(house, other_chat=True))
        await house.courier.settle()
        assert house.wire.sent == [("eva-elsewhere", "one"), ("eva-elsewhere", "two")]


class TestClosedRooms:
    async def test_the_other_rooms_are_told_once_and_what_waited_is_let_go(self, house: House) -> None:
        ticket = a_ticket(house)
        house.wire.troubles = {"warning": [Blocked("kicked")]}
        house.post(Kind.ALERT, house.room, "warning", "another")
        house.post(Kind.THREAD, house.room, "claimed", ticket=ticket)
        await house.courier.settle()
        assert house.wire.sent == [("#leads", "room-closed")]
        assert house.unsent() == 0

    async def test_where_every_room_is_closed_it_ends_there(self, house: House) -> None:
        house.wire.troubles = {"warning": [Blocked("kicked")], "room-closed": [Blocked("kicked")]}
        house.post(Kind.ALERT, house.room, "warning")
        await house.courier.settle()
        assert (house.texts, house.unsent()) == ([], 0)

    async def test_of_what_the_only_room_refuses_the_leads_are_told(self, house: House) -> None:
        house.wire.troubles = {"warning": [GiveUp("odd")]}
        house.post(Kind.ALERT, house.room, "warning")
        await house.courier.settle()
        assert house.wire.sent == [("#leads", "could-not-deliver")]

    async def test_while_it_is_closed_the_leads_hear_what_could_not_be_delivered(self, house: House) -> None:
        house.wire.troubles = {"warning": [Blocked("kicked")], "one": [GiveUp("odd")]}
        house.post(Kind.ALERT, house.room, "warning")
        house.post(Kind.NOTICE, house.eva, "one")
        await house.courier.settle()
        assert sorted(house.wire.sent) == [("#leads", "could-not-deliver"), ("#leads", "room-closed")]


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


class LeasedBy:
    """To whom what is unsent is leased, in order."""

    def answer(self, tx: Tx) -> list[str | None]:
        rows = tx.all(select(outbox.c.leased_by).where(outbox.c.done_at.is_(None)).order_by(outbox.c.id))
        return [row.leased_by for row in rows]


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

    async def test_what_is_posted_while_it_runs_is_leased_to_it_at_birth(self, house: House) -> None:
        house.wire.stuck = {"one": asyncio.Event()}
        async with running(house.courier):
            await house.hop.moved.wait()
            house.post(Kind.REPLY, house.eva, "one")
            leased = house.desk.look(LeasedBy())
            house.wire.stuck["one"].set()
            await until(house.hop, lambda: house.unsent() == 0)
        assert (leased, house.texts) == (["w1"], ["one"])

    async def test_behind_something_that_waits_nothing_is_leased_at_birth(self, house: House) -> None:
        house.wire.troubles = {"one": [Broken("down")]}
        house.post(Kind.REPLY, house.eva, "one")
        await house.courier.settle()
        async with running(house.courier):
            await house.hop.moved.wait()
            house.post(Kind.REPLY, house.eva, "two")
            leased = house.desk.look(LeasedBy())
        assert (leased, house.texts) == ([None, None], [])

    async def test_what_was_taken_back_inside_a_turn_is_not_sent(self, house: House) -> None:
        async with running(house.courier):
            await house.hop.moved.wait()
            with house.desk.turn() as tx:
                with contextlib.suppress(TooMuch), tx.apart():
                    post(tx, Kind.REPLY, house.eva.id, line("never"))
                    raise TooMuch(what="files", limit=1)
                post(tx, Kind.REPLY, house.eva.id, line("said"))
            await until(house.hop, lambda: house.unsent() == 0)
        assert house.texts == ["said"]

    async def test_what_a_turn_leases_while_it_ends_is_free_again(self, house: House) -> None:
        house.desk.sender = "w1"
        house.post(Kind.REPLY, house.eva, "one")
        assert house.desk.look(LeasedBy()) == [None]
        await house.courier.settle()
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
        dead._look_into_the_store([], dead.pacer.gate(5))
        await house.courier.settle()
        assert house.texts == []
        await house.after(Pace().lease)
        assert house.texts == ["one"]
