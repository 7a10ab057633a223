"""What can be asked about tickets, by whom."""

from datetime import timedelta

import pytest

from core.errors import NotYours, UnknownTicket
from core.notices.facts import line
from core.sla.policy import Severity
from core.tickets.commands import Ask, Claim, Solve
from core.tickets.counter import Counter, CounterRules, Languages, PrivacyNotice
from core.tickets.queries import (
    DueWithin,
    History,
    Holder,
    Late,
    LikeThis,
    Mine,
    MyTickets,
    Queue,
    Spoken,
    Thread,
    TicketOf,
    Topics,
    WaitingForMe,
)
from core.tickets.rules import TicketRules, Topic
from tests.house import House

DAY = timedelta(hours=24)


def test_a_customer_sees_their_own_tickets_the_open_ones_first(house: House) -> None:
    eva, giulia, ada = house.customer("Eva"), house.operator("Giulia"), house.customer("Ada")
    first, second = house.ticket(eva, "Uno"), house.ticket(eva, "Due")
    house.ticket(ada, "Di Ada")
    house.desk.do(Solve(giulia, second.number, "Fatto.", Severity.LOW))
    assert [t.number for t in house.desk.look(MyTickets(eva))] == [second.number, first.number]
    assert [t.number for t in house.desk.look(MyTickets(eva, open_only=True))] == [first.number]


def test_a_stranger_has_none(house: House) -> None:
    assert house.desk.look(MyTickets(house.stranger("Ugo"))) == []


@pytest.mark.parametrize("query", [TicketOf, Holder, Thread, History])
def test_what_another_person_wrote_is_as_unknown_as_what_nobody_wrote(house: House, query: type) -> None:
    eva, ada = house.customer("Eva"), house.customer("Ada")
    number = house.ticket(eva).number
    for unknown in (number, number + 1):
        with pytest.raises(UnknownTicket):
            house.desk.look(query(ada, unknown))


@pytest.mark.parametrize("query", [Queue, Mine, Late, lambda by: DueWithin(by, DAY)])
def test_the_desks_lists_are_not_for_customers(house: House, query: type) -> None:
    with pytest.raises(NotYours):
        house.desk.look(query(house.customer("Eva")))


def test_a_likeness_is_seen_among_ones_own_open_tickets_only(house: House) -> None:
    eva, ada, giulia = house.customer("Eva"), house.customer("Ada"), house.operator("Giulia")
    like, unlike, solved = (house.ticket(eva, s) for s in ("La firma non parte", "Password", "La firma non parte più"))
    house.desk.do(Solve(giulia, solved.number, "Fatto.", Severity.LOW))
    house.ticket(ada, "La firma non parte")
    assert [t.number for t in house.desk.look(LikeThis(eva, "firma che non parte"))] == [like.number]
    assert unlike.number not in [t.number for t in house.desk.look(LikeThis(eva, "firma"))]


def test_what_waits_for_the_customer_comes_with_its_question(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(Ask(giulia, number, "Che versione?"))
    (asked,) = house.desk.look(WaitingForMe(eva))
    assert (asked.ticket.number, asked.question) == (number, "Che versione?")


def test_the_queue_begins_with_what_falls_due_first(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    low, high = house.ticket(eva, "Uno", Severity.LOW), house.ticket(eva, "Due", Severity.HIGH)
    assert [t.number for t in house.desk.look(Queue(giulia))] == [high.number, low.number]
    assert house.desk.look(Queue(giulia, topic="firma")) == []


def test_mine_is_what_i_hold_and_is_not_solved(house: House) -> None:
    eva, giulia, marco = house.customer("Eva"), house.operator("Giulia"), house.operator("Marco")
    mine, solved, his = house.ticket(eva, "Uno"), house.ticket(eva, "Due"), house.ticket(eva, "Tre")
    for by, ticket in ((giulia, mine), (giulia, solved), (marco, his)):
        house.desk.do(Claim(by, ticket.number))
    house.desk.do(Solve(giulia, solved.number, "Fatto.", Severity.LOW))
    assert [t.number for t in house.desk.look(Mine(giulia))] == [mine.number]


def test_late_is_strictly_after_a_deadline_that_still_runs(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva, felt=Severity.HIGH).number
    house.wait(minutes=30)
    assert house.desk.look(Late(giulia)) == []
    house.wait(seconds=1)
    assert [t.number for t in house.desk.look(Late(giulia))] == [number]
    house.desk.do(Claim(giulia, number))
    assert house.desk.look(Late(giulia)) == []


def test_what_falls_due_is_told_although_another_target_of_it_is_late(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva, felt=Severity.HIGH).number
    house.wait(minutes=35)
    assert [t.number for t in house.desk.look(DueWithin(giulia, DAY))] == [number]
    house.wait(hours=24)
    assert house.desk.look(DueWithin(giulia, DAY)) == []


def test_facts_become_words_as_they_are_when_the_message_leaves(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    ticket = house.ticket(eva)
    said = house.desk.look(Thread(eva, ticket.number))[0].id
    (spoken,) = house.desk.look(
        Spoken((line("any", ticket=ticket.number, said=said, operator=giulia.operator, customer=eva.customer),))
    )
    assert (spoken.facts["subject"], spoken.facts["text"]) == ("La firma non parte", "Da stamattina non va.")
    assert (spoken.facts["operator"], spoken.facts["customer"]) == ("Giulia", "Eva")


def test_the_history_names_who_did_what(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.ticket(eva).number
    house.desk.do(Claim(giulia, number))
    assert [(e.act, e.name) for e in house.desk.look(History(eva, number))] == [("open", "Eva"), ("claim", "Giulia")]
    assert house.desk.look(Holder(eva, number)) == giulia.operator


def test_the_counter_knows_whether_somebody_is_there(house: House) -> None:
    house.rules[CounterRules] = CounterRules("Prova", ("it",), ("800 000000",), {"it": "Informativa"})
    now = house.desk.look(Counter())
    assert (now.staffed, now.opens, now.phones) == (True, None, ("800 000000",))
    house.wait(hours=12)
    later = house.desk.look(Counter())
    assert (later.staffed, later.closes) == (False, None)
    assert later.opens is not None
    assert later.opens > house.now
    assert house.desk.look(Languages()) == ("it",)
    assert house.desk.look(PrivacyNotice()) == {"it": "Informativa"}


def test_topics_are_those_of_the_settings(house: House) -> None:
    topic = Topic("firma", {"it": "Firma"})
    house.rules[TicketRules] = TicketRules(topics=(topic,))
    assert house.desk.look(Topics()) == (topic,)
    assert (house.rules[TicketRules].topic("firma"), house.rules[TicketRules].topic(None)) == (topic, None)
