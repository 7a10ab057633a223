"""The policy at the border: `[sla]` in the settings, or a policy file of its own, read and checked into a core Policy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from difflib import get_close_matches
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from bot.calendars import italian_holidays, make_calendar, read_closure, read_hours, read_local_day, read_zone
from bot.levels.wording import Unreadable, Words, speak, why_unreadable
from core.sla.calendar import Calendar
from core.sla.clock import Amount, ClockName, Unit
from core.sla.policy import PAGE, Policy, Promise, Severity

_LARGEST = 100 * 1024
_MOST_DAYS = 365
_MOST_TIME = Amount.parse("8760h")


class Holidays(StrEnum):
    """Whose public holidays are kept."""

    ITALY = "italy"
    NONE = "none"


def _amount(text: str) -> str:
    try:
        amount = Amount.parse(text)
    except ValueError:
        raise Unreadable("sla-amount", given=text) from None
    most = _MOST_DAYS if amount.unit is Unit.DAYS else _MOST_TIME.count
    if not amount or amount.count > most:
        raise Unreadable("sla-amount-size", given=text)
    return text


def _hours(text: str | tuple[str, ...]) -> str | tuple[str, ...]:
    read_hours(text if isinstance(text, str) else ";".join(text))
    return text


def _zone(text: str) -> str:
    read_zone(text)
    return text


def _local_day(text: str) -> str:
    read_local_day(text)
    return text


def _closure(text: str) -> str:
    read_closure(text, UTC)  # whether it can be read does not hang on the zone
    return text


AmountText = Annotated[str, AfterValidator(_amount)]
HoursText = Annotated[str | tuple[str, ...], AfterValidator(_hours)]
ZoneText = Annotated[str, AfterValidator(_zone)]
LocalDayText = Annotated[str, AfterValidator(_local_day)]
ClosureText = Annotated[str, AfterValidator(_closure)]


class TargetSettings(BaseModel):
    """One severity's line of the table; what is left out is as on the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reaction: AmountText | None = None
    resolution: AmountText | None = None
    resolution_otherwise: AmountText | None = None

    def promise(self, page: Promise) -> Promise:
        """The line, with the page's amounts where it says nothing."""
        return Promise(
            Amount.parse(self.reaction) if self.reaction else page.reaction,
            Amount.parse(self.resolution) if self.resolution else page.resolution,
            Amount.parse(self.resolution_otherwise) if self.resolution_otherwise else page.resolution_otherwise,
        )


class TargetsSettings(BaseModel):
    """The table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    high: TargetSettings = TargetSettings()
    medium: TargetSettings = TargetSettings()
    low: TargetSettings = TargetSettings()
    info: TargetSettings = TargetSettings()


class SlaSettings(BaseModel):
    """`[sla]` in the settings, and the whole of a policy file. What is left out is as on the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: Path | None = None
    """A policy file to read instead; then nothing else may stand here."""
    clock: ClockName = ClockName.DESK
    zone: ZoneText = "Europe/Rome"
    hours: HoursText = ("Mon-Fri 08:30-19:00",)
    holidays: Holidays = Holidays.ITALY
    local_days: tuple[LocalDayText, ...] = ()
    closures: tuple[ClosureText, ...] = ()
    targets: TargetsSettings = TargetsSettings()

    @model_validator(mode="after")
    def _one_or_the_other(self) -> SlaSettings:
        if self.policy is not None and len(self.model_fields_set) > 1:
            others = ", ".join(sorted(self.model_fields_set - {"policy"}))
            raise Unreadable("sla-policy-twice", others=others)
        return self

    def to_policy(self, folder: Path = Path()) -> Policy:
        """The policy; a policy file's path counts from *folder*. Raises PolicyProblem."""
        if self.policy is not None:
            return read_policy(folder / self.policy)
        promises = {severity: getattr(self.targets, severity).promise(PAGE[severity]) for severity in Severity}
        return Policy(self.to_calendar(), self.clock, promises)

    def to_calendar(self, hours: str | None = None) -> Calendar:
        """The calendar, with other *hours* if given ("Mon-Fri 08:30-13:00"). Raises Unreadable."""
        own = (self.hours,) if isinstance(self.hours, str) else self.hours
        return make_calendar(
            (hours,) if hours else own,
            self.zone,
            holidays=italian_holidays() if self.holidays is Holidays.ITALY else (),
            local_days=self.local_days,
            closures=self.closures,
        )


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a policy file: where, and what would be right."""

    message: str
    facts: dict[str, Any]
    field: str = ""
    line: int | None = None

    def say(self, words: Words) -> str:
        """The sentence, after its place."""
        what = words.say(self.message, **self.facts)
        if not self.field:
            return what
        if self.line is None:
            return words.say("sla-at-field", field=self.field, what=what)
        return words.say("sla-at-line", line=str(self.line), field=self.field, what=what)


class PolicyProblem(Exception):
    """A policy can't be used. *problems* say why, each in words."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        super().__init__(source)
        self.source = source
        self.problems = tuple(problems)

    def say(self, words: Words) -> str:
        """All of it, a line for each problem."""
        return "\n".join(f"{self.source}: {problem.say(words)}" for problem in self.problems)

    def __str__(self) -> str:
        """In English, for whoever prints the error as it is."""
        return self.say(speak("en"))


