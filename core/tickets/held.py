"""Words that an operator wrote under a card and that are not the customer's yet: a moment in which an edit still helps.

Each lies in a row until it is due; whoever deletes the row sends the words, so that of two processes one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, select, update

from core.db import Command, Tx
from core.errors import AlreadyClaimed, Refusal, TooMuch
from core.files import FileRules, Incoming
from core.ids import ChatId, TicketNumber
from core.notices.chats import Room, chat
from core.notices.facts import VERSION, Line, line
from core.notices.outbox import Kind, Sign, post, show_sign
from core.people.access import demand_operator
from core.people.queries import identity
from core.people.who import Role, Who
from core.tickets.commands import Note, Reply
from core.tickets.corrections import HeardAs, Spoken
from core.tickets.lifecycle import Act, step
from core.tickets.model import load
from core.tickets.rules import TicketRules
from core.tickets.tables import held
from core.tickets.telling import way_to_customer


@dataclass(frozen=True)
class Hold:
    """Send *text* to the customer in a moment, heard in *by*'s room as the channel's message *external* (and *others*).

    What can be refused at once is: raises what `Reply` raises. At once it goes where the desk waits for nothing.
    """

    by: Who
    number: TicketNumber
    external: str
    text: str
    files: tuple[Incoming, ...] = ()
    others: tuple[str, ...] = ()
    several: bool = False

    def carry_out(self, tx: Tx) -> None:
        ticket = load(tx, self.by, self.number)
        step(ticket.state, Act.REPLY, self.by.role, self.number)
        demand_operator(tx, self.by, Act.REPLY)
        _demand_short(tx, self.text, self.files)
        if not (self.external and (seconds := tx.rule(TicketRules).hold_seconds)):
            Reply(self.by, self.number, self.text, self.files).carry_out(tx)
            return
        tx.put(
            held,
            chat_id=self.by.chat,
            external_id=self.external,
            ticket_id=self.number,
            identity_id=self.by.identity,
            text=self.text,
            files=self._together(),
            created_at=tx.now,
            due_at=tx.now + timedelta(seconds=seconds),
        )
        show_sign(tx, self.by.chat, self.external, Sign.WAITING)

    def _together(self) -> dict[str, Any]:
        files = [asdict(file) for file in self.files]
        return {"v": VERSION, "files": files, "others": self.others, "several": self.several}


def _demand_short(tx: Tx, text: str, files: Sequence[Incoming] = ()) -> None:
    if len(text) > (longest := tx.rule(TicketRules).longest_text):
        raise TooMuch(what="text", limit=longest)
    if len(files) > (most := tx.rules.get(FileRules, FileRules()).most):
        raise TooMuch(what="files", limit=most)


@dataclass(frozen=True)
class Held:
    """The words that wait as this message of the channel; None where none do."""

    chat: ChatId
    external: str

    def answer(self, tx: Tx) -> str | None:
        found: str | None = tx.value(select(held.c.text).where(_at(self.chat, self.external)))
        return found


@dataclass(frozen=True)
class HeldInParts:
    """Whether the words that wait as this message stood at several of those that came with it."""

    chat: ChatId
    external: str

    def answer(self, tx: Tx) -> bool:
        row = tx.one(select(held.c.files).where(_at(self.chat, self.external)))
        return bool(row and row.files.get("several"))


@dataclass(frozen=True)
class Amend:
    """Put other words in the place of those that wait. *inside*: they are a note now; with nothing left they are dropped.

    False where none wait (any more). Raises `TooMuch`, and what `Note` raises.
    """

    by: Who
    external: str
    text: str
    inside: bool = False

    def carry_out(self, tx: Tx) -> bool:
        mine = and_(_at(self.by.chat, self.external), held.c.identity_id == self.by.identity)
        row = tx.one(select(held).where(mine).with_for_update())
        if row is None:
            return False
        _demand_short(tx, self.text)
        text = self.text.strip()
        if self.inside or not (text or _files(row)):
            tx.run(delete(held).where(held.c.id == row.id))
        else:
            tx.run(update(held).where(held.c.id == row.id).values(text=text))
        if self.inside and (text or _files(row)):
            _keep_inside(tx, row, self.by, text)
        return True


@dataclass(frozen=True)
class Drop:
    """The message was taken back: what waits as it is never sent. False where nothing does."""

    chat: ChatId
    external: str

    def carry_out(self, tx: Tx) -> bool:
        return tx.run(delete(held).where(_at(self.chat, self.external))) > 0


def _at(place: ChatId, external: str) -> ColumnElement[bool]:
    return and_(held.c.chat_id == place, held.c.external_id == external)


@dataclass(frozen=True)
class NextHeld:
    """When the next words are due; None when none wait."""

    def answer(self, tx: Tx) -> datetime | None:
        found: datetime | None = tx.value(select(func.min(held.c.due_at)))
        return found


@dataclass(frozen=True)
class SendHeld:
    """Send up to *most* of the words that are due, the oldest first. Returns how many there were.

    What can't be sent any more is told under the message, and becomes a note, so that nothing typed is lost.
    """

    most: int = 10

    def carry_out(self, tx: Tx) -> int:
        due = select(held).where(held.c.due_at <= tx.now).order_by(held.c.due_at, held.c.id).limit(self.most)
        return _send_all(tx, tx.all(due.with_for_update(skip_locked=True)))


@dataclass(frozen=True)
class SendNow:
    """Send what *by* wrote about a ticket and still waits, before what they do about it next. Returns how many."""

    by: Who
    number: TicketNumber

    def carry_out(self, tx: Tx) -> int:
        theirs = and_(held.c.identity_id == self.by.identity, held.c.ticket_id == self.number)
        return _send_all(tx, tx.all(select(held).where(theirs).order_by(held.c.id).with_for_update()))


def _send_all(tx: Tx, rows: Sequence[Row[Any]]) -> int:
    for row in rows:
        tx.run(delete(held).where(held.c.id == row.id))
        by = _writer(tx, row)
        if refusal := _refused(tx, _Send(row, by)):
            _tell(tx, row, by, refusal)
    return len(rows)


def _writer(tx: Tx, row: Row[Any]) -> Who:
    """Return who wrote it, as what they act in that room."""
    known, place = identity(tx, row.identity_id), chat(tx, row.chat_id)
    role = Role.LEAD if place.room is Room.LEADS else Role.OPERATOR
    return Who(known.id, place.id, role, known.customer, known.operator, known.name, place.language)


def _refused(tx: Tx, command: Command[None]) -> Refusal | None:
    """Carry *command* out, or leave nothing of it behind and return why."""
    try:
        with tx.apart():
            command.carry_out(tx)
    except Refusal as refusal:
        return refusal
    return None


@dataclass(frozen=True)
class _Send:
    row: Row[Any]
    by: Who

    def carry_out(self, tx: Tx) -> None:
        """Only whoever has the ticket writes to its customer so; what others write stays inside."""
        ticket = load(tx, self.by, self.row.ticket_id, to_move=True)
        step(ticket.state, Act.REPLY, self.by.role, ticket.number)
        if ticket.holder != self.by.operator:
            raise AlreadyClaimed(ticket=ticket.number, operator=ticket.holder)
        Reply(self.by, ticket.number, self.row.text, _files(self.row)).carry_out(tx)
        _heard_as(tx, self.row, self.by, self.row.text)
        if way_to_customer(tx, ticket) is None:
            show_sign(tx, self.row.chat_id, self.row.external_id, Sign.LOST)


@dataclass(frozen=True)
class _KeepInside:
    row: Row[Any]
    by: Who
    text: str

    def carry_out(self, tx: Tx) -> None:
        _keep_inside(tx, self.row, self.by, self.text)


def _keep_inside(tx: Tx, row: Row[Any], by: Who, text: str) -> None:
    Note(by, row.ticket_id, text, _files(row)).carry_out(tx)
    _heard_as(tx, row, by, text)
    show_sign(tx, row.chat_id, row.external_id, Sign.INSIDE)


def _tell(tx: Tx, row: Row[Any], by: Who, why: Refusal) -> None:
    lost = _refused(tx, _KeepInside(row, by, row.text)) is not None
    if lost:
        show_sign(tx, row.chat_id, row.external_id, Sign.LOST)
    told = (Line(why.message, {**why.facts, "inside": True}), line("held-lost" if lost else "held-kept-inside"))
    post(tx, Kind.REPLY, row.chat_id, *told, ticket=row.ticket_id, thread=row.external_id)


def _files(row: Row[Any]) -> tuple[Incoming, ...]:
    return tuple(Incoming(**file) for file in row.files["files"])


def _heard_as(tx: Tx, row: Row[Any], by: Who, text: str) -> None:
    others, several = tuple(row.files.get("others", ())), bool(row.files.get("several"))
    HeardAs(by, (Spoken(row.external_id, text, others, several),)).carry_out(tx)
