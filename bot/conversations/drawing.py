"""A question, a parcel of the outbox -> a Screen, in the reader's words.

What is open is drawn as it is now: the dialog is replayed from its answers, so that nothing rendered is ever stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from bot.conversations.acting import acting
from bot.conversations.cards import buttons, card, said_in
from bot.conversations.menu import MENU, Entry, Menu
from bot.conversations.moves import Choose, Field, Fill, Kind, Open, Problems, fields_of
from bot.conversations.player import Finished, Waiting, editable, play
from bot.conversations.screen import Box, Key, Limits, Screen, Whose
from bot.words import Lexicon, Words
from core.db import Tx
from core.errors import Refusal
from core.ids import TalkId
from core.notices.chats import Chat, chat
from core.notices.facts import Line, unpack
from core.notices.outbox import Kind as Parcels
from core.notices.outbox import Parcel
from core.people.queries import Identity, identity
from core.people.who import Who
from core.talks import Talk, talk
from core.tickets.counter import Counter
from core.tickets.queries import Spoken

CONTROL = "~"
"""What the key of a control begins with; no option's does."""
FORM = "form"
"""The control that opens the form of which a chat asks one field after another."""
THREAD = "#"
"""Before a ticket's number: the place of a talk in that ticket's thread."""
SLOT = "\ufffc"
"""Stands for a label until it is put in."""
SHOWN = 80
"""Characters of what was typed that are shown again."""
IN_GROUPS = frozenset({"help-operator-in-groups", "help-lead-in-groups"})
"""What is told only where rooms are groups, in which not every word reaches the desk."""
_LOOKED_UP = frozenset({"ticket", "said", "operator", "by", "to", "from", "customer"})


@dataclass(frozen=True)
class Drawing:
    """The courier's way to draw a parcel; the desk's texts, its zone, and whether it says "Lei"."""

    lexicon: Lexicon
    zone: tzinfo
    formal: bool = False
    menu: Menu = field(default_factory=lambda: MENU)

    def __call__(self, tx: Tx, parcel: Parcel, limits: Limits) -> Screen | None:
        """Return *parcel* as a Screen; None when there is nothing to say any more."""
        words = self.words(parcel.chat.language, tx.now)
        if parcel.kind is Parcels.CARD:
            return card(tx, words, parcel.ticket, self.menu) if parcel.ticket else None
        screen = self.reply(tx, words, parcel.lines, parcel.talk, limits)
        if screen and parcel.ticket and not (limits.hears or parcel.chat.room):
            return self._one_way(tx, words, screen)
        return screen

    def _one_way(self, tx: Tx, words: Words, screen: Screen) -> Screen:
        """Where nobody hears an answer or a press: say where it is heard."""
        phones = ", ".join(Counter().answer(tx).phones) or None
        return Screen((*screen.lines, words.say("one-way", phones=phones)))

    def words(self, language: str, now: datetime) -> Words:
        return self.lexicon.words(language, self.zone, now, formal=self.formal)

    def reply(
        self, tx: Tx, words: Words, lines: Sequence[Line], talk_id: TalkId | None, limits: Limits
    ) -> Screen | None:
        """Return *lines*, then what is open now in the talk."""
        said = tuple(said_in(words, one).line(one) for one in spoken(tx, fitting(lines, limits)))
        keys = tuple(key for line in lines for key in buttons(words, line, self.menu))
        asked = self._asked(tx, words, talk_id, limits) if talk_id else None
        if asked:
            return replace(asked, lines=(*said, *asked.lines), keys=(*keys, *asked.keys))
        return Screen(said, keys) if said else None

    def _asked(self, tx: Tx, words: Words, talk_id: TalkId, limits: Limits) -> Screen | None:
        if (found := talk(tx, talk_id)) is None:
            return None
        place, person = chat(tx, found.chat), identity(tx, found.identity)
        waiting = replay(tx, found, self.menu, acting(tx, person, place, self.menu.get(found.entry)))
        if not isinstance(waiting, Waiting):
            return None
        return question(tx, words, waiting, talk_id, asked_in(found.place, limits), whose(place, person))

    def form(self, tx: Tx, words: Words, lines: Sequence[Line], of: Talk, waiting: Waiting) -> Screen:
        """Return the whole form now open in a chat's talk, below *lines*, for a window that only shows it."""
        asked_of = whose(chat(tx, of.chat), identity(tx, of.identity))
        screen = question(tx, words, replace(waiting, open=_all_of(waiting)), of.id, Limits(forms=True), asked_of)
        return replace(screen, lines=(*words.lines(spoken(tx, lines)), *screen.lines))


