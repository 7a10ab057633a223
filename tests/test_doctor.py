"""The doctor: what is found, in words, with what to do; each claim against the real thing."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import ssl
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bot.alone import alone_on
from bot.doctor import Patient, examine, summary
from bot.findings import Finding, Mark
from bot.settings import Settings, load
from bot.words import Lexicon
from core.db import Database
from core.migrations import upgrade
from core.notices.facts import line
from tests.servers.smtp import smtp_server

LEXICON = Lexicon.load()
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings with a data folder of their own, from variables."""

    def made(**environ: str) -> Settings:
        given = {"SPORTELLO_DATA": str(tmp_path / "data"), "SPORTELLO_DESK__LANGUAGE": "en", **environ}
        return load(given, tmp_path)

    return made


async def found(settings: Settings, *, now: datetime = NOW, file: Path | None = None) -> dict[str, Finding]:
    """Everything the doctor finds, by the id of its sentence."""
    patient = Patient(settings, file, LEXICON, now)
    findings = [finding async for finding in examine(patient)]
    assert all(patient.words.has(finding.line.message) for finding in findings)
    return {finding.line.message: finding for finding in findings}


def said(settings: Settings, finding: Finding) -> str:
    return Patient(settings, None, LEXICON, NOW).words.line(finding.line)


def marks(findings: Mapping[str, Finding]) -> set[Mark]:
    return {finding.mark for finding in findings.values()}


async def test_a_new_desk_can_start(settings) -> None:
    findings = await found(settings())
    assert Mark.ILL not in marks(findings)
    assert {"doctor-database-new", "doctor-calendar", "doctor-policy", "doctor-languages"} <= set(findings)


def test_nothing_is_made_by_looking(settings, tmp_path: Path) -> None:
    asyncio.run(found(settings()))
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_is_up_to_date_is_well(settings, database_url: str) -> None:
    findings = await found(settings(SPORTELLO_DATABASE__URL=database_url))
    assert findings["doctor-database"].mark is Mark.WELL


async def test_an_empty_database_is_to_be_filled(settings, bare_database_url: str) -> None:
    Database(bare_database_url).close()
    findings = await found(settings(SPORTELLO_DATABASE__URL=bare_database_url))
    assert findings["doctor-database-new"].mark is Mark.WELL


async def test_a_database_of_a_newer_program_is_an_ill(settings, database_url: str) -> None:
    database = Database(database_url)
    with database.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    findings = await found(settings(SPORTELLO_DATABASE__URL=database_url))
    assert findings["trouble-database-newer"].mark is Mark.ILL


