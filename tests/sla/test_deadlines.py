"""When something is to be said about a ticket: the pure half, over hand-made cases and over random lives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from core.ids import TicketNumber
from core.sla import deadlines as sla
from core.sla.calendar import Calendar, Window
from core.sla.clock import ClockName, hours
from core.sla.deadlines import GRACE, Alert, AlertKind, Case, Change, Standing, deadlines, late, next_alerts, said_at
from core.sla.plan import Stretch
from core.sla.policy import PAGE, Policy, Severity, Target
from core.tickets.lifecycle import CLOSED, RUNNING, SOLVED

ROME = ZoneInfo("Europe/Rome")
WEEK = Calendar(tuple(Window(day, 8 * 3600 + 1800, 19 * 3600) for day in range(5)), ROME)
DESK = Policy(WEEK, ClockName.DESK, PAGE)
WALL = Policy(WEEK, ClockName.WALL, PAGE)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WARNING, BREACH, REPEAT = AlertKind
HIGH, MEDIUM, LOW, INFO = Severity
REACTION, RESOLUTION = Target


def at(text: str, week: int = 0) -> datetime:
    """A moment of the week of Monday 23 November 2026 (or so many later), as "Mon 10:00" in Rome."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    date = 23 + ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day)
    monday = datetime(2026, 11, date, int(hour), int(minute), tzinfo=ROME)
    return (monday + timedelta(weeks=week)).astimezone(UTC)


