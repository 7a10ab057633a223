"""Words that are put right afterwards: as which message of a channel they were heard, and what now stands in their place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, select

from core.db import Tx
from core.errors import NotYours
from core.ids import ChatId, MessageId, TicketNumber
from core.notices.inbox import Became, hear_as
from core.notices.outbox import HEARD
from core.notices.tables import sent_as
from core.people.who import Role, Who
from core.tickets.advance import Move, advance
from core.tickets.lifecycle import Act
from core.tickets.model import Ticket, load
from core.tickets.tables import messages, ticket_events

WORDS_FOR_THEM: Final = frozenset({Act.REPLY, Act.ASK, Act.SOLVE})
"""The acts with which an operator writes to a customer."""


@dataclass(frozen=True)
class Spoken:
    """What was said as the channel's message *external*, and the *others* that belong to it, the pictures of an album.

    *several*: more than one of them had words; they stand at no single one then, and none is the first. *late*: where the
    words went elsewhere than into a ticket, an edit of them comes too late; else they leave no trace.
    """

    external: str
    text: str
    others: tuple[str, ...] = ()
    several: bool = False
    late: bool = False

    @property
    def messages(self) -> tuple[str, ...]:
        return (*self.others, self.external) if self.several else (self.external, *self.others)


@dataclass(frozen=True)
class HeardAs:
    """Keep as which messages of the channel the words were heard that this turn wrote into a ticket.

    A reply to one of those messages, or an edit of it, then finds them. *ticket*: the one for which all else did its work.
    """

    by: Who
    spoken: tuple[Spoken, ...]
    ticket: TicketNumber | None = None

    def carry_out(self, tx: Tx) -> None:
        written = self._written(tx) if self.spoken else {}
        became: dict[str, Became] = {}
        for one in self.spoken:
            if found := written.get(one.text.strip()):
                became.update(dict.fromkeys(one.messages, found))
            elif one.late:
                became.setdefault(one.external, Became(self.ticket))
        hear_as(tx, self.by.chat, became)

    def _written(self, tx: Tx) -> dict[str, Became]:
        """What this turn wrote, by its words; of the same words the newest."""
        theirs = {"role": self.by.role, "id": self.by.id, "now": tx.now}
        return {row.text: Became(row.ticket_id, row.id) for row in tx.all(_WRITTEN_NOW, **theirs)}


_WRITTEN_NOW = (
    select(messages.c.id, messages.c.ticket_id, messages.c.text)
    .where(
        messages.c.by_role == bindparam("role"),
        messages.c.by_id == bindparam("id"),
        messages.c.at == bindparam("now"),
    )
    .order_by(messages.c.id)
)


@dataclass(frozen=True)
class DoneWith:
    """The tickets (or none) for which the message *external* has done its work: () where it has not, that is known."""

    chat: ChatId
    external: str

    def answer(self, tx: Tx) -> tuple[TicketNumber | None, ...]:
        this = and_(sent_as.c.chat_id == self.chat, sent_as.c.external_id == self.external)
        done = and_(this, sent_as.c.kind == HEARD, sent_as.c.said_id.is_(None))
        return tuple(row.ticket_id for row in tx.all(select(sent_as.c.ticket_id).where(done)))


@dataclass(frozen=True)
class Stands:
    """The words that stand in a ticket; None where they were erased. *inside*: only if they are a note, or are none."""

    said: MessageId
    inside: bool | None = None

    def answer(self, tx: Tx) -> str | None:
        row = tx.one(select(messages).where(messages.c.id == self.said, messages.c.deleted_at.is_(None)))
        if row is None or self.inside not in (None, row.internal):
            return None
        return str(row.text)


@dataclass(frozen=True)
class Edit:
    """Put other words in the place of one's own; they are shown as edited from then on.

    What the desk wrote to a customer has left already: the new words are sent after it. Nothing is done where nothing
    changed. Raises `NotYours`, `NotNow`, `TooMuch`.
    """

    by: Who
    said: MessageId
    text: str

    def carry_out(self, tx: Tx) -> Ticket:
        row = tx.one(select(messages).where(messages.c.id == self.said, messages.c.deleted_at.is_(None)))
        if row is None or not self._own(row):
            raise NotYours(act=Act.EDIT)
        ticket = load(tx, self.by, row.ticket_id, to_move=True)
        if (text := self.text.strip()) == row.text:
            return ticket
        corrected = self._was_sent(tx, row)
        facts = {"inside": row.internal, "desk": self.by.role is not Role.CUSTOMER} | (
            {"operator": self.by.operator} if corrected else {}
        )
        tells = "ticket-corrected" if corrected else None
        move = Move(Act.EDIT, facts=facts, text=text, internal=row.internal, tells=tells, edits=self.said)
        return advance(tx, ticket, self.by, move)

    def _own(self, row: Row[Any]) -> bool:
        of_customer = self.by.role is Role.CUSTOMER
        return bool(row.by_id == self.by.id and (row.by_role == Role.CUSTOMER) is of_customer)

    def _was_sent(self, tx: Tx, row: Row[Any]) -> bool:
        """Whether the words went to the customer: not a note, nor what was typed in for a caller."""
        acts = select(ticket_events.c.act).where(ticket_events.c.message_id == row.id)
        return not WORDS_FOR_THEM.isdisjoint(one.act for one in tx.all(acts))
