"""Passwords, for the web door to come. No chat ever asks for one, so none of this is reached from a dialog."""

from __future__ import annotations

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from core.db import Tx
from core.errors import TooMuch
from core.ids import CustomerId
from core.people.queries import customer
from core.people.tables import customers

LONGEST = 1024
"""More would only make the hashing dear."""
_argon2 = PasswordHasher()
_NOBODYS = _argon2.hash("nobody's")


@dataclass(frozen=True)
class SetPassword:
    """Keep a password for a customer whom the web door has already authenticated. Raises `TooMuch`."""

    customer: CustomerId
    password: str

    def carry_out(self, tx: Tx) -> None:
        if len(self.password) > LONGEST:
            raise TooMuch(what="password", limit=LONGEST)
        whose = customer(tx, self.customer).id
        _keep(tx, whose, self.password)


def check_password(tx: Tx, whose: CustomerId, given: str) -> bool:
    """Whether *given* is the customer's password. Nobody's takes as long; an outdated hash is made anew."""
    kept = tx.value(select(customers.c.password_hash).where(customers.c.id == whose))
    try:
        _argon2.verify(kept or _NOBODYS, given[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    if kept and _argon2.check_needs_rehash(kept):
        _keep(tx, whose, given)
    return kept is not None


def _keep(tx: Tx, whose: CustomerId, password: str) -> None:
    tx.run(update(customers).where(customers.c.id == whose).values(password_hash=_argon2.hash(password)))
