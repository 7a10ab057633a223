"""Every way into a dialog: typed, pressed on a card (`!claim.17`), or offered. The one table to extend for a new button.

An entry is one line here. Its words are the text `command-<entry>` (several, separated by commas), understood in both
languages at once, with or without "/"; the label of its button is `command-<entry>.button`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversations.moves import Answers
from bot.conversations.offering import OFFER, offering
from core.people.who import Role, Who

Words = Callable[[Sequence[Any], str], Answers]
"""Arguments and free text -> the first answers: what somebody wrote is not asked again."""


@dataclass(frozen=True)
class Entry:
    """A way into *dialog*, whose first argument is by whom.

    who: the least role that may (a lead may all that an operator may); None: anybody, in any place.
    takes: what stands behind the name: `!claim.17`, "prendi 17"; all may be missing if the dialog has defaults.
    then: the entry that follows once the core has carried the outcome out.
    done: what is told then; its facts are the plain fields of what the command returned (`secret`, where that is a text).
    stranger: for customers who are not registered yet, too; all other entries of customers register them on the way.
    aside: it only looks, and its word is understood in the middle of another talk without a "/".
    words: what free text, or words typed behind the command, answer already.
    loose: a text that picks none of what it offers is free text again.
    """

    dialog: Callable[..., Coroutine[Any, Any, Any]]
    who: Role | None = None
    takes: tuple[type, ...] = ()
    then: str = ""
    done: str = ""
    stranger: bool = False
    aside: bool = False
    words: Words | None = None
    loose: bool = False


Menu = Mapping[str, Entry]


def into(form: str, field: str = "text") -> Words:
    """Return how free text answers one field; `{0}` in *form* is the first argument."""

    def answers(arguments: Sequence[Any], text: str) -> Answers:
        return {form.format(*arguments): {field: text}} if text else {}

    return answers


def may(entry: Entry, who: Who) -> bool:
    """Whether *who* may enter, as what they act as here."""
    if entry.who is Role.OPERATOR:
        return who.role in (Role.OPERATOR, Role.LEAD)
    return entry.who in (None, who.role)


MENU: dict[str, Entry] = {
    OFFER: Entry(offering, stranger=True, loose=True),
}
