"""What may be asked about people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, or_, select

from core.db import Tx
from core.errors import UnknownColleague, UnknownCustomer
from core.ids import ChatId, CustomerId, IdentityId, OperatorId
from core.notices.chats import MAIL, Chat, at_address, chat
from core.notices.tables import chats
from core.people.access import demand_operator
from core.people.addresses import email_key, email_sendable, name_key, phone_key
from core.people.codes import Code, read_code
from core.people.rules import PeopleRules
from core.people.tables import customers, identities, operators
from core.people.who import Who

LONGEST_LIST = 20


@dataclass(frozen=True)
class Customer:
    """*proven*: the address is theirs (a mailed code came back, or *vouched_by* an operator)."""

    id: CustomerId
    code: Code
    name: str
    email: str | None
    proven: bool
    vouched_by: OperatorId | None
    phone: str | None
    organisation: str | None
    website: str | None
    language: str
    consented_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Operator:
    """Somebody of the desk. *warnings*: told of warnings and breaches by direct message; not *active*: revoked."""

    id: OperatorId
    name: str
    email: str | None
    lead: bool
    warnings: bool
    active: bool


@dataclass(frozen=True)
class Identity:
    """A person as one channel authenticates them; *chat* is their own, where there is one."""

    id: IdentityId
    channel: str
    workspace: str
    address: str
    name: str
    language: str
    language_offered: bool
    chat: ChatId | None
    customer: CustomerId | None
    operator: OperatorId | None


def customer_of(row: Row[Any]) -> Customer:
    return Customer(
        id=row.id,
        code=row.code,
        name=row.name,
        email=row.email,
        proven=row.email_proven_at is not None,
        vouched_by=row.vouched_by,
        phone=row.phone,
        organisation=row.organisation,
        website=row.website,
        language=row.language,
        consented_at=row.consented_at,
        created_at=row.created_at,
    )


def operator_of(row: Row[Any]) -> Operator:
    return Operator(row.id, row.name, row.email, row.lead, row.warnings, row.revoked_at is None)


def identity_of(row: Row[Any]) -> Identity:
    return Identity(
        id=row.id,
        channel=row.channel,
        workspace=row.workspace,
        address=row.address,
        name=row.name,
        language=row.language,
        language_offered=row.language_offered,
        chat=row.chat_id,
        customer=row.customer_id,
        operator=row.operator_id,
    )


_THIS = select(identities).where(identities.c.id == bindparam("this"))


def identity(tx: Tx, id_: IdentityId) -> Identity:
    return identity_of(tx.conn.execute(_THIS, {"this": id_}).one())


def customer(tx: Tx, id_: CustomerId | None) -> Customer:
    """Return a customer, or the one they were merged into. Raises `UnknownCustomer`."""
    row = tx.one(select(customers).where(customers.c.id == id_)) if id_ else None
    if row is None or row.erased_at:
        raise UnknownCustomer(given=id_ or "")
    return customer(tx, row.merged_into) if row.merged_into else customer_of(row)


def own(tx: Tx, by: Who) -> Customer:
    """Return who *by* is registered as, by the identity: what the channel authenticated. Raises `UnknownCustomer`."""
    return customer(tx, tx.value(select(identities.c.customer_id).where(identities.c.id == by.identity)))


def proven_at(tx: Tx, address: str) -> Customer | None:
    """Return whose proven address this is, given as it is compared."""
    row = tx.one(select(customers).where(customers.c.email_key == address, customers.c.email_proven_at.is_not(None)))
    return customer_of(row) if row else None


@dataclass(frozen=True)
class CustomerOf:
    """A customer by id; the one they were merged into, if so. Raises `UnknownCustomer`."""

    id: CustomerId

    def answer(self, tx: Tx) -> Customer:
        return customer(tx, self.id)


@dataclass(frozen=True)
class FindCustomer:
    """Who may be meant by a code, an address, a phone number or a part of a name. For operators only: `NotYours`."""

    by: Who
    given: str

    def answer(self, tx: Tx) -> list[Customer]:
        demand_operator(tx, self.by, "find")
        if code := read_code(self.given):
            row = tx.one(select(customers).where(customers.c.code == code, customers.c.erased_at.is_(None)))
            return [customer(tx, row.id)] if row else self._otherwise(tx)
        return self._otherwise(tx)

    def _otherwise(self, tx: Tx) -> list[Customer]:
        alive = and_(customers.c.merged_into.is_(None), customers.c.erased_at.is_(None))
        found = (
            select(customers)
            .where(alive, or_(false(), *self._ways(tx)))
            .order_by(customers.c.id.desc())
            .limit(LONGEST_LIST)
        )
        return [customer_of(row) for row in tx.all(found)]

    def _ways(self, tx: Tx) -> list[ColumnElement[bool]]:
        ways: list[ColumnElement[bool]] = []
        if address := email_key(self.given):
            ways.append(customers.c.email_key == address)
        if phone := phone_key(self.given, tx.rule(PeopleRules).phone_country):
            ways.append(customers.c.phone_key == phone)
        if len(words := name_key(self.given)[:80].split()) and len(words[0]) > 1:
            ways.append(and_(*(customers.c.name_key.contains(word, autoescape=True) for word in words)))
        return ways


@dataclass(frozen=True)
class Colleagues:
    """The operators of the desk, by name; or those who were revoked."""

    revoked: bool = False

    def answer(self, tx: Tx) -> list[Operator]:
        gone = operators.c.revoked_at.is_not(None)
        wanted = select(operators).where(gone if self.revoked else ~gone).order_by(operators.c.name, operators.c.id)
        return [operator_of(row) for row in tx.all(wanted)]


@dataclass(frozen=True)
class OperatorOf:
    """An operator by id, revoked or not. Raises `UnknownColleague`."""

    id: OperatorId

    def answer(self, tx: Tx) -> Operator:
        if row := tx.one(select(operators).where(operators.c.id == self.id)):
            return operator_of(row)
        raise UnknownColleague(given=self.id)


@dataclass(frozen=True)
class Identities:
    """What each channel calls a customer, the preferred first."""

    customer: CustomerId

    def answer(self, tx: Tx) -> list[Identity]:
        return [identity_of(row) for row in tx.all(_preferred(self.customer))]


def _preferred(customer: CustomerId) -> Select[Any]:
    theirs = select(identities).where(identities.c.customer_id == customer)
    return theirs.order_by(identities.c.preferred.desc(), identities.c.id)


@dataclass(frozen=True)
class ChatsOf:
    """Where a customer can be written to, the preferred first; their proven address last, where mail is sent."""

    customer: CustomerId

    def answer(self, tx: Tx) -> list[Chat]:
        own_chats = [chat(tx, one.chat) for one in Identities(self.customer).answer(tx) if one.chat]
        return [place for place in (*own_chats, *self._mail(tx)) if place.reachable]

    def _mail(self, tx: Tx) -> Iterable[Chat]:
        who = customer(tx, self.customer)
        if not (who.proven and who.email and tx.rule(PeopleRules).mail):
            return ()
        place = at_address(tx, MAIL, email_sendable(who.email) or "")
        return (place,) if place else ()


@dataclass(frozen=True)
class AddressToProve:
    """The address that waits for a mailed code to come back; None where there is nothing to prove."""

    by: Who

    def answer(self, tx: Tx) -> str | None:
        row = tx.one(
            select(customers.c.email)
            .join(identities, identities.c.customer_id == customers.c.id)
            .where(identities.c.id == self.by.identity, customers.c.email_proven_at.is_(None))
        )
        return row.email if row and tx.rule(PeopleRules).mail else None


@dataclass(frozen=True)
class Subscribers:
    """The chats of the operators who are told of warnings and breaches by direct message."""

    def answer(self, tx: Tx) -> list[Chat]:
        theirs = (
            select(identities.c.chat_id)
            .join(operators, operators.c.id == identities.c.operator_id)
            .join(chats, chats.c.id == identities.c.chat_id)
            .where(operators.c.warnings, operators.c.revoked_at.is_(None), chats.c.reachable)
            .order_by(identities.c.id)
        )
        return [chat(tx, row.chat_id) for row in tx.all(theirs)]


_WORKS_HERE = (
    select(operators.c.id)
    .join(identities, identities.c.operator_id == operators.c.id)
    .where(
        identities.c.channel == bindparam("channel"),
        identities.c.workspace == bindparam("workspace"),
        identities.c.address == bindparam("address"),
    )
)


@dataclass(frozen=True)
class WorksHere:
    """Whether somebody has ever acted for the desk, by their address on a channel."""

    channel: str
    address: str
    workspace: str = ""

    def answer(self, tx: Tx) -> bool:
        at = {"channel": self.channel, "workspace": self.workspace, "address": self.address}
        return tx.one(_WORKS_HERE, **at) is not None


@dataclass(frozen=True)
class WorksFrom:
    """The address of whoever has ever acted for the desk and has this as their own chat; "" where nobody has."""

    chat: ChatId

    def answer(self, tx: Tx) -> str:
        theirs = select(identities.c.address).where(identities.c.chat_id == self.chat)
        return str(tx.value(theirs.where(identities.c.operator_id.is_not(None)).limit(1)) or "")


@dataclass(frozen=True)
class HasOwnChat:
    """Whether this operator can be written to in a chat of their own, on any channel."""

    by: Who

    def answer(self, tx: Tx) -> bool:
        own = select(chats.c.id).join(identities, identities.c.chat_id == chats.c.id)
        theirs = own.where(identities.c.operator_id == self.by.operator, chats.c.reachable)
        return tx.value(theirs.limit(1)) is not None
