"""Play a dialog from its first line with the answers given so far.

A question whose name is among the answers is passed at once; the first other one ends the turn. Only answers are kept,
so a restart, or a deploy in the middle of a dialog, costs nothing (docs/decisions: dialogs are scripts).
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.conversations.moves import (
    Answers,
    Choose,
    Field,
    Fill,
    Look,
    Open,
    Problems,
    Tell,
    digest,
    fields_of,
    form_given,
)
from core.db import Query
from core.errors import Refusal

T = TypeVar("T")
Ask = Fill[Any] | Choose[Any]


class ForeignAwait(TypeError):
    """A dialog awaited something that is not a move."""


class AskedTwice(ValueError):
    """A dialog asked two questions under one name; the second would be answered by the first."""


@dataclass(frozen=True)
class Waiting:
    """The question now open, with all a channel needs to draw it, and the questions passed on the way."""

    dialog: str
    ask: Ask
    open: Open
    told: tuple[Tell, ...]
    passed: tuple[Ask, ...]

    def stamp(self, *, field_by_field: bool) -> str:
        """Name the question now open. A press that carries another stamp is stale; a second try at the same one is not."""
        asked = self.field.name if field_by_field and self.field else ""
        return digest([self.ask.name, asked])

    @property
    def field(self) -> Field | None:
        """The field asked first of an open form; None for a choice."""
        if isinstance(self.ask, Fill) and self.open.fields:
            return fields_of(self.ask.form)[self.open.fields[0]]
        return None


@dataclass(frozen=True)
class Finished(Generic[T]):
    """What the dialog returned, and what it said after the last question."""

    outcome: T
    told: tuple[Tell, ...] = ()


def play(
    dialog: Coroutine[Any, Any, T],
    answers: Answers,
    look: Callable[[Query[Any]], Any],
    refused: Problems | None = None,
) -> Waiting | Finished[T]:
    """Run *dialog* until it asks something new, or ends. *refused*: what the core would not take, by "form.field".

    A `Refusal` of a query is raised inside the dialog, where it looks; what it does not catch ends the play.
    """
    try:
        return _play(dialog, answers, look, refused or {})
    finally:
        dialog.close()


def _play(
    dialog: Coroutine[Any, Any, T], answers: Answers, look: Callable[[Query[Any]], Any], refused: Problems
) -> Waiting | Finished[T]:
    told: list[Tell] = []
    passed: dict[str, Ask] = {}
    reply: Any = None
    try:
        while True:
            match dialog.throw(reply) if isinstance(reply, Refusal) else dialog.send(reply):
                case Tell() as line:
                    told.append(line)
                    reply = None
                case Look(query):
                    reply = _looked(look, query)
                case Fill() | Choose() as ask:
                    if ask.name in passed:
                        raise AskedTwice(ask.name)
                    reply = ask.read(answers, refused)
                    if isinstance(reply, Open):
                        return Waiting(name_of(dialog), ask, reply, tuple(told), tuple(passed.values()))
                    passed[ask.name] = ask
                    told.clear()
                case other:
                    raise ForeignAwait(f"a dialog awaited {other!r}")
    except StopIteration as end:
        return Finished(end.value, tuple(told))


def name_of(dialog: Coroutine[Any, Any, Any]) -> str:
    """Return the name of the dialog's function, with hyphens: its texts' ids begin with it."""
    return str(getattr(dialog, "__name__", "")).replace("_", "-")


def _looked(look: Callable[[Query[Any]], Any], query: Query[Any]) -> Any:
    try:
        return look(query)
    except Refusal as refusal:
        return refusal


def answer(waiting: Waiting, answers: Answers, given: Mapping[str, Any] | str) -> Answers:
    """Return *answers* with the key picked of a choice, or with some fields of the form now open."""
    name = waiting.ask.name
    if isinstance(given, str):
        return answers | {name: given}
    return answers | {name: {**form_given(answers, name), **given}}


def settle(refused: Mapping[str, T], name: str, fields: Iterable[str] = ()) -> dict[str, T]:
    """Return what is still refused once *fields* of *name* (the choice itself without any) are answered anew."""
    settled = {f"{name}.{one}" for one in fields} or {name.split("#", 1)[0]}
    return {key: line for key, line in refused.items() if key not in settled}


def back(waiting: Waiting, answers: Answers) -> Answers:
    """Return *answers* without the last one given: a field of the form now open, else of the question passed before."""
    begun = isinstance(waiting.ask, Fill) and form_given(answers, waiting.ask.name)
    asks = (*waiting.passed, waiting.ask) if begun else waiting.passed
    return _without_last(asks[-1], answers) if asks else answers


def _without_last(ask: Ask, answers: Answers) -> Answers:
    given = form_given(answers, ask.name)
    if isinstance(ask, Fill):
        last = [name for name in fields_of(ask.form) if name in given]
        return edit(answers, ask.name, last[-1]) if last else edit(answers, ask.name)
    return edit(answers, ask.name)


def edit(answers: Answers, name: str, field: str = "") -> Answers:
    """Return *answers* without one field of the form *name*, or without that choice, so that it is asked again.

    Nothing else is, but a yes (or a choice) about what was edited.
    """
    if not field:
        return {other: given for other, given in answers.items() if other != name}
    return answers | {name: {other: given for other, given in form_given(answers, name).items() if other != field}}


def editable(waiting: Waiting) -> tuple[tuple[str, str], ...]:
    """Return what was given so far and can be asked again: (form, field), or (choice, "")."""
    found: list[tuple[str, str]] = []
    for ask in waiting.passed:
        fields = tuple(fields_of(ask.form)) if isinstance(ask, Fill) else ("",)
        found += [(ask.name, one) for one in fields]
    return tuple(found)
