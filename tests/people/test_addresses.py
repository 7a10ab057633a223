"""Addresses, numbers and names as they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people.addresses import email_key, email_sendable, name_key, phone_key, plain


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("eva@example.org", "eva@example.org"),
        (" Eva.Rossi@Example.ORG ", "eva.rossi@example.org"),
        ("eva+desk@example.org", "eva+desk@example.org"),
        ("eva@exämple.org", "eva@xn--exmple-cua.org"),
        ("eva@XN--EXMPLE-CUA.org", "eva@xn--exmple-cua.org"),
        ("o'neil@example.museum", "o'neil@example.museum"),
    ],
)
def test_an_address_is_compared_without_case_and_with_an_ascii_domain(typed: str, compared: str) -> None:
    assert email_key(typed) == compared


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "eva",
        "eva@",
        "@example.org",
        "eva@example",
        "eva@studio,it",
        "eva@@example.org",
        "eva @example.org",
        "eva.@example.org",
        "e..va@example.org",
        "eva@example..org",
        "eva@-example.org",
        "eva@127.0.0.1",
        "eva@[127.0.0.1]",
        "<eva@example.org>",
        '"eva"@example.org',
        "eva@example.org, ugo@example.org",
        "eva@example.org\nBcc: ugo@example.org",
        "perché@example.org",
        "еva@example.org",
        "e" * 65 + "@example.org",
        "eva@" + "a" * 64 + ".org",
        "eva@" + "abcdefgh." * 30 + "org",
        "eva@\ud800.org",
    ],
)
def test_what_is_no_address_is_none(typed: str) -> None:
    assert email_key(typed) is None


def test_a_mail_goes_to_the_name_as_it_was_typed() -> None:
    assert email_sendable(" Eva@Exämple.org") == "Eva@xn--exmple-cua.org"


@given(st.text(max_size=40), st.text(max_size=40))
def test_addresses_that_compare_alike_are_sent_to_one_domain(local: str, domain: str) -> None:
    typed = f"{local}@{domain}.org"
    key, sendable = email_key(typed), email_sendable(typed)
    assert (key is None) == (sendable is None)
    assert key is None or (key == sendable.lower() and key.isascii() and email_key(sendable) == key)


@pytest.mark.parametrize("spelling", ["eva@straße.de", "eva@STRASSE.de", "eva@ｓｔｒａｓｓｅ.de"])
def test_a_domain_that_looks_like_another_is_sent_to_where_it_is_compared(spelling: str) -> None:
    assert email_key(spelling) == email_sendable(spelling) == "eva@strasse.de"


@pytest.mark.parametrize(
    ("typed", "found_by"),
    [
        ("+39 333 1234567", "+393331234567"),
        ("0039 333-123.4567", "+393331234567"),
        ("333 1234567", "+393331234567"),
        ("39 333 1234567", "+393331234567"),
        ("06/12345678", "+390612345678"),
        ("(+39) 06 12345678", "+390612345678"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("３３３ 1234567", "+393331234567"),
    ],
)
def test_a_number_is_found_however_it_is_written(typed: str, found_by: str) -> None:
    assert phone_key(typed) == found_by


@pytest.mark.parametrize("typed", ["", "12", "SP-7K4M-Q2", "eva", "+", "1" * 20, "٣٣٣"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert phone_key(typed) is None


def test_a_number_of_another_country_is_its_own() -> None:
    assert phone_key("030 123456", country="49") == "+49030123456"


def test_a_name_is_searched_without_accents_and_case() -> None:
    assert name_key("Niccolò  D'Àngelo", "Città SRL") == "niccolo d'angelo citta srl"


@pytest.mark.parametrize("typed", ["Eva\nRossi", " Eva\r\n\u2028Rossi ", "Eva\u202e Rossi", "E\x00va\t\x1bRossi\x1c"])
def test_a_name_is_one_line_that_turns_nothing_round(typed: str) -> None:
    assert plain(typed) == "Eva Rossi"
