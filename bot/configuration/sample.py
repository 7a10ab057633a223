"""The model written out for people: the commented file of `sportello init`, and the table in docs/settings.md.

In the file, `# ` begins prose and `#name` a value that holds already; without that `#` the line is TOML.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, SecretStr

from bot.configuration.spots import Spot, SpotPath, dotted, variable


class Words(Protocol):
    """Message id and facts -> a sentence in one language."""

    def say(self, id_: str, /, **facts: Any) -> str: ...


def about(path: SpotPath) -> str:
    """The id of what says what a setting is for; the four severities share theirs."""
    parts = [str(part) for part in path]
    if parts[:2] == ["sla", "targets"]:
        del parts[2:3]
    return "about-" + "-".join(parts)


def sample(values: BaseModel, known: Mapping[SpotPath, Spot], words: Words) -> str:
    """The commented file. *values*: what each setting is as long as nobody changes it."""
    lines = [*_prose(words.say("init-title", variable=variable(("desk", "language")))), *_prose(words.say("init-hint"))]
    for spot in known.values():
        if len(spot.path) == 1 and spot.is_setting:
            lines += ["", *_setting(spot, values, words)]
    for spot in known.values():
        if len(spot.path) == 1 and not spot.is_setting:
            lines += ["", "", *_section(spot, values, known, words)]
    return "\n".join(lines) + "\n"


def _section(spot: Spot, values: BaseModel, known: Mapping[SpotPath, Spot], words: Words) -> Iterator[str]:
    inner = [one for one in known.values() if one.path[:-1] == spot.path]
    yield from _prose(words.say(about(spot.path)))
    if spot.repeated:
        for one in inner:
            yield from _prose(f"{one.path[-1]}: {words.say(about(one.path))}", "  ")
        yield from _items(spot, getattr(values, dotted(spot.path)))
        return
    yield f"[{dotted(spot.path)}]"
    for one in inner:
        yield ""
        yield from _setting(one, getattr(values, dotted(spot.path)), words)


def _items(spot: Spot, items: Iterable[BaseModel]) -> Iterator[str]:
    shown = [item.model_dump(exclude_defaults=True) for item in items] or spot.field.examples or []
    for item in shown[0] if shown and isinstance(shown[0], list) else shown:
        yield ""
        yield f"#[[{dotted(spot.path)}]]"
        yield from (f"#{key} = {toml(value)}" for key, value in item.items())


def _setting(spot: Spot, values: BaseModel, words: Words) -> Iterator[str]:
    name = str(spot.path[-1])
    value = getattr(values, name)
    yield from _prose(f"{name}: {words.say(about(spot.path))}")
    if isinstance(value, BaseModel):
        yield from (f"#{name}.{key} = {toml(part)}" for key, part in value.model_dump().items())
    elif value is not None:
        yield f"#{name} = {toml(value)}"
    elif spot.field.examples:
        yield f"#{name} = {toml(spot.field.examples[0])}"


def _prose(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=f"# {indent}", subsequent_indent=f"# {indent}  " if indent else "# ")


def toml(value: Any) -> str:
    """A value as TOML writes it; a secret is left empty."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case SecretStr():
            return '""'
        case Enum() | str() | Path():
            return json.dumps(str(value), ensure_ascii=False)
        case Mapping():
            return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items() if item is not None) + " }"
        case list() | tuple():
            return "[" + ", ".join(map(toml, value)) + "]"
    raise TypeError(f"no TOML for {value!r}")


def table(values: BaseModel, known: Mapping[SpotPath, Spot], words: Words) -> str:
    """The settings as a Markdown table: name in the file, variable, default, what it is for."""
    rows = ["| in the file | as a variable | default | what it is for |", "| --- | --- | --- | --- |"]
    rows += [_row(spot, values, words) for spot in known.values() if spot.is_setting]
    return "\n".join(rows)


def _row(spot: Spot, values: BaseModel, words: Words) -> str:
    within = any(isinstance(_at(values, spot.path[:n]), tuple) for n in range(1, len(spot.path)))
    default = "" if within else _short(_at(values, spot.path))
    names = f"`{dotted(spot.path)}`", "" if within else f"`{variable(spot.path)}`"
    return "| " + " | ".join((*names, default, words.say(about(spot.path)).replace("|", "\\|"))) + " |"


def _at(values: Any, path: SpotPath) -> Any:
    for part in path:
        values = values if isinstance(values, tuple) else getattr(values, str(part))
    return values


def _short(value: Any) -> str:
    if value is None or value in ("", ()) or isinstance(value, SecretStr):
        return ""
    text = toml(value)
    return f"`{text}`" if len(text) <= 60 else ""
