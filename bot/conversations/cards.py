"""A ticket -> its card in the operators' room; and which buttons a card, or a sentence, carries.

To give a sentence a button, add a line to `BUTTONS`; to a ticket's card, to `ON_CARD`. A button that leads to no entry
of the menu is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.conversations.menu import Entry, Menu
from bot.conversations.screen import Key, Screen
from bot.words import Words
from core.db import Tx
from core.errors import UnknownCustomer, UnknownTicket
from core.ids import TicketNumber
from core.notices.facts import Line
from core.people.queries import Customer, CustomerOf, OperatorOf
from core.people.who import DESK
from core.tickets.lifecycle import CLAIMED, CLOSED, NEW, RUNNING, SOLVED, WAITING, State
from core.tickets.model import Ticket, load
from core.tickets.rules import TicketRules

ON_CARD: Final[Mapping[State, tuple[str, ...]]] = {
    NEW: ("claim", "classify", "reply", "ask", "solve", "show"),
    CLAIMED: ("reply", "ask", "solve", "classify", "note", "assign", "release", "show"),
    WAITING: ("reply", "heard", "solve", "note", "assign", "show"),
    SOLVED: ("note", "show"),
    CLOSED: ("show",),
}
"""By a ticket's state, the entries that its card offers."""

BUTTONS: Final[Mapping[str, tuple[str, ...]]] = {
    "ticket-opened": ("ticket", "add"),
    "ticket-opened-closed-desk": ("ticket", "add"),
    "ticket-claimed": ("ticket", "add"),
    "ticket-claimed-with-reply": ("add", "solved"),
    "ticket-claimed-with-question": ("answer", "solved"),
    "ticket-reply": ("add", "solved"),
    "ticket-corrected": ("add", "solved"),
    "ticket-question": ("answer", "solved"),
    "reminder-to-answer": ("answer", "solved"),
    "ticket-solved": ("reopen",),
    "ticket-solved-by-you": ("reopen",),
    "ticket-reopened": ("ticket", "add"),
    "ticket-closed-unanswered": ("open-again",),
    "warning": ("claim", "show"),
    "breach": ("claim", "assign", "why", "show"),
    "repeat": ("claim", "assign", "why", "show"),
    "operator-enrolled": ("revoke",),
    "language-offer": ("language",),
    "greeting": ("open", "tickets", "help"),
    "welcome": ("open", "register", "help"),
}
"""By a sentence's id, the entries that it offers; an entry's argument is the sentence's fact of that name."""

PARTS: Final = ("head", "customer", "opened", "state", "clock")
"""The lines of a card: the texts `card-<part>`; one that says nothing is left out."""

READ_IN: Final[Mapping[str, str]] = {"language-offer": "language"}
"""Sentences that are said in another language than the reader's: which of their facts names it."""

ARGUMENT: Final[Mapping[str, str]] = {"revoke": "operator", "language": "language"}
"""The fact that is an entry's argument, where it is not `ticket`."""


def said_in(words: Words, line: Line) -> Words:
    """Return the words a sentence is said in: the reader's, but for what offers another language."""
    name = READ_IN.get(line.message)
    language = str(line.facts.get(name)) if name else words.language
    return replace(words, language=language) if language in words.lexicon.languages else words


def buttons(words: Words, line: Line, menu: Menu) -> tuple[Key, ...]:
    """Return what can be pressed under a sentence."""
    return tuple(_keys(said_in(words, line), BUTTONS.get(line.message, ()), line.facts, menu, line.message))


def _keys(
    words: Words, entries: Iterable[str], facts: Mapping[str, Any], menu: Menu, message: str = "card"
) -> Iterable[Key]:
    for name in entries:
        held = name == "claim" and facts.get("operator")  # nobody is asked to take what somebody has
        if (entry := menu.get(name)) is not None and not held:
            yield Key(label_of(words, name, message), _value(name, entry, facts))


def _value(name: str, entry: Entry, facts: Mapping[str, Any]) -> str:
    argument = facts.get(ARGUMENT.get(name, "ticket")) if entry.takes else None
    return f"!{name}" if argument is None else f"!{name}.{argument}"


def label_of(words: Words, entry: str, message: str = "card") -> str:
    """Return what an entry's button is called: under this sentence, everywhere, else the first word typed for it."""
    if words.has(f"{message}.{entry}"):
        return words.say(f"{message}.{entry}")
    if words.has(f"command-{entry}.button"):
        return words.say(f"command-{entry}.button")
    typed = words.say(f"command-{entry}").split(",")[0].strip()
    return typed[:1].upper() + typed[1:]


def card(tx: Tx, words: Words, number: TicketNumber, menu: Menu) -> Screen | None:
    """Return a ticket's card as it stands now; None once the ticket is gone."""
    try:
        ticket = load(tx, DESK, number)
    except UnknownTicket:
        return None
    facts = _facts(tx, ticket)
    keys = _keys(words, ON_CARD[ticket.state], {"ticket": number}, menu)
    lines = (words.say(f"card-{part}", **facts) for part in PARTS)
    return Screen(tuple(line for line in lines if line), tuple(keys))


def _facts(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    whose = _customer(tx, ticket)
    topic = tx.rule(TicketRules).topic(ticket.topic)
    return {
        "ticket": ticket.number,
        "subject": ticket.subject,
        "state": ticket.state,
        "severity": ticket.urgency,
        "provisional": ticket.severity is None,
        "topic": dict(topic.titles) if topic else ticket.topic,
        "customer": whose.name if whose else None,
        "organisation": whose.organisation if whose else None,
        "code": whose.code if whose else None,
        "door": ticket.door,
        "opened": ticket.opened_at,
        "solved": ticket.solved_at,
        "holder": OperatorOf(ticket.holder).answer(tx).name if ticket.holder else None,
        **_clock(ticket, tx.now),
    }


def _customer(tx: Tx, ticket: Ticket) -> Customer | None:
    try:
        return CustomerOf(ticket.customer).answer(tx)
    except UnknownCustomer:  # erased: the ticket stays, without a name
        return None


def _clock(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Both deadlines while they run, and how long is left until (or gone since) the one that comes first."""
    reaction = ticket.reaction_due if ticket.state is NEW and not ticket.reacted_at else None
    due = ticket.resolution_due if ticket.state in RUNNING else None
    first = min(filter(None, (reaction, due)), default=None)
    return {
        "reaction": reaction,
        "due": due,
        "left": first - now if first and first >= now else None,
        "late": now - first if first and first < now else None,
    }
