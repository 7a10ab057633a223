"""A long text becomes parts that a channel takes, and joined they are the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.splitting import cut, split, units

TEXTS = st.text(st.sampled_from("ab .\n?!…;&<é👍🏽\u200d\u0301👨👩"), max_size=120)


@given(st.text(), st.integers(2, 30))
def test_the_parts_joined_are_the_text(text: str, longest: int) -> None:
    assert "".join(split(text, longest)) == text


@given(TEXTS, st.integers(2, 30), st.integers(2, 10))
def test_no_part_is_longer_than_telegram_takes(text: str, longest: int, first: int) -> None:
    head, *rest = split(text, longest, first)
    assert units(head) <= first
    assert all(units(part) <= longest for part in rest)


@given(TEXTS, st.integers(2, 30))
def test_no_part_is_empty_unless_the_text_is(text: str, longest: int) -> None:
    assert all(split(text, longest)) or not text


@given(st.text(), st.integers(2, 30))
def test_no_sign_beyond_16_bits_is_cut_in_two(text: str, longest: int) -> None:
    for part in split(text, longest):
        assert len(part.encode("utf-16-le")) // 2 == units(part)


@given(TEXTS, st.integers(2, 30))
def test_what_is_cut_short_fits_and_begins_as_the_text_does(text: str, longest: int) -> None:
    short = cut(text, longest)
    assert units(short) <= longest
    assert text.startswith(short.removesuffix("…"))


@given(st.text())
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("uno due tre.\n\nquattro\ncinque sei", "uno due tre.\n\n"),
        ("uno due tre quattro\ncinque sei otto", "uno due tre quattro\n"),
        ("uno due tre. Quattro cinque sei", "uno due tre. "),
        ("unoduetre quattro cinqueseisette", "unoduetre quattro "),
        ("unoduetrequattrocinqueseisette", "unoduetrequattrocinq"),
    ],
    ids=["paragraph", "line", "sentence", "word", "anywhere"],
)
def test_it_is_cut_at_the_best_end_there_is(text: str, first: str) -> None:
    assert split(text, 20)[0] == first


def test_a_good_end_that_comes_too_early_is_passed_over() -> None:
    assert split("a\n\n" + "b" * 12 + " " + "c" * 12, 20)[0] == "a\n\n" + "b" * 12 + " "


def test_a_sign_that_is_joined_from_several_stays_whole() -> None:
    family = "👨\u200d👩\u200d👧"
    parts = split("x" * 6 + family + "y" * 20, 10)
    assert family in parts[1]


def test_an_accent_stays_with_its_letter() -> None:
    assert split("abcde\u0301fghi", 5)[0] == "abcd"


def test_a_text_of_joiners_alone_is_still_cut() -> None:
    assert re.fullmatch("\u200d+", split("\u200d" * 100, 20)[0])


def heavy(text: str) -> int:
    """As a channel counts that sends & as five signs."""
    return units(text) + 4 * text.count("&")


@given(TEXTS, st.integers(5, 30))
def test_no_part_is_longer_than_a_channel_takes_that_counts_otherwise(text: str, longest: int) -> None:
    parts = split(text, longest, measure=heavy)
    assert "".join(parts) == text
    assert all(heavy(part) <= longest for part in parts)


@given(TEXTS, st.integers(6, 30))
def test_what_is_cut_is_no_longer_than_a_channel_takes_that_counts_otherwise(text: str, longest: int) -> None:
    assert heavy(cut(text, longest, heavy)) <= longest
