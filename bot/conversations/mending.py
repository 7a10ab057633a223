"""What people put right in what they have said: an edit, or a message taken back, in a ticket or on its way there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversations.course import run
from bot.conversations.giving import say_in_talk
from bot.conversations.heard import Deleted, Said
from bot.conversations.moves import form_given
from bot.conversations.offering import OFFER, files_of, words_alone
from bot.conversations.player import edit, settle
from bot.conversations.replying import INSIDE
from bot.conversations.rooms import settle_on
from bot.conversations.tracing import reworded, without_command
from bot.conversations.turn import Turn
from core.notices.outbox import About, FirstHeardAs
from core.talks import Talk, end, keep, talks_of
from core.tickets.corrections import DoneWith, Edit, Stands
from core.tickets.held import Amend, Drop, Held, HeldInParts


def can_mend(turn: Turn, said: Said) -> bool:
    """Whether an edit is one of words that stand in a ticket, wait to, or were said in a talk; all else stays as it is."""
    if turn.chat.room and not (said.person.member and turn.identity.operator):
        return False
    if _held(turn, said) is not None:
        return True
    return bool(said.text.strip() and (_stands(turn, said) is not None or _asked(turn, said) or _done_with(turn, said)))


def mend(turn: Turn, said: Said) -> Said | None:
    """Put the edited words in the place of those before. Returns what is to be heard as if it was said only now."""
    before = _held(turn, said)
    waits = before is not None
    before = before if before is not None else _stands(turn, said)
    if before is None:
        return _mend_talk(turn, said)
    if len(before) > turn.limits.text or _is_a_part(turn, said, waits=waits):
        turn.tell("edit-of-a-part")  # it came in parts, and an edit is of one of them
    elif waits:
        _amend(turn, said)
    else:
        _edit(turn, said)
        _offers_too(turn, said)
    return None


def take_back(turn: Turn, gone: Deleted) -> bool:
    """Drop words that wait. False where none do: what stands in a ticket stays."""
    return Drop(turn.chat.id, gone.message).carry_out(turn.tx)


def _held(turn: Turn, said: Said) -> str | None:
    return Held(turn.chat.id, said.edits).answer(turn.tx) if turn.chat.room else None


def _stands(turn: Turn, said: Said) -> str | None:
    _, words = About(turn.chat.id, said.edits).answer(turn.tx)
    return Stands(words).answer(turn.tx) if words else None


def _is_a_part(turn: Turn, said: Said, *, waits: bool) -> bool:
    """Whether the words stood at another message of those that came together, or at several."""
    if waits:
        return HeldInParts(turn.chat.id, said.edits).answer(turn.tx)
    _, words = About(turn.chat.id, said.edits).answer(turn.tx)
    if not words or not Stands(words).answer(turn.tx):  # without words it is none's yet
        return False
    return FirstHeardAs(turn.chat.id, words).answer(turn.tx) not in (None, said.edits)


def _amend(turn: Turn, said: Said) -> None:
    inside = said.text.strip().startswith(INSIDE)
    turn.do(Amend(turn.who(), said.edits, without_strokes(said.text) if inside else said.text, inside))


def _edit(turn: Turn, said: Said) -> None:
    _, words = About(turn.chat.id, said.edits).answer(turn.tx)
    if not words:
        return
    text = without_command(turn, said.text)
    inside = turn.chat.room is not None and text.startswith(INSIDE)
    if inside and Stands(words, inside=False).answer(turn.tx) is not None:
        turn.tell("edit-too-late")
    else:
        turn.do(Edit(turn.who(), words, without_strokes(text) if inside else text))


def without_strokes(text: str) -> str:
    """Return a note as it is kept."""
    return text.strip().removeprefix(INSIDE).strip()


# In a talk


def _asked(turn: Turn, said: Said) -> Talk | None:
    """Return the talk under way in which the words were said."""
    theirs = talks_of(turn.tx, turn.identity.id, turn.chat.id)
    of = next((one for one in theirs if said.edits in one.heard), None)
    return of if of and turn.waiting(of) else None


def _done_with(turn: Turn, said: Said) -> bool:
    return not turn.chat.room and bool(DoneWith(turn.chat.id, said.edits).answer(turn.tx))


def _mend_talk(turn: Turn, said: Said) -> Said | None:
    if (of := _asked(turn, said)) is None:
        (number,) = DoneWith(turn.chat.id, said.edits).answer(turn.tx)
        turn.tell("edit-overtaken", ticket=number)
        return None
    trace = of.heard[said.edits]
    if trace["text"].strip() == said.text.strip():
        return None
    if trace["several"] or len(trace["text"]) > turn.limits.text:
        turn.tell("edit-of-a-part")
        return None
    settle_on(turn, of)
    if of.entry == OFFER and not (of.then or turn.chat.room) and words_alone(*of.arguments):
        end(turn.tx, of.id)
        return replace(said, edits="", files=files_of(of.arguments[1]))
    _take_anew(turn, of, said)
    return None


def _take_anew(turn: Turn, of: Talk, said: Said) -> None:
    """Have the talk go on with the newer words: what it asks now is asked again, or what they answered is."""
    now = reworded(turn, of, said.edits, said.text)
    trace = of.heard[said.edits]
    if _says(now) != _says(of):
        turn.tell("edit-taken")
        refused = settle(of.refused, trace["form"], [trace["field"]] if trace["field"] else ())
        return run(turn, replace(now, refused=refused if trace["form"] else of.refused))
    return _answer_anew(turn, of, said) if trace["entry"] == of.entry and trace["form"] else None


def _says(of: Talk) -> tuple[list[Any], Mapping[str, Any], list[Any]]:
    return list(of.arguments), of.answers, list(of.then)


def _answer_anew(turn: Turn, of: Talk, said: Said) -> None:
    """What was read as a choice (or a skip) is taken back, and the words answer that question again."""
    form, name = of.heard[said.edits]["form"], of.heard[said.edits]["field"]
    if form not in of.answers or (name and name not in form_given(of.answers, form)):
        return
    before = replace(of, answers=edit(dict(of.answers), form, name))
    waiting = turn.waiting(before)
    if waiting is None or waiting.ask.name != form or (waiting.field and waiting.field.name != name):
        return
    keep(turn.tx, before)
    if not say_in_talk(turn, before, waiting, said):
        turn.redraw(before)
    return


def _offers_too(turn: Turn, said: Said) -> None:
    """What is offered to be done with words that stand in a ticket already is done with the newer ones."""
    of = _asked(turn, said)
    if of and of.entry == OFFER and not of.heard[said.edits]["several"]:
        keep(turn.tx, reworded(turn, of, said.edits, said.text))
