"""What the desk says about itself: its name, languages, privacy notice, phone numbers, and when somebody is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.db import Tx
from core.sla.calendar import Window
from core.sla.policy import Policy


@dataclass(frozen=True)
class CounterRules:
    """*privacy*: the notice that a person consents to, by language. *phones*: as they are to be dialled."""

    name: str = "Sportello"
    languages: tuple[str, ...] = ("it", "en")
    phones: tuple[str, ...] = ()
    privacy: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """Whether somebody is there now, until when, or when next. Moments are aware UTC; windows are local to the desk."""

    name: str
    phones: tuple[str, ...]
    staffed: bool
    closes: datetime | None
    opens: datetime | None
    week: tuple[Window, ...]


@dataclass(frozen=True)
class Counter:
    """When the desk is staffed, and how it can be called."""

    def answer(self, tx: Tx) -> Opening:
        rules, calendar = tx.rule(CounterRules), tx.rule(Policy).calendar
        staffed = calendar.is_staffed(tx.now)
        closes = calendar.closing(tx.now) if staffed else None
        opens = None if staffed else calendar.next_opening(tx.now)
        return Opening(rules.name, rules.phones, staffed, closes, opens, calendar.windows)


@dataclass(frozen=True)
class PrivacyNotice:
    """The notice that a person consents to, by language."""

    def answer(self, tx: Tx) -> dict[str, str]:
        return dict(tx.rule(CounterRules).privacy)


@dataclass(frozen=True)
class Languages:
    """The languages that this desk speaks, its own first."""

    def answer(self, tx: Tx) -> tuple[str, ...]:
        return tx.rule(CounterRules).languages