def shipped_policy() -> SlaSettings:
    """The page's own levels, from the file that is shipped."""
    return parse_policy(files("bot").joinpath("policy.toml").read_text(encoding="utf-8"), "policy.toml")


def read_policy(path: Path) -> Policy:
    """The policy in a TOML file. Raises PolicyProblem."""
    return read_policy_settings(path).to_policy()


def read_policy_settings(path: Path) -> SlaSettings:
    """What a policy file says, checked. Raises PolicyProblem."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise PolicyProblem(str(path), [Problem("sla-file-unreadable", {"why": why_unreadable(error)})]) from None
    if len(raw) > _LARGEST:
        raise PolicyProblem(str(path), [Problem("sla-file-too-large", {"limit": "100"})])
    try:
        return parse_policy(raw.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PolicyProblem(str(path), [Problem("sla-not-utf8", {"line": str(line)})]) from None


def parse_policy(text: str, source: str) -> SlaSettings:
    """A policy file's text, checked. *source* names it in the errors. Raises PolicyProblem."""
    try:
        settings = SlaSettings.model_validate(tomllib.loads(text.replace("\r\n", "\n")))
    except tomllib.TOMLDecodeError as error:
        raise PolicyProblem(source, [Problem("sla-not-toml", {"why": str(error)})]) from None
    except RecursionError:
        raise PolicyProblem(source, [Problem("sla-not-toml", {"why": "too deep"})]) from None
    except ValidationError as error:
        raise PolicyProblem(source, list(_problems(error, text))) from None
    if settings.policy is not None:
        _refuse_nesting(source, text)
    return settings


def _refuse_nesting(source: str, text: str) -> NoReturn:
    raise PolicyProblem(source, [Problem("sla-policy-nested", {}, "policy", _line_of(text, ("policy",)))])


def _problems(error: ValidationError, text: str) -> Iterator[Problem]:
    told = set()
    for fault in error.errors():
        place = tuple(part for part in fault["loc"] if part not in ("tuple[str, ...]", "str"))
        if place not in told:  # a union complains once for each of its kinds
            message, facts = _in_words(fault, place)
            yield Problem(message, facts, ".".join(map(str, place)), _line_of(text, place))
        told.add(place)


def _in_words(fault: Any, place: tuple[int | str, ...]) -> tuple[str, dict[str, Any]]:
    """A pydantic error as a message of ours."""
    own = fault.get("ctx", {}).get("error")
    if isinstance(own, Unreadable):
        return own.message, own.facts
    if fault["type"] == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _fields(place), 1, 0.5)
        return "sla-unknown-field", {"given": str(place[-1]), "nearest": near[0] if near else ", ".join(_fields(place))}
    if fault["type"] == "enum":
        return "sla-not-one-of", {
            "given": str(fault["input"]),
            "expected": fault["ctx"]["expected"].replace("'", "").replace(" or ", ", "),
        }
    return "sla-wrong-kind", {"given": str(fault["input"])[:80], "kind": _kind(fault["type"])}


def _kind(pydantic_type: str) -> str:
    if pydantic_type.startswith("tuple"):
        return "list"
    return "table" if pydantic_type.startswith("model") else "text"


def _fields(place: tuple[int | str, ...]) -> list[str]:
    """What may stand where *place* stands."""
    model: type[BaseModel] = SlaSettings
    if place[:1] == ("targets",):
        model = TargetSettings if len(place) > 2 else TargetsSettings
    return list(model.model_fields)


def _line_of(text: str, place: tuple[int | str, ...]) -> int | None:
    """The line on which a field stands, as far as can be told: its key under its table, else the table's heading."""
    names = [str(part) for part in place if isinstance(part, str)]
    table, found = "", None
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            table = bare.strip("[] ").replace('"', "")
            found = number if table == ".".join(names) or (table and table == ".".join(names[:-1])) else found
        path = f"{table}.{bare.partition('=')[0].strip()}".lstrip(".").replace('"', "")
        if "=" in bare and path and f"{'.'.join(names)}.".startswith(f"{path}."):
            return number
    return found
