"""The table of a ticket's life, read as a whole."""

import pytest

from core.errors import NotNow, NotYours
from core.people.who import Role
from core.tickets.lifecycle import CLOSED, CUSTOMER, LIFE, NEW, OPERATOR, Act, State, step


def test_every_state_is_reached_and_left():
    assert {step.to for step in LIFE.values()} == set(State)
    assert {before for before, _ in LIFE} == {None, *State} - {CLOSED}


def test_every_ticket_can_end():
    ends = {CLOSED}
    while more := {before for (before, _), step in LIFE.items() if step.to in ends} - ends:
        ends |= more
    assert ends >= set(State)


def test_a_customer_may_always_write_while_a_ticket_is_open():
    for state in set(State) - {CLOSED}:
        assert any((state, act) in LIFE and CUSTOMER in LIFE[state, act].by for act in (Act.ADD, Act.ANSWER))


def test_a_lead_may_do_all_that_an_operator_may():
    assert all(Role.LEAD in step.by for step in LIFE.values() if OPERATOR in step.by)


def test_every_move_that_a_customer_must_know_of_tells_them():
    silent = {act for (_, act), step in LIFE.items() if step.tells is None}
    assert silent == {Act.NOTE, Act.EDIT, Act.RELEASE, Act.CLOSE}


def test_what_the_state_does_not_allow_says_so():
    with pytest.raises(NotNow) as refusal:
        step(CLOSED, Act.CLAIM, OPERATOR, 1042)
    assert refusal.value.facts == {"ticket": 1042, "state": CLOSED, "act": Act.CLAIM}


def test_what_is_for_another_role_says_so():
    with pytest.raises(NotYours):
        step(NEW, Act.CLAIM, CUSTOMER)
