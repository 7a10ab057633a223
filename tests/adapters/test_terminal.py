"""The terminal: what is typed, what is shown, and that nothing from outside can paint it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth

from bot.adapters.channel import GiveUp
from bot.adapters.terminal.board import Board, Shown
from bot.adapters.terminal.drawn import button_rows, text_rows
from bot.adapters.terminal.harmless import harmless, one_line
from bot.adapters.terminal.paint import painted, wrapped
from bot.adapters.terminal.plain import Plain
from bot.adapters.terminal.script import BadLine, Typed, Waited, read_line
from bot.adapters.terminal.seats import Seat, Seats
from bot.adapters.terminal.terminal import Outlet, Showing, Typing
from bot.adapters.terminal.typed import Attach, Leave, Move, Words, at_the_prompt, read
from bot.adapters.terminal.waits import NotAMoment, waits_until
from bot.conversations.heard import Heard, Pressed, Said
from bot.conversations.screen import Key, Screen
from core.ids import ChatId, TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind

ROME = ZoneInfo("Europe/Rome")
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EVA = Seat("eva", "eva")
GIULIA = Seat("#operators", "giulia")

YES_NO = Screen(
    ("Shall I?",), (Key("Yes", "7.ab.yes"), Key("No", "7.ab.no"), Key("Back", "7.ab.~back", True)), (), "7.ab"
)
CARD = Screen(("1001 “Signing”", "Nobody has it."), (Key("Claim", "!claim.1001"), Key("Show", "!show.1001")))


def in_rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


class TestHarmless:
    def test_line_ends_stay(self) -> None:
        assert harmless("one\r\ntwo\rthree\u2028four") == "one\ntwo\nthree\nfour"

    def test_an_escape_sequence_is_shown_and_not_obeyed(self) -> None:
        assert harmless("\x1b[31mred\x07\x7f") == "␛[31mred␇␡"

    def test_what_turns_a_line_round_is_dropped(self) -> None:
        assert harmless("\u202egpj.exe\u2066\u200f") == "gpj.exe"

    def test_a_family_of_emoji_stays_one(self) -> None:
        assert harmless("👩\u200d👧 🇮🇹 ✔\ufe0f") == "👩\u200d👧 🇮🇹 ✔\ufe0f"

    def test_marks_are_not_stacked_over_the_neighbours(self) -> None:
        assert harmless("e" + "\u0301" * 40) == "e" + "\u0301" * 4

    def test_one_line_is_one(self) -> None:
        assert one_line("a\nb\tc") == "a b c"

    @given(st.text())
    def test_nothing_is_left_that_steers_a_terminal(self, text: str) -> None:
        assert not [char for char in harmless(text) if (char < " " and char != "\n") or "\x7f" <= char <= "\x9f"]


class TestWaiting:
    @pytest.mark.parametrize(
        ("typed", "until"),
        [
            ("wait 2h", "2026-11-24 12:00"),
            ("attendi 1h30", "2026-11-24 11:30"),
            ("wait 1 h 30 min", "2026-11-24 11:30"),
            ("aspetta 2 ore e 15 minuti", "2026-11-24 12:15"),
            ("/wait 5 giorni", "2026-11-29 10:00"),
            ("wait until 18:30", "2026-11-24 18:30"),
            ("wait until 08:30", "2026-11-25 08:30"),
            ("wait until monday 08:30", "2026-11-30 08:30"),
            ("attendi fino a lunedì alle 8.30", "2026-11-30 08:30"),
            ("wait until tuesday 9:00", "2026-12-01 09:00"),
            ("attendi fino a domani", "2026-11-25 00:00"),
            ("wait until 2027-01-01 08:00", "2027-01-01 08:00"),
        ],
    )
    def test_it_is_understood_in_both_languages(self, typed: str, until: str) -> None:
        assert waits_until(typed, TUESDAY, ROME) == in_rome(until)

    @pytest.mark.parametrize(
        "typed", ["wait 2", "wait 0m", "wait 99999d", "wait until 25:00", "wait until", "wait 2h please"]
    )
    def test_a_moment_that_is_none_is_refused(self, typed: str) -> None:
        with pytest.raises(NotAMoment):
            waits_until(typed, TUESDAY, ROME)

    def test_a_date_in_the_past_is_refused(self) -> None:
        with pytest.raises(NotAMoment):
            waits_until("wait until 2026-11-23 08:00", TUESDAY, ROME)

    def test_whoever_asks_somebody_to_wait_pushes_no_clock(self) -> None:
        assert waits_until("aspetta un attimo, ti mando la foto", TUESDAY, ROME) is None

    def test_a_day_is_a_day_when_the_hour_changes(self) -> None:
        saturday = in_rome("2026-10-24 10:00")
        assert waits_until("wait until sunday 10:00", saturday, ROME) == saturday.astimezone(UTC) + timedelta(hours=25)


class TestSeats:
    def test_a_customer_sits_down_by_their_name(self) -> None:
        assert Seats().find("Marco") == Seat("marco", "marco")

    def test_a_room_remembers_who_spoke_last(self) -> None:
        seats = Seats()
        seats.take(Seat("#operators", "marco"))
        assert seats.find("#operators") == Seat("#operators", "marco")

    @pytest.mark.parametrize("name", ["#nowhere", "#operators a b", "1234", "", "eva@example.org"])
    def test_other_names_are_no_seats(self, name: str) -> None:
        assert Seats().find(name) is None


class TestLinesToPlay:
    def test_somebody_says_something(self) -> None:
        assert read_line("eva: it says: no", Seats()) == Typed(EVA, "it says: no")

    def test_an_operator_is_named_with_the_room(self) -> None:
        assert read_line("#operators marco: claim 1001", Seats()) == Typed(Seat("#operators", "marco"), "claim 1001")

    def test_the_clock_is_pushed(self) -> None:
        assert read_line("wait until 08:30", Seats()) == Waited("wait until 08:30")

    @pytest.mark.parametrize("line", ["", "   ", "# a remark", "#"])
    def test_remarks_and_blank_lines_mean_nothing(self, line: str) -> None:
        assert read_line(line, Seats()) is None

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("hello there", "terminal-no-seat"),
            ("#nowhere: hello", "terminal-no-such-seat"),
            ("mail: hello", "terminal-mail-is-read"),
        ],
    )
    def test_a_bad_line_says_what_would_be_right(self, line: str, why: str) -> None:
        with pytest.raises(BadLine, match=why):
            read_line(line, Seats())


class TestTyped:
    def test_words_are_words(self) -> None:
        assert read("  hello ") == Words("hello")

    def test_words_can_stand_under_a_ticket(self) -> None:
        assert read("1001: Have you tried it?") == Words("Have you tried it?", 1001)

    @pytest.mark.parametrize(
        "typed", ["/attach /a/my file.png", "/allega '/a/my file.png'", "/attach /a/my\\ file.png"]
    )
    def test_a_path_may_be_written_as_a_shell_would(self, typed: str) -> None:
        assert read(typed) == Attach("/a/my file.png")

    def test_an_apostrophe_alone_breaks_no_path(self) -> None:
        assert read("/attach l'errore.png") == Attach("l'errore.png")

    def test_the_prompt_has_words_of_its_own(self) -> None:
        assert (at_the_prompt("/seat marco"), at_the_prompt("/esci"), at_the_prompt("hello")) == (
            Move("marco"),
            Leave(),
            None,
        )


def shown(
    board: Board, screen: Screen, kind: Kind = Kind.REPLY, place: str = "eva", ticket: int | None = None
) -> Shown:
    number = TicketNumber(ticket) if ticket else None
    return board.put(Shown("terminal", place, screen, kind, number), None)


def pressed(board: Board, typed: str, seat: Seat = EVA) -> str | None:
    found = board.press(seat.place, seat.person, typed)
    return found[1].value if found else None


class TestBoard:
    @pytest.fixture
    def board(self) -> Board:
        board = Board("t")
        board.speaks("eva", "eva")
        board.speaks("#operators", "giulia")
        return board

    @pytest.mark.parametrize("typed", ["1", "Yes", "yes", " YES. "])
    def test_a_button_is_pressed_by_its_number_or_its_label(self, board: Board, typed: str) -> None:
        shown(board, YES_NO)
        assert pressed(board, typed.strip()) == "7.ab.yes"

    def test_what_moves_about_has_no_number(self, board: Board) -> None:
        shown(board, YES_NO)
        assert (pressed(board, "3"), pressed(board, "back")) == (None, "7.ab.~back")

    @pytest.mark.parametrize("typed", ["0", "4", "9999", "1001", "maybe", "", "②"])
    def test_anything_else_is_words(self, board: Board, typed: str) -> None:
        shown(board, YES_NO)
        assert pressed(board, typed) is None

    def test_a_card_takes_no_number_from_an_open_question(self, board: Board) -> None:
        shown(board, YES_NO, place="#operators")
        card = shown(board, CARD, Kind.CARD, "#operators", 1001)
        assert (pressed(board, "1", GIULIA), card.numbered) == ("7.ab.yes", False)

    def test_a_cards_label_works_in_the_middle_of_a_question(self, board: Board) -> None:
        shown(board, YES_NO, place="#operators")
        shown(board, CARD, Kind.CARD, "#operators", 1001)
        assert pressed(board, "claim", GIULIA) == "!claim.1001"

    def test_once_it_is_answered_a_question_has_no_buttons(self, board: Board) -> None:
        shown(board, YES_NO)
        board.speaks("eva", "eva")
        assert (pressed(board, "1"), pressed(board, "yes")) == (None, None)

    def test_a_number_is_words_while_nobody_knows_whether_the_question_was_answered(self, board: Board) -> None:
        shown(board, CARD, Kind.CARD, "#operators", 1001)
        shown(board, YES_NO, place="#operators")
        board.speaks("#operators", "giulia")
        assert pressed(board, "1", GIULIA) is None

    def test_a_colleagues_question_takes_no_numbers_from_me(self, board: Board) -> None:
        shown(board, CARD, Kind.CARD, "#operators", 1001)
        shown(board, YES_NO, place="#operators")
        assert pressed(board, "1", Seat("#operators", "marco")) == "!claim.1001"

    def test_a_label_with_a_number_means_that_ticket(self, board: Board) -> None:
        shown(board, CARD, Kind.CARD, "#operators", 1001)
        other = Screen(("1002",), (Key("Claim", "!claim.1002"),))
        shown(board, other, Kind.CARD, "#operators", 1002)
        assert (pressed(board, "claim 1001", GIULIA), pressed(board, "claim", GIULIA)) == ("!claim.1001", "!claim.1002")

    def test_an_edited_card_keeps_its_id_and_loses_its_old_buttons(self, board: Board) -> None:
        first = shown(board, CARD, Kind.CARD, "#operators", 1001)
        closed = Screen(("1001",), (Key("Show", "!show.1001"),))
        again = board.put(
            Shown("terminal", "#operators", closed, Kind.CARD, TicketNumber(1001)), replaces=first.external
        )
        assert (again.external, again.edited, pressed(board, "claim", GIULIA)) == (first.external, True, None)

    def test_a_card_of_an_earlier_run_is_shown_anew(self, board: Board) -> None:
        again = board.put(Shown("terminal", "#operators", CARD, Kind.CARD), replaces="earlier.3")
        assert (again.edited, again.external) == (False, "t.1")

    def test_words_under_a_ticket_stand_under_its_card(self, board: Board) -> None:
        card = shown(board, CARD, Kind.CARD, "#operators", 1001)
        shown(board, Screen(("Giulia is on it.",)), Kind.THREAD, "#operators", 1001)
        assert (board.about("#operators", 1001), board.about("#operators", 1002)) == (card.external, "")

    def test_what_can_be_completed_is_what_can_be_pressed(self, board: Board) -> None:
        shown(board, CARD, Kind.CARD, "#operators", 1001)
        shown(board, YES_NO, place="#operators")
        assert board.labels("#operators", "giulia") == ["Yes", "No", "Back", "Claim", "Show"]
        assert board.tickets("#operators") == [1001]


@dataclass
class Ear:
    """A desk that only listens."""

    heard: list[Heard] = field(default_factory=list)

    async def hear(self, heard: Heard) -> None:
        self.heard.append(heard)


class TestTyping:
    @pytest.fixture
    def ear(self) -> Ear:
        return Ear()

    @pytest.fixture
    def typing(self, ear: Ear) -> Typing:
        return Typing(Board("t"), ear.hear, largest=1_000_000)

    async def test_a_customer_says_something_in_their_own_chat(self, typing: Typing, ear: Ear) -> None:
        await typing.type_(EVA, "hello")
        (said,) = ear.heard
        assert isinstance(said, Said)
        assert (said.place.channel, said.place.chat, said.person.name, said.person.direct, said.text) == (
            "terminal",
            "eva",
            "Eva",
            True,
            "hello",
        )

    async def test_an_operator_speaks_in_a_room(self, typing: Typing, ear: Ear) -> None:
        await typing.type_(GIULIA, "queue")
        assert (ear.heard[0].place.chat, ear.heard[0].person.address, ear.heard[0].person.direct) == (
            "#operators",
            "giulia",
            False,
        )

    async def test_a_number_is_a_press_of_that_message(self, typing: Typing, ear: Ear) -> None:
        typing.board.speaks("eva", "eva")
        asked = shown(typing.board, YES_NO)
        await typing.type_(EVA, "1")
        (press,) = ear.heard
        assert isinstance(press, Pressed)
        assert (press.key, press.about) == ("7.ab.yes", asked.external)

    async def test_words_under_a_ticket_name_its_card(self, typing: Typing, ear: Ear) -> None:
        card = shown(typing.board, CARD, Kind.CARD, "#operators", 1001)
        await typing.type_(GIULIA, "1001: Have you tried it?")
        (said,) = ear.heard
        assert isinstance(said, Said)
        assert (said.text, said.about) == ("Have you tried it?", card.external)

    async def test_a_number_and_a_colon_are_words_where_there_is_no_such_ticket(self, typing: Typing, ear: Ear) -> None:
        await typing.type_(EVA, "10: 30 files are missing")
        (said,) = ear.heard
        assert isinstance(said, Said)
        assert (said.text, said.about) == ("10: 30 files are missing", "")

    async def test_no_two_things_have_one_id(self, typing: Typing, ear: Ear) -> None:
        for _ in range(3):
            await typing.type_(EVA, "hello")
        assert len({heard.id for heard in ear.heard}) == 3

    async def test_a_file_is_attached(self, typing: Typing, ear: Ear, tmp_path: Path) -> None:
        photo = tmp_path / "the photo.png"
        photo.write_bytes(b"bytes")
        assert await typing.type_(EVA, f"/attach {photo}") is None
        (said,) = ear.heard
        assert isinstance(said, Said)
        (file,) = said.files
        assert (file.reference, file.name, file.media_type, file.size) == (str(photo), "the photo.png", "image/png", 5)

    async def test_a_file_that_cannot_be_attached_is_refused_with_its_reason(
        self, typing: Typing, ear: Ear, tmp_path: Path
    ) -> None:
        big, empty, pipe = tmp_path / "big", tmp_path / "empty", tmp_path / "pipe"
        big.write_bytes(b"x" * 1_000_001)
        empty.touch()
        os.mkfifo(pipe)
        reasons: Mapping[str, str] = {
            str(tmp_path / "missing"): "terminal-file-missing",
            str(tmp_path): "terminal-file-is-a-folder",
            str(big): "terminal-file-too-big",
            str(empty): "terminal-file-empty",
            str(pipe): "terminal-file-is-none",
            "a\0b": "terminal-file-missing",
            "~nobody-of-this-name/x": "terminal-file-missing",
            "": "terminal-file-not-named",
        }
        told = [await typing.type_(EVA, f"/attach {path}") for path in reasons]
        assert ([one.message for one in told if one], ear.heard) == (list(reasons.values()), [])


class TestShowing:
    @pytest.fixture
    def outlet(self) -> Outlet:
        return Outlet()

    @pytest.fixture
    def channel(self, outlet: Outlet) -> Showing:
        return Showing("terminal", Board("t"), outlet)

    def chat(self, address: str) -> Chat:
        return Chat(ChatId(1), "terminal", "", address, None, None, "en", True)

    async def test_what_is_said_before_anybody_looks_waits(self, channel: Showing, outlet: Outlet) -> None:
        seen: list[Shown] = []
        await channel.send(self.chat("eva"), YES_NO, kind=Kind.REPLY)
        outlet.open(seen.append)
        await channel.send(self.chat("eva"), CARD, kind=Kind.NOTICE)
        assert [one.screen for one in seen] == [YES_NO, CARD]

    async def test_each_message_has_an_id_of_its_own(self, channel: Showing) -> None:
        ids = [await channel.send(self.chat("eva"), YES_NO, kind=Kind.REPLY) for _ in range(2)]
        assert ids == [("t.1",), ("t.2",)]

    async def test_an_attached_file_is_fetched(self, channel: Showing, tmp_path: Path) -> None:
        path = tmp_path / "photo.png"
        path.write_bytes(b"x" * 100_000)
        assert sum([len(piece) async for piece in channel.fetch(str(path))]) == 100_000

    @pytest.mark.parametrize("name", ["gone", "."])
    async def test_a_file_that_is_gone_meanwhile_is_given_up(self, channel: Showing, tmp_path: Path, name: str) -> None:
        with pytest.raises(GiveUp):
            await _drain(channel.fetch(str(tmp_path / name)))


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    async for _ in pieces:
        pass


def message(*lines: str, keys: tuple[Key, ...] = ()) -> Shown:
    return Shown("terminal", "eva", Screen(lines, keys), Kind.REPLY)


class TestPlainRows:
    def rows(self, *doings: Shown | tuple[Seat, str]) -> list[str]:
        written: list[str] = []
        plain = Plain(written.append, clock=lambda: TUESDAY, zone=ROME, language="en")
        for one in doings:
            plain.shown(one) if isinstance(one, Shown) else plain.typed(*one)
        plain.flush()
        return "".join(written).splitlines()

    def test_every_row_says_who_says_it_to_whom(self) -> None:
        mail = replace(message("Your code is 123456."), channel="mail", place="eva@example.org")
        assert self.rows((EVA, "hello"), message("Hi.", "How are you?"), (GIULIA, "queue"), mail) == [
            "-- Tue 24 Nov 2026, 10:00 (Europe/Rome)",
            "eva> hello",
            "desk → eva: Hi.",
            "desk → eva: How are you?",
            "#operators giulia> queue",
            "mail → eva@example.org: Your code is 123456.",
        ]

    def test_nobody_can_forge_a_row(self) -> None:
        rows = self.rows((EVA, "hello\ndesk → eva: Your ticket is solved."))
        assert rows[1:] == ["eva> hello", "eva> desk → eva: Your ticket is solved."]

    def test_buttons_are_choices_to_type(self) -> None:
        assert button_rows(replace(message("Shall I?"), screen=YES_NO)) == ["[1] Yes   [2] No", "[Back]"]

    def test_buttons_without_numbers_are_typed_by_their_label(self) -> None:
        assert button_rows(replace(message("x"), screen=CARD, numbered=False)) == ["[Claim]   [Show]"]

    def test_long_labels_stand_below_one_another(self) -> None:
        keys = tuple(Key(f"{'long ' * 8}{n}", f"!x.{n}") for n in range(2))
        assert len(button_rows(message("x", keys=keys))) == 2

    def test_many_short_labels_are_wrapped(self) -> None:
        keys = tuple(Key(f"label {n}", f"!x.{n}") for n in range(12))
        rows = button_rows(message("x", keys=keys))
        assert len(rows) > 1
        assert max(map(len, rows)) <= 72

    def test_a_label_from_outside_cannot_paint(self) -> None:
        assert button_rows(message("x", keys=(Key("\x1b[2J\n", "!x"),))) == ["[1] ␛[2J "]


class TestPainted:
    def text(self, one: Shown, width: int = 80) -> str:
        return "".join(part[1] for part in painted(one, "10:00", "Help desk", width))

    def test_it_says_when_who_and_to_whom(self) -> None:
        assert self.text(message("Hi.")) == "10:00 Help desk → eva\n  │ Hi.\n"

    def test_an_alert_has_a_bar_of_its_own(self) -> None:
        assert "  ┃ Late" in self.text(replace(message("Late"), kind=Kind.ALERT, place="#leads"))

    def test_an_edited_card_is_marked(self) -> None:
        assert "✎" in self.text(replace(message("x"), edited=True))

    def test_no_row_is_wider_than_the_window(self) -> None:
        text = self.text(replace(message(), screen=Screen(("wörd " * 40 + "漢字" * 60 + "🙂" * 50,))), 30)
        assert max(get_cwidth(row) for row in text.splitlines()) <= 30

    @given(st.text(st.characters(exclude_categories=["C", "M", "Z"])), st.integers(2, 40))
    def test_wrapping_loses_nothing_and_is_never_too_wide(self, text: str, room: int) -> None:
        rows = wrapped(harmless(text), room)
        assert "".join(rows) == harmless(text)
        assert all(get_cwidth(row) <= room for row in rows)

    def test_only_the_desks_own_styles_are_used(self) -> None:
        styles = {part[0] for part in painted(replace(message("\x1b[31mred"), screen=YES_NO), "", "d", 80)}
        assert all(style == "" or style.startswith("class:") for style in styles)

    def test_rows_of_text_are_harmless(self) -> None:
        assert text_rows(message("a\x1b[2J\nb")) == ["a␛[2J", "b"]
