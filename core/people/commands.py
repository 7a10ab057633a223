"""What may be done about people. Each command carries itself out and says by whom.

A chat authenticates an identity and nothing else. What somebody proved beyond that is a row in `proofs`; whether an
address is known to the desk is never told to a customer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import bindparam, select, update

from core.db import Tx
from core.errors import AddressRefused, AlreadyKnown, CodeExpired, TooMuch, UnknownCode
from core.ids import ChatId, CustomerId, IdentityId
from core.notices.chats import MAIL, Chat, meet
from core.notices.facts import line
from core.notices.outbox import Kind, post
from core.notices.tables import chats
from core.people.access import demand_operator
from core.people.addresses import email_key, email_sendable, name_key, phone_key, plain
from core.people.codes import allocate
from core.people.merging import absorb, lock_merging
from core.people.proofs import (
    MAILED,
    Asked,
    Proof,
    lock_address,
    lock_person,
    offer,
    record_vouched,
    redeem_link,
    redeem_mailed,
    shown,
)
from core.people.queries import (
    AddressToProve,
    Customer,
    Identities,
    Identity,
    customer,
    identity,
    identity_of,
    own,
    proven_at,
)
from core.people.rules import PeopleRules
from core.people.tables import customers, identities
from core.people.who import Who

_WHOSE = select(identities).where(
    identities.c.channel == bindparam("channel"),
    identities.c.workspace == bindparam("workspace"),
    identities.c.address == bindparam("address"),
)


@dataclass(frozen=True)
class Meet:
    """Somebody whom a channel authenticates: found, or written down. Their name and own chat are kept up to date."""

    channel: str
    address: str
    name: str
    language: str
    workspace: str = ""
    chat: ChatId | None = None

    def carry_out(self, tx: Tx) -> Identity:
        return self._known(tx) or self._new(tx)

    def _known(self, tx: Tx) -> Identity | None:
        row = tx.one(_WHOSE, channel=self.channel, workspace=self.workspace, address=self.address)
        if row is None:
            return None
        now = {"name": plain(self.name) or row.name, "chat_id": self.chat or row.chat_id}
        if now != {"name": row.name, "chat_id": row.chat_id}:
            tx.run(update(identities).where(identities.c.id == row.id).values(now))
            return identity(tx, row.id)
        return identity_of(row)

    def _new(self, tx: Tx) -> Identity:
        tx.lock(f"identity:{self.channel}:{self.workspace}:{self.address}", 0)
        if met_meanwhile := self._known(tx):
            return met_meanwhile
        id_ = tx.add(
            identities,
            channel=self.channel,
            workspace=self.workspace,
            address=self.address,
            name=plain(self.name),
            language=self.language,
            language_offered=False,
            chat_id=self.chat,
            created_at=tx.now,
        )
        return identity(tx, IdentityId(id_))


@dataclass(frozen=True)
class Register:
    """Make *by*'s identity a customer. Where mail is sent, a code to prove the address leaves with it.

    An address that the channel vouches for is proven by that. Where it was proven before, they are that customer; that
    customer's other chats are told.
    Raises `AlreadyKnown`, `AddressRefused`, `TooMuch`.
    """

    form: ClassVar = "person"
    """What dialogs call the form, so that a refusal can name its field."""

    by: Who
    name: str
    email: str
    phone: str = ""
    organisation: str = ""
    website: str = ""
    language: str = "it"
    consent: bool = False

    def carry_out(self, tx: Tx) -> Customer:
        lock_person(tx, self.by)
        if known := identity(tx, self.by.identity).customer:
            raise AlreadyKnown(code=customer(tx, known).code)
        vouched = self._vouched()
        other = _theirs_already(tx, vouched) if vouched else None
        id_ = _add_customer(tx, self, {})
        tx.run(update(identities).where(identities.c.id == self.by.identity).values(customer_id=id_))
        if vouched:
            return _prove_by_channel(tx, self.by, id_, vouched, other)
        if AddressToProve(self.by).answer(tx):
            _mail_code_if_few(tx, self.by)
        return customer(tx, id_)

    def _vouched(self) -> str | None:
        """Return the address, as it is compared, if it is the one that the channel vouches for."""
        address = email_key(self.email)
        return address if address == email_key(self.by.email) else None


def _theirs_already(tx: Tx, address: str) -> Customer | None:
    """Return whose proven address it is; all locks are taken, before any row."""
    lock_address(tx, address)
    if other := proven_at(tx, address):
        lock_merging(tx)
    return other


def _prove_by_channel(tx: Tx, by: Who, whose: CustomerId, address: str, other: Customer | None) -> Customer:
    record_vouched(tx, by, whose, address)
    if other:
        _tell_others(tx, by, other)
        return absorb(tx, into=other.id, from_=whose)
    _mark_proven(tx, whose, {"email_proven_at": tx.now})
    return customer(tx, whose)


def _tell_others(tx: Tx, by: Who, whose: Customer) -> None:
    """Tell the customer's other chats that one more channel is theirs."""
    mine = identity(tx, by.identity)
    for other in Identities(whose.id).answer(tx):
        if other.chat and other.id != mine.id:
            post(tx, Kind.NOTICE, other.chat, line("channel-linked", channel=mine.channel))


