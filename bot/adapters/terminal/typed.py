"""What a typed line is: words for the desk (perhaps about one ticket), or a file to attach."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

_ATTACH = re.compile(r"/(?:attach|allega)\b\s*(.*)", re.IGNORECASE | re.DOTALL)
_ABOUT = re.compile(r"#?(\d{1,15})\s*:\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """*ticket*: the words stand under what was shown of this ticket ("1001: …")."""

    text: str
    ticket: int | None = None


@dataclass(frozen=True)
class Attach:
    """A file, by its path as it was given."""

    path: str


def read(typed: str) -> Words | Attach:
    """Return what *typed* means at a seat. The desk's own commands are words: it reads them itself."""
    bare = typed.strip()
    if attach := _ATTACH.fullmatch(bare):
        return Attach(_unquoted(attach[1].strip()))
    if about := _ABOUT.fullmatch(bare):
        return Words(about[2], int(about[1]))
    return Words(bare)


def _unquoted(path: str) -> str:
    """Return a path as a shell would take it, which is how dragging a file into a terminal writes it."""
    try:
        parts = shlex.split(path)
    except ValueError:
        return path
    return parts[0] if len(parts) == 1 else path


@dataclass(frozen=True)
class Move:
    """Sit somewhere else."""

    to: str


@dataclass(frozen=True)
class Leave:
    """Enough for today."""


_MOVE = re.compile(r"/(?:seat|posto)\s+(\S.*)", re.IGNORECASE)
_LEAVE = re.compile(r"/(?:quit|exit|esci|q)", re.IGNORECASE)


def at_the_prompt(typed: str) -> Move | Leave | None:
    """Return what *typed* asks of the window itself, by a command; None where it is for the seat."""
    bare = typed.strip()
    if move := _MOVE.fullmatch(bare):
        return Move(move[1])
    return Leave() if _LEAVE.fullmatch(bare) else None
