"""The demo: lines that are piped in, the README's conversation, and a person at the window."""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.window import Completing, Window
from bot.demo import (
    Asked,
    Demo,
    PushedClock,
    Replayed,
    Streams,
    at_moment,
    demo_settings,
    language_of,
    on_the_next_working_day,
    open_demo,
    run_demo,
)
from bot.policies import shipped_policy
from bot.settings import DeskSettings, Settings
from bot.sitting import window_over

EVA = Seat("eva", "eva")
CTRL_D = "\x04"


class Outcome:
    """What `sportello demo` printed for some lines."""

    def __init__(self, lines: str, asked: Asked = Asked(language="en"), **desk: Any) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = run_demo(Settings(desk=DeskSettings(**desk)), asked, Streams(io.BytesIO(lines.encode()), out, err))
        self.out, self.err = out.getvalue(), err.getvalue()


class TestLines:
    def test_each_row_says_who_speaks_to_whom(self) -> None:
        rows = Outcome("eva: help").out.splitlines()
        assert rows[:2] == ["-- Tue 24 Nov 2026, 10:00 (Europe/Rome)", "eva> help"]
        assert all(row.startswith("desk → eva: ") for row in rows[2:])

    def test_the_same_lines_come_out_the_same(self) -> None:
        lines = "eva: Signing won't start\neva: 1\nwait 2h\n#leads: late\n"
        assert Outcome(lines).out == Outcome(lines).out

    def test_a_bad_line_is_told_by_its_number_and_the_rest_is_played(self) -> None:
        outcome = Outcome("eva: help\nnobody says this\nwait for ever\n#leads anna: late\n")
        assert outcome.code == 1
        assert [row.split(":")[0] for row in outcome.err.splitlines()] == ["Line 2", "Line 3"]
        assert "desk → #leads: " in outcome.out

    def test_remarks_and_blank_lines_are_passed_over(self) -> None:
        outcome = Outcome("# a remark\n\n   \n")
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")

    def test_bytes_that_are_no_text_stop_nothing(self) -> None:
        out = io.StringIO()
        streams = Streams(io.BytesIO(b"eva: \xff\xfe\x00\x1b[2J\n"), out, io.StringIO())
        assert run_demo(Settings(), Asked(language="en"), streams) == 0
        assert "\x1b" not in out.getvalue()

    def test_a_file_is_refused_by_the_terminal_itself(self) -> None:
        assert "terminal: There is no file at /no/such/file." in Outcome("eva: /attach /no/such/file").out

    def test_the_clock_shows_where_it_was_pushed_to(self) -> None:
        assert Outcome("wait until monday 08:30").out == "-- Mon 30 Nov 2026, 08:30 (Europe/Rome)\n"

    def test_it_begins_when_it_is_told_to(self) -> None:
        assert "Sun 29 Nov 2026, 09:00" in Outcome("eva: help", Asked(at="2026-11-29 09:00", language="en")).out

    def test_a_moment_that_is_none_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="soon"):
            Outcome("eva: help", Asked(at="soon"))

    @pytest.mark.parametrize(("thread", "goes_out"), [("direct", True), ("explicit", False)])
    def test_words_under_a_card_go_out_unless_the_desk_demands_the_button(self, thread: str, goes_out: bool) -> None:
        form = ("register", "Eva Rossi", "eva@example.org", "skip", "skip", "skip", "yes", "skip")
        problem = ("open", "4", "Signing won't start", "I press it and nothing happens", "1", "skip", "yes")
        lines = [f"eva: {answer}" for answer in (*form, *problem)]
        lines += ["#operators giulia: claim 1001", "#operators giulia: 1001: Start it again"]
        told = [row for row in Outcome("\n".join(lines), thread=thread).out.splitlines() if "Start it again" in row]
        assert any(row.startswith("desk → eva") for row in told) is goes_out
        assert any(row.startswith("desk → #operators") for row in told)

    def test_the_desk_speaks_italian_if_asked(self) -> None:
        assert "-- mar 24 nov 2026" in Outcome("eva: aiuto", Asked(language="it")).out

    def test_nothing_is_kept_unless_asked(self, tmp_path: Path) -> None:
        Outcome("eva: help", Asked(keep=tmp_path / "kept", language="en"))
        assert (tmp_path / "kept" / "sportello.db").exists()

    def test_a_demo_that_was_kept_goes_on(self, tmp_path: Path) -> None:
        kept = Asked(keep=tmp_path, language="en")
        Outcome("eva: register\neva: Eva Rossi\n", kept)
        assert (
            "desk → eva: Name: Eva Rossi"
            in Outcome("eva: eva@example.org\neva: skip\neva: skip\neva: skip\n", kept).out
        )

    def test_a_demo_keeps_away_from_a_desk_in_service(self, tmp_path: Path) -> None:
        (tmp_path / "sportello.db").touch()
        outcome = Outcome("eva: help", Asked(keep=tmp_path, language="en"))
        assert (outcome.code, outcome.out) == (1, "")
        assert str(tmp_path) in outcome.err

    def test_another_customer_can_sit_down(self) -> None:
        assert "desk → marco: " in Outcome("marco: help").out


