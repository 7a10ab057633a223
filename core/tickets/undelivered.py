"""What could not be delivered: who is told, and by which other way it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.db import Tx
from core.errors import UnknownTicket
from core.files import RefusedFile
from core.ids import TicketNumber
from core.notices.chats import MAIL, Chat, Room, rooms
from core.notices.facts import Line, line
from core.notices.outbox import GiveUp, Kind, Parcel, PutOff, Sent, Sign, Unreachable, post, sign_words
from core.people.who import DESK
from core.tickets.model import load
from core.tickets.passing import PassOn
from core.tickets.telling import RoomMoved, tell_customer


@dataclass(frozen=True)
class NotDelivered:
    """A parcel is given up, and the operators are told which; of what could not even be told, only the log knows.

    *sent*: the messages that did leave before, where it goes in several.
    """

    parcel: Parcel
    why: str
    sent: tuple[str, ...] = ()

    def carry_out(self, tx: Tx) -> None:
        GiveUp(self.parcel, self.why, self.sent).carry_out(tx)
        if self.parcel.kind is Kind.NOTICE:
            sign_words(tx, self.parcel.ticket, self.parcel.lines, Sign.LOST)
        if self.parcel.kind is Kind.FETCH:
            _refuse_file(self.parcel, "gone").carry_out(tx)
        if any(one.message in ("could-not-deliver", "room-closed") for one in self.parcel.lines):
            return
        for room in self._listeners(tx):
            post(tx, Kind.ALERT, room.id, self._told(), ticket=self.parcel.ticket)

    def _listeners(self, tx: Tx) -> Sequence[Chat]:
        """The operators' rooms, else the leads'; not the one it was for, but of a file, which other words can stand for."""
        here = self.parcel.kind is Kind.FILE
        told = ([one for one in rooms(tx, room) if here or one.id != self.parcel.chat.id] for room in Room)
        return next((places for places in told if places), [])

    def _told(self) -> Line:
        chat, kind = self.parcel.chat, self.parcel.kind
        to = "room" if chat.room else "mail" if chat.channel == MAIL else "person"
        return line("could-not-deliver", ticket=self.parcel.ticket, kind=kind, to=to)


@dataclass(frozen=True)
class SentElsewhere:
    """The place is closed to us: what is for a customer takes their next way, or the operators are told to call.

    Of a closed room the other rooms are told by that; what nobody waits for (a reply, an alert in a person's own chat)
    is let go.
    """

    parcel: Parcel
    why: str
    sent: tuple[str, ...] = ()

    def carry_out(self, tx: Tx) -> None:
        if self.parcel.kind is Kind.FETCH:  # what can't be brought says nothing of what can be sent
            return NotDelivered(self.parcel, self.why).carry_out(tx)
        Unreachable(self.parcel.chat.id).carry_out(tx)
        for_customer = self.parcel.kind in (Kind.NOTICE, Kind.FILE) and not self.parcel.chat.room
        if for_customer and not self._again(tx):
            return NotDelivered(self.parcel, self.why, self.sent).carry_out(tx)
        return GiveUp(self.parcel, self.why, self.sent).carry_out(tx)

    def _again(self, tx: Tx) -> bool:
        """Whether somebody knows what becomes of it now."""
        if self.parcel.kind is Kind.FILE:
            return PassOn(self.parcel.lines[0].facts["file"]).carry_out(tx)
        return self.parcel.ticket is not None and self._tell_again(tx, self.parcel.ticket)

    def _tell_again(self, tx: Tx, number: TicketNumber) -> bool:
        try:
            ticket = load(tx, DESK, number)
        except UnknownTicket:  # erased meanwhile: nobody is left to tell
            return True
        for one in self.parcel.lines:
            tell_customer(tx, ticket, one, DESK)
        return True


@dataclass(frozen=True)
class Followed:
    """The place lies elsewhere now: it is written down, and the parcel tried there."""

    parcel: Parcel
    to: str
    wait: timedelta = timedelta(0)

    def carry_out(self, tx: Tx) -> None:
        place = self.parcel.chat
        PutOff(self.parcel, self.wait, "moved").carry_out(tx)
        RoomMoved(place.channel, place.address, self.to, place.workspace).carry_out(tx)


@dataclass(frozen=True)
class FileRefused:
    """A file will not be here; that is no fault of the channel's. *why* is a word of the program."""

    parcel: Parcel
    why: str

    def carry_out(self, tx: Tx) -> None:
        _refuse_file(self.parcel, self.why).carry_out(tx)
        Sent(self.parcel).carry_out(tx)


def _refuse_file(parcel: Parcel, why: str) -> RefusedFile:
    return RefusedFile(parcel.lines[0].facts["file"], why)
