"""The outbox: everything that must be said, committed together with what made it so.

A lane is what must arrive in order: a person's chat, or a room and a ticket's card and thread, or a room's alerts.
Only the oldest unsent row of each lane can be claimed; priority picks among the heads of lanes, never inside one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Executable,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    update,
)

from core.db import Moment, Tx
from core.ids import ChatId, MessageId, OutboxId, TalkId, TicketNumber
from core.notices.chats import FORMER, Chat, chat, chats_at, reachable_rooms
from core.notices.facts import Line, line, pack_lines, unpack_lines
from core.notices.tables import chats, outbox, sent_as


class Kind(StrEnum):
    REPLY = "reply"  # the answer to something heard: lines, then what is open in the talk now
    ALERT = "alert"  # a warning, a breach, a digest
    NOTICE = "notice"  # to a customer (or one person) about a ticket
    CARD = "card"  # a ticket's newest state in a room; drawn when it leaves
    THREAD = "thread"  # under a ticket's card: what was said and done
    FETCH = "fetch"  # a file to bring from the channel into the store
    FILE = "file"  # a file from the store, to the other side
    SIGN = "sign"  # what became of an operator's words, shown at their message


class Sign(StrEnum):
    """What became of an operator's words in a ticket's thread, shown at the message itself."""

    WAITING = "waiting"  # they go to the customer in a moment; editing still helps
    SENT = "sent"
    INSIDE = "inside"
    LOST = "lost"  # they did not get there


HEARD: Final = "heard"
"""Beside those, in `sent_as`: what was not sent, but heard."""


class Priority(IntEnum):
    REPLY = 0
    ALERT = 1
    NOTICE = 2
    CARD = 3


_PRIORITY = {Kind.REPLY: Priority.REPLY, Kind.ALERT: Priority.ALERT, Kind.NOTICE: Priority.NOTICE}


@dataclass(frozen=True)
class Parcel:
    """A row to be sent, as it was claimed. *tries* counts this one."""

    id: OutboxId
    lane: str
    kind: Kind
    chat: Chat
    lines: tuple[Line, ...]
    ticket: TicketNumber | None
    talk: TalkId | None
    tries: int
    created_at: datetime
    thread: str | None = None

    @property
    def mark(self) -> str:
        """What it is known by in every try, and nothing else is: a store that was begun anew counts from one again."""
        return f"{self.id}.{self.created_at:%y%m%d%H%M%S%f}"

    @property
    def maybe_sent(self) -> bool:
        """Whether it was tried before: somebody who died, or heard no answer, may have sent it."""
        return self.tries > 1


LEASE: Final = timedelta(seconds=60)
"""How long a row is one process's."""
_AT_ONCE: Final = (Kind.REPLY, Kind.NOTICE)
"""What is leased at birth, if nothing waits before it: what somebody waits for who has just written."""
_IN_LANE = select(outbox.c.id).where(outbox.c.lane == bindparam("lane"), outbox.c.done_at.is_(None)).limit(1)


def lane_of(kind: Kind, to: ChatId, ticket: TicketNumber | None) -> str:
    if kind in (Kind.CARD, Kind.THREAD):
        return f"card:{to}:{ticket}"
    return f"alerts:{to}" if kind is Kind.ALERT else f"chat:{to}"


def post(
    tx: Tx,
    kind: Kind,
    to: ChatId,
    *lines: Line,
    ticket: TicketNumber | None = None,
    talk: TalkId | None = None,
    coalesce: str | None = None,
    after: timedelta = timedelta(0),
    lane: str | None = None,
    first: bool = False,
    thread: str | None = None,
) -> None:
    """Write down that *lines* must be said in *to*, *after* a while; with *coalesce*, an unsent row of that key does.

    One that is just being sent does not: it may show what was before. *lane* is for what waits for nothing else
    (a file to fetch); *first*: none of this key can be waiting. *thread*: in a room, what it hangs under, by the
    channel's own id of that message.
    """
    if (
        coalesce
        and not first
        and tx.value(select(outbox.c.id).where(outbox.c.coalesce == coalesce, undone(), _at_rest(tx.now)))
    ):
        return
    row = {
        "lane": lane or lane_of(kind, to, ticket),
        "priority": _PRIORITY.get(kind, Priority.CARD),
        "kind": kind,
        "chat_id": to,
        "ticket_id": ticket,
        "talk_id": talk,
        "lines": pack_lines(lines),
        "thread": thread,
        "coalesce": coalesce,
        "created_at": tx.now,
        "due_at": tx.now + after,
    }
    if tx.sender and kind in _AT_ONCE and not after and tx.one(_IN_LANE, lane=row["lane"]) is None:
        leased = {"leased_by": tx.sender, "leased_until": tx.now + LEASE, "tries": 1}
        tx.left.mine.append(_parcel(tx.added(outbox, **row, **leased), chat(tx, to)))
    else:
        tx.left.others = True
        tx.put(outbox, **row)


