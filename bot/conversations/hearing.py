"""Hear one thing: one turn, one transaction. Its row in the inbox, the talk, what the core does, and the reply.

An adapter calls `Hearing.hear` with what a person did; what is to be said lies in the outbox when it returns. What
raises is called again by the adapter, after `Hearing.fail`: the third time it is passed over, and people are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.conversations.course import enter
from bot.conversations.drawing import CONTROL, FORM, Drawing, asked_in
from bot.conversations.free import speak_freely
from bot.conversations.giving import fill_beside_talk, fill_in_talk, goes_to_talk, open_form, press_in_talk
from bot.conversations.heard import (
    Arrived,
    Brought,
    Deleted,
    Filled,
    Heard,
    Left,
    Moved,
    Person,
    Place,
    Pressed,
    Said,
    keepable,
)
from bot.conversations.home import Page, page
from bot.conversations.luggage import takeable, takeable_form
from bot.conversations.meaning import Command, Commands, pressed
from bot.conversations.mending import can_mend, mend, take_back, without_strokes
from bot.conversations.offering import Begin
from bot.conversations.places import arrive_in_foreign_group, leave, move, open_again, where_it_lies_now
from bot.conversations.reading import guess_language
from bot.conversations.rooms import concerns, say_by_reply, settle, settle_on, writes_to_desk
from bot.conversations.screen import Limits, Press, Receipt
from bot.conversations.threads import about_ticket, enrolled
from bot.conversations.turn import House, Turn
from core.db import Tx
from core.desk import Desk
from core.ids import ChatId, TalkId
from core.notices.chats import Chat, Room, at_address, meet, rooms
from core.notices.facts import line
from core.notices.inbox import failed, once
from core.notices.outbox import Kind, post
from core.people.commands import MarkLanguageOffered, Meet
from core.people.queries import Identity
from core.people.staff import StandDown
from core.talks import talk
from core.tickets.corrections import HeardAs, Spoken
from core.tickets.queries import WaitingForMe

MOST_TRIES = 3
"""What fails this often is passed over."""

FEW_WORDS = 3
"""With fewer words nobody is told to write in another language."""


class Hearing:
    """Synchronous; an adapter hops to a worker thread first.

    *limits*: by channel, what it can show. *language*: of people whose channel does not say theirs. *explicit*: what is
    written under a card never goes to the customer; only the button does.
    """

    def __init__(
        self,
        desk: Desk,
        drawing: Drawing,
        limits: Mapping[str, Limits],
        *,
        language: str = "it",
        explicit: bool = False,
    ) -> None:
        self.desk = desk
        self.language = language
        self.house = House(drawing, Commands.of(drawing.lexicon, drawing.menu), limits, explicit)

    def hear(self, heard: Heard) -> Receipt:
        """Take what was heard; the same id is never taken twice.

        The reply is in the outbox; the receipt holds only what the acknowledgement carries back instead.
        """
        with self.desk.turn() as tx:
            receipt = self._hear(tx, keepable(heard)) or Receipt(taken=False)
            return replace(receipt, tickets=tuple(sorted(tx.left.tickets)))

    def fail(self, heard: Heard, error: Exception) -> bool:
        """Count a failure, in a transaction of its own; True when *heard* should be tried again.

        The third time it is passed over: it stays recorded, the operators are shown whose it was, the person is told.
        """
        heard = keepable(heard)
        with self.desk.turn() as tx:
            chat = self._place(tx, heard)
            why = type(error).__name__  # its words may quote what somebody wrote
            tries = failed(
                tx, heard.place.channel, heard.id, f"chat:{chat.id}", _recorded(heard), why=why, most=MOST_TRIES
            )
            if tries >= MOST_TRIES:
                self._pass_over(tx, heard, chat)
            return tries < MOST_TRIES

    def home(self, place: Place, person: Person) -> Page:
        """Return what a person's own page shows them now; nothing where the place is not their own chat."""
        looks = Heard("", place, person)
        with self.desk.turn() as tx:
            chat = self._counts(tx, looks) if person.direct else None
            return page(self._turn(tx, looks, self._meet(tx, looks, chat), chat)) if chat else Page(())

    def _pass_over(self, tx: Tx, heard: Heard, chat: Chat) -> None:
        for room in rooms(tx, Room.OPERATORS):
            post(tx, Kind.ALERT, room.id, line("could-not-take", name=heard.person.name, channel=heard.place.channel))
        if not chat.room:
            post(tx, Kind.REPLY, chat.id, line("could-not-take-yours"))

    def _place(self, tx: Tx, heard: Heard) -> Chat:
        place, language = heard.place, self._language(heard)
        return meet(tx, place.channel, place.chat, language=language, workspace=place.workspace)

    def _language(self, heard: Heard) -> str:
        spoken = heard.person.language[:2].lower()
        return spoken if spoken in self.house.drawing.lexicon.languages else self.language

    def _hear(self, tx: Tx, heard: Heard) -> Receipt | None:
        if isinstance(heard, Moved):
            return self._moved(tx, heard)
        heard = where_it_lies_now(tx, heard)
        if (chat := self._counts(tx, heard)) is None:
            return self._foreign(tx, heard)
        who = self._meet(tx, heard, chat)
        tx.lock("talk", who.id)
        turn = self._turn(tx, heard, who, chat)
        if isinstance(heard, Deleted) or (isinstance(heard, Said) and heard.edits):
            return self._mended(turn, heard)
        if chat.room and not concerns(turn, heard):
            return None
        if not self._first_time(turn, heard):
            return None
        return self._reply(turn, heard)

    def _moved(self, tx: Tx, heard: Moved) -> Receipt | None:
        if not once(tx, heard.place.channel, heard.id, f"place:{heard.place.chat}", {"kind": "Moved"}):
            return None
        move(tx, heard)
        return Receipt()

    def _foreign(self, tx: Tx, heard: Heard) -> Receipt | None:
        """A group that is none of the desk's is told once how it becomes one, and gets no answer to anything else."""
        if not isinstance(heard, Arrived):
            return None
        chat = self._place(tx, heard)
        if not once(tx, heard.place.channel, heard.id, f"chat:{chat.id}", {"kind": "Arrived"}):
            return None
        arrive_in_foreign_group(tx, heard, chat.id)
        return Receipt()

    def _turn(self, tx: Tx, heard: Heard, who: Identity, chat: Chat) -> Turn:
        place, pressed = heard.place, isinstance(heard, Pressed)
        turn = Turn(tx, self.house, who, chat, place.modal, place.thread, pressed=pressed)
        turn.private, turn.vouched = heard.person.direct, heard.person.email
        turn.outside = heard.person.direct and not heard.person.member and not chat.room
        if heard.person.direct and who.operator and not (chat.room or (heard.person.member and heard.person.leads)):
            StandDown(place.channel, heard.person.address, place.workspace, wholly=turn.outside).carry_out(tx)
        turn.said = heard if isinstance(heard, Said) else None
        settle(turn, heard)
        return turn

    def _first_time(self, turn: Turn, heard: Heard) -> bool:
        """Write it down as dealt with, with whatever came apart from it; False when it was taken before."""
        channel, lane, kind = heard.place.channel, f"chat:{turn.chat.id}", {"kind": type(heard).__name__}
        for part in heard.parts if isinstance(heard, Said) else ():
            once(turn.tx, channel, part, lane, kind)
        return once(turn.tx, channel, heard.id, lane, kind)

    def _mended(self, turn: Turn, heard: Said | Deleted) -> Receipt | None:
        """An edit is no new message: it puts right what it was said for in a ticket, and is nothing anywhere else."""
        if isinstance(heard, Deleted):
            return Receipt() if take_back(turn, heard) and self._first_time(turn, heard) else None
        if not (can_mend(turn, heard) and self._first_time(turn, heard)):
            return None
        if again := mend(turn, heard):
            return self._say(turn, again)
        return turn.reply() if turn.lines or turn.open else Receipt()

    def _reply(self, turn: Turn, heard: Heard) -> Receipt | None:
        if isinstance(heard, Left):
            leave(turn, heard)
            return Receipt()
        if isinstance(heard, Arrived):
            return Receipt()
        if turn.chat.room and not enrolled(turn, heard.person):
            return turn.reply()
        if isinstance(heard, Brought):
            bring(turn, takeable(turn, heard))
            return turn.reply()
        if not isinstance(heard, Said):
            act(turn, takeable_form(turn, heard) if isinstance(heard, Filled) else heard)
            return turn.reply()
        return self._say(turn, heard)

    def _say(self, turn: Turn, heard: Said) -> Receipt:
        said = takeable(turn, heard)
        if said == heard or said.files or said.text.strip():
            say(turn, said)
        else:  # all that came is too large
            turn.redraw(turn.current())
        if heard.message and turn.acted:
            as_kept = without_strokes(heard.text) if turn.chat.room else heard.text
            spoken = Spoken(heard.message, as_kept, heard.others, heard.several)
            HeardAs(turn.who(), (spoken,)).carry_out(turn.tx)
        receipt = turn.reply()
        self._offer_language(turn, heard)
        return receipt

    def _counts(self, tx: Tx, heard: Heard) -> Chat | None:
        """Return the place, if it is the desk's or the person's own: a foreign group gets no answer."""
        place = heard.place
        known = at_address(tx, place.channel, place.chat, place.workspace)
        if not heard.person.direct and not (known and known.room):
            return None
        chat = known or self._place(tx, heard)
        if not chat.reachable and not isinstance(heard, Left):
            open_again(tx, chat)
        return chat

    def _meet(self, tx: Tx, heard: Heard, chat: Chat) -> Identity:
        person, place = heard.person, heard.place
        own: ChatId | None = chat.id if person.direct else None
        language = self._language(heard)
        return Meet(place.channel, person.address, person.name, language, place.workspace, own).carry_out(tx)

    def _offer_language(self, turn: Turn, said: Said) -> None:
        """Offer the desk's other language to whoever writes in it, once."""
        if turn.chat.room or turn.identity.language_offered:
            return
        if len(said.text.split()) < FEW_WORDS:
            return
        spoken = guess_language(said.text[:1000])
        if spoken and spoken != turn.chat.language and spoken in self.house.drawing.lexicon.languages:
            post(turn.tx, Kind.REPLY, turn.chat.id, line("language-offer", language=spoken))
            MarkLanguageOffered(turn.who()).carry_out(turn.tx)


