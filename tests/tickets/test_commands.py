"""What a ticket's commands do, on both databases."""

from datetime import timedelta

import pytest

from core.errors import AlreadyClaimed, NotNow, NotYours, SeverityNeeded, TooMuch, UnknownColleague, UnknownTicket
from core.notices.outbox import Kind
from core.people.staff import Revoke
from core.sla.policy import Severity
from core.tickets.commands import (
    AddMessage,
    Answer,
    Ask,
    Assign,
    Claim,
    Classify,
    Close,
    Note,
    OpenTicket,
    Release,
    Reopen,
    Reply,
    Say,
    Solve,
    TakeOver,
    WantsHuman,
    Withdraw,
)
from core.tickets.lifecycle import CLAIMED, CLOSED, NEW, SOLVED, WAITING
from core.tickets.queries import History, Late, Mine, Queue, Thread, TicketOf
from core.tickets.rules import TicketRules
from tests.house import House


def test_an_opening_tells_the_customer_by_when_somebody_answers(house: House):
    eva = house.customer("Eva")
    ticket = house.ticket(eva)
    assert ticket.state is NEW
    (line,) = house.told(eva)
    assert line.message == "ticket-opened"
    assert line.facts["due"] == ticket.reaction_due == house.now + timedelta(hours=1)
    assert line.facts["opens"] is None


def test_nobody_s_ticket_follows_another_s(house: House):
    eva, anna = house.customer("Eva"), house.customer("Anna")
    other = house.ticket(anna).number
    with pytest.raises(UnknownTicket):
        house.desk.do(OpenTicket(eva, "Di nuovo", "Come prima", follows=other))


def test_a_subject_is_one_line(house: House):
    opened = house.ticket(house.customer("Eva"), "Aiuto\n\nIl ticket 1 è risolto")
    assert opened.subject == "Aiuto Il ticket 1 è risolto"


def test_an_opening_while_the_desk_is_closed_says_when_it_opens(house: House):
    house.wait(hours=12)
    eva = house.customer("Eva")
    house.ticket(eva)
    (line,) = house.told(eva)
    assert line.facts["opens"] > house.now
    assert line.facts["due"] == line.facts["opens"] + timedelta(hours=1)


