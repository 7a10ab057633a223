"""What is promised where the channel vouches for an address: nobody types what the workspace knows."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversations.heard import Person
from core.people.commands import Prove
from core.people.queries import CustomerOf
from core.people.rules import PeopleRules
from core.people.who import Who
from core.tickets.queries import MyTickets
from tests.conversations.seats import Seats, values
from tests.house import House
from tests.people.acting import mailed

EVA = Person("eva", "Eva Bianchi", "it", email="eva@example.org")
WORDS = "La firma non parte da stamattina, premo il pulsante e non succede niente"


@pytest.fixture
def seats(house: House) -> Seats:
    """At a desk that sends mail."""
    house.rules[PeopleRules] = PeopleRules(mail=True)
    return Seats(house)


def say(seats: Seats, text: str, person: Person = EVA) -> Any:
    return seats.say("eva", text, person=person)


def press(seats: Seats, key: str, person: Person = EVA) -> Any:
    return seats.press("eva", key, person=person)


def customer(seats: Seats) -> Any:
    identity = seats.house.stranger("Eva")
    return seats.house.desk.look(CustomerOf(identity.customer))  # type: ignore[arg-type]


def test_only_the_consent_is_asked(seats: Seats) -> None:
    screen = say(seats, "/registrati")
    assert values(screen)[:2] == ["yes", "no"]
    assert "Eva Bianchi" in screen.text
    assert "eva@example.org" in screen.text


def test_with_the_consent_the_address_is_proven(seats: Seats) -> None:
    say(seats, "/registrati")
    press(seats, "yes")
    assert (customer(seats).name, customer(seats).proven) == ("Eva Bianchi", True)
    assert mailed(seats.house, "eva@example.org") == ""


def test_without_consent_nothing_is_kept(seats: Seats) -> None:
    say(seats, "/registrati")
    press(seats, "no")
    assert seats.words("registering-without-consent") in seats.text("eva")
    assert seats.house.stranger("Eva").customer is None


def test_each_answer_can_be_edited(seats: Seats) -> None:
    say(seats, "/registrati")
    press(seats, "~edit.2")
    assert "02 1234567" in say(seats, "02 1234567").text


def test_another_address_is_proven_by_a_mailed_code(seats: Seats) -> None:
    say(seats, "/registrati")
    press(seats, "~edit.1")
    say(seats, "eva@studio.example")
    press(seats, "yes")
    assert not customer(seats).proven
    assert seats.words("ask-code") in seats.text("eva")


def test_what_the_workspace_no_longer_vouches_for_when_they_consent_is_not_proven(seats: Seats) -> None:
    say(seats, "/registrati")
    press(seats, "yes", Person("eva", "Eva Bianchi", "it"))
    assert not customer(seats).proven


def test_a_guest_goes_the_usual_way(seats: Seats) -> None:
    screen = say(seats, "/registrati", Person("eva", "Eva Bianchi", "it"))
    assert seats.words("registering-person-name") in screen.text


def test_a_name_that_is_none_is_asked(seats: Seats) -> None:
    screen = say(seats, "/registrati", Person("eva", "E", "it", email="eva@example.org"))
    assert seats.words("registering-person-name") in screen.text
    assert "yes" in values(say(seats, "Eva Bianchi"))


def test_who_opens_a_ticket_is_registered_by_one_press_on_the_way(seats: Seats) -> None:
    say(seats, WORDS)
    press(seats, "open")
    assert seats.words("register-first", command="") not in seats.text("eva")
    press(seats, "yes")
    for answer in ("lavoro con fatica", "salta", "sì"):
        say(seats, answer)
    eva = seats.house.stranger("Eva")
    assert [one.subject for one in seats.house.desk.look(MyTickets(eva))] == [WORDS]


def test_who_is_known_by_mail_already_is_the_same_customer(seats: Seats) -> None:
    before = seats.house.customer("Anna")
    house = seats.house
    house.desk.do(Prove(before, mailed(house, "anna@example.org")))
    ticket = house.ticket(before)
    anna = Person("eva", "Anna Neri", "it", email="anna@example.org")
    say(seats, "/registrati", anna)
    press(seats, "yes", anna)
    assert _numbers(seats, house.stranger("Eva")) == [ticket.number]


def _numbers(seats: Seats, who: Who) -> list[int]:
    return [one.number for one in seats.house.desk.look(MyTickets(who))]
