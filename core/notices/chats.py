"""Places that can be written to: people's chats, the desk's rooms, mail addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Row, bindparam, literal, select

from core.db import Tx
from core.ids import ChatId
from core.notices.tables import chats, sent_as

MAIL = "mail"
"""The channel whose chats are e-mail addresses."""


class Room(StrEnum):
    OPERATORS = "operators"
    LEADS = "leads"


@dataclass(frozen=True)
class Chat:
    id: ChatId
    channel: str
    workspace: str
    address: str
    room: Room | None
    topic: str | None
    language: str
    reachable: bool


FORMER: Final = "former:"
"""The kind of what was sent to an address where the place is no more; and what its id begins with."""

_THIS = select(chats).where(chats.c.id == bindparam("this"))


def chat(tx: Tx, id_: ChatId) -> Chat:
    return _chat(tx.conn.execute(_THIS, {"this": id_}).one())


def chats_at(tx: Tx, ids: Collection[ChatId]) -> Mapping[ChatId, Chat]:
    """Return several places at once."""
    return {row.id: _chat(row) for row in tx.all(select(chats).where(chats.c.id.in_(ids)))} if ids else {}


_AT_ADDRESS = select(chats).where(
    chats.c.channel == bindparam("channel"),
    chats.c.workspace == bindparam("workspace"),
    chats.c.address == bindparam("address"),
)


def at_address(tx: Tx, channel: str, address: str, workspace: str = "") -> Chat | None:
    """Return the place of this address, if it was ever met."""
    row = tx.one(_AT_ADDRESS, channel=channel, workspace=workspace, address=address)
    return _chat(row) if row else None


def meet(tx: Tx, channel: str, address: str, *, language: str, workspace: str = "") -> Chat:
    """Return the place of this address, written down now if it is new."""
    if known := at_address(tx, channel, address, workspace):
        return known
    tx.lock(f"chat:{channel}:{workspace}:{address}", 0)
    if met_meanwhile := at_address(tx, channel, address, workspace):
        return met_meanwhile
    id_ = tx.add(
        chats,
        channel=channel,
        workspace=workspace,
        address=address,
        language=language,
        reachable=True,
        created_at=tx.now,
    )
    return chat(tx, ChatId(id_))


def at_former(tx: Tx, channel: str, address: str, workspace: str = "") -> Chat | None:
    """Return the room that lay at this address before it moved: what was said there may be heard only afterwards."""
    here = (chats.c.channel == channel, chats.c.workspace == workspace, chats.c.former == address)
    row = tx.one(select(chats).where(*here, chats.c.room.is_not(None)).limit(1))
    return _chat(row) if row else None


def former(external: str) -> str:
    """Return what a message of the former address is called: at the new one another may bear its id."""
    return f"{FORMER}{external}" if external else ""


def reached(tx: Tx, id_: ChatId) -> None:
    """Write down that this place can be written to again: somebody wrote from it."""
    tx.run(chats.update().where(chats.c.id == id_).values(reachable=True))
    tx.left.others = True


def rooms(tx: Tx, room: Room, topic: str | None = None) -> Sequence[Chat]:
    """Return the reachable rooms for *topic*: those of this topic alone, else those for every topic."""
    found = [
        _chat(row) for row in tx.all(select(chats).where(chats.c.room == room, chats.c.reachable).order_by(chats.c.id))
    ]
    return [c for c in found if topic and c.topic == topic] or [c for c in found if c.topic is None]


def reachable_rooms(tx: Tx) -> Sequence[Chat]:
    """Return all rooms that can be written to, whatever they are for."""
    found = select(chats).where(chats.c.room.is_not(None), chats.c.reachable).order_by(chats.c.id)
    return [_chat(row) for row in tx.all(found)]


def rooms_on(tx: Tx, channel: str) -> Sequence[Chat]:
    """Return all rooms on this channel, be they reachable or not."""
    found = select(chats).where(chats.c.channel == channel, chats.c.room.is_not(None)).order_by(chats.c.id)
    return [_chat(row) for row in tx.all(found)]


@dataclass(frozen=True)
class Move:
    """The place has another address from now on. Its messages' ids there are others: none of the old can be spoken of.

    Returns the place, None where it is not known, or lies at *to* already.
    """

    channel: str
    address: str
    to: str
    workspace: str = ""

    def carry_out(self, tx: Tx) -> Chat | None:
        place = at_address(tx, self.channel, self.address, self.workspace)
        if place is None:
            return None
        if there := at_address(
            tx, self.channel, self.to, self.workspace
        ):  # it spoke up before it was said to have moved
            tx.run(
                chats.update().where(chats.c.id == there.id).values(address=f"{self.to}#{there.id}", reachable=False)
            )
        of_place = sent_as.c.chat_id == place.id
        tx.run(sent_as.delete().where(of_place, sent_as.c.kind == FORMER))
        tx.run(
            sent_as.update().where(of_place).values(kind=FORMER, external_id=literal(FORMER) + sent_as.c.external_id)
        )
        tx.run(
            chats.update().where(chats.c.id == place.id).values(address=self.to, former=self.address, reachable=True)
        )
        return chat(tx, place.id)


@dataclass(frozen=True)
class RoomAt:
    """A room as the settings name it."""

    channel: str
    address: str
    room: Room
    language: str
    topic: str | None = None
    workspace: str = ""


@dataclass(frozen=True)
class Furnish:
    """Make the rooms those that the settings name; a room no longer named stays as a place, and is told nothing.

    One that the settings still name by its former address is meant where it is now. Returns those that are new.
    """

    named: tuple[RoomAt, ...]

    def carry_out(self, tx: Tx) -> tuple[ChatId, ...]:
        before = {row.id for row in tx.all(select(chats.c.id).where(chats.c.room.is_not(None)))}
        now = []
        tx.run(chats.update().where(chats.c.room.is_not(None)).values(room=None, topic=None))
        for at in self.named:
            place = _moved_from(tx, at) or meet(
                tx, at.channel, at.address, language=at.language, workspace=at.workspace
            )
            changed = {"room": at.room, "topic": at.topic, "language": at.language, "reachable": True}
            tx.run(chats.update().where(chats.c.id == place.id).values(changed))
            now.append(place.id)
        return tuple(id_ for id_ in now if id_ not in before)


def _moved_from(tx: Tx, at: RoomAt) -> Chat | None:
    here = select(chats).where(chats.c.channel == at.channel, chats.c.workspace == at.workspace)
    row = tx.one(here.where(chats.c.former == at.address).order_by(chats.c.id.desc()).limit(1))
    return _chat(row) if row else None


def _chat(row: Row[tuple[object, ...]]) -> Chat:
    room = Room(row.room) if row.room else None
    return Chat(row.id, row.channel, row.workspace, row.address, room, row.topic, row.language, row.reachable)
