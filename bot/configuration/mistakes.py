"""Wrong names and wrong values of settings in words, each with what would be right; a secret is never shown."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.configuration.found import Found
from bot.configuration.spots import Spot, SpotPath, dotted, section_of, variable
from bot.levels.wording import Unreadable
from core.notices.facts import Line, line


def strangers(
    found: Found, model: type[BaseModel], known: Mapping[SpotPath, Spot], later: Container[object]
) -> Iterator[Line]:
    """A line for each name that the model does not know; *later* are sections of releases to come."""
    for path in list(_strangers(found.tree, model, ())):
        for spelt, written in found.spellings(path):
            if path[0] in later:
                yield line("setting-later", name=spelt, section=str(path[0]))
            else:
                yield _stranger(spelt, written, found.from_names(path), known)


def _stranger(name: str, path: SpotPath, as_variable: bool, known: Mapping[SpotPath, Spot]) -> Line:
    spell = variable if as_variable else dotted
    if nearest := _nearest(spell(_without_numbers(path)), [spell(one) for one in known]):
        return line("setting-unknown-near", name=name, nearest=nearest)
    return line("setting-unknown", name=name)


def _strangers(tree: Mapping[str, Any], model: type[BaseModel], above: SpotPath) -> Iterator[SpotPath]:
    """Paths of what the model does not know; below them nothing is looked at."""
    for key, value in tree.items():
        path = (*above, key)
        if key not in model.model_fields:
            yield path
            continue
        section, repeated = section_of(model.model_fields[key].annotation)
        if section and repeated and isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _strangers(item, section, (*path, number))
        elif section and not repeated and isinstance(value, dict):
            yield from _strangers(value, section, path)


def _nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like this one, by its last part too: `language` alone is desk.language."""
    known = list(known)
    if close := difflib.get_close_matches(name[:200], known, 1, 0.75):
        return close[0]
    by_end = {one.replace("__", ".").rpartition(".")[2].lower(): one for one in reversed(known)}
    end = difflib.get_close_matches(name.replace("__", ".").rpartition(".")[2].lower()[:200], list(by_end), 1, 0.75)
    return by_end[end[0]] if end else ""


def _without_numbers(path: SpotPath) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))


def in_words(found: Found, known: Mapping[SpotPath, Spot], error: ValidationError) -> Iterator[Line]:
    """A line for each wrong value; names that are not known have a line already."""
    for one in error.errors(include_url=False):
        if one["type"] != "extra_forbidden":
            yield _problem(found, known, one)


def _problem(found: Found, known: Mapping[SpotPath, Spot], error: ErrorDetails) -> Line:
    spot, path = _spot(known, error["loc"])
    name = found.name(path)
    own = error.get("ctx", {}).get("error")
    if isinstance(own, Unreadable):
        return line("setting-reads-wrong", name=name, what=line(own.message, **own.facts))
    facts = {key: str(value) for key, value in error.get("ctx", {}).items()}
    facts |= {"given": _given(spot, error["input"])}
    facts |= {"choices": ", ".join(spot.choices), "example": spot.example} if spot else {}
    return line(_sentence(error["type"]), **{"why": error["msg"], **facts, "name": name})


_SENTENCES = {
    "missing": "missing",
    "bool": "bool",
    "int": "number",
    "literal": "choice",
    "enum": "choice",
    "greater": "too-small",
    "less": "too-large",
    "string_too_short": "empty",
    "string_too_long": "too-long",
    "too_short": "empty",
    "too_long": "too-long",
    "string_pattern": "form",
    "string": "text",
    "tuple": "list",
    "dict": "table",
    "model": "table",
    "sqlite_url": "sqlite-url",
    "database_url": "database-url",
    "telegram_token": "telegram-token",
    "telegram_secret": "telegram-secret",
    "telegram_group": "telegram-group",
    "slack_bot_token": "slack-bot-token",
    "slack_app_token": "slack-app-token",
    "slack_secret": "slack-secret",
    "slack_group": "slack-group",
    "web_address": "web-address",
    "watching_door": "watching-door",
}


def _sentence(kind: str) -> str:
    """The sentence for pydantic's kind of error, by how it begins."""
    return "setting-" + next((end for begin, end in _SENTENCES.items() if kind.startswith(begin)), "wrong")


def _spot(known: Mapping[SpotPath, Spot], loc: SpotPath) -> tuple[Spot | None, SpotPath]:
    """The setting that an error speaks of, and its path; pydantic's location goes on into unions and keys."""
    for length in range(len(loc), 0, -1):
        if spot := known.get(_without_numbers(loc[:length])):
            return spot, loc[:length]
    return None, loc


def _given(spot: Spot | None, value: Any) -> str:
    if spot is None or spot.secret or not spot.is_setting or not isinstance(value, str | int | float):
        return ""
    text: str = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
