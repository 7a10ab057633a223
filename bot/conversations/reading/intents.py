"""What a sentence can want of the desk, and what reading it yields."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What somebody wants who writes to the desk outside a dialog."""

    OPEN = "open"
    STATUS = "status"
    HISTORY = "history"
    REGISTER = "register"
    REPLY = "reply"
    SOLVED = "solved"
    REOPEN = "reopen"
    HUMAN = "human"
    HOURS = "hours"
    HELP = "help"
    CANCEL = "cancel"
    GREETING = "greeting"
    THANKS = "thanks"
    OTHER = "other"


INTENTS = tuple(Intent)


@dataclass(frozen=True)
class Reading:
    """What a sentence was understood as.

    confidence: 0 to 1, the share of such sentences that were read rightly; see SURE and LIKELY.
    language: "it", "en", or "" where the words do not tell.
    ticket: the number of a ticket that is named in the sentence, None without one.
    """

    intent: Intent
    confidence: float
    language: str
    ticket: int | None
