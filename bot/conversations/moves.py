"""The five things a dialog may await, and nothing else.

Each is a plain value that the player answers; none does anything by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin
from weakref import WeakKeyDictionary

from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, to_json, to_jsonable_python

from core.db import Query
from core.files import Incoming
from core.notices.facts import Line

T = TypeVar("T")
F = TypeVar("F", bound=BaseModel)

Answers = dict[str, Any]
"""By the question's name: the fields given of a form, or the key picked of a choice. JSON, as the talk stores it."""

Problems = Mapping[str, Line]
"""By the field's name ("" for a choice): which sentence says what would be right, with the facts that fill it.

The line's message is a short kind (`string-too-short`, `mail-comma`) or a whole id (`refused-unknown-code`).
"""

Files = tuple[Incoming, ...]
"""The type of a field that takes files."""

LONGEST_KEY = 24
"""ASCII bytes of an option's key: with its talk and stamp a button holds 64."""
LONG = 200
"""A text that may be longer than this is given a field of many lines."""


class Move(Generic[T]):
    """A value a dialog awaits; the player sends the result back in."""

    def __await__(self) -> Generator[Move[T], Any, T]:
        return cast("T", (yield self))


class Kind(Enum):
    """What a field takes."""

    TEXT = "text"
    CHOICE = "choice"
    FILES = "files"


@dataclass(frozen=True)
class Field:
    """A field of a form, as it is asked. *longest*: characters, if limited. *default*: what a skip stands for, as JSON."""

    name: str
    kind: Kind
    options: tuple[str, ...] = ()
    longest: int | None = None
    skippable: bool = False
    default: Any = None

    @property
    def many_lines(self) -> bool:
        return self.kind is Kind.TEXT and (self.longest is None or self.longest > LONG)


@dataclass(frozen=True)
class Open:
    """What a question still lacks: the fields to ask (none for a choice), what is wrong, what to show as given."""

    fields: tuple[str, ...] = ()
    problems: Problems = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fill(Move[F]):
    name: str
    form: type[F]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def read(self, answers: Answers, refused: Problems) -> F | Open:
        """Return the form, or what is open of it: never a field that the person has not been asked."""
        given = form_given(answers, self.name)
        names = fields_of(self.form)
        problems = {name: refused[f"{self.name}.{name}"] for name in given if f"{self.name}.{name}" in refused}
        whole: F | None = None
        if given:
            try:
                whole = self.form.model_validate(given)
            except ValidationError as error:
                problems |= _problems(error, given, last=list(names)[-1])
        missing = tuple(name for name in names if name not in given or name in problems)
        if missing or whole is None:
            return Open(missing, problems, given)
        return whole


@dataclass(frozen=True)
class Choose(Move[T]):
    """*labels*: what each option is called, where the texts cannot know it. *sums_up*: a yes to what was filled in."""

    name: str
    options: Mapping[str, T]
    labels: Mapping[str, Line] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    sums_up: bool = False

    def read(self, answers: Answers, refused: Problems) -> T | Open:
        if self.name not in answers:
            return Open()
        if (plain := self.name.split("#", 1)[0]) in refused:
            return Open(problems={"": refused[plain]})
        key = answers[self.name]
        if isinstance(key, str) and key in self.options:
            return self.options[key]
        return Open(problems={"": Line("no-longer-there")})


@dataclass(frozen=True)
class Look(Move[T]):
    query: Query[T]


@dataclass(frozen=True)
class Tell(Move[None]):
    message: str
    facts: Mapping[str, Any]


def fill(name: str, form: type[F], /, **facts: Any) -> Fill[F]:
    """Fill a form: one modal where the channel has them, else field by field. A field with a default may be skipped.

    *facts* fill the questions' texts.
    """
    return Fill(name, form, facts)


