"""The whole life of a ticket: what may be done, when, by whom, and what the customer is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from core.errors import NotNow, NotYours
from core.people.who import Role


class State(StrEnum):
    NEW = "new"
    CLAIMED = "claimed"
    WAITING = "waiting"  # for the customer
    SOLVED = "solved"  # the page's "chiusura": the notice goes out, the resolution target is met
    CLOSED = "closed"  # for good; whoever writes about it opens a new one that follows it


class Act(StrEnum):
    OPEN = "open"
    CLASSIFY = "classify"
    NOTE = "note"
    EDIT = "edit"
    CLAIM = "claim"
    TAKE_OVER = "take-over"
    ASSIGN = "assign"
    RELEASE = "release"
    REPLY = "reply"
    ASK = "ask"
    ANSWER = "answer"
    ADD = "add"
    SOLVE = "solve"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    CLOSE = "close"


NEW, CLAIMED, WAITING, SOLVED, CLOSED = State
CUSTOMER, OPERATOR, LEAD, DESK = Role


class Step(NamedTuple):
    to: State
    by: frozenset[Role]
    tells: str | None = None  # the sentence for the customer, if any


def by(*roles: Role) -> frozenset[Role]:
    """A lead may do all that an operator may."""
    return frozenset(roles) | ({LEAD} if OPERATOR in roles else set())


# fmt: off
LIFE: Final[dict[tuple[State | None, Act], Step]] = {
    (None,    Act.OPEN):      Step(NEW,     by(CUSTOMER, OPERATOR), "ticket-opened"),
    (NEW,     Act.ADD):       Step(NEW,     by(CUSTOMER, OPERATOR), "message-added"),
    (NEW,     Act.CLASSIFY):  Step(NEW,     by(OPERATOR),           "ticket-classified"),
    (NEW,     Act.NOTE):      Step(NEW,     by(OPERATOR)),
    (NEW,     Act.EDIT):      Step(NEW,     by(CUSTOMER, OPERATOR)),
    (NEW,     Act.REPLY):     Step(CLAIMED, by(OPERATOR),           "ticket-claimed-with-reply"),  # an answer claims
    (NEW,     Act.ASK):       Step(WAITING, by(OPERATOR),           "ticket-claimed-with-question"),
    (NEW,     Act.CLAIM):     Step(CLAIMED, by(OPERATOR),           "ticket-claimed"),
    (NEW,     Act.ASSIGN):    Step(CLAIMED, by(LEAD, DESK),         "ticket-claimed"),
    (NEW,     Act.SOLVE):     Step(SOLVED,  by(OPERATOR),           "ticket-solved"),
    (NEW,     Act.WITHDRAW):  Step(CLOSED,  by(CUSTOMER),           "ticket-withdrawn"),
    (NEW,     Act.MERGE):     Step(CLOSED,  by(OPERATOR),           "ticket-merged"),
    (CLAIMED, Act.ADD):       Step(CLAIMED, by(CUSTOMER, OPERATOR), "message-added"),
    (CLAIMED, Act.CLASSIFY):  Step(CLAIMED, by(OPERATOR),           "ticket-classified"),
    (CLAIMED, Act.NOTE):      Step(CLAIMED, by(OPERATOR)),
    (CLAIMED, Act.EDIT):      Step(CLAIMED, by(CUSTOMER, OPERATOR)),
    (CLAIMED, Act.TAKE_OVER): Step(CLAIMED, by(OPERATOR),           "ticket-taken-over"),
    (CLAIMED, Act.ASSIGN):    Step(CLAIMED, by(OPERATOR, DESK),     "ticket-taken-over"),
    (CLAIMED, Act.RELEASE):   Step(NEW,     by(OPERATOR, DESK)),
    (CLAIMED, Act.REPLY):     Step(CLAIMED, by(OPERATOR),           "ticket-reply"),
    (CLAIMED, Act.ASK):       Step(WAITING, by(OPERATOR),           "ticket-question"),
    (CLAIMED, Act.SOLVE):     Step(SOLVED,  by(CUSTOMER, OPERATOR), "ticket-solved"),
    (CLAIMED, Act.WITHDRAW):  Step(CLOSED,  by(CUSTOMER),           "ticket-withdrawn"),
    (CLAIMED, Act.MERGE):     Step(CLOSED,  by(OPERATOR),           "ticket-merged"),
    (WAITING, Act.ANSWER):    Step(CLAIMED, by(CUSTOMER, OPERATOR), "answer-passed-on"),  # or typed for a caller
    (WAITING, Act.CLASSIFY):  Step(WAITING, by(OPERATOR),           "ticket-classified"),
    (WAITING, Act.NOTE):      Step(WAITING, by(OPERATOR)),
    (WAITING, Act.EDIT):      Step(WAITING, by(CUSTOMER, OPERATOR)),
    (WAITING, Act.ASK):       Step(WAITING, by(OPERATOR),           "ticket-question"),
    (WAITING, Act.REPLY):     Step(WAITING, by(OPERATOR),           "ticket-reply"),
    (WAITING, Act.TAKE_OVER): Step(WAITING, by(OPERATOR),           "ticket-taken-over"),
    (WAITING, Act.ASSIGN):    Step(WAITING, by(OPERATOR, DESK),     "ticket-taken-over"),
    (WAITING, Act.SOLVE):     Step(SOLVED,  by(CUSTOMER, OPERATOR), "ticket-solved"),
    (WAITING, Act.WITHDRAW):  Step(CLOSED,  by(CUSTOMER),           "ticket-withdrawn"),
    (WAITING, Act.MERGE):     Step(CLOSED,  by(OPERATOR),           "ticket-merged"),
    (WAITING, Act.CLOSE):     Step(CLOSED,  by(DESK),               "ticket-closed-unanswered"),
    (SOLVED,  Act.ADD):       Step(SOLVED,  by(CUSTOMER, OPERATOR), "message-added"),  # "thanks" reopens nothing
    (SOLVED,  Act.NOTE):      Step(SOLVED,  by(OPERATOR)),
    (SOLVED,  Act.EDIT):      Step(SOLVED,  by(CUSTOMER, OPERATOR)),
    (SOLVED,  Act.REOPEN):    Step(CLAIMED, by(CUSTOMER, OPERATOR), "ticket-reopened"),
    (SOLVED,  Act.CLOSE):     Step(CLOSED,  by(CUSTOMER, OPERATOR, DESK)),
}
# fmt: on
RUNNING: Final = frozenset({NEW, CLAIMED})
"""Where the resolution clock runs. The reaction target is met for good by the first claim (or assignment, or
solution): a release does not start it again."""


def step(state: State | None, act: Act, role: Role, ticket: int = 0) -> Step:
    """Return what *act* leads to. Raises `NotNow` or `NotYours`."""
    if not (found := LIFE.get((state, act))):
        raise NotNow(ticket=ticket, state=state, act=act)
    if role not in found.by:
        raise NotYours(ticket=ticket, act=act)
    return found
