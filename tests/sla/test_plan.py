"""What a ticket is owed: stretches, warnings, alerts, and the moments of the watch."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import make_calendar
from core.sla.calendar import Calendar
from core.sla.clock import ClockName, Unit, hours, minutes
from core.sla.plan import (
    Stretch,
    alert_at,
    evening_list_until,
    next_digest,
    next_evening_list,
    next_repeat,
    plan,
    resolution_left,
)
from core.sla.policy import PAGE, Column, Policy, Severity, Target

At = Callable[[str], datetime]
SECOND = timedelta(seconds=1)
PLAIN = make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome")

policies = st.sampled_from([Policy(PLAIN, name, PAGE) for name in ClockName])
severities = st.sampled_from(Severity)
moments = st.integers(0, 300 * 86_400).map(lambda n: datetime(2026, 1, 5, tzinfo=UTC) + n * SECOND)


def running(opened: datetime, *moments: datetime) -> list[Stretch]:
    """Stretches from the opening: asked, answered, asked, …"""
    ends = [*moments[::2], None]
    return [Stretch(begin, end) for begin, end in zip([opened, *moments[1::2]], ends, strict=False)]


def test_high_opened_on_friday_at_15_asked_at_16_answered_on_saturday_is_due_on_monday_at_15_30(
    policy: Policy, rome: At
) -> None:
    opened = rome("2026-11-27 15:00")
    stretches = running(opened, rome("2026-11-27 16:00"), rome("2026-11-28 10:00"))

    assert plan(opened, Severity.HIGH, stretches, policy).resolution_due == rome("2026-11-30 15:30")
    assert resolution_left(opened, Severity.HIGH, stretches, policy) == hours(7)


def test_a_ticket_without_stretches_runs_from_its_opening(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 10:00")

    assert plan(opened, Severity.HIGH, [], policy) == plan(opened, Severity.HIGH, running(opened), policy)


def test_a_ticket_without_severity_counts_as_high_for_its_reaction(policy: Policy, rome: At) -> None:
    unclassified = plan(rome("2026-11-24 10:00"), None, [], policy)

    assert unclassified.reaction_due == rome("2026-11-24 10:30")


def test_a_ticket_without_severity_has_no_resolution_target(policy: Policy, rome: At) -> None:
    unclassified = plan(rome("2026-11-24 10:00"), None, [], policy)

    assert unclassified.resolution is None
    assert unclassified.resolution_due is None


def test_while_a_ticket_waits_it_has_no_resolution_deadline(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 10:00")
    waiting = [Stretch(opened, rome("2026-11-24 12:00"))]

    assert plan(opened, Severity.HIGH, waiting, policy).resolution is None
    assert resolution_left(opened, Severity.HIGH, waiting, policy) == hours(6)


def test_what_was_reached_in_an_earlier_stretch_stays_reached(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 09:00")
    late = [Stretch(opened, rome("2026-11-24 18:00"))]
    reopened = running(opened, rome("2026-11-24 18:00"), rome("2026-12-03 11:00"))

    assert plan(opened, Severity.HIGH, late, policy).resolution_due == rome("2026-11-24 17:00")
    assert plan(opened, Severity.HIGH, reopened, policy).resolution_due == rome("2026-11-24 17:00")


def test_what_is_reached_as_the_question_is_asked_is_reached(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 09:00")
    stretches = running(opened, rome("2026-11-24 17:00"), rome("2026-11-26 11:00"))

    assert plan(opened, Severity.HIGH, stretches, policy).resolution_due == rome("2026-11-24 17:00")


def test_the_reaction_clock_is_never_paused(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 10:00")
    stretches = running(opened, rome("2026-11-24 10:10"), rome("2026-11-24 15:00"))

    assert plan(opened, Severity.HIGH, stretches, policy).reaction_due == rome("2026-11-24 10:30")


def test_the_moment_of_opening_decides_the_column(policy: Policy, rome: At) -> None:
    columns = [
        plan(rome(f"2026-11-30 {time}"), None, [], policy).column for time in ("08:29:59", "08:30", "18:59", "19:00")
    ]

    assert columns == [Column.OTHER, Column.STAFFED, Column.STAFFED, Column.OTHER]


def test_a_severer_ticket_is_planned_as_if_it_had_always_been_severe(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 09:00")

    assert plan(opened, Severity.INFO, [], policy).resolution_due == rome("2026-12-01 09:00")
    assert plan(opened, Severity.HIGH, [], policy).resolution_due == rome("2026-11-24 17:00")


class TestWarnings:
    """When 75 % of the staffed time between opening and deadline that lies in running stretches is used."""

    def test_a_high_of_eight_staffed_hours_is_warned_of_after_six(self, policy: Policy, rome: At) -> None:
        high = plan(rome("2026-11-24 09:00"), Severity.HIGH, [], policy)

        assert high.resolution is not None
        assert high.resolution.warn_at == rome("2026-11-24 15:00")

    def test_a_night_between_opening_and_deadline_does_not_count(self, policy: Policy, rome: At) -> None:
        evening = plan(rome("2026-11-24 17:00"), Severity.HIGH, [], policy)

        assert evening.resolution_due == rome("2026-11-25 08:30")
        assert evening.resolution is not None
        assert evening.resolution.warn_at == rome("2026-11-24 18:30")

    def test_a_pause_does_not_count(self, policy: Policy, rome: At) -> None:
        opened = rome("2026-11-24 09:00")
        asked = plan(opened, Severity.HIGH, running(opened, rome("2026-11-24 10:00"), rome("2026-11-24 10:40")), policy)

        assert asked.resolution is not None
        assert asked.resolution.warn_at == rome("2026-11-24 15:40")

    def test_a_warning_can_have_been_due_before_the_pause(self, policy: Policy, rome: At) -> None:
        opened = rome("2026-11-24 09:00")
        stretches = running(opened, rome("2026-11-24 16:30"), rome("2026-11-26 16:30"))
        asked = plan(opened, Severity.HIGH, stretches, policy)

        assert asked.resolution_due == rome("2026-11-26 17:00")
        assert asked.resolution is not None
        assert asked.resolution.warn_at == rome("2026-11-24 15:00")

    def test_a_ticket_opened_at_night_is_warned_of_by_staffed_time_alone(self, policy: Policy, rome: At) -> None:
        night = plan(rome("2026-11-24 03:00"), Severity.HIGH, [], policy)

        assert night.reaction.warn_at == rome("2026-11-24 08:52:30")

    def test_on_the_wall_clock_there_is_none_where_nobody_is_there_before_the_deadline(
        self, policy: Policy, rome: At
    ) -> None:
        saturday = plan(rome("2026-11-28 10:00"), Severity.HIGH, [], replace(policy, clock_name=ClockName.WALL))

        assert saturday.reaction_due == rome("2026-11-28 10:30")
        assert saturday.reaction.warn_at is None

    @given(policies, severities, moments, st.lists(st.integers(0, 80 * 3600), max_size=4))
    def test_three_quarters_of_the_running_staffed_time_lie_before_it(
        self, policy: Policy, severity: Severity, opened: datetime, gaps: list[int]
    ) -> None:
        turns = [opened]
        for gap in gaps:
            turns.append(turns[-1] + gap * SECOND)
        stretches = running(opened, *turns[1 : 2 * (len(gaps) // 2) + 1])

        due = plan(opened, severity, stretches, policy).resolution

        assert due is not None
        whole = _staffed_before(due.at, stretches, policy.calendar)
        if due.warn_at is None:
            assert not whole
        else:
            used = _staffed_before(due.warn_at, stretches, policy.calendar)
            assert abs(used - whole * 3 / 4) <= timedelta(microseconds=1)
            assert due.warn_at <= due.at
            assert policy.calendar.is_promised(due.warn_at)


def _staffed_before(at: datetime, stretches: list[Stretch], calendar: Calendar) -> timedelta:
    spans = [(stretch.begin, min(stretch.end or at, at)) for stretch in stretches]
    return sum((calendar.staffed_between(begin, end) for begin, end in spans), timedelta())


class TestBreaches:
    def test_late_is_strictly_after_the_deadline(self, policy: Policy, rome: At) -> None:
        due = plan(rome("2026-11-24 09:00"), Severity.HIGH, [], policy).reaction

        assert not due.is_late(rome("2026-11-24 09:30:00"))
        assert due.is_late(rome("2026-11-24 09:30:00") + timedelta(microseconds=1))

    def test_the_alert_goes_at_the_deadline(self, policy: Policy, rome: At) -> None:
        assert plan(rome("2026-11-24 09:00"), Severity.HIGH, [], policy).reaction.breach_at == rome("2026-11-24 09:30")

    def test_an_alert_for_a_deadline_exactly_at_closing_goes_at_closing(self, policy: Policy, rome: At) -> None:
        due = plan(rome("2026-11-24 11:00"), Severity.HIGH, [], policy).resolution

        assert due is not None
        assert due.at == due.breach_at == rome("2026-11-24 19:00")

    def test_on_the_wall_clock_the_alert_waits_for_staffed_time(self, policy: Policy, rome: At) -> None:
        wall = plan(rome("2026-11-28 10:00"), Severity.HIGH, [], replace(policy, clock_name=ClockName.WALL))

        assert wall.reaction.breach_at == rome("2026-11-30 08:30")

    @pytest.mark.parametrize(
        ("now", "goes"),
        [
            ("2026-11-24 16:00", "2026-11-24 16:00"),
            ("2026-11-24 19:00", "2026-11-25 08:30"),
            ("2026-11-28 10:00", "2026-11-30 08:30"),
        ],
    )
    def test_a_deadline_that_is_past_when_it_is_planned_is_told_at_the_next_staffed_moment(
        self, calendar: Calendar, rome: At, now: str, goes: str
    ) -> None:
        assert alert_at(rome("2026-11-24 15:00"), calendar, rome(now)) == rome(goes)

    def test_a_deadline_to_come_is_told_at_its_own_moment(self, calendar: Calendar, rome: At) -> None:
        assert alert_at(rome("2026-11-24 19:00"), calendar, rome("2026-11-24 19:00")) == rome("2026-11-24 19:00")

    @pytest.mark.parametrize(
        ("told", "again"),
        [
            ("2026-11-24 15:00", "2026-11-24 16:00"),
            ("2026-11-24 18:00", "2026-11-24 19:00"),
            ("2026-11-24 18:30", "2026-11-25 09:00"),
            ("2026-11-27 19:00", "2026-11-30 09:30"),
        ],
    )
    def test_a_repeat_comes_a_staffed_hour_later(self, calendar: Calendar, rome: At, told: str, again: str) -> None:
        assert next_repeat(rome(told), calendar) == rome(again)

    def test_either_target_is_found_by_its_name(self, policy: Policy, rome: At) -> None:
        high = plan(rome("2026-11-24 09:00"), Severity.HIGH, [], policy)

        assert (high.due(Target.REACTION), high.due(Target.RESOLUTION)) == (high.reaction, high.resolution)


class TestMomentsOfTheDay:
    @pytest.mark.parametrize(
        ("after", "digest"),
        [
            ("2026-11-24 08:29", "2026-11-24 08:30"),
            ("2026-11-24 08:30", "2026-11-25 08:30"),
            ("2026-11-27 12:00", "2026-11-30 08:30"),
            ("2026-12-07 20:00", "2026-12-09 08:30"),
        ],
    )
    def test_the_digest_comes_at_opening(self, calendar: Calendar, rome: At, after: str, digest: str) -> None:
        assert next_digest(rome(after), calendar) == rome(digest)

    @pytest.mark.parametrize(
        ("after", "list_at"),
        [
            ("2026-11-24 17:59", "2026-11-24 18:00"),
            ("2026-11-24 18:00", "2026-11-25 18:00"),
            ("2026-11-27 18:30", "2026-11-30 18:00"),
            ("2026-11-28 10:00", "2026-11-30 18:00"),
        ],
    )
    def test_the_evening_list_comes_an_hour_before_closing(
        self, calendar: Calendar, rome: At, after: str, list_at: str
    ) -> None:
        assert next_evening_list(rome(after), calendar) == rome(list_at)

    def test_a_lunch_break_has_no_evening_list_of_its_own(self, rome: At) -> None:
        lunch = make_calendar(["Mon-Fri 08:30-13:00,14:00-19:00"], "Europe/Rome")

        assert next_evening_list(rome("2026-11-24 09:00"), lunch) == rome("2026-11-24 18:00")

    def test_on_a_day_of_half_an_hour_it_comes_at_opening(self, rome: At) -> None:
        short = make_calendar(["Tue 09:00-09:30"], "Europe/Rome")

        assert next_evening_list(rome("2026-11-24 08:00"), short) == rome("2026-11-24 09:00")

    def test_it_reaches_to_an_hour_after_the_next_opening(self, calendar: Calendar, rome: At) -> None:
        assert evening_list_until(rome("2026-11-27 18:00"), calendar) == rome("2026-11-30 09:30")


@given(policies, severities, moments, st.integers(1, 99))
def test_a_question_that_is_answered_at_once_changes_nothing(
    policy: Policy, severity: Severity, opened: datetime, share: int
) -> None:
    whole = plan(opened, severity, [], policy)
    assert whole.resolution_due is not None
    asked = opened + (whole.resolution_due - opened) * share / 100
    if policy.calendar.is_staffed(asked):
        split = plan(opened, severity, running(opened, asked, asked), policy)

        assert split.resolution_due is not None
        assert abs(split.resolution_due - whole.resolution_due) <= timedelta(microseconds=1)


@given(policies, severities, moments, moments)
def test_within_one_column_a_later_opening_never_falls_due_earlier(
    policy: Policy, severity: Severity, one: datetime, other: datetime
) -> None:
    first, second = (plan(opened, severity, [], policy) for opened in sorted((one, other)))

    if first.column is second.column:
        assert first.resolution_due is not None
        assert second.resolution_due is not None
        assert first.resolution_due <= second.resolution_due
    assert first.reaction_due <= second.reaction_due


def test_across_the_two_columns_a_later_opening_may_fall_due_earlier(policy: Policy, rome: At) -> None:
    before, after = (plan(rome(f"2026-11-30 {time}"), Severity.HIGH, [], policy) for time in ("08:29", "08:30"))

    assert before.resolution_due == rome("2026-12-01 08:30")
    assert after.resolution_due == rome("2026-11-30 16:30")


def test_the_same_facts_give_the_same_plan(policy: Policy, rome: At) -> None:
    opened = rome("2026-11-24 10:00")

    assert plan(opened, Severity.LOW, [], policy) == plan(opened, Severity.LOW, [], policy)


def test_a_policy_promises_something_for_every_severity(calendar: Calendar) -> None:
    with pytest.raises(ValueError, match="medium, low, info"):
        Policy(calendar, ClockName.DESK, {Severity.HIGH: PAGE[Severity.HIGH]})


def test_the_page_promises_these(policy: Policy) -> None:
    high = policy.promises[Severity.HIGH]

    assert (high.reaction, high.resolution, high.resolution_otherwise) == (minutes(30), hours(8), hours(12))
    assert policy.promises[Severity.INFO].resolution.unit is Unit.DAYS