@pytest.fixture(scope="module")
def rows() -> list[str]:
    """The README's conversation, played once."""
    return Outcome("").out.splitlines()


class TestReadme:
    def test_without_lines_the_readmes_conversation_is_played_to_its_end(self) -> None:
        outcome = Outcome("")
        assert (outcome.code, outcome.err) == (0, "")

    @pytest.mark.parametrize(
        "what",
        [
            "Ticket 1001 is open",
            "Giulia is on",
            "2 hours left",
            "is past its deadline",
            "Ticket 1001 is solved",
        ],
    )
    def test_a_ticket_is_opened_claimed_warned_about_breached_and_closed(self, rows: list[str], what: str) -> None:
        assert any(what in row for row in rows)

    def test_alerts_come_at_their_own_moments(self, rows: list[str]) -> None:
        moments = [row for row in rows if row.startswith("-- ")]
        assert [moment[20:25] for moment in moments] == ["10:00", "16:00", "18:00", "18:30"]

    def test_every_line_is_understood(self, rows: list[str]) -> None:
        assert not [row for row in rows if "not sure I understood" in row]


@pytest.mark.parametrize("lines", [None, b"eva: help\n"], ids=["no input", "piped"])
def test_the_command_needs_no_terminal_and_no_prompt(lines: bytes | None) -> None:
    probe = (
        "import sys; from bot.__main__ import app; sys.argv = ['sportello', 'demo']\n"
        "try: app()\n"
        "finally: assert 'prompt_toolkit' not in sys.modules, 'prompt_toolkit was imported'"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], input=lines or b"", capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_whoever_has_read_enough_may_go() -> None:
    done = subprocess.run(
        f"{shlex.quote(sys.executable)} -m bot demo </dev/null | head -n 1",
        shell=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.decode(), done.stderr.decode()) == ("-- Tue 24 Nov 2026, 10:00 (Europe/Rome)\n", "")


