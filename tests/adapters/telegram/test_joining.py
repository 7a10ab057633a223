"""What people sent as one is heard as one: albums, and texts that a client cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.telegram.joining import Piece, Together, gather, joined, seam, units
from bot.adapters.telegram.translating import Told
from bot.conversations.heard import Person, Place, Pressed, Said
from core.files import Incoming
from tests.servers.telegram.texts import cut_by_a_client

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PATIENCE = timedelta(seconds=1)
LONG = "parola " * 580


def piece(
    id_: str, text: str = "", *, by: str = "eva", album: str = "", file: str = "", after: float = 0, about: str = ""
) -> Piece:
    """Something that was said *after* so many seconds."""
    at = AT + timedelta(seconds=after)
    files = (Incoming(file),) if file else ()
    said = Said(id_, Place("telegram", "46"), Person(by), about, text=text, files=files, message=f"m{id_}")
    return Piece(Told(said, album=album, said_at=at), at)


def photo(id_: str, text: str = "", *, album: str = "a", by: str = "eva", after: float = 0) -> Piece:
    return piece(id_, text, by=by, album=album, file=f"photo-{id_}", after=after)


def together(pieces: Sequence[Piece], *, after: float = 0) -> Together:
    """What belongs to the first, seen *after* so many seconds."""
    head, *others = pieces
    return gather(head, others, AT + timedelta(seconds=after), PATIENCE)


class TestAlbums:
    def test_all_its_parts_are_one_with_their_files(self) -> None:
        heard = joined([photo("1"), photo("2"), photo("3")])
        assert [file.reference for file in heard.files] == ["photo-1", "photo-2", "photo-3"]

    def test_it_goes_by_its_first_part_and_takes_the_others_with_it(self) -> None:
        heard = joined([photo("1"), photo("2"), photo("3")])
        assert (heard.id, heard.message, heard.parts) == ("1", "m1", ("2", "3"))

    def test_all_its_messages_are_kept_and_it_goes_by_the_one_with_the_words(self) -> None:
        heard = joined([photo("1"), photo("2", "guarda"), photo("3")])
        assert (heard.message, heard.others) == ("m2", ("m1", "m3"))

    @pytest.mark.parametrize("where", [0, 1, 2])
    def test_the_caption_counts_whatever_part_has_it(self, where: int) -> None:
        parts = [photo(str(n), "guarda" if n == where else "") for n in range(3)]
        assert joined(parts).text == "guarda"

    def test_several_captions_are_several_lines(self) -> None:
        heard = joined([photo("1", "davanti"), photo("2", "dietro")])
        assert (heard.text, heard.several) == ("davanti\ndietro", True)

    def test_one_caption_is_all_its_words(self) -> None:
        assert not joined([photo("1", "davanti"), photo("2", "")]).several

    def test_more_parts_are_waited_for(self) -> None:
        assert together([photo("1"), photo("2", after=0.3)], after=0.5).wait == timedelta(seconds=0.8)

    def test_nobody_waits_longer_than_that_after_the_last_part(self) -> None:
        assert not together([photo("1"), photo("2", after=0.3)], after=1.3).wait

    def test_what_is_old_is_not_waited_for(self) -> None:
        assert not together([photo("1")], after=3600).wait

    def test_a_clock_that_was_put_back_makes_nobody_wait_longer(self) -> None:
        assert together([photo("1")], after=-3600).wait == PATIENCE

    def test_what_its_writer_does_next_ends_it(self) -> None:
        found = together([photo("1"), photo("2"), piece("3", "ecco")])
        assert (found.ids, found.wait) == (("1", "2"), timedelta(0))

    def test_ten_parts_are_all_there_can_be(self) -> None:
        found = together([photo(str(n)) for n in range(10)])
        assert (len(found.ids), found.wait) == (10, timedelta(0))

    def test_what_others_write_meanwhile_does_not_cut_it(self) -> None:
        assert together([photo("1"), piece("2", "ciao", by="marco"), photo("3")]).ids == ("1", "3")

    def test_another_album_is_another(self) -> None:
        assert together([photo("1"), photo("2", album="b")]).ids == ("1",)

    def test_the_same_album_of_another_person_is_another(self) -> None:
        assert together([photo("1"), photo("2", by="marco")]).ids == ("1",)


class TestLongTexts:
    def test_a_short_text_is_never_waited_for(self) -> None:
        assert together([piece("1", "ciao"), piece("2", "ciao")]) == Together((piece("1", "ciao"),))

    def test_after_a_long_text_its_rest_is_waited_for(self) -> None:
        assert together([piece("1", LONG)]).wait == PATIENCE

    def test_its_rest_is_taken_with_it(self) -> None:
        found = together([piece("1", LONG), piece("2", "fine")])
        assert (found.ids, found.wait) == (("1", "2"), timedelta(0))

    def test_a_rest_that_is_long_has_a_rest_too(self) -> None:
        found = together([piece("1", LONG), piece("2", LONG), piece("3", "fine"), piece("4", "altro")])
        assert found.ids == ("1", "2", "3")

    def test_two_texts_that_had_fitted_into_one_are_two(self) -> None:
        assert together([piece("1", LONG[:2100]), piece("2", "allora?")]).ids == ("1",)

    def test_what_comes_seconds_later_is_another_text(self) -> None:
        assert together([piece("1", LONG), piece("2", "allora?", after=5)], after=6).ids == ("1",)

    def test_a_command_is_no_rest(self) -> None:
        assert together([piece("1", LONG), piece("2", "/aiuto")]).ids == ("1",)

    def test_a_photo_is_no_rest(self) -> None:
        assert together([piece("1", LONG), piece("2", file="photo")]).ids == ("1",)

    def test_another_persons_words_are_no_rest(self) -> None:
        found = together([piece("1", LONG), piece("2", "ciao", by="marco")], after=0.2)
        assert (found.ids, found.wait) == (("1",), timedelta(seconds=0.8))

    def test_a_press_ends_it(self) -> None:
        pressed = Pressed("2", Place("telegram", "46"), Person("eva"), key="a")
        found = together([piece("1", LONG), Piece(Told(pressed), AT)])
        assert (found.ids, found.wait) == (("1",), timedelta(0))

    def test_an_edit_is_not_joined(self) -> None:
        edited = piece("2", "fine")
        assert edited.said
        edit = Piece(replace(edited.told, heard=replace(edited.said, edits="m0")), AT)
        assert together([piece("1", LONG), edit]).ids == ("1",)

    def test_only_the_first_piece_replies_to_something(self) -> None:
        assert together([piece("1", LONG, about="40"), piece("2", "fine")]).ids == ("1", "2")

    def test_a_reply_to_something_else_is_no_rest(self) -> None:
        assert together([piece("1", LONG), piece("2", "fine", about="40")]).ids == ("1",)

    def test_in_a_topic_all_pieces_are_about_it(self) -> None:
        assert together([piece("1", LONG, about="@45"), piece("2", "fine", about="@45")]).ids == ("1", "2")

    def test_length_is_told_as_telegram_does(self) -> None:
        assert units("😀a") == 3


class TestSeams:
    @pytest.mark.parametrize(
        ("before", "after", "between"),
        [
            ("la prima riga.", "La seconda", "\n"),
            ("l'elenco:", "- uno", "\n"),
            ("la firma", "non parte", " "),
            ("non parte.", "poi riparte", " "),
            ("x" * 4096, "xxx", ""),
            ("x" * 4095 + ".", "Poi", "\n"),
        ],
    )
    def test_what_the_client_cut_away_is_put_back(self, before: str, after: str, between: str) -> None:
        assert seam(before, after) == between

    @pytest.mark.parametrize("between", ["\n", " "])
    def test_a_text_cut_by_a_client_is_whole_again_but_for_blanks(self, between: str) -> None:
        text = between.join(f"Riga {n} del mio lungo racconto." for n in range(400))
        pieces = [piece(str(n), part) for n, part in enumerate(cut_by_a_client(text))]
        assert len(pieces) > 2
        assert joined(together(pieces).pieces).text.split() == text.split()

    def test_a_text_cut_far_from_its_end_at_a_paragraph_is_whole_again(self) -> None:
        text = "Prima. " * 360 + "\n" + "poi " * 600
        pieces = [piece(str(n), part) for n, part in enumerate(cut_by_a_client(text))]
        assert units(pieces[0].said.text if pieces[0].said else "") < 2600
        assert joined(together(pieces).pieces).text.split() == text.split()

    def test_a_text_without_any_blank_is_whole_again(self) -> None:
        text = "x" * 9000
        pieces = [piece(str(n), part) for n, part in enumerate(cut_by_a_client(text))]
        assert joined(pieces).text == text
