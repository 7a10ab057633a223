"""What is promised of words and files that are brought from somewhere else, so that a ticket is made of them."""

from __future__ import annotations

from itertools import count

import pytest

from bot.conversations.heard import Brought, Filled, Person, Place, Pressed
from bot.conversations.screen import Limits, Receipt, Screen
from core.files import Incoming
from core.people.who import Who
from core.tickets.lifecycle import NEW
from core.tickets.queries import MyTickets, TicketOf
from tests.conversations.seats import Seats, values
from tests.house import House, number

WORDS = "La firma non parte da stamattina.\nPremo il pulsante e non succede niente."
COUNT = count()
EVA = Person("eva", "Eva", "it")
PHOTO = Incoming("F1", "foto.png", "image/png", 1000)


@pytest.fixture
def seats(house: House) -> Seats:
    return Seats(house, limits=Limits(forms=True, modals=True))


@pytest.fixture
def eva(seats: Seats) -> Who:
    who = seats.house.customer("Eva")
    seats.deliver()
    return who


def bring(seats: Seats, text: str = "", *files: Incoming, modal: str = "m1", typed: bool = False) -> Receipt:
    place = Place("terminal", "eva", modal=modal)
    seats.hear(Brought(f"brought-{next(COUNT)}", place, EVA, text=text, files=files, typed=typed), "eva")
    return seats.receipt


def shown(receipt: Receipt) -> Screen:
    assert receipt.screen
    return receipt.screen


def press(seats: Seats, on: Screen, key: str) -> Receipt:
    value = next(one.value for one in on.keys if one.value.endswith(f".{key}"))
    seats.hear(Pressed(f"pressed-{next(COUNT)}", Place("terminal", "eva", modal="m1"), EVA, key=value), "eva")
    return seats.receipt


def fill(seats: Seats, on: Screen, files: tuple[Incoming, ...] = (), **fields: str) -> Receipt:
    sent = (("files", files),) if files else ()
    place = Place("terminal", "eva", modal="m1")
    given = tuple(fields.items())
    seats.hear(Filled(f"filled-{next(COUNT)}", place, EVA, key=on.stamp, fields=given, files=sent), "eva")
    return seats.receipt


def test_nothing_brought_begins_a_ticket_in_its_window(seats: Seats, eva: Who) -> None:
    assert [box.name for box in shown(bring(seats)).boxes] == ["subject", "story"]
    assert seats.text("eva") == ""


def test_what_is_brought_is_not_asked_again(seats: Seats, eva: Who) -> None:
    felt = shown(bring(seats, WORDS))
    files = shown(press(seats, felt, "medium"))
    summary = shown(fill(seats, files))
    press(seats, summary, "yes")
    (opened,) = seats.house.desk.look(MyTickets(eva))
    assert opened.subject == WORDS.splitlines()[0]
    assert WORDS.splitlines()[1] in seats.text("#operators") + summary.text


def test_files_come_along(seats: Seats, eva: Who) -> None:
    felt = shown(bring(seats, WORDS, PHOTO))
    summary = shown(press(seats, felt, "medium"))
    assert "yes" in values(summary)
    assert "1" in summary.text


def test_files_without_a_word_are_kept_until_the_words_are_there(seats: Seats, eva: Who) -> None:
    form = shown(bring(seats, "", PHOTO))
    felt = shown(fill(seats, form, subject="La firma non parte", story="Da stamattina."))
    assert "yes" in values(shown(press(seats, felt, "medium")))


def test_where_no_window_can_be_had_it_goes_on_in_the_chat(seats: Seats, eva: Who) -> None:
    assert bring(seats, WORDS, modal="") == Receipt()
    assert "medium" in values(seats.last("eva"))


def test_in_the_chat_what_was_under_way_waits_behind_it(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    bring(seats, WORDS, modal="")
    for answer in ("media", "salta", "sì"):
        seats.say("eva", answer)
    assert seats.words("opening-problem-subject") in seats.text("eva")


def test_in_a_window_what_is_under_way_in_the_chat_is_left_alone(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    bring(seats, WORDS)
    assert seats.words("opening-problem-story") in seats.say("eva", "La stampante").text


@pytest.mark.parametrize("modal", ["m1", ""])
def test_a_command_that_was_typed_is_as_if_it_was_said(seats: Seats, eva: Who, modal: str) -> None:
    seats.house.ticket(eva)
    seats.deliver()
    receipt = bring(seats, "tickets", modal=modal, typed=True)
    assert "La firma non parte" in (shown(receipt).text if modal else seats.text("eva"))


def test_a_number_that_was_typed_shows_that_ticket(seats: Seats, eva: Who) -> None:
    opened = number(seats.house.ticket(eva))
    seats.deliver()
    assert "La firma non parte" in shown(bring(seats, f"#{opened}", typed=True)).text
    assert seats.house.desk.look(TicketOf(eva, opened)).state is NEW


def test_what_moves_about_in_a_talk_means_the_one_in_the_chat(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    assert bring(seats, "annulla", typed=True) == Receipt()
    assert seats.words("cancelled") in seats.text("eva")


def test_a_sentence_that_begins_like_a_command_is_a_story(seats: Seats, eva: Who) -> None:
    assert "medium" in values(shown(bring(seats, "stato strano della stampante, lampeggia", typed=True)))


@pytest.mark.parametrize("text", ["aiuto", "annulla", "/coda", "#1042", "tickets"])
def test_somebodys_message_is_a_tickets_words_whatever_they_are(seats: Seats, eva: Who, text: str) -> None:
    felt = shown(bring(seats, text))
    summary = shown(fill(seats, shown(press(seats, felt, "medium"))))
    assert f"Oggetto: {text}\n" in summary.text


def test_who_is_not_registered_does_so_first_and_the_words_are_kept(seats: Seats) -> None:
    form = shown(bring(seats, WORDS))
    consent = shown(fill(seats, form, name="Eva Bianchi", email="eva@example.org"))
    assert "medium" in values(shown(press(seats, consent, "yes")))


def test_the_same_thing_is_brought_once(seats: Seats, eva: Who) -> None:
    place = Place("terminal", "eva", modal="m1")
    twice = [seats.hearing.hear(Brought("same", place, EVA, text=WORDS)).taken for _ in range(2)]
    assert twice == [True, False]
