"""The course of a talk: into an entry, on from answer to answer, back, out, and what follows.

A dialog is played on until it asks something; what it returns is carried out, and the entry that follows is played.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot.conversations.drawing import play_talk
from bot.conversations.menu import Entry, may
from bot.conversations.moves import Answers
from bot.conversations.offering import OFFER, Begin, Offer, offered
from bot.conversations.player import Finished, Waiting, answer, back, edit, editable, settle
from bot.conversations.tracing import Traces, begun, leave_traces, together, traced
from bot.conversations.turn import Turn, plain_facts
from core.db import Command
from core.errors import Refusal
from core.ids import TalkId
from core.notices.facts import Line, line, pack
from core.people.who import Role, Who
from core.talks import Talk, begin, end, keep, talk_at

REGISTER: Final = "register"
"""The entry that everybody goes through who is not registered yet."""
STALE: Final = timedelta(hours=24)
"""After this the next word is offered both ways: to go on, or to start over."""
INTERRUPTED: Final = "interrupted"
"""Marks a talk that waits behind another one, since a press came in between."""
LONGEST_CHAIN: Final = 8
"""Talks that may follow one another in one turn."""


# Going in


def enter(turn: Turn, way: Begin, *, pressed: bool = False) -> None:
    """Go into an entry. What is under way here waits behind it, or is asked about where a typed word would end it."""
    entry = turn.house.menu.get(way.entry)
    under_way = turn.current()
    if entry is None or not may(entry, turn.who(entry)):
        turn.tell("not-for-you")
        return turn.redraw(under_way)
    if entry.leads and (onward := _led_to(turn, way, entry)):
        return enter(turn, onward, pressed=pressed)
    if under_way is None or turn.is_loose(under_way):
        return run(turn, _begun(turn, way))
    if entry.leads and turn.waiting(under_way):  # it leads nowhere: only what is open here is of use
        return continue_or_anew(turn, under_way) if turn.age(under_way) > STALE else turn.redraw(under_way)
    return _into_another(turn, under_way, way, entry, pressed=pressed)


def _led_to(turn: Turn, way: Begin, entry: Entry) -> Begin | None:
    came = play_talk(turn.tx, _new(turn, way), entry, turn.who(entry))
    return came.outcome if isinstance(came, Finished) and isinstance(came.outcome, Begin) else None


def _into_another(turn: Turn, under_way: Talk, way: Begin, entry: Entry, *, pressed: bool) -> None:
    new = _begun(turn, way)
    if under_way.entry == REGISTER and _must_register(turn.who(entry), entry):
        turn.tell("register-first", command=turn.limits.command)
        then = [_kept(new), *under_way.then][:LONGEST_CHAIN]
        return run(turn, replace(under_way, then=then, heard=together(under_way.heard, new.heard)))
    if (under_way.entry, list(under_way.arguments)) == (way.entry, list(way.arguments)) and not way.answers:
        return _same_again(turn, under_way, pressed=pressed)
    if not pressed and entry.then != under_way.entry and turn.waiting(new):
        return _which_of_two(turn, under_way, way)
    run(turn, new)
    return turn.redraw(turn.open or turn.current())


def _same_again(turn: Turn, under_way: Talk, *, pressed: bool) -> None:
    if pressed or not under_way.answers:
        return turn.redraw(under_way)
    return continue_or_anew(turn, under_way)


def continue_or_anew(turn: Turn, under_way: Talk) -> None:
    """Offer both ways: to go on where the talk stands, or to start it over."""
    _which_of_two(turn, under_way, Begin(under_way.entry, under_way.arguments))


def _which_of_two(turn: Turn, under_way: Talk, way: Begin) -> None:
    on = Begin(under_way.entry, under_way.arguments, dict(under_way.answers))
    end(turn.tx, under_way.id)
    both = [Offer("continue", line("offer-continue"), on), Offer("anew", line("offer-anew"), way)]
    heard = together(under_way.heard, traced(turn, way.entry))
    run(turn, _new(turn, Begin(OFFER, offered(line("continue-or-anew"), both)), under_way.then, heard))


def offer(turn: Turn, says: Line | None, offers: Sequence[Offer]) -> None:
    """Offer a few ways on, one press each."""
    run(turn, _begun(turn, Begin(OFFER, offered(says, offers))))


def _begun(turn: Turn, way: Begin) -> Talk:
    """Return a new talk that what is being said begins."""
    return _new(turn, way, (), traced(turn, way.entry))


def _new(turn: Turn, way: Begin, then: Sequence[Any] = (), heard: Traces | None = None) -> Talk:
    return Talk(
        id=TalkId(0),
        identity=turn.identity.id,
        chat=turn.chat.id,
        entry=way.entry,
        place=turn.place,
        arguments=list(way.arguments),
        answers=dict(way.answers) or _known(turn, way),
        then=list(then),
        heard=heard or {},
    )


def _known(turn: Turn, way: Begin) -> Answers:
    entry = turn.house.menu.get(way.entry)
    return entry.known(turn.who(entry)) if entry and entry.known else {}


def _kept(of: Talk) -> list[Any]:
    """Return a talk as it waits behind another one."""
    return [of.entry, list(of.arguments), dict(of.answers), dict(of.refused)]


def _must_register(by: Who, entry: Entry) -> bool:
    return by.role is Role.CUSTOMER and by.customer is None and not entry.stranger


# Going on


def run(turn: Turn, of: Talk) -> None:
    """Play *of* on until it asks something, or until all that follows it has ended."""
    next_: Talk | None = of
    for _ in range(LONGEST_CHAIN):
        if next_ is None:
            return
        next_ = _step(turn, next_)


def _step(turn: Turn, of: Talk) -> Talk | None:
    """Play one talk; return the one to go on with, None when a question is open or nothing follows."""
    entry = turn.house.menu.get(of.entry)
    if entry is None:
        return _over(turn, of, of.then)
    by = turn.who(entry)
    if not may(entry, by):
        turn.tell("not-for-you")
        return _over(turn, of, of.then)
    if _must_register(by, entry):
        return _register_first(turn, of)
    return _played(turn, of, entry, by)


def _played(turn: Turn, of: Talk, entry: Entry, by: Who) -> Talk | None:
    try:
        came = play_talk(turn.tx, of, entry, by)
    except Refusal as refusal:
        turn.tell_refusal(refusal)
        return _over(turn, of, of.then)
    if isinstance(came, Waiting):
        keep_open(turn, of)
        return None
    turn.lines += [Line(told.message, told.facts) for told in came.told]
    if isinstance(came.outcome, Begin):
        _forget(turn, of)
        return _new(turn, came.outcome, of.then, begun(of.heard, came.outcome.entry))
    return _carried_out(turn, of, entry, came.outcome, by) if came.outcome else _over(turn, of, of.then)


def _carried_out(turn: Turn, of: Talk, entry: Entry, command: Command[Any], by: Who) -> Talk | None:
    try:
        result = turn.carry_out(command)
    except Refusal as refusal:
        return _asked_again(turn, of, refusal)
    leave_traces(turn, of, by, result)
    if entry.done:
        turn.lines.append(Line(entry.done, plain_facts(result)))
    followed = [[entry.then, [], {}]] if entry.then else []
    return _over(turn, of, [*followed, *_behind_without(turn, of, entry.then)])


def _behind_without(turn: Turn, of: Talk, following: str) -> Sequence[Any]:
    """Return what waits behind *of*, without the question that follows it: where it was open already, it is asked once."""
    other = talk_at(turn.tx, of.identity, of.chat, of.place)
    if other is None or other.entry != following:
        return [kept for kept in of.then if kept[0] != following]
    end(turn.tx, other.id)
    return [*of.then, *other.then]


def _asked_again(turn: Turn, of: Talk, refusal: Refusal) -> Talk | None:
    """A refusal that names a field asks that field again; any other is told, and the talk is over."""
    kept = {"id": refusal.message, "facts": pack(refusal.facts)}
    again = replace(of, refused={**of.refused, refusal.field: kept})
    if refusal.field and turn.waiting(again):
        keep_open(turn, again)
        return None
    turn.tell_refusal(refusal)
    return _over(turn, of, of.then)


def _register_first(turn: Turn, of: Talk) -> Talk | None:
    """What somebody wants who is not registered yet waits behind the registration; its words are kept."""
    if turn.unregistered or REGISTER not in turn.house.menu:
        return _over(turn, of, ())
    _forget(turn, of)
    register = _new(turn, Begin(REGISTER), [_kept(of), *of.then], of.heard)
    if not register.answers:
        turn.tell("register-first", command=turn.limits.command)
    return register


def keep_open(turn: Turn, of: Talk) -> None:
    """Write down a talk that waits for an answer; another one that is under way here waits behind it."""
    if of.id:
        keep(turn.tx, of)
        turn.open = of
        return
    if other := talk_at(turn.tx, of.identity, of.chat, of.place):
        end(turn.tx, other.id)
        if not turn.is_loose(other):
            of = replace(of, then=[*of.then, *_behind(other)], heard=together(other.heard, of.heard))
    turn.open = begin(turn.tx, of)


def _behind(under_way: Talk) -> list[Any]:
    """Return what waits behind a new talk: the one under way, and what waits behind that."""
    return [[*_kept(under_way), INTERRUPTED, under_way.id], *under_way.then][:LONGEST_CHAIN]


def _forget(turn: Turn, of: Talk) -> None:
    if of.id:
        end(turn.tx, of.id)
    elif (other := talk_at(turn.tx, of.identity, of.chat, of.place)) and turn.is_loose(other):
        end(turn.tx, other.id)


def _over(turn: Turn, of: Talk, then: Sequence[Any]) -> Talk | None:
    """End a talk; return the one that follows it."""
    _forget(turn, of)
    turn.unregistered |= of.entry == REGISTER and turn.identity.customer is None
    if not then:
        return None
    (entry, arguments, answers, *more), *rest = then
    new = _new(turn, Begin(entry, arguments, answers), rest, of.heard)
    former = TalkId(more[2]) if more[2:] else None
    return replace(new, refused=more[0], former=former) if more else new


# Answers and controls


def take(turn: Turn, of: Talk, waiting: Waiting, given: Mapping[str, Any] | str) -> None:
    """Take an answer to the question now open, and go on."""
    answers = answer(waiting, dict(of.answers), given)
    fields = given if isinstance(given, Mapping) else ()
    heard = traced(turn, of.entry, waiting.ask.name, waiting.field.name if waiting.field else "")
    refused = settle(of.refused, waiting.ask.name, fields)
    run(turn, replace(of, answers=answers, refused=refused, heard=together(of.heard, heard)))


def put(turn: Turn, of: Talk, answers: Answers) -> None:
    """Go on with *answers* as they are now."""
    run(turn, replace(of, answers=answers))


def go_back(turn: Turn, of: Talk, waiting: Waiting) -> None:
    before = back(waiting, dict(of.answers))
    if before == of.answers:
        turn.tell("nothing-before")
        return turn.redraw(of)
    return put(turn, of, before)


def edit_one(turn: Turn, of: Talk, waiting: Waiting, place: int) -> None:
    """Ask one answer again, by its place among those that can be edited."""
    can_be = editable(waiting)
    if not 0 <= place < len(can_be):
        return turn.redraw(of)
    return put(turn, of, edit(dict(of.answers), *can_be[place]))


def cancel(turn: Turn, of: Talk) -> None:
    """End a talk, and what would have followed it; what it had interrupted goes on."""
    turn.tell("cancelled")
    behind = [kept for kept in of.then if INTERRUPTED in kept]
    if after := _over(turn, of, behind):
        run(turn, after)


def restart(turn: Turn, of: Talk) -> None:
    run(turn, replace(of, answers={}, refused={}))
