"""What ails a store is told apart by what the real drivers say."""

from __future__ import annotations

import errno
import resource
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from core.ailments import Ailment, Lasting, ailment, in_short
from core.db import Database


def broken_by(work: Callable[[], object]) -> DBAPIError:
    with pytest.raises(DBAPIError) as broken:
        work()
    return broken.value


def connect(url: str) -> Callable[[], object]:
    return lambda: Database(url).engine.connect()


def test_a_full_disk(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/full.db")
    with engine.connect() as conn:
        conn.exec_driver_sql("CREATE TABLE words (word TEXT)")
        conn.exec_driver_sql("PRAGMA max_page_count = 3")
        fill = broken_by(lambda: conn.exec_driver_sql("INSERT INTO words VALUES (hex(randomblob(100000)))"))
    assert ailment(fill) is Ailment.FULL


def test_a_file_that_is_opened_on_a_full_disk(tmp_path: Path) -> None:
    """There is no room for the memory that its readers share; SQLite calls that an I/O error."""
    sqlite3.connect(tmp_path / "desk.db").executescript(
        "PRAGMA journal_mode=WAL; CREATE TABLE words (word TEXT)"
    ).connection.close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        full = broken_by(connect(f"sqlite:///{tmp_path}/desk.db"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert ailment(full) is Ailment.FULL


def test_a_full_disk_beside_the_store() -> None:
    assert ailment(OSError(errno.ENOSPC, "No space left on device")) is Ailment.FULL


def test_a_file_that_another_keeps_busy(tmp_path: Path) -> None:
    file = tmp_path / "busy.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with create_engine(f"sqlite:///{file}", connect_args={"timeout": 0.01}).connect() as conn:
        busy = broken_by(lambda: conn.exec_driver_sql("CREATE TABLE words (word TEXT)"))
    other.close()
    assert ailment(busy) is Ailment.LOCKED


def test_a_file_that_may_only_be_read(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "read.db").executescript("CREATE TABLE words (word TEXT)").connection.close()
    with create_engine(f"sqlite:///file:{tmp_path}/read.db?mode=ro&uri=true").connect() as conn:
        refused = broken_by(lambda: conn.exec_driver_sql("INSERT INTO words VALUES ('x')"))
    assert ailment(refused) is Ailment.READONLY


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert ailment(broken_by(connect(f"sqlite:///{tmp_path}/nowhere/desk.db"))) is Ailment.READONLY


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"garbage " * 1000)
    assert ailment(broken_by(connect(f"sqlite:///{tmp_path}/garbage.db"))) is Ailment.BROKEN


def test_a_server_that_is_not_there() -> None:
    assert ailment(broken_by(connect("postgresql://eva:hunter2@127.0.0.1:9/desk"))) is Ailment.UNREACHABLE


def test_a_host_that_has_no_address() -> None:
    assert ailment(broken_by(connect("postgresql://eva@nowhere.invalid/desk"))) is Ailment.UNREACHABLE


def test_a_database_that_does_not_exist(postgres) -> None:
    assert ailment(broken_by(connect(postgres.url("nowhere")))) is Ailment.MISSING


def test_tables_that_may_not_be_made(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.engine.connect() as conn:
        conn.exec_driver_sql("CREATE ROLE reader")
        conn.exec_driver_sql("SET ROLE reader")
        refused = broken_by(lambda: conn.exec_driver_sql("CREATE TABLE words (word TEXT)"))
    database.close()
    assert ailment(refused) is Ailment.RIGHTS


def test_other_trouble_of_the_store_is_still_the_store_s(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as conn:
        wrong = broken_by(lambda: conn.exec_driver_sql("SELECT nothing FROM nowhere"))
    database.close()
    assert ailment(wrong) is Ailment.OTHER


@pytest.mark.parametrize("error", [ValueError("disk is full"), OSError(errno.EACCES, "Permission denied")])
def test_other_trouble_is_not_the_store_s(error: Exception) -> None:
    assert ailment(error) is None


def test_its_first_words_hold_neither_password_nor_statement() -> None:
    short = in_short(broken_by(connect("postgresql://eva:hunter2@127.0.0.1:9/desk")))
    assert "refused" in short
    assert "hunter2" not in short


def test_what_was_to_be_written_is_in_no_error(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.connect() as conn:
        wrong = broken_by(lambda: conn.exec_driver_sql("INSERT INTO nowhere VALUES (1)"))
    assert database.engine.hide_parameters
    assert wrong.hide_parameters
    database.close()


class TestWhatLasts:
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    full = OSError(errno.ENOSPC, "No space left on device")

    def test_is_news_once(self) -> None:
        lasting = Lasting()
        minutes = [lasting.is_news(self.full, self.at + timedelta(minutes=minute)) for minute in range(25)]
        assert [minute for minute, news in enumerate(minutes) if news] == [0, 10, 20]

    def test_is_news_again_once_it_was_over(self) -> None:
        lasting = Lasting()
        lasting.is_news(self.full, self.at)
        lasting.over()
        assert lasting.is_news(self.full, self.at)

    def test_is_news_where_it_has_become_another(self) -> None:
        lasting = Lasting()
        lasting.is_news(self.full, self.at)
        assert lasting.is_news(broken_by(connect("postgresql://eva@nowhere.invalid/desk")), self.at)

    def test_is_news_each_time_where_nobody_knows_what_it_is(self) -> None:
        lasting = Lasting()
        assert [lasting.is_news(ValueError(), self.at) for _ in range(2)] == [True, True]