def show_sign(tx: Tx, to: ChatId, message: str, sign: Sign) -> None:
    """See to it that a person's *message* in *to* gets this sign; one that has not left before it never does."""
    lane = f"sign:{to}:{message}"[:80]
    tx.run(update(outbox).where(outbox.c.lane == lane, undone(), _at_rest(tx.now)).values(done_at=tx.now))
    post(tx, Kind.SIGN, to, line("sign", message=message, sign=sign), lane=lane)


def sign_words(tx: Tx, ticket: TicketNumber | None, lines: Sequence[Line], sign: Sign) -> None:
    """Show what became of a ticket's words, where *lines* carry any, at the message in a room as which they were heard."""
    if ticket is None or not (said := [one.facts["said"] for one in lines if one.facts.get("said")]):
        return
    of_ticket = and_(sent_as.c.ticket_id == ticket, sent_as.c.kind == HEARD, sent_as.c.said_id.in_(said))
    heard = select(sent_as.c.chat_id, sent_as.c.external_id).join(chats, chats.c.id == sent_as.c.chat_id)
    for row in tx.all(heard.where(of_ticket, chats.c.room.is_not(None), chats.c.reachable)):
        show_sign(tx, row.chat_id, row.external_id, sign)


def undone() -> ColumnElement[bool]:
    return outbox.c.done_at.is_(None)


def _at_rest(now: datetime) -> ColumnElement[bool]:
    """Whether nobody is sending it at this moment."""
    return or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)


@dataclass(frozen=True)
class Closed:
    """Where nothing may be sent at this moment: to *busy* chats, by *busy_channels*; *tired* ones take what is urgent.

    Files to fetch are no matter of it.
    """

    busy: frozenset[ChatId] = frozenset()
    tired: frozenset[ChatId] = frozenset()
    busy_channels: frozenset[str] = frozenset()
    tired_channels: frozenset[str] = frozenset()

    @property
    def named(self) -> Mapping[str, list[Any]]:
        """By name, as parameters of a statement; nothing where all is open."""
        every = {one.name: list(getattr(self, one.name)) for one in fields(self)}
        return every if any(every.values()) else {}


# Lanes are ranked in one pass over what is undone. PostgreSQL, which knows a queue that was empty a moment ago, would
# plan a join (or a subquery) as if a single row waited, and take a second where a thousand do.
_LANES = select(
    *(outbox.c[name] for name in ("id", "kind", "priority", "chat_id", "due_at", "leased_until")),
    func.row_number().over(partition_by=outbox.c.lane, order_by=outbox.c.id).label("in_lane"),
).where(outbox.c.done_at.is_(None))


def _open(row: FromClause) -> ColumnElement[bool]:
    busy, tired = (or_(_among(row, name), _by_channel(row, f"{name}_channels")) for name in ("busy", "tired"))
    return or_(row.c.kind == Kind.FETCH, not_(or_(busy, and_(row.c.priority >= Priority.CARD, tired))))


def _among(row: FromClause, name: str) -> ColumnElement[bool]:
    return row.c.chat_id.in_(bindparam(name, expanding=True))


def _by_channel(row: FromClause, name: str) -> ColumnElement[bool]:
    return row.c.chat_id.in_(select(chats.c.id).where(chats.c.channel.in_(bindparam(name, expanding=True))))


def _heads(*, closed: bool) -> Select[Any]:
    """The heads of lanes, at most one for each chat, the most urgent first."""
    row, now = _LANES.subquery("lanes"), bindparam("now", type_=Moment)
    apart = case((row.c.kind == Kind.FETCH, -row.c.id), else_=row.c.chat_id)
    place = func.row_number().over(partition_by=apart, order_by=(row.c.priority, row.c.id)).label("place")
    free = or_(row.c.leased_until.is_(None), row.c.leased_until <= now)
    ready = (row.c.in_lane == 1, row.c.due_at <= now, free, *([_open(row)] if closed else []))
    ranked = select(row.c.id, row.c.priority, place).where(*ready).subquery("ranked")
    first = select(ranked.c.id).where(ranked.c.place == 1).order_by(ranked.c.priority, ranked.c.id)
    return first.limit(bindparam("most"))


