"""One-time codes: short-lived, used once, few tries, a digest at rest.

Two sorts. A mailed code is six digits, bound to who asked for it, so that a guess has five tries. A link code is shown
on one channel and typed on another, by somebody not yet known: it is found by its digest, so it has forty bits.
Wrong codes are counted by person and by address over an hour as well, whatever code they were meant for.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, func, select, update

from core.db import Tx
from core.errors import CodeExpired, TooManyTries, TooMuch, UnknownCode
from core.ids import CustomerId
from core.people.rules import PeopleRules
from core.people.tables import proofs, tries
from core.people.who import Who

HOUR = timedelta(hours=1)
MAILED = re.compile(r"[0-9]{6}")
LINK_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I or L; 31 symbols, of which eight make 2^39.6 codes."""


class Proof(StrEnum):
    EMAIL = "email"  # that an address is a customer's
    MAILED_LINK = "mailed-link"  # that this channel's person is the customer whose address it is
    LINK = "link"  # the same, shown on a channel that is linked already
    CHANNEL = "channel"  # that an address is a customer's, as the channel itself vouches: no code, and kept for good


@dataclass(frozen=True)
class Asked:
    """What a code would prove. *address* as it is compared; *customer* None: nobody's address, told alike."""

    kind: Proof
    customer: CustomerId | None
    address: str | None = None


def lock_person(tx: Tx, by: Who) -> None:
    """Hold off this person's other turns, in whatever process, so that tries are counted one by one."""
    tx.lock("person", by.identity)


def lock_address(tx: Tx, address: str) -> None:
    """Hold off everybody else who proves this address; always after the person."""
    tx.lock(f"address:{address}", 0)


def offer(tx: Tx, by: Who, asked: Asked) -> str:
    """Return a new code; it ends the older ones of its sort. Raises `TooMuch`."""
    rules = tx.rule(PeopleRules)
    _demand_few(tx, and_(_by_person(proofs, by), proofs.c.kind != Proof.CHANNEL), rules.codes_an_hour)
    if asked.address:
        sort = and_(proofs.c.kind == asked.kind, proofs.c.address == asked.address)
        _demand_few(tx, sort, rules.codes_an_hour_to_an_address)
    _end_older(tx, by, asked)
    code = _link_code(tx) if asked.kind is Proof.LINK else tx.chance.digits(6)
    tx.add(
        proofs,
        kind=asked.kind,
        customer_id=asked.customer,
        identity_id=by.identity,
        address=asked.address,
        code_hash=_digest(tx, code) if asked.kind is Proof.LINK else _salted(tx, code if asked.customer else ""),
        created_at=tx.now,
        expires_at=tx.now + rules.code_lives,
        tries_left=rules.code_tries,
    )
    return code


def record_vouched(tx: Tx, by: Who, whose: CustomerId, address: str) -> None:
    """Write down that the channel vouches for *by*'s address, given as it is compared."""
    tx.add(
        proofs,
        kind=Proof.CHANNEL,
        customer_id=whose,
        identity_id=by.identity,
        address=address,
        code_hash="",
        created_at=tx.now,
        expires_at=tx.now,
        tries_left=0,
        used_at=tx.now,
    )


def _demand_few(tx: Tx, which: ColumnElement[bool], most: int) -> None:
    asked = select(func.count()).select_from(proofs).where(which, proofs.c.created_at > tx.now - HOUR)
    if tx.value(asked) >= most:
        raise TooMuch(what="codes", limit=most)


def _by_person(table: Table, by: Who) -> ColumnElement[bool]:
    return table.c.identity_id == by.identity


def _end_older(tx: Tx, by: Who, asked: Asked) -> None:
    live = and_(_by_person(proofs, by), proofs.c.kind == asked.kind, proofs.c.used_at.is_(None))
    tx.run(update(proofs).where(live, proofs.c.expires_at > tx.now).values(expires_at=tx.now))


