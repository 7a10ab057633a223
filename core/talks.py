"""Unfinished talks: which dialog, and the answers given so far, as JSON whose order means nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Row, String, Table, Text, bindparam, delete, select, update

from core.db import Id, Json, Moment, Tx, metadata
from core.ids import ChatId, IdentityId, TalkId
from core.notices.facts import VERSION
from core.notices.tables import outbox, sent_as

talks = Table(
    "talks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("place", Text, nullable=False),  # "" for the one talk of words; else the modal or message it lives in
    Column("entry", String(32), nullable=False),
    Column("state", Json, nullable=False),  # {"v", "arguments", "answers", "refused", "then", "heard"}
    Column("begun_at", Moment, nullable=False),
    Column("moved_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("uq_talks_place", talks.c.identity_id, talks.c.chat_id, talks.c.place, unique=True)


@dataclass(frozen=True)
class Talk:
    """One dialog under way. *then*: entries to go on with, each as [entry, arguments, answers].

    *heard*: as which messages of the channel its words were said, by their ids, and what became of them.
    *former*: the id under which it was set aside: it goes on as that, and what it had asked is its question still.
    """

    id: TalkId
    identity: IdentityId
    chat: ChatId
    entry: str
    place: str = ""
    arguments: Sequence[Any] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, Any] = field(default_factory=dict)
    then: Sequence[Any] = ()
    heard: Mapping[str, Any] = field(default_factory=dict)
    begun_at: datetime | None = None
    moved_at: datetime | None = None
    former: TalkId | None = None


_THIS = select(talks).where(talks.c.id == bindparam("this"))


def talk(tx: Tx, id_: TalkId) -> Talk | None:
    row = tx.one(_THIS, this=id_)
    return _talk(row) if row else None


_HERE = select(talks).where(
    talks.c.identity_id == bindparam("identity"),
    talks.c.chat_id == bindparam("chat"),
    talks.c.place == bindparam("place"),
)
_KEEPING = (
    update(talks)
    .where(talks.c.id == bindparam("this"))
    .values(entry=bindparam("new_entry"), state=bindparam("new_state"), moved_at=bindparam("now"))
)


def talk_at(tx: Tx, identity: IdentityId, chat: ChatId, place: str = "") -> Talk | None:
    """Return what is under way here with this person."""
    row = tx.one(_HERE, identity=identity, chat=chat, place=place)
    return _talk(row) if row else None


def talks_of(tx: Tx, identity: IdentityId, chat: ChatId) -> Sequence[Talk]:
    """Return all that is under way with this person here, wherever in it."""
    theirs = select(talks).where(talks.c.identity_id == identity, talks.c.chat_id == chat).order_by(talks.c.id)
    return [_talk(row) for row in tx.all(theirs)]


@dataclass(frozen=True)
class AskedAs:
    """Which talk asked in the channel's message *external*; None where no question was in it. The talk may be over."""

    chat: ChatId
    external: str

    def answer(self, tx: Tx) -> TalkId | None:
        asked = select(outbox.c.talk_id).join(sent_as, sent_as.c.outbox_id == outbox.c.id)
        here = asked.where(sent_as.c.chat_id == self.chat, sent_as.c.external_id == self.external)
        found: TalkId | None = tx.value(here) if self.external else None
        return found


def begin(tx: Tx, new: Talk) -> Talk:
    """Write down a talk that waits for an answer; its id is made here, or the one it had before."""
    id_ = tx.add(
        talks,
        **({"id": new.former} if new.former else {}),
        identity_id=new.identity,
        chat_id=new.chat,
        place=new.place,
        entry=new.entry,
        state=_state(new),
        begun_at=tx.now,
        moved_at=tx.now,
    )
    return replace(new, id=TalkId(id_), former=None, begun_at=tx.now, moved_at=tx.now)


def keep(tx: Tx, moved: Talk) -> None:
    now = {"this": moved.id, "new_entry": moved.entry, "new_state": _state(moved), "now": tx.now}
    tx.conn.execute(_KEEPING, now)


def end(tx: Tx, id_: TalkId) -> None:
    tx.run(delete(talks).where(talks.c.id == id_))


def _state(of: Talk) -> dict[str, Any]:
    return {
        "v": VERSION,
        "arguments": list(of.arguments),
        "answers": dict(of.answers),
        "refused": dict(of.refused),
        "then": list(of.then),
        "heard": dict(of.heard),
    }


def _talk(row: Row[Any]) -> Talk:
    kept = row.state
    return Talk(
        row.id,
        row.identity_id,
        row.chat_id,
        row.entry,
        row.place,
        tuple(kept["arguments"]),
        kept["answers"],
        kept["refused"],
        tuple(kept["then"]),
        kept.get("heard", {}),
        row.begun_at,
        row.moved_at,
    )
