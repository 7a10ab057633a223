"""What the desk refuses, and why. A person sees the sentence that `message` names, never a class.

Refusal
├── NotNow            the ticket's state does not allow the act
├── NotYours          the act, or the thing, is for somebody else
├── UnknownTicket     no such ticket, or none that this person may see: the two are told alike
├── UnknownCustomer   no such customer
├── UnknownColleague  no such operator
├── AlreadyClaimed    somebody else was faster
├── MovedMeanwhile    the ticket changed between reading and writing; look again
├── SeverityNeeded    an operator's solution demands a severity
├── UnknownCode       the one-time code is wrong
├── CodeExpired       the one-time code is too old, or was used
├── TooManyTries      no tries are left
├── AlreadyKnown      the person is registered already
├── AddressRefused    the address can't be taken
└── TooMuch           a limit of the desk (size, number) is passed
"""

from __future__ import annotations

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """A fact that stops a command. Nothing has been changed; `facts` fill the sentence.

    *field* names the question to ask again, as "form.field", where one answer was the trouble.

    A refusal that `keeps` is the exception: what was written before it was raised stays (a wrong code, which must be
    counted). `Desk.do` then commits and raises; a turn that carries commands out in a savepoint releases it instead
    of rolling back.
    """

    keeps: ClassVar[bool] = False

    def __init__(self, *, field: str = "", **facts: Any) -> None:
        super().__init__(self.message)
        self.field = field
        self.facts: dict[str, Any] = facts

    @property
    def message(self) -> str:
        """The id of the sentence: the class's name in kebab case, after "refused-"."""
        return "refused-" + re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class NotNow(Refusal):
    """The ticket's state does not allow the act. Facts: ticket, state, act."""


class NotYours(Refusal):
    """The act is for somebody else's role. Facts: act."""


class UnknownTicket(Refusal):
    """No such ticket, or none that this person may see. Facts: ticket."""


class UnknownCustomer(Refusal):
    """Nobody with this code, address or number. Facts: given."""


class UnknownColleague(Refusal):
    """No operator of this name, or no longer one. Facts: given."""


class AlreadyClaimed(Refusal):
    """Somebody else was faster. Facts: ticket, operator (id of who holds it)."""


class MovedMeanwhile(Refusal):
    """The ticket changed between reading and writing. Facts: ticket."""


class SeverityNeeded(Refusal):
    """An operator's solution demands a severity. Facts: ticket."""


class UnknownCode(Refusal):
    """The one-time code is wrong, and that was counted. Facts: left (tries that remain)."""

    keeps = True


class CodeExpired(Refusal):
    """The one-time code is too old, or was used already."""


class TooManyTries(Refusal):
    """No tries are left; a new code is needed. Facts: minutes to wait before one is of use (0: none)."""

    keeps = True


class AlreadyKnown(Refusal):
    """This person is registered already. Facts: code."""


class AddressRefused(Refusal):
    """The address can't be taken (not an address, or limits reached). Facts: given."""


class TooMuch(Refusal):
    """A limit of the desk is passed. Facts: what, limit."""