@dataclass(frozen=True)
class RegisterCaller:
    """Register somebody on the phone. *vouched*: the operator knows that the address is theirs.

    Raises `NotYours`, `AddressRefused`, `TooMuch`; `AlreadyKnown` where the address is proven to be a customer's.
    """

    form: ClassVar = "caller"

    by: Who
    name: str
    email: str = ""
    phone: str = ""
    organisation: str = ""
    website: str = ""
    language: str = "it"
    consent: bool = False
    vouched: bool = False

    def carry_out(self, tx: Tx) -> Customer:
        operator = demand_operator(tx, self.by, "register-caller")
        address = email_key(self.email)
        if address:
            _demand_unproven(tx, address)
        vouched = {"email_proven_at": tx.now, "vouched_by": operator} if self.vouched and address else {}
        return customer(tx, _add_customer(tx, self, vouched))


def _demand_unproven(tx: Tx, address: str) -> None:
    lock_address(tx, address)
    if other := proven_at(tx, address):
        raise AlreadyKnown(code=other.code)


def _add_customer(tx: Tx, form: Register | RegisterCaller, more: Mapping[str, Any]) -> CustomerId:
    _demand_short(tx, form)
    address = email_key(form.email)
    if address is None and (form.email or isinstance(form, Register)):
        raise AddressRefused(given=form.email, field=f"{form.form}.email")
    id_ = tx.add(
        customers,
        code=allocate(tx),
        name=plain(form.name),
        name_key=name_key(form.name, form.organisation),
        email=form.email.strip() or None,
        email_key=address,
        phone=plain(form.phone) or None,
        phone_key=phone_key(form.phone, tx.rule(PeopleRules).phone_country),
        organisation=plain(form.organisation) or None,
        website=plain(form.website) or None,
        language=form.language,
        consented_at=tx.now if form.consent else None,
        created_at=tx.now,
        **more,
    )
    if address:
        _mailbox(tx, form.email, form.language)
    return CustomerId(id_)


def _demand_short(tx: Tx, form: Register | RegisterCaller) -> None:
    longest = tx.rule(PeopleRules).longest
    for what in ("name", "phone", "organisation", "website"):
        if len(getattr(form, what)) > longest:
            raise TooMuch(what=what, limit=longest, field=f"{form.form}.{what}")


@contextmanager
def _asking(field: str) -> Iterator[None]:
    """Name the question that a wrong code answered, so that it is asked again."""
    try:
        yield
    except UnknownCode as refusal:
        refusal.field = field
        raise


def _mailbox(tx: Tx, email: str, language: str) -> Chat:
    sendable = email_sendable(email)
    assert sendable, "checked before it was kept"  # noqa: S101
    return meet(tx, MAIL, sendable, language=language)