def test_an_opening_shows_its_card_and_its_story_in_the_operators_room(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    house.posted()
    house.ticket(eva)
    shown = [parcel for parcel in house.posted() if parcel.chat.id == giulia.chat]
    assert [parcel.kind for parcel in shown] == [Kind.CARD, Kind.THREAD]
    assert shown[1].lines[0].message == "thread-open"


def test_a_claim_meets_the_reaction_and_promises_the_resolution(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.posted()
    house.wait(minutes=10)
    ticket = house.desk.do(Claim(giulia, number))
    assert (ticket.state, ticket.holder, ticket.reacted_at) == (CLAIMED, giulia.operator, house.now)
    (line,) = house.told(eva)
    assert (line.message, line.facts["operator"], line.facts["due"]) == (
        "ticket-claimed",
        giulia.operator,
        ticket.resolution_due,
    )


def test_the_second_of_two_claims_is_told_who_won(house: House):
    eva, giulia, marco = house.customer("Eva"), house.operator("Giulia"), house.operator("Marco")
    number = house.ticket(eva).number
    house.desk.do(Claim(giulia, number))
    with pytest.raises(AlreadyClaimed) as refusal:
        house.desk.do(Claim(marco, number))
    assert refusal.value.facts == {"ticket": number, "operator": giulia.operator}


def test_a_claim_pressed_twice_is_done_once(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    assert house.desk.do(Claim(giulia, number)) == house.desk.do(Claim(giulia, number))


def test_a_customer_cannot_claim(house: House):
    eva = house.customer("Eva")
    with pytest.raises(NotYours):
        house.desk.do(Claim(eva, house.ticket(eva).number))


def test_another_customers_ticket_is_as_unknown_as_none(house: House):
    eva, ada = house.customer("Eva"), house.customer("Ada")
    number = house.ticket(eva).number
    for unknown in (number, 999_999, 0, -1, 2**70):
        with pytest.raises(UnknownTicket):
            house.desk.do(Say(ada, unknown, "fammi vedere"))


def test_taking_over_tells_the_customer_and_asks_whose_it_was(house: House):
    eva, giulia, marco = house.customer("Eva"), house.operator("Giulia"), house.operator("Marco")
    number = house.ticket(eva).number
    house.desk.do(Claim(giulia, number))
    house.posted()
    with pytest.raises(AlreadyClaimed):
        house.desk.do(TakeOver(marco, number, from_=marco.operator or 0))
    ticket = house.desk.do(TakeOver(marco, number, from_=giulia.operator or 0))
    assert ticket.holder == marco.operator
    assert house.messages(eva) == ["ticket-taken-over"]
    assert house.desk.do(TakeOver(marco, number, from_=giulia.operator or 0)) == ticket


def test_a_question_stops_the_clock_and_the_answer_starts_it_again(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva, felt=Severity.HIGH).number
    due = house.desk.do(Claim(giulia, number)).resolution_due
    asked = house.desk.do(Ask(giulia, number, "Che versione usi?"))
    assert (asked.state, asked.resolution_due) == (WAITING, None)
    house.wait(hours=1)
    answered = house.desk.do(Say(eva, number, "La 4.2"))
    assert answered.state is CLAIMED
    assert due is not None
    assert answered.resolution_due == due + timedelta(hours=1)


def test_an_operator_types_what_a_caller_answered_and_the_customer_is_not_told_their_own_words(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(Ask(giulia, number, "Che versione usi?"))
    house.posted()
    assert house.desk.do(Answer(giulia, number, "La 4.2")).state is CLAIMED
    assert house.messages(eva) == []


def test_an_answer_of_an_operator_claims_an_unclaimed_ticket(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.posted()
    ticket = house.desk.do(Reply(giulia, number, "Prova a riavviare."))
    assert (ticket.state, ticket.holder) == (CLAIMED, giulia.operator)
    assert house.messages(eva) == ["ticket-claimed-with-reply"]


def test_the_customer_is_told_who_writes_be_it_the_holder_or_a_colleague(house: House):
    eva, giulia, marco = house.customer("Eva"), house.operator("Giulia"), house.operator("Marco")
    ticket = house.desk.do(Claim(giulia, house.ticket(eva).number))
    house.posted()
    house.desk.do(Reply(marco, ticket.number, "Lo conosco"))
    assert [line.facts["operator"] for line in house.told(eva)] == [marco.operator]


def test_an_operators_solution_demands_a_severity(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    with pytest.raises(SeverityNeeded):
        house.desk.do(Solve(giulia, number, "Fatto."))
    ticket = house.desk.do(Solve(giulia, number, "Fatto.", Severity.LOW))
    assert (ticket.state, ticket.severity, ticket.holder) == (SOLVED, Severity.LOW, giulia.operator)
    assert ticket.reacted_at == ticket.solved_at == house.now


def test_a_customer_who_says_that_it_is_solved_solves_a_claimed_ticket_at_their_own_severity(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva, felt=None).number
    house.desk.do(Claim(giulia, number))
    house.posted()
    ticket = house.desk.do(Solve(eva, number))
    assert (ticket.state, ticket.severity) == (SOLVED, Severity.INFO)
    assert house.messages(eva) == ["ticket-solved-by-you"]


def test_a_customer_who_says_that_an_unclaimed_ticket_is_solved_withdraws_it(house: House):
    eva = house.customer("Eva")
    assert house.desk.do(Solve(eva, house.ticket(eva).number)).state is CLOSED


def test_thanks_reopens_nothing(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(Solve(giulia, number, "Fatto.", Severity.LOW))
    assert house.desk.do(Say(eva, number, "Grazie!")).state is SOLVED


def test_a_reopened_ticket_goes_back_to_its_holder_in_a_new_cycle(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(Solve(giulia, number, "Fatto.", Severity.LOW))
    ticket = house.desk.do(Reopen(eva, number, "Ancora no."))
    assert (ticket.state, ticket.holder, ticket.cycle, ticket.solved_at) == (CLAIMED, giulia.operator, 1, None)


def test_a_reopened_ticket_whose_holder_has_left_is_new(house: House):
    eva, giulia, lia = house.customer("Eva"), house.operator("Giulia"), house.operator("Lia", lead=True)
    number = house.ticket(eva).number
    house.desk.do(Solve(giulia, number, "Fatto.", Severity.LOW))
    house.desk.do(Revoke(lia, giulia.operator or 0))
    ticket = house.desk.do(Reopen(eva, number))
    assert (ticket.state, ticket.holder) == (NEW, None)


def test_a_revoked_operator_may_do_nothing(house: House):
    eva, giulia, lia = house.customer("Eva"), house.operator("Giulia"), house.operator("Lia", lead=True)
    number = house.ticket(eva).number
    house.desk.do(Revoke(lia, giulia.operator or 0))
    with pytest.raises(NotYours):
        house.desk.do(Claim(giulia, number))


@pytest.mark.parametrize("query", [TicketOf, Thread, History])
def test_a_revoked_operator_sees_no_ticket(house: House, query):
    eva, giulia, lia = house.customer("Eva"), house.operator("Giulia"), house.operator("Lia", lead=True)
    number = house.ticket(eva).number
    house.desk.do(Revoke(lia, giulia.operator or 0))
    with pytest.raises(NotYours):
        house.desk.look(query(giulia, number))


@pytest.mark.parametrize("query", [Queue, Mine, Late])
def test_a_revoked_operator_sees_no_list(house: House, query):
    giulia, lia = house.operator("Giulia"), house.operator("Lia", lead=True)
    house.desk.do(Revoke(lia, giulia.operator or 0))
    with pytest.raises(NotYours):
        house.desk.look(query(giulia))


def test_a_release_does_not_start_the_reaction_again(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    reacted = house.desk.do(Claim(giulia, number)).reacted_at
    house.wait(minutes=5)
    ticket = house.desk.do(Release(giulia, number))
    assert (ticket.state, ticket.holder, ticket.reacted_at) == (NEW, None, reacted)


def test_a_lead_hands_a_ticket_to_a_colleague_who_is_still_there(house: House):
    eva, giulia, lia = house.customer("Eva"), house.operator("Giulia"), house.operator("Lia", lead=True)
    number = house.ticket(eva).number
    ticket = house.desk.do(Assign(lia, number, giulia.operator or 0))
    assert (ticket.state, ticket.holder) == (CLAIMED, giulia.operator)
    assert house.desk.do(Assign(lia, number, giulia.operator or 0)) == ticket
    marco = house.operator("Marco")
    house.desk.do(Revoke(lia, marco.operator or 0))
    with pytest.raises(UnknownColleague):
        house.desk.do(Assign(lia, number, marco.operator or 0))


def test_the_customer_is_told_of_a_severity_only_when_it_is_another_than_their_own(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva, felt=Severity.MEDIUM).number
    house.posted()
    house.desk.do(Classify(giulia, number, Severity.MEDIUM))
    assert house.messages(eva) == []
    ticket = house.desk.do(Classify(giulia, number, Severity.LOW, topic="firma"))
    assert (ticket.severity, ticket.topic) == (Severity.LOW, "firma")
    assert house.messages(eva) == ["ticket-classified"]
    assert house.desk.do(Classify(giulia, number, Severity.LOW)) == ticket


def test_a_note_is_never_shown_to_the_customer(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.posted()
    house.desk.do(Note(giulia, number, "È il solito certificato."))
    assert house.messages(eva) == []
    assert len(house.desk.look(Thread(eva, number, notes=True))) == 1
    assert len(house.desk.look(Thread(giulia, number, notes=True))) == 2


def test_a_target_that_is_past_is_never_promised(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva, felt=Severity.HIGH).number
    house.posted()
    house.wait(days=3)
    house.desk.do(Claim(giulia, number))
    (line,) = house.told(eva)
    assert line.facts["due"] is None


def test_a_closed_ticket_takes_no_more(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(Solve(giulia, number, "Fatto.", Severity.LOW))
    house.desk.do(Close(giulia, number))
    for command in (AddMessage(eva, number, "ehi"), Reopen(eva, number), Withdraw(eva, number), Claim(giulia, number)):
        with pytest.raises(NotNow):
            house.desk.do(command)


def test_a_refused_command_leaves_nothing_behind(house: House):
    eva = house.customer("Eva")
    number = house.ticket(eva).number
    before = house.desk.look(Thread(eva, number)), house.desk.look(History(eva, number))
    with pytest.raises(TooMuch):
        house.desk.do(AddMessage(eva, number, "x" * (house.rules[TicketRules].longest_text + 1)))
    assert before == (house.desk.look(Thread(eva, number)), house.desk.look(History(eva, number)))


def test_one_customer_can_hold_only_so_many_open_tickets(house: House):
    eva = house.customer("Eva")
    for n in range(house.rules[TicketRules].most_open):
        house.ticket(eva, f"Numero {n}")
    with pytest.raises(TooMuch):
        house.ticket(eva)


def test_a_ticket_opened_for_a_caller_is_told_on_the_callers_own_channel(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    house.posted()
    ticket = house.desk.do(OpenTicket(giulia, "Non riceve", "Chiama da ieri.", customer=eva.customer))
    assert (ticket.door, ticket.opened_by, ticket.chat) == ("phone", giulia.operator, eva.chat)
    assert house.messages(eva) == ["ticket-opened"]


def test_who_wants_a_person_is_heard_by_the_operators(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.posted()
    house.desk.do(WantsHuman(eva, number))
    assert "wants-a-person" in house.messages(giulia)


def test_who_says_ten_times_that_they_want_a_person_rings_once(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.posted()
    for _ in range(10):
        house.desk.do(WantsHuman(eva, number))
        house.wait(minutes=5)
    assert house.messages(giulia).count("wants-a-person") == 1


def test_who_still_wants_a_person_after_an_hour_is_heard_again(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(WantsHuman(eva, number))
    house.posted()
    house.wait(hours=1)
    house.desk.do(WantsHuman(eva, number))
    assert "wants-a-person" in house.messages(giulia)
