"""What somebody's own page shows: lists of tickets, each with what can be done about it."""

from __future__ import annotations

from dataclasses import replace

from bot.conversations.heard import Person, Place
from bot.conversations.home import LATE, MOST, OF_CUSTOMER, OF_DESK, Page
from bot.conversations.menu import MENU
from core.people.who import Who
from core.tickets.commands import Claim
from core.tickets.lifecycle import State
from tests.conversations.seats import OPERATORS, Seats
from tests.house import number


def home(seats: Seats, name: str, *, member: bool = True) -> Page:
    return seats.hearing.home(Place("terminal", name), Person(name, name.title(), "it", member=member))


def text(page: Page) -> str:
    return "\n".join(section.text for section in page.sections)


def keys(page: Page) -> list[str]:
    return [key.value for section in page.sections for key in section.keys]


def giulia(seats: Seats, *, lead: bool = False) -> Who:
    """Somebody of the desk, who has a chat of their own as well."""
    seats.house.stranger("Giulia")
    return seats.house.operator("Giulia", lead=lead)


def test_a_stranger_is_told_what_the_desk_is_and_can_open_a_ticket(seats: Seats) -> None:
    page = home(seats, "eva")
    assert text(page) == seats.words("welcome")
    assert keys(page)[0] == "!open"


def test_a_customer_sees_each_ticket_with_its_state_and_what_can_be_done(seats: Seats) -> None:
    opened = number(seats.house.ticket(seats.house.customer("Eva")))
    page = home(seats, "eva")
    assert "«La firma non parte»: aperto" in text(page)
    assert keys(page)[:1] == ["!open"]
    assert keys(page)[-3:] == [f"!ticket.{opened}", f"!add.{opened}", f"!withdraw.{opened}"]


def test_nobody_sees_another_s_tickets(seats: Seats) -> None:
    seats.house.ticket(seats.house.customer("Eva"))
    seats.house.customer("Ugo")
    assert "firma" not in text(home(seats, "ugo"))


def test_of_many_tickets_it_says_how_many_more_there_are(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    for one in range(MOST + 2):
        seats.house.ticket(eva, f"Problema numero {one}")
    page = home(seats, "eva")
    assert seats.words("list-more", count=2) in text(page)
    assert len([key for key in keys(page) if key.startswith("!ticket.")]) == MOST


def test_an_operator_sees_what_they_hold_the_queue_and_what_is_late(seats: Seats) -> None:
    eva, operator = seats.house.customer("Eva"), giulia(seats)
    held, queued = seats.house.ticket(eva, "La firma"), seats.house.ticket(eva, "La stampante")
    seats.house.desk.do(Claim(operator, held.number))
    page = home(seats, "giulia")
    assert f"!solve.{held.number}" in keys(page)
    assert f"!claim.{queued.number}" in keys(page)
    assert seats.words("late", count=0) in text(page)


def test_what_is_late_can_be_given_to_somebody_or_explained(seats: Seats) -> None:
    opened = number(seats.house.ticket(seats.house.customer("Eva")))
    giulia(seats)
    seats.house.wait(days=3)
    assert f"!why.{opened}" in keys(home(seats, "giulia"))


def test_only_a_lead_sees_what_falls_due(seats: Seats) -> None:
    giulia(seats)
    assert seats.words("due-soon", count=0) not in text(home(seats, "giulia"))
    giulia(seats, lead=True)
    assert seats.words("due-soon", count=0) in text(home(seats, "giulia"))


def test_who_is_no_member_any_more_sees_nothing_of_the_desk(seats: Seats) -> None:
    giulia(seats)
    assert text(home(seats, "giulia", member=False)) == seats.words("welcome")


def test_a_room_has_no_such_page(seats: Seats) -> None:
    person = replace(Person("giulia", "Giulia", "it"), direct=False)
    assert seats.hearing.home(Place("terminal", OPERATORS), person) == Page(())


def test_looking_posts_nothing(seats: Seats) -> None:
    home(seats, "eva")
    assert seats.house.posted() == []


def test_every_state_has_its_buttons_and_each_leads_somewhere() -> None:
    for offers in (OF_CUSTOMER, OF_DESK, LATE):
        assert set(offers) == set(State)
        assert {name for names in offers.values() for name in names} <= set(MENU)
