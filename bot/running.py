"""`sportello run`: open the desk and serve, at the terminal's seats or until a signal comes."""

from __future__ import annotations

import asyncio
import signal
import sys
from importlib.metadata import version

import structlog
import typer

from bot.administering import say_what_failed, settings_or_exit
from bot.app import House, open_desk, serve
from bot.logs import set_up
from bot.settings import Settings

log = structlog.get_logger(__name__)


def run_desk(*, verbose: bool) -> int:
    """Run until the end; returns the exit code. What fails is told in words, and is in the log with its traceback."""
    settings = settings_or_exit()
    try:
        end_log = set_up(settings.log.level, settings.log.file, settings.log.json_lines)
    except OSError as error:
        say_what_failed(error, settings, verbose=verbose)
        return 1
    try:
        asyncio.run(_run(settings))
    except Exception as error:
        log.exception("stopped") if settings.log.file else log.debug("stopped", exc_info=True)
        say_what_failed(error, settings, verbose=verbose)
        return 1
    finally:
        end_log()
    return 0


async def _run(settings: Settings) -> None:
    async with open_desk(settings) as house:
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        _announce(house)
        async with asyncio.TaskGroup() as group:
            group.create_task(_warn(house))
            group.create_task(serve(house, ended))
    typer.echo(house.words.say("run-ended"), err=True)


def _announce(house: House) -> None:
    facts = {"name": house.settings.desk.name, "version": version("sportello"), "place": house.desk.database.place}
    typer.echo(house.words.say("run-serving", **facts), err=True)
    if not sys.stdin.isatty():
        typer.echo(house.words.say("run-no-terminal"), err=True)


async def _warn(house: House) -> None:
    """Say what `sportello sla lint` has against the policy; it takes a second, and holds up nobody."""
    from bot.doctor import warning_about

    if warning := await asyncio.to_thread(warning_about, house.policy, house.clock(), house.words):
        typer.echo(f"! {house.words.line(warning)}", err=True)
        log.warning("policy-does-not-hold-together")
