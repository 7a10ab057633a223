"""`sportello run`: open the desk and serve, at the terminal's seats or until a signal comes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import typer

from bot.adapters.channel import Hears
from bot.administering import say_what_failed, settings_or_exit
from bot.app import House, open_desk, rooms, serve
from bot.logs import set_up
from bot.settings import SLACK, TELEGRAM, Settings
from core.notices.facts import Line, line

if TYPE_CHECKING:
    from bot.sitting import Sitting

log = structlog.get_logger(__name__)

_NO_ROOM = {TELEGRAM: "run-no-group", SLACK: "run-no-channel"}
"""What is said where nobody works on a channel yet."""


def run_desk(*, verbose: bool) -> int:
    """Run until the end; returns the exit code. What fails is told in words, and is in the log with its traceback."""
    settings = settings_or_exit()
    try:
        end_log = set_up(settings.log.level, _log_file(settings), settings.log.json_lines)
    except OSError as error:
        say_what_failed(error, settings, verbose=verbose)
        return 1
    try:
        asyncio.run(_run(settings))
    except Exception as error:
        log.error("stopped", why=type(error).__name__, exc_info=_log_file(settings) is not None)
        say_what_failed(error, settings, verbose=verbose)
        return 1
    finally:
        end_log()
    return 0


def _log_file(settings: Settings) -> Path | None:
    """At a terminal's seats the log would run through the talk: there it goes to a file."""
    if settings.log.file is None and sys.stdin.isatty() and sys.stdout.isatty():
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return settings.data / "sportello.log"
    return settings.log.file


async def _run(settings: Settings) -> None:
    sitting = _seats()
    async with open_desk(settings, channels=(sitting.channel,) if sitting else ()) as house:
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        _announce(house, at_terminal=sitting is not None)
        async with asyncio.TaskGroup() as group:
            warning = group.create_task(_warn(house))
            group.create_task(serve(house, ended))
            if sitting:
                await _sit(sitting, house, ended)
            await ended.wait()
            warning.cancel()
    typer.echo(house.words.say("run-ended"), err=True)


def _seats() -> Sitting | None:
    """The terminal's seats, where there is a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    from bot.sitting import Sitting

    return Sitting()


async def _sit(sitting: Sitting, house: House, ended: asyncio.Event) -> None:
    """Until the person leaves, or a signal ends it."""
    seated, stopped = asyncio.ensure_future(sitting.run(house)), asyncio.ensure_future(ended.wait())
    await asyncio.wait({seated, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not seated.done():
        seated.cancel()
    with suppress(asyncio.CancelledError):
        await seated
    ended.set()


def _announce(house: House, *, at_terminal: bool) -> None:
    words = house.words
    facts = {"name": house.settings.desk.name, "version": version("sportello"), "place": house.desk.database.place}
    typer.echo(words.say("run-serving", **facts), err=True)
    for said in _where(house, at_terminal=at_terminal):
        typer.echo(words.line(said), err=True)


def _where(house: House, *, at_terminal: bool) -> Iterator[Line]:
    """Where people can talk to the desk, and what would have to be set where they can't."""
    hearing = [channel.name for channel in house.channels if isinstance(channel, Hears)]
    if hearing:
        channels = [house.words.say(f"channel-{name}") for name in (*hearing, *(["terminal"] if at_terminal else []))]
        yield line("run-channels", channels=channels)
        if not any(room.channel in hearing for room in rooms(house.settings)):
            yield from (line(_NO_ROOM[name]) for name in hearing if name in _NO_ROOM)
    elif at_terminal:
        yield from (line("run-channels-later"), line("run-channels-hint"))
    else:
        yield line("run-no-terminal")


async def _warn(house: House) -> None:
    """Say what `sportello sla lint` has against the policy; it takes a second, and holds up nobody."""
    from bot.doctor import warning_about

    if warning := await asyncio.to_thread(warning_about, house.policy, house.clock(), house.words):
        typer.echo(f"! {house.words.line(warning)}", err=True)
        log.warning("policy-does-not-hold-together")
