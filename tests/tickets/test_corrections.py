"""Words that are put right afterwards, on both databases."""

import pytest

from core.errors import NotNow, NotYours, TooMuch
from core.ids import MessageId, TicketNumber
from core.people.who import Who
from core.tickets.commands import Answer, Ask, Claim, Note, Reply, Say, Withdraw
from core.tickets.corrections import Edit
from core.tickets.lifecycle import CLAIMED, WAITING, Act
from core.tickets.model import Said
from core.tickets.queries import History, Thread
from core.tickets.rules import TicketRules
from tests.house import House


def last(house: House, by: Who, number: TicketNumber) -> Said:
    return house.desk.look(Thread(by, number, notes=True))[-1]


def added(house: House, eva: Who, text: str = "La versione è la 4.1") -> tuple[TicketNumber, MessageId]:
    number = house.ticket(eva).number
    house.desk.do(Say(eva, number, text))
    return number, last(house, eva, number).id


def test_an_edit_takes_the_words_place_and_is_shown_as_one(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number, said = added(house, eva)
    house.desk.do(Edit(eva, said, "La versione è la 4.2"))
    seen = house.desk.look(Thread(giulia, number, notes=True))
    assert [(one.text, one.edited) for one in seen[1:]] == [("La versione è la 4.2", True)]


def test_the_operators_are_told_what_was_edited_and_the_customer_is_not(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    _, said = added(house, eva)
    house.posted()
    house.desk.do(Edit(eva, said, "La versione è la 4.2"))
    told = [(parcel.chat.id, line.message) for parcel in house.posted() for line in parcel.lines]
    assert told == [(giulia.chat, "thread-edit")]


def test_an_edit_moves_no_ticket_and_no_deadline(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number, said = added(house, eva)
    waiting = house.desk.do(Ask(giulia, number, "Quale?"))
    house.wait(hours=2)
    after = house.desk.do(Edit(eva, said, "La versione è la 4.2"))
    assert (after.state, after.waiting_since) == (WAITING, waiting.waiting_since)
    assert after.resolution_due == waiting.resolution_due


def test_an_edit_is_in_the_history_without_its_words(house: House) -> None:
    eva = house.customer("Eva")
    number, said = added(house, eva)
    house.desk.do(Edit(eva, said, "La versione è la 4.2"))
    event = house.desk.look(History(eva, number))[-1]
    assert (event.act, event.facts) == (Act.EDIT, {"inside": False, "desk": False})


def test_nobody_edits_another_s_words(house: House) -> None:
    eva, anna, giulia = house.customer("Eva"), house.customer("Anna"), house.operator("Giulia")
    number, said = added(house, eva)
    for by in (anna, giulia):
        with pytest.raises(NotYours):
            house.desk.do(Edit(by, said, "Tutto bene"))
    assert last(house, eva, number).text == "La versione è la 4.1"


def test_of_the_desk_s_own_words_a_note_can_be_edited(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.desk.do(Claim(giulia, house.ticket(eva).number)).number
    house.desk.do(Note(giulia, number, "Chiamato alle 10"))
    house.desk.do(Edit(giulia, last(house, giulia, number).id, "Chiamato alle 11"))
    note = last(house, giulia, number)
    assert (note.text, note.internal, note.edited) == ("Chiamato alle 11", True, True)


def test_what_went_to_the_customer_is_sent_again_as_it_should_have_been(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.desk.do(Reply(giulia, house.ticket(eva).number, "Ecco la giuda")).number
    house.posted()
    house.desk.do(Edit(giulia, last(house, giulia, number).id, "Ecco la guida"))
    assert last(house, eva, number).text == "Ecco la guida"
    told = [(parcel.chat.id, line.message) for parcel in house.posted() for line in parcel.lines]
    assert told == [(eva.chat, "ticket-corrected"), (giulia.chat, "thread-edit")]


def test_what_was_typed_in_for_a_caller_is_sent_to_nobody(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.desk.do(Ask(giulia, house.ticket(eva).number, "Che versione usi?")).number
    house.desk.do(Answer(giulia, number, "la 4.1"))
    house.posted()
    house.desk.do(Edit(giulia, last(house, giulia, number).id, "la 4.2"))
    assert house.messages(eva) == []


def test_an_edit_that_changes_nothing_is_told_to_nobody(house: House) -> None:
    eva = house.customer("Eva")
    number, said = added(house, eva)
    house.posted()
    house.desk.do(Edit(eva, said, " La versione è la 4.1 "))
    assert house.posted() == []
    assert last(house, eva, number).edited is False


def test_an_edit_in_a_closed_ticket_is_refused(house: House) -> None:
    eva = house.customer("Eva")
    number, said = added(house, eva)
    house.desk.do(Withdraw(eva, number))
    with pytest.raises(NotNow):
        house.desk.do(Edit(eva, said, "La versione è la 4.2"))


def test_an_edit_is_no_longer_than_any_words(house: House) -> None:
    eva = house.customer("Eva")
    _, said = added(house, eva)
    with pytest.raises(TooMuch):
        house.desk.do(Edit(eva, said, "x" * (TicketRules().longest_text + 1)))


def test_a_ticket_that_is_held_stays_held(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number, said = added(house, eva)
    house.desk.do(Claim(giulia, number))
    assert house.desk.do(Edit(eva, said, "La versione è la 4.2")).state is CLAIMED
