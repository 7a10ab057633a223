"""A screen becomes texts and buttons that Telegram takes, and words from outside do nothing there but stand."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.splitting import units
from bot.adapters.telegram.rendering import BREAK, Drawn, draw, draw_caption, draw_card, keyboard
from bot.conversations.screen import Key, Screen, Whose
from tests.servers.telegram.texts import parse_html, seen_entities


def shown(text: str) -> str:
    """What a person reads of a text in Telegram's HTML."""
    return parse_html(text)[0]


def marked(drawn: Drawn) -> set[str]:
    """What Telegram makes of the texts by itself."""
    return {str(entity["type"]) for text in drawn.texts for entity in seen_entities(shown(text))}


def labels(*keys: Key) -> list[list[str]]:
    markup = keyboard(keys)
    assert markup
    return [[button.text for button in row] for row in markup.inline_keyboard]


def options(*names: str) -> list[Key]:
    return [Key(name, f"1.ab.{place}") for place, name in enumerate(names)]


class TestTheText:
    def test_says_the_lines_below_one_another(self) -> None:
        assert draw(Screen(("Il ticket 1042 è aperto.", "Ti rispondiamo qui.")), group=False).texts == (
            "Il ticket 1042 è aperto.\nTi rispondiamo qui.",
        )

    def test_shows_what_looks_like_html_as_it_was_written(self) -> None:
        (text,) = draw(Screen(("<b>a</b> & &amp; <script>",)), group=False).texts
        assert shown(text) == "<b>a</b> & &amp; <script>"

    @given(st.text(st.characters(), min_size=1, max_size=200))
    def test_can_always_be_parsed_and_loses_only_what_cannot_be_shown(self, words: str) -> None:
        for text in draw(Screen((words,)), group=True).texts:
            assert text == html.escape(html.unescape(text), quote=False)
            assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff]", shown(text))

    @given(st.text(st.sampled_from("&<>a \n👍"), min_size=4000, max_size=4300), st.booleans())
    def test_is_split_where_it_is_too_long_for_one_message(self, words: str, group: bool) -> None:
        texts = draw(Screen((words,)), group=group).texts
        assert all(units(shown(text)) <= 4096 for text in texts)
        assert "".join(map(shown, texts)).split() == words.split() or not words.strip()

    def test_is_something_even_where_there_is_nothing_to_say(self) -> None:
        assert draw(Screen((" ",), tuple(options("Sì"))), group=False).texts == ("·",)


class TestWordsFromOutside:
    def test_call_nobody_in_a_group(self) -> None:
        drawn = draw(Screen(("ciao @giulia_rossi e @marco, (@anna) .@ugo",)), group=True)
        assert marked(drawn) == set()

    def test_call_nobody_in_a_chat_of_ones_own_either(self) -> None:
        assert "mention" not in marked(draw(Screen(("ciao @giulia_rossi",)), group=False))

    def test_are_no_command_in_a_group(self) -> None:
        assert marked(draw(Screen(("/prendi 17 (/solve@bot)",)), group=True)) == set()

    def test_leave_a_command_of_ours_to_be_tapped_in_a_private_chat(self) -> None:
        assert marked(draw(Screen(("Scrivi /aiuto",)), group=False)) == {"bot_command"}

    def test_keep_an_address_as_it_can_be_copied(self) -> None:
        (text,) = draw(Screen(("eva@example.org",)), group=True).texts
        assert text == "eva@example.org"

    @pytest.mark.parametrize(
        "link", ["https://example.org/a/b?c=/d&e=@f", "http://sub.example.org:8080/~eva/x.html#y", "https://a.it"]
    )
    def test_keep_a_link_as_it_can_be_opened(self, link: str) -> None:
        (text,) = draw(Screen((f"vedi {link} qui",)), group=True).texts
        assert shown(text) == f"vedi {link} qui"

    def test_hide_no_mention_behind_half_a_link(self) -> None:
        assert "mention" not in marked(draw(Screen(("http://-/@giulia https://a.it/(@marco",)), group=True))

    @given(st.text(st.sampled_from("@/ab_. (:\n"), max_size=60))
    def test_never_call_or_command_anybody(self, words: str) -> None:
        assert not {"mention", "bot_command"} & marked(draw(Screen((words,)), group=True))

    def test_read_as_they_were_written(self) -> None:
        (text,) = draw(Screen(("@giulia /prendi",)), group=True).texts
        assert text.replace(BREAK, "") == "@giulia /prendi"


