"""How a question, a reply and a ticket look on a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pytest
from annotated_types import Len
from pydantic import BaseModel

from bot.conversations.cards import BUTTONS, ON_CARD, label_of
from bot.conversations.drawing import question, shorten
from bot.conversations.menu import MENU, Entry, first_line, into, named
from bot.conversations.moves import choose, confirm, fill, tell
from bot.conversations.player import Waiting, play
from bot.conversations.screen import Limits, Screen
from bot.words import Lexicon
from core.ids import TalkId
from core.notices.facts import line
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import Claim, Solve
from core.tickets.lifecycle import State
from tests.conversations.seats import LEXICON, Seats, values
from tests.conversations.sketches import Extras, opening, registering
from tests.house import House

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEXTS = Lexicon(
    {
        "en": {
            **LEXICON.spoken("en", False).sources,
            "choosing-way": "choosing-way = Which way?\n    .left = To the left\n    .label = Way",
            "choosing-sure": "choosing-sure = Are you sure, { $name }?",
            "ask-common": "ask-common = Which one?",
            "before": "before = Before we go on.",
            "named-way": "named-way = The way of { $who }",
            "extras-extras": "extras-extras = A few more things.",
            "extras-extras-level": "extras-extras-level = How bad is it?\n    .label = Level\n    .hint = Only if you know",
            "extras-extras-files": "extras-extras-files = A photo?\n    .label = Files",
            "extras-extras-urgent": "extras-extras-urgent = Is it urgent?\n    .label = Urgent",
            "opening-problem-subject": "opening-problem-subject = What is it?\n    .label = Subject",
            "opening-problem-story": "opening-problem-story = Tell us more.\n    .label = Story",
            "opening-open-it": "opening-open-it = Shall I open it?",
            "registering-person-name": "registering-person-name = Who are you?",
            "registering-person-email": "registering-person-email = Your address?",
            "registering-person-email-mail-comma": "registering-person-email-mail-comma = No comma in { $given }.",
        }
    }
)
WORDS = TEXTS.words("en", ROME, NOW)
TYPED = Limits(buttons=False)
WINDOW = Limits(forms=True)
FULL = {"problem": {"subject": "VPN down", "story": "since this morning nothing", "version": ""}}


def drawn(dialog: Any, answers: dict[str, Any] | None = None, limits: Limits = Limits()) -> Screen:
    waiting = play(dialog, answers or {}, lambda query: query.answer([]))
    assert isinstance(waiting, Waiting)
    return question(None, WORDS, waiting, TalkId(7), limits)  # type: ignore[arg-type]


async def choosing() -> str:
    await tell("before")
    way = await choose("way", {"left": "l", "right": "r", "none": ""}, about=None, labels={"right": NAMED})
    if await confirm("sure", about=way, name="Eva"):
        return way
    return await choose("common", {"a": "a"}, about=1)


NAMED = line("named-way", who="Eva")


async def extras() -> Extras:
    return await fill("extras", Extras)


def test_a_question_is_told_below_what_was_said_before_it() -> None:
    assert drawn(choosing()).lines == ("Before we go on.", "Which way?")


def test_an_option_is_called_by_its_own_text_a_given_line_or_the_common_one() -> None:
    assert [key.label for key in drawn(choosing()).keys] == ["To the left", "The way of Eva", "None of these"]


def test_a_question_s_facts_fill_it() -> None:
    assert drawn(choosing(), {"way": "left"}).lines == ("Are you sure, Eva?",)


def test_a_question_without_a_text_of_its_own_has_the_common_one() -> None:
    sure = drawn(choosing(), {"way": "left"})
    stamped = play(choosing(), {"way": "left"}, lambda query: None)
    assert isinstance(stamped, Waiting)
    assert sure.keys[0].label == "Yes"
    assert drawn(choosing(), {"way": "left", stamped.ask.name: "no"}).lines == ("Which one?",)


def test_a_button_holds_its_talk_its_stamp_and_its_key_in_sixty_four_plain_bytes() -> None:
    async def long() -> str:
        return await choose("way", {"x" * 24: "x"}, about="y" * 1000)

    waiting = play(long(), {}, lambda query: None)
    assert isinstance(waiting, Waiting)
    (first, *_) = question(None, WORDS, waiting, TalkId(2**31), Limits()).keys  # type: ignore[arg-type]
    assert first.value.startswith(f"{2**31}.")
    assert len(first.value.encode("ascii")) <= 64


def test_labels_are_cut_to_what_a_channel_can_show() -> None:
    keys = drawn(choosing(), limits=Limits(label=8)).keys
    assert keys[0].label == "To the…"


def test_where_nothing_can_be_pressed_options_have_numbers_and_controls_are_written() -> None:
    async def asking() -> str:
        await choose("way", {"left": "l"}, about=None)
        return await choose("common", {"left": "l", "right": "r"}, about=None, labels={"right": NAMED, "left": NAMED})

    lines = drawn(asking(), {"way": "left"}, TYPED).lines
    assert lines[1:3] == ("1) The way of Eva", "2) The way of Eva")
    assert "Back and Cancel" in lines[3]


def test_a_field_that_may_be_skipped_says_so() -> None:
    assert values(drawn(extras())) == ["high", "low", "~skip", "~cancel"]


def test_a_field_with_options_offers_them() -> None:
    assert [key.label for key in drawn(extras()).keys[:2]] == ["High", "Low"]


def test_a_problem_is_told_above_its_question_in_the_field_s_own_words_where_it_has_some() -> None:
    own = drawn(registering(), {"person": {"name": "Eva", "email": "eva@studio,it"}})
    assert own.lines == ("No comma in eva@studio,it.", "Your address?")
    common = drawn(registering(), {"person": {"name": "E"}})
    assert common.lines == ("That is a little short: at least 3 characters are needed.", "Who are you?")


def test_a_problem_that_nobody_foresaw_is_said_in_words_too() -> None:
    class Odd(BaseModel):
        name: Annotated[list[str], Len(3)]

    async def odd() -> Odd:
        return await fill("odd", Odd)

    screen = drawn(odd(), {"odd": {"name": ["x"]}})
    assert screen.lines[0] == WORDS.say("problem-value-error", given="")


def test_a_confirmation_of_a_form_offers_to_edit_each_answer_that_has_a_name() -> None:
    screen = drawn(opening(), FULL)
    assert [key.label for key in screen.keys if "edit" in key.value] == ["Edit: Subject", "Edit: Story"]


def test_a_window_asks_the_whole_form_with_what_is_wrong_at_its_field() -> None:
    screen = drawn(registering(), {"person": {"name": "E", "email": "eva@studio,it", "website": ""}}, WINDOW)
    assert [(box.name, box.given, bool(box.problem)) for box in screen.boxes] == [
        ("name", "E", True),
        ("email", "eva@studio,it", True),
    ]
    assert (screen.keys, screen.stamp[:2]) == ((), "7.")


def test_a_window_s_fields_say_what_they_take() -> None:
    screen = drawn(extras(), limits=WINDOW)
    level, files, urgent = screen.boxes
    assert screen.lines == ("A few more things.",)
    assert (level.hint, level.options) == ("Only if you know", (("high", "High"), ("low", "Low")))
    assert (files.files, urgent.options) == (True, (("yes", "Yes"), ("no", "No")))
    assert all(box.optional for box in screen.boxes)


@pytest.mark.parametrize(
    ("text", "cut"),
    [("short", "short"), ("two\nlines  here", "two lines here"), ("x" * 100, "x" * 79 + "…")],
)
def test_what_was_typed_is_shown_again_on_one_short_line(text: str, cut: str) -> None:
    assert shorten(text) == cut


# Cards


@pytest.fixture
def seats(house: House) -> Seats:
    return Seats(house)


def card(seats: Seats) -> Screen:
    seats.deliver()
    return next(screen for screen in seats.shown["#operators"] if any("!" in key.value for key in screen.keys))


def test_a_new_ticket_s_card_says_whose_it_is_and_by_when(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    seats.house.ticket(eva, felt=Severity.MEDIUM)
    text = card(seats).text
    assert "🟠 Medium" in text
    assert "1001 «La firma non parte»" in text
    assert "Eva (" in text
    assert "entro le 11:00" in text
    assert "1 ora" in text


def test_an_unclassified_ticket_s_card_says_so(seats: Seats) -> None:
    seats.house.ticket(seats.house.customer("Eva"), felt=None)
    assert "⚪" in card(seats).text


def test_a_late_ticket_s_card_says_by_how_much(seats: Seats) -> None:
    eva, giulia = seats.house.customer("Eva"), seats.house.operator("Giulia")
    ticket = seats.house.ticket(eva, felt=Severity.HIGH)
    seats.deliver()
    seats.house.wait(hours=28)
    seats.house.desk.do(Claim(giulia, ticket.number))
    assert "20 ore" in card(seats).text.splitlines()[-1]


def test_a_card_s_buttons_follow_the_ticket_s_state(seats: Seats) -> None:
    eva, giulia = seats.house.customer("Eva"), seats.house.operator("Giulia")
    ticket = seats.house.ticket(eva)
    assert card(seats).keys[0].value == "!claim.1001"
    seats.house.desk.do(Claim(giulia, ticket.number))
    assert "!claim.1001" not in [key.value for key in card(seats).keys]
    seats.house.desk.do(Solve(giulia, ticket.number, "Fatto.", Severity.LOW))
    assert "✅" in card(seats).text


def test_every_state_has_its_buttons() -> None:
    assert set(ON_CARD) == set(State)


@pytest.mark.parametrize("entries", [*ON_CARD.values(), *BUTTONS.values()])
def test_every_button_leads_to_an_entry(entries: tuple[str, ...]) -> None:
    assert set(entries) <= set(MENU)


def test_a_notice_s_button_is_about_its_ticket(seats: Seats) -> None:
    eva, giulia = seats.house.customer("Eva"), seats.house.operator("Giulia")
    ticket = seats.house.ticket(eva)
    seats.house.desk.do(Solve(giulia, ticket.number, "Fatto.", Severity.LOW))
    seats.deliver()
    assert values(seats.last("eva")) == ["1001"]
    assert seats.last("eva").keys[0].value == "!reopen.1001"


def test_where_nobody_hears_a_notice_says_how_to_answer_instead_of_showing_buttons(house: House) -> None:
    seats = Seats(house, limits=Limits(hears=False))
    house.ticket(house.customer("Eva"))
    seats.deliver()
    screen = seats.last("eva")
    assert (screen.lines[-1], screen.keys) == (seats.words("one-way", phones=None), ())


def test_a_button_without_a_name_of_its_own_is_called_by_the_first_word_typed_for_it() -> None:
    lexicon = Lexicon({"it": {"command-claim": "command-claim = prendi, in carico"}})
    assert label_of(lexicon.words("it", ROME, NOW), "claim") == "Prendi"


# The menu


def test_words_answer_a_field_and_a_missing_argument_answers_none() -> None:
    assert into("answer-{0}")([17], "yes") == {"answer-17": {"text": "yes"}}
    assert into("answer-{0}")([], "yes") == {}
    assert named("files.files", []) == "files.files"


def test_a_subject_is_the_first_line_cut_between_words() -> None:
    assert first_line("The printer is mute\nsince this morning") == "The printer is mute"
    assert first_line("one two three", longest=10) == "one two…"


def test_a_talk_whose_entry_is_no_more_is_drawn_without_a_question(seats: Seats) -> None:
    async def asking(by: Who) -> str:
        return await choose("way", {"left": "l"}, about=None)

    seats = Seats(seats.house, {"help": Entry(asking, stranger=True)})
    heard = seats.say("eva", "aiuto")
    assert values(heard) == ["left", "~cancel"]
    seats.drawing = replace(seats.drawing, menu={})
    assert seats.say("eva", "aiuto") == Screen(())
