"""Working off a lane: the oldest that lies in it is read, joined with what belongs to it, and handed to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import Any

from bot.adapters.channel import Hear, Hop
from bot.adapters.telegram.joining import Piece, Together, gather, joined, may_go_on
from bot.adapters.telegram.lanes import EMPTY, MORE, Rest
from bot.adapters.telegram.members import Members
from bot.adapters.telegram.pressing import Presses
from bot.adapters.telegram.translating import CHANNEL, UPDATE, Me, Told, translate
from bot.conversations.heard import Heard, Pressed, Said
from core.db import Tx
from core.desk import Desk
from core.notices.chats import Room, at_address, at_former, rooms_on
from core.notices.inbox import HeadOf, Undone, once
from core.people.queries import WorksHere

PREFIX = f"{CHANNEL}:"


def lane_of(chat: str) -> str:
    """The lane of a chat, by its id."""
    return PREFIX + chat


@dataclass(frozen=True)
class Inside:
    """Groups of the desk: whoever acts must be in one of *any_of*, and as a lead in one of *leads*, where there are any."""

    any_of: tuple[str, ...]
    leads: tuple[str, ...] = ()


Groups = Inside | None


def is_group(address: str) -> bool:
    """A group's id is negative, a person's is not."""
    return address.startswith("-")


@dataclass(frozen=True)
class Head:
    """What lies at the head of *lane*, and the groups of which whoever acts there must be in one; None: it is all the same.

    In a group of the desk, that group; in the own chat of somebody who acts for the desk, any of its groups.
    """

    lane: str

    def answer(self, tx: Tx) -> tuple[tuple[Undone, ...], Groups]:
        rows, address = HeadOf(CHANNEL, self.lane).answer(tx), self.lane.removeprefix(PREFIX)
        return rows, self._groups(tx, address) if rows else None

    def _groups(self, tx: Tx, address: str) -> Groups:
        if not is_group(address) and not WorksHere(CHANNEL, address).answer(tx):
            return None
        chat = at_address(tx, CHANNEL, address)
        if is_group(address):
            chat = chat or at_former(tx, CHANNEL, address)
            return Inside((chat.address,)) if chat and chat.room else None
        if chat and chat.room:  # the settings themselves make it a room
            return None
        return GroupsOfDesk().answer(tx)


@dataclass(frozen=True)
class GroupsOfDesk:
    """All groups on Telegram that are rooms of the desk."""

    def answer(self, tx: Tx) -> Inside:
        groups = [room for room in rooms_on(tx, CHANNEL) if is_group(room.address)]
        leads = tuple(room.address for room in groups if room.room is Room.LEADS)
        return Inside(tuple(room.address for room in groups), leads)


@dataclass(frozen=True)
class IsFree:
    """Whether nothing waits in *lane*, and whoever writes there need not be in a group: they never acted for the desk."""

    lane: str

    def answer(self, tx: Tx) -> bool:
        address = self.lane.removeprefix(PREFIX)
        return not (
            is_group(address) or WorksHere(CHANNEL, address).answer(tx) or HeadOf(CHANNEL, self.lane, 1).answer(tx)
        )


@dataclass(frozen=True)
class PassOver:
    """Mark these as done, since the desk has nothing to do with them. Returns False if the first one was done already."""

    lane: str
    keys: tuple[str, ...]

    def carry_out(self, tx: Tx) -> bool:
        first, *others = self.keys
        if not once(tx, CHANNEL, first, self.lane, {}):
            return False
        for key in others:
            once(tx, CHANNEL, key, self.lane, {})
        return True


class Working:
    """One step of a lane at a time; see `step`. *patience*: how long an album waits for more parts of it."""

    def __init__(
        self, desk: Desk, hop: Hop, hear: Hear, me: Me, members: Members, presses: Presses, patience: timedelta
    ) -> None:
        self.desk = desk
        self.hop = hop
        self.hear = hear
        self.me = me
        self.members = members
        self.presses = presses
        self.patience = patience
        self._waits: dict[str, tuple[tuple[str, ...], float]] = {}
        self._heard: dict[str, str] = {}

    async def step(self, lane: str) -> Rest:
        """Deal with what lies at the head of *lane*, and say when to come back.

        Raises where it can't be dealt with now: the store is away, or Telegram can't say who is a member.
        """
        rows, groups = await self.hop(lambda: self.desk.look(Head(lane)))
        if not rows:
            self._heard.pop(lane, None)
            return EMPTY
        if self._heard.pop(lane, "") == rows[0].key:  # the desk took it, and has not said so in the inbox
            return await self._pass_over(lane, (rows[0].key,))
        pieces = self._pieces(rows)
        head = next(pieces)
        if head.told.heard is None:
            return await self._pass_over_first(lane, rows, head, pieces)
        together = gather(head, pieces, self.desk.clock(), self.patience)
        if wait := self._left_to_wait(lane, together):
            return Rest(wait)
        rest = await self._attend(lane, head.told, _as_one(together), groups)
        if len(together.ids) < len(rows):
            return rest
        self._heard.pop(lane, None)
        return EMPTY  # that was all there is; what came meanwhile wakes the lane

    async def alone(self, lane: str, payload: Mapping[str, Any]) -> bool:
        """Deal with a thing that came alone, before it is written down anywhere; False if it must be, to be dealt with.

        It saves a commit. Whoever brought it keeps it until this returns. Raises what `step` raises.
        """
        told = translate(payload.get(UPDATE), self.me)
        if told.heard is None or may_go_on(told) or not await self.hop(lambda: self.desk.look(IsFree(lane))):
            return False
        await self._attend(lane, told, told.heard, None)
        self._heard.pop(lane, None)
        return True

    def _pieces(self, rows: Sequence[Undone]) -> Iterator[Piece]:
        """Read the rows, each when it is asked for; and forget of whom Telegram says that they came or went."""
        for row in rows:
            yield Piece(translate(row.payload.get(UPDATE), self.me), row.received_at)

    async def _pass_over_first(self, lane: str, rows: Sequence[Undone], head: Piece, after: Iterator[Piece]) -> Rest:
        """Pass over all that tells the desk nothing, up to the first that does."""
        keys = []
        for row, piece in zip(rows, chain((head,), after), strict=False):
            if piece.told.heard:
                break
            keys.append(row.key)
            self.members.forget(lane.removeprefix(PREFIX), piece.told.member)
            if piece.told.query:
                self.presses.answer(piece.told.query)
        return await self._pass_over(lane, tuple(keys))

    async def _pass_over(self, lane: str, keys: tuple[str, ...]) -> Rest:
        await self.hop(lambda: self.desk.do(PassOver(lane, keys)))
        return MORE

    def _left_to_wait(self, lane: str, together: Together) -> timedelta:
        """How long more parts may still come; measured here as well, so that no clock that stands still is waited for."""
        now = asyncio.get_running_loop().time()
        ids, until = self._waits.get(lane, ((), 0.0))
        if together.wait and ids != together.ids:
            ids, until = together.ids, now + together.wait.total_seconds()
            self._waits[lane] = (ids, until)
        if together.wait and until - now > 0.001:
            return timedelta(seconds=until - now)
        self._waits.pop(lane, None)
        return timedelta(0)

    async def _attend(self, lane: str, told: Told, heard: Heard, groups: Groups) -> Rest:
        heard = heard if groups is None else await self._with_membership(heard, groups)
        receipt = await (self.presses.attend(told, self.hear(heard)) if told.query else self.hear(heard))
        self._heard[lane] = heard.id
        return MORE if receipt.taken else await self._not_taken(lane, told, heard)

    async def _not_taken(self, lane: str, told: Told, heard: Heard) -> Rest:
        """It concerns nobody, or somebody else has just taken it, and acknowledges it."""
        keys = (heard.id, *(heard.parts if isinstance(heard, Said) else ()))
        if await self.hop(lambda: self.desk.do(PassOver(lane, keys))) and told.query:
            self.presses.answer(told.query)
        return MORE

    async def _with_membership(self, heard: Heard, groups: Inside) -> Heard:
        """Who acts for the desk counts only as long as they are in one of its groups. Raises a TelegramError."""
        person = heard.person
        if not (isinstance(heard, Said | Pressed) and person.member):
            return heard
        leads = not groups.leads or await self.members.counts_in(groups.leads, person.address)
        member = (leads and bool(groups.leads)) or await self.members.counts_in(groups.any_of, person.address)
        return replace(heard, person=replace(person, member=member, leads=leads))


def _as_one(together: Together) -> Heard:
    first = together.pieces[0].told.heard
    assert first  # noqa: S101  what tells nothing was passed over
    return joined(together.pieces) if len(together.pieces) > 1 else first
