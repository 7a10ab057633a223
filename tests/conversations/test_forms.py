"""What is promised where a talk is typed line by line and its form can be opened whole beside it."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from bot.conversations.heard import Filled, Place, Pressed, Said
from bot.conversations.menu import Entry
from bot.conversations.moves import fill
from bot.conversations.screen import Limits, Press, Receipt, Screen
from core.db import Tx
from core.errors import AddressRefused
from core.files import Incoming
from core.people.who import Who
from core.tickets.queries import Thread
from tests.conversations.seats import OPERATORS, Seats, values
from tests.conversations.sketches import Person as PersonForm
from tests.house import House, number

COUNT = count()
PHOTO = Incoming("F1", "foto.png", "image/png", 1000)
EVA = {"name": "Eva Bianchi", "email": "eva@example.org"}


@pytest.fixture
def seats(house: House) -> Seats:
    return Seats(house, limits=Limits(forms=True, modals=True))


def ask_for_form(seats: Seats, who: str = "eva", room: str = "") -> Screen:
    seats.press(who, "~form", room)
    assert seats.receipt.screen
    return seats.receipt.screen


def send(seats: Seats, form: Screen, **fields: str) -> Receipt:
    place, given = Place("terminal", "eva"), tuple(fields.items())
    seats.hear(Filled(f"sent-{next(COUNT)}", place, seats.person("eva"), "", form.stamp, given), "eva")
    return seats.receipt


def test_a_typed_talk_is_asked_line_by_line(seats: Seats) -> None:
    screen = seats.say("eva", "/registrati")
    assert (screen.boxes, values(screen)) == ((), ["~form", "~cancel"])


def test_a_form_of_one_field_offers_none(seats: Seats) -> None:
    seats.house.customer("Eva")
    seats.deliver()
    assert "~form" not in values(seats.say("eva", "/use-code"))


def test_channels_without_windows_offer_none(house: House) -> None:
    assert "~form" not in values(Seats(house).say("eva", "/registrati"))
    assert "~form" not in values(Seats(house, limits=Limits(forms=True)).say("eva", "/registrati"))


def test_a_form_is_opened_whole_and_nothing_is_said_in_the_chat(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    form = ask_for_form(seats)
    assert [box.name for box in form.boxes] == ["name", "email", "phone", "organisation", "website"]
    assert (seats.text("eva"), seats.receipt.press) == ("", None)


def test_each_field_says_what_it_is_asked_with_in_the_chat(seats: Seats) -> None:
    asked = seats.say("eva", "/registrati").text
    hints = {box.name: box.hint for box in ask_for_form(seats).boxes}
    assert (hints["name"], hints["email"]) == (asked, "Qual è il tuo indirizzo e-mail?")


def test_what_was_answered_line_by_line_stands_in_the_form(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    seats.say("eva", "Eva Bianchi")
    given = {box.name: box.given for box in ask_for_form(seats).boxes}
    assert (len(given), given["name"]) == (5, "Eva Bianchi")


def test_a_form_that_was_closed_again_leaves_the_question_in_the_chat_open(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    ask_for_form(seats)
    assert seats.words("registering-person-email") in seats.say("eva", "Eva Bianchi").text


def test_a_form_sent_off_answers_and_the_chat_goes_on(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    assert send(seats, ask_for_form(seats), **EVA) == Receipt()
    assert values(seats.last("eva"))[:2] == ["yes", "no"]
    assert "eva@example.org" in seats.text("eva")


def test_what_is_wrong_comes_back_at_its_field_and_nothing_is_said_in_the_chat(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    form = ask_for_form(seats)
    again = send(seats, form, name="Eva Bianchi", email="eva@studio,it").screen
    assert again
    assert [(box.name, box.given) for box in again.boxes if box.problem] == [("email", "eva@studio,it")]
    assert (again.stamp, seats.text("eva")) == (form.stamp, "")


def test_a_form_that_was_wrong_can_be_sent_again(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    form = ask_for_form(seats)
    send(seats, form, name="Eva Bianchi", email="eva@studio,it")
    assert send(seats, form, **EVA) == Receipt()
    assert "yes" in values(seats.last("eva"))


def test_after_a_wrong_form_the_chat_still_waits_for_what_it_asked(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    send(seats, ask_for_form(seats), name="Eva Bianchi", email="eva@studio,it")
    assert seats.words("registering-person-email") in seats.say("eva", "Anna Neri").text


def test_a_form_whose_question_is_over_changes_nothing(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    form = ask_for_form(seats)
    send(seats, form, **EVA)
    assert send(seats, form, name="Anna", email="anna@example.org") == Receipt(press=Press.STALE)
    assert "eva@example.org" in seats.text("eva")


def test_a_form_of_somebody_else_is_not_taken(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    form = ask_for_form(seats)
    place, anna = Place("terminal", "anna"), seats.person("anna")
    seats.hear(Filled("theirs", place, anna, key=form.stamp, fields=tuple(EVA.items())), "anna")
    assert seats.words("not-your-talk") in seats.text("anna")


def test_files_that_came_in_the_chat_are_kept_when_the_form_is_sent(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    opened = number(seats.house.ticket(eva))
    seats.deliver()
    seats.press("eva", f"!add.{opened}")
    seats.say("eva", files=(PHOTO,))
    send(seats, ask_for_form(seats), text="Ecco una foto.")
    assert [file.name for file in seats.house.desk.look(Thread(eva, opened))[-1].files] == ["foto.png"]


def test_what_the_core_refuses_comes_back_in_the_form(house: House) -> None:
    class Refusing:
        def carry_out(self, tx: Tx) -> None:
            raise AddressRefused(given="eva@example.org", field="person.email")

    async def refused(by: Who) -> Any:
        await fill("person", PersonForm)
        return Refusing()

    seats = Seats(house, {"help": Entry(refused, stranger=True)}, limits=Limits(forms=True, modals=True))
    seats.say("eva", "aiuto")
    again = send(seats, ask_for_form(seats), **EVA, website="").screen
    assert again
    assert [box.name for box in again.boxes if box.problem] == ["email"]
    assert seats.text("eva") == ""


def test_the_form_of_a_question_in_a_room_is_for_whom_it_asks(seats: Seats) -> None:
    opened = number(seats.house.ticket(seats.house.customer("Eva")))
    seats.house.operator("Giulia")
    seats.deliver()
    seats.say("giulia", f"/rispondi {opened}", OPERATORS)
    assert [box.name for box in ask_for_form(seats, "giulia", OPERATORS).boxes] == ["text", "files"]


# Windows of a talk's own


def test_a_talk_in_a_window_has_no_form_beside_it(seats: Seats) -> None:
    place = Place("terminal", "eva", modal="m1")
    screen = seats.hearing.hear(Said("1", place, seats.person("eva"), text="/registrati")).screen
    assert screen
    assert (len(screen.boxes), screen.keys) == (5, ())


def test_an_answer_that_is_edited_leaves_the_others_as_they_were(seats: Seats) -> None:
    place, eva = Place("terminal", "eva", modal="m1"), seats.person("eva")
    hear = seats.hearing.hear
    form = hear(Said("1", place, eva, text="/registrati")).screen
    assert form
    sent = (*EVA.items(), ("phone", "02 1234567"), ("organisation", "Studio Bianchi"), ("website", ""))
    summary = hear(Filled("2", place, eva, key=form.stamp, fields=sent)).screen
    assert summary
    edit = next(key.value for key in summary.keys if key.value.endswith("~edit.1"))
    one = hear(Pressed("3", place, eva, key=edit)).screen
    assert one
    assert [box.name for box in one.boxes] == ["email"]
    after = hear(Filled("4", place, eva, key=one.stamp, fields=(("email", "eva@studio.example"),))).screen
    assert after
    assert "02 1234567" in after.text
    assert "Studio Bianchi" in after.text
