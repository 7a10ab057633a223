"""What a desk can set about its tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Topic:
    """What people come for. *titles* and *answers* by language; an answer is offered before a ticket is opened."""

    key: str
    titles: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TicketRules:
    """Days are calendar days, working days where it is said."""

    topics: tuple[Topic, ...] = ()
    close_solved_after_days: int = 7
    remind_after_working_days: int = 3
    close_unanswered_after_working_days: int = 10
    longest_text: int = 8_000
    most_open: int = 50  # of one customer at once: more is a flood
    hold_seconds: int = 10  # what is written under a card can be put right for so long

    def topic(self, key: str | None) -> Topic | None:
        return next((topic for topic in self.topics if topic.key == key), None)