@dataclass
class Life:
    """A ticket that is acted on and swept, without a database: what happened, and what was said."""

    opened: datetime
    felt: Severity | None = None
    severity: Severity | None = None
    policy: Policy = DESK
    state: str = "new"
    reacted: datetime | None = None
    cycle: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    said: list[tuple[int, Alert]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stretches = [Stretch(self.opened)]

    def claim(self, when: datetime) -> None:
        self.reacted = self.reacted or when
        self.move("claimed", when)

    def classify(self, severity: Severity, when: datetime) -> None:
        self.changes.append(Change(when, self.severity))
        self.severity = severity

    def ask(self, when: datetime) -> None:
        self.reacted = self.reacted or when
        self.move("waiting", when)

    def solve(self, when: datetime) -> None:
        self.reacted = self.reacted or when
        self.move("solved", when)

    def reopen(self, when: datetime) -> None:
        self.cycle += 1
        self.move("claimed", when)

    def move(self, state: str, when: datetime) -> None:
        self.state = state
        last = self.stretches[-1]
        if state in sla.RUNNING and last.end:
            self.stretches.append(Stretch(when))
        elif state not in sla.RUNNING and not last.end:
            self.stretches[-1] = Stretch(last.begin, when)

    @property
    def case(self) -> Case:
        ticket = Standing(
            TicketNumber(1001), self.opened, self.severity, self.felt, self.state, self.reacted, self.cycle
        )
        posted = tuple(alert for cycle, alert in self.said if cycle == self.cycle)
        return Case(ticket, tuple(self.stretches), tuple(self.changes), posted)

    def sweep(self, now: datetime) -> list[tuple[AlertKind, Target, int]]:
        due = [alert for alert in next_alerts(self.case, self.policy, now) if alert.at <= now]
        self.said += [(self.cycle, replace(alert, at=now)) for alert in due]
        return [(alert.kind, alert.target, alert.number) for alert in due]

    def next_at(self, now: datetime) -> datetime | None:
        return deadlines(self.case, self.policy, now).next_alert_at

    def watch(self, begin: str, end: str, target: Target = Target.RESOLUTION) -> list[tuple[str, AlertKind]]:
        """Sweep at each next moment from *begin* to *end*; what was said about *target*, with Rome's time of day."""
        told = []
        now = self.next_at(at(begin))
        while now is not None and now <= at(end):
            told += [
                (f"{now.astimezone(ROME):%a %H:%M}", kind) for kind, about, _ in self.sweep(now) if about is target
            ]
            now = self.next_at(now)
        return told


def claimed(when: str, severity: Severity, policy: Policy = DESK) -> Life:
    life = Life(at(when), felt=severity, policy=policy)
    life.claim(at(when))
    return life


class TestTheReaction:
    def test_is_warned_of_after_three_quarters_and_breached_at_the_deadline(self) -> None:
        told = Life(at("Mon 10:00"), felt=MEDIUM).watch("Mon 10:00", "Mon 18:00", REACTION)
        assert told == [("Mon 10:45", WARNING), ("Mon 11:00", BREACH)]

    def test_of_a_ticket_without_severity_counts_as_high(self) -> None:
        assert Life(at("Mon 10:00")).next_at(at("Mon 10:00")) == at("Mon 10:22") + timedelta(seconds=30)

    def test_of_a_ticket_without_severity_is_told_again_as_a_highs(self) -> None:
        told = Life(at("Mon 10:00")).watch("Mon 10:00", "Mon 12:00", REACTION)
        assert told[1:] == [("Mon 10:30", BREACH), ("Mon 11:30", REPEAT)]

    def test_is_told_again_no_more_once_the_resolution_is(self) -> None:
        life = Life(at("Mon 09:00"), felt=HIGH)
        life.watch("Mon 09:00", "Mon 17:00")
        assert life.watch("Mon 17:01", "Tue 12:00", REACTION) == []

    def test_is_met_for_good_by_the_first_claim(self) -> None:
        life = Life(at("Mon 10:00"), felt=MEDIUM)
        life.claim(at("Mon 10:30"))
        life.move("new", at("Mon 10:40"))
        assert life.watch("Mon 10:40", "Fri 19:00", REACTION) == []

    def test_of_an_unclassified_ticket_that_is_claimed_leaves_nothing_to_say(self) -> None:
        life = Life(at("Mon 10:00"))
        life.claim(at("Mon 10:10"))
        assert life.next_at(at("Mon 10:10")) is None


class TestTheResolution:
    def test_of_a_high_is_warned_of_breached_and_told_each_staffed_hour(self) -> None:
        told = claimed("Mon 10:00", HIGH).watch("Mon 10:00", "Tue 10:00")
        assert told == [("Mon 16:00", WARNING), ("Mon 18:00", BREACH), ("Mon 19:00", REPEAT), ("Tue 09:30", REPEAT)]

    def test_of_any_other_is_never_told_again(self) -> None:
        told = claimed("Mon 10:00", MEDIUM).watch("Mon 10:00", "Fri 19:00")
        assert [kind for _, kind in told] == [WARNING, BREACH]

    def test_exactly_at_closing_is_told_at_closing(self) -> None:
        assert claimed("Mon 11:00", HIGH).watch("Mon 18:00", "Mon 23:00")[-1] == ("Mon 19:00", BREACH)

    def test_exactly_at_closing_is_told_by_a_sweep_that_comes_a_moment_later(self) -> None:
        life = claimed("Mon 11:00", HIGH)
        assert life.sweep(at("Mon 19:00") + timedelta(seconds=2)) == [(BREACH, RESOLUTION, 1)]

    def test_that_fell_due_while_everything_was_down_waits_for_staffed_hours(self) -> None:
        life = claimed("Mon 10:00", HIGH)
        assert (life.sweep(at("Mon 21:00")), life.next_at(at("Mon 21:00"))) == ([], at("Tue 08:30"))

    def test_that_fell_due_while_everything_was_down_is_told_once_on_return(self) -> None:
        life = claimed("Mon 10:00", HIGH)
        assert life.sweep(at("Tue 11:00")) == [(BREACH, RESOLUTION, 1)]

    def test_at_night_on_the_wall_waits_for_somebody_to_be_there(self) -> None:
        told = claimed("Mon 15:00", HIGH, WALL).watch("Mon 15:00", "Tue 08:45")
        assert told == [("Mon 18:00", WARNING), ("Tue 08:30", BREACH)]

    def test_without_staffed_time_before_it_has_no_warning(self) -> None:
        told = claimed("Sat 02:00", HIGH, WALL).watch("Sat 02:00", "Sun 23:00")
        assert (told, claimed("Sat 02:00", HIGH, WALL).next_at(at("Sat 02:00"))) == ([], at("Mon 08:30", week=1))

    def test_is_silent_while_the_customer_is_waited_for(self) -> None:
        life = claimed("Mon 10:00", HIGH)
        life.ask(at("Mon 11:00"))
        assert life.watch("Mon 11:00", "Sun 23:00") == []

    def test_goes_on_from_where_it_was_when_the_customer_answers(self) -> None:
        life = claimed("Tue 15:00", HIGH)
        life.ask(at("Tue 16:00"))
        life.claim(at("Wed 22:00"))
        assert life.watch("Wed 22:00", "Thu 16:00")[1] == ("Thu 15:30", BREACH)

    def test_that_was_missed_is_told_even_if_a_question_was_asked_since(self) -> None:
        life = claimed("Mon 10:00", HIGH)
        life.ask(at("Mon 18:10"))
        assert life.watch("Mon 18:10", "Fri 19:00") == [("Mon 18:10", BREACH)]

    def test_is_over_with_the_solution(self) -> None:
        life = claimed("Mon 10:00", HIGH)
        life.solve(at("Mon 18:30"))
        assert life.next_at(at("Mon 18:30")) is None

    def test_of_a_breached_high_is_told_again_an_hour_after_the_clock_runs_again(self) -> None:
        life = claimed("Mon 09:00", HIGH)
        life.watch("Mon 09:00", "Mon 17:00")
        life.ask(at("Mon 17:10"))
        life.claim(at("Tue 12:00"))
        assert life.watch("Tue 12:00", "Tue 13:30") == [("Tue 13:00", REPEAT)]

    def test_that_was_missed_is_told_anew_when_the_ticket_is_reopened(self) -> None:
        life = claimed("Mon 09:00", HIGH)
        life.watch("Mon 09:00", "Mon 17:00")
        life.solve(at("Mon 17:30"))
        life.reopen(at("Tue 10:00"))
        assert life.watch("Tue 10:00", "Tue 11:00") == [("Tue 10:00", BREACH), ("Tue 11:00", REPEAT)]


class TestADeadlineThatMoves:
    def test_earlier_re_arms_the_warning_and_counts_it_up(self) -> None:
        life = claimed("Mon 10:00", MEDIUM)
        life.watch("Mon 10:00", "Mon 17:54")
        life.classify(HIGH, at("Mon 17:55"))
        assert life.sweep(at("Mon 17:55")) == [(WARNING, RESOLUTION, 2)]

    def test_into_the_past_is_breached_at_once_without_a_warning(self) -> None:
        life = claimed("Mon 08:30", LOW)
        life.classify(HIGH, at("Mon 17:00"))
        assert life.sweep(at("Mon 17:00")) == [(BREACH, RESOLUTION, 1)]

    def test_into_the_past_at_night_is_breached_when_somebody_is_there(self) -> None:
        life = claimed("Mon 08:30", LOW)
        life.classify(HIGH, at("Mon 22:00"))
        assert life.next_at(at("Mon 22:00")) == at("Tue 08:30")

    def test_never_makes_a_second_first_breach_in_one_cycle(self) -> None:
        life = claimed("Mon 09:00", HIGH)
        life.watch("Mon 09:00", "Mon 17:00")
        life.classify(LOW, at("Mon 17:10"))
        life.classify(MEDIUM, at("Mon 17:20"))
        assert life.watch("Mon 17:20", "Fri 19:00") == []

    def test_later_is_waited_for_before_a_high_is_told_again(self) -> None:
        life = claimed("Mon 09:00", HIGH)
        life.watch("Mon 09:00", "Mon 17:00")
        life.policy = promising_a_high(24)
        assert life.watch("Mon 17:01", "Tue 09:15") == [("Tue 09:00", REPEAT)]

    def test_later_by_a_pause_re_arms_no_warning(self) -> None:
        life = claimed("Mon 09:00", HIGH)
        life.watch("Mon 09:00", "Mon 15:00")
        life.ask(at("Mon 15:00"))
        life.claim(at("Mon 17:00"))
        assert life.watch("Mon 17:00", "Tue 08:45") == [("Mon 19:00", BREACH)]

    def test_earlier_than_it_would_be_by_now_re_arms_though_a_pause_lay_between(self) -> None:
        life = claimed("Mon 09:00", MEDIUM, promising_a_high(12))
        life.watch("Mon 09:00", "Mon 17:00")
        life.ask(at("Mon 18:00"))
        life.claim(at("Thu 09:00"))
        life.classify(HIGH, at("Thu 10:00"))
        assert life.watch("Thu 10:00", "Thu 12:00") == [("Thu 10:00", WARNING), ("Thu 12:00", BREACH)]

    def test_later_by_a_milder_severity_re_arms_nothing(self) -> None:
        life = claimed("Mon 09:00", HIGH)
        life.watch("Mon 09:00", "Mon 15:00")
        life.classify(MEDIUM, at("Mon 16:00"))
        assert life.watch("Mon 16:00", "Tue 19:00") == [("Tue 09:00", BREACH)]

    def test_of_a_ticket_that_had_no_target_when_it_was_classified_is_warned_of(self) -> None:
        life = Life(at("Mon 09:00"))
        life.claim(at("Mon 09:10"))
        life.classify(HIGH, at("Mon 09:20"))
        assert life.watch("Mon 09:20", "Mon 17:00") == [("Mon 15:00", WARNING), ("Mon 17:00", BREACH)]

    def test_by_a_first_severity_after_a_warning_about_the_reaction_alone_is_no_severer_target(self) -> None:
        life = Life(at("Mon 09:00"))
        life.watch("Mon 09:00", "Mon 09:25", REACTION)
        life.classify(LOW, at("Mon 09:26"))
        assert life.watch("Mon 09:26", "Mon 12:00", REACTION) == [("Mon 11:00", BREACH)]


def promising_a_high(count: int) -> Policy:
    return replace(DESK, promises={**PAGE, HIGH: replace(PAGE[HIGH], resolution=hours(count))})


class TestWhatIsLate:
    def test_is_strictly_after_the_deadline(self) -> None:
        due = at("Mon 10:00")
        assert (late(due, due), late(due + timedelta(microseconds=1), due), late(due, None)) == (False, True, False)

    def test_moments_ahead_stay_where_they_are(self) -> None:
        assert said_at(at("Mon 22:00"), WEEK, at("Mon 21:00")) == at("Mon 22:00")

    def test_moments_gone_by_are_made_up_for_when_somebody_is_there(self) -> None:
        assert said_at(at("Mon 10:00"), WEEK, at("Mon 21:00")) == at("Tue 08:30")


def test_the_states_in_which_the_clock_runs_are_those_of_the_life_cycle() -> None:
    assert sla.RUNNING == RUNNING
    assert {SOLVED, CLOSED} == sla.OVER


# Random lives: acts and sweeps at random moments, over all clocks

ACTS = ("claim", "release", "ask", "answer", "solve", "reopen", "high", "medium", "low", "info", "down")
lives = st.lists(st.tuples(st.integers(1, 2000), st.sampled_from(ACTS)), max_size=14)
clocks = st.sampled_from(list(ClockName))
openings = st.integers(0, 7 * 24 * 60).map(lambda minutes: at("Mon 00:00") + minutes * MINUTE)


def act(life: Life, what: str, now: datetime) -> None:
    """Do it if the life cycle lets one."""
    if what in list(Severity):
        life.classify(Severity(what), now)
    elif what == "claim" and life.state == "new":
        life.claim(now)
    elif what == "release" and life.state == "claimed":
        life.move("new", now)
    elif what == "ask" and life.state in sla.RUNNING:
        life.ask(now)
    elif what == "answer" and life.state == "waiting":
        life.move("claimed", now)
    elif what == "solve" and life.state != "solved":
        life.solve(now)
    elif what == "reopen" and life.state == "solved":
        life.reopen(now)


def live(opened: datetime, clock: ClockName, felt: Severity | None, acts: list[tuple[int, str]]) -> Life:
    """A life in which the watch comes at each next moment, but for the times after "down"."""
    life = Life(opened, felt=felt, policy=Policy(WEEK, clock, PAGE))
    now, down = opened, False
    for minutes, what in [*acts, (3 * 24 * 60, "end")]:
        until = now + minutes * MINUTE
        for _ in range(0 if down else 500):
            if (moment := life.next_at(now)) is None or moment > until:
                break
            now = max(now, moment)
            life.sweep(now)
            after = life.next_at(now)
            assert after is None or after > now
        now, down = until, what == "down"
        if not down:
            act(life, what, now)
    return life


@settings(deadline=None, max_examples=200)
@given(openings, clocks, st.none() | st.sampled_from(list(Severity)), lives)
def test_each_alert_is_said_once_in_its_time(
    opened: datetime, clock: ClockName, felt: Severity | None, acts: list[tuple[int, str]]
) -> None:
    said = live(opened, clock, felt, acts).said
    keys = [(cycle, alert.target, alert.kind, alert.number) for cycle, alert in said]
    assert len(keys) == len(set(keys))
    breaches = [(cycle, alert.target) for cycle, alert in said if alert.kind is BREACH]
    assert len(breaches) == len(set(breaches))
    for _, alert in said:
        assert WEEK.is_promised(alert.at) or WEEK.is_promised(alert.at - GRACE)
        assert alert.at < alert.deadline if alert.kind is WARNING else alert.at >= alert.deadline


@settings(deadline=None, max_examples=200)
@given(openings, clocks, st.sampled_from(list(Severity)), lives)
def test_what_runs_late_when_somebody_is_there_was_told(
    opened: datetime, clock: ClockName, felt: Severity, acts: list[tuple[int, str]]
) -> None:
    life = live(opened, clock, felt, acts)
    now = WEEK.next_opening(max([opened, *(alert.at for _, alert in life.said)]) + timedelta(days=4)) + MINUTE
    life.sweep(now)
    planned = sla.plan_of(life.case, life.policy)
    told = {alert.target for cycle, alert in life.said if cycle == life.cycle and alert.kind is BREACH}
    if life.state in sla.RUNNING and late(now, planned.resolution_due):
        assert RESOLUTION in told
    if life.reacted is None and late(now, planned.reaction_due):
        assert REACTION in told