def choose(
    name: str, options: Mapping[str, T], /, *, about: object, labels: Mapping[str, Line] | None = None, **facts: Any
) -> Choose[T]:
    """Pick one of a few. The pick holds only while *about* stays the same (None: whatever comes).

    Keys are at most 24 ASCII bytes. Raises ValueError for a longer one.
    """
    for key in options:
        if len(key) > LONGEST_KEY or not key.isascii() or not key or "." in key:
            raise ValueError(f"not a button's key: {key!r}")
    return Choose(_about(name, about), options, labels or {}, facts, _holds_form(about))


def confirm(name: str, /, *, about: object, **facts: Any) -> Choose[bool]:
    """Yes or no to *about*; editing it takes the yes back.

    Where *about* is a form (or holds one), each answer given so far can be edited from here.
    """
    return Choose(_about(name, about), {"yes": True, "no": False}, {}, facts, _holds_form(about))


def look(query: Query[T]) -> Look[T]:
    """Read the desk. Never stored: every turn sees it as it is now. A `Refusal` is raised where it is awaited."""
    return Look(query)


def tell(message: str, /, **facts: Any) -> Tell:
    """Say something above the next question, or as the last word. *facts* are those of core/notices/facts.py."""
    return Tell(message, facts)


def digest(about: object) -> str:
    """Return six characters that change when *about* does."""
    return hashlib.sha256(to_json(about)).hexdigest()[:6]


def _about(name: str, about: object) -> str:
    return name if about is None else f"{name}#{digest(about)}"


def _holds_form(about: object) -> bool:
    if isinstance(about, BaseModel):
        return True
    return isinstance(about, list | tuple) and any(isinstance(one, BaseModel) for one in about)


def _problems(error: ValidationError, given: Mapping[str, Any], last: str) -> dict[str, Line]:
    """Name what is wrong at its own field; what belongs to no field stands at the *last*."""
    found: dict[str, Line] = {}
    for one in error.errors(include_url=False, include_input=False):
        name = str(one["loc"][0]) if one["loc"] else last
        if one["type"] != "missing" and (name in given or name == last):
            found.setdefault(name, _problem(one, given.get(name)))
    return found


def _problem(error: ErrorDetails, given: Any) -> Line:
    facts = {key: value for key, value in error.get("ctx", {}).items() if isinstance(value, str | int | float)}
    text = given if isinstance(given, str) else ""
    return Line(error["type"].replace("_", "-"), {"given": text, "length": len(text), **facts})


_KNOWN: WeakKeyDictionary[type[BaseModel], Mapping[str, Field]] = WeakKeyDictionary()


def form_given(answers: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the fields given of a form; none where a choice had its name before a deploy."""
    given = answers.get(name)
    return given if isinstance(given, dict) else {}


def fields_of(form: type[BaseModel]) -> Mapping[str, Field]:
    """Return the fields of *form* by name, in the order they are asked; worked out once for each form."""
    if (known := _KNOWN.get(form)) is None:
        known = _KNOWN[form] = {name: _field(name, info) for name, info in form.model_fields.items()}
    return known


def _field(name: str, info: FieldInfo) -> Field:
    kind = _bare(info.annotation)
    options = _options(kind)
    takes = Kind.CHOICE if options else Kind.FILES if kind == Files else Kind.TEXT
    skippable = not info.is_required()
    default = to_jsonable_python(info.get_default(call_default_factory=True, validated_data={})) if skippable else None
    return Field(name, takes, options, _longest(info.metadata), skippable, default)


def _bare(annotation: Any) -> Any:
    """Return the type without its "or None"."""
    if get_origin(annotation) in (Union, UnionType):
        return next(one for one in get_args(annotation) if one is not NoneType)
    return annotation


def _options(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(str(one) for one in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(one.value) for one in kind)
    return ("yes", "no") if kind is bool else ()


def _longest(metadata: Sequence[Any]) -> int | None:
    for one in metadata:
        if isinstance(one, StringConstraints) or hasattr(one, "max_length"):
            return cast("int | None", one.max_length)
    return None
