"""The Helpdesk Code: what a person reads over the phone. It says who somebody is and proves nothing.

Twenty-three symbols, so that no two look or are heard alike, and a prime, so that a check character with the weights
1 to 6 catches every single slip and every swap of two characters (two weights never differ by a multiple of 23).
"""

from __future__ import annotations

from typing import NewType

from sqlalchemy import select

from core.db import Chance, Tx
from core.people.tables import customers

Code = NewType("Code", str)

ALPHABET = "0123456789CFHJKMNPRTWXY"
PREFIX = "SP"
LENGTH = 6
"""Characters after the prefix, the last of them the check."""
_WEIGHTS = range(LENGTH, 0, -1)
_READ_AS = str.maketrans("OQDILZSGB", "000112568")
_PAUSES = str.maketrans("", "", " \t\u00a0-‐‑‒–—_.:/")


def make_code(chance: Chance) -> Code:
    """Return a code at random."""
    body = "".join(ALPHABET[chance.below(len(ALPHABET))] for _ in range(LENGTH - 1))
    return _written(body + _check(body))


def read_code(text: str) -> Code | None:
    """Return the code that somebody typed, however they wrote it, or None where the check character disagrees."""
    plain = text.upper().translate(_PAUSES)
    body = plain.removeprefix(PREFIX) if len(plain) == LENGTH + len(PREFIX) else plain
    body = body.translate(_READ_AS)
    if len(body) != LENGTH or not set(body) <= set(ALPHABET) or _check(body[:-1]) != body[-1]:
        return None
    return _written(body)


def allocate(tx: Tx) -> Code:
    """Return a code that nobody has."""
    code = make_code(tx.chance)
    taken = select(customers.c.id).where(customers.c.code == code)
    return allocate(tx) if tx.value(taken) else code


def _check(body: str) -> str:
    weighed = sum(weight * ALPHABET.index(c) for weight, c in zip(_WEIGHTS, body, strict=False))
    return ALPHABET[-weighed % len(ALPHABET)]


def _written(body: str) -> Code:
    return Code(f"{PREFIX}-{body[:4]}-{body[4:]}")