def _recorded(heard: Heard) -> dict[str, Any]:
    return {"kind": type(heard).__name__, **asdict(heard)}


def say(turn: Turn, said: Said) -> None:
    """Words, files, or something else: to the ticket they reply to, to the open question, to a command, or freely."""
    if said.other and not said.files:
        return _neither_words_nor_files(turn, said)
    if turn.by_reply:
        return None if say_by_reply(turn, said) else _outside(turn, said)
    if said.about and about_ticket(turn, said):
        return turn.redraw(turn.open or turn.current())
    under_way = turn.current()
    waiting = turn.waiting(under_way)
    if under_way and waiting and goes_to_talk(turn, under_way, waiting, said):
        return None
    return _outside(turn, said)


def _neither_words_nor_files(turn: Turn, said: Said) -> None:
    if turn.by_reply and not writes_to_desk(turn):
        turn.acted = True  # a sticker among colleagues
        return None
    turn.tell("only-words", what=said.other)
    return turn.redraw(turn.current())


def _outside(turn: Turn, said: Said) -> None:
    """Words with no question open: a command, or free text."""
    command = turn.house.commands.meant(said.text)
    if command and _is_clear(turn, command):
        return _command(turn, command, said)
    if said.text.startswith("/") and " " not in said.text.strip():
        return turn.tell("no-such-command")
    if not turn.chat.room:
        return speak_freely(turn, said)
    if turn.private:  # nobody else can be meant
        return enter(turn, Begin("help"))
    turn.acted = True  # a room's small talk is not answered
    return None


