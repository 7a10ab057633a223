"""The steps of docs/how-to, tried: the dialog, its texts and its entry are taken from the pages themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.conversations import fields, menu, moves
from bot.conversations.menu import Entry
from bot.words import LOCALES, Lexicon
from core.people.who import Role, Who
from tests.conversations.seats import LEXICON, Seats, values
from tests.house import House

PAGES = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(page: str, language: str) -> str:
    """The code of a page, in one of its languages."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return "\n".join(re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in found)


@pytest.fixture
def texts(tmp_path: Path) -> Lexicon:
    """The shipped texts, and those of the pages."""
    for language in ("en", "it"):
        (tmp_path / language).mkdir()
        for file in (LOCALES / language).glob("*.ftl"):
            (tmp_path / language / file.name).write_bytes(file.read_bytes())
        new = blocks("add-a-question.md", "fluent") + blocks("add-a-button.md", "fluent")
        (tmp_path / language / "wish.ftl").write_text(new, encoding="utf-8")
    return Lexicon.load(tmp_path)


def entry() -> Entry:
    """The page's dialog and its line of the menu."""
    scope: dict[str, Any] = {**vars(fields), **vars(moves), **vars(menu), "Who": Who, "CUSTOMER": Role.CUSTOMER}
    exec(compile(blocks("add-a-question.md", "python"), "add-a-question.md", "exec", dont_inherit=True), scope)
    line = blocks("add-a-button.md", "python").strip().removesuffix(",")
    made: dict[str, Entry] = eval("{" + line + "}", scope)
    return made["wish"]


def test_a_question_and_a_button_are_added_as_the_pages_say(house: House, texts: Lexicon) -> None:
    house.customer("Eva")
    seats = Seats(house, {"wish": entry()}, texts)
    assert seats.say("eva", "/wish A quieter printer").lines == ("By when? You can skip this.",)
    assert values(seats.say("eva", "skip"))[:2] == ["yes", "no"]
    assert seats.press("eva", "yes").lines == ("We heard you: A quieter printer.",)


def test_the_parts_that_the_pages_name_are_there() -> None:
    named = set(re.findall(r"`(bot/[\w/.-]+)`", "".join(page.read_text() for page in PAGES.glob("add-a-*.md"))))
    missing = [path for path in named if not (PAGES.parents[1] / path).exists()]
    assert missing == []


def test_a_third_language_is_read_and_falls_back(tmp_path: Path) -> None:
    sources = {language: dict(LEXICON.spoken(language, False).sources) for language in ("it", "en")}
    lexicon = Lexicon({**sources, "de": {"cancelled": "cancelled = Abgebrochen."}})
    german = lexicon.words("de", LEXICON.words("en", None, None).zone, None)  # type: ignore[arg-type]
    assert german.say("cancelled") == "Abgebrochen."
    assert german.say("nothing-open")
