"""A screen becomes messages that Slack takes whatever is on it, nothing of it is lost, and rarer buttons stand behind."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack import limits as most
from bot.adapters.slack.marking import BREAK, NOTHING, shown
from bot.adapters.slack.modals import window
from bot.adapters.slack.rendering import LIMITS, Message, draw, draw_caption, draw_card
from bot.conversations.cards import buttons, label_of
from bot.conversations.menu import MENU
from bot.conversations.screen import Box, Key, Screen, Whose
from bot.words import Lexicon
from core.notices.facts import Line
from tests.servers.slack import texts
from tests.servers.slack.blocks import check_message_blocks, check_view, each_element
from tests.servers.slack.rendering import buttons_of, lines_of, overflows_of

Json = dict[str, Any]
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEXICON = Lexicon.load()
SAYING = LEXICON.words("it", ZoneInfo("Europe/Rome"), NOW)
DUE = SAYING.say("card-clock", reaction=None, due=NOW.replace(hour=17), left=None, late=None)
TOKEN = f"!date^{int(NOW.replace(hour=17).timestamp())}^{{date_short_pretty}} {{time}}|le 18:00"
FORGED = "".join(map(chr, (0x10E000, 0x10E001, 0x10EFFF)))
"""The signs that stand for moments, as somebody might type them."""
WORDS = st.one_of(
    st.text(),
    st.text(st.sampled_from("ab &<>*_~:/\n.👍🏽" + FORGED), max_size=300),
    st.sampled_from(["<!channel> & co. " * 900, f"<{TOKEN}> {FORGED}", DUE]),
)
LABELS = st.one_of(st.text(max_size=100), st.just("Un'etichetta lunga 👍🏽 " * 9))
KEYS = st.lists(st.builds(Key, LABELS, st.text("abc.!~19", min_size=1, max_size=64), st.booleans()), max_size=130)
WHOSE = st.one_of(st.none(), st.builds(Whose, st.sampled_from(["U012AB3CD", "not an id", ""]), WORDS))
SCREENS = st.builds(Screen, st.lists(WORDS, max_size=4).map(tuple), KEYS.map(tuple), whose=WHOSE)


class Reader:
    """Somebody whose Slack shows no tokens, but what they stand for."""

    locale, tz = "it-IT", "Europe/Rome"
    dates = False

    def name_of(self, target: str) -> str:
        return target


def seen(message: Message) -> str:
    return "\n".join(lines_of(list(message.blocks), Reader())).replace(BREAK, "")


def squeezed(text: str) -> str:
    return re.sub(rf"[\s{chr(0x10E000)}-{chr(0x10EFFF)}]+", "", shown(text))


def checked(message: Message) -> Message:
    check_message_blocks(list(message.blocks))
    assert 0 < len(message.text) <= most.TEXT
    return message


def keys(*labels: str, control: bool = False) -> tuple[Key, ...]:
    return tuple(Key(label, f"1.ab.{place}", control) for place, label in enumerate(labels))


def rows(message: Message) -> list[list[str]]:
    return [buttons_of([block]) for block in message.blocks if block["type"] == "actions"]


class TestWhateverIsOnTheScreen:
    @given(SCREENS)
    def test_slack_takes_its_messages(self, screen: Screen) -> None:
        assert [checked(message) for message in draw(screen, room=True)]

    @given(SCREENS)
    def test_slack_takes_its_card(self, screen: Screen) -> None:
        assert checked(draw_card(screen))

    @given(SCREENS)
    def test_slack_takes_it_beside_a_file(self, screen: Screen) -> None:
        caption, messages = draw_caption(screen, room=True)
        assert len(caption) <= most.SECTION
        assert all(map(checked, messages))

    @given(SCREENS)
    def test_nothing_of_its_text_is_lost(self, screen: Screen) -> None:
        read = squeezed("".join(map(seen, draw(screen, room=False))))
        assert read == (squeezed(screen.text) or NOTHING)

    @given(SCREENS)
    def test_nobody_is_called_but_whose_question_it_is(self, screen: Screen) -> None:
        said = [
            text
            for message in draw(screen, room=True)
            for text in (message.text, *texts.mrkdwn_in(list(message.blocks)))
        ]
        called = {one for text in said for one in texts.controls(text) if not one.startswith("http")} - {TOKEN}
        assert called <= ({"@U012AB3CD"} if screen.whose and screen.whose.address == "U012AB3CD" else set())

    @given(SCREENS)
    def test_a_date_is_told_just_where_the_desk_tells_it(self, screen: Screen) -> None:
        said = [text for message in draw(screen, room=True) for text in texts.mrkdwn_in(list(message.blocks))]
        told = [one for text in said for one in texts.controls(text) if one == TOKEN]
        assert len(told) == screen.lines.count(DUE)

    @given(SCREENS)
    def test_each_value_that_is_pressed_is_a_keys(self, screen: Screen) -> None:
        pressed = [value for message in draw(screen, room=False) for value in values(message)]
        assert set(pressed) <= {key.value for key in screen.keys}
        assert len(pressed) == min(len(screen.keys), LIMITS.keys)


HOSTILE = "<!channel> & *Eva* _ha_ scritto https://example.org/<x> 👍🏽 " * 25
NUMBERS = {
    "ticket": 10**12,
    "into": 10**12,
    "count": 10**6,
    "n": 10**6,
    "limit": 10**6,
    "left": 10**6,
    "minutes": 10**6,
}


ELSEWHERE = ("-", "about-", "doctor-", "init-", "run-", "setting", "sla-", "telegram-", "terminal-", "trouble-")
"""What begins so is said at the keyboard or on other channels."""


def every_sentence() -> list[Line]:
    """Each sentence of the desk's, about people whose every word is hostile and long."""
    sources = LEXICON.spoken("it", False).sources
    named = {id_: set(re.findall(r"\{ (?:[A-Z]+\()?\$(\w+)", source)) for id_, source in sources.items()}
    facts = {id_: {name: NUMBERS.get(name, HOSTILE) for name in names} for id_, names in named.items()}
    return [Line(id_, facts[id_]) for id_ in sources if facts[id_] and not id_.startswith(ELSEWHERE)]


