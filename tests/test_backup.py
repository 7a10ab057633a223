"""A desk in one file and back: while it works, between the two databases, and what can't be put back."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from asyncio import to_thread
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, func, select
from typer.testing import CliRunner

from bot.__main__ import app
from bot.app import open_desk
from bot.backing_up import NoBackup, back_up, put_back
from bot.conversations.heard import Person, Place, Said
from bot.settings import Settings, load
from core.backup import Empty, NotEmpty, save
from core.db import Database
from core.files import Incoming, attachments
from core.migrations import NewerStore
from core.notices.chats import meet
from core.people.commands import Meet, Register
from core.people.who import Role, Who
from core.talks import talks
from core.tickets.commands import OpenTicket
from core.tickets.passing import FileArrived
from tests.house import Dice

TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EVA = Person("eva", "Eva", "it")


def settings_at(folder: Path, url: str = "") -> Settings:
    given = {"SPORTELLO_DATA": str(folder / "data"), **({"SPORTELLO_DATABASE__URL": url} if url else {})}
    return load(given, folder)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk that was lived in, made once: each test has a copy of it."""
    folder = tmp_path_factory.mktemp("home")
    asyncio.run(lived_in(settings_at(folder)))
    return folder


@pytest.fixture
def there(home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(home, tmp_path / "there")
    return settings_at(tmp_path / "there")


@pytest.fixture
def copy(tmp_path: Path) -> Settings:
    return settings_at(tmp_path / "copy")


async def lived_in(settings: Settings) -> None:
    """Let there be a desk with two tickets of Eva's, one with a file, and a dialog under way."""
    async with open_desk(settings, clock=lambda: TUESDAY_AT_TEN, chance=Dice()) as house:
        desk = house.desk
        with desk.turn() as tx:
            chat = meet(tx, "paper", "eva", language="it").id
        known = desk.do(Meet("paper", "eva", "Eva", "it", chat=chat))
        who = Who(known.id, chat, Role.CUSTOMER, None, None, "Eva")
        who = replace(who, customer=desk.do(Register(who, "Eva Rossi", "eva@example.org", consent=True)).id)
        photo = Incoming("ref", "foto.png", "image/png", 3)
        first = desk.do(OpenTicket(who, "Non stampa «più» 🖨", "Da stamattina.", files=(photo,))).number
        desk.do(OpenTicket(who, "Non si apre", "Nemmeno oggi.", follows=first))
        with desk.turn() as tx:
            file = tx.one(select(attachments))
            assert file
        counted = await house.files.put(file.key, pieces(b"png"))
        desk.do(FileArrived(file.id, counted.size, counted.sha256))
        await house.hearing.hear(Said("1", Place("paper", "eva"), EVA, text="apri"))


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


def everything(settings: Settings) -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, as they would be written."""
    found: dict[str, list[dict[str, object]]] = {}

    class Into:
        def __init__(self, name: str) -> None:
            self.rows = found.setdefault(name, [])

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def write(self, line: bytes) -> None:
            self.rows.append(json.loads(line))

    with closing(Database(settings.database_url)) as database:
        save(database, Into)
    return found


def kept(settings: Settings) -> dict[str, bytes]:
    folder = settings.data / "files"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def urls(tmp_path: Path, postgres_url: str) -> dict[str, str]:
    return {"sqlite": f"sqlite:///{tmp_path / 'other.db'}", "postgresql": postgres_url}


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_a_desk_comes_back_as_it_was_on_either_database(
    there: Settings, tmp_path: Path, urls: dict[str, str], to: str
) -> None:
    copy = settings_at(tmp_path / "copy", urls[to])
    about = await to_thread(back_up, there, tmp_path / "desk.zip", TUESDAY_AT_TEN)
    await to_thread(put_back, copy, tmp_path / "desk.zip")
    assert (about.tickets, about.files, about.missing) == (2, 1, 0)
    assert everything(copy) == everything(there)
    assert kept(copy) == kept(there) != {}


async def test_one_moves_from_postgresql_to_a_file(tmp_path: Path, postgres_url: str) -> None:
    there, copy = settings_at(tmp_path / "there", postgres_url), settings_at(tmp_path / "copy")
    await lived_in(there)
    await to_thread(back_up, there, tmp_path / "desk.zip", TUESDAY_AT_TEN)
    await to_thread(put_back, copy, tmp_path / "desk.zip")
    assert everything(copy) == everything(there)


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
async def test_a_number_that_was_given_out_is_not_given_again(
    there: Settings, tmp_path: Path, urls: dict[str, str], to: str
) -> None:
    copy = settings_at(tmp_path / "copy", urls[to])
    with closing(Database(there.database_url)) as database, database.write() as conn:
        latest = conn.execute(select(func.max(talks.c.id))).scalar_one()
        conn.execute(delete(talks))
    await to_thread(back_up, there, tmp_path / "desk.zip", TUESDAY_AT_TEN)
    await to_thread(put_back, copy, tmp_path / "desk.zip")
    async with open_desk(copy, clock=lambda: TUESDAY_AT_TEN, chance=Dice()) as house:
        await house.hearing.hear(Said("2", Place("paper", "eva"), EVA, text="apri"))
        with house.desk.turn() as tx:
            assert tx.value(select(talks.c.id)) == latest + 1


async def test_a_backup_of_a_desk_at_work_is_of_one_moment(there: Settings, copy: Settings, tmp_path: Path) -> None:
    async with open_desk(there, clock=lambda: TUESDAY_AT_TEN, chance=Dice()) as house:
        before = everything(there)
        with house.desk.turn() as tx:
            meet(tx, "paper", "ugo", language="it")
            await to_thread(back_up, there, tmp_path / "desk.zip", TUESDAY_AT_TEN)
    await to_thread(put_back, copy, tmp_path / "desk.zip")
    assert everything(copy) == before


async def test_the_secret_goes_with_it_and_only_the_owner_reads_it(
    there: Settings, copy: Settings, tmp_path: Path
) -> None:
    await to_thread(back_up, there, file := tmp_path / "desk.zip", TUESDAY_AT_TEN)
    await to_thread(put_back, copy, file)
    secret = copy.data / "secret.key"
    assert secret.read_bytes() == (there.data / "secret.key").read_bytes()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, secret)] == [0o600, 0o600]


class TestWhatIsRefused:
    async def test_a_file_that_is_there_is_left_as_it_is(self, there: Settings, tmp_path: Path) -> None:
        file = tmp_path / "desk.zip"
        file.write_bytes(b"a picture")
        with pytest.raises(FileExistsError):
            await to_thread(back_up, there, file, TUESDAY_AT_TEN)
        assert await to_thread(file.read_bytes) == b"a picture"

    def test_where_no_desk_is_nothing_is_made(self, tmp_path: Path) -> None:
        there = settings_at(tmp_path / "there")
        with pytest.raises(Empty):
            back_up(there, tmp_path / "desk.zip", TUESDAY_AT_TEN)
        assert not (tmp_path / "desk.zip").exists()
        assert not (there.data / "sportello.db").exists()

    async def test_a_desk_that_is_there_is_left_as_it_is(self, there: Settings, tmp_path: Path) -> None:
        await to_thread(back_up, there, tmp_path / "desk.zip", TUESDAY_AT_TEN)
        before = everything(there)
        with pytest.raises(NotEmpty):
            await to_thread(put_back, there, tmp_path / "desk.zip")
        assert everything(there) == before

    @pytest.mark.parametrize("spoils", ["no zip", "no table", "no row", "no about", "a key that is a path"])
    async def test_what_is_no_backup_changes_nothing(
        self, there: Settings, copy: Settings, tmp_path: Path, spoils: str
    ) -> None:
        await to_thread(back_up, there, file := tmp_path / "desk.zip", TUESDAY_AT_TEN)
        with pytest.raises(NoBackup):
            await to_thread(put_back, copy, spoilt(file, spoils))
        assert kept(copy) == {} or spoils != "a key that is a path"
        with pytest.raises(Empty):
            await to_thread(back_up, copy, tmp_path / "other.zip", TUESDAY_AT_TEN)

    async def test_one_of_a_newer_program_says_so(self, there: Settings, copy: Settings, tmp_path: Path) -> None:
        await to_thread(back_up, there, file := tmp_path / "desk.zip", TUESDAY_AT_TEN)
        with pytest.raises(NewerStore):
            await to_thread(put_back, copy, changed(file, "about.json", b'"revision": "0', b'"revision": "9'))


def spoilt(file: Path, how: str) -> Path:
    if how == "no zip":
        file.write_bytes(b"PK no zip at all")
        return file
    changes = {
        "no table": ("tables/tickets.jsonl", b"", b"", "gone"),
        "no row": ("tables/tickets.jsonl", b"{", b"<", "changed"),
        "no about": ("about.json", b"{", b"<", "changed"),
        "a key that is a path": ("about.json", b'"files": [', b'"files": ["../../evil", ', "changed"),
    }
    name, before, after, what = changes[how]
    return changed(file, name, before, after) if what == "changed" else without(file, name)


def changed(file: Path, name: str, before: bytes, after: bytes) -> Path:
    return _again(file, lambda member, given: given.replace(before, after) if member == name else given)


def without(file: Path, name: str) -> Path:
    return _again(file, lambda member, given: None if member == name else given)


def _again(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    made = file.with_name("spoilt.zip")
    with ZipFile(file) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            if (given := change(name, old.read(name))) is not None:
                new.writestr(name, given)
    return made


def test_both_commands_say_what_they_did(
    there: Settings, copy: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPORTELLO_DATA", str(there.data))
    runner = CliRunner()
    made = runner.invoke(app, ["backup", "desk.zip"])
    twice = runner.invoke(app, ["backup", "desk.zip"])
    monkeypatch.setenv("SPORTELLO_DATA", str(tmp_path / "copy"))
    back = runner.invoke(app, ["restore", "desk.zip"])
    again = runner.invoke(app, ["restore", "desk.zip"])
    assert ("2 ticket" in made.output, "c'è già" in twice.output) == (True, True)
    assert ("2 ticket" in back.output, "c'è già uno sportello" in again.output) == (True, True)
    assert [one.exit_code for one in (made, twice, back, again)] == [0, 1, 0, 1]
