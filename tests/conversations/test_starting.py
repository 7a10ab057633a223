"""The chat is opened, perhaps by a link that says what for."""

from __future__ import annotations

import pytest

from bot.conversations.screen import Limits
from core.people.who import Who
from core.tickets.queries import MyTickets
from core.tickets.rules import TicketRules, Topic
from tests.conversations.seats import OPERATORS, Seats, values
from tests.house import House, number


@pytest.fixture
def house(house: House) -> House:
    firma = Topic("firma", {"it": "La firma"}, {"it": "Prova a riavviare."})
    house.rules[TicketRules] = TicketRules(topics=(Topic("documenti", {"it": "Documenti"}), firma))
    return house


@pytest.fixture
def eva(seats: Seats) -> Who:
    return seats.house.customer("Eva")


def register(seats: Seats, who: str) -> None:
    for answer in ("Ugo Verdi", "ugo@example.org", "salta", "salta", "salta", "sì"):
        seats.say(who, answer)


def link_code(seats: Seats, who: str) -> str:
    with_code = seats.say(who, "/collegamento").text
    return next(word.strip(".:,») ") for word in with_code.split() if word.count("-") == 1 and word[0].isalnum())


def test_who_is_known_is_greeted(seats: Seats, eva: Who) -> None:
    assert seats.say("eva", "/start").lines == (seats.words("greeting"),)


def test_with_a_question_open_only_that_is_asked_again(seats: Seats, eva: Who) -> None:
    asked = seats.say("eva", "/lingua")
    assert seats.say("eva", "/start") == asked


def test_with_a_question_open_since_yesterday_it_is_offered_both_ways(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/lingua")
    seats.house.wait(hours=25)
    assert seats.say("eva", "/start").lines == (seats.words("continue-or-anew"),)


def test_who_is_new_is_welcomed(seats: Seats) -> None:
    assert seats.say("ugo", "/start").lines == (seats.words("welcome"),)


@pytest.mark.parametrize("link", ["x", "t-", "c-", "z-firma", "-", "t", "!claim.1"])
def test_a_link_that_means_nothing_greets(seats: Seats, eva: Who, link: str) -> None:
    assert seats.say("eva", f"/start {link}").lines == (seats.words("greeting"),)


def test_a_topic_s_link_opens_a_ticket_with_it_chosen(seats: Seats, eva: Who) -> None:
    screen = seats.say("eva", "/start t-documenti")
    assert screen.lines == (seats.words("opening-problem-subject"),)
    for answer in ("Non si apre", "Il documento non si apre più", "alta", "salta", "sì"):
        seats.say("eva", answer)
    assert seats.house.desk.look(MyTickets(eva))[0].topic == "documenti"


def test_a_topic_s_short_answer_is_offered_first(seats: Seats, eva: Who) -> None:
    assert "Prova a riavviare." in seats.say("eva", "/start t-firma").text


def test_an_unknown_topic_s_link_asks_for_the_topic(seats: Seats, eva: Who) -> None:
    assert values(seats.say("eva", "/start t-nulla"))[:2] == ["documenti", "firma"]


def test_who_is_new_is_registered_first_and_the_topic_is_kept(seats: Seats) -> None:
    assert seats.words("register-first", command="") in seats.say("ugo", "/start t-documenti").text
    register(seats, "ugo")
    assert seats.words("opening-problem-subject") in seats.text("ugo")


def test_where_only_one_command_can_be_typed_the_way_past_registering_begins_with_it(house: House) -> None:
    seats = Seats(house, limits=Limits(command="/ticket"))
    assert "«/ticket collega»" in seats.say("ugo", "apri").text


def test_a_topic_s_link_in_the_middle_of_registering_comes_after_it(seats: Seats) -> None:
    seats.say("ugo", "/registrati")
    seats.say("ugo", "/start t-documenti")
    register(seats, "ugo")
    assert seats.words("opening-problem-subject") in seats.text("ugo")


def test_a_topic_s_link_in_the_middle_of_opening_is_asked_about(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/start t-documenti")
    seats.say("eva", "Non si apre")
    assert seats.words("continue-or-anew") in seats.say("eva", "/start t-documenti").text
    seats.press("eva", "anew")
    assert seats.text("eva") == seats.words("opening-problem-subject")


def test_a_code_s_link_links_the_two(seats: Seats, eva: Who) -> None:
    opened = number(seats.house.ticket(eva))
    code = link_code(seats, "eva")
    assert seats.words("linked-here", name="Eva") in seats.say("eva-due", f"/start c-{code}").text
    assert str(opened) in seats.say("eva-due", "/storico").text


def test_a_code_s_link_hands_nobody_s_tickets_over_at_one_touch(seats: Seats, eva: Who) -> None:
    opened = number(seats.house.ticket(eva))
    seats.say("ugo", "/registrati")
    register(seats, "ugo")
    code = link_code(seats, "ugo")
    assert seats.words("using-code-join") in seats.say("eva", f"/start c-{code}").text
    seats.press("eva", "no")
    assert str(opened) not in seats.say("ugo", "/storico").text


def test_a_code_s_link_joins_two_who_say_that_they_are_one(seats: Seats, eva: Who) -> None:
    opened = number(seats.house.ticket(eva))
    seats.say("ugo", "/registrati")
    register(seats, "ugo")
    code = link_code(seats, "ugo")
    seats.say("eva", f"/start c-{code}")
    seats.press("eva", "yes")
    assert str(opened) in seats.say("ugo", "/storico").text


def test_a_wrong_code_s_link_says_so(seats: Seats) -> None:
    assert "codice" in seats.say("ugo", "/start c-ABCD-1234").text


def test_in_a_room_it_says_what_can_be_done_there(seats: Seats) -> None:
    assert seats.say("giulia", "/start", OPERATORS).lines == (seats.words("help-operator"),)