async def test_a_desk_that_runs_is_told_by_its_process(settings, tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    database.close()  # else its last checkpoint, at some later moment, dates the file anew
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    with alone_on(file):
        findings = await found(settings(SPORTELLO_DATABASE__URL=f"sqlite:///{file}"))
    assert findings["doctor-database-busy"].line.facts["process"] == str(os.getpid())
    assert Mark.ILL not in marks(findings)


async def test_a_file_that_is_no_database_is_an_ill(settings, tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"not a database" * 1000)
    findings = await found(settings(SPORTELLO_DATABASE__URL=f"sqlite:///{tmp_path}/desk.db"))
    assert findings["trouble-database-broken"].mark is Mark.ILL


async def test_a_database_that_nobody_serves_is_an_ill_and_shows_no_password(settings) -> None:
    ours = settings(SPORTELLO_DATABASE__URL=f"postgresql://eva:hunter2@127.0.0.1:{free_port()}/desk")
    finding = (await found(ours))["trouble-database-unreachable"]
    assert finding.mark is Mark.ILL
    assert "hunter2" not in said(ours, finding)


async def test_a_database_that_does_not_exist_is_an_ill(settings, postgres) -> None:
    findings = await found(settings(SPORTELLO_DATABASE__URL=postgres.url("nowhere")))
    assert findings["trouble-database-missing"].mark is Mark.ILL


async def test_a_data_folder_in_the_way_of_a_file_is_an_ill(settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    findings = await found(settings(SPORTELLO_DATA=str(tmp_path / "file")))
    assert findings["trouble-data-unwritable"].mark is Mark.ILL


class TestTheClock:
    async def test_that_shows_a_time_before_what_was_written_is_an_ill(self, settings, tmp_path: Path) -> None:
        file = tmp_path / "sportello.toml"
        file.write_text("")
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        findings = await found(settings(), file=file, now=written - timedelta(hours=1))
        assert findings["doctor-clock-past"].mark is Mark.ILL

    @pytest.mark.parametrize("year", [1970, 2101])
    async def test_of_another_age_is_an_ill(self, settings, year: int) -> None:
        findings = await found(settings(), now=NOW.replace(year=year))
        assert findings["doctor-clock-odd"].mark is Mark.ILL


class TestTheLevels:
    async def test_say_when_the_desk_is_staffed(self, settings) -> None:
        ours = settings()
        findings = await found(ours)
        assert "The desk is open now; it closes today at 19:00" in said(ours, findings["doctor-calendar"])

    async def test_say_when_it_opens(self, settings) -> None:
        ours = settings()
        findings = await found(ours, now=datetime(2026, 11, 27, 20, tzinfo=UTC))
        assert "it opens Monday at 8:30" in said(ours, findings["doctor-calendar"])

    async def test_that_don_t_hold_together_are_something_to_look_at(self, settings) -> None:
        ours = settings(SPORTELLO_SLA__CLOCK="staffed")
        finding = (await found(ours))["doctor-policy-warning"]
        assert finding.mark is Mark.LOOK
        assert "Medium" in said(ours, finding)

    async def test_that_can_t_be_read_are_an_ill(self, settings, tmp_path: Path) -> None:
        (tmp_path / "ours.toml").write_text("clock = 'sundial'")
        ours = settings(SPORTELLO_SLA__POLICY="ours.toml")
        finding = (await found(ours))["doctor-policy-broken"]
        assert finding.mark is Mark.ILL
        assert "sundial" in said(ours, finding)

    async def test_without_any_opening_are_an_ill(self, settings) -> None:
        years = ",".join(f"{year}-01-01/{year + 9}-12-31" for year in range(2026, 2206, 10))
        findings = await found(settings(SPORTELLO_SLA__CLOSURES=years))
        assert findings["doctor-calendar-ended"].mark is Mark.ILL

    async def test_beyond_the_known_holidays_are_something_to_look_at(self, settings) -> None:
        findings = await found(settings(), now=datetime(2100, 6, 1, tzinfo=UTC))
        assert findings["doctor-calendar-empty"].mark is Mark.LOOK


async def test_a_text_that_one_language_lacks_is_an_ill(settings) -> None:
    lexicon = Lexicon({"it": {"hello": "hello = ciao"}, "en": {}})
    patient = Patient(settings(), None, lexicon, NOW)
    findings = {finding.line.message: finding async for finding in examine(patient)}
    assert findings["doctor-language-missing"].line.facts["missing"] == "hello"


class TestRooms:
    async def test_of_both_kinds_are_well(self, settings) -> None:
        rooms = '[{"channel": "mail", "address": "a@example.org", "room": "operators"},'
        rooms += '{"channel": "mail", "address": "b@example.org", "room": "leads"}]'
        findings = await found(settings(SPORTELLO_ROOMS=rooms))
        assert findings["doctor-rooms"].mark is Mark.WELL

    async def test_without_leads_are_something_to_look_at(self, settings) -> None:
        rooms = '[{"channel": "mail", "address": "a@example.org", "room": "operators"}]'
        findings = await found(settings(SPORTELLO_ROOMS=rooms))
        assert findings["doctor-rooms-no-leads"].mark is Mark.LOOK


async def test_several_machines_need_one_secret(settings, postgres_url: str) -> None:
    assert "doctor-secret" in await found(settings(SPORTELLO_DATABASE__URL=postgres_url))
    ours = settings(SPORTELLO_DATABASE__URL=postgres_url, SPORTELLO_SECRET="0123456789abcdef")
    assert "doctor-secret" not in await found(ours)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class TestMail:
    @pytest.fixture
    def mailing(self, settings) -> Callable[..., Settings]:
        def made(port: int, **more: str) -> Settings:
            environ = {f"SPORTELLO_MAIL__{name.upper()}": value for name, value in more.items()}
            return settings(
                SPORTELLO_MAIL__HOST="127.0.0.1",
                SPORTELLO_MAIL__PORT=str(port),
                SPORTELLO_MAIL__SENDER="help@example.org",
                **environ,
            )

        return made

    async def test_that_is_not_set_up_is_something_to_look_at(self, settings) -> None:
        assert (await found(settings()))["doctor-mail-none"].mark is Mark.LOOK

    async def test_without_encryption_is_something_to_look_at(self, mailing) -> None:
        async with smtp_server() as box:
            findings = await found(mailing(box.port, security="none"))
        assert findings["doctor-mail-plain"].mark is Mark.LOOK
        assert box.received == []

    async def test_that_nobody_serves_is_an_ill(self, mailing) -> None:
        findings = await found(mailing(free_port()))
        assert findings["doctor-mail-unreachable"].mark is Mark.ILL

    async def test_that_can_t_encrypt_is_an_ill(self, mailing) -> None:
        async with smtp_server() as box:
            findings = await found(mailing(box.port))
        assert findings["doctor-mail-no-tls"].mark is Mark.ILL

    async def test_whose_certificate_nobody_trusts_is_an_ill(self, mailing) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        async with smtp_server(starttls=context) as box:
            findings = await found(mailing(box.port))
        assert findings["doctor-mail-no-tls"].mark is Mark.ILL

    @pytest.mark.parametrize(("password", "mark"), [("right", "✓"), ("hunter2", "✗")])
    async def test_signs_in_over_a_certificate_that_is_trusted(self, tmp_path: Path, password: str, mark: str) -> None:
        authority = trustme.CA()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        mail = {"HOST": "127.0.0.1", "SENDER": "help@example.org", "USER": "desk", "PASSWORD": password}
        async with smtp_server(starttls=context, users={"desk": "right"}) as box:
            environ = {f"SPORTELLO_MAIL__{name}": value for name, value in (mail | {"PORT": str(box.port)}).items()}
            told = await doctor(tmp_path, SSL_CERT_FILE=str(tmp_path / "ca.pem"), **environ)
        (about_mail,) = [line for line in told.splitlines() if f":{box.port}" in line]
        assert about_mail.startswith(mark)
        assert "hunter2" not in told


async def doctor(folder: Path, **environ: str) -> str:
    """What the command prints, as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", cwd=folder, env={**os.environ, **environ}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode()


async def test_attachments_that_can_t_be_kept_are_an_ill(settings) -> None:
    findings = await found(settings(SPORTELLO_FILES__STORE="nosuchthing://bucket"))
    assert findings["doctor-files-broken"].mark is Mark.ILL


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ([Mark.WELL], "doctor-well"),
        ([Mark.WELL, Mark.LOOK], "doctor-well-enough"),
        ([Mark.LOOK, Mark.ILL], "doctor-ill"),
    ],
)
def test_the_last_line_sums_up(marks: list[Mark], message: str) -> None:
    assert summary([Finding(mark, line("x")) for mark in marks]).message == message


async def test_a_database_that_another_program_keeps_busy_is_told(settings, tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    upgrade(Database(f"sqlite:///{file}"))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    findings = await found(settings(SPORTELLO_DATABASE__URL=f"sqlite:///{file}"))
    other.close()
    assert findings["trouble-database-locked"].mark is Mark.ILL


class TestWatching:
    async def test_a_door_that_others_can_reach_is_told(self, settings) -> None:
        findings = await found(settings(SPORTELLO_WATCHING__LISTEN="0.0.0.0:9464"))
        assert findings["doctor-watching-open"].mark is Mark.LOOK

    async def test_one_on_this_machine_is_no_finding(self, settings) -> None:
        assert "doctor-watching-open" not in await found(settings(SPORTELLO_WATCHING__LISTEN="127.0.0.1:9464"))
