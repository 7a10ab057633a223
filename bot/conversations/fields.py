"""The kinds of answers that dialogs ask for. What is wrong with one is named, so that the sentence can say what is right."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from bot.conversations.reading import is_yes_or_no
from core.people.addresses import plain

_MAIL = re.compile(r"[^@\s,;<>()\[\]\"\\]{1,64}@[^@\s,;<>()\[\]\"\\.]+(\.[^@\s,;<>()\[\]\"\\.]+)+")
_PHONE = re.compile(r"\+?[\d\s./()-]+")


def _mail(given: str) -> str:
    """Name the commonest slips apart: each has its own sentence."""
    if "," in given:
        raise PydanticCustomError("mail_comma", "a comma where a dot belongs", {"given": given})
    if "@" not in given:
        raise PydanticCustomError("mail_no_at", "no @", {"given": given})
    if re.search(r"\s", given):
        raise PydanticCustomError("mail_space", "a space inside", {"given": given})
    if not _MAIL.fullmatch(given) or ".." in given:
        raise PydanticCustomError("mail_form", "not an address", {"given": given})
    return given


def _phone(given: str) -> str:
    if given and not (_PHONE.fullmatch(given) and 5 <= sum(c.isdigit() for c in given) <= 15):
        raise PydanticCustomError("phone_form", "not a number", {"given": given})
    return given


def _letters(given: str) -> str:
    if given and not any(c.isalnum() for c in given):
        raise PydanticCustomError("no_words", "no letter and no digit", {"given": given})
    return given


def _name(given: str) -> str:
    """Whoever thinks they were asked yes or no is asked again."""
    if is_yes_or_no(given):
        raise PydanticCustomError("no_name", "a yes or a no", {"given": given})
    return _letters(given)


def _one_time_code(given: str) -> str:
    digits = re.sub(r"[\s-]", "", given)
    if not digits:
        return ""
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise PydanticCustomError("code_form", "not six digits", {"given": given})
    return digits


def _one_line(given: Any) -> Any:
    return plain(given, len(given)) if isinstance(given, str) else given


_stripped = StringConstraints(strip_whitespace=True)
Line = BeforeValidator(_one_line)
"""Stands last: what comes before it in a field is then still a text's own (`string_too_short`, not `too_short`)."""
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80), AfterValidator(_name), Line
]
Mail = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_mail)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_phone)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), Line]
Subject = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120), AfterValidator(_letters), Line
]
Story = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=8000), AfterValidator(_letters)
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
OneTimeCode = Annotated[str, _stripped, AfterValidator(_one_time_code)]
Given = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=254)]
"""A Helpdesk Code, an address, a number or a name: whatever a caller gives."""
