"""`sportello doctor`: is everything there that a desk needs? Each check says in words what it found and what to do.

Nothing is changed and nothing is sent; it may be asked beside a desk that runs.
"""

from __future__ import annotations

import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

import aiosmtplib

from bot.adapters.channel import Trouble
from bot.adapters.mail import Mail
from bot.alone import who_holds
from bot.app import mail_server, rooms, zone_of
from bot.findings import Finding, Mark, ill, look_at, well
from bot.levels.explain import Teller
from bot.levels.lint import lint, tell
from bot.policies import Holidays, PolicyProblem
from bot.settings import SLACK, TELEGRAM, Settings
from bot.troubles import place, process, trouble
from bot.words import Lexicon, Words
from core.db import Database, Secrets
from core.files import FileStore
from core.migrations import try_out
from core.notices.chats import Room
from core.notices.facts import Line, line
from core.sla.calendar import BeyondCalendar
from core.sla.policy import Policy

LITTLE = 500_000_000
"""Bytes: with less room than this somebody should look."""


@dataclass(frozen=True)
class Patient:
    """What is looked at. *file*: the settings file, if there is one."""

    settings: Settings
    file: Path | None
    lexicon: Lexicon
    now: datetime

    @property
    def words(self) -> Words:
        """How the findings are said: times are those of the settings, whatever else is wrong."""
        desk = self.settings.desk
        return self.lexicon.words(desk.language, UTC, self.now, formal=desk.formal)


async def examine(patient: Patient) -> AsyncIterator[Finding]:
    """Check one thing after the other."""
    yield well("doctor-settings", file=patient.file and str(patient.file))
    # The clock before the database: opening a database may date its file anew.
    for check in (_data, _clock, _database, _levels, _languages, _rooms, _phrases):
        for finding in check(patient):
            yield finding
    async for finding in _telegram(patient):
        yield finding
    async for finding in _slack(patient):
        yield finding
    for finding in _watching(patient):
        yield finding
    yield await _mail(patient)
    yield await _files(patient)