def _next_due(*, closed: bool) -> Select[Any]:
    row = _LANES.subquery("lanes")
    free_at = case((row.c.leased_until > row.c.due_at, row.c.leased_until), else_=row.c.due_at)
    return select(func.min(free_at)).where(row.c.in_lane == 1, *([_open(row)] if closed else []))


_HEADS, _OPEN_HEADS = (_heads(closed=closed) for closed in (False, True))
_NEXT, _OPEN_NEXT = (_next_due(closed=closed) for closed in (False, True))


@dataclass(frozen=True)
class Collect:
    """Lease heads of lanes to *worker*, up to *most*, the most urgent first: one for each chat, and none that is *closed*.

    *lease*: how long; *lease_of_files*: where a file is brought or sent.
    """

    worker: str
    most: int = 20
    lease: timedelta = LEASE
    lease_of_files: timedelta = timedelta(minutes=3)
    closed: Closed = Closed()

    def carry_out(self, tx: Tx) -> list[Parcel]:
        closed = self.closed.named
        heads = _OPEN_HEADS if closed else _HEADS
        found = [row.id for row in tx.conn.execute(heads, {"now": tx.now, "most": self.most, **closed})]
        rows = sorted(tx.all(self._lease(tx, found)), key=lambda row: (row.priority, row.id)) if found else []
        places = chats_at(tx, {row.chat_id for row in rows})
        return [_parcel(row, places[row.chat_id]) for row in rows]

    def _lease(self, tx: Tx, found: Sequence[OutboxId]) -> Executable:
        """Found without a lock, they are locked now: what another process is just at is passed over."""
        still = and_(outbox.c.id.in_(found), undone(), _at_rest(tx.now))
        mine = select(outbox.c.id).where(still).with_for_update(skip_locked=True).cte("mine")
        files = outbox.c.kind.in_((Kind.FETCH, Kind.FILE))
        until = case((files, tx.now + self.lease_of_files), else_=tx.now + self.lease)
        leased = {"leased_by": self.worker, "leased_until": until, "tries": outbox.c.tries + 1}
        whose = outbox.c.id.in_(select(mine.c.id)) if tx.many_processes else still
        return update(outbox).where(whose, undone(), _at_rest(tx.now)).values(leased).returning(*outbox.c)


def _parcel(row: Row[Any], place: Chat) -> Parcel:
    return Parcel(
        row.id,
        row.lane,
        Kind(row.kind),
        place,
        unpack_lines(row.lines),
        row.ticket_id,
        row.talk_id,
        row.tries,
        row.created_at,
        row.thread,
    )


_SENT = (
    update(outbox).where(outbox.c.id == bindparam("this")).values(done_at=bindparam("now"), given_up=False, error=None)
)
_KNOWN = select(sent_as.c.id).where(
    sent_as.c.chat_id == bindparam("chat"), sent_as.c.external_id == bindparam("external")
)


@dataclass(frozen=True)
class Sent:
    """It went out, as the channel's messages *external* (several for a split text)."""

    parcel: Parcel
    external: tuple[str, ...] = ()

    def carry_out(self, tx: Tx) -> None:
        tx.run(_SENT, this=self.parcel.id, now=tx.now)
        if blanked := _without_secrets(self.parcel):
            tx.run(update(outbox).where(outbox.c.id == self.parcel.id).values(blanked))
        for id_ in self.external:
            remember(tx, self.parcel, id_)
        if self.external and self.parcel.kind is Kind.NOTICE:
            sign_words(tx, self.parcel.ticket, self.parcel.lines, Sign.SENT)


def remember(tx: Tx, parcel: Parcel, external: str) -> None:
    """Write down as what a parcel was sent; an edited message keeps its row."""
    if tx.value(_KNOWN, chat=parcel.chat.id, external=external):
        return
    said = next((one.facts["said"] for one in parcel.lines if "said" in one.facts), None)
    tx.put(
        sent_as,
        outbox_id=parcel.id,
        kind=parcel.kind,
        chat_id=parcel.chat.id,
        ticket_id=parcel.ticket,
        said_id=said,
        external_id=external,
        at=tx.now,
    )


@dataclass(frozen=True)
class PutOff:
    """It could not be sent now; try again after a while. *why* carries no secret and no words of people.

    *sent*: the messages that did leave, where it goes in several. *tried*: False where nobody even began to send it.
    """

    parcel: Parcel
    wait: timedelta
    why: str
    sent: tuple[str, ...] = ()
    tried: bool = True

    def carry_out(self, tx: Tx) -> None:
        for id_ in self.sent:
            remember(tx, self.parcel, id_)
        changed: dict[str, Any] = {"due_at": tx.now + self.wait, "error": self.why}
        changed |= {"leased_by": None, "leased_until": None}
        changed |= {} if self.tried else {"tries": outbox.c.tries - 1}
        tx.run(update(outbox).where(outbox.c.id == self.parcel.id).values(changed))


