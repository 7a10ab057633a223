"""The Helpdesk Code: read kindly, and no single slip or swap goes unnoticed."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.codes import ALPHABET, make_code, read_code
from tests.house import Dice

codes = st.integers(min_value=0).map(lambda seed: make_code(Dice(seed)))
PLACES = [3, 4, 5, 6, 8, 9]
"""Where the characters stand in SP-XXXX-XX."""


@given(codes)
def test_a_code_is_read_as_itself(code: str) -> None:
    assert read_code(code) == code


@given(codes)
def test_every_single_slip_is_caught(code: str) -> None:
    slips = [code[:at] + c + code[at + 1 :] for at in PLACES for c in ALPHABET if c != code[at]]
    assert [slip for slip in slips if read_code(slip)] == []


@given(codes)
def test_every_swap_of_two_characters_is_caught(code: str) -> None:
    body = [code[at] for at in PLACES]
    swaps = []
    for first in range(6):
        for second in range(first):
            if body[first] != body[second]:
                other = list(body)
                other[first], other[second] = other[second], other[first]
                swaps.append("".join(other))
    assert [swap for swap in swaps if read_code(swap)] == []


def test_a_slip_is_caught_between_all_pairs_of_characters_at_every_place() -> None:
    """The check is a sum, so that what holds for each pair at each place holds for every code."""
    code = make_code(Dice(3))
    caught = 0
    for at in PLACES[:-1]:
        for right in ALPHABET:
            whole = _mended(code[:at] + right + code[at + 1 :])
            caught += sum(read_code(whole[:at] + wrong + whole[at + 1 :]) is None for wrong in ALPHABET)
    assert caught == 5 * 23 * 22


def _mended(code: str) -> str:
    """The code with the check character that fits."""
    return next(whole for c in ALPHABET if (whole := read_code(code[:9] + c)))


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        " {} ",
        "sp{body}",
        "{body}",
        "{lower}",
        "SP {spaced}",
        "sp.{spaced}",
        "SP—{body}",
        "{body}\u00a0",
    ],
)
def test_it_is_read_however_it_is_written(written: str) -> None:
    code = make_code(Dice(5))
    body = code[3:7] + code[8:]
    text = written.format(code, body=body, lower=code.lower(), spaced=" ".join(body))
    assert read_code(text) == code


def test_letters_that_look_like_digits_are_read_as_them() -> None:
    looks = {"0": "OQD", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B"}
    code = next(code for code in map(make_code, map(Dice, range(9999))) if "0" in code and "1" in code)
    for digit, letters in looks.items():
        for letter in letters:
            for variant in (letter, letter.lower()):
                assert read_code(code[:3] + code[3:].replace(digit, variant)) == code


@pytest.mark.parametrize(
    "text", ["", "SP", "SP-", "SP-7K4M-Q", "SP-7K4M-Q22", "1042", "ciao", "Ⅷ" * 6, "０" * 6, "é" * 8, "A" * 5000]
)
def test_what_is_none_is_none(text: str) -> None:
    assert read_code(text) is None


@given(st.text(max_size=20))
def test_anything_can_be_typed(text: str) -> None:
    found = read_code(text)
    assert found is None or read_code(found) == found


def test_no_two_characters_are_alike() -> None:
    assert len(set(ALPHABET)) == 23
    assert not set(ALPHABET) & set("OQDILZSGBAEUV")


def test_codes_use_all_characters_at_every_place() -> None:
    random = Random(1)
    seen = [set() for _ in PLACES]
    for _ in range(2000):
        code = make_code(Dice(random.randrange(10**9)))
        for place, at in enumerate(PLACES):
            seen[place].add(code[at])
    assert all(len(characters) == 23 for characters in seen)
    assert all(a == b for a, b in pairwise(map(len, seen)))
