"""Two at the same moment, each with a store of its own as two processes have: one wins, and nothing is half done."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from core.db import Command, Database, Tx
from core.desk import Desk
from core.errors import AlreadyKnown, CodeExpired, Refusal, TooManyTries, UnknownCode
from core.notices.chats import Chat, meet
from core.people.commands import Meet, OfferLink, Prove, Register, SendCode, UseLink
from core.people.queries import CustomerOf, Identities
from core.people.staff import Enroll
from core.people.tables import customers, identities, operators, proofs, tries
from tests.house import Dice, House
from tests.people.acting import count, mailed, other_than, proven, registered

Race = Callable[..., list[Any]]


@pytest.fixture
def race(house: House, database_url: str) -> Race:
    """Carry commands out at the same moment; return what each came to: a result or a refusal."""

    def carry_out(*commands: Command[Any]) -> list[Any]:
        start = Barrier(len(commands))

        def run(n: int) -> Any:
            database = Database(database_url)
            stack.callback(database.close)
            desk = Desk(database, clock=lambda: house.now, chance=Dice(n + 100), rules=house.rules)
            start.wait(10)
            try:
                return desk.do(commands[n])
            except Refusal as refusal:
                return refusal

        with ExitStack() as stack, ThreadPoolExecutor(len(commands)) as threads:
            return list(threads.map(run, range(len(commands))))

    return carry_out


def sorts(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


@dataclass(frozen=True)
class Write:
    """Somebody writes from a place for the first time."""

    def carry_out(self, tx: Tx) -> Chat:
        return meet(tx, "telegram", "77", language="it")


def test_a_place_written_from_in_four_processes_is_one(house: House, race: Race) -> None:
    assert len({place.id for place in race(*[Write()] * 4)}) == 1


def test_somebody_met_by_four_processes_is_one_person(house: House, race: Race) -> None:
    met = race(*[Meet("telegram", "77", "Eva", "it")] * 4)
    assert len({one.id for one in met}) == 1
    assert count(house, identities) == 1


def test_who_registers_twice_is_one_customer(house: House, race: Race) -> None:
    eva = house.stranger("Eva")
    results = race(*[Register(eva, "Eva", "eva@example.org")] * 2)
    assert sorts(results) == ["AlreadyKnown", "Customer"]
    assert isinstance(next(r for r in results if isinstance(r, Refusal)), AlreadyKnown)
    assert count(house, customers) == 1


def test_a_code_handed_in_twice_proves_once(house: House, race: Race) -> None:
    eva = registered(house, house.stranger("Eva"), "eva@example.org")
    results = race(*[Prove(eva, mailed(house, "eva@example.org"))] * 2)
    assert [one.proven for one in results] == [True, True]
    assert count(house, tries) == 0


def test_two_who_prove_one_address_become_one_person(house: House, race: Race) -> None:
    people = [registered(house, house.stranger(f"Eva{n}"), "eva@example.org") for n in range(2)]
    codes = newest_codes(house)
    results = race(*(Prove(who, code) for who, code in zip(people, codes, strict=True)))
    assert sorts(results) == ["Customer", "Customer"]
    assert len({one.id for one in results}) == 1
    with house.desk.turn() as tx:
        proven_ones = select(func.count()).where(customers.c.email_proven_at.is_not(None))
        assert tx.value(proven_ones) == 1
    assert len(house.desk.look(Identities(results[0].id))) == 2


def newest_codes(house: House) -> list[str]:
    return [line.facts["secret"] for parcel in house.posted() for line in parcel.lines]


def test_a_link_code_used_by_two_links_one(house: House, race: Race) -> None:
    eva = proven(house, registered(house, house.stranger("Eva"), "eva@example.org"))
    code = house.desk.do(OfferLink(eva))
    ugo, ada = house.stranger("Ugo"), house.stranger("Ada")
    results = race(UseLink(ugo, code), UseLink(ada, code))
    assert sorts(results) == ["CodeExpired", "Customer"]
    assert isinstance(next(r for r in results if isinstance(r, Refusal)), CodeExpired)
    assert len(house.desk.look(Identities(eva.customer))) == 2


def test_guesses_at_the_same_moment_are_counted_one_by_one(house: House, race: Race) -> None:
    eva = registered(house, house.stranger("Eva"), "eva@example.org")
    wrong = other_than(mailed(house, "eva@example.org"))
    results = race(*[Prove(eva, wrong)] * 6)
    left = sorted(r.facts["left"] for r in results if type(r) is UnknownCode)
    assert left == [1, 2, 3, 4]
    assert sum(type(r) is TooManyTries for r in results) == 2
    assert count(house, tries) == 5


def test_codes_asked_for_at_the_same_moment_are_counted(house: House, race: Race) -> None:
    eva = registered(house, house.stranger("Eva"), "eva@example.org")
    race(*[SendCode(eva)] * 6)
    assert count(house, proofs) == 5


def test_who_acts_first_in_two_processes_is_one_operator(house: House, race: Race) -> None:
    met = house.desk.do(Meet("terminal", "giulia", "Giulia", "it"))
    race(*[Enroll(met.id, "Giulia")] * 2)
    assert count(house, operators) == 1
    assert len(house.posted()) == 1


def test_two_registrations_that_link_each_other_end_as_one(house: House, race: Race) -> None:
    eva = registered(house, house.stranger("Eva"), "eva@example.org")
    twice = registered(house, house.stranger("Eva2"), "eva@private.example")
    here, there = house.desk.do(OfferLink(eva)), house.desk.do(OfferLink(twice))
    results = race(UseLink(twice, here), UseLink(eva, there))
    assert sorts(results) == ["Customer", "Customer"]
    ends = {house.desk.look(CustomerOf(who.customer)).id for who in (eva, twice)}
    assert len(ends) == 1
    assert len(house.desk.look(Identities(ends.pop()))) == 2
