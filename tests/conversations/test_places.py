"""A group that lets the desk in, throws it out, or moves; a person who blocks it and takes that back."""

from __future__ import annotations

import pytest

from bot.conversations.heard import Arrived, Left, Moved, Person, Place
from core.notices.chats import at_address
from core.notices.outbox import Kind
from core.people.who import Who
from tests.conversations.seats import CHANNEL, LEADS, OPERATORS, Group
from tests.house import House

ADMIN = Person("adamo", "Adamo", "en", direct=False)
NOBODYS = "-100777"


@pytest.fixture
def group(house: House) -> Group:
    return Group(house)


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


def arrive(group: Group, place: str, id_: str = "arrived") -> None:
    group.hear(Arrived(id_, Place(CHANNEL, place), ADMIN, title="Assistenza"), "adamo", place)


def throw_out(group: Group, place: str) -> None:
    group.hear(Left("left", Place(CHANNEL, place), ADMIN), "adamo", place)


def move(group: Group, place: str, to: str, id_: str = "moved") -> None:
    group.hear(Moved(id_, Place(CHANNEL, place), ADMIN, to=to), "adamo", place)


def later(group: Group) -> None:
    group.house.wait(seconds=5)
    group.deliver()


def test_a_foreign_group_is_told_its_number_and_where_it_is_put(group: Group) -> None:
    arrive(group, NOBODYS)
    later(group)
    told = group.words("group-not-ours", "en", number=NOBODYS, setting="SPORTELLO_TERMINAL")
    assert [screen.text for screen in group.shown[NOBODYS]] == [told]


def test_it_is_told_once(group: Group) -> None:
    arrive(group, NOBODYS)
    later(group)
    arrive(group, NOBODYS)
    later(group)
    assert group.text(NOBODYS) == ""


def test_a_foreign_group_gets_no_answer_to_anything_else(group: Group) -> None:
    arrive(group, NOBODYS)
    later(group)
    assert group.say("eva", "/aiuto", NOBODYS).lines == ()
    assert group.receipt.taken is False


def test_of_a_room_that_threw_the_desk_out_the_others_are_told(group: Group) -> None:
    throw_out(group, OPERATORS)
    assert group.words("room-closed", room="operators", channel=CHANNEL) in group.text(LEADS)


def test_a_room_that_lets_the_desk_in_again_is_shown_what_is_open(group: Group, eva: Who) -> None:
    group.house.ticket(eva)
    throw_out(group, OPERATORS)
    arrive(group, OPERATORS)
    assert "La firma non parte" in group.text(OPERATORS)


def test_a_room_in_which_somebody_speaks_again_is_shown_what_is_open(group: Group, eva: Who) -> None:
    group.house.ticket(eva)
    throw_out(group, OPERATORS)
    group.say("giulia", "/coda", OPERATORS)
    assert group.cards


def test_a_room_that_moved_is_the_room_where_it_is_now(group: Group, eva: Who) -> None:
    group.house.ticket(eva)
    group.deliver()
    move(group, OPERATORS, "-100888")
    assert "La firma non parte" in group.text("-100888")
    assert group.say("giulia", "/coda", "-100888").lines != ()


def test_a_room_that_moved_is_told_of_at_both_ends_and_moves_once(group: Group, eva: Who) -> None:
    group.house.ticket(eva)
    group.deliver()
    move(group, OPERATORS, "-100888", "one")
    move(group, OPERATORS, "-100888", "two")
    assert group.text("-100888") == ""


def test_a_new_end_that_seemed_a_foreign_group_is_told_nothing(group: Group) -> None:
    arrive(group, "-100888")
    move(group, OPERATORS, "-100888")
    group.house.wait(seconds=5)
    told = [one.lines[0].message for one in group.house.posted() if one.kind is Kind.REPLY]
    assert told == []


def test_a_person_who_takes_a_block_back_can_be_written_to(group: Group, eva: Who) -> None:
    group.leave("eva")
    with group.house.desk.turn() as tx:
        assert at_address(tx, CHANNEL, "eva").reachable is False  # type: ignore[union-attr]
    group.hear(Arrived("back", group.place("eva"), group.person("eva")), "eva")
    with group.house.desk.turn() as tx:
        assert at_address(tx, CHANNEL, "eva").reachable is True  # type: ignore[union-attr]
    assert group.text("eva") == ""