def _is_clear(turn: Turn, command: Command) -> bool:
    """Whether a command is no answer: to an operator's question "no" and "risolto" are answers."""
    if command.control:
        return command.slash
    name = turn.house.commands.entry(command, turn.who())
    looks = bool(name) and turn.house.menu[name].aside
    return command.slash or looks or bool(command.arguments) or not WaitingForMe(turn.who()).answer(turn.tx)


def _command(turn: Turn, command: Command, said: Said) -> None:
    if command.control:
        return turn.tell("nothing-to-cancel" if command.control == "cancel" else "nothing-open")
    entry = turn.house.commands.entry(command, turn.who()) or command.entries[0]
    return enter(turn, turn.with_words(entry, command.arguments, command.rest, said.files))


def bring(turn: Turn, brought: Brought) -> None:
    """Make a ticket of it; what was typed and is a command is as if it was said, and a number is that ticket's."""
    text = brought.text.strip()
    if brought.typed and text.isascii() and text.strip("#").isdigit():
        text = f"/ticket {text}"
    command = turn.house.commands.meant(text) if brought.typed else None
    if command is None:
        return enter(turn, turn.with_words("open", (), text, brought.files), pressed=True)
    said = Said(brought.id, brought.place, brought.person, text="/" + text.removeprefix("/"), files=brought.files)
    if turn.modal and command.entries:
        return _command(turn, command, said)
    turn.modal = turn.place = ""  # where a talk may be under way, to be moved about in
    return say(turn, said)