def asked_in(place: str, limits: Limits) -> Limits:
    """Return what can be shown in a talk's place: where there are windows, forms are filled whole in them alone."""
    window = bool(place) and not place.startswith(THREAD)
    return replace(limits, forms=False) if limits.modals and not window else limits


def _all_of(waiting: Waiting) -> Open:
    """Return what is open with all fields of the form, those too that were answered one by one."""
    known = tuple(fields_of(waiting.ask.form)) if isinstance(waiting.ask, Fill) else ()
    return replace(waiting.open, fields=known)


def whose(place: Chat, person: Identity) -> Whose | None:
    """Return whose question is asked in *place*, where others can read it: in a room that is not their own chat."""
    return Whose(person.address, person.name) if place.room and person.chat != place.id else None


def who_talks(tx: Tx, of: Talk, menu: Menu) -> Who:
    """Return who a talk is with, as what they act in it."""
    return acting(tx, identity(tx, of.identity), chat(tx, of.chat), menu.get(of.entry))


def replay(tx: Tx, of: Talk, menu: Menu, by: Who | None = None) -> Waiting | Finished[Any] | None:
    """Play a talk as it stands. None where it leads nowhere any more: its entry is gone, or the desk refuses."""
    if (entry := menu.get(of.entry)) is None:
        return None
    try:
        return play_talk(tx, of, entry, by or who_talks(tx, of, menu))
    except Refusal:
        return None


def play_talk(tx: Tx, of: Talk, entry: Entry, by: Who) -> Waiting | Finished[Any]:
    """Play a talk as it stands. Raises the `Refusal` of a query that its dialog does not catch."""
    dialog = entry.dialog(by, *of.arguments)
    return play(dialog, dict(of.answers), lambda query: query.answer(tx), refusals(of))


def refusals(of: Talk) -> Problems:
    """Return what the core would not take, as the talk keeps it."""
    return {name: Line(kept["id"], unpack(kept["facts"])) for name, kept in of.refused.items()}


def fitting(lines: Sequence[Line], limits: Limits) -> Sequence[Line]:
    """Return *lines* without what is not true of such a channel."""
    return lines if limits.replies else [one for one in lines if one.message not in IN_GROUPS]


def spoken(tx: Tx, lines: Sequence[Line]) -> Sequence[Line]:
    """Return *lines* with the words that their facts lead to; what leads to none costs nothing."""
    if any(_LOOKED_UP & one.facts.keys() for one in lines):
        return Spoken(tuple(lines)).answer(tx)
    return lines


def question(
    tx: Tx, words: Words, waiting: Waiting, talk_id: TalkId, limits: Limits, asked_of: Whose | None = None
) -> Screen:
    """Return the question now open, with what was told on the way to it. *asked_of*: in a room, whose it is."""
    told = words.lines(spoken(tx, fitting([Line(one.message, one.facts) for one in waiting.told], limits)))
    stamp = f"{talk_id}.{waiting.stamp(field_by_field=not limits.forms)}"
    asking = Asking(tx, words, waiting)
    if isinstance(waiting.ask, Fill) and limits.forms:
        return Screen((*told, *asking.title()), (), asking.boxes(), stamp, asked_of)
    keys = asking.keys(stamp, limits.label, windows=limits.modals)
    numbered = () if limits.buttons else _numbered(words, keys)
    typed = waiting.field is not None and waiting.field.kind is not Kind.CHOICE
    how = (words.say("reply-to-this"),) if asked_of and limits.replies and typed else ()
    return Screen((*told, *asking.lines(), *numbered, *how), keys, (), stamp, asked_of, by_reply=bool(how))


