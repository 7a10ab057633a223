"""The seats of one terminal: customers by their name, the desk's rooms with an operator in them, and the mail to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAIL = "mail"
_NAME = re.compile(r"[^\W\d_][\w.'-]{0,31}")
_ROOM = re.compile(r"(#[\w-]{1,40})(?:\s+(.*))?")
_FIRST_THERE = {"#operators": "giulia", "#leads": "anna"}


@dataclass(frozen=True)
class Seat:
    """*place*: the address of its chat ("eva", "#operators", "mail"); *person*: who sits there, none at the mail."""

    place: str
    person: str = ""

    @property
    def is_room(self) -> bool:
        return self.place.startswith("#")

    @property
    def label(self) -> str:
        return f"{self.place} {self.person}" if self.is_room else self.place


class Seats:
    """Who sits where. A room remembers who spoke there last."""

    def __init__(self, rooms: Iterable[str] = ("#operators", "#leads"), customers: Iterable[str] = ("eva",)) -> None:
        self._there = {room: _FIRST_THERE.get(room, "giulia") for room in rooms}
        self._customers = list(customers)

    @property
    def all(self) -> tuple[Seat, ...]:
        """Customers, rooms, mail: in the order of the function keys."""
        customers = [Seat(name, name) for name in self._customers]
        return (*customers, *(Seat(room, name) for room, name in self._there.items()), Seat(MAIL))

    def known(self, given: str) -> Seat | None:
        """Return the seat that is called so, if it is there already: "eva", "#operators", "#operators marco"."""
        seat = self.find(given)
        return seat if seat and (seat.is_room or seat in self.all) else None

    def find(self, given: str) -> Seat | None:
        """Return the seat of this name, a new customer's too; None for a room that is not there, and for no name."""
        if room := _ROOM.fullmatch(given.strip()):
            return self._in_room(room[1].casefold(), (room[2] or "").strip())
        name = given.strip().casefold()
        if name == MAIL:
            return Seat(MAIL)
        return Seat(name, name) if _NAME.fullmatch(name) else None

    def take(self, seat: Seat) -> Seat:
        """Sit down: a customer is remembered, a room's seat is the person's until another takes it."""
        if seat.is_room:
            self._there[seat.place] = seat.person
        elif seat.place != MAIL and seat.place not in self._customers:
            self._customers.append(seat.place)
        return seat

    def _in_room(self, room: str, name: str) -> Seat | None:
        name = name.casefold()
        if room not in self._there or (name and not _NAME.fullmatch(name)):
            return None
        return Seat(room, name or self._there[room])
