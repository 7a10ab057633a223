"""What stops the program, as a sentence with what to do about it; None for what nobody foresaw."""

from __future__ import annotations

from bot.alone import NotAlone
from bot.policies import PolicyProblem
from bot.settings import Settings
from bot.words import Words
from core.ailments import ailment, in_short
from core.db import Database
from core.migrations import NewerStore
from core.notices.facts import Line, line


def trouble(error: BaseException, settings: Settings, words: Words) -> Line | None:
    """The sentence for *error*. A group of errors is spoken for by the first one that has a sentence."""
    if isinstance(error, BaseExceptionGroup):
        return next((said for one in error.exceptions if (said := trouble(one, settings, words))), None)
    match error:
        case NotAlone():
            return line("trouble-already-running", file=str(error.file), process=process(error.process))
        case NewerStore():
            return line("trouble-database-newer", place=place(settings), revision=error.revision)
        case PolicyProblem():
            return line("doctor-policy-broken", what=error.say(words))
    if kind := ailment(error):
        return line(f"trouble-{kind}", place=place(settings), why=in_short(error))
    if isinstance(error, OSError):
        return line("trouble-data-unwritable", folder=str(error.filename or settings.data), why=error.strerror)
    return None


def place(settings: Settings) -> str:
    """Where the database is, without its password."""
    database = Database(settings.database_url)
    try:
        return database.place
    finally:
        database.close()


def process(number: int) -> str:
    """Digits, which are not grouped by thousands."""
    return str(number) if number else "?"
