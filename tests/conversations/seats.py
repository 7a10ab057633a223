"""People at the counter: what they say and press is heard, what the desk posts is drawn as their channel shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversations.drawing import Drawing
from bot.conversations.heard import Left, Person, Place, Pressed, Said
from bot.conversations.hearing import Hearing
from bot.conversations.menu import MENU, Menu
from bot.conversations.screen import Key, Limits, Screen
from bot.words import Lexicon
from core.db import Tx
from core.notices.outbox import Kind, Parcel, Sent
from tests.house import House

LEXICON = Lexicon.load()
CHANNEL = "terminal"
COUNT = count()


@dataclass
class Seats:
    """The whole desk without a channel: `say`, `press`, and what each place was shown since its last act."""

    house: House
    menu: Menu = field(default_factory=lambda: MENU)
    lexicon: Lexicon = LEXICON
    limits: Limits = field(default_factory=Limits)
    explicit: bool = False
    shown: dict[str, list[Screen]] = field(default_factory=lambda: defaultdict(list))
    carried: dict[tuple[str, int | None], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.drawing = Drawing(self.lexicon, ZoneInfo("Europe/Rome"), menu=self.menu)
        self.hearing = Hearing(self.house.desk, self.drawing, {CHANNEL: self.limits}, explicit=self.explicit)

    # What people do

    def say(self, who: str, text: str = "", room: str = "", **more: Any) -> Screen:
        person = more.pop("person", self.person(who, room))
        return self.hear(Said(self.id(more), self.place(who, room), person, text=text, **more), who, room)

    def press(self, who: str, key: str, room: str = "", **more: Any) -> Screen:
        """Press the newest button that has this label, this option or control, or this whole value."""
        value = self.find(room or who, key)
        person = more.pop("person", self.person(who, room))
        return self.hear(Pressed(self.id(more), self.place(who, room), person, key=value), who, room)

    def leave(self, who: str) -> None:
        self.hearing.hear(Left(self.id({}), self.place(who), self.person(who)))

    def hear(self, heard: Said | Pressed, who: str, room: str = "") -> Screen:
        self.hearing.hear(heard)
        self.deliver()
        return self.last(room or who)

    def id(self, more: dict[str, Any]) -> str:
        return str(more.pop("id", f"heard-{next(COUNT)}"))

    def place(self, who: str, room: str = "") -> Place:
        return Place(CHANNEL, room or who)

    def person(self, who: str, room: str = "") -> Person:
        return Person(who, who.title(), "it", direct=not room)

    # What they are shown

    def deliver(self) -> None:
        """Draw all that is due and mark it as sent, each as a message of its own."""
        self.shown.clear()
        for parcel in self.house.posted():
            if parcel.kind is not Kind.FETCH and (screen := self.draw(parcel)):
                self.shown[parcel.chat.address].append(screen)
                self.carried[parcel.chat.address, parcel.ticket] = str(parcel.id)
                self.house.desk.do(Sent(parcel, (str(parcel.id),)))

    def draw(self, parcel: Parcel) -> Screen | None:
        with self.house.desk.database.read() as conn:
            tx = Tx(conn, self.house.now, self.house.desk.chance, self.house.rules)
            return self.drawing(tx, parcel, self.limits)

    def last(self, place: str) -> Screen:
        return self.shown[place][-1] if self.shown[place] else Screen(())

    def text(self, place: str) -> str:
        """All that a place was shown since the last act."""
        return "\n".join(screen.text for screen in self.shown[place])

    def words(self, message: str, language: str = "it", **facts: Any) -> str:
        """How the desk says this, so that a test claims what is said and not how."""
        return self.drawing.words(language, self.house.now).say(message, **facts)

    def keys(self, place: str) -> list[Key]:
        return [key for screen in self.shown[place] for key in screen.keys]

    def find(self, place: str, key: str) -> str:
        for known in reversed(self.keys(place)):
            if key in (known.label, known.value) or known.value.split(".", 2)[2:] == [key]:
                return known.value
        return key


def values(screen: Screen) -> list[str]:
    """What a screen's buttons stand for, without talk and stamp."""
    return [key.value.split(".", 2)[-1] for key in screen.keys]