@dataclass(frozen=True)
class SendCode:
    """Mail a code to the address that is to be proven; nothing where there is none. Raises `TooMuch`."""

    by: Who

    def carry_out(self, tx: Tx) -> None:
        lock_person(tx, self.by)
        if AddressToProve(self.by).answer(tx):
            _mail_code(tx, self.by)


def _mail_code(tx: Tx, by: Who) -> None:
    whose = own(tx, by)
    address = email_key(whose.email or "")
    code = offer(tx, by, Asked(Proof.EMAIL, whose.id, address))
    _mail(tx, "mailed-code", whose, code)


def _mail_code_if_few(tx: Tx, by: Who) -> None:
    """Registering never fails for the codes that others asked for at this address."""
    try:
        _mail_code(tx, by)
    except TooMuch:
        return


def _mail(tx: Tx, message: str, whose: Customer, code: str) -> None:
    """Post a code; nothing that somebody typed goes with it, since the mailbox may be a stranger's."""
    place = _mailbox(tx, whose.email or "", whose.language)
    post(tx, Kind.NOTICE, place.id, line(message, secret=code, minutes=tx.rule(PeopleRules).code_minutes))


@dataclass(frozen=True)
class CorrectAddress:
    """Another address instead of one that is not proven yet; a code leaves for it. Raises `AddressRefused`, `TooMuch`.

    A proven address is not changed here: `AlreadyKnown`.
    """

    by: Who
    email: str

    def carry_out(self, tx: Tx) -> Customer:
        lock_person(tx, self.by)
        whose = own(tx, self.by)
        if whose.proven:
            raise AlreadyKnown(code=whose.code)
        if (address := email_key(self.email)) is None:
            raise AddressRefused(given=self.email)
        new = {"email": self.email.strip(), "email_key": address}
        tx.run(update(customers).where(customers.c.id == whose.id).values(new))
        _mailbox(tx, self.email, whose.language)
        SendCode(self.by).carry_out(tx)
        return customer(tx, whose.id)


@dataclass(frozen=True)
class Prove:
    """Hand in the mailed code: the address is theirs. Where it was proven before, the two customers are one person.

    Raises `CodeExpired`, `TooManyTries`, and `UnknownCode` (facts: left), which is counted and kept.
    """

    by: Who
    code: str

    def carry_out(self, tx: Tx) -> Customer:
        lock_person(tx, self.by)
        whose = own(tx, self.by)
        if whose.proven or whose.email is None:
            return whose
        address = email_key(whose.email) or ""
        lock_address(tx, address)
        if other := proven_at(tx, address):
            lock_merging(tx)
        with _asking("proof.code"):
            proof = redeem_mailed(tx, self.by, Proof.EMAIL, _plain(self.code))
        if (proof.customer_id, proof.address) != (whose.id, address):  # corrected or linked anew since it was mailed
            raise CodeExpired
        if other:
            return absorb(tx, into=other.id, from_=whose.id)
        _mark_proven(tx, whose.id, {"email_proven_at": tx.now})
        return customer(tx, whose.id)


def _plain(code: str) -> str:
    return "".join(c for c in code if c.isascii() and c.isalnum())


def _mark_proven(tx: Tx, whose: CustomerId, columns: Mapping[str, Any]) -> None:
    tx.run(update(customers).where(customers.c.id == whose).values(dict(columns)))


@dataclass(frozen=True)
class Vouch:
    """An operator knows that the customer's address is theirs; who vouched is kept.

    Raises `NotYours`, `UnknownCustomer`, `AddressRefused` (there is none), `AlreadyKnown` (another customer's).
    """

    by: Who
    customer: CustomerId

    def carry_out(self, tx: Tx) -> Customer:
        operator = demand_operator(tx, self.by, "vouch")
        whose = customer(tx, self.customer)
        if whose.proven:
            return whose
        if (address := email_key(whose.email or "")) is None:
            raise AddressRefused(given=whose.email or "")
        _demand_unproven(tx, address)
        _mark_proven(tx, whose.id, {"email_proven_at": tx.now, "vouched_by": operator})
        return customer(tx, whose.id)


