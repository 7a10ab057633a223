"""How moments, durations and facts are said, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.words import LOCALES, Lexicon, Words, joined, moments_of
from core.notices.facts import line

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""10:00 in Rome, a Tuesday."""
LEXICON = Lexicon.load()
TEXTS = Lexicon(
    {
        "it": {
            "due": "due = { $due ->\n    [none] quando si può\n   *[other] entro { BY($due) }\n}",
            "opens": "opens = riapre { $opens }, risposta entro { BY($due, $opens) }",
            "late": "late = scadenza { OF($due) }, ore { TIME($due) }, { DAY($due) }",
            "hello": "hello = Ciao { $name }, il ticket { $ticket } ha { $count ->\n    [one] un messaggio\n"
            "   *[other] { $count } messaggi\n}.\n    .label = Saluto",
            "said": "said = «{ $text }»",
            "asked": "asked = { $title }: «{ $story }»",
            "truth": "truth = { $really ->\n    [yes] sì\n   *[no] no\n}",
            "level": 'level = { NAME("severity", $severity) }',
            "severity-high": "severity-high = Alta",
            "twice": "twice = Come { severity-high }",
        },
        "it-lei": {"hello": "hello = Buongiorno { $name }"},
        "en": {"only-here": "only-here = Only in English"},
    }
)


def italian(formal: bool = False) -> Words:
    return TEXTS.words("it", ROME, NOW, formal=formal)


@pytest.mark.parametrize(
    ("hours", "it", "en"),
    [
        (6, "oggi alle 16:00", "today at 16:00"),
        (22.5, "domani alle 8:30", "tomorrow at 8:30"),
        (-24, "ieri alle 10:00", "yesterday at 10:00"),
        (6 * 24 - 1.5, "lunedì alle 8:30", "Monday at 8:30"),
        (7 * 24, "martedì 1 dicembre alle 10:00", "Tuesday 1 December at 10:00"),
        (-3 * 24, "sabato 21 novembre alle 10:00", "Saturday 21 November at 10:00"),
        (50 * 24, "mercoledì 13 gennaio 2027 alle 10:00", "Wednesday 13 January 2027 at 10:00"),
        (15, "domani all’1:00", "tomorrow at 1:00"),
    ],
)
def test_a_moment_is_said_as_people_say_it(hours: float, it: str, en: str) -> None:
    moment = NOW + timedelta(hours=hours)
    assert LEXICON.words("it", ROME, NOW).moment(moment) == it
    assert LEXICON.words("en", ROME, NOW).moment(moment) == en


