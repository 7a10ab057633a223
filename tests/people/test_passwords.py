"""Passwords are kept as argon2 hashes, for the web door to come."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from core.errors import TooMuch, UnknownCustomer
from core.ids import CustomerId
from core.people.passwords import SetPassword, check_password
from core.people.tables import customers
from core.people.who import Who
from tests.house import House
from tests.people.acting import refused, registered


@pytest.fixture
def eva(house: House) -> Who:
    return registered(house, house.stranger("Eva"), "eva@example.org")


def checks(house: House, whose: CustomerId, given: str) -> bool:
    with house.desk.turn() as tx:
        return check_password(tx, whose, given)


def kept(house: House, eva: Who) -> str:
    with house.desk.turn() as tx:
        return tx.value(select(customers.c.password_hash).where(customers.c.id == eva.customer))


def test_the_right_one_is_right_and_any_other_is_not(house: House, eva: Who) -> None:
    house.desk.do(SetPassword(eva.customer, "corretto cavallo"))
    assert checks(house, eva.customer, "corretto cavallo")
    assert not checks(house, eva.customer, "corretto cavalla")
    assert not checks(house, eva.customer, "")


def test_only_a_hash_is_kept(house: House, eva: Who) -> None:
    house.desk.do(SetPassword(eva.customer, "corretto cavallo"))
    assert kept(house, eva).startswith("$argon2id$")


@pytest.mark.parametrize("given", ["", "nobody's", "corretto cavallo"])
def test_who_has_none_signs_in_with_none(house: House, eva: Who, given: str) -> None:
    assert not checks(house, eva.customer, given)
    assert not checks(house, CustomerId(99), given)


def test_an_outdated_hash_is_made_anew_when_it_is_used(house: House, eva: Who) -> None:
    outdated = PasswordHasher(time_cost=1, memory_cost=64).hash("corretto cavallo")
    with house.desk.turn() as tx:
        tx.run(update(customers).values(password_hash=outdated))
    assert checks(house, eva.customer, "corretto cavallo")
    assert kept(house, eva) != outdated
    assert checks(house, eva.customer, "corretto cavallo")


def test_what_is_no_hash_is_nobody_s_password(house: House, eva: Who) -> None:
    with house.desk.turn() as tx:
        tx.run(update(customers).values(password_hash="plain"))
    assert not checks(house, eva.customer, "plain")


def test_one_of_a_megabyte_is_refused(house: House, eva: Who) -> None:
    refused(house, SetPassword(eva.customer, "x" * 1025), TooMuch)
    assert not checks(house, eva.customer, "x" * 10**6)


def test_nobody_s_can_be_set(house: House) -> None:
    refused(house, SetPassword(CustomerId(99), "x"), UnknownCustomer)
