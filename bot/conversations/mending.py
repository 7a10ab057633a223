"""What people put right in what they have said: an edit, or a message taken back, in a ticket or on its way there."""

from __future__ import annotations

from bot.conversations.heard import Deleted, Said
from bot.conversations.replying import INSIDE
from bot.conversations.turn import Turn
from core.notices.outbox import About, FirstHeardAs
from core.tickets.corrections import Edit, Stands
from core.tickets.held import Amend, Drop, Held


def can_mend(turn: Turn, said: Said) -> bool:
    """Whether an edit is one of words that stand in a ticket, or wait to; anything else is left as it is."""
    if turn.chat.room and not (said.person.member and turn.identity.operator):
        return False
    return _held(turn, said) is not None or bool(said.text.strip() and _stands(turn, said) is not None)


def mend(turn: Turn, said: Said) -> None:
    """Put the edited words in the place of those before."""
    before = _held(turn, said)
    waits = before is not None
    before = before if before is not None else _stands(turn, said)
    if len(before or "") > turn.limits.text or (before and not waits and _is_a_part(turn, said)):
        return turn.tell("edit-of-a-part")  # it came in parts, and an edit is of one of them
    return _amend(turn, said) if waits else _edit(turn, said)


def take_back(turn: Turn, gone: Deleted) -> bool:
    """Drop words that wait. False where none do: what stands in a ticket stays."""
    return Drop(turn.chat.id, gone.message).carry_out(turn.tx)


def _held(turn: Turn, said: Said) -> str | None:
    return Held(turn.chat.id, said.edits).answer(turn.tx) if turn.chat.room else None


def _stands(turn: Turn, said: Said) -> str | None:
    _, words = About(turn.chat.id, said.edits).answer(turn.tx)
    return Stands(words).answer(turn.tx) if words else None


def _is_a_part(turn: Turn, said: Said) -> bool:
    """Whether the words stood at another message of those that came together."""
    _, words = About(turn.chat.id, said.edits).answer(turn.tx)
    return words is not None and FirstHeardAs(turn.chat.id, words).answer(turn.tx) not in (None, said.edits)


def _amend(turn: Turn, said: Said) -> None:
    inside = said.text.strip().startswith(INSIDE)
    turn.do(Amend(turn.who(), said.edits, without_strokes(said.text) if inside else said.text, inside))


def _edit(turn: Turn, said: Said) -> None:
    _, words = About(turn.chat.id, said.edits).answer(turn.tx)
    if not words:
        return
    inside = turn.chat.room is not None and said.text.strip().startswith(INSIDE)
    if inside and Stands(words, inside=False).answer(turn.tx) is not None:
        turn.tell("edit-too-late")
    else:
        turn.do(Edit(turn.who(), words, without_strokes(said.text) if inside else said.text))


def without_strokes(text: str) -> str:
    """Return a note as it is kept."""
    return text.strip().removeprefix(INSIDE).strip()
