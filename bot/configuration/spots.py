"""What a model of settings knows of itself: its sections, its settings, their choices; how bare words are read."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

PREFIX = "SPORTELLO_"
SpotPath: TypeAlias = tuple[str | int, ...]


def dotted(path: SpotPath) -> str:
    """A place as one says it: desk.name, or topics[2].titles for the second topic."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def variable(path: SpotPath) -> str:
    """The name of the environment variable that sets this."""
    return PREFIX + "__".join(str(part).upper() for part in path)


@dataclass(frozen=True)
class Spot:
    """One place in the model: a setting, or a section of them."""

    path: SpotPath
    field: FieldInfo
    section: type[BaseModel] | None
    """The model of a section, or of each item where the section is repeated."""
    repeated: bool

    @property
    def is_setting(self) -> bool:
        return self.section is None

    @property
    def secret(self) -> bool:
        return SecretStr in _kinds(self.field.annotation)

    @property
    def choices(self) -> list[str]:
        """What may be written, where it is one of a few."""
        return _choices(self.field.annotation)

    @property
    def example(self) -> str:
        """One right value, where the form of it is not plain."""
        return str(next(iter(self.field.examples or ()), ""))

    def read(self, words: str) -> Any:
        """Bare words as pydantic takes them. Raises ValueError for what should be JSON and is not."""
        kind = self.field.annotation
        if self.section or dict in _kinds(kind):
            return _json(words)
        if _is_list(kind) and words.lstrip().startswith(("[", "{")):
            return _json(words)
        if _is_list(kind) and str not in get_args(kind):
            return [word.strip() for word in words.split(",")]
        return words


def _json(words: str) -> Any:
    value = json.loads(words)
    if not isinstance(value, dict | list):
        raise ValueError("a list or a table is wanted")
    return value


def spots(model: type[BaseModel], above: SpotPath = ()) -> Iterator[Spot]:
    """Every place of a model in its order, sections before what they hold."""
    for name, field in model.model_fields.items():
        path = (*above, name)
        section, repeated = section_of(field.annotation)
        yield Spot(path, field, section, repeated)
        if section:
            yield from spots(section, path)


def _kinds(annotation: Any) -> set[Any]:
    """All types that an annotation speaks of, without their wrappers."""
    origin = get_origin(annotation)
    if origin is None:
        return {annotation}
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    inner: set[Any] = set().union(*(_kinds(part) for part in get_args(annotation) if part is not Ellipsis))
    return inner if origin in (Union, types.UnionType) else inner | {origin}


def _is_list(annotation: Any) -> bool:
    return bool(_kinds(annotation) & {tuple, list, frozenset, set})


def section_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model of a section, if it is one, and whether there may be several."""
    models = [kind for kind in _kinds(annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return (models[0], _is_list(annotation)) if len(models) == 1 else (None, False)


def _choices(annotation: Any) -> list[str]:
    if annotation is bool:
        return ["true", "false"]
    if get_origin(annotation) is Literal:
        return [str(value) for value in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(member.value) for member in annotation]
    return [choice for part in get_args(annotation) for choice in _choices(part)]
