"""The outbox, the inbox and the places, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.db import Secrets, Tx
from core.errors import MovedMeanwhile, UnknownCustomer
from core.ids import ChatId, TicketNumber
from core.notices.chats import Furnish, Room, RoomAt, rooms
from core.notices.facts import Line, line, pack, pack_lines, unpack, unpack_lines
from core.notices.inbox import failed, once, take
from core.notices.outbox import About, Closed, Collect, GiveUp, Kind, NextDue, PutOff, Sent, SentAs, Unreachable, post
from core.notices.tables import outbox
from core.tickets.advance import Move, advance
from core.tickets.commands import Claim, OpenTicket
from core.tickets.lifecycle import Act
from core.tickets.queries import TicketOf
from tests.house import House


@dataclass(frozen=True)
class Says:
    """Post one line, as any command would."""

    kind: Kind
    to: ChatId
    message: str = "greeting"
    ticket: TicketNumber | None = None
    more: tuple[tuple[str, Any], ...] = ()

    def carry_out(self, tx: Tx) -> None:
        post(tx, self.kind, self.to, line(self.message), ticket=self.ticket, **dict(self.more))


@pytest.fixture
def chat(house: House) -> ChatId:
    chat = house.stranger("Eva").chat
    house.posted()
    return chat


def collect(house: House, worker: str = "one", **how: Any) -> list[str]:
    return [parcel.lines[0].message for parcel in house.desk.do(Collect(worker, **how))]


def say(house: House, *messages: str, to: ChatId, kind: Kind = Kind.NOTICE, **more: Any) -> None:
    for message in messages:
        house.desk.do(Says(kind, to, message, more=tuple(more.items())))


def test_only_the_oldest_row_of_a_lane_can_be_collected(house: House, chat: ChatId) -> None:
    say(house, "first", "second", to=chat)
    assert collect(house) == ["first"]
    assert collect(house, "two") == []


def test_priority_picks_among_the_heads_of_lanes_and_never_inside_one(house: House, chat: ChatId) -> None:
    say(house, "notice", to=chat)
    say(house, "reply", to=chat, kind=Kind.REPLY)
    say(house, "alert", to=chat, kind=Kind.ALERT)
    assert collect(house) == ["alert"]
    assert collect(house) == ["notice"]


def test_of_a_chat_one_head_is_collected_at_a_time_and_of_others_theirs(house: House, chat: ChatId) -> None:
    for lane in ("one", "two"):
        say(house, lane, to=chat, lane=lane)
    say(house, "elsewhere", to=house.stranger("Ugo").chat)
    assert collect(house) == ["one", "elsewhere"]


def test_files_to_fetch_wait_for_nothing_that_is_sent(house: House, chat: ChatId) -> None:
    for n in range(2):
        say(house, f"file {n}", to=chat, kind=Kind.FETCH, lane=f"file:{n}")
    say(house, "notice", to=chat)
    assert collect(house) == ["notice", "file 0", "file 1"]


class TestClosed:
    def test_a_busy_chat_is_left_out_with_all_its_lanes(self, house: House, chat: ChatId) -> None:
        say(house, "reply", to=chat, kind=Kind.REPLY)
        say(house, "alert", to=chat, kind=Kind.ALERT)
        say(house, "elsewhere", to=house.stranger("Ugo").chat)
        assert collect(house, closed=Closed(busy=frozenset({chat}))) == ["elsewhere"]

    @pytest.mark.parametrize("kind", [Kind.CARD, Kind.THREAD, Kind.FILE, Kind.SIGN])
    def test_a_tired_chat_takes_nothing_that_can_wait(self, house: House, chat: ChatId, kind: Kind) -> None:
        say(house, "can wait", to=chat, kind=kind)
        assert collect(house, closed=Closed(tired=frozenset({chat}))) == []
        assert collect(house) == ["can wait"]

    @pytest.mark.parametrize("kind", [Kind.REPLY, Kind.ALERT, Kind.NOTICE])
    def test_a_tired_chat_takes_what_is_urgent(self, house: House, chat: ChatId, kind: Kind) -> None:
        say(house, "card", to=chat, kind=Kind.CARD)
        say(house, "urgent", to=chat, kind=kind, lane="another")
        assert collect(house, closed=Closed(tired=frozenset({chat}))) == ["urgent"]

    def test_a_closed_channel_is_left_out_with_all_its_chats(self, house: House, chat: ChatId) -> None:
        say(house, "here", to=chat)
        say(house, "elsewhere", to=house.stranger("Ugo", "wire").chat)
        assert collect(house, closed=Closed(busy_channels=frozenset({"wire"}))) == ["here"]

    def test_by_a_tired_channel_only_what_is_urgent_leaves(self, house: House, chat: ChatId) -> None:
        say(house, "card", to=chat, kind=Kind.CARD)
        say(house, "urgent", to=house.stranger("Ugo").chat)
        assert collect(house, closed=Closed(tired_channels=frozenset({"terminal"}))) == ["urgent"]

    def test_files_are_fetched_from_a_busy_chat(self, house: House, chat: ChatId) -> None:
        say(house, "file", to=chat, kind=Kind.FETCH, lane="file:1")
        shut = Closed(frozenset({chat}), frozenset({chat}), frozenset({"terminal"}))
        assert collect(house, closed=shut) == ["file"]

    def test_what_is_closed_is_not_waited_for(self, house: House, chat: ChatId) -> None:
        say(house, "here", to=chat)
        say(house, "later", to=house.stranger("Ugo").chat, after=timedelta(minutes=5))
        busy = Closed(busy=frozenset({chat}))
        assert house.desk.look(NextDue(busy)) == house.now + timedelta(minutes=5)
        assert house.desk.look(NextDue()) == house.now


def test_what_carries_a_file_is_leased_for_longer(house: House, chat: ChatId) -> None:
    say(house, "file", to=chat, kind=Kind.FILE)
    assert collect(house, lease=timedelta(seconds=60), lease_of_files=timedelta(minutes=3)) == ["file"]
    house.wait(minutes=2)
    assert collect(house) == []
    house.wait(minutes=1)
    assert collect(house) == ["file"]


def test_a_row_that_was_put_off_holds_up_its_own_lane_and_no_other(house: House, chat: ChatId) -> None:
    other = house.stranger("Ugo").chat
    say(house, "first", "second", to=chat)
    (parcel,) = house.desk.do(Collect("one"))
    house.desk.do(PutOff(parcel, timedelta(seconds=30), "the channel is down"))
    say(house, "elsewhere", to=other)
    assert collect(house) == ["elsewhere"]
    house.wait(seconds=30)
    assert collect(house) == ["first"]


def test_a_row_that_nobody_began_to_send_was_not_tried(house: House, chat: ChatId) -> None:
    say(house, "first", to=chat)
    (parcel,) = house.desk.do(Collect("one"))
    house.desk.do(PutOff(parcel, timedelta(0), "stopped", tried=False))
    (again,) = house.desk.do(Collect("two"))
    assert (again.mark, again.maybe_sent) == (parcel.mark, False)


def test_what_somebody_died_sending_may_have_left(house: House, chat: ChatId) -> None:
    say(house, "first", to=chat)
    (parcel,) = house.desk.do(Collect("dead"))
    house.wait(minutes=2)
    (again,) = house.desk.do(Collect("alive"))
    assert (again.mark, again.maybe_sent) == (parcel.mark, True)


def test_a_lease_that_has_ended_is_taken_over(house: House, chat: ChatId) -> None:
    say(house, "first", to=chat)
    assert collect(house, "dead", lease=timedelta(seconds=10)) == ["first"]
    house.wait(seconds=9)
    assert collect(house, "alive") == []
    house.wait(seconds=1)
    (parcel,) = house.desk.do(Collect("alive"))
    assert parcel.tries == 2


def test_what_was_given_up_makes_way(house: House, chat: ChatId) -> None:
    say(house, "first", "second", to=chat)
    (parcel,) = house.desk.do(Collect("one"))
    house.desk.do(GiveUp(parcel, "refused"))
    assert collect(house) == ["second"]


def test_a_row_can_wait_before_it_is_due(house: House, chat: ChatId) -> None:
    say(house, "later", to=chat, after=timedelta(minutes=5))
    assert collect(house) == []
    assert house.desk.look(NextDue()) == house.now + timedelta(minutes=5)
    house.wait(minutes=5)
    assert collect(house) == ["later"]


def test_an_empty_outbox_has_no_next_moment(house: House, chat: ChatId) -> None:
    assert house.desk.look(NextDue()) is None


def test_an_unsent_row_of_a_key_serves_for_a_second_one(house: House, chat: ChatId) -> None:
    say(house, "card", "card", to=chat, kind=Kind.CARD, coalesce="card:1")
    assert len(house.posted()) == 1
    say(house, "card", to=chat, kind=Kind.CARD, coalesce="card:1")
    assert len(house.posted()) == 1


def test_a_card_on_its_way_does_not_serve_for_a_newer_state(house: House, chat: ChatId) -> None:
    say(house, "card", to=chat, kind=Kind.CARD, coalesce="card:1")
    assert collect(house) == ["card"]
    say(house, "card", to=chat, kind=Kind.CARD, coalesce="card:1")
    with house.database.read() as conn:
        assert len(conn.execute(select(outbox.c.id).where(outbox.c.done_at.is_(None))).all()) == 2


def test_what_was_sent_leads_back_to_its_ticket(house: House) -> None:
    eva = house.customer("Eva")
    house.posted()
    number = house.ticket(eva).number
    (parcel,) = [one for one in house.desk.do(Collect("one")) if one.kind is Kind.NOTICE]
    house.desk.do(Sent(parcel, ("m1", "m2")))
    house.desk.do(Sent(parcel, ("m1",)))  # marked twice, it is written down once
    assert house.desk.look(About(eva.chat, "m2"))[0] == number
    assert house.desk.look(About(eva.chat, "m3")) == (None, None)
    assert house.desk.look(SentAs(eva.chat, number, Kind.NOTICE)) == "m2"
    assert house.desk.look(SentAs(eva.chat, number, Kind.CARD)) is None


def test_a_one_time_code_is_gone_from_the_outbox_once_it_has_left(house: House, chat: ChatId) -> None:
    with house.desk.turn() as tx:
        post(tx, Kind.NOTICE, chat, line("mailed-code", secret="123456", minutes=10))
    house.posted()
    with house.database.read() as conn:
        assert "123456" not in str(conn.execute(select(outbox.c.lines)).all())


def test_the_same_is_never_taken_twice(house: House) -> None:
    with house.desk.turn() as tx:
        row = take(tx, "wire", "update-1", "chat:1", {"text": "ciao"})
        assert row is not None
        assert take(tx, "wire", "update-1", "chat:1", {}) == row  # written down, not done yet
        assert once(tx, "wire", "update-1", "chat:1", {})
        assert not once(tx, "wire", "update-1", "chat:1", {})
        assert take(tx, "wire", "update-1", "chat:1", {}) is None


def test_what_fails_too_often_is_passed_over(house: House) -> None:
    with house.desk.turn() as tx:
        tries = [failed(tx, "wire", "u", "chat:1", {}, why="Bug", most=3) for _ in range(4)]
    assert tries == [1, 2, 3, 3]


def test_a_topic_can_have_a_room_of_its_own(house: House) -> None:
    named = (
        RoomAt("terminal", "#all", Room.OPERATORS, "it"),
        RoomAt("terminal", "#firma", Room.OPERATORS, "it", "firma"),
    )
    house.desk.do(Furnish(named))
    with house.desk.turn() as tx:
        assert [room.address for room in rooms(tx, Room.OPERATORS, "firma")] == ["#firma"]
        assert [room.address for room in rooms(tx, Room.OPERATORS, "altro")] == ["#all"]
        assert rooms(tx, Room.LEADS) == []


def test_a_room_that_cannot_be_reached_is_told_nothing(house: House) -> None:
    giulia = house.operator("Giulia")
    house.desk.do(Unreachable(giulia.chat))
    with house.desk.turn() as tx:
        assert rooms(tx, Room.OPERATORS) == []


def test_facts_stay_what_they_are() -> None:
    at, length = datetime(2026, 11, 24, 9, 0, tzinfo=UTC), timedelta(hours=3)
    facts = {"at": at, "for": length, "who": ["Eva", 1, True, None], "in": line("inner", due=at), "by": {"it": "x"}}
    assert unpack(pack(facts)) == facts
    assert unpack_lines(pack_lines([Line("outer", facts)])) == (Line("outer", facts),)


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(TypeError):
        pack({"what": object()})


def test_a_moment_without_a_zone_is_refused(house: House) -> None:
    with pytest.raises(Exception, match="a moment without a zone"), house.desk.turn() as tx:
        tx.all(select(outbox.c.id).where(outbox.c.due_at == datetime(2026, 11, 24)))


def test_a_ticket_that_moved_meanwhile_is_not_moved_from_an_old_state(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    old = house.desk.look(TicketOf(giulia, number))
    house.desk.do(Claim(giulia, number))
    with pytest.raises(MovedMeanwhile), house.desk.turn() as tx:
        advance(tx, old, giulia, Move(Act.CLAIM, {"holder": giulia.operator}))


def test_an_operator_opens_a_ticket_for_somebody(house: House) -> None:
    with pytest.raises(UnknownCustomer):
        house.desk.do(OpenTicket(house.operator("Giulia"), "Uno", "Due"))


def test_chance_is_of_the_length_and_below_the_limit_that_was_asked() -> None:
    assert len(Secrets().digits(6)) == 6
    assert Secrets().below(1) == 0