class TestSettings:
    @pytest.mark.parametrize(("spoken", "language"), [("it_IT.UTF-8", "it"), ("C.UTF-8", "en"), ("fr_FR", "en")])
    def test_the_language_is_that_of_the_environment(self, spoken: str, language: str) -> None:
        assert language_of(Settings(), {"LANG": spoken}) == language

    def test_the_language_that_is_set_comes_first(self) -> None:
        assert language_of(Settings(desk=DeskSettings(language="it")), {"LANG": "en_GB"}) == "it"

    def test_a_demo_touches_no_store_and_no_server_of_the_desks_own(self, tmp_path: Path) -> None:
        own = demo_settings(Settings.model_validate({"mail": {"host": "mail.example.org"}}), tmp_path)
        assert (own.mail.host, own.database_url) == ("demo.invalid", f"sqlite:///{tmp_path / 'sportello.db'}")

    def test_a_demo_begins_in_the_middle_of_a_morning_at_work(self) -> None:
        friday = datetime(2026, 12, 4, 18, 0, tzinfo=UTC)  # then a week-end, and a holiday on the Tuesday
        calendar = shipped_policy().to_policy().calendar
        assert on_the_next_working_day(friday)(calendar) == datetime(2026, 12, 7, 9, 0, tzinfo=UTC)

    def test_a_moment_is_local_to_the_desk(self) -> None:
        calendar = shipped_policy().to_policy().calendar
        assert at_moment("2026-07-01 10:00")(calendar).astimezone(UTC) == datetime(2026, 7, 1, 8, 0, tzinfo=UTC)

    def test_a_pushed_clock_never_goes_back(self) -> None:
        clock = PushedClock(datetime(2026, 1, 2, tzinfo=UTC))
        clock.push(datetime(2026, 1, 1, tzinfo=UTC))
        assert clock() == datetime(2026, 1, 2, tzinfo=UTC)

    def test_chance_is_replayed_from_its_seed(self) -> None:
        assert [Replayed(7).digits(6), Replayed(7).below(9)] == [Replayed(7).digits(6), Replayed(7).below(9)]


class Screenful:
    """A window on a terminal in memory."""

    def __init__(self, demo: Demo, keys: PipeInput, columns: int = 80) -> None:
        self.demo = demo
        self.keys = keys
        self.paper = io.StringIO()
        self.output = Vt100_Output(self.paper, lambda: Size(rows=30, columns=columns), term="xterm-256color")

    def window(self) -> Window:
        window = window_over(self.demo.house, self.demo.board)
        self.demo.outlet.open(window.show)
        return window

    async def typed(self, *lines: str, window: Window | None = None) -> str:
        window = window or self.window()
        self.keys.send_text("".join(f"{line}\r" for line in lines) + CTRL_D)
        with create_app_session(input=self.keys, output=self.output):
            await window.run(self.demo.type_, self.demo.pushed, source=self.keys, output=self.output)
        return self.paper.getvalue()


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    settings = demo_settings(Settings(), tmp_path, language="en")
    async with open_demo(settings, at_moment("2026-11-24 10:00")) as demo:
        yield demo