def test_slack_takes_every_sentence_there_is_whatever_people_put_into_it() -> None:
    words = SAYING
    for one in every_sentence():
        said = words.line(one)
        keys = buttons(words, Line(one.message, {**one.facts, "operator": 10**12, "language": "en"}), MENU)
        screen = Screen((said,), keys, (Box("text", said, said, given=said, problem=said),), "1.ab")
        called = [checked(message) for message in (*draw(screen, room=True), draw_card(screen))]
        check_view(window(screen, "{}", words), "modal")
        shows = [text for message in called for text in (message.text, *texts.mrkdwn_in(list(message.blocks)))]
        acting = {found for text in shows for found in texts.controls(text) if not found.startswith("http")}
        assert acting == set(), one.message


def test_no_label_of_the_desks_own_is_longer_than_a_button_takes() -> None:
    for language in LEXICON.languages:
        words = LEXICON.words(language, ZoneInfo("Europe/Rome"), NOW)
        assert [name for name in MENU if len(label_of(words, name)) > most.BUTTON] == []


def values(message: Message) -> list[str]:
    elements = [element for _, element, _ in each_element(list(message.blocks))]
    return [one["value"] for element in elements for one in element.get("options", [element])]


class TestAMessage:
    def test_says_the_lines_below_one_another(self) -> None:
        (message,) = draw(Screen(("Il ticket 1042 è aperto.", "Ti rispondiamo qui.")), room=False)
        assert seen(message) == message.text == "Il ticket 1042 è aperto.\nTi rispondiamo qui."

    def test_goes_in_several_where_it_is_long(self) -> None:
        messages = draw(Screen(("Una frase di prova. " * 1200,), keys("Avanti")), room=False)
        assert len(messages) > 1
        assert [rows(message) for message in messages] == [*[[]] * (len(messages) - 1), [["Avanti"]]]

    def test_is_split_after_sentences(self) -> None:
        (message,) = draw(Screen(("Una frase di prova. " * 200,)), room=False)
        assert [block["text"]["text"][-6:] for block in message.blocks] == ["prova."] * len(message.blocks)

    def test_says_something_even_where_the_buttons_say_all(self) -> None:
        (message,) = draw(Screen((), keys("Avanti")), room=False)
        assert (message.text, seen(message)) == (NOTHING, NOTHING)

    def test_in_a_room_calls_whoever_is_asked(self) -> None:
        (message,) = draw(Screen(("Quale?",), whose=Whose("U012AB3CD", "Eva")), room=True)
        assert message.text == message.blocks[0]["text"]["text"] == "<@U012AB3CD>\nQuale?"

    def test_calls_nobody_in_their_own_chat(self) -> None:
        (message,) = draw(Screen(("Quale?",), whose=Whose("U012AB3CD", "Eva")), room=False)
        assert message.text == "Quale?"

    def test_names_whom_it_cannot_call(self) -> None:
        (message,) = draw(Screen(("Quale?",), whose=Whose("!channel", "<!channel>\nEva")), room=True)
        assert message.text == "&lt;!channel&gt; Eva\nQuale?"

    def test_lets_slack_make_nothing_of_its_words(self) -> None:
        (message,) = draw(Screen(("@here #general",)), room=True)
        assert message.blocks[0]["text"]["verbatim"] is True