def _link_code(tx: Tx) -> str:
    return "".join(LINK_ALPHABET[tx.chance.below(len(LINK_ALPHABET))] for _ in range(8))


def shown(code: str) -> str:
    """Return a link code as a person reads it: in two halves."""
    return f"{code[:4]}-{code[4:]}"


def redeem_mailed(tx: Tx, by: Who, kind: Proof, code: str) -> Row[Any]:
    """Use the newest mailed code of this person; return its row.

    Raises `CodeExpired`, `TooManyTries`, and `UnknownCode`, which is counted.
    """
    newest = and_(_by_person(proofs, by), proofs.c.kind == kind)
    proof = tx.one(select(proofs).where(newest).order_by(proofs.c.id.desc()).limit(1))
    _demand_tries(tx, by, proof.address if proof else None)
    if proof is None or proof.used_at or proof.expires_at <= tx.now:
        raise CodeExpired
    if proof.tries_left <= 0:
        raise TooManyTries(minutes=0)
    if not _matches(tx, code, proof.code_hash):
        raise _wrong(tx, by, proof)
    return _spend(tx, proof)


def redeem_link(tx: Tx, by: Who, code: str) -> Row[Any]:
    """Use the link code that somebody was shown; return its row. Raises as `redeem_mailed`."""
    _demand_tries(tx, by, None)
    plain = re.sub(r"[\W_]", "", code).upper()
    this = and_(proofs.c.kind == Proof.LINK, proofs.c.code_hash == _digest(tx, plain))
    proof = tx.one(select(proofs).where(this).order_by(proofs.c.id.desc()).limit(1))
    if proof is None:
        raise _wrong(tx, by, None)
    if proof.used_at or proof.expires_at <= tx.now:
        raise CodeExpired
    return _spend(tx, proof)


def _spend(tx: Tx, proof: Row[Any]) -> Row[Any]:
    """Use a code up. Whoever redeems holds a lock (person, address or merging), so that of two at once one does."""
    tx.run(update(proofs).where(proofs.c.id == proof.id).values(used_at=tx.now))
    return proof


def _demand_tries(tx: Tx, by: Who, address: str | None) -> None:
    if _tries_left(tx, by, address) <= 0:
        raise TooManyTries(minutes=60)


def _tries_left(tx: Tx, by: Who, address: str | None) -> int:
    rules = tx.rule(PeopleRules)
    left = rules.tries_an_hour - _tried(tx, _by_person(tries, by))
    if address is None:
        return left
    return min(left, rules.tries_an_hour_at_an_address - _tried(tx, tries.c.address == address))


def _tried(tx: Tx, which: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(tries).where(which, tries.c.at > tx.now - HOUR)
    return int(tx.value(counted))


def _wrong(tx: Tx, by: Who, proof: Row[Any] | None) -> UnknownCode | TooManyTries:
    """Count a wrong code and return what to raise; both refusals keep what was counted."""
    address = proof.address if proof else None
    tx.add(tries, identity_id=by.identity, address=address, at=tx.now)
    hourly = _tries_left(tx, by, address)
    if hourly <= 0:
        return TooManyTries(minutes=60)
    if proof is None:
        return UnknownCode(left=hourly)
    tx.run(update(proofs).where(proofs.c.id == proof.id).values(tries_left=proofs.c.tries_left - 1))
    left = min(proof.tries_left - 1, hourly)
    return UnknownCode(left=left) if left > 0 else TooManyTries(minutes=0)


def _digest(tx: Tx, code: str, salt: str = "") -> str:
    return hmac.new(tx.rule(PeopleRules).key, f"{salt}:{code}".encode(), "sha256").hexdigest()


def _salted(tx: Tx, code: str) -> str:
    salt = tx.chance.digits(20)
    return f"{salt}:{_digest(tx, code, salt)}"


def _matches(tx: Tx, code: str, kept: str) -> bool:
    salt, _, digest = kept.partition(":")
    return hmac.compare_digest(_digest(tx, code, salt), digest)
