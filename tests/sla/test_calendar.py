"""When somebody is at the desk."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from bot.calendars import italian_holidays, make_calendar
from core.sla.calendar import BeyondCalendar, Calendar, Closure, TooShort, Window

At = Callable[[str], datetime]
MINUTE = timedelta(minutes=1)


def test_the_opening_second_is_staffed_and_the_closing_second_is_not(calendar: Calendar, rome: At) -> None:
    assert calendar.is_staffed(rome("2026-11-27 08:30:00"))
    assert not calendar.is_staffed(rome("2026-11-27 19:00:00"))


def test_a_deadline_may_stand_at_closing_but_not_after_it(calendar: Calendar, rome: At) -> None:
    assert calendar.is_promised(rome("2026-11-27 19:00:00"))
    assert not calendar.is_promised(rome("2026-11-27 19:00:01"))


def test_after_friday_evening_the_desk_opens_on_monday(calendar: Calendar, rome: At) -> None:
    assert calendar.next_opening(rome("2026-11-27 19:00")) == rome("2026-11-30 08:30")


def test_while_somebody_is_there_the_next_opening_is_now(calendar: Calendar, rome: At) -> None:
    assert calendar.next_opening(rome("2026-11-27 12:00")) == rome("2026-11-27 12:00")


def test_a_closing_is_that_of_the_window_that_runs_or_comes(calendar: Calendar, rome: At) -> None:
    assert calendar.closing(rome("2026-11-27 12:00")) == rome("2026-11-27 19:00")
    assert calendar.closing(rome("2026-11-28 12:00")) == rome("2026-11-30 19:00")


def test_from_2026_on_italy_keeps_the_fourth_of_october() -> None:
    kept = italian_holidays(range(2025, 2028))

    assert [date(year, 10, 4) in kept for year in (2025, 2026, 2027)] == [False, True, True]


def test_a_holiday_on_a_sunday_moves_nothing_to_monday(calendar: Calendar, rome: At) -> None:
    assert date(2026, 11, 1).weekday() == 6
    assert calendar.is_staffed(rome("2026-11-02 10:00"))


@pytest.mark.parametrize("day", ["2026-12-08", "2026-12-25", "2026-04-06", "2027-10-04", "2026-06-02"])
def test_nobody_comes_on_a_public_holiday(calendar: Calendar, rome: At, day: str) -> None:
    assert not calendar.is_staffed(rome(f"{day} 10:00"))


def test_the_shipped_calendar_keeps_no_patron_saint(calendar: Calendar, rome: At) -> None:
    assert calendar.is_staffed(rome("2026-12-07 10:00"))


def test_a_local_day_is_kept_every_year(rome: At) -> None:
    milan = make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", local_days=["12-07"])

    assert milan.next_opening(rome("2026-12-07 10:00")) == rome("2026-12-08 08:30")
    assert not milan.is_staffed(rome("2027-12-07 10:00"))


def test_a_closure_of_dates_takes_its_first_and_its_last_day(rome: At) -> None:
    closed = make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", closures=["2026-08-10/2026-08-21"])

    assert closed.closing(rome("2026-08-07 18:00")) == rome("2026-08-07 19:00")
    assert closed.next_opening(rome("2026-08-07 19:00")) == rome("2026-08-24 08:30")


def test_a_closure_of_hours_takes_a_piece_out_of_a_day(rome: At) -> None:
    closed = make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", closures=["2026-11-24T10:00/2026-11-24T12:00"])

    assert closed.closing(rome("2026-11-24 09:00")) == rome("2026-11-24 10:00")
    assert closed.next_opening(rome("2026-11-24 10:00")) == rome("2026-11-24 12:00")
    assert closed.staffed_between(rome("2026-11-24 08:30"), rome("2026-11-24 19:00")) == timedelta(hours=8.5)


def test_a_day_that_is_closed_all_through_is_no_working_day(rome: At) -> None:
    closed = make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", closures=["2026-11-24T00:00/2026-11-25T00:00"])

    assert closed.working_day(rome("2026-11-24 09:00")).day == date(2026, 11, 25)


def test_a_working_day_lasts_until_its_last_closing(rome: At) -> None:
    lunch = make_calendar(["Mon-Fri 08:30-13:00,14:00-19:00"], "Europe/Rome")

    today = lunch.working_day(rome("2026-11-24 13:30"))

    assert (today.opens, today.closes) == (rome("2026-11-24 08:30"), rome("2026-11-24 19:00"))


def test_a_fixed_offset_knows_no_summer_time() -> None:
    fixed = make_calendar(["Mon-Fri 08:30-19:00"], "+01:00")

    assert fixed.next_opening(datetime(2026, 7, 1, tzinfo=UTC)) == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)


def test_in_rome_the_desk_opens_an_hour_earlier_by_the_sun_in_summer(calendar: Calendar) -> None:
    assert calendar.next_opening(datetime(2026, 7, 1, tzinfo=UTC)) == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(("night", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-01", 24)])
def test_a_desk_that_never_closes_is_there_for_the_whole_of_each_day(rome: At, night: str, hours: int) -> None:
    always = make_calendar(["Mon-Sun 00:00-24:00"], "Europe/Rome")
    midnight = rome(f"{night} 00:00").astimezone(UTC)
    next_midnight = rome(f"{night} 00:00") + timedelta(days=1)

    assert always.staffed_between(midnight, next_midnight) == timedelta(hours=hours)


def test_windows_that_meet_at_midnight_have_no_closing_between_them(rome: At) -> None:
    night = make_calendar(["Mon 22:00-24:00", "Tue 00:00-06:00"], "Europe/Rome")

    assert night.closing(rome("2026-11-23 23:00")) == rome("2026-11-24 06:00")


def test_staffed_time_backwards_is_none(calendar: Calendar, rome: At) -> None:
    assert calendar.staffed_between(rome("2026-11-27 12:00"), rome("2026-11-27 09:00")) == timedelta()


def test_years_far_apart_are_laid_out_when_asked(rome: At) -> None:
    week = make_calendar(["Mon-Fri 09:00-10:00"], "Europe/Rome")

    assert week.next_opening(rome("2026-01-01 00:00")) == rome("2026-01-01 09:00")
    assert week.next_opening(rome("2040-01-02 00:00")) == rome("2040-01-02 09:00")
    assert week.next_opening(rome("1995-01-02 00:00")) == rome("1995-01-02 09:00")


LONG = ["2026-01-01/2034-12-31"]


def test_a_closure_longer_than_the_years_laid_out_is_looked_past(rome: At) -> None:
    closed = rome("2026-06-01 10:00")
    fresh = [make_calendar(["Mon-Fri 08:30-19:00"], "Europe/Rome", closures=LONG) for _ in range(3)]

    assert fresh[0].next_opening(closed) == rome("2035-01-01 08:30")
    assert fresh[1].closing(closed) == rome("2035-01-01 19:00")
    assert fresh[2].working_day(closed).day == date(2035, 1, 1)


def test_asking_leaves_a_calendar_equal_to_one_that_was_never_asked(rome: At) -> None:
    asked, fresh = (make_calendar(["Mon 09:00-10:00"], "Europe/Rome") for _ in range(2))
    asked.next_opening(rome("2026-01-01 00:00"))

    assert asked == fresh


@pytest.mark.parametrize("year", [1, 1900, 2200, 9999])
def test_years_beyond_the_calendar_are_refused(calendar: Calendar, year: int) -> None:
    with pytest.raises(BeyondCalendar):
        calendar.next_opening(datetime(year, 6, 1, tzinfo=UTC))


def test_a_desk_that_is_closed_for_good_has_no_next_opening() -> None:
    ends = datetime(2026, 1, 1, tzinfo=UTC)
    closed = Calendar((Window(0, 0, 3600),), UTC, closures=(Closure(ends, datetime(2201, 1, 1, tzinfo=UTC)),))

    with pytest.raises(BeyondCalendar):
        closed.next_opening(ends)


def test_a_naive_moment_is_refused(calendar: Calendar) -> None:
    with pytest.raises(TypeError):
        calendar.is_staffed(datetime(2026, 11, 24, 10, 0))


@pytest.mark.parametrize(("weekday", "opens", "closes"), [(7, 0, 1), (0, 5, 5), (0, 9, 8), (0, 0, 86_401), (0, -1, 5)])
def test_a_window_that_is_none_is_refused(weekday: int, opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="not a window"):
        Window(weekday, opens, closes)


def test_a_calendar_without_windows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Calendar((), UTC)


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "+05:45"])
@pytest.mark.parametrize("hours", ["00:00-24:00", "00:00-02:30", "02:30-09:00", "01:15-03:15", "23:00-24:00"])
def test_an_instant_is_staffed_just_when_the_local_time_of_day_lies_in_a_window(zone: str, hours: str) -> None:
    calendar = make_calendar([f"Mon-Sun {hours}"], zone)
    opens, closes = (None if text == "24:00" else time.fromisoformat(text) for text in hours.split("-"))
    step = timedelta(minutes=15)

    for change in _changes(calendar):
        for n in range(-150, 150):
            at = change + n * step
            there = at.astimezone(calendar.zone).time()
            assert opens is not None
            assert calendar.is_staffed(at) == (opens <= there and (closes is None or there < closes)), at


def _changes(calendar: Calendar) -> list[datetime]:
    """The hours of 2026 after which the zone's offset is another; or New Year where there is none."""
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(365 * 24)]
    offsets = [at.astimezone(calendar.zone).utcoffset() for at in hours]
    return [at for at, one, two in zip(hours, offsets, offsets[1:], strict=False) if one != two] or [hours[0]]


def test_a_zone_of_minutes_is_read_exactly() -> None:
    nepal = make_calendar(["Mon-Fri 09:00-17:00"], "+05:45")

    assert nepal.zone == timezone(timedelta(hours=5, minutes=45))
    assert nepal.next_opening(datetime(2026, 11, 24, tzinfo=UTC)) == datetime(2026, 11, 24, 3, 15, tzinfo=UTC)


def test_the_last_closing_laid_out_has_no_next_opening_yet(calendar: Calendar) -> None:
    laid = calendar.ask(0, lambda laid, _: laid)

    with pytest.raises(TooShort):
        laid.when_next(laid.day_before[-1])
