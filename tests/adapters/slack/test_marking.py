"""Words from outside stand in Slack as they were written, and call nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.marking import BREAK, marked, shown, weight
from bot.adapters.splitting import units
from tests.servers.slack import texts

LINK = "https://sportello.example.org/a_b_c?q=1&r=2"
SIGNS = st.text(st.sampled_from("ab1 \n*_~<>&|@#!:/."), max_size=60)
PIECES = st.lists(
    st.one_of(
        SIGNS, st.sampled_from([LINK, "<!channel>", "<@U012AB3CD>", "<#C012|x>", "<https://a.it|b>", "__init__"])
    ),
    max_size=8,
).map("".join)


class Reader:
    locale, tz = "it-IT", "Europe/Rome"

    def name_of(self, target: str) -> str:
        return target


def seen(text: str) -> str:
    """What somebody reads in Slack of a text as we send it (verbatim), without the spaces that take no room."""
    return texts.shown(marked(text), Reader()).replace(BREAK, "")


def acts(text: str) -> list[str]:
    """What Slack acts on in a text as we send it, besides addresses."""
    return [one for one in texts.controls(marked(text)) if not one.startswith("http")]


@given(PIECES)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert seen(text) == text


@given(PIECES)
def test_nothing_from_outside_acts(text: str) -> None:
    assert acts(text) == []


@pytest.mark.parametrize(
    "raw", ["<!channel>", "<!here|x>", "<@U012AB3CD>", "<#C012AB3CD>", "<https://a.it|click>", "@here"]
)
def test_what_slack_would_act_on_is_sent_escaped(raw: str) -> None:
    assert marked(raw) == raw.replace("<", "&lt;").replace(">", "&gt;")


def test_an_address_is_a_link_that_says_where_it_leads() -> None:
    assert marked("Vedi https://example.org/a?b=1&c=2.") == "Vedi <https://example.org/a?b=1&amp;c=2>."


@pytest.mark.parametrize("raw", ["*.log", "a_b_c", "2 * 3 * 4", "~/.config", "snake_case e altro", "1*2*3"])
def test_what_is_no_pair_of_signs_is_sent_as_it_is(raw: str) -> None:
    assert marked(raw) == raw


@pytest.mark.parametrize("raw", ["*grasso*", "_corsivo_", "~via~", "__init__", "*_tutti e due_*"])
def test_a_pair_of_signs_changes_nothing(raw: str) -> None:
    assert BREAK in marked(raw)
    assert seen(raw) == raw


@given(st.one_of(PIECES, st.text()))
def test_a_text_is_never_longer_than_it_weighs(text: str) -> None:
    assert units(marked(shown(text))) <= weight(shown(text))


@given(PIECES, PIECES)
def test_two_parts_weigh_no_more_than_the_whole(one: str, other: str) -> None:
    assert weight(one) + weight(other) <= weight(one + other)


def test_what_no_store_and_no_screen_takes_is_left_out() -> None:
    assert shown("a\x00b\ud800c\x07d\te\n") == "abcd\te\n"


def test_a_long_line_of_signs_takes_no_long_time() -> None:
    assert len(marked("*a" * 20_000)) < 80_000


@pytest.mark.parametrize("sign", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_nobody_turns_the_desks_own_words_around(sign: str) -> None:
    assert shown(f"«{sign}gpj.exe»") == "«gpj.exe»"