def act(turn: Turn, heard: Heard) -> None:
    """A press, on a card or in a talk; or a whole form."""
    key = heard.key if isinstance(heard, Pressed | Filled) else ""
    if not key.startswith("!"):
        return _in_talk(turn, heard, key)
    found = pressed(turn.house.menu, key)
    if found is None:
        return _stale(turn)
    entry = turn.house.menu[found[0]]
    turn.looked, turn.shown = entry.aside, entry.at_once
    enter(turn, Begin(*found), pressed=True)
    return turn.redraw(turn.open or turn.current())


def _in_talk(turn: Turn, heard: Heard, key: str) -> None:
    """A press that carries a talk and a stamp; a stale one only redraws what is open now."""
    id_, _, rest = key.partition(".")
    stamp, _, picked = rest.partition(".")
    of = talk(turn.tx, TalkId(int(id_))) if id_.isascii() and id_.isdigit() and len(id_) < 16 else None
    if of and of.identity != turn.identity.id:
        return turn.tell("not-your-talk")
    waiting = turn.waiting(of) if of and of.chat == turn.chat.id else None
    if of and waiting:
        settle_on(turn, of)
    whole = of is not None and asked_in(of.place, turn.limits).forms
    if of is None or waiting is None or stamp != waiting.stamp(field_by_field=not (whole or isinstance(heard, Filled))):
        return _stale(turn)
    if isinstance(heard, Filled):
        return fill_in_talk(turn, of, waiting, heard) if whole else fill_beside_talk(turn, of, waiting, heard)
    if picked == f"{CONTROL}{FORM}" and turn.limits.modals and not whole:
        return open_form(turn, of, waiting)
    turn.press = press_in_talk(turn, of, waiting, picked)
    return None


def _stale(turn: Turn) -> None:
    """A press on what is over only redraws what is open now."""
    under_way = turn.current()
    turn.press = Press.STALE
    turn.tell("step-done", open=turn.waiting(under_way) is not None)
    turn.redraw(under_way)
