"""The three clocks: what holds for every calendar, opening and amount, and what the page's levels come to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars import italian_holidays, make_calendar
from core.sla.calendar import BeyondCalendar, Calendar
from core.sla.clock import Amount, Clock, ClockName, Unit, business_days, clock_named, hours, lasting, minutes

At = Callable[[str], datetime]
MICRO = timedelta(microseconds=1)

KINDS = {
    "the page's": (["Mon-Fri 08:30-19:00"], []),
    "a lunch break": (["Mon-Fri 08:30-13:00,14:00-19:00"], []),
    "short Fridays": (["Mon-Thu 08:30-19:00", "Fri 08:30-13:00"], []),
    "always": (["Mon-Sun 00:00-24:00"], []),
    "nights": (["Mon-Sun 00:00-02:30,22:00-24:00"], []),
    "closures": (["Mon-Sat 09:00-12:00,13:00-17:30"], ["2026-03-20/2026-04-02", "2026-10-23T10:00/2026-10-26T16:20"]),
}


@cache
def calendar_of(kind: str) -> Calendar:
    windows, closures = KINDS[kind]
    return make_calendar(windows, "Europe/Rome", holidays=italian_holidays(), closures=closures)


kinds = st.sampled_from(sorted(KINDS)).map(calendar_of)
clocks = st.builds(clock_named, st.sampled_from(ClockName), kinds)
hour_clocks = st.builds(clock_named, st.sampled_from([ClockName.STAFFED, ClockName.WALL]), kinds)
held_clocks = st.builds(clock_named, st.sampled_from([ClockName.STAFFED, ClockName.DESK]), kinds)


def _around(day: datetime, spread: timedelta) -> st.SearchStrategy[datetime]:
    return st.integers(0, 2 * int(spread.total_seconds())).map(lambda n: day - spread + timedelta(seconds=n))


moments = st.one_of(
    _around(datetime(2026, 7, 1, tzinfo=UTC), timedelta(days=180)),
    _around(datetime(2026, 3, 29, 1, tzinfo=UTC), timedelta(days=2)),  # clocks go forward
    _around(datetime(2026, 10, 25, 1, tzinfo=UTC), timedelta(days=2)),  # clocks go back
)
times = st.integers(1, 100 * 3600).map(lambda n: lasting(timedelta(seconds=n)))
days = st.one_of(st.integers(1, 12), st.fractions(Fraction(1, 100), 12)).map(business_days)
amounts = times | days


@given(clocks, moments, st.integers(1, 99), times)
def test_due_is_the_inverse_of_elapsed_wherever_somebody_is_there(
    clock: Clock, about: datetime, share: int, before: Amount
) -> None:
    end = _inside(clock.calendar, about, share)  # type: ignore[attr-defined]
    begin = end - before.count * MICRO

    for unit in Unit:
        assert clock.due(begin, clock.elapsed(begin, end, unit)) == end


def _inside(calendar: Calendar, about: datetime, share: int) -> datetime:
    """A moment inside the window that is open then, or next: so many hundredths of it after *about*."""
    opens = calendar.next_opening(about)
    return opens + max(MICRO, (calendar.closing(opens) - opens) * share / 100)


@given(hour_clocks, moments, times)
def test_elapsed_is_the_inverse_of_due_on_the_staffed_and_the_wall_clock(
    clock: Clock, begin: datetime, amount: Amount
) -> None:
    assert clock.elapsed(begin, clock.due(begin, amount)) == amount


@given(kinds, moments, times)
def test_the_desk_clock_never_gives_less_than_was_promised(calendar: Calendar, begin: datetime, amount: Amount) -> None:
    clock = clock_named(ClockName.DESK, calendar)

    assert clock.elapsed(begin, clock.due(begin, amount)).count >= amount.count


@given(clocks, moments, days)
def test_business_days_come_back_to_the_microsecond(clock: Clock, begin: datetime, amount: Amount) -> None:
    back = clock.elapsed(begin, clock.due(begin, amount), Unit.DAYS)

    assert abs(back.days - amount.days) <= Fraction(1, 60 * 1_000_000)  # a microsecond of a working day of a minute


@given(clocks, moments, moments, amounts)
def test_a_later_beginning_never_falls_due_earlier(
    clock: Clock, one: datetime, other: datetime, amount: Amount
) -> None:
    earlier, later = sorted((one, other))

    assert clock.due(earlier, amount) <= clock.due(later, amount)


@given(clocks, moments, times, times)
def test_more_time_never_falls_due_earlier(clock: Clock, begin: datetime, one: Amount, other: Amount) -> None:
    less, more = sorted((one, other), key=lambda amount: amount.count)

    assert clock.due(begin, less) <= clock.due(begin, more)


@given(clocks, moments, days, days)
def test_more_business_days_never_fall_due_earlier(clock: Clock, begin: datetime, one: Amount, other: Amount) -> None:
    less, more = sorted((one, other), key=lambda amount: amount.days)

    assert clock.due(begin, less) <= clock.due(begin, more)


@given(held_clocks, moments, amounts)
def test_on_the_desk_and_the_staffed_clock_somebody_is_there(clock: Clock, begin: datetime, amount: Amount) -> None:
    calendar: Calendar = clock.calendar  # type: ignore[attr-defined]

    assert calendar.is_promised(clock.due(begin, amount))


@given(kinds, moments, days)
def test_a_business_day_is_the_same_on_every_clock(calendar: Calendar, begin: datetime, amount: Amount) -> None:
    assert len({clock_named(name, calendar).due(begin, amount) for name in ClockName}) == 1


@given(kinds, moments, days)
def test_business_days_end_while_the_desk_is_staffed(calendar: Calendar, begin: datetime, amount: Amount) -> None:
    assert calendar.is_staffed(clock_named(ClockName.DESK, calendar).due(begin, amount))


@given(clocks, moments, st.sampled_from([hours(0), hours(-1), business_days(0), business_days(-2)]))
def test_an_amount_of_nothing_is_due_when_the_clock_starts(clock: Clock, begin: datetime, nothing: Amount) -> None:
    calendar: Calendar = clock.calendar  # type: ignore[attr-defined]
    starts = begin if clock.name is ClockName.WALL and nothing.unit is Unit.TIME else calendar.next_opening(begin)

    assert clock.due(begin, nothing) == starts


@given(clocks, moments, moments, st.sampled_from(Unit))
def test_nothing_elapses_backwards(clock: Clock, one: datetime, other: datetime, unit: Unit) -> None:
    earlier, later = sorted((one, other))

    assert not clock.elapsed(later, earlier, unit)


@given(amounts)
def test_an_amount_is_read_back_from_its_text(amount: Amount) -> None:
    assert Amount.parse(str(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("30m", minutes(30)),
        ("90m", minutes(90)),
        ("1h30m", minutes(90)),
        ("8h", hours(8)),
        ("90s", lasting(timedelta(seconds=90))),
        ("0.5s", lasting(timedelta(seconds=0.5))),
        ("2bd", business_days(2)),
        ("7/2bd", business_days(Fraction(7, 2))),
    ],
)
def test_amounts_are_written_as_people_write_them(text: str, amount: Amount) -> None:
    assert Amount.parse(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "8", "h", "8 h", "8H", "-8h", "2d", "2bd3h", "1m1h", "2/0bd", "²h", "٣h", "1e3h", "8h\n", "9" * 50 + "h"],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Amount.parse(text)


@pytest.mark.parametrize(("amount", "text"), [(minutes(90), "1h30m"), (hours(0), "0m"), (business_days(5), "5bd")])
def test_an_amount_is_shown_as_it_would_be_written(amount: Amount, text: str) -> None:
    assert str(amount) == text


def test_hours_and_business_days_are_not_taken_from_one_another() -> None:
    with pytest.raises(ValueError, match="less"):
        hours(8) - business_days(1)


def test_business_days_are_taken_from_one_another_with_their_shares() -> None:
    assert business_days(2) - business_days(Fraction(1, 3)) == business_days(Fraction(5, 3))


def test_16_on_a_long_thursday_is_11_42_51_on_a_short_friday(rome: At) -> None:
    clock = clock_named(ClockName.DESK, calendar_of("short Fridays"))

    due = clock.due(rome("2026-11-26 16:00"), business_days(1))

    assert abs(due - rome("2026-11-27 11:42:51")) < timedelta(seconds=1)


def test_a_desk_deadline_exactly_at_closing_stays_there(calendar: Calendar, rome: At) -> None:
    clock = clock_named(ClockName.DESK, calendar)

    assert clock.due(rome("2026-11-24 11:00"), hours(8)) == rome("2026-11-24 19:00")


def test_a_desk_deadline_a_microsecond_after_closing_moves_to_the_next_opening(calendar: Calendar, rome: At) -> None:
    clock = clock_named(ClockName.DESK, calendar)

    assert clock.due(rome("2026-11-24 11:00") + MICRO, hours(8)) == rome("2026-11-25 08:30")


def test_a_desk_deadline_in_the_lunch_break_moves_to_the_afternoon(rome: At) -> None:
    clock = clock_named(ClockName.DESK, calendar_of("a lunch break"))

    assert clock.due(rome("2026-11-24 12:45"), minutes(30)) == rome("2026-11-24 14:00")
    assert clock.due(rome("2026-11-24 12:30"), minutes(30)) == rome("2026-11-24 13:00")


def test_a_staffed_deadline_exactly_at_closing_stays_there(calendar: Calendar, rome: At) -> None:
    clock = clock_named(ClockName.STAFFED, calendar)

    assert clock.due(rome("2026-11-24 18:00"), hours(1)) == rome("2026-11-24 19:00")


def test_an_hour_that_comes_twice_is_two_hours(rome: At) -> None:
    clock = clock_named(ClockName.DESK, calendar_of("always"))

    assert clock.due(rome("2026-10-25 00:00"), hours(8)) == rome("2026-10-25 07:00")


def test_an_hour_that_is_left_out_is_none(rome: At) -> None:
    clock = clock_named(ClockName.DESK, calendar_of("always"))

    assert clock.due(rome("2026-03-29 00:00"), hours(8)) == rome("2026-03-29 09:00")


@pytest.mark.parametrize("name", [ClockName.STAFFED, ClockName.WALL])
@pytest.mark.parametrize("amount", [hours(800), business_days(900)], ids=str)
def test_a_deadline_years_ahead_is_found_by_laying_out_more_years(name: ClockName, amount: Amount, rome: At) -> None:
    fresh = make_calendar(["Mon 09:00-10:00"], "Europe/Rome")
    begin = rome("2026-11-23 09:00")

    assert clock_named(name, fresh).elapsed(begin, clock_named(name, fresh).due(begin, amount), amount.unit) == amount


@pytest.mark.parametrize("name", ClockName)
@pytest.mark.parametrize("amount", [hours(8), business_days(1)], ids=str)
def test_a_deadline_after_a_closure_of_many_years_is_found(name: ClockName, amount: Amount, rome: At) -> None:
    closed = ["2025-12-01/2034-12-31"]
    clock = clock_named(name, make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", closures=closed))
    on_the_wall = name is ClockName.WALL and amount.unit is Unit.TIME

    due = clock.due(rome("2026-06-01 08:30"), amount)

    assert due == (rome("2026-06-01 16:30") if on_the_wall else rome(_AFTER[amount.unit]))


_AFTER = {Unit.TIME: "2035-01-01 16:30", Unit.DAYS: "2035-01-02 08:30"}


def test_the_desk_clock_keeps_a_long_deadline_until_the_desk_opens_again(rome: At) -> None:
    closed = make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", closures=["2026-06-02/2034-12-31"])

    assert clock_named(ClockName.DESK, closed).due(rome("2026-06-01 18:00"), hours(8)) == rome("2035-01-01 08:30")


@pytest.mark.parametrize("name", [ClockName.STAFFED, ClockName.DESK])
def test_a_deadline_beyond_the_calendar_is_refused(name: ClockName, calendar: Calendar) -> None:
    with pytest.raises(BeyondCalendar):
        clock_named(name, calendar).due(datetime(2026, 1, 1, tzinfo=UTC), hours(99_999 * 100))
