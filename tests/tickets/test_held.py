"""Words that wait for a moment before they are the customer's, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.db import Tx
from core.errors import NotNow, TooMuch
from core.files import FileRules, Incoming
from core.ids import MessageId, TicketNumber
from core.notices.facts import line
from core.notices.inbox import Became, hear_as
from core.notices.outbox import About, Collect, Kind, Sent, Unreachable, post
from core.people.staff import Revoke
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import Claim, Close, Reply, Solve, TakeOver
from core.tickets.held import Amend, Drop, Held, Hold, NextHeld, SendHeld, SendNow
from core.tickets.merging import EraseCustomer
from core.tickets.model import Said
from core.tickets.queries import Thread
from core.tickets.rules import TicketRules
from core.tickets.telling import RoomMoved
from tests.house import House

PHOTO = Incoming("photo-1", "photo.jpg", "image/jpeg", 1000)


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


@pytest.fixture
def giulia(house: House) -> Who:
    return house.operator("Giulia")


@pytest.fixture
def number(house: House, eva: Who, giulia: Who) -> TicketNumber:
    """Of a ticket that Giulia has."""
    return house.desk.do(Claim(giulia, house.ticket(eva).number)).number


def held(
    house: House, giulia: Who, number: TicketNumber, text: str = "Riavvia", external: str = "m1", **more: Any
) -> None:
    house.desk.do(Hold(giulia, number, external, text, **more))


def thread(house: House, giulia: Who, number: TicketNumber) -> list[tuple[str, bool]]:
    """What was said after the opening, and whether it stays inside."""
    said: list[Said] = house.desk.look(Thread(giulia, number, notes=True))
    return [(one.text, one.internal) for one in said[1:]]


def signs(house: House) -> list[tuple[str, str]]:
    """The signs that were posted and not replaced since the last look, by the message."""
    shown = [one.lines[0].facts for one in house.posted() if one.kind is Kind.SIGN]
    return [(facts["message"], facts["sign"]) for facts in shown]


def told_under(house: House) -> list[tuple[str | None, list[str]]]:
    return [(one.thread, [line.message for line in one.lines]) for one in house.posted() if one.kind is Kind.REPLY]


def wait(house: House, seconds: float = 10) -> int:
    house.wait(seconds=seconds)
    return house.desk.do(SendHeld())


def test_they_are_nobody_s_until_their_moment_has_come(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert wait(house, 9) == 0
    assert thread(house, giulia, number) == []
    assert wait(house, 1) == 1
    assert thread(house, giulia, number) == [("Riavvia", False)]


def test_they_are_sent_once(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert [wait(house), wait(house)] == [1, 0]
    assert thread(house, giulia, number) == [("Riavvia", False)]


def test_the_customer_is_told_what_an_answer_says(house: House, eva: Who, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    house.posted()
    wait(house)
    assert house.messages(eva) == ["ticket-reply"]


def test_the_next_moment_is_known(house: House, giulia: Who, number: TicketNumber) -> None:
    assert house.desk.look(NextHeld()) is None
    begun = house.now
    held(house, giulia, number)
    assert (house.desk.look(NextHeld()) or begun) > begun


def test_they_are_found_as_the_message_they_were(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    wait(house)
    about, said = house.desk.look(About(giulia.chat, "m1"))
    assert about == number
    assert said == house.desk.look(Thread(giulia, number))[-1].id


def test_files_go_with_them(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number, files=(PHOTO,))
    wait(house)
    assert [file.name for file in house.desk.look(Thread(giulia, number))[-1].files] == ["photo.jpg"]


def test_that_they_wait_is_shown_at_the_message(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert signs(house) == [("m1", "waiting")]


def test_a_desk_that_waits_for_nothing_sends_at_once(house: House, giulia: Who, number: TicketNumber) -> None:
    house.rules[TicketRules] = replace(house.rules[TicketRules], hold_seconds=0)
    held(house, giulia, number)
    assert thread(house, giulia, number) == [("Riavvia", False)]
    assert signs(house) == []


def test_what_can_be_refused_is_refused_at_once(house: House, giulia: Who, number: TicketNumber) -> None:
    house.rules[FileRules] = FileRules(most=1)
    with pytest.raises(TooMuch):
        held(house, giulia, number, "x" * 8001)
    with pytest.raises(TooMuch):
        held(house, giulia, number, files=(PHOTO, PHOTO))
    house.desk.do(Solve(giulia, number, "Fatto", Severity.LOW))
    with pytest.raises(NotNow):
        held(house, giulia, number)
    assert house.desk.look(NextHeld()) is None


# While they wait


def test_an_edit_takes_their_place(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert house.desk.do(Amend(giulia, "m1", "Riavvia il PC")) is True
    wait(house)
    assert thread(house, giulia, number) == [("Riavvia il PC", False)]


def test_an_edit_does_not_make_them_wait_longer(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    house.wait(seconds=9)
    house.desk.do(Amend(giulia, "m1", "Riavvia il PC"))
    assert wait(house, 1) == 1


def test_an_edit_can_keep_them_inside(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number, files=(PHOTO,))
    house.posted()
    house.desk.do(Amend(giulia, "m1", "Che pazienza", inside=True))
    assert thread(house, giulia, number) == [("Che pazienza", True)]
    assert signs(house) == [("m1", "inside")]
    assert wait(house) == 0
    assert [file.name for file in house.desk.look(Thread(giulia, number, notes=True))[-1].files] == ["photo.jpg"]


def test_an_edit_that_leaves_nothing_drops_them(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    house.desk.do(Amend(giulia, "m1", "  "))
    assert (wait(house), thread(house, giulia, number)) == (0, [])


def test_an_edit_that_leaves_a_file_sends_the_file(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number, files=(PHOTO,))
    house.desk.do(Amend(giulia, "m1", ""))
    wait(house)
    assert thread(house, giulia, number) == [("", False)]


def test_nobody_else_edits_them(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert house.desk.do(Amend(house.operator("Marco"), "m1", "Niente")) is False
    assert house.desk.look(Held(giulia.chat, "m1")) == "Riavvia"


def test_an_edit_is_no_longer_than_any_words(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    with pytest.raises(TooMuch):
        house.desk.do(Amend(giulia, "m1", "x" * 8001))
    assert house.desk.look(Held(giulia.chat, "m1")) == "Riavvia"


def test_a_message_that_is_taken_back_is_never_sent(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert house.desk.do(Drop(giulia.chat, "m1")) is True
    assert (wait(house), thread(house, giulia, number)) == (0, [])
    assert house.desk.do(Drop(giulia.chat, "m1")) is False


def test_they_go_before_what_their_writer_does_next(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    held(house, giulia, number, "E poi richiama", "m2")
    assert house.desk.do(SendNow(giulia, number)) == 2
    assert thread(house, giulia, number) == [("Riavvia", False), ("E poi richiama", False)]


def test_a_colleague_s_words_wait_on(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert house.desk.do(SendNow(house.operator("Marco"), number)) == 0


def test_erasing_a_customer_forgets_what_waits_for_them(
    house: House, eva: Who, giulia: Who, number: TicketNumber
) -> None:
    held(house, giulia, number)
    assert eva.customer
    house.desk.do(EraseCustomer(house.operator("Anna", lead=True), eva.customer))
    assert house.desk.look(NextHeld()) is None


# What can't be sent any more


def solved(house: House, giulia: Who, number: TicketNumber) -> None:
    house.desk.do(Solve(giulia, number, "Fatto", Severity.LOW))


def taken_over(house: House, giulia: Who, number: TicketNumber) -> None:
    assert giulia.operator
    house.desk.do(TakeOver(house.operator("Marco"), number, giulia.operator))


@pytest.mark.parametrize(("happens", "why"), [(solved, "refused-not-now"), (taken_over, "refused-already-claimed")])
def test_words_that_can_t_be_sent_any_more_are_kept_inside_and_that_is_told(
    house: House, giulia: Who, number: TicketNumber, happens: Any, why: str
) -> None:
    held(house, giulia, number)
    happens(house, giulia, number)
    house.posted()
    wait(house)
    assert thread(house, giulia, number)[-1] == ("Riavvia", True)
    assert told_under(house) == [("m1", [why, "held-kept-inside"])]


def test_where_they_stay_inside_that_is_shown_at_the_message(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    solved(house, giulia, number)
    wait(house)
    assert signs(house) == [("m1", "inside")]


def test_of_a_closed_ticket_it_is_told_that_they_went_nowhere(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    solved(house, giulia, number)
    house.desk.do(Close(giulia, number))
    house.posted()
    house.wait(seconds=10)
    house.desk.do(SendHeld())
    posted = house.posted()
    assert [(one.thread, one.lines[-1].message) for one in posted if one.kind is Kind.REPLY] == [("m1", "held-lost")]
    assert [one.lines[0].facts["sign"] for one in posted if one.kind is Kind.SIGN] == ["lost"]


def test_of_somebody_who_was_revoked_nothing_is_sent(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    assert giulia.operator
    house.desk.do(Revoke(house.operator("Anna", lead=True), giulia.operator))
    wait(house)
    assert thread(house, house.operator("Marco"), number) == []


def test_one_that_is_refused_holds_up_no_other(house: House, eva: Who, giulia: Who, number: TicketNumber) -> None:
    other = house.desk.do(Claim(giulia, house.ticket(eva, "Non stampa").number)).number
    held(house, giulia, number)
    held(house, giulia, other, "Accendila", "m2")
    solved(house, giulia, number)
    wait(house)
    assert thread(house, giulia, other) == [("Accendila", False)]


def test_where_the_customer_can_only_be_called_that_is_shown_at_the_message(
    house: House, eva: Who, giulia: Who, number: TicketNumber
) -> None:
    held(house, giulia, number)
    house.desk.do(Unreachable(eva.chat))
    wait(house)
    assert signs(house) == [("m1", "lost")]


def test_an_answer_meanwhile_stands_before_them(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    house.desk.do(Reply(giulia, number, "Anche questo"))
    wait(house)
    assert thread(house, giulia, number) == [("Anche questo", False), ("Riavvia", False)]


def test_a_turn_that_fails_leaves_them_waiting(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number)
    house.wait(seconds=10)

    def failing(tx: Tx) -> None:
        SendHeld().carry_out(tx)
        raise RuntimeError("the store is away")

    with pytest.raises(RuntimeError), house.desk.turn() as tx:
        failing(tx)
    assert house.desk.do(SendHeld()) == 1


def in_the_new_place(house: House, giulia: Who, number: TicketNumber, external: str) -> None:
    """The room moves, and what is written in its new place first bears the same id as words that wait."""
    house.desk.do(RoomMoved("terminal", "#operators", "#supergroup"))
    with house.desk.turn() as tx:
        post(tx, Kind.REPLY, giulia.chat, line("greeting"), ticket=number)
    for parcel in house.desk.do(Collect("one", most=50)):
        house.desk.do(Sent(parcel, (external,) if parcel.kind is Kind.REPLY else ()))


def test_words_that_wait_when_their_room_moves_are_sent(house: House, giulia: Who, number: TicketNumber) -> None:
    held(house, giulia, number, external="7")
    in_the_new_place(house, giulia, number, "7")
    house.wait(seconds=10)
    assert house.desk.do(SendHeld()) == 1
    assert thread(house, giulia, number) == [("Riavvia", False)]


def test_in_a_room_that_moved_a_new_message_may_bear_the_id_of_words_that_wait(
    house: House, giulia: Who, number: TicketNumber
) -> None:
    held(house, giulia, number, external="7")
    house.desk.do(RoomMoved("terminal", "#operators", "#supergroup"))
    held(house, giulia, number, "Prova ancora", external="7")
    house.wait(seconds=10)
    house.desk.do(SendHeld())
    assert thread(house, giulia, number) == [("Riavvia", False), ("Prova ancora", False)]


def test_words_heard_as_a_message_that_is_known_already_hold_up_nothing(
    house: House, giulia: Who, number: TicketNumber
) -> None:
    held(house, giulia, number, external="7")
    with house.desk.turn() as tx:
        hear_as(tx, giulia.chat, {"7": Became(number, MessageId(1))})
    house.wait(seconds=10)
    assert house.desk.do(SendHeld()) == 1