@dataclass(frozen=True)
class GiveUp:
    """It will never be sent: the channel refuses it, or it was tried long enough. *sent*: what did leave of it."""

    parcel: Parcel
    why: str
    sent: tuple[str, ...] = ()

    def carry_out(self, tx: Tx) -> None:
        for id_ in self.sent:
            remember(tx, self.parcel, id_)
        left = {"done_at": tx.now, "given_up": True, "error": self.why, **_without_secrets(self.parcel)}
        tx.run(update(outbox).where(outbox.c.id == self.parcel.id).values(left))


def _without_secrets(parcel: Parcel) -> dict[str, Any]:
    """Return the lines without their one-time codes, which are of no use here once they have left."""
    if not any("secret" in one.facts for one in parcel.lines):
        return {}
    blanked = (
        Line(one.message, {key: fact for key, fact in one.facts.items() if key != "secret"}) for one in parcel.lines
    )
    return {"lines": pack_lines(blanked)}


@dataclass(frozen=True)
class NextDue:
    """When the next row can be collected: it is due, its lease has ended, its lane is free before it, and not *closed*.

    None when nothing of the kind waits.
    """

    closed: Closed = Closed()

    def answer(self, tx: Tx) -> datetime | None:
        closed = self.closed.named
        found: datetime | None = tx.conn.execute(_OPEN_NEXT if closed else _NEXT, closed).scalar()
        return found


@dataclass(frozen=True)
class SentBefore:
    """As which messages a parcel left in part, in earlier tries; in order."""

    parcel: OutboxId

    def answer(self, tx: Tx) -> tuple[str, ...]:
        these = select(sent_as.c.external_id).where(sent_as.c.outbox_id == self.parcel).order_by(sent_as.c.id)
        return tuple(row.external_id for row in tx.all(these))


@dataclass(frozen=True)
class SentAs:
    """The newest message that carried *kind* of this ticket in this chat (the card to edit, say), or any kind."""

    chat: ChatId
    ticket: TicketNumber
    kind: Kind | None = None

    def answer(self, tx: Tx) -> str | None:
        of_kind = sent_as.c.kind == self.kind if self.kind else sent_as.c.kind != FORMER
        found: str | None = tx.value(
            select(sent_as.c.external_id)
            .where(sent_as.c.chat_id == self.chat, sent_as.c.ticket_id == self.ticket, of_kind)
            .order_by(sent_as.c.id.desc())
            .limit(1)
        )
        return found


@dataclass(frozen=True)
class About:
    """Which ticket (and which of its messages) the channel's message *external* speaks of."""

    chat: ChatId
    external: str

    def answer(self, tx: Tx) -> tuple[TicketNumber | None, MessageId | None]:
        row = tx.one(
            select(sent_as.c.ticket_id, sent_as.c.said_id).where(
                sent_as.c.chat_id == self.chat, sent_as.c.external_id == self.external
            )
        )
        return (row.ticket_id, row.said_id) if row else (None, None)


@dataclass(frozen=True)
class FirstHeardAs:
    """The channel's message that had these words, of the several as which they were heard; None where none is known."""

    chat: ChatId
    said: MessageId

    def answer(self, tx: Tx) -> str | None:
        heard = and_(sent_as.c.kind == HEARD, sent_as.c.chat_id == self.chat, sent_as.c.said_id == self.said)
        found: str | None = tx.value(select(sent_as.c.external_id).where(heard).order_by(sent_as.c.id).limit(1))
        return found


@dataclass(frozen=True)
class Unreachable:
    """The channel says that this place can't be written to (blocked, gone). Later notices take another way.

    Of a room, the other rooms are told, once; what waits for it is given up, since it is shown all anew when it is back.
    """

    chat: ChatId

    def carry_out(self, tx: Tx) -> None:
        closed = update(chats).where(chats.c.id == self.chat, chats.c.reachable).values(reachable=False)
        if tx.run(closed) and (room := chat(tx, self.chat)).room:
            waiting = update(outbox).where(outbox.c.chat_id == room.id, undone(), _at_rest(tx.now))
            tx.run(waiting.values(done_at=tx.now, given_up=True, error="the room is closed"))
            for other in reachable_rooms(tx):
                post(tx, Kind.ALERT, other.id, line("room-closed", room=room.room, channel=room.channel))
