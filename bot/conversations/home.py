"""A page that shows somebody the desk at a glance, where a channel has one (Slack's Home tab): lists, with buttons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.conversations.cards import buttons, label_of
from bot.conversations.drawing import spoken
from bot.conversations.following import facts_of
from bot.conversations.screen import Key, Screen
from bot.conversations.turn import Turn
from core.notices.facts import Line, line
from core.people.who import Role, Who
from core.tickets.lifecycle import CLAIMED, CLOSED, NEW, SOLVED, WAITING, State
from core.tickets.model import Ticket
from core.tickets.queries import DueWithin, Late, Mine, MyTickets, Queue

MOST: Final = 10
"""Tickets of one list; of the others it says how many there are."""
SOON: Final = timedelta(hours=24)

OF_CUSTOMER: Final[Mapping[State, tuple[str, ...]]] = {
    NEW: ("ticket", "add", "withdraw"),
    CLAIMED: ("ticket", "add", "solved"),
    WAITING: ("answer", "ticket", "solved"),
    SOLVED: ("reopen", "ticket"),
    CLOSED: ("ticket", "open-again"),
}
"""By a ticket's state, the entries that its customer is offered."""
OF_DESK: Final[Mapping[State, tuple[str, ...]]] = {
    NEW: ("claim", "reply", "show"),
    CLAIMED: ("reply", "ask", "solve", "show"),
    WAITING: ("heard", "reply", "show"),
    SOLVED: ("show",),
    CLOSED: ("show",),
}
"""The same for whoever is of the desk."""
LATE: Final = dict.fromkeys(State, ("assign", "why", "show"))


@dataclass(frozen=True)
class Page:
    """*sections*: from the top, each with the buttons that belong to it."""

    sections: tuple[Screen, ...]


def page(turn: Turn) -> Page:
    """Return what this person sees: the desk's lists if they are of it, then what is a customer's."""
    return Page((*_desk(turn), *_customer(turn)))


def _customer(turn: Turn) -> Iterable[Screen]:
    registered = turn.identity.customer is not None
    yield _said(turn, line("greeting" if registered else "welcome"))
    mine = MyTickets(turn.who()).answer(turn.tx)
    if registered:
        says = line("tickets-of-yours", count=len(mine)) if mine else line("no-tickets-yet")
        yield from _list(turn, says, "ticket-in-list", mine, OF_CUSTOMER)


def _desk(turn: Turn) -> Iterable[Screen]:
    by = turn.who(turn.house.menu.get("queue"))
    if by.role not in (Role.OPERATOR, Role.LEAD):
        return
    held, waiting, late = Mine(by).answer(turn.tx), Queue(by).answer(turn.tx), Late(by).answer(turn.tx)
    yield from _list(turn, line("held-by-you", count=len(held)), "ticket-in-queue", held, OF_DESK)
    yield from _list(turn, line("queue", count=len(waiting)), "ticket-in-queue", waiting, OF_DESK)
    yield from _list(turn, line("late", count=len(late)), "ticket-in-queue", late, LATE)
    if by.role is Role.LEAD:
        yield from _due(turn, by)


def _due(turn: Turn, by: Who) -> Iterable[Screen]:
    soon = DueWithin(by, SOON).answer(turn.tx)
    return _list(turn, line("due-soon", count=len(soon)), "ticket-in-queue", soon, OF_DESK)


def _list(
    turn: Turn, says: Line, each: str, tickets: Sequence[Ticket], offers: Mapping[State, tuple[str, ...]]
) -> Iterable[Screen]:
    yield _said(turn, says)
    for ticket in tickets[:MOST]:
        screen = _said(turn, Line(each, facts_of(ticket)))
        yield Screen(screen.lines, tuple(_keys(turn, ticket, offers[ticket.state])))
    if more := len(tickets[MOST:]):
        yield _said(turn, line("list-more", count=more))


def _said(turn: Turn, says: Line) -> Screen:
    words = turn.words
    return Screen(tuple(words.lines(spoken(turn.tx, [says]))), buttons(words, says, turn.house.menu))


def _keys(turn: Turn, ticket: Ticket, offers: Iterable[str]) -> Iterable[Key]:
    for name in offers:
        if name in turn.house.menu:
            yield Key(label_of(turn.words, name), f"!{name}.{ticket.number}")
