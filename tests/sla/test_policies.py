"""A policy at the border: what can be written, and what is said of what can't."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.calendars import read_closure, read_hours, read_local_day, read_zone
from bot.levels.wording import Unreadable, speak
from bot.policies import PolicyProblem, SlaSettings, parse_policy, read_policy, shipped_policy
from core.sla.calendar import Window
from core.sla.clock import ClockName, business_days, hours, minutes
from core.sla.policy import PAGE, Policy, Severity

At = Callable[[str], datetime]


def test_the_shipped_file_is_the_page(policy: Policy) -> None:
    assert policy.promises == PAGE
    assert policy.clock_name is ClockName.DESK
    assert len(policy.calendar.windows) == 5


def test_settings_that_say_nothing_are_the_shipped_file() -> None:
    assert SlaSettings().to_policy() == shipped_policy().to_policy()


def test_one_amount_can_be_changed_and_the_rest_stays() -> None:
    policy = SlaSettings.model_validate({"targets": {"high": {"reaction": "15m"}}}).to_policy()

    assert policy.promises[Severity.HIGH].reaction == minutes(15)
    assert policy.promises[Severity.HIGH].resolution == hours(8)
    assert policy.promises[Severity.INFO].reaction == business_days(1)


def test_hours_may_be_one_text(rome: At) -> None:
    calendar = SlaSettings(hours="Mon-Thu 08:30-13:00,14:00-19:00; Fri 08:30-13:00").to_calendar()

    assert calendar.closing(rome("2026-11-26 09:00")) == rome("2026-11-26 13:00")
    assert calendar.next_opening(rome("2026-11-27 13:00")) == rome("2026-11-30 08:30")


def test_zone_local_days_and_closures_can_be_set(rome: At) -> None:
    settings = SlaSettings(zone="+01:00", local_days=("12-07",), closures=("2026-12-09",))

    assert settings.to_calendar().next_opening(rome("2026-12-07 08:30")) == rome("2026-12-10 08:30")


def test_no_holidays_can_be_kept(rome: At) -> None:
    assert SlaSettings.model_validate({"holidays": "none"}).to_calendar().is_staffed(rome("2026-12-25 10:00"))


def test_settings_can_name_a_policy_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('clock = "wall"\n', encoding="utf-8")

    assert SlaSettings(policy=Path("ours.toml")).to_policy(tmp_path).clock_name is ClockName.WALL


def test_a_policy_file_and_single_values_together_are_refused() -> None:
    with pytest.raises(ValidationError, match="not both: drop clock"):
        SlaSettings(policy=Path("ours.toml"), clock=ClockName.WALL)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes(b'\xef\xbb\xbfclock = "staffed"\r\n')

    assert read_policy(file).clock_name is ClockName.STAFFED


class TestHours:
    def test_days_may_be_italian_or_in_full(self) -> None:
        assert read_hours("lun-ven 08:30-19:00") == read_hours("Monday-Friday 8:30-19:00")

    def test_days_may_be_listed_and_run_over_sunday(self) -> None:
        assert [window.weekday for window in read_hours("Sat-Mon,Wed 09:00-10:00")] == [0, 2, 5, 6]

    def test_a_day_may_end_at_midnight(self) -> None:
        assert read_hours("Mon 22:00-24:00") == (Window(0, 22 * 3600, 24 * 3600),)

    @pytest.mark.parametrize(
        ("written", "message"),
        [
            ("", "sla-hours-none"),
            (" ; ", "sla-hours-none"),
            ("Mon-Fry 08:30-19:00", "sla-hours-day"),
            ("08:30-19:00", "sla-hours-day"),
            ("-Mon 08:30-19:00", "sla-hours-day"),
            ("Mon", "sla-hours-span"),
            ("Mon 8-19", "sla-hours-span"),
            ("Mon 08:60-19:00", "sla-hours-span"),
            ("Mon 08:30-24:01", "sla-hours-span"),
            ("Mon 08:30-99:00", "sla-hours-span"),
            ("Mon ٠٨:30-19:00", "sla-hours-span"),
            ("Mon 22:00-06:00", "sla-hours-backwards"),
            ("Mon 09:00-09:00", "sla-hours-backwards"),
            ("Mon-Fri 08:30-13:00; Tue 12:00-14:00", "sla-hours-overlap"),
        ],
    )
    def test_what_can_not_be_read_is_told(self, written: str, message: str) -> None:
        with pytest.raises(Unreadable) as told:
            read_hours(written)

        assert told.value.message == message


class TestZones:
    def test_a_fixed_offset_lies_east_of_greenwich_with_a_plus(self) -> None:
        assert read_zone("+01:00").utcoffset(None) == timedelta(hours=1)
        assert read_zone("-03:30").utcoffset(None) == -timedelta(hours=3, minutes=30)

    @pytest.mark.parametrize("written", ["Etc/GMT+1", "GMT+1", "UTC+01:00", "gmt1", "Etc/GMT-1"])
    def test_the_upside_down_names_are_refused(self, written: str) -> None:
        with pytest.raises(Unreadable, match=r"\+01:00"):
            read_zone(written)

    @pytest.mark.parametrize(
        "written", ["Europe/Roma", "europe rome", "", "../../etc/passwd", "/etc/passwd", "Europe", "\0"]
    )
    def test_an_unknown_zone_is_refused_with_one_that_exists(self, written: str) -> None:
        with pytest.raises(Unreadable, match=r"Perhaps [A-Z]") as told:
            read_zone(written)

        assert read_zone(told.value.facts["nearest"])

    def test_the_nearest_name_is_offered(self) -> None:
        with pytest.raises(Unreadable, match="Perhaps Europe/Rome"):
            read_zone("Europe/Roma")

    @pytest.mark.parametrize("written", ["+15:00", "-99:00", "+01:60"])
    def test_an_offset_that_is_none_is_refused(self, written: str) -> None:
        with pytest.raises(Unreadable, match="between -14:00"):
            read_zone(written)


class TestClosures:
    def test_hours_are_local(self) -> None:
        _, closure = read_closure("2026-12-24T13:00/2026-12-24T19:00", read_zone("Europe/Rome"))

        assert closure is not None
        assert closure.begin == datetime(2026, 12, 24, 12, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("written", "message"),
        [
            ("", "sla-closure"),
            ("Christmas", "sla-closure"),
            ("2026-13-01", "sla-closure"),
            ("2026-12-24T13:00", "sla-closure"),
            ("2026-12-24T13:00+01:00/2026-12-24T19:00", "sla-closure"),
            ("2026-12-24/2026-12-20", "sla-closure-backwards"),
            ("2026-12-24T19:00/2026-12-24T13:00", "sla-closure-backwards"),
            ("0001-01-01/9999-12-31", "sla-closure-backwards"),
        ],
    )
    def test_what_can_not_be_read_is_told(self, written: str, message: str) -> None:
        with pytest.raises(Unreadable) as told:
            read_closure(written, UTC)

        assert told.value.message == message

    @pytest.mark.parametrize("written", ["13-01", "12-7", "7 December", ""])
    def test_a_local_day_is_month_and_day(self, written: str) -> None:
        with pytest.raises(Unreadable, match="month and day"):
            read_local_day(written)

    def test_the_twenty_ninth_of_february_may_be_kept(self) -> None:
        assert read_local_day("02-29") == (2, 29)


class TestProblems:
    """Each names its line, its field, and what would be right."""

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('# ours\nclock = "dsk"', "line 2, clock: “dsk” won't do. Write one of: desk, staffed, wall."),
            ('zone = "GMT+1"', "line 1, zone: “GMT+1” is ambiguous"),
            ("hours = 5", "line 1, hours: “5” won't do: this takes a text in quotes."),
            ('hours = ["Mon 8-9"]', "line 1, hours: “8-9” in “Mon 8-9” is no span of hours."),
            ('closures = "2026-08-14"', "line 1, closures: “2026-08-14” won't do: this takes a list"),
            ('\nclosures = ["soon"]', "line 2, closures.0: “soon” is no closure."),
            ('local_days = ["7-12"]', "line 1, local_days.0: “7-12” is no day of the year."),
            ("targets = 1", "line 1, targets: “1” won't do: this takes a table"),
            ('[targets.high]\nreaction = "30 min"', "line 2, targets.high.reaction: “30 min” is no amount."),
            ('[targets.high]\nreaction = "0m"', "line 2, targets.high.reaction: “0m” is out of measure"),
            ('[targets.info]\nreaction = "366bd"', "line 2, targets.info.reaction: “366bd” is out of measure"),
            ('[targets]\nlow.reaction = "soon"', "line 2, targets.low.reaction: “soon” is no amount."),
            (
                '[targets]\n[targets.hihg]\nreaction = "1h"',
                "line 2, targets.hihg: there is no “hihg” here. The right name: high.",
            ),
            ('holydays = "italy"', "line 1, holydays: there is no “holydays” here. The right name: holidays."),
            ('[targets.low]\nx = "1h"', "The right name: reaction, resolution, resolution_otherwise."),
            ('policy = "other.toml"', "line 1, policy: a policy file can't point to another one."),
            ("'clock' = 'x'", "ours.toml: clock: “x” won't do."),
            ("clock = desk", "not valid TOML (Invalid value (at line 1, column 9))"),
            ("a = " + "[" * 5000, "not valid TOML"),
        ],
    )
    def test_a_problem_says_where_and_what(self, text: str, told: str) -> None:
        with pytest.raises(PolicyProblem) as problem:
            parse_policy(text, "ours.toml")

        assert str(problem.value).startswith("ours.toml: ")
        assert told in str(problem.value)

    def test_all_problems_are_told_at_once(self) -> None:
        with pytest.raises(PolicyProblem) as problem:
            parse_policy('clock = "x"\nzone = "y"\nhours = "z"', "ours.toml")

        assert [one.line for one in problem.value.problems] == [1, 2, 3]

    def test_they_are_told_in_italian_too(self) -> None:
        with pytest.raises(PolicyProblem) as problem:
            parse_policy('clock = "x"', "ours.toml")

        assert problem.value.say(speak("it")) == (
            "ours.toml: riga 1, clock: «x» non va bene. Scrivi uno di questi: desk, staffed, wall."
        )

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b'clock = "desk"\n# \xe8', "line 2: the text is not UTF-8"),
            (b"#" * 200_000, "over 100 KB"),
        ],
    )
    def test_a_file_of_another_kind_is_refused(self, tmp_path: Path, content: bytes, told: str) -> None:
        file = tmp_path / "ours.toml"
        file.write_bytes(content)

        with pytest.raises(PolicyProblem) as problem:
            read_policy(file)

        assert told in str(problem.value)

    def test_a_file_that_is_not_there_and_a_folder_are_refused(self, tmp_path: Path) -> None:
        told = []
        for path in (tmp_path / "none.toml", tmp_path):
            with pytest.raises(PolicyProblem) as problem:
                read_policy(path)
            told.append(str(problem.value).rpartition(": ")[2])

        assert told == ["it is not there. Check its name.", "it is a folder."]
