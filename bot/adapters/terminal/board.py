"""What was shown at each seat, so that what is typed next can be a press: a number, or a button's label.

Numbers belong to the question that is open with this person; while none is, to the newest message with buttons. So a
card that comes in the middle of a dialog takes no number away from it.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace

from bot.conversations.screen import Key, Screen
from core.ids import TicketNumber
from core.notices.outbox import Kind

REMEMBERED = 60
"""Messages of one seat whose buttons still work when they are typed."""
CARD = "!"
"""What the key of a card's button begins with: it works whenever it is pressed."""


@dataclass(frozen=True)
class Shown:
    """Something the desk said. *place*: the chat's address; *edited*: it takes an earlier message's place."""

    channel: str
    place: str
    screen: Screen
    kind: Kind
    ticket: TicketNumber | None = None
    external: str = ""
    edited: bool = False
    numbered: bool = True

    @property
    def asks(self) -> bool:
        """Whether a talk waits for an answer to this."""
        return bool(self.screen.stamp)

    @property
    def choices(self) -> tuple[Key, ...]:
        """The buttons that answer: those with numbers, where this message owns them."""
        return tuple(key for key in self.screen.keys if not key.control)


class Board:
    """*run* makes the ids of this run's messages differ from those of an earlier one."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._count = 0
        self._shown: dict[str, deque[Shown]] = {}
        self._asked: dict[tuple[str, str], Shown] = {}
        self._in_doubt: set[tuple[str, str]] = set()
        self._spoke_last: dict[str, str] = {}

    def new_id(self) -> str:
        self._count += 1
        return f"{self._run}.{self._count}"

    def put(self, shown: Shown, replaces: str | None) -> Shown:
        """Remember *shown*, which takes the place of the message *replaces* if that is still known."""
        here = self._shown.setdefault(shown.place, deque(maxlen=REMEMBERED))
        old = next((one for one in here if one.external == replaces), None) if replaces else None
        if old:
            here.remove(old)
        new = replace(shown, external=old.external if old else self.new_id(), edited=old is not None)
        person = self._spoke_last.get(new.place, "")
        self._in_doubt.discard((new.place, person))
        if new.kind is Kind.REPLY and new.screen.stamp:
            self._asked[new.place, person] = new
        elif self._open(new.place, person):
            new = replace(new, numbered=False)
        here.append(new)
        return new

    def speaks(self, place: str, person: str) -> None:
        """Remember whom the next reply here answers. What was asked is answered now, or will be asked again.

        Or it was a room's small talk, and is open still: until something is shown, a number is for the desk to read.
        """
        self._spoke_last[place] = person
        if self._asked.pop((place, person), None):
            self._in_doubt.add((place, person))

    def _open(self, place: str, person: str) -> Shown | None:
        """Return the question with buttons that is open with this person here."""
        asked = self._asked.get((place, person))
        return asked if asked and asked.screen.keys else None

    def press(self, place: str, person: str, typed: str) -> tuple[Shown, Key] | None:
        """Return the message whose button *typed* presses here, and the button; None if it presses none."""
        asked = self._open(place, person)
        if typed.isascii() and typed.isdigit():
            words = len(typed) > 3 or (place, person) in self._in_doubt
            return None if words else self._by_number(place, int(typed), asked)
        label, number = _label_and_ticket(typed)
        return self._by_label(place, _plain(typed), asked) or (
            self._by_label(place, label, asked, number) if number else None
        )

    def _by_number(self, place: str, number: int, asked: Shown | None) -> tuple[Shown, Key] | None:
        with_choices = (shown for shown in self._newest_first(place) if shown.choices and _lasting(shown))
        shown = asked or next(with_choices, None)
        if shown is None or not 1 <= number <= len(shown.choices):
            return None
        return shown, shown.choices[number - 1]

    def _by_label(
        self, place: str, label: str, asked: Shown | None, ticket: int | None = None
    ) -> tuple[Shown, Key] | None:
        for shown in (*([asked] if asked else []), *self._newest_first(place)):
            for key in shown.screen.keys:
                works = shown is asked or key.value.startswith(CARD)
                if works and label and _plain(key.label) == label and ticket in (None, shown.ticket):
                    return shown, key
        return None

    def _newest_first(self, place: str) -> list[Shown]:
        return list(self._shown.get(place, ()))[::-1]

    def labels(self, place: str, person: str) -> list[str]:
        """Return the labels that can be typed here, the newest first."""
        open_ = self._open(place, person)
        asked = [key.label for key in open_.screen.keys] if open_ else []
        cards = [k.label for one in self._newest_first(place) for k in one.screen.keys if k.value.startswith(CARD)]
        return list(dict.fromkeys([*asked, *cards]))

    def tickets(self, place: str) -> list[TicketNumber]:
        """Return the tickets spoken of here, the newest first."""
        return list(dict.fromkeys(one.ticket for one in self._newest_first(place) if one.ticket))

    def about(self, place: str, ticket: int) -> str:
        """Return the message here that stands for *ticket*: its card, else the newest that speaks of it, else ""."""
        of_it = [one for one in self._newest_first(place) if one.ticket == ticket]
        cards = [one for one in of_it if one.kind is Kind.CARD]
        return next((one.external for one in [*cards, *of_it]), "")


def _lasting(shown: Shown) -> bool:
    """Whether its buttons work whenever they are pressed."""
    return all(key.value.startswith(CARD) for key in shown.choices)


def _label_and_ticket(typed: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(.*\S)\s+#?(\d{1,15})", typed.strip())
    return (_plain(found[1]), int(found[2])) if found else ("", None)


def _plain(label: str) -> str:
    """Return *label* as people type it: without emoji and signs around it, in lower case."""
    return re.sub(r"^\W+|\W+$", "", " ".join(label.casefold().split()))
