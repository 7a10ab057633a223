"""`sportello sla explain`: how a deadline comes about, in words, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from fractions import Fraction

from bot.levels.wording import Words
from core.sla.clock import Amount, ClockName, Unit, WallClock
from core.sla.plan import Due, Stretch, plan
from core.sla.policy import Column, Policy, Severity, Target

_PATTERNS = {"it": "EEEE d MMMM y 'alle' H:mm", "en": "EEEE d MMMM y 'at' H:mm"}
_SECONDS = {"it": "EEEE d MMMM y 'alle' H:mm:ss", "en": "EEEE d MMMM y 'at' H:mm:ss"}


@dataclass(frozen=True)
class Teller:
    """Moments and amounts in a reader's language, in the desk's zone."""

    words: Words
    language: str
    zone: tzinfo

    def moment(self, at: datetime) -> str:
        """As "lunedì 30 novembre 2026 alle 8:30", with seconds where there are any."""
        from babel.dates import format_datetime

        there = at.astimezone(self.zone)
        pattern = (_SECONDS if there.second else _PATTERNS)[self.language]
        said = format_datetime(there.replace(tzinfo=None), pattern, locale=self.language)
        return said.replace("alle 1:", "all'1:")

    def amount(self, amount: Amount) -> str:
        """As "7 ore e 20 minuti"; of business days to the hundredth."""
        if amount.unit is Unit.TIME:
            return self._time(amount)
        if amount.share:
            return self.words.say("sla-amount-part-days", days=self._number(amount.days))
        return self.words.say("sla-amount-days", count=amount.count)

    def _time(self, amount: Amount) -> str:
        from babel.lists import format_list

        seconds = max(0, round(Fraction(amount.count, 1_000_000)))
        parts = {"hours": seconds // 3600, "minutes": seconds // 60 % 60, "seconds": seconds % 60}
        said = [self.words.say(f"sla-amount-{name}", count=count) for name, count in parts.items() if count]
        return format_list(said or [self.words.say("sla-amount-minutes", count=0)], locale=self.language)

    def _number(self, number: Fraction) -> str:
        from babel.numbers import format_decimal

        return format_decimal(round(float(number), 2), locale=self.language)


@dataclass(frozen=True)
class Story:
    """One ticket's deadlines, told."""

    teller: Teller
    policy: Policy

    def tell(self, opened: datetime, severity: Severity | None, running: Sequence[Stretch]) -> Iterator[str]:
        """Line by line. Raises BeyondCalendar."""
        whole = plan(opened, severity, running, self.policy)
        yield self._say(f"sla-explain-clock-{self.policy.clock_name}")
        yield self._opening(opened, whole.column)
        if severity is None:
            yield self._say("sla-explain-no-severity")
        yield ""
        yield from self._target(Target.REACTION, opened, severity or Severity.HIGH, [Stretch(opened)], whole.reaction)
        if severity:
            yield ""
            yield from self._target(Target.RESOLUTION, opened, severity, running, whole.resolution)

    def _say(self, message: str, /, **facts: object) -> str:
        """A sentence; moments and amounts among its facts are put into words."""
        said = {name: self._word(fact) for name, fact in facts.items()}
        return self.teller.words.say(message, **said)

    def _word(self, fact: object) -> object:
        if isinstance(fact, datetime):
            return self.teller.moment(fact)
        return self.teller.amount(fact) if isinstance(fact, Amount) else fact

    def _opening(self, opened: datetime, column: Column) -> str:
        if column is Column.STAFFED:
            return self._say("sla-explain-opened-staffed", opened=opened)
        return self._say("sla-explain-opened-other", opened=opened, opens=self.policy.calendar.next_opening(opened))

    def _target(
        self, target: Target, opened: datetime, severity: Severity, running: Sequence[Stretch], due: Due | None
    ) -> Iterator[str]:
        amount = self.policy.amount(target, severity, opened)
        yield self._say("sla-explain-target", target=target.value, severity=severity.title(), amount=amount)
        yield from self._stretches(amount, running)
        if due is None:
            yield self._say("sla-explain-stopped")
            return
        yield self._say("sla-explain-due", due=due.at)
        yield self._say("sla-explain-warning", at=due.warn_at) if due.warn_at else self._say("sla-explain-no-warning")
        yield self._say("sla-explain-breach", at=due.breach_at)

    def _stretches(self, left: Amount, running: Sequence[Stretch]) -> Iterator[str]:
        for number, stretch in enumerate(running):
            if number:
                yield self._say("sla-explain-stretch-runs", begin=stretch.begin, left=left)
            if stretch.end is None:
                yield from self._run(stretch.begin, left)
                return
            used = self.policy.clock.elapsed(stretch.begin, stretch.end, left.unit)
            if not left - used:
                yield self._say("sla-explain-reached")
                yield from self._run(stretch.begin, left)
                return
            left -= used
            yield self._say("sla-explain-stretch-used", begin=stretch.begin, end=stretch.end, used=used, left=left)

    def _run(self, begin: datetime, amount: Amount) -> Iterator[str]:
        """From the moment the clock starts to the deadline."""
        start, due = begin, self.policy.clock.due(begin, amount)
        if amount.unit is Unit.DAYS or self.policy.clock_name is not ClockName.WALL:
            start = self.policy.calendar.next_opening(begin)
        late = start != begin
        yield self._say("sla-explain-starts-later", start=start) if late else self._say("sla-explain-starts-now")
        yield from self._count(start, amount, due)

    def _count(self, start: datetime, amount: Amount, due: datetime) -> Iterator[str]:
        if amount.unit is Unit.DAYS:
            yield self._say("sla-explain-days-later", share=self._share(start), amount=amount, raw=due)
        elif self.policy.clock_name is ClockName.STAFFED:
            yield self._say("sla-explain-staffed-later", amount=amount, raw=due)
        else:
            yield from self._on_the_wall(start, amount)

    def _on_the_wall(self, start: datetime, amount: Amount) -> Iterator[str]:
        raw = WallClock(self.policy.calendar).due(start, amount)
        yield self._say("sla-explain-wall-later", amount=amount, raw=raw)
        if start.astimezone(self.teller.zone).utcoffset() != raw.astimezone(self.teller.zone).utcoffset():
            yield self._say("sla-explain-hour-changes")
        if self.policy.clock_name is not ClockName.DESK:
            return
        calendar = self.policy.calendar
        if calendar.is_staffed(raw):
            yield self._say("sla-explain-kept")
        else:
            yield self._say("sla-explain-kept-closing" if calendar.is_promised(raw) else "sla-explain-moved")

    def _share(self, start: datetime) -> str:
        """How much of its working day is over when the desk is staffed at *start*, in per cent."""
        day = self.policy.calendar.working_day(start)
        over = self.policy.calendar.staffed_between(day.opens, start)
        return str(round(100 * over / self.policy.calendar.staffed_between(day.opens, day.closes)))
