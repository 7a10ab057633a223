"""Attachments: rows for what came, bytes in a folder or a bucket, and names that are never paths."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TooMuch
from core.files import (
    FileOf,
    FileRules,
    FileState,
    FileStore,
    Incoming,
    RefusedFile,
    Stored,
    attach,
    attachments,
    files_of,
    shown_name,
)
from core.notices.outbox import Kind
from core.people.who import Who
from core.tickets.commands import AddMessage, OpenTicket
from core.tickets.queries import Thread
from tests.house import House, open_house

PHOTO = Incoming("telegram:AgAC", "foto.jpg", "image/jpeg", 1000)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with open_house(database_url) as h:
        yield h


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


def opened(house: House, eva: Who, *files: Incoming):
    ticket = house.desk.do(OpenTicket(eva, "Non firma", "Ecco la foto.", files=files))
    (said,) = house.desk.look(Thread(eva, ticket.number, notes=False))
    return ticket, said


class TestWhatCame:
    def test_is_shown_with_its_message(self, house: House, eva: Who) -> None:
        _, said = opened(house, eva, PHOTO)
        (file,) = said.files
        assert (file.name, file.media_type, file.size) == ("foto.jpg", "image/jpeg", 1000)
        assert (file.reference, file.chat, file.state) == ("telegram:AgAC", eva.chat, FileState.WAITING)

    def test_is_to_be_fetched_in_a_lane_of_its_own(self, house: House, eva: Who) -> None:
        ticket, said = opened(house, eva, PHOTO, PHOTO)
        fetches = [parcel for parcel in house.posted() if parcel.kind is Kind.FETCH]
        assert [parcel.lines[0].facts["file"] for parcel in fetches] == [file.id for file in said.files]
        assert len({parcel.lane for parcel in fetches}) == 2
        assert {(parcel.chat.id, parcel.ticket) for parcel in fetches} == {(eva.chat, ticket.number)}

    def test_holds_up_no_word(self, house: House, eva: Who) -> None:
        opened(house, eva, PHOTO)
        lanes = {parcel.lane: parcel.kind for parcel in house.posted()}
        assert lanes[f"chat:{eva.chat}"] is Kind.NOTICE

    def test_is_kept_in_the_order_it_came(self, house: House, eva: Who) -> None:
        _, said = opened(house, eva, *(Incoming(str(n), f"{n}.txt") for n in range(5)))
        assert [file.name for file in said.files] == [f"{n}.txt" for n in range(5)]

    def test_too_large_is_not_fetched(self, house: House, eva: Who) -> None:
        house.rules[FileRules] = FileRules(largest=999)
        _, said = opened(house, eva, PHOTO)
        assert (said.files[0].state, said.files[0].why) == (FileState.REFUSED, "too-large")
        assert [parcel for parcel in house.posted() if parcel.kind is Kind.FETCH] == []

    def test_of_a_size_that_nobody_told_is_fetched(self, house: House, eva: Who) -> None:
        house.rules[FileRules] = FileRules(largest=1)
        _, said = opened(house, eva, Incoming("1", "x"))
        assert (said.files[0].state, said.files[0].size) == (FileState.WAITING, None)

    def test_too_many_is_refused_with_its_message(self, house: House, eva: Who) -> None:
        house.rules[FileRules] = FileRules(most=2)
        with pytest.raises(TooMuch) as caught:
            opened(house, eva, PHOTO, PHOTO, PHOTO)
        assert caught.value.facts == {"what": "files", "limit": 2}

    def test_may_come_without_a_word(self, house: House, eva: Who) -> None:
        ticket, _ = opened(house, eva)
        house.desk.do(AddMessage(eva, ticket.number, "", files=(PHOTO,)))
        assert house.desk.look(Thread(eva, ticket.number, notes=False))[-1].files[0].name == "foto.jpg"

    def test_lies_under_a_key_that_nothing_from_outside_is_part_of(self, house: House, eva: Who) -> None:
        hostile = Incoming("../../etc/passwd", "../../etc/passwd", "../../etc", 1)
        _, said = opened(house, eva, hostile, hostile)
        keys = [file.key for file in said.files]
        assert all(part.isdigit() for key in keys for part in key.split("/"))
        assert len(set(keys)) == 2

    def test_is_unpredictable_by_its_ids(self, house: House, eva: Who) -> None:
        _, said = opened(house, eva, PHOTO)
        assert len(said.files[0].key.rsplit("/", 1)[1]) == 24

    def test_without_files_asks_for_nothing(self, house: House, eva: Who) -> None:
        ticket, said = opened(house, eva)
        with house.desk.turn() as tx:
            attach(tx, ticket.number, said.id, (), chat=eva.chat)
            assert files_of(tx, [said.id]) == {}


class TestAfterwards:
    def test_it_is_stored_as_counted(self, house: House, eva: Who) -> None:
        _, said = opened(house, eva, PHOTO)
        assert house.desk.do(Stored(said.files[0].id, 1234, "ab" * 32))
        file = house.desk.look(FileOf(said.files[0].id))
        assert (file.state, file.size, file.sha256) == (FileState.STORED, 1234, "ab" * 32)

    def test_it_is_refused_with_a_reason(self, house: House, eva: Who) -> None:
        _, said = opened(house, eva, PHOTO)
        house.desk.do(RefusedFile(said.files[0].id, "gone"))
        file = house.desk.look(FileOf(said.files[0].id))
        assert (file.state, file.why) == (FileState.REFUSED, "gone")

    def test_erased_meanwhile_says_that_the_bytes_must_go(self, house: House, eva: Who) -> None:
        _, said = opened(house, eva, PHOTO)
        with house.desk.turn() as tx:
            tx.run(attachments.delete())
        assert not house.desk.do(Stored(said.files[0].id, 1, "ab" * 32))
        assert house.desk.look(FileOf(said.files[0].id)) is None


class TestAName:
    @pytest.mark.parametrize(
        ("sent", "shown"),
        [
            ("foto.jpg", "foto.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\Eva\\lettera.pdf", "lettera.pdf"),
            ("", "file"),
            ("..", "file"),
            (" . ", "file"),
            ("a\x1b[31mb\n.txt", "a[31mb.txt"),
            ("fattura\u202efdp.exe", "fatturafdp.exe"),
            ("è.txt", "è.txt"),
            ("e\u0300.txt", "è.txt"),
            ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
            ("x" * 300, "x" * 120),
            ("\ud800.txt", ".txt".strip(".")),
        ],
    )
    def test_is_shown_without_what_it_may_do(self, sent: str, shown: str) -> None:
        assert shown_name(sent) == shown

    @given(st.text(max_size=300))
    def test_is_always_one_short_line_of_text(self, sent: str) -> None:
        shown = shown_name(sent)
        assert 0 < len(shown) <= 120
        assert not set(shown) & set("/\\\n\r\0")
        assert shown.encode()

    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ("image/jpeg", "image/jpeg"),
            (" Image/JPEG ", "image/jpeg"),
            ("text/html; charset=x", "application/octet-stream"),
            ("", "application/octet-stream"),
            ("image", "application/octet-stream"),
            ("a/b\r\nX: y", "application/octet-stream"),
            ("x/" + "y" * 200, "application/octet-stream"),
        ],
    )
    def test_a_media_type_is_one_or_unknown(self, house: House, eva: Who, said: str, kept: str) -> None:
        _, message = opened(house, eva, Incoming("1", "x", said))
        assert message.files[0].media_type == kept


async def pieces(*parts: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if then:
        raise then


async def read(store: FileStore, key: str) -> bytes:
    return b"".join([piece async for piece in store.get(key)])


def lying_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestTheStore:
    @pytest.fixture(params=["folder", "url"])
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
        return FileStore.at(tmp_path / "files" if request.param == "folder" else "memory:///")

    async def test_gives_back_what_it_was_given(self, store: FileStore) -> None:
        await store.put("1/2/3", pieces(b"ab", b"", b"c"))
        assert await read(store, "1/2/3") == b"abc"

    async def test_counts_what_it_was_given(self, store: FileStore) -> None:
        counted = await store.put("1/2/3", pieces(b"ab", b"c"))
        assert (counted.size, counted.sha256) == (3, hashlib.sha256(b"abc").hexdigest())

    async def test_takes_an_empty_file(self, store: FileStore) -> None:
        assert (await store.put("1/2/3", pieces())).size == 0
        assert await read(store, "1/2/3") == b""

    async def test_takes_a_large_one_in_pieces(self, store: FileStore) -> None:
        part = os.urandom(1_000_000)
        counted = await store.put("1/2/3", pieces(*[part] * 12))
        assert counted.size == 12_000_000
        assert await read(store, "1/2/3") == part * 12

    async def test_takes_none_that_is_too_large(self, store: FileStore) -> None:
        with pytest.raises(TooMuch) as caught:
            await store.put("1/2/3", pieces(b"abc", b"d"), largest=3)
        assert caught.value.facts == {"what": "file", "limit": 3}
        with pytest.raises(FileNotFoundError):
            await read(store, "1/2/3")

    async def test_takes_one_just_as_large_as_may_be(self, store: FileStore) -> None:
        assert (await store.put("1/2/3", pieces(b"abc"), largest=3)).size == 3

    async def test_keeps_nothing_of_one_that_broke_off(self, store: FileStore) -> None:
        with pytest.raises(ConnectionError):
            await store.put("1/2/3", pieces(b"x" * 10_000_000, then=ConnectionError()))
        with pytest.raises(FileNotFoundError):
            await read(store, "1/2/3")

    async def test_keeps_what_was_there_when_the_second_time_breaks_off(self, store: FileStore) -> None:
        await store.put("1/2/3", pieces(b"abc"))
        with pytest.raises(ConnectionError):
            await store.put("1/2/3", pieces(b"d", then=ConnectionError()))
        assert await read(store, "1/2/3") == b"abc"

    async def test_takes_the_same_file_twice(self, store: FileStore) -> None:
        await store.put("1/2/3", pieces(b"abc"))
        await store.put("1/2/3", pieces(b"abc"))
        assert await read(store, "1/2/3") == b"abc"

    async def test_forgets_what_it_is_told_to(self, store: FileStore) -> None:
        await store.put("1/2/3", pieces(b"abc"))
        await store.delete("1/2/3")
        await store.delete("1/2/3")
        with pytest.raises(FileNotFoundError):
            await read(store, "1/2/3")

    async def test_leads_nowhere_else(self, store: FileStore) -> None:
        with pytest.raises(ValueError):
            await store.put("../../1", pieces(b"abc"))


class TestTheFolder:
    async def test_is_made_where_it_is_missing(self, tmp_path: Path) -> None:
        store = FileStore.at(str(tmp_path / "data" / "files"))
        await store.put("1/2/3", pieces(b"abc"))
        assert lying_in(tmp_path) == ["data/files/1/2/3"]

    async def test_holds_nothing_half_done(self, tmp_path: Path) -> None:
        store = FileStore.at(tmp_path)
        with pytest.raises(ConnectionError):
            await store.put("1/2/3", pieces(b"x" * 10_000_000, then=ConnectionError()))
        assert lying_in(tmp_path) == []

    async def test_keeps_its_files_for_the_next_who_opens_it(self, tmp_path: Path) -> None:
        await FileStore.at(tmp_path).put("1/2/3", pieces(b"abc"))
        assert await read(FileStore.at(tmp_path), "1/2/3") == b"abc"