def _numbered(words: Words, keys: Iterable[Key]) -> tuple[str, ...]:
    """Where nothing can be pressed: options by number, then what can be written besides."""
    listed = list(keys)
    options = [f"{number}) {key.label}" for number, key in enumerate((k for k in listed if not k.control), 1)]
    besides = [key.label for key in listed if key.control]
    return (*options, words.say("write-besides", words=besides)) if besides else tuple(options)


@lru_cache(maxsize=4096)
def text_name(name: str) -> str:
    """Return a question's name as its texts know it: without what it is about, and without a number."""
    return re.sub(r"-\d+$", "", name.split("#", 1)[0])


@dataclass(frozen=True)
class Asking:
    """The texts of one open question."""

    tx: Tx
    words: Words
    waiting: Waiting

    @property
    def base(self) -> str:
        return self._id(self.waiting.ask.name)

    def _id(self, name: str, field: str = "") -> str:
        return f"{self.waiting.dialog}-{text_name(name)}" + (f"-{field}" if field else "")

    def title(self) -> tuple[str, ...]:
        return (self.words.say(self.base, **self._facts()),) if self.words.has(self.base) else ()

    def lines(self) -> tuple[str, ...]:
        """What is wrong with the last answer, then the question."""
        asked = self.waiting.field
        name = asked.name if asked else ""
        problem = self.problem(name)
        if problem.endswith("?"):  # it asks again by itself
            return (problem,)
        return (*([problem] if problem else []), *self._question(name))

    def _question(self, name: str) -> tuple[str, ...]:
        own = self._id(self.waiting.ask.name, name)
        common = f"ask-{name or text_name(self.waiting.ask.name)}"
        if name or self.words.has(own) or self.words.has(common):
            return (self.words.first(own, common, **self._facts()),)
        return ()

    def problem(self, name: str) -> str:
        """Say what would be right, and show what was typed."""
        if (wrong := self.waiting.open.problems.get(name)) is None:
            return ""
        (line,) = spoken(self.tx, [Line(wrong.message, {**self.waiting.ask.facts, **wrong.facts})])
        own = f"{self._id(self.waiting.ask.name, name)}-{line.message}"
        ids = (own, f"problem-{line.message}", line.message, "problem-value-error")
        facts = {**line.facts, "given": shorten(str(line.facts.get("given", "")))}
        return self.words.first(*ids, **facts)

    def _facts(self) -> Mapping[str, Any]:
        facts = self.waiting.ask.facts
        if _LOOKED_UP & facts.keys():
            return spoken(self.tx, [Line("", facts)])[0].facts
        return facts

    def labels(self) -> Mapping[str, str]:
        """Return what each option of a choice (or of a field with options) is called, by its key, in order."""
        match self.waiting.ask:
            case Choose() as ask if not ask.labels:
                return self._named(self.base, tuple(ask.options))
            case Choose() as ask:
                own = dict(zip(ask.labels, self.words.lines(spoken(self.tx, list(ask.labels.values()))), strict=True))
                known = self._named(self.base, tuple(key for key in ask.options if not own.get(key)))
                return {key: own.get(key) or known[key] for key in ask.options}
            case Fill():
                asked = self.waiting.field
                return self._options(asked) if asked else {}

    def _options(self, asked: Field) -> Mapping[str, str]:
        own = self._id(self.waiting.ask.name, asked.name)
        return self._named(own, asked.options)

    def _named(self, question: str, options: tuple[str, ...]) -> Mapping[str, str]:
        common, words = f"ask-{text_name(self.waiting.ask.name)}", self.words
        return _options_named(words.lexicon, words.language, words.formal, (question, common), options)

    def keys(self, stamp: str, longest: int, *, windows: bool = False) -> tuple[Key, ...]:
        """Return a button for each option, with labels of at most *longest* characters, then the controls.

        *windows*: the form of which one field is asked here can be opened whole.
        """
        options = [Key(shorten(label, longest), f"{stamp}.{key}") for key, label in self.labels().items()]
        form = ((FORM, self.words.say("key-form")),) if windows and self._has_more() else ()
        controls = [(key, shorten(label, longest)) for key, label in (*form, *self._controls())]
        return (*options, *(Key(label, f"{stamp}.{CONTROL}{key}", control=True) for key, label in controls))

    def _has_more(self) -> bool:
        """Whether the open question is one of several of a form."""
        return isinstance(self.waiting.ask, Fill) and len(fields_of(self.waiting.ask.form)) > 1

    def _controls(self) -> Iterable[tuple[str, str]]:
        waiting = self.waiting
        asked = waiting.field
        if asked and asked.skippable:
            yield "skip", self.words.say("key-skip")
        if isinstance(waiting.ask, Choose) and waiting.ask.sums_up:
            named = self.words.say("key-edit", what=SLOT)  # worded once, filled for each
            for number, label in self.editable().items():
                yield f"edit.{number}", named.replace(SLOT, label)
        if waiting.passed or waiting.open.given:
            yield "back", self.words.say("key-back")
        if not (isinstance(waiting.ask, Choose) and {"no", "none"} & set(waiting.ask.options)):
            yield "cancel", self.words.say("key-cancel")

    def editable(self) -> dict[int, str]:
        """Return what each answer that can be edited is called, by its place in `player.editable`."""
        named = ((place, self._label(*one)) for place, one in enumerate(editable(self.waiting)))
        return {place: label for place, label in named if label}

    def label(self, name: str, field: str) -> str:
        """Return the short name of a field."""
        return self._label(name, field) or field

    def _label(self, name: str, field: str) -> str:
        ids = (f"{self._id(name, field)}.label", f"ask-{field or text_name(name)}.label")
        return next((self.words.say(id_) for id_ in ids if self.words.has(id_)), "")

    def boxes(self) -> tuple[Box, ...]:
        """Return a form's fields as a window asks them."""
        ask = self.waiting.ask
        known = fields_of(ask.form) if isinstance(ask, Fill) else {}
        return tuple(self._box(known[name]) for name in known if name in self.waiting.open.fields)

    def _box(self, asked: Field) -> Box:
        own = self._id(self.waiting.ask.name, asked.name)
        given = self.waiting.open.given.get(asked.name)
        return Box(
            name=asked.name,
            label=self.label(self.waiting.ask.name, asked.name),
            hint=self._hint(own, asked),
            many_lines=asked.many_lines,
            optional=asked.skippable,
            files=asked.kind is Kind.FILES,
            longest=asked.longest,
            options=tuple(self._options(asked).items()),
            given=given if isinstance(given, str) else "",
            problem=self.problem(asked.name),
        )

    def _hint(self, own: str, asked: Field) -> str:
        """Return what is said at a field besides its short name: what it is asked with elsewhere, if nothing else."""
        if self.words.has(f"{own}.hint"):
            return self.words.say(f"{own}.hint")
        return "" if asked.kind is Kind.FILES else " ".join(self._question(asked.name))


@lru_cache(maxsize=1024)
def _options_named(
    lexicon: Lexicon, language: str, formal: bool, questions: tuple[str, ...], options: tuple[str, ...]
) -> Mapping[str, str]:
    """Return what the texts call *options*: they hold no facts, so that they are the same at any moment and in any zone."""
    words = lexicon.words(language, UTC, datetime.min.replace(tzinfo=UTC), formal=formal)
    named = {key: [*(f"{question}.{key}" for question in questions), f"option-{key}"] for key in options}
    return {key: next((words.say(id_) for id_ in ids if words.has(id_)), key) for key, ids in named.items()}


def shorten(text: str, longest: int = SHOWN) -> str:
    """Return *text* on one line and no longer than *longest*."""
    line = " ".join(text[: longest * 4].split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