class TestWindow:
    @pytest.fixture
    def keys(self) -> Iterator[PipeInput]:
        with create_pipe_input() as keys:
            yield keys

    @pytest.fixture
    def screen(self, demo: Demo, keys: PipeInput) -> Screenful:
        return Screenful(demo, keys)

    async def test_what_is_typed_is_answered(self, screen: Screenful, demo: Demo) -> None:
        question = demo.house.words.say("open-with-these-words")
        assert question in await screen.typed("Signing won't start")

    async def test_the_seat_is_changed_by_its_name(self, screen: Screenful) -> None:
        window = screen.window()
        await screen.typed("#operators marco", window=window)
        assert window.seat == Seat("#operators", "marco")

    async def test_a_customers_own_name_with_a_capital_is_an_answer(self, screen: Screenful) -> None:
        window = screen.window()
        await screen.typed("#operators", "Eva", window=window)
        assert window.seat == Seat("#operators", "giulia")

    async def test_new_customers_take_a_seat_by_a_command(self, screen: Screenful) -> None:
        window = screen.window()
        await screen.typed("/seat marco", window=window)
        assert window.seat == Seat("marco", "marco")

    @pytest.mark.parametrize("typed", ["/seat #nowhere", "#operatori"])
    async def test_a_seat_that_is_none_is_told(self, screen: Screenful, typed: str) -> None:
        assert "There is no such seat here" in await screen.typed(typed)

    async def test_function_keys_lead_from_seat_to_seat(self, screen: Screenful) -> None:
        window = screen.window()
        screen.keys.send_text("\x1b[13~")  # F3
        await screen.typed(window=window)
        assert window.seat.place == "#leads"

    async def test_the_clock_is_pushed_from_any_seat(self, screen: Screenful, demo: Demo) -> None:
        await screen.typed("wait 2h", "mail", "attendi 30 minuti")
        assert demo.clock.now == datetime(2026, 11, 24, 9, 0, tzinfo=UTC) + timedelta(hours=2, minutes=30)

    async def test_a_wait_without_an_end_is_told(self, screen: Screenful) -> None:
        assert "How long?" in await screen.typed("wait 2 fortnights")

    async def test_mail_is_read_at_its_seat(self, screen: Screenful) -> None:
        paper = await screen.typed("mail", "hello")
        assert "No mail yet" in paper
        assert "Mail is only read here" in paper

    async def test_a_mail_is_shown_again_to_whoever_sits_down_there(self, screen: Screenful) -> None:
        lines = ("register", "Eva Rossi", "eva@example.org", "skip", "skip", "skip", "1", "mail")
        assert (await screen.typed(*lines)).count("Your code is") == 2

    async def test_colours_are_left_out_where_they_are_not_wanted(self, screen: Screenful, demo: Demo) -> None:
        coloured = Window(**_parts(screen.window()), color=True)
        plain = Window(**_parts(screen.window()), color=False)
        assert (coloured.depth, plain.depth) == (None, "DEPTH_1_BIT")

    async def test_a_narrow_window_is_filled_and_not_overrun(self, demo: Demo, keys: PipeInput) -> None:
        paper = await Screenful(demo, keys, columns=24).typed("Signing won't start")
        question = demo.house.words.say("open-with-these-words")
        assert question not in paper
        assert all(word in paper for word in question.split())

    async def test_nothing_from_outside_reaches_the_terminal_as_it_is(self, demo: Demo, screen: Screenful) -> None:
        window = screen.window()
        with create_app_session(input=screen.keys, output=screen.output):
            window._output = screen.output
            await demo.type_(EVA, "My \x1b]0;title\x07 screen is \x1b[2J gone")
        assert "\x1b]0;title" not in screen.paper.getvalue()
        assert "\x1b[2J" not in screen.paper.getvalue()


def _parts(window: Window) -> dict[str, Any]:
    names = ("seats", "board", "words", "clock", "zone", "desk", "state", "commands", "refresh")
    return {name: getattr(window, name) for name in names}


class TestCompletion:
    def offered(self, window: Window, typed: str) -> list[str]:
        event = CompleteEvent(completion_requested=True)
        return [one.text for one in Completing(window).get_completions(Document(typed), event)]

    async def test_commands_of_the_seat_are_offered(self, demo: Demo) -> None:
        window = window_over(demo.house, demo.board)
        customers = self.offered(window, "cl")
        window.sit(Seat("#operators", "giulia"))
        assert (customers, self.offered(window, "cl"), self.offered(window, "/cl")) == ([], ["claim"], ["/claim"])

    async def test_other_seats_are_offered(self, demo: Demo) -> None:
        assert "#leads anna" in self.offered(window_over(demo.house, demo.board), "#")

    async def test_buttons_are_offered(self, demo: Demo) -> None:
        await demo.type_(EVA, "Signing won't start")
        assert "No, thanks" in self.offered(window_over(demo.house, demo.board), "no")

    async def test_nothing_is_offered_for_nothing(self, demo: Demo) -> None:
        assert self.offered(window_over(demo.house, demo.board), "  ") == []

    async def test_the_line_below_shows_time_zone_and_seats(self, demo: Demo) -> None:
        shown = "".join(part[1] for part in window_over(demo.house, demo.board)._toolbar())
        assert shown.startswith(" Tue 24 Nov, 10:00 Europe/Rome  F1 eva F2 #operators F3 #leads F4 mail")
