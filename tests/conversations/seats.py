"""People at the counter: what they say and press is heard, what the desk posts is drawn as their channel shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversations.drawing import Drawing
from bot.conversations.heard import Heard, Left, Person, Place, Pressed, Said
from bot.conversations.hearing import Hearing
from bot.conversations.menu import MENU, Menu
from bot.conversations.screen import Key, Limits, Receipt, Screen
from bot.words import Lexicon
from core.db import Tx
from core.notices.outbox import Kind, Parcel, Sent
from tests.house import House

LEXICON = Lexicon.load()
CHANNEL = "terminal"
COUNT = count()
OPERATORS, LEADS = "#operators", "#leads"


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
    receipt: Receipt = field(default_factory=Receipt)

    def __post_init__(self) -> None:
        self.drawing = Drawing(self.lexicon, ZoneInfo("Europe/Rome"), menu=self.menu)
        self.hearing = Hearing(self.house.desk, self.drawing, {CHANNEL: self.limits}, explicit=self.explicit)

    # What people do

    def say(self, who: str, text: str = "", room: str = "", **more: Any) -> Screen:
        return self.hear(self.heard(who, text, room, **more), who, room)

    def heard(self, who: str, text: str = "", room: str = "", **more: Any) -> Said:
        person = more.pop("person", self.person(who, room))
        place = more.pop("place", self.place(who, room))
        return Said(self.id(more), place, person, text=text, **more)

    def press(self, who: str, key: str, room: str = "", **more: Any) -> Screen:
        """Press the newest button that has this label, this option or control, or this whole value."""
        value = self.find(room or who, key)
        person = more.pop("person", self.person(who, room))
        place = more.pop("place", self.place(who, room))
        return self.hear(Pressed(self.id(more), place, person, key=value), who, room)

    def leave(self, who: str) -> None:
        self.hearing.hear(Left(self.id({}), self.place(who), self.person(who)))

    def hear(self, heard: Heard, who: str, room: str = "") -> Screen:
        self.receipt = self.hearing.hear(heard)
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
            if parcel.kind not in (Kind.FETCH, Kind.SIGN) and (screen := self.draw(parcel)):
                self.shown[parcel.chat.address].append(screen)
                self.show(parcel, screen)
                self.carried[parcel.chat.address, parcel.ticket] = str(parcel.id)
                self.house.desk.do(Sent(parcel, (str(parcel.id),)))

    def show(self, parcel: Parcel, screen: Screen) -> None:
        """A parcel was shown as *screen*."""

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


@dataclass
class Group(Seats):
    """A channel whose rooms are groups: words for the desk come as replies, presses are answered by a hint.

    What was shown in a place stays there: `reply` and `press` find the message by what stands in it.
    """

    limits: Limits = field(default_factory=lambda: Limits(hint=200, replies=True, edits=True))
    messages: dict[str, dict[str, Screen]] = field(default_factory=lambda: defaultdict(dict))
    cards: dict[tuple[str, int | None], str] = field(default_factory=dict)

    def show(self, parcel: Parcel, screen: Screen) -> None:
        self.messages[parcel.chat.address][str(parcel.id)] = screen
        if parcel.kind is Kind.CARD:
            self.cards[parcel.chat.address, parcel.ticket] = str(parcel.id)

    def message(self, place: str, text: str) -> str:
        """The newest message in *place* in which *text* stands."""
        return next(id_ for id_, screen in reversed(self.messages[place].items()) if text in screen.text)

    def reply(self, who: str, to: str, text: str = "", room: str = OPERATORS, **more: Any) -> Screen:
        """Reply to the newest message in which *to* stands."""
        return self.say(who, text, room, about=self.message(room, to), **more)

    def under_card(self, who: str, number: int, text: str = "", room: str = OPERATORS, **more: Any) -> Screen:
        return self.say(who, text, room, about=self.cards[room, number], **more)

    def heard(self, who: str, text: str = "", room: str = "", **more: Any) -> Said:
        message = more.setdefault("message", f"said-{next(COUNT)}")
        place = Place(CHANNEL, room or who, thread=message if room else "")
        return super().heard(who, text, room, place=place, **more)

    def press(self, who: str, key: str, room: str = "", **more: Any) -> Screen:
        on, value = self.button(room or who, key)
        return super().press(who, value, room, place=Place(CHANNEL, room or who, thread=on if room else ""), **more)

    def button(self, place: str, key: str) -> tuple[str, str]:
        """The newest message that has a button of this name, option or value, and what a press on it brings back."""
        for id_, screen in reversed(self.messages[place].items()):
            for known in screen.keys:
                if key in (known.label, known.value) or known.value.split(".", 2)[2:] == [key]:
                    return id_, known.value
        return "", key


def values(screen: Screen) -> list[str]:
    """What a screen's buttons stand for, without talk and stamp."""
    return [key.value.split(".", 2)[-1] for key in screen.keys]
