"""Files that come with words, before them and after them, and those that are too large to come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.conversations.heard import Filled, Person, Place
from core.files import FileRules, Incoming
from core.people.who import Who
from core.tickets.counter import CounterRules
from core.tickets.queries import MyTickets, Thread
from tests.conversations.seats import OPERATORS, Group, Seats, values
from tests.house import House, number

PHOTO = Incoming("photo-1", "photo.jpg", "image/jpeg", 1000)
OTHER = Incoming("photo-2", "schermo.jpg", "image/jpeg", 1000)
FILM = Incoming("film-1", "film.mp4", "video/mp4", 30_000_000)
WORDS = "La firma non parte da stamattina, premo il pulsante e non succede niente"


@pytest.fixture
def group(house: House) -> Group:
    group = Group(house)
    return Group(house, limits=replace(group.limits, largest=20_000_000))


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


def said(group: Seats, by: Who, of: int) -> list[tuple[str, list[str]]]:
    thread: list[Any] = group.house.desk.look(Thread(by, of))  # type: ignore[arg-type]
    return [(one.text, [file.name for file in one.files]) for one in thread]


def newest(group: Seats, eva: Who) -> int:
    return group.house.desk.look(MyTickets(eva))[0].number


def open_it(group: Seats, *before_yes: str) -> None:
    for step in ("open", "high", *before_yes, "yes"):
        group.press("eva", step)


# With words, before them, after them


def test_a_photo_and_then_the_words_open_one_ticket(group: Group, eva: Who) -> None:
    group.say("eva", files=(PHOTO,))
    group.say("eva", WORDS)
    open_it(group)
    assert said(group, eva, newest(group, eva)) == [(WORDS, ["photo.jpg"])]


def test_words_and_then_the_photo_open_one_ticket(group: Group, eva: Who) -> None:
    group.say("eva", WORDS)
    screen = group.say("eva", files=(PHOTO,))
    assert group.words("files-kept", count=1) in screen.text
    assert "open" in values(screen)
    open_it(group)
    assert said(group, eva, newest(group, eva)) == [(WORDS, ["photo.jpg"])]


def test_words_and_then_two_photos_one_by_one(group: Group, eva: Who) -> None:
    group.say("eva", WORDS)
    group.say("eva", files=(PHOTO,))
    group.say("eva", files=(OTHER,))
    open_it(group)
    assert said(group, eva, newest(group, eva)) == [(WORDS, ["photo.jpg", "schermo.jpg"])]


def test_an_album_in_the_middle_of_opening_is_kept(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    screen = group.say("eva", files=(PHOTO, OTHER))
    assert group.words("files-kept", count=2) in screen.text
    assert group.words("opening-problem-subject") in screen.text
    for answer in ("La firma non parte", WORDS):
        group.say("eva", answer)
    group.press("eva", "high")
    group.press("eva", "yes")
    assert said(group, eva, newest(group, eva)) == [(WORDS, ["photo.jpg", "schermo.jpg"])]


def test_a_caption_answers_the_question_that_is_open(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    screen = group.say("eva", "La firma non parte", files=(PHOTO,))
    assert group.words("opening-problem-story") in screen.text


@pytest.mark.parametrize("other", ["sticker", "location", "poll"])
def test_what_is_neither_words_nor_a_file_says_what_is_wanted_and_asks_again(
    group: Group, eva: Who, other: str
) -> None:
    group.say("eva", "/apri")
    screen = group.say("eva", other=other)
    assert group.words("only-words", what=other) in screen.text
    assert group.words("opening-problem-subject") in screen.text


# Too large


def too_large(group: Group, name: str = "film.mp4", count: int = 1, limit: int = 20, phones: str | None = None) -> str:
    return group.words("file-too-large", names=name, count=count, limit=limit, phones=phones)


def test_a_file_that_is_too_large_is_told_and_its_words_are_taken(group: Group, eva: Who) -> None:
    screen = group.say("eva", WORDS, files=(FILM, PHOTO))
    assert too_large(group) in screen.text
    open_it(group)
    assert said(group, eva, newest(group, eva)) == [(WORDS, ["photo.jpg"])]


def test_alone_it_is_told_and_the_open_question_is_asked_again(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    group.say("eva", "La firma non parte")
    group.say("eva", WORDS)
    group.press("eva", "high")
    screen = group.say("eva", files=(FILM,))
    assert screen.lines[0] == too_large(group)
    assert group.words("opening-attached-files") in screen.text


def test_with_nothing_open_it_is_told(group: Group, eva: Who) -> None:
    assert group.say("eva", files=(FILM,)).lines == (too_large(group),)


def test_the_phone_is_the_other_way_where_there_is_one(group: Group, eva: Who) -> None:
    group.house.rules[CounterRules] = CounterRules(phones=("06 1234567",))
    assert group.say("eva", files=(FILM,)).lines == (too_large(group, phones="06 1234567"),)


def test_the_desk_s_own_limit_holds_as_well(group: Group, eva: Who) -> None:
    group.house.rules[FileRules] = FileRules(largest=5_000_000)
    six = Incoming("film-2", "sei.mp4", "video/mp4", 6_000_000)
    assert group.say("eva", files=(six,)).lines == (too_large(group, "sei.mp4", limit=5),)


def test_a_file_of_unknown_size_is_taken(group: Group, eva: Who) -> None:
    assert "open" in values(group.say("eva", files=(Incoming("x", "x.bin"),)))


def test_in_a_ticket_s_thread_the_words_beside_it_are_taken(group: Group, eva: Who) -> None:
    opened = number(group.house.ticket(eva))
    group.deliver()
    group.under_card("giulia", opened, "// Lo schermo", files=(FILM,))
    assert too_large(group) in group.text(OPERATORS)
    assert "Lo schermo" in group.text(OPERATORS)


def test_in_a_reply_to_a_ticket_the_words_beside_it_are_taken(group: Group, eva: Who) -> None:
    opened = number(group.house.ticket(eva))
    group.deliver()
    about = group.carried["eva", opened]
    assert too_large(group) in group.say("eva", "Ecco lo schermo", about=about, files=(FILM,)).text
    assert said(group, eva, opened)[-1] == ("Ecco lo schermo", [])


def test_in_a_window_the_form_is_taken_without_it(house: House, eva: Who) -> None:
    seats = Seats(house)
    opened = number(house.ticket(eva))
    limits = replace(seats.limits, forms=True, largest=20_000_000)
    seats.hearing.house = replace(seats.hearing.house, limits={"terminal": limits})
    place, person = Place("terminal", "eva", modal="v1"), Person("eva", "Eva", "it")
    window = seats.hearing.hear(replace(seats.heard("eva", f"/aggiungi {opened}"), place=place)).screen
    assert window
    filled = Filled("2", place, person, key=window.stamp, fields=(("text", "Ecco"),), files=(("files", (FILM,)),))
    after = seats.hearing.hear(filled).screen
    assert after
    assert seats.words("file-too-large", names="film.mp4", count=1, limit=20, phones=None) in after.lines
    assert said(seats, eva, opened)[-1] == ("Ecco", [])


def test_the_terminal_tells_it_by_itself(seats: Seats, eva: Who) -> None:
    assert "open" in values(seats.say("eva", files=(FILM,)))
