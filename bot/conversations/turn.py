"""One turn: who speaks, where, in which words; what the core is asked to do, and what is said in return.

All of it happens in the transaction of the thing heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Any, Final

from bot.conversations.acting import acting
from bot.conversations.drawing import Asking, Drawing, replay
from bot.conversations.heard import Said
from bot.conversations.meaning import Commands
from bot.conversations.menu import Entry, Menu, may, named
from bot.conversations.moves import Answers, form_given
from bot.conversations.offering import Begin
from bot.conversations.player import Finished, Waiting
from bot.conversations.screen import Limits, Press, Receipt, Screen
from bot.words import Words
from core.db import Command, Tx
from core.errors import Refusal
from core.files import Incoming
from core.ids import TalkId, TicketNumber
from core.notices.chats import Chat, chat
from core.notices.facts import Line, line
from core.notices.outbox import Kind, post
from core.people.queries import Identity, identity
from core.people.who import Who
from core.talks import Talk, end, talk_at
from core.tickets.commands import Ask, Assign, Release, Reply, Solve
from core.tickets.held import SendNow

GONE: Final = timedelta(days=30)
"""After this a talk is forgotten."""


AFTER_WORDS: Final = (Reply, Ask, Solve, Release, Assign)
"""Before one of these the customer gets what its operator has just written and what still waits."""


@dataclass(frozen=True)
class House:
    """What a turn works with: the texts and how they are drawn, the words of commands, what each channel can show.

    *explicit*: what is written under a card stays inside the desk; only the button answers the customer.
    """

    drawing: Drawing
    commands: Commands
    limits: Mapping[str, Limits]
    explicit: bool = False

    @property
    def menu(self) -> Menu:
        return self.drawing.menu


@dataclass
class Turn:
    """The turn of one person in one place.

    *place* is where the talk lives that is meant (`rooms.py`), *ticket* what it is about there; *pressed*: it was a
    button; *said*: what is being said; *private*: the person's own chat, be it a room or not; *vouched*: their address, as the channel vouches.

    *lines* is what will be said; *open*, the talk whose question follows. *acted*: the core was asked to do something,
    and says itself what came of it, or nothing is to be said. *looked*: it was asked to show something. *shown*: the
    open question is shown alone as well, to whoever pressed. *press*: what became of a talk's button. *form*: the
    form of a chat's question, shown whole to whoever asked for it; nothing else is said then. *unregistered*:
    somebody ended their registration without becoming a customer. *outside*: whoever acted for the desk once is in none
    of its rooms any more, and is a customer like any other in their own chat.
    """

    tx: Tx
    house: House
    identity: Identity
    chat: Chat
    modal: str = ""
    thread: str = ""
    place: str = ""
    ticket: TicketNumber | None = None
    pressed: bool = False
    said: Said | None = None
    private: bool = True
    vouched: str = ""
    lines: list[Line] = field(default_factory=list)
    open: Talk | None = None
    acted: bool = False
    looked: bool = False
    shown: bool = False
    press: Press | None = None
    form: Screen | None = None
    unregistered: bool = False
    outside: bool = False

    def who(self, entry: Entry | None = None) -> Who:
        whose = replace(self.identity, operator=None) if self.outside else self.identity
        return replace(acting(self.tx, whose, self.chat, entry), email=self.vouched)

    @property
    def words(self) -> Words:
        return self.house.drawing.words(self.chat.language, self.tx.now)

    @property
    def limits(self) -> Limits:
        return self.house.limits.get(self.chat.channel, Limits())

    @property
    def by_reply(self) -> bool:
        """Whether words for the desk come as replies here: what nobody is asked for is talk among colleagues."""
        return self.limits.replies and self.chat.room is not None and not self.private

    @property
    def among_colleagues(self) -> bool:
        """Whether what is no command here may be meant for the others in the room: it is passed over in silence."""
        return self.chat.room is not None and not self.private and not self.by_reply

    def current(self) -> Talk | None:
        """Return the talk under way here; one that nobody has touched for a month is gone."""
        found = talk_at(self.tx, self.identity.id, self.chat.id, self.place)
        if found and (self.age(found) > GONE or self._is_closed_to_them(found)):
            end(self.tx, found.id)
            return None
        return found

    def age(self, of: Talk) -> timedelta:
        return self.tx.now - (of.moved_at or self.tx.now)

    def _is_closed_to_them(self, of: Talk) -> bool:
        entry = self.house.menu.get(of.entry)
        return self.outside and entry is not None and not may(entry, self.who(entry))

    def is_loose(self, of: Talk) -> bool:
        """Whether nothing is lost with this talk: an offer, or one whose entry is no more."""
        entry = self.house.menu.get(of.entry)
        return entry is None or entry.loose

    def replay(self, of: Talk) -> Waiting | Finished[Any] | None:
        if self._is_closed_to_them(of):
            return None
        return replay(self.tx, of, self.house.menu, self.who(self.house.menu.get(of.entry)))

    def waiting(self, of: Talk | None) -> Waiting | None:
        """Return the question now open in a talk; a talk that has none any more is over."""
        asked = self.replay(of) if of else None
        return asked if isinstance(asked, Waiting) else None

    def asking(self, waiting: Waiting) -> Asking:
        return Asking(self.tx, self.words, waiting)

    def with_words(self, entry: str, arguments: Sequence[Any], text: str, files: Sequence[Incoming] = ()) -> Begin:
        """Return the way into *entry* with what somebody wrote as its first answers."""
        known = self.house.menu.get(entry)
        answers = known.words(arguments, text) if known and known.words and text else {}
        if known and (where := named(known.files, arguments)):
            asked_apart = where.partition(".")[0] not in answers  # beside words, no files are none
            answers = answers if asked_apart and not files else add_files(answers, where, files)
        return Begin(entry, arguments, answers)

    # What is done

    def carry_out(self, command: Command[Any]) -> Any:
        """Carry *command* out; a `Refusal` leaves nothing behind, but what it keeps on purpose."""
        with self.tx.apart():
            if isinstance(command, AFTER_WORDS) and self.chat.room:
                SendNow(command.by, command.number).carry_out(self.tx)
            result = command.carry_out(self.tx)
        self.acted = True
        # Who they are, and in which language they are spoken to, may be another by now.
        self.identity, self.chat = identity(self.tx, self.identity.id), chat(self.tx, self.chat.id)
        return result

    def do(self, command: Command[Any]) -> bool:
        """Carry *command* out, or tell why it can't be; returns whether it was."""
        try:
            self.carry_out(command)
        except Refusal as refusal:
            self.tell_refusal(refusal)
            return False
        return True

    # What is said

    def tell(self, message: str, /, **facts: Any) -> None:
        self.lines.append(line(message, **facts))

    def tell_refusal(self, refusal: Refusal) -> None:
        self.lines.append(Line(refusal.message, {**refusal.facts, "inside": self.chat.room is not None}))

    def redraw(self, of: Talk | None) -> None:
        """See to it that the question open in *of* is asked again."""
        self.open = of

    def reply(self) -> Receipt:
        """Post what is to be said. A window of its own carries its screen back with the acknowledgement instead."""
        if self.form:
            return Receipt(self.form)
        if not (self.lines or self.open or self.acted):
            self.tell("nothing-done")
        talk_id = self.open.id if self.open else None
        if not (self.lines or self.open):
            return Receipt(press=self.press)
        if self.modal:
            screen = self.house.drawing.reply(self.tx, self.words, self.lines, talk_id, self.limits)
            return Receipt(screen, press=self.press)
        hint = self._hint()
        if self.open or not hint:
            thread = self.thread if self.chat.room else None
            post(
                self.tx,
                Kind.REPLY,
                self.chat.id,
                *self.lines,
                talk=talk_id,
                thread=thread or None,
                ticket=self.ticket,
                coalesce=self._same(thread or "", talk_id) if self.pressed else None,
            )
        return Receipt(hint=hint, press=self.press)

    def _same(self, thread: str, talk_id: TalkId | None) -> str:
        """Of a button that is pressed again and again the same answer waits once."""
        said = repr((thread, talk_id, self.ticket, self.lines))
        return f"pressed:{self.chat.id}:{sha256(said.encode(errors='replace')).hexdigest()[:32]}"

    def _hint(self) -> str:
        """Return what whoever pressed in a room is shown alone; "" where all is to be said there.

        Nothing but why nothing was done: an acknowledgement may get lost, and can then be asked for by another press.
        """
        alone = self.shown if self.open else not (self.acted or self.looked)
        if not (self.pressed and self.chat.room and alone):
            return ""
        talk_id = self.open.id if self.open else None
        screen = self.house.drawing.reply(self.tx, self.words, self.lines, talk_id, self.limits)
        fits = screen and len(screen.text) <= self.limits.hint and (self.open or not screen.keys)
        return screen.text if screen and fits else ""


def add_files(answers: Answers, where: str, files: Sequence[Incoming]) -> Answers:
    """Return *answers* with *files* added to the field *where*, "form.field"."""
    form, _, name = where.partition(".")
    given = form_given(answers, form)
    return answers | {form: {**given, name: [*(given.get(name) or ()), *as_json(files)]}}


def as_json(files: Sequence[Incoming]) -> list[dict[str, Any]]:
    return [{"reference": f.reference, "name": f.name, "media_type": f.media_type, "size": f.size} for f in files]


def plain_facts(result: Any) -> dict[str, Any]:
    """Return what a command's result can tell: its plain fields, `ticket` for a ticket's number, `secret` for a text."""
    if isinstance(result, str):
        return {"secret": result}
    if not is_dataclass(result):
        return {}
    facts = {one.name: getattr(result, one.name) for one in fields(result)}
    told = {name: value for name, value in facts.items() if isinstance(value, str | int | datetime | Enum | None)}
    return told | ({"ticket": facts["number"]} if "number" in facts else {})
