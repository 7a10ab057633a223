"""The people of the simulated world: each sees what was shown to them, means something, and is easily led astray."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from bot.conversations.heard import Deleted, Filled, Heard, Left, Person, Place, Pressed, Said
from bot.conversations.screen import Receipt, Screen
from bot.simulation.dice import Dice
from bot.simulation.wire import Shown, Wire
from core.files import Incoming
from core.notices.outbox import Kind

SMALL_TALK: Final = (
    *(
        "/aiuto",
        "/orari",
        "stato",
        "i miei ticket",
        "grazie",
        "risolto",
        "annulla",
        "indietro",
        "salta",
        "2",
        "no",
        "sì",
    ),
    *("ricomincia", "continua", "/ticket 1001", "1003", "/apri", "apri", "/registrati", "operatore", "/lingua", "ciao"),
    *("the printer does not print anything", "//una nota", "/coda", "/miei", "/prendi 1002", "riapri", "/abracadabra"),
)
FORM: Final[Mapping[str, str]] = {
    "email": "{who}@example.org",
    "phone": "",
    "code": "",
    "website": "",
    "organisation": "",
}
"""What is put into the fields of a form; into any other, a few words."""
REGISTERING: Final = ("/registrati", "{name}", "{who}@example.org", "~skip", "~skip", "~skip", "*yes", "~skip")
OPENING: Final = ("/apri", "{subject}", "{story}", "*none?", "*severity", "~skip", "*yes")


@dataclass
class Somebody:
    """A person on one platform. *room*: where they act for the desk; "" for a customer, in their own chat."""

    who: str
    wire: Wire
    dice: Dice
    language: str
    ids: count[int]
    room: str = ""
    script: deque[str] = field(default_factory=deque)
    said: list[str] = field(default_factory=list)
    window: Screen | None = None
    window_id: str = ""
    patience: int = 0
    seen: str = ""

    @property
    def chat(self) -> str:
        return self.room or self.who

    # What they do next

    def act(self) -> Heard | None:
        """Whatever comes to their mind; None where they rather wait."""
        if self.window:
            return self._in_window(self.window)
        if self.script:
            return self._by_script()
        does = self.dice.weighed(self._ways())
        return does()

    def _ways(self) -> Mapping[Callable[[], Heard | None], float]:
        if self.room:
            return {
                self._press: 60,
                self._answer: 40,
                self._write_under_card: 20,
                self._mend: 5,
                self._take_back: 3,
                self._chat: 6,
            }
        opens = {self._begin_opening: 30, self._begin_registering: 4}
        return {
            **opens,
            self._press: 30,
            self._answer: 25,
            self._chat: 15,
            self._mend: 3,
            self._send_file: 4,
            self._leave: 0.5,
        }

    def _begin_opening(self) -> Heard | None:
        self.script = deque(OPENING)
        return self._by_script()

    def _begin_registering(self) -> Heard | None:
        self.script = deque(REGISTERING)
        return self._by_script()

    def _by_script(self) -> Heard | None:
        """Do the next thing that they had in mind, or something else if they can't wait for the button."""
        if self.dice.falls(0.03):
            self.script.clear()
            return self._chat()
        step = self.script[0]
        if not step.startswith(("~", "*")):
            self.script.popleft()
            self.seen = self._newest()
            return self._says(self._words(step))
        heard = self._press_one(step.removeprefix("*").removesuffix("?")) if self._newest() != self.seen else None
        self.seen = self._newest() if heard else self.seen
        self.patience = 0 if heard else self.patience + 1
        if heard or step.endswith("?") or self.patience > 5:
            self.script.popleft()
        return heard

    def _words(self, step: str) -> str:
        n = next(self.ids)
        return step.format(
            who=self.who, name=self.who.title(), subject=f"Guasto numero {n}", story=f"Parola{n} non va più."
        )

    def _newest(self) -> str:
        """What was shown last."""
        shown = self.wire.shown[self.chat]
        return shown[-1].id if shown else ""

    # Buttons

    def _press_one(self, key: str) -> Heard | None:
        """Press the newest button that stands for *key*; a severity is any of the four."""
        wanted = ("high", "medium", "low", "info") if key == "severity" else (key,)
        for shown in reversed(self.wire.shown[self.chat]):
            found = [one.value for one in shown.screen.keys if one.value.split(".", 2)[-1] in wanted]
            if found:
                return self._pressed(shown, self.dice.pick(found))
        return None

    def _press(self) -> Heard | None:
        """Press any button of the newest messages, or of an old one: a stale press does nothing."""
        with_keys = [one for one in self.wire.shown[self.chat] if one.screen.keys]
        if not with_keys:
            return None
        shown = with_keys[-1] if self.dice.falls(0.5) else self.dice.pick(with_keys)
        pressed = self.dice.pick(shown.screen.keys).value
        if pressed.startswith("!revoke") and not self.dice.falls(0.02):
            return None  # else nobody would be left to work
        return self._pressed(shown, pressed)

    def _pressed(self, on: Shown, value: str) -> Heard:
        modal = f"V{next(self.ids)}" if self.wire.limits.modals and value.startswith("!") and self.room else ""
        self.window_id = modal
        thread = on.id if self.room else ""
        return Pressed(self._id(), Place(self.wire.name, self.chat, thread=thread, modal=modal), self.person, key=value)

    # Windows

    def _in_window(self, window: Screen) -> Heard:
        """Fill in what is asked, press one of its buttons, or shut it."""
        self.window = None
        place = Place(self.wire.name, self.chat, modal=self.window_id)
        if window.boxes and self.dice.falls(0.8):
            given = tuple((box.name, self._for(box.name, [value for value, _ in box.options])) for box in window.boxes)
            return Filled(self._id(), place, self.person, key=window.stamp, fields=given)
        if window.keys and self.dice.falls(0.8):
            return Pressed(self._id(), place, self.person, key=self.dice.pick(window.keys).value)
        return Left(self._id(), place, self.person)

    def _for(self, name: str, options: list[str]) -> str:
        if options:
            return self.dice.pick(options)
        return FORM[name].format(who=self.who) if name in FORM else self._words("{story}")

    def receive(self, receipt: Receipt) -> None:
        """What the acknowledgement carried back."""
        self.window = receipt.screen if receipt.screen and self.window_id else None

    # Words

    def _answer(self) -> Heard | None:
        """Write to the newest question or notice."""
        shown = self.wire.shown[self.chat]
        asked = [one for one in shown if not one.screen.whose or one.screen.whose.address == self.who]
        if not asked:
            return self._chat()
        about = asked[-1] if self.dice.falls(0.6) else self.dice.pick(asked)
        return self._says(self._words("{story}"), about=about.id)

    def _write_under_card(self) -> Heard | None:
        cards = [one for one in self.wire.shown[self.chat] if one.kind in (Kind.CARD, Kind.THREAD)]
        if not cards:
            return None
        text = self._words("//{story}" if self.dice.falls(0.2) else "{story}")
        return self._says(text, about=self.dice.pick(cards).id)

    def _chat(self) -> Heard:
        return self._says(self.dice.pick(SMALL_TALK))

    def _send_file(self) -> Heard:
        n = next(self.ids)
        file = Incoming(f"file-{n}", "foto.png", "image/png", 100)
        return self._says(self._words("{story}") if self.dice.falls(0.5) else "", files=(file,))

    def _mend(self) -> Heard | None:
        if not (self.said and self.wire.limits.edits):
            return None
        edited = self.dice.pick(self.said[-3:])
        return Said(
            self._id(), self._place(edited), self.person, text=self._words("{story}"), message=edited, edits=edited
        )

    def _take_back(self) -> Heard | None:
        if not self.said:
            return None
        return Deleted(self._id(), self._place(""), self.person, message=self.said[-1])

    def _leave(self) -> Heard:
        self.wire.blocked.add(self.who)
        return Left(self._id(), self._place(""), self.person)

    def gets_out(self, place: str) -> Heard:
        """They want out of a talk, wherever it is: in a window, in a ticket's thread, or in their chat."""
        if place and not place.startswith("#"):
            return Left(self._id(), Place(self.wire.name, self.chat, modal=place), self.person)
        about = self.wire.of_ticket.get((self.chat, int(place[1:])), "") if place else ""
        return self._says("/annulla", about=about)

    def _says(self, text: str, *, about: str = "", files: tuple[Incoming, ...] = ()) -> Heard:
        self.wire.blocked.discard(self.who)
        message = f"h{next(self.ids)}"
        self.said = [*self.said[-5:], message]
        place = self._place(message)
        return Said(self._id(), place, self.person, text=text, files=files, message=message, about=about)

    @property
    def person(self) -> Person:
        return Person(self.who, self.who.title(), self.language, direct=not self.room)

    def _place(self, message: str) -> Place:
        return Place(self.wire.name, self.chat, thread=message if self.room else "")

    def _id(self) -> str:
        return f"u{next(self.ids)}"


def population(wires: Mapping[str, Wire], dice: Dice, customers: int) -> Iterator[Somebody]:
    """Customers on every platform, operators in each room."""
    ids = count(1)
    for n in range(customers):
        wire = list(wires.values())[n % 3]
        yield Somebody(f"persona{n}", wire, dice, dice.pick(("it", "en")), ids, script=deque(REGISTERING))
    for wire in wires.values():
        for room in wire.rooms:
            for n in range(2 if wire.rooms[room] == "operators" else 1):
                yield Somebody(f"op{wire.name[:1]}{room.strip('#')[:1]}{n}", wire, dice, "it", ids, room)