def _data(patient: Patient) -> Iterator[Finding]:
    folder = patient.settings.data
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    try:
        with TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        yield ill("trouble-data-unwritable", folder=str(folder), why=error.strerror)
        return
    if free < LITTLE:
        yield look_at("doctor-data-little", folder=str(folder), free=free // 1_000_000)
    else:
        message = "doctor-data" if there == folder else "doctor-data-new"
        yield well(message, folder=str(folder), free=round(free / 1e9, 1))


def _database(patient: Patient) -> Iterator[Finding]:
    database = Database(patient.settings.database_url)
    where = place(patient.settings)
    try:
        if database.file and not database.file.exists():
            yield well("doctor-database-new", place=where)
            return
        holder = who_holds(database.file) if database.file else None
        yield _standing(try_out(database), where)
        if holder is not None:
            yield look_at("doctor-database-busy", process=process(holder))
    except Exception as error:
        said = trouble(error, patient.settings, patient.words)
        if said is None:
            raise
        yield Finding(Mark.ILL, said)
    finally:
        database.close()


def _standing(behind: bool | None, where: str) -> Finding:
    if behind is None:
        return well("doctor-database-new", place=where)
    return look_at("doctor-database-behind") if behind else well("doctor-database", place=where)


def _clock(patient: Patient) -> Iterator[Finding]:
    """Without a network a clock can only be caught lying by what was written before."""
    at = f"{patient.now:%Y-%m-%d %H:%M} UTC"
    database = Database(patient.settings.database_url)
    database.close()
    written = [file for file in (patient.file, database.file) if file and file.exists()]
    later = [file for file in written if _written_at(file) > patient.now + timedelta(minutes=5)]
    if not 2025 <= patient.now.year <= 2100:
        yield ill("doctor-clock-odd", at=at)
    elif later:
        yield ill("doctor-clock-past", at=at, file=str(later[0]), written=f"{_written_at(later[0]):%Y-%m-%d %H:%M}")
    else:
        yield well("doctor-clock", at=at)


def _written_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _levels(patient: Patient) -> Iterator[Finding]:
    try:
        policy = patient.settings.sla.to_policy()
    except PolicyProblem as problem:
        yield ill("doctor-policy-broken", what=problem.say(patient.words))
        return
    try:
        yield _calendar(patient, policy)
        yield _promises(patient, policy)
    except BeyondCalendar:
        yield ill("doctor-calendar-ended")


def _calendar(patient: Patient, policy: Policy) -> Finding:
    zone = zone_of(patient.settings, policy)
    year = patient.now.astimezone(zone).year
    days = {one: sum(day.year == one for day in policy.calendar.holidays) for one in (year, year + 1)}
    sla = patient.settings.sla
    if sla.policy is None and sla.holidays is Holidays.ITALY and not all(days.values()):
        return look_at("doctor-calendar-empty", year=next(one for one, count in days.items() if not count))
    staffed = policy.calendar.is_staffed(patient.now)
    until = policy.calendar.closing(patient.now) if staffed else policy.calendar.next_opening(patient.now)
    facts = {"this": days[year], "next": days[year + 1], "year": year, "following": str(year + 1)}
    desk = patient.settings.desk
    local = patient.lexicon.words(desk.language, zone, patient.now, formal=desk.formal)
    return well("doctor-calendar", **facts, staffed=staffed, until=local.moment(until))


def _promises(patient: Patient, policy: Policy) -> Finding:
    if warning := warning_about(policy, patient.now, patient.words):
        return Finding(Mark.LOOK, warning)
    return well("doctor-policy")


def warning_about(policy: Policy, now: datetime, words: Words) -> Line | None:
    """What `sportello sla lint` has to say against the policy."""
    findings = lint(policy, now)
    if not findings:
        return None
    told = list(tell(findings, now, Teller(words, words.language, policy.calendar.zone)))
    return line("doctor-policy-warning", what=" ".join(told[:-1]))


def _languages(patient: Patient) -> Iterator[Finding]:
    lexicon = patient.lexicon
    known = {language: set(lexicon.spoken(language, False).sources) for language in lexicon.languages}
    every = set().union(*known.values())
    for language, ids in known.items():
        if missing := sorted(every - ids):
            facts = {"language": language, "count": len(missing), "missing": ", ".join(missing[:5])}
            yield ill("doctor-language-missing", **facts)
    if all(ids == every for ids in known.values()):
        yield well("doctor-languages", languages=", ".join(known))


def _rooms(patient: Patient) -> Iterator[Finding]:
    telegram, slack = patient.settings.telegram, patient.settings.slack
    if not (patient.settings.rooms or telegram.operators or telegram.leads or slack.operators or slack.leads):
        if not (telegram.is_set or slack.is_set):  # else it is told what to do there
            yield look_at("doctor-rooms-none")
        return
    named = rooms(patient.settings)
    counts = {kind: [one.topic for one in named if one.room is kind] for kind in Room}
    if all(counts.values()):
        yield well("doctor-rooms", **{str(kind): len(topics) for kind, topics in counts.items()})
    for kind, topics in counts.items():
        if not topics:
            yield look_at(f"doctor-rooms-no-{kind}")
        elif None not in topics:
            yield look_at("doctor-rooms-no-rest", kind=kind)


def _phrases(patient: Patient) -> Iterator[Finding]:
    """Settings whose shipped values are examples."""
    settings = patient.settings
    if settings.desk.privacy == type(settings.desk)().privacy:
        yield look_at("doctor-privacy")
    if settings.secret is None and not settings.database_url.startswith("sqlite"):
        yield look_at("doctor-secret")


def _watching(patient: Patient) -> Iterator[Finding]:
    watching = patient.settings.watching
    if watching.traces and not _is_installed("opentelemetry.exporter.otlp.proto.http"):
        yield look_at("doctor-watching-traces")
    if watching.door and watching.door[0] not in ("127.0.0.1", "::1", "localhost"):
        yield look_at("doctor-watching-open", listen=watching.listen)


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # not even what it stands in
        return False


async def _telegram(patient: Patient) -> AsyncIterator[Finding]:
    settings = patient.settings.telegram
    if not settings.is_set:
        return
    from bot.adapters.telegram.access import Access  # its library takes a while: only a desk that needs it waits
    from bot.adapters.telegram.checkup import Checked, check_up

    access = Access(settings.token.get_secret_value(), settings.base_url, settings.base_file_url)
    groups = tuple(room for room in rooms(patient.settings) if room.channel == TELEGRAM)
    async for finding in check_up(Checked(access, groups, settings.webhook, patient.now)):
        yield finding


async def _slack(patient: Patient) -> AsyncIterator[Finding]:
    settings = patient.settings.slack
    if not settings.is_set:
        return
    from bot.adapters.slack.access import Access
    from bot.adapters.slack.checkup import Checked, check_up

    access = Access(settings.bot_token.get_secret_value(), settings.app_token.get_secret_value(), "", settings.base_url)
    channels = tuple(room for room in rooms(patient.settings) if room.channel == SLACK)
    door = f"{settings.http_host}:{settings.http_port}{settings.http_path}" if settings.by_http else ""
    async for finding in check_up(Checked(access, channels, door)):
        yield finding


async def _mail(patient: Patient) -> Finding:
    mail = patient.settings.mail
    if not mail.host:
        return look_at("doctor-mail-none")
    facts = {"host": mail.host, "port": str(mail.door), "security": mail.security}
    channel = Mail(mail_server(mail), clock=lambda: patient.now, chance=Secrets())
    try:
        await channel.check()
    except Trouble as error:
        return _mail_trouble(error, facts)
    finally:
        await channel.close()
    return look_at("doctor-mail-plain", **facts) if mail.security == "none" else well("doctor-mail", **facts)


def _mail_trouble(error: Trouble, facts: dict[str, str]) -> Finding:
    """What `Mail` met at the server, and what to do about it."""
    causes = [cause for cause in (error.__cause__, error.__cause__ and error.__cause__.__cause__) if cause]
    if any(isinstance(cause, aiosmtplib.SMTPAuthenticationError) for cause in causes):
        return ill("doctor-mail-refused", **facts)
    if any(isinstance(cause, ssl.SSLError) or "STARTTLS" in str(cause) for cause in causes):
        return ill("doctor-mail-no-tls", **facts, why=error.why)
    return ill("doctor-mail-unreachable", **facts, why=error.why)


async def _files(patient: Patient) -> Finding:
    where = patient.settings.files.store or str(patient.settings.data / "files")
    if "://" not in where:
        return well("doctor-files", place=where)
    try:
        store = FileStore.at(where)
        await store.put("doctor", _nothing())
        await store.delete("doctor")
    except Exception as error:  # each kind of bucket has errors of its own
        return ill("doctor-files-broken", place=where, why=str(error).splitlines()[0][:200])
    return well("doctor-files", place=where)


async def _nothing() -> AsyncIterator[bytes]:
    yield b"sportello"


def summary(findings: list[Finding]) -> Line:
    """The last line, and by its id whether the desk can start."""
    faults = sum(one.mark is Mark.ILL for one in findings)
    warnings = sum(one.mark is Mark.LOOK for one in findings)
    if faults:
        return line("doctor-ill", faults=faults)
    return line("doctor-well-enough", warnings=warnings) if warnings else line("doctor-well")