class TestAMomentInIt:
    def test_is_shown_to_each_reader_in_their_own_zone(self) -> None:
        (message,) = draw(Screen((DUE,)), room=True)
        assert message.blocks[0]["text"]["text"] == f"Soluzione entro <{TOKEN}>."

    def test_is_said_in_words_where_no_token_is_read(self) -> None:
        (message,) = draw(Screen((DUE,)), room=True)
        assert message.text == seen(message) == "Soluzione entro le 18:00."

    def test_is_shown_on_a_card_and_not_beside_a_file(self) -> None:
        assert f"<{TOKEN}>" in draw_card(Screen(("1042", DUE))).blocks[0]["text"]["text"]
        assert draw_caption(Screen((DUE,)), room=True) == ("Soluzione entro le 18:00.", ())

    def test_keeps_its_preposition(self) -> None:
        text = SAYING.say("list-before-closing", count=1, opens=NOW)
        assert "riapertura <!date^1795510800^di {date_short_pretty} {time}|delle 10:00>." in drawn(text)

    def test_that_is_a_time_alone_stays_one(self) -> None:
        assert drawn(SAYING.say("terminal-open", closes=NOW)).endswith("<!date^1795510800^{time}|10:00>")

    def test_is_never_cut_in_two(self) -> None:
        found = [drawn("a" * (most.SECTION - room) + " ", DUE) for room in range(0, 400, 7)]
        assert {text.count(f"<{TOKEN}>") for text in found} == {1}

    def test_is_taken_as_often_as_there_are_signs_for_it(self) -> None:
        text = drawn(*[DUE] * 60)
        assert text.count(f"<{TOKEN}>") == 60


def drawn(*lines: str) -> str:
    """What the sections of a message say, as Slack gets them."""
    return "\n".join(
        text for message in draw(Screen(lines), room=True) for text in texts.mrkdwn_in(list(message.blocks))
    )


class TestItsButtons:
    def test_stand_in_a_row_and_the_controls_apart(self) -> None:
        (message,) = draw(Screen(("?",), keys("Sì", "No") + keys("Indietro", "Annulla", control=True)), room=False)
        assert rows(message) == [["Sì", "No"], ["Indietro", "Annulla"]]

    def test_are_a_menu_where_there_are_many(self) -> None:
        (message,) = draw(Screen(("?",), keys(*map(str, range(26)))), room=False)
        (menu,) = message.blocks[1]["elements"]
        assert (menu["type"], len(menu["options"])) == ("static_select", 26)

    def test_have_short_labels_on_one_line(self) -> None:
        (message,) = draw(Screen(("?",), keys("Una parola dopo\nl'altra " * 9)), room=False)
        ((label,),) = rows(message)
        assert len(label) <= most.BUTTON
        assert "\n" not in label
        assert label.endswith("…")


class TestACard:
    CARD = Screen(
        ("🔴 High · 1042 «La firma *non* parte»", "Eva"),
        keys("Rispondi", "Chiedi", "Risolvi", "Severità", "Nota", "Vedi"),
    )

    def test_begins_with_a_bold_line(self) -> None:
        card = draw_card(Screen(("1042 «La firma»", "Eva")))
        assert card.blocks[0]["text"]["text"] == "*1042 «La firma»*\nEva"

    def test_leaves_the_line_as_it_is_where_a_sign_in_it_would_end_it(self) -> None:
        assert seen(draw_card(self.CARD)).startswith("🔴 High · 1042 «La firma *non* parte»\n")

    def test_shows_the_first_buttons_and_keeps_the_rarer_ones_behind(self) -> None:
        card = draw_card(self.CARD)
        assert rows(card) == [["Rispondi", "Chiedi", "Risolvi", "Severità"]]
        assert overflows_of(list(card.blocks)) == ["Nota", "Vedi"]

    def test_opens_no_menu_for_a_single_button(self) -> None:
        card = draw_card(Screen(("1042",), keys("A", "B", "C", "D", "E")))
        assert rows(card) == [["A", "B", "C", "D", "E"]]
        assert overflows_of(list(card.blocks)) == []

    def test_keeps_no_more_behind_than_slack_takes(self) -> None:
        card = draw_card(Screen(("1042",), keys(*"ABCDEFGHIJK")))
        assert rows(card) == [[*"ABCDEF"]]
        assert overflows_of(list(card.blocks)) == [*"GHIJK"]

    def test_is_one_message_however_much_it_says(self) -> None:
        card = draw_card(Screen(("1042", "parola " * 2000), keys("Vedi")))
        assert len(card.blocks) == 2
        assert seen(card).endswith("…")


class TestACaption:
    def test_stands_beside_the_file(self) -> None:
        assert draw_caption(Screen(("Da Eva: schermata.png",)), room=True) == ("Da Eva: schermata.png", ())

    def test_is_a_message_where_it_has_buttons(self) -> None:
        caption, (message,) = draw_caption(Screen(("Da Eva",), keys("Aggiungi")), room=False)
        assert (caption, seen(message), rows(message)) == ("", "Da Eva", [["Aggiungi"]])

    def test_is_a_message_where_it_is_long(self) -> None:
        caption, messages = draw_caption(Screen(("parola " * 800,)), room=True)
        assert caption == ""
        assert len(messages) == 1
