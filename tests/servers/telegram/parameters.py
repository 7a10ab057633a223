"""A call's parameters: read from whatever the client sent, held against the public list of each method."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.telegram.errors import Refused, bad


@dataclass(frozen=True)
class Upload:
    content: bytes
    name: str
    mime: str | None = None


class Params(dict[str, Any]):
    """What was sent, each value of its type; *files* are the uploads by the name of their part."""

    def __init__(self, values: Any = (), files: dict[str, Upload] | None = None) -> None:
        super().__init__(values)
        self.files = files or {}


@dataclass(frozen=True)
class _Parameter:
    kinds: tuple[str, ...]
    needed: bool


def _read_list() -> dict[str, tuple[str, dict[str, _Parameter]]]:
    methods = {}
    for line in Path(__file__).with_name("parameters.txt").read_text().splitlines():
        name, _, rest = line.partition(":")
        found = {}
        for part in rest.split():
            given, _, kinds = part.partition(":")
            found[given.rstrip("!")] = _Parameter(tuple(kinds.split("|")), given.endswith("!"))
        methods[name.lower()] = (name, found)
    return methods


METHODS = _read_list()

EMPTY = {
    "text": "message text is empty",
    "file_id": "file_id not specified",
    "message_id": "message identifier is not specified",
    "message_ids": "Message identifiers are not specified",
    "reply_markup": "object expected as reply markup",
    "user_id": "invalid user_id specified",
    "phone_number": "phone number must be non-empty",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}
UNREADABLE = {
    "reply_markup": "can't parse reply keyboard markup JSON object",
    "reply_parameters": "can't parse reply parameters JSON object",
    "commands": "can't parse commands JSON object",
    "scope": "can't parse BotCommandScope JSON object",
    "link_preview_options": "can't parse link preview options JSON object",
    "media": "can't parse media JSON object",
    "reaction": "can't parse reaction types JSON object",
}
SENT_FILES = ("photo", "audio", "document", "video", "animation", "voice", "video_note", "sticker")


def read(method: str, raw: dict[str, Any], files: dict[str, Upload], oddities: list[str]) -> Params:
    """Return the typed parameters; raise Refused for what is missing or of a wrong type; note what nobody knows."""
    name, known = METHODS[method]
    read_ones = Params(files=files)
    for given, value in raw.items():
        if given not in known:
            oddities.append(f"{name}: unknown parameter {given!r}")
        elif value is not None:
            read_ones[given] = _value(given, known[given].kinds, value)
    for wanted, parameter in known.items():
        if parameter.needed and read_ones.get(wanted) in (None, "") and not _is_uploaded(wanted, files):
            raise _missing(name, wanted)
    return read_ones


def _is_uploaded(name: str, files: dict[str, Upload]) -> bool:
    return name in files


def _missing(method: str, name: str) -> Refused:
    if name in SENT_FILES:
        return bad(f"there is no {name.replace('_', ' ')} in the request")
    if name == "name" and "Topic" in method:
        return bad("name must be non-empty")
    return bad(EMPTY.get(name, f"{name} is empty"))


def _value(name: str, kinds: tuple[str, ...], value: Any) -> Any:
    for kind in kinds:
        try:
            return _as(kind, value)
        except (ValueError, TypeError):
            continue
    if name in UNREADABLE:
        raise bad(UNREADABLE[name])
    raise bad(f'parameter "{name}" must be of type {" or ".join(kinds)}')


TRUE, FALSE = ("true", "True", "1", "yes"), ("false", "False", "0", "no", "")


def _as(kind: str, value: Any) -> Any:
    if kind == "int":
        if isinstance(value, (bool, float)):
            raise ValueError
        return int(value)
    if kind == "float":
        return float(value)
    if kind == "bool":
        return _truth(value)
    if kind in ("str", "file"):
        if not isinstance(value, str):
            raise ValueError
        return value
    return _structure(kind, value)


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in TRUE or value in FALSE:
        return value in TRUE
    raise ValueError


def _structure(kind: str, value: Any) -> Any:
    read_one = json.loads(value) if isinstance(value, str) else value
    if not isinstance(read_one, list if kind.startswith("[") else dict):
        raise ValueError
    inner = kind.strip("[]")
    if inner == "String" and not all(isinstance(one, str) for one in read_one):
        raise ValueError
    if inner == "Integer":
        return [_as("int", one) for one in read_one]
    return read_one