@dataclass(frozen=True)
class OfferLink:
    """A one-time code to type on another channel, which is then the same customer's. Raises `TooMuch`."""

    by: Who

    def carry_out(self, tx: Tx) -> str:
        lock_person(tx, self.by)
        return shown(offer(tx, self.by, Asked(Proof.LINK, own(tx, self.by).id)))


@dataclass(frozen=True)
class LinkByMail:
    """Mail a code to the customer whose proven address this is; if it is nobody's, all looks the same.

    Raises `AddressRefused` (no address at all, or no mail here), `TooMuch`.
    """

    by: Who
    email: str

    def carry_out(self, tx: Tx) -> None:
        address = email_key(self.email)
        if address is None or not tx.rule(PeopleRules).mail:
            raise AddressRefused(given=self.email)
        lock_person(tx, self.by)
        lock_address(tx, address)
        whose = proven_at(tx, address)
        code = offer(tx, self.by, Asked(Proof.MAILED_LINK, whose.id if whose else None, address))
        if whose:
            _mail(tx, "mailed-link-code", whose, code)


@dataclass(frozen=True)
class UseLink:
    """Hand in a link code (shown, or mailed): this identity is that customer's from now on.

    Where it was another customer's already, the two are one person: the code proves the one, the channel the other.
    The customer's other chats are told. Raises as `Prove`.
    """

    by: Who
    code: str

    def carry_out(self, tx: Tx) -> Customer:
        lock_person(tx, self.by)
        lock_merging(tx)
        code = _plain(self.code)
        with _asking("link.code"):
            if MAILED.fullmatch(code):
                proof = redeem_mailed(tx, self.by, Proof.MAILED_LINK, code)
            else:
                proof = redeem_link(tx, self.by, code)
        return self._link(tx, customer(tx, proof.customer_id))

    def _link(self, tx: Tx, whose: Customer) -> Customer:
        mine = identity(tx, self.by.identity)
        if mine.customer:
            mine_now = customer(tx, mine.customer)
            if mine_now.id == whose.id:
                return whose
            whose = absorb(tx, into=whose.id, from_=mine_now.id)
        else:
            tx.run(update(identities).where(identities.c.id == mine.id).values(customer_id=whose.id))
        _tell_others(tx, self.by, whose)
        return whose


@dataclass(frozen=True)
class ChooseLanguage:
    """Speak this language to this person, on whatever channel they are."""

    by: Who
    language: str

    def carry_out(self, tx: Tx) -> None:
        mine = identity(tx, self.by.identity)
        theirs = [mine, *(Identities(mine.customer).answer(tx) if mine.customer else ())]
        chosen = {"language": self.language}
        tx.run(update(identities).where(identities.c.id.in_([one.id for one in theirs])).values(chosen))
        own_chats = (chats.c.id.in_([one.chat for one in theirs if one.chat]), chats.c.room.is_(None))
        tx.run(update(chats).where(*own_chats).values(chosen))
        if mine.customer:
            self._by_mail(tx, mine.customer)

    def _by_mail(self, tx: Tx, id_: CustomerId) -> None:
        tx.run(update(customers).where(customers.c.id == id_).values(language=self.language))
        whose = customer(tx, id_)
        if whose.proven and whose.email:
            place = _mailbox(tx, whose.email, self.language)
            tx.run(update(chats).where(chats.c.id == place.id).values(language=self.language))


@dataclass(frozen=True)
class MarkLanguageOffered:
    """The desk's other language was offered: once is enough."""

    by: Who

    def carry_out(self, tx: Tx) -> None:
        tx.run(update(identities).where(identities.c.id == self.by.identity).values(language_offered=True))


@dataclass(frozen=True)
class Prefer:
    """Of a customer's channels, write to this one first."""

    by: Who

    def carry_out(self, tx: Tx) -> None:
        whose = own(tx, self.by)
        tx.run(update(identities).where(identities.c.customer_id == whose.id).values(preferred=False))
        tx.run(update(identities).where(identities.c.id == self.by.identity).values(preferred=True))