@pytest.mark.parametrize(
    ("minutes", "it", "en"),
    [
        (200, "3 ore e 20 minuti", "3 hours and 20 minutes"),
        (60, "1 ora", "1 hour"),
        (1, "1 minuto", "1 minute"),
        (0.2, "meno di un minuto", "less than a minute"),
        (1440, "1 giorno", "1 day"),
        (2 * 1440 + 185, "2 giorni e 3 ore", "2 days and 3 hours"),
        (-40, "40 minuti", "40 minutes"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(minutes: float, it: str, en: str) -> None:
    lasting = timedelta(minutes=minutes)
    assert LEXICON.words("it", ROME, NOW).duration(lasting) == it
    assert LEXICON.words("en", ROME, NOW).duration(lasting) == en


@pytest.fixture
def moments() -> Words:
    """The test's own texts with the real ones for moments."""
    real = LEXICON.spoken("it", False).sources
    return Lexicon({"it": {**real, **TEXTS.spoken("it", False).sources}}).words("it", ROME, NOW)


def test_before_a_time_of_today_stands_only_the_time(moments: Words) -> None:
    assert moments.say("due", due=NOW + timedelta(hours=6)) == "entro le 16:00"
    assert moments.say("due", due=NOW + timedelta(hours=30)) == "entro domani alle 16:00"


def test_what_is_not_there_selects_none(moments: Words) -> None:
    assert moments.say("due", due=None) == "quando si può"


def test_on_the_day_just_spoken_of_stands_only_the_time(moments: Words) -> None:
    opens = NOW + timedelta(days=5, hours=22.5)
    said = moments.say("opens", opens=opens, due=opens + timedelta(minutes=30))
    assert said == "riapre lunedì alle 8:30, risposta entro le 9:00"


def test_a_deadline_is_said_with_its_preposition(moments: Words) -> None:
    assert moments.say("late", due=NOW - timedelta(hours=1)) == "scadenza delle 9:00, ore 9:00, oggi"
    assert moments.say("late", due=NOW + timedelta(days=1)) == "scadenza di domani alle 10:00, ore 10:00, domani"


def test_a_moment_is_said_in_the_reader_s_zone() -> None:
    new_york = LEXICON.words("en", ZoneInfo("America/New_York"), NOW)
    assert new_york.moment(NOW) == "today at 4:00"


def test_a_ticket_s_number_is_not_grouped_and_numbers_are_counted() -> None:
    assert italian().say("hello", name="Eva", ticket=1042, count=1) == "Ciao Eva, il ticket 1042 ha un messaggio."
    assert italian().say("hello", name="Eva", ticket=1042, count=1500).endswith("ha 1.500 messaggi.")


def test_an_attribute_is_a_text_of_its_own() -> None:
    assert italian().say("hello.label") == "Saluto"
    assert italian().has("hello.label")
    assert not italian().has("hello.hint")


def test_a_formal_desk_says_what_differs_otherwise_and_the_rest_alike() -> None:
    assert italian(formal=True).say("hello", name="Eva") == "Buongiorno Eva"
    assert italian(formal=True).say("severity-high") == "Alta"


def test_a_text_missing_in_one_language_is_said_in_the_other_and_noted_once() -> None:
    assert italian().say("only-here") == "Only in English"
    assert italian().say("only-here") == "Only in English"
    assert ("only-here", "it") in TEXTS.missed


def test_a_text_missing_everywhere_is_its_own_id() -> None:
    assert italian().say("nowhere") == "nowhere"


def test_what_people_wrote_is_inserted_as_it_is_however_long() -> None:
    story = "{ $ticket } <b> \u2068 " + "x" * 9000
    assert italian().say("said", text=story) == f"«{story}»"


def test_nobody_s_words_stand_for_another_s() -> None:
    long = "y" * 3000
    said = italian().say("asked", title="\ue000\ue0000\ue0010\ue001", story=long)
    assert said == f"00: «{long}»"


def told(text: str) -> list[tuple[str, datetime]]:
    """What of *text* says which moments."""
    return [(text[one.start : one.end], one.at) for one in moments_of(text)]


def test_a_text_knows_where_it_tells_moments(moments: Words) -> None:
    opens, due = NOW + timedelta(days=2), NOW + timedelta(days=2, hours=1)
    text = moments.say("opens", opens=opens, due=due)
    assert told(text) == [("giovedì alle 10:00", opens), ("le 11:00", due)]


def test_a_deadline_is_known_together_with_its_preposition(moments: Words) -> None:
    day_in_words, time_alone = moments_of(moments.say("late", due=NOW))
    assert (day_in_words.before, day_in_words.time, time_alone.time) == ("di ", False, True)


def test_texts_put_together_know_the_moments_of_all(moments: Words) -> None:
    both = joined((moments.say("due", due=NOW), "«le 10:00»", moments.say("due", due=NOW)), "\n")
    assert told(both) == [("le 10:00", NOW)] * 2


def test_a_text_within_another_brings_its_moments_along(moments: Words) -> None:
    text = moments.say("asked", title=line("due", due=NOW), story=[line("due", due=NOW), line("severity-high")])
    assert text == "entro le 10:00: «entro le 10:00\nAlta»"
    assert told(text) == [("le 10:00", NOW)] * 2


@pytest.mark.parametrize("story", ["\ue0000\ue001", "\ue0000\ue001 " * 300, "entro le 10:00"])
def test_nobody_s_words_tell_a_moment(moments: Words, story: str) -> None:
    text = moments.say("asked", title=line("due", due=NOW), story=story)
    assert [one.start for one in moments_of(text)] == [6]


def test_a_truth_value_selects_yes_or_no() -> None:
    assert [italian().say("truth", really=one) for one in (True, False)] == ["sì", "no"]


def test_a_message_can_be_named_by_a_fact() -> None:
    assert italian().say("level", severity="high") == "Alta"
    assert italian().say("level", severity="unheard-of") == "unheard-of"
    assert italian().say("level", severity=None) == ""


def test_a_message_can_refer_to_another() -> None:
    assert italian().say("twice") == "Come Alta"


def test_a_fact_by_language_is_the_reader_s_own() -> None:
    titles = {"en": "Signing", "it": "Firma"}
    assert italian().say("said", text=titles) == "«Firma»"
    assert TEXTS.words("en", ROME, NOW).say("said", text=titles) == "«Signing»"


def test_lists_are_joined_and_lines_stand_below_one_another() -> None:
    assert italian().say("said", text=["a", "b", "c"]) == "«a, b e c»"
    assert italian().say("said", text=[line("severity-high"), line("twice")]) == "«Alta\nCome Alta»"


def test_the_first_text_that_there_is_is_said() -> None:
    assert italian().first("nowhere", "severity-high") == "Alta"


def test_an_unknown_language_reads_the_desk_s_first() -> None:
    assert TEXTS.words("de", ROME, NOW).say("severity-high") == "Alta"


def test_a_command_s_words_come_from_every_language() -> None:
    assert any("annulla" in words for words in LEXICON.everywhere("command-cancel"))
    assert any("cancel" in words for words in LEXICON.everywhere("command-cancel"))


def test_a_message_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    for name in ("a.ftl", "b.ftl"):
        (tmp_path / "it" / name).write_text("hello = Ciao\n")
    with pytest.raises(ValueError, match="hello"):
        Lexicon.load(tmp_path)


def test_the_shipped_texts_are_whole_in_both_languages() -> None:
    assert set(LEXICON.languages) == {"it", "en"}
    assert set(LEXICON.spoken("it", False).sources) == set(LEXICON.spoken("en", False).sources)


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_shipped_text_can_be_read(language: str) -> None:
    spoken = LEXICON.spoken(language, False)
    found = [id_ for id_ in spoken.sources if not id_.startswith("-") and spoken.pattern(id_) is None]
    assert [id_ for id_ in found if not spoken._lookup(id_).attributes] == []


def test_the_texts_lie_beside_the_program() -> None:
    assert (LOCALES / "it" / "engine.ftl").is_file()


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Non succede nulla.", "è aperto: «Non succede nulla.»"),
        ("Perché?", "è aperto: «Perché?»"),
        ("La firma", "è aperto: «La firma»."),
        (f"{'parola ' * 500}fine.", "fine.»"),
        (f"{'parola ' * 500}fine", "fine»."),
    ],
)
def test_a_sentence_that_is_quoted_ends_once(subject: str, said: str) -> None:
    opened = LEXICON.words("it", ROME, NOW).say("ticket-opened", ticket=1042, subject=subject, opens=None, due=None)
    assert opened.endswith(said)
