"""A form becomes a modal that Slack takes whatever is in it, with what was typed before; and Home tabs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack import limits as most
from bot.adapters.slack.modals import home, joined, window
from bot.conversations.screen import Box, Key, Screen
from bot.words import Lexicon
from tests.servers.slack.blocks import check_view

Json = dict[str, Any]
LEXICON = Lexicon.load()
WORDS = LEXICON.words("it", ZoneInfo("Europe/Rome"), datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MOMENT = WORDS.say("terminal-open", closes=NOW)
HOSTILE = "<!channel> & parole 👍🏽 " * 130
TEXT = st.one_of(st.text(max_size=200), st.sampled_from([HOSTILE, MOMENT]))
SHORT = st.one_of(st.text(max_size=100), st.just(HOSTILE))
CHOICES = st.lists(
    st.tuples(st.text("abc", min_size=1, max_size=24), SHORT), max_size=120, unique_by=lambda one: one[0]
)


@st.composite
def box_of(draw: st.DrawFn, name: str) -> Box:
    options = tuple(draw(st.one_of(st.just([]), CHOICES)))
    given = draw(TEXT)
    return Box(
        name,
        draw(SHORT),
        draw(SHORT),
        many_lines=draw(st.booleans()),
        optional=draw(st.booleans()),
        files=draw(st.booleans()),
        longest=draw(st.one_of(st.none(), st.integers(1, 9000))),
        options=options,
        given=options[0][0] if options else given,
        problem=draw(SHORT),
    )


@st.composite
def forms(draw: st.DrawFn) -> Screen:
    boxes = [draw(box_of(f"field_{number}")) for number in range(draw(st.integers(0, 6)))]
    keys = draw(st.lists(st.builds(Key, SHORT, st.just("1.ab.x"), st.booleans()), max_size=30))
    return Screen(tuple(draw(st.lists(TEXT, max_size=6))), tuple(keys), tuple(boxes), "12.ab3f")


def form(*boxes: Box, lines: tuple[str, ...] = ("Raccontaci.",), stamp: str = "12.ab3f") -> Json:
    return window(Screen(lines, (), boxes, stamp), "{}", WORDS)


def inputs(view: Json) -> list[Json]:
    return [block for block in view["blocks"] if block["type"] == "input"]


class TestAModal:
    @settings(deadline=None)
    @given(forms())
    def test_is_one_that_slack_takes(self, screen: Screen) -> None:
        check_view(window(screen, "x" * most.PRIVATE, WORDS), "modal")

    def test_has_a_field_for_each_box_by_its_name(self) -> None:
        view = form(
            Box("subject", "Oggetto", longest=120), Box("story", "Cosa succede?", many_lines=True, optional=True)
        )
        assert [one["element"]["action_id"] for one in inputs(view)] == ["subject", "story"]
        assert [one["optional"] for one in inputs(view)] == [False, True]
        assert [one["element"]["multiline"] for one in inputs(view)] == [False, True]
        assert [one["element"]["max_length"] for one in inputs(view)] == [120, 3000]

    def test_says_the_lines_above(self) -> None:
        assert form(Box("subject", "Oggetto"))["blocks"][0]["text"]["text"] == "Raccontaci."

    def test_can_be_sent_and_left(self) -> None:
        view = form(Box("subject", "Oggetto"))
        assert [view[part]["text"] for part in ("title", "submit", "close")] == ["Sportello", "Invia", "Chiudi"]
        assert view["notify_on_close"] is True

    def test_without_a_field_has_nothing_to_send(self) -> None:
        assert "submit" not in window(Screen(("Sicuro?",), (Key("Sì", "1.ab.yes"),)), "{}", WORDS)

    def test_asks_another_question_in_other_fields(self) -> None:
        one, other = (inputs(form(Box("story", "?"), stamp=stamp))[0]["block_id"] for stamp in ("1.ab", "1.cd"))
        assert one != other

    def test_keeps_for_us_what_it_is_given(self) -> None:
        assert window(Screen(("?",)), '{"modal":"m1"}', WORDS)["private_metadata"] == '{"modal":"m1"}'

    def test_tells_each_reader_a_moment_in_their_own_zone(self) -> None:
        (said, _) = form(Box("subject", "Oggetto"), lines=(MOMENT,))["blocks"]
        assert "<!date^1795510800^{time}|10:00>" in said["text"]["text"]

    def test_shows_keys_as_buttons(self) -> None:
        view = window(
            Screen(("Sicuro?",), (Key("Sì", "1.ab.yes"), Key("Indietro", "1.ab.~back", control=True))), "{}", WORDS
        )
        assert [[e["value"] for e in b["elements"]] for b in view["blocks"][1:]] == [["1.ab.yes"], ["1.ab.~back"]]


class TestAField:
    def test_shows_what_was_typed_before(self) -> None:
        (one,) = inputs(form(Box("subject", "Oggetto", given="La firma")))
        assert one["element"]["initial_value"] == "La firma"

    def test_shows_what_was_typed_even_if_that_was_too_long(self) -> None:
        (one,) = inputs(form(Box("subject", "Oggetto", longest=5, given="La firma", problem="Al massimo 5.")))
        assert (one["element"]["initial_value"], one["element"]["max_length"]) == ("La firma", 8)

    def test_has_its_problem_above(self) -> None:
        view = form(Box("subject", "Oggetto", problem="Manca l'oggetto."))
        assert [block["type"] for block in view["blocks"]] == ["section", "section", "input"]
        assert view["blocks"][1]["text"]["text"] == "Manca l'oggetto."

    def test_has_its_hint_below(self) -> None:
        (one,) = inputs(form(Box("subject", "Oggetto", hint="In poche parole")))
        assert one["hint"]["text"] == "In poche parole"

    def test_with_options_has_the_one_that_was_picked(self) -> None:
        (one,) = inputs(form(Box("severity", "Severità", options=(("high", "Alta"), ("low", "Bassa")), given="low")))
        assert one["element"]["initial_option"] == {"text": {"type": "plain_text", "text": "Bassa"}, "value": "low"}

    def test_offers_more_than_a_menu_takes_in_groups(self) -> None:
        options = tuple((f"o{number}", f"Operatore {number}") for number in range(230))
        (one,) = inputs(form(Box("operator", "A chi?", options=options, given="o229")))
        assert [len(group["options"]) for group in one["element"]["option_groups"]] == [100, 100, 30]
        check_view(form(Box("operator", "A chi?", options=options, given="o229")), "modal")

    def test_for_files_takes_several(self) -> None:
        (one,) = inputs(form(Box("files", "Allegati", files=True, optional=True)))
        assert one["element"] == {"type": "file_input", "max_files": 10, "action_id": "files"}

    def test_longer_than_an_input_is_several_that_come_back_as_one(self) -> None:
        story = "Una frase di prova. " * 400
        parts = inputs(form(Box("story", "Cosa succede?", many_lines=True, longest=9000, given=story)))
        assert [one["element"]["action_id"] for one in parts] == ["story", "story.2", "story.3"]
        fields = [
            ("subject", "Firma"),
            *((one["element"]["action_id"], one["element"]["initial_value"]) for one in parts),
        ]
        assert dict(joined(fields)) == {"subject": "Firma", "story": story}

    def test_that_lost_its_last_space_on_the_way_is_not_run_together_with_the_next(self) -> None:
        assert joined([("story.2", "mondo"), ("story", "ciao")]) == (("story", "ciao\nmondo"),)


class TestAHomeTab:
    @given(st.lists(forms(), max_size=12))
    @settings(deadline=None, max_examples=30)
    def test_is_one_that_slack_takes(self, pages: list[Screen]) -> None:
        check_view(home(pages), "home")

    def test_shows_its_pages_with_a_line_between(self) -> None:
        view = home([Screen(("I miei ticket",), (Key("Apri", "!open"),)), Screen(("La coda",))])
        assert [block["type"] for block in view["blocks"]] == ["section", "actions", "divider", "section"]

    def test_is_never_empty(self) -> None:
        check_view(home([]), "home")


def test_a_modal_is_no_larger_than_slack_takes_with_all_that_a_desk_asks() -> None:
    boxes = [Box(f"field_{n}", "è" * 100, "è" * 200, given="è" * 3000) for n in range(8)]
    assert len(json.dumps(form(*boxes, lines=("è" * 50_000,)))) < most.VIEW
