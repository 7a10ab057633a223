"""What typed words mean as a command: an entry of the menu with its arguments, or a control of the talk.

A command is understood in every language of the desk at once, with or without "/", with small and capital letters,
with and without accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.conversations.menu import Entry, Menu, may
from bot.conversations.offering import OFFER
from bot.words import Lexicon
from core.people.who import Who

CONTROLS = ("cancel", "back", "skip", "edit", "restart", "continue")
"""What moves about in a talk: words `command-<control>`."""
LONGEST_COMMAND = 60
"""Characters that are looked at for a command's name."""


@dataclass(frozen=True)
class Command:
    """A command as it was typed. *entries*: all that these words may mean, in the menu's order; *rest*: what follows.

    *slash*: it was clearly meant as a command; *whole*: nothing follows but the arguments.
    """

    entries: tuple[str, ...]
    arguments: tuple[Any, ...] = ()
    rest: str = ""
    slash: bool = False
    control: str = ""

    @property
    def whole(self) -> bool:
        return not self.rest


def fold(text: str) -> str:
    """Return *text* in small letters, without accents, typographic quotes and doubled spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


@dataclass(frozen=True)
class Commands:
    """All words of all commands. Built once."""

    menu: Menu
    names: Mapping[str, tuple[str, ...]]  # folded words -> entries and controls
    longest: int = field(default=1)  # words in the longest of them
    opening: tuple[str, ...] = ()  # folded words that are no words of a problem, before one

    @classmethod
    def of(cls, lexicon: Lexicon, menu: Menu) -> Commands:
        names: dict[str, tuple[str, ...]] = {}
        for name in (*CONTROLS, *menu):
            for phrase in _phrases(lexicon, name):
                names[phrase] = tuple(dict.fromkeys((*names.get(phrase, ()), name)))
        longest = max((len(phrase.split()) for phrase in names), default=1)
        return cls(menu, names, longest, tuple(_leading(lexicon, "open")))

    def read(self, text: str) -> Command | None:
        """Return the command that *text* begins with, if it does. The longest name wins."""
        slash = text.lstrip().startswith("/")
        words = re.sub(r"^\s*/(\w+)@\w+", r"/\1", text[:LONGEST_COMMAND]).lstrip().removeprefix("/").split()
        for count in range(min(self.longest, len(words)), 0, -1):
            name = fold(" ".join(words[:count])).rstrip(".!?,:;")
            if found := self.names.get(name) or (self._by_entry(name) if slash else ()):
                return self._command(found, _after(text, count), slash)
        return None

    def meant(self, text: str) -> Command | None:
        """Return the command that *text* clearly is: with a "/", nothing but a command, or with a ticket's number."""
        command = self.read(text)
        if command is None or command.slash or command.whole:
            return command
        with_words = any(self.menu[name].words for name in command.entries)
        return command if command.arguments and with_words else None

    def problem(self, text: str) -> str:
        """Return what is told behind words that only ask to open a ticket: "open I cannot print"."""
        words = text.split()
        for count in range(min(self.longest, len(words) - 1), 0, -1):
            if fold(" ".join(words[:count])).rstrip(".!?,:;") in self.opening:
                return _after(text, count).lstrip(":,-–— ")
        return text

    def _by_entry(self, name: str) -> tuple[str, ...]:
        """The entry's own name works after a slash: "/use-code". Only the desk itself makes an offer."""
        return (name,) if name in self.menu and name != OFFER else ()

    def _command(self, found: Sequence[str], rest: str, slash: bool) -> Command:
        if control := next((name for name in found if name in CONTROLS), ""):
            return Command((), (), rest, slash, control)
        takes = max((self.menu[name].takes for name in found), key=len)
        arguments, rest = _arguments(takes, rest)
        return Command(tuple(found), arguments, rest, slash)

    def entry(self, command: Command, who: Who) -> str:
        """Return which entry *who* means: the first of the words' that they may; "" for none."""
        return next((name for name in command.entries if may(self.menu[name], who)), "")


def _phrases(lexicon: Lexicon, name: str) -> Iterable[str]:
    for text in lexicon.everywhere(f"command-{name}"):
        yield from (folded for folded in (fold(part).removeprefix("/") for part in text.split(",")) if folded)


def _leading(lexicon: Lexicon, name: str) -> Iterable[str]:
    """The first of an entry's words in each language, and those of several words: one word alone may mean another thing."""
    for text in lexicon.everywhere(f"command-{name}"):
        first, *others = (fold(part).removeprefix("/") for part in text.split(","))
        yield from (first, *(phrase for phrase in others if " " in phrase))


def _after(text: str, count: int) -> str:
    """Return what follows the first *count* words, as it was typed."""
    found = re.match(r"\s*\S+" * count, text)
    return text[found.end() :].strip() if found else ""


def _arguments(takes: Sequence[type], rest: str) -> tuple[tuple[Any, ...], str]:
    """Read as many arguments as there are at the beginning of *rest*."""
    found: list[Any] = []
    for kind in takes:
        first, _, more = rest.partition(" ")
        value = argument(kind, first)
        if value is None:
            break
        found.append(value)
        rest = more.strip()
    return tuple(found), rest


def argument(kind: type, text: str) -> Any:
    """Read one argument ("1042", "#1042", "1042:"); None if it is none."""
    plain = text.strip("#.,:;!?()")
    if kind is int:
        return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else None
    return plain or None


def pressed(menu: Menu, key: str) -> tuple[str, tuple[Any, ...]] | None:
    """Read a card's button, `!claim.17`; None for what the menu does not know."""
    name, *given = key.removeprefix("!").split(".")
    entry: Entry | None = menu.get(name)
    if entry is None or name == OFFER or len(given) > len(entry.takes):
        return None
    arguments = [argument(kind, text) for kind, text in zip(entry.takes, given, strict=False)]
    return None if None in arguments else (name, tuple(arguments))
