"""`sportello sla check`, `explain` and `lint`, as an administrator runs them."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.levels.commands import sla
from bot.levels.wording import speak

HERE = Path(__file__).parent
HEADING = "case,opened,clock,severity,reaction_due,resolution_due\n"
GOOD = "a,2026-11-24T09:00:00+01:00,desk,high,2026-11-24T09:30:00+01:00,2026-11-24T17:00:00+01:00\n"


def run(*arguments: object, language: str = "en") -> Result:
    return CliRunner().invoke(sla, [*map(str, arguments), "--language", language])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "worked.csv"


def check(file: Path, text: str | bytes, *more: object, language: str = "en") -> Result:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return run("check", file, *more, language=language)


class TestCheck:
    @pytest.mark.parametrize(("name", "rows"), [("examples.csv", 88), ("more.csv", 186)])
    def test_the_worked_examples_agree(self, name: str, rows: int) -> None:
        result = run("check", HERE / name)

        assert result.exit_code == 0
        assert result.output == f"{rows} rows: {rows} agree, 0 disagree, 0 unreadable.\n"

    def test_what_disagrees_is_shown_with_what_we_say(self, file: Path) -> None:
        result = check(file, HEADING + GOOD + GOOD.replace("T17:00", "T17:05").replace("a,", "b,"))

        assert result.exit_code == 1
        assert result.output.splitlines() == [
            "line 3 (b), resolution_due, desk, high: the file says 2026-11-24T17:05:00+01:00, we say 2026-11-24T17:00:00+01:00",
            "2 rows: 1 agree, 1 disagree, 0 unreadable.",
        ]

    def test_a_second_is_let_pass_and_two_are_not(self, file: Path) -> None:
        assert check(file, HEADING + GOOD.replace("T17:00:00", "T17:00:01")).exit_code == 0
        assert check(file, HEADING + GOOD.replace("T17:00:00", "T17:00:02")).exit_code == 1

    def test_another_policy_is_checked_where_one_is_named(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "ours.toml").write_text('[targets.high]\nresolution = "4h"\n', encoding="utf-8")
        result = check(file, HEADING + GOOD.replace("T17", "T13"), "--policy", tmp_path / "ours.toml")

        assert result.exit_code == 0

    def test_semicolons_a_byte_order_mark_and_empty_lines_do_no_harm(self, file: Path) -> None:
        text = "\ufeff" + (HEADING + "\n" + GOOD).replace(",", ";").replace("\n", "\r\n")

        assert check(file, text).output == "1 row: 1 agree, 0 disagree, 0 unreadable.\n"

    def test_windows_and_pauses_may_be_empty(self, file: Path) -> None:
        heading = HEADING.replace("\n", ",windows,not_running\n")

        assert check(file, heading + GOOD.replace("\n", ",,\n")).exit_code == 0

    def test_windows_of_a_row_take_the_place_of_the_policys_hours(self, file: Path) -> None:
        row = GOOD.replace("2026-11-24T17:00", "2026-11-25T08:30").replace("\n", ',"Mon-Fri 08:30-13:00,14:00-16:00"\n')

        assert check(file, HEADING.replace("\n", ",windows\n") + row).exit_code == 0

    def test_a_deadline_that_is_left_empty_is_not_compared(self, file: Path) -> None:
        assert check(file, HEADING + "a,2026-11-24T09:00+01:00,desk,high,,\n").exit_code == 0

    def test_a_ticket_that_waits_has_no_resolution_deadline(self, file: Path) -> None:
        heading = HEADING.replace("\n", ",not_running\n")
        result = check(file, heading + GOOD.replace("\n", ",2026-11-24T10:00+01:00/\n"))

        assert "the file says 2026-11-24T17:00:00+01:00, we say none" in result.output

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("a,yesterday,desk,high,,", "line 2 (a): opened: “yesterday” is no moment with its offset."),
            ("a,2026-11-24T09:00,desk,high,,", "line 2 (a): opened: “2026-11-24T09:00” is no moment with its offset."),
            (
                ",2026-11-24T09:00Z,sundial,high,,",
                "line 2 (-): clock: “sundial” won't do. Write one of: desk, staffed, wall.",
            ),
            ("a,2026-11-24T09:00Z,desk,dire,,", "severity: “dire” won't do. Write one of: high, medium, low, info."),
            ("a,2026-11-24T09:00Z,desk,high,soon,", "reaction_due: “soon” is no moment"),
            ("a,2026-11-24T09:00Z,desk", "line 2 (a): the fields do not match the heading"),
            ("a,2026-11-24T09:00Z,desk,high,,,,", "line 2 (a): the fields do not match the heading"),
            ("a,9999-12-31T09:00Z,desk,high,,", "the deadline lies outside the years"),
            ("a,0001-01-01T00:00+14:00,desk,high,,", "the deadline lies outside the years"),
        ],
    )
    def test_a_row_that_can_not_be_read_is_told_and_the_rest_is_checked(self, file: Path, row: str, told: str) -> None:
        result = check(file, HEADING + row + "\n" + GOOD)

        assert result.exit_code == 1
        assert told in result.output
        assert result.output.endswith("2 rows: 1 agree, 0 disagree, 1 unreadable.\n")

    @pytest.mark.parametrize(
        "pauses",
        [
            "soon/later",
            "2026-11-24T10:00+01:00",
            "/2026-11-24T10:00+01:00",
            "2026-11-24T12:00+01:00/2026-11-24T10:00+01:00",
            "2026-11-24T08:00+01:00/2026-11-24T10:00+01:00",
            "2026-11-24T10:00+01:00/;2026-11-24T12:00+01:00/2026-11-24T13:00+01:00",
            "2026-11-24T12:00+01:00/2026-11-24T13:00+01:00;2026-11-24T10:00+01:00/2026-11-24T11:00+01:00",
        ],
    )
    def test_pauses_that_can_not_be_read_are_told(self, file: Path, pauses: str) -> None:
        result = check(file, HEADING.replace("\n", ",not_running\n") + GOOD.replace("\n", f",{pauses}\n"))

        assert result.exit_code == 1
        assert "line 2 (a): not_running: " in result.output

    def test_hours_that_can_not_be_read_are_told(self, file: Path) -> None:
        result = check(file, HEADING.replace("\n", ",windows\n") + GOOD.replace("\n", ",Mon 8-9\n"))

        assert "line 2 (a): “8-9” in “Mon 8-9” is no span of hours." in result.output

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (b"", "line 1: the column case is missing"),
            (HEADING.replace("severity,", "").encode(), "line 1: the column severity is missing"),
            (HEADING.encode(), "there is not one row to check"),
            (HEADING.encode() + b"caff\xe8,", "line 2: the text is not UTF-8"),
            (HEADING.encode() + b'a,"b\n', "this is not valid CSV"),
            (HEADING.encode() + b"a" * 200_000, "line 2: this is not valid CSV"),
            (HEADING.encode() + b'a,"b"c,d,e,f,g\n', "line 2: this is not valid CSV"),
        ],
    )
    def test_a_file_that_is_none_is_refused(self, file: Path, text: bytes, told: str) -> None:
        result = check(file, text)

        assert result.exit_code == 2
        assert told in result.output

    def test_a_file_that_is_far_too_large_is_refused(self, file: Path) -> None:
        with file.open("wb") as huge:
            huge.truncate(50 * 1024 * 1024 + 1)

        assert "over 50 MB" in run("check", file).output

    def test_a_file_that_is_not_there_and_a_folder_are_refused(self, tmp_path: Path) -> None:
        assert "it is not there" in run("check", tmp_path / "none.csv").output
        assert "it is a folder" in run("check", tmp_path).output

    def test_it_speaks_italian(self, file: Path) -> None:
        result = check(file, HEADING + GOOD + "x,ieri,desk,high,,\n", language="it")

        assert result.output.splitlines() == [
            "riga 3 (x): opened: «ieri» non è un istante con il suo scarto. Scrivi per esempio 2026-11-24T10:00:00+01:00.",
            "2 righe: 1 d'accordo, 0 in disaccordo, 1 illeggibili.",
        ]


def explain(*arguments: object, language: str = "en") -> str:
    result = run("explain", *arguments, language=language)
    assert result.exit_code == 0, result.output
    return result.output


class TestExplain:
    def test_it_tells_the_whole_way_of_a_paused_ticket(self) -> None:
        told = explain(
            "--opened", "2026-11-27T15:00", "--severity", "high",
            "--not-running", "2026-11-27T16:00/2026-11-28T10:00",
        )  # fmt: skip

        assert told.split("\n\n")[1].splitlines()[:7] == [
            "Reaction (High): within 30 minutes.",
            "The clock starts at once.",
            "30 minutes later it is Friday 27 November 2026 at 15:30.",
            "Somebody is there then: the deadline stays.",
            "Due Friday 27 November 2026 at 15:30.",
            "Warning (three quarters of the staffed time): Friday 27 November 2026 at 15:22:30.",
            "If it is missed, the desk is alerted Friday 27 November 2026 at 15:30.",
        ]
        assert told.split("\n\n")[2].splitlines()[1:6] == [
            "From Friday 27 November 2026 at 15:00 to Friday 27 November 2026 at 16:00 the clock counts 1 hour; then it stops with 7 hours left.",
            "It goes on Saturday 28 November 2026 at 10:00 with 7 hours.",
            "The clock starts when somebody is there: Monday 30 November 2026 at 8:30.",
            "7 hours later it is Monday 30 November 2026 at 15:30.",
            "Somebody is there then: the deadline stays.",
        ]

    def test_it_tells_of_a_deadline_that_moves_to_the_next_opening(self) -> None:
        told = explain("--opened", "2026-11-27T18:00", "--severity", "high")

        assert "8 hours later it is Saturday 28 November 2026 at 2:00.\nNobody is there then" in told
        assert "Due Monday 30 November 2026 at 8:30." in told

    def test_it_tells_of_a_deadline_exactly_at_closing(self) -> None:
        assert "The desk closes at that very moment" in explain("--opened", "2026-11-24T11:00", "--severity", "high")

    def test_it_tells_the_share_of_a_working_day(self) -> None:
        told = explain("--opened", "2026-11-24T16:00", "--severity", "info")

        assert "By then 71 % of the working day is over; 1 business day later it is the same share" in told

    def test_it_tells_a_share_of_a_business_day_that_is_left(self) -> None:
        told = explain(
            "--opened", "2026-11-24T09:00", "--severity", "low",
            "--not-running", "2026-11-24T14:15/2026-11-25T09:00",
        )  # fmt: skip

        assert "the clock counts 0.5 business days; then it stops with 1.5 business days left." in told

    def test_it_tells_what_the_staffed_clock_counts(self) -> None:
        told = explain("--opened", "2026-11-24T10:00", "--severity", "medium", "--clock", "staffed")

        assert "Counting staffed hours only, 24 hours end Thursday 26 November 2026 at 13:00." in told

    def test_it_tells_that_on_the_wall_clock_the_alert_waits(self) -> None:
        told = explain("--opened", "2026-11-28T10:00", "--severity", "high", "--clock", "wall")

        assert "No warning: there is no staffed time before the deadline." in told
        assert "the desk is alerted Monday 30 November 2026 at 8:30." in told

    def test_it_tells_of_the_night_when_the_hour_changes(self) -> None:
        told = explain("--opened", "2026-03-28T22:00", "--severity", "high", "--clock", "wall")

        assert "12 hours later it is Sunday 29 March 2026 at 11:00.\nThe hour changes in between" in told

    def test_it_tells_that_a_ticket_waits(self) -> None:
        told = explain("--opened", "2026-11-24T10:00", "--severity", "high", "--not-running", "2026-11-24T12:00/")

        assert told.endswith("The clock stands still now: the deadline will be known when it goes on.\n")

    def test_it_tells_that_a_target_was_reached_before_the_pause(self) -> None:
        told = explain(
            "--opened", "2026-11-24T09:00", "--severity", "high", "--not-running", "2026-11-24T18:00/2026-11-26T10:00"
        )

        assert "The time runs out in this stretch already, and the deadline stays." in told
        assert told.count("Due Tuesday 24 November 2026 at 17:00.") == 1

    def test_it_tells_what_a_ticket_without_severity_is_owed(self) -> None:
        told = explain("--opened", "2026-11-24T10:00")

        assert "it counts as High for its reaction" in told
        assert "Resolution" not in told

    def test_seconds_are_told_where_there_are_any(self) -> None:
        assert "at 10:00:07" in explain("--opened", "2026-11-24T10:00:07", "--severity", "high")

    def test_it_speaks_italian(self) -> None:
        told = explain("--opened", "2026-11-28T01:00+01:00", "--severity", "high", language="it")

        assert "Aperto sabato 28 novembre 2026 all'1:00, mentre lo sportello è chiuso" in told
        assert "Scadenza: martedì 1 dicembre 2026 alle 8:30." in told

    @pytest.mark.parametrize("opened", ["soon", "2026-13-01", "", "9999-12-31T23:00", "0001-01-01T00:00"])
    def test_a_moment_that_can_not_be_told_of_is_refused(self, opened: str) -> None:
        assert run("explain", "--opened", opened, "--severity", "high").exit_code == 2


class TestLint:
    def test_years_beyond_the_calendar_are_refused(self) -> None:
        assert run("lint", "--from", "2199-01-01").exit_code == 2
        assert run("lint", "--from", "9998-06-01").exit_code == 2

    def test_the_pages_table_holds_on_the_desk_clock(self) -> None:
        result = run("lint", "--from", "2026-01-01")

        assert result.exit_code == 0
        assert result.output == (
            "The promises hold together: 70,080 openings tried, from Thursday 1 January 2026 at 0:00"
            " to Friday 31 December 2027 at 23:45, every quarter of an hour.\n"
        )

    def test_on_the_staffed_clock_medium_is_always_due_later_than_low(self) -> None:
        result = run("lint", "--clock", "staffed", "--from", "2026-11-24")

        assert result.exit_code == 1
        assert "Medium can fall due later than Low (70,176 of 70,176 openings)" in result.output
        assert "For example, opened Tuesday 24 November 2026 at 0:00: Medium is due" in result.output
        assert result.output.endswith("1 fault in the policy.\n")

    def test_on_the_wall_clock_somebody_is_promised_what_nobody_is_there_for(self) -> None:
        result = run("lint", "--clock", "wall", "--from", "2026-11-24")

        assert result.exit_code == 1
        assert "High can fall due when nobody is there" in result.output
        assert "can fall due later" not in result.output

    def test_a_milder_ticket_that_is_answered_sooner_is_found(self, tmp_path: Path) -> None:
        policy = tmp_path / "ours.toml"
        policy.write_text('[targets.low]\nreaction = "20m"\n', encoding="utf-8")
        result = run("lint", "--policy", policy)

        assert "Reaction: High can fall due later than Low" in result.output
        assert "Reaction: Medium can fall due later than Low" in result.output

    def test_a_policy_that_can_not_be_read_is_told(self, tmp_path: Path) -> None:
        result = run("lint", "--policy", tmp_path / "none.toml")

        assert result.exit_code == 2
        assert "it is not there" in result.output

    def test_it_speaks_italian(self) -> None:
        result = run("lint", "--clock", "staffed", "--from", "2026-11-24", language="it")

        assert "Risoluzione: Medium può scadere dopo Low" in result.output
        assert result.output.endswith("1 difetto nella policy.\n")


def test_the_commands_refuse_a_language_they_do_not_speak() -> None:
    assert run("lint", language="de").exit_code == 2


def test_both_languages_say_the_same_things() -> None:
    texts = [
        (HERE.parents[1] / "bot" / "locale" / language / "sla.ftl").read_text("utf-8") for language in ("it", "en")
    ]
    it, en = ([line.partition(" =")[0] for line in text.splitlines() if line.startswith("sla-")] for text in texts)

    assert it == en
    assert speak("it").say("sla-check-none") == "nessuna"
