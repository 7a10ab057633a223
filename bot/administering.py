"""`sportello init`, `sportello doctor` and `sportello slack manifest`, and how the program speaks to whoever administers it."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC
from pathlib import Path

import typer

from bot.app import now
from bot.configuration.found import settings_file
from bot.configuration.sample import sample
from bot.findings import Mark
from bot.policies import shipped_policy
from bot.settings import SPOTS, Settings, SettingsWrong, load
from bot.words import Lexicon, Words
from core.notices.facts import line


def words_in(language: str) -> Words:
    """What the program says before a desk is open."""
    return Lexicon.load().words(language, UTC, now())


def settings_or_exit() -> Settings:
    """The settings; or what is wrong with them, all of it, and exit 1."""
    try:
        return load()
    except SettingsWrong as wrong:
        words = words_in(wrong.language)
        typer.echo(words.say("settings-wrong", count=len(wrong.problems)), err=True)
        for problem in wrong.problems:
            typer.echo(f"  ✗ {words.line(problem)}", err=True)
        typer.echo(words.say("settings-then"), err=True)
        raise typer.Exit(1) from None


def write_sample(file: Path | None, *, force: bool) -> int:
    """Write the commented settings file; one that is there stays, unless *force*. Returns the exit code."""
    path = file or settings_file(os.environ, Path.cwd())
    words = words_in(os.environ.get("SPORTELLO_DESK__LANGUAGE") or Settings().desk.language)
    text = sample(Settings(sla=shipped_policy()), SPOTS, words)
    try:
        with path.open("w" if force else "x", encoding="utf-8") as out:
            path.chmod(0o600)  # a password may come to stand in it
            out.write(text)
    except FileExistsError:
        typer.echo(words.say("init-exists", file=str(path)), err=True)
        return 1
    except OSError as error:
        typer.echo(words.say("init-unwritable", file=str(path), why=error.strerror), err=True)
        return 1
    typer.echo(words.say("init-written", file=str(path)))
    return 0


def print_manifest(url: str, language: str | None) -> None:
    """Print the manifest of Slack's app, whatever else is wrong with the settings: it comes before the tokens."""
    from bot.adapters.slack.manifest import manifest

    words = words_in(language or _desks_language())
    typer.echo(json.dumps(manifest(words, url), ensure_ascii=False, indent=2))


def _desks_language() -> str:
    try:
        return load().desk.language
    except SettingsWrong as wrong:
        return wrong.language


def write_backup(to: Path) -> int:
    """Put the whole desk into one file, and say what is in it. Returns the exit code."""
    from bot.backing_up import back_up
    from core.backup import Empty

    settings = settings_or_exit()
    words = words_in(settings.desk.language)
    try:
        about = back_up(settings, to, now())
    except FileExistsError:
        typer.echo(words.say("backup-exists", file=str(to)), err=True)
        return 1
    except Empty:
        typer.echo(words.say("backup-empty"), err=True)
        return 1
    typer.echo(words.say("backup-made", file=str(to), tickets=about.tickets, files=about.files))
    if about.missing:
        typer.echo(words.say("backup-missing", count=about.missing), err=True)
    return 0


def read_backup(file: Path) -> int:
    """Fill an empty desk from a backup, and say what came back. Returns the exit code."""
    from bot.backing_up import NoBackup, put_back
    from core.backup import NotEmpty

    settings = settings_or_exit()
    words = words_in(settings.desk.language)
    try:
        about = put_back(settings, file)
    except NoBackup:
        typer.echo(words.say("restore-no-backup", file=str(file)), err=True)
        return 1
    except NotEmpty:
        typer.echo(words.say("restore-not-empty"), err=True)
        return 1
    except FileNotFoundError:
        typer.echo(words.say("restore-no-file", file=str(file)), err=True)
        return 1
    facts = {"file": str(file), "at": about.made_at, "tickets": about.tickets, "files": about.files}
    typer.echo(words.say("restore-done", **facts))
    return 0


def call_doctor() -> int:
    """Examine, print each finding as it comes, and the sum. Returns the exit code."""
    settings = settings_or_exit()
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    from bot.doctor import Patient, examine, summary

    file = settings_file(os.environ, Path.cwd())
    patient = Patient(settings, file if file.exists() else None, Lexicon.load(), now())
    findings = []
    async for finding in examine(patient):
        findings.append(finding)
        typer.echo(f"{finding.mark} {patient.words.line(finding.line)}")
    typer.echo(patient.words.line(summary(findings)))
    return int(any(finding.mark is Mark.ILL for finding in findings))


def say_what_failed(error: BaseException, settings: Settings, *, verbose: bool) -> None:
    """One sentence and what to do, on standard error; the traceback only if it is asked for."""
    from bot.troubles import trouble

    words = words_in(settings.desk.language)
    said = trouble(error, settings, words)
    if verbose:
        import traceback

        typer.echo("".join(traceback.format_exception(error)), err=True)
    why = f"{type(error).__name__}: {error}"[:300]
    typer.echo(words.line(said or line("trouble-unexpected", why=why)), err=True)
    if said is None:
        log = settings.log.file or "standard error"
        typer.echo(words.say("trouble-where-log", log=str(log)), err=True)
