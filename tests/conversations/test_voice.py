"""The desk's voice, as far as a program can hear it: who says "tu" has a "Lei", nobody shouts, nothing is hurried by."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.words import FORMAL, LOCALES, Lexicon

SAID_TO_PEOPLE = ("commands", "customer", "desk", "engine", "watch")
"""Files whose sentences people of the desk and their customers read; the others speak to whoever installs it."""
PRESSED = re.compile(r"(command|offer|option|key)-")
"""What somebody presses or types: it is they who speak."""
TU = re.compile(
    r"\b(?:ti|tu|tuo|tua|tuoi|tue|te|hai|vuoi|puoi|sei(?! cifre)|devi|sai|vedi|trovi|lavori|eri|facevi"
    r"|scrivi|scrivil[oa]|chiedi(?:l[oa])?|premi|rispondi|racconta com'è|manda(?:l[oi])?|salta|scegli|modifica|leggi"
    r"|riprova|prova|riguarda(?:l[oi])?|ricontrolla(?:l[oi])?|ignora|garantisci|preferisci|dettaglielo|figurati|intendi"
    r"|chiamaci|telefona|eccoti|trovarti|assisterti|riconoscerti|prendi|togli|passi|(?:oppure|fretta,) chiama|posta: usa)\b",
    re.IGNORECASE,
)


def sentences(folder: str) -> dict[str, str]:
    """Return what each message says, by its id: without the options (they are the person's words) and short names."""
    said: dict[str, str] = {}
    for part in SAID_TO_PEOPLE:
        file = LOCALES / folder / f"{part}.ftl"
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        text = re.sub(r"^\s*#.*$|^\s+\.\w[\w-]* =.*$", "", text, flags=re.MULTILINE)
        said |= {
            found[1]: found[2] for found in re.finditer(r"^([a-z][\w-]*) =((?:.*\n(?![a-z]))*.*)", text, re.MULTILINE)
        }
    return {id_: text for id_, text in said.items() if not PRESSED.match(id_)}


def plain(text: str) -> str:
    """Return a sentence without the commands that it quotes and without what stands for facts."""
    return re.sub(r"«[^»]*»|\{ *\$?[\w-]+(?: ->)?|\[[\w-]+\]", " ", text)


INFORMAL = {id_: text for id_, text in sentences("it").items() if TU.search(plain(text))}


@pytest.mark.parametrize("id_", sorted(INFORMAL))
def test_who_says_tu_has_a_lei(id_: str) -> None:
    assert id_ in sentences(FORMAL["it"])


@pytest.mark.parametrize("id_", sorted(sentences(FORMAL["it"])))
def test_the_formal_desk_never_says_tu(id_: str) -> None:
    assert TU.findall(plain(sentences(FORMAL["it"])[id_])) == []


@pytest.mark.parametrize("id_", sorted(sentences(FORMAL["it"])))
def test_the_formal_desk_says_the_same_facts(id_: str) -> None:
    assert facts(sentences(FORMAL["it"])[id_]) == facts(sentences("it")[id_])


@pytest.mark.parametrize("language", ["it", "it-lei", "en"])
def test_nobody_shouts_and_nobody_is_sorry_by_formula(language: str) -> None:
    formulas = re.compile(r"!|purtroppo|gentile|unfortunately|dear customer|kindly", re.IGNORECASE)
    assert [id_ for id_, text in sentences(language).items() if formulas.search(plain(text))] == []


@pytest.mark.parametrize(
    "id_", ["ticket-reply", "ticket-claimed-with-reply", "thread-add", "thread-answer", "thread-note"]
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_files_that_came_without_a_word_stand_between_no_quotes(language: str, id_: str) -> None:
    words = Lexicon.load().words(language, ZoneInfo("Europe/Rome"), datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    told = words.say(
        id_, text="", files="voce.ogg", ticket=1042, operator="Giulia", by="Giulia", customer="Eva", about=""
    )
    assert not re.search("«|“", told)


def facts(text: str) -> set[str]:
    return set(re.findall(r"\$[\w-]+", text))