class TestWhoseQuestionItIs:
    def test_stands_first_and_calls_them(self) -> None:
        (text,) = draw(Screen(("Quanto è grave?",), whose=Whose("5000000001", "Giulia & <b>")), group=True).texts
        assert text == '<a href="tg://user?id=5000000001">Giulia &amp; &lt;b&gt;</a>\nQuanto è grave?'

    def test_is_not_said_where_nobody_else_reads_it(self) -> None:
        (text,) = draw(Screen(("Quanto è grave?",), whose=Whose("5000000001", "Giulia")), group=False).texts
        assert text == "Quanto è grave?"

    def test_is_a_plain_name_where_the_address_is_none_of_telegrams(self) -> None:
        (text,) = draw(Screen(("Quanto è grave?",), whose=Whose('1"><b>', "Giulia")), group=True).texts
        assert text == "Giulia\nQuanto è grave?"

    def test_counts_in_the_length(self) -> None:
        texts = draw(Screen(("a" * 4096,), whose=Whose("5000000001", "Giulia")), group=True).texts
        assert [units(shown(text)) for text in texts] == [4096, 7]


class TestTheCard:
    def test_has_a_bold_head(self) -> None:
        (text,) = draw_card(Screen(("🔴 High · 1042 «A & B»", "Eva", "aperto oggi"))).texts
        assert text == "<b>🔴 High · 1042 «A &amp; B»</b>\nEva\naperto oggi"

    @given(st.text(st.sampled_from("&<>a \n👍@/"), min_size=4000, max_size=5000))
    def test_is_always_one_message(self, words: str) -> None:
        (text,) = draw_card(Screen((words,))).texts
        assert units(shown(text)) <= 4096

    def test_that_is_too_long_says_so_by_an_ellipsis(self) -> None:
        (text,) = draw_card(Screen(("Testa", "parola " * 1000))).texts
        assert text.endswith("…")


class TestTheCaption:
    def test_of_a_long_text_goes_on_in_messages(self) -> None:
        drawn = draw_caption(Screen(("parola " * 900,)), group=False)
        assert [units(shown(text)) <= longest for text, longest in zip(drawn.texts, (1024, 4096, 4096), strict=False)]
        assert len(drawn.texts) == 3

    def test_may_be_nothing(self) -> None:
        assert draw_caption(Screen(("",)), group=False).texts == ("",)


class TestTheKeyboard:
    def test_is_none_without_buttons(self) -> None:
        assert draw(Screen(("Ciao",)), group=False).keyboard is None

    def test_brings_back_what_the_key_says(self) -> None:
        markup = keyboard([Key("Prendi", "!claim.17")])
        assert markup
        assert markup.inline_keyboard[0][0].callback_data == "!claim.17"

    def test_puts_three_short_labels_in_a_row(self) -> None:
        assert labels(*options("Prendi", "Vedi", "Risolvi", "Nota")) == [["Prendi", "Vedi", "Risolvi"], ["Nota"]]

    def test_puts_two_longer_labels_in_a_row(self) -> None:
        assert labels(*options("Tutti i ticket", "Aiuto", "Orari")) == [["Tutti i ticket", "Aiuto"], ["Orari"]]

    def test_puts_a_long_label_alone(self) -> None:
        assert labels(*options("Non riesco più a lavorare", "No")) == [["Non riesco più a lavorare"], ["No"]]

    def test_puts_controls_apart_below(self) -> None:
        rows = labels(Key("Indietro", "1.a.~back", control=True), *options("Sì", "No"))
        assert rows == [["Sì", "No"], ["Indietro"]]

    def test_has_at_most_a_hundred_buttons_and_keeps_the_controls(self) -> None:
        rows = labels(*options(*map(str, range(150))), Key("Annulla", "1.a.~cancel", control=True))
        assert sum(map(len, rows)) == 100
        assert rows[-1] == ["Annulla"]

    def test_has_no_label_that_telegram_refuses(self) -> None:
        assert labels(Key("\x00 ", "1.a.b")) == [["·"]]
        assert len(labels(Key("x" * 200, "1.a.b"))[0][0]) == 60
