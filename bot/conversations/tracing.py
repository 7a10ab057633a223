"""As which messages of the channel the words of a talk were said, so that an edit of one finds what became of them.

A talk carries the traces of all it grew out of: the words that an offer was made of are found in the opening it led to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.conversations.moves import Answers
from bot.conversations.offering import OFFER
from bot.conversations.turn import Turn
from core.ids import TicketNumber
from core.people.who import Who
from core.talks import Talk
from core.tickets.corrections import HeardAs, Spoken

MOST: Final = 40
"""Messages that a talk remembers."""
Traces = Mapping[str, Any]


def traced(turn: Turn, entry: str, form: str = "", field: str = "") -> Traces:
    """Return the trace of what is being said: it begins *entry*, or answers *form* there."""
    said = turn.said
    if said is None or not said.message or not said.text.strip():
        return {}
    kept = {"text": said.text, "entry": entry, "form": form, "field": field}
    return {said.message: kept | {"others": list(said.others), "several": said.several}}


def together(before: Traces, more: Traces) -> Traces:
    return dict(list({**before, **more}.items())[-MOST:])


def begun(traces: Traces, entry: str) -> Traces:
    """Return the traces of an offer, once one of its ways is gone."""
    return {at: {**one, "entry": entry} if one["entry"] == OFFER else one for at, one in traces.items()}


# An edit


def reworded(turn: Turn, of: Talk, at: str, text: str) -> Talk:
    """Return *of* with *text* wherever the words of the message *at* stand in it, or wait behind it."""
    trace = of.heard[at]
    words = (trace["text"].strip(), text.strip())
    if not trace["form"]:
        words = (without_command(turn, words[0]), without_command(turn, words[1]))

    def anew(entry: str, arguments: Sequence[Any], answers: Answers) -> Answers:
        before, now = (_said(turn, trace, one, entry, arguments) for one in words)
        return {form: _form_anew(given, before.get(form), now.get(form)) for form, given in answers.items()}

    then = [[entry, arguments, anew(entry, arguments, answers), *more] for entry, arguments, answers, *more in of.then]
    arguments = _offers_anew(of.arguments, anew) if of.entry == OFFER else of.arguments
    answers = anew(of.entry, of.arguments, dict(of.answers))
    heard = {**of.heard, at: {**trace, "text": text}}
    return replace(of, arguments=arguments, answers=answers, then=then, heard=heard)


def without_command(turn: Turn, text: str) -> str:
    """Return what was said, without the command before it, where it was one with words behind."""
    command = turn.house.commands.meant(text)
    return (command.rest if command and command.entries and command.rest else text).strip()


def _offers_anew(arguments: Sequence[Any], anew: Any) -> list[Any]:
    says, offers = arguments
    return [says, [_offer_anew(one, anew) for one in offers]]


def _offer_anew(one: Mapping[str, Any], anew: Any) -> Mapping[str, Any]:
    if (way := one["begin"]) is None:
        return one
    return {**one, "begin": {**way, "answers": anew(way["entry"], way["arguments"], way["answers"])}}


def _said(turn: Turn, trace: Traces, text: str, entry: str, arguments: Sequence[Any]) -> Answers:
    """Return what *text* answers in *entry*: one field, or what it begins with."""
    if trace["form"]:
        return {trace["form"]: {trace["field"]: text}} if entry == trace["entry"] and trace["field"] else {}
    known = turn.house.menu.get(entry)
    return known.words(arguments, _told(turn, entry, text)) if known and known.words else {}


def _told(turn: Turn, entry: str, text: str) -> str:
    return turn.house.commands.problem(text) if entry == "open" else text


def _form_anew(given: Any, before: Any, now: Any) -> Any:
    """Return what was given, with what is said now in the place of what was said before; what was changed since stays."""
    if not isinstance(given, Mapping) or not isinstance(before, Mapping) or not isinstance(now, Mapping):
        return now if before is not None and now is not None and given == before else given
    same = [name for name in before if isinstance(given.get(name), str) and given[name].strip() == before[name].strip()]
    return {**given, **{name: now[name] for name in same if name in now}}


# What was done with it


def leave_traces(turn: Turn, of: Talk, by: Who, result: Any) -> None:
    """What a talk has done was said as these messages: an edit finds the words in the ticket, or hears that it is late."""
    number = getattr(result, "number", None)
    spoken = tuple(_spoken(turn, of, at, one) for at, one in of.heard.items())
    HeardAs(by, spoken, TicketNumber(number) if number else None).carry_out(turn.tx)


def _spoken(turn: Turn, of: Talk, at: str, one: Traces) -> Spoken:
    kept = one["text"] if one["form"] else _told(turn, one["entry"], without_command(turn, one["text"]))
    late = not turn.chat.room and one["entry"] == of.entry
    return Spoken(at, kept, tuple(one["others"]), one["several"], late)
