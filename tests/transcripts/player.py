"""Read a golden transcript, play it over a channel, and say where what people saw differs from the file.

The format is told in README.md beside this. The player knows no channel: a `Driver` does what people do there and
hands back what they saw.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.waits import waits_until

ROME = ZoneInfo("Europe/Rome")
FIRST_THERE = {"#operators": "giulia", "#leads": "anna"}
FAILS = "can't be done:"
BEGIN = datetime(2026, 11, 24, 10, 0, tzinfo=ROME)
"""Where no moment is given: a Tuesday morning."""


class Way(StrEnum):
    """How something is seen."""

    SEES = "sees"
    ASKS = "asks"  # it is an open question
    BECOMES = "becomes"  # a question that was shown before, as it stands now
    HINT = "hint"  # to whoever pressed a button, alone
    GETS = "gets"  # a file, with words beside it
    SIGN = "sign"  # beside what somebody wrote
    HOME = "home"  # somebody's own page of the desk


OWN_WAYS = (Way.ASKS, Way.BECOMES, Way.GETS, Way.SIGN, Way.HOME)
"""In which each channel has its own ways."""


@dataclass(frozen=True)
class Seen:
    """Something that a person saw. *place*: "eva", "#operators", "mail eva@example.org"."""

    place: str
    lines: tuple[str, ...]
    choices: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    way: Way = Way.SEES
    at: datetime | None = None


class Driver(Protocol):
    """Does on one channel what people do, and collects what they see."""

    @property
    def now(self) -> datetime: ...

    @property
    def channel(self) -> str:
        """What people are told that the channel is called; `{channel}` in a transcript."""

    async def say(self, seat: Seat, text: str) -> None: ...

    async def choose(self, seat: Seat, key: str) -> None:
        """Answer the open question by an option's key or label."""

    async def press(self, seat: Seat, key: str) -> None:
        """Press a button (`!claim.1001`, or its label), of the newest message that carries it."""

    async def press_again(self, seat: Seat, key: str) -> None:
        """Press what was chosen or pressed as *key* before, on the message of that time."""

    async def fill(self, seat: Seat, form: str, fields: Sequence[tuple[str, str]]) -> None: ...

    async def attach(self, seat: Seat, name: str, size: int) -> None: ...

    async def do(self, seat: Seat, verb: str, what: str) -> None:
        """Do what only some channels know: one of `MORE_VERBS`."""

    async def wait(self, until: datetime) -> None: ...

    def seen(self) -> list[Seen]:
        """Return what was seen since the last call, in order."""


@dataclass(frozen=True)
class Step:
    """One thing that is done, as it is written, and the lines below it."""

    number: int
    done: str
    fields: tuple[tuple[str, str], ...] = ()
    expected: tuple[str, ...] = ()
    after_a_gap: bool = False


@dataclass(frozen=True)
class Heading:
    title: str
    language: str = "en"
    at: datetime = BEGIN
    seed: int = 1
    mail: bool = False
    formal: bool = False
    channels: tuple[str, ...] = ()
    group: str = ""
    lead: str = ""
    hold: int = 0
    vouched: bool = False
    thread: str = "direct"

    def is_for(self, channel: str) -> bool:
        return not self.channels or channel in self.channels


@dataclass(frozen=True)
class Transcript:
    heading: Heading
    written: str
    steps: tuple[Step, ...] = ()


class CanNot(Exception):
    """What the transcript wants done can't be done there: no such button, say."""


class NotHere(Exception):
    """Nobody can do that on this channel, nor has to: an empty message, say."""


class Misspelt(ValueError):
    """A line of the transcript that means nothing."""


# Reading

MORE_VERBS = (
    *("edits", "sends", "opens home", "opens", "blocks", "unblocks", "deletes topic"),
    *("takes back", "calls", "picks", "marks", "closes"),
)
_SETTING = re.compile(r"(language|at|seed|mail|formal|channels|group|lead|hold|vouched|thread):\s*(.+)")
_FIELD = re.compile(r"\s+([a-z_]+)\s*=\s*(.*)")
_CODE = re.compile(r"\b\d{6}\b|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
_DONE = re.compile(
    r"(?P<seat>#?[\w-]+(?: [\w-]+)?) "
    rf"(?P<verb>says|chooses|presses again|presses|fills|attaches|{'|'.join(MORE_VERBS)})(?:(?::| )\s*(?P<what>.*))?"
)
_TIMES = re.compile(r"\{(\d+) times (.+?)\}")
_WHO = r"(?:  |#?\S+(?: \S+)? )"
_SEEN = re.compile(rf"{_WHO}(?:{'|'.join(Way)})(?: at [^:]+:\d\d)?:(?: .*)?")
_PLACE = re.compile(rf"({_WHO})(?:{'|'.join(Way)})\b")
_OWN = re.compile(rf"{_WHO}(?:{'|'.join(OWN_WAYS)})\b")


def read(path: Path) -> Transcript:
    written = path.read_text(encoding="utf-8")
    heading, body = _split(written.splitlines())
    return Transcript(_heading(heading), "\n".join(heading), tuple(_steps(body, len(heading) + 1)))


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """The heading ends with the first blank line."""
    end = lines.index("") if "" in lines else len(lines)
    return lines[:end], lines[end:]


def _heading(lines: list[str]) -> Heading:
    made = Heading(lines[0])
    for line in lines[1:]:
        found = _SETTING.fullmatch(line)
        if not found:
            raise Misspelt(line)
        setting: dict[str, Any] = {found[1]: _setting(found[1], found[2])}
        made = replace(made, **setting)
    return made


def _setting(name: str, given: str) -> Any:
    match name:
        case "at":
            return datetime.fromisoformat(given).replace(tzinfo=ROME)
        case "seed" | "hold":
            return int(given)
        case "mail" | "formal" | "vouched":
            return given == "yes"
        case "channels":
            return tuple(given.split())
    return given


def _steps(lines: list[str], first: int) -> Iterable[Step]:
    step: Step | None = None
    gap = False
    for number, line in enumerate(lines, first):
        if not line.strip():
            gap = True
        elif not _belongs_below(line):
            if step:
                yield step
            step, gap = Step(number, line.rstrip(), after_a_gap=gap), False
        elif step:
            step = _add(step, line)
        else:
            raise Misspelt(f"line {number}: {line}")
    if step:
        yield step


def _belongs_below(line: str) -> bool:
    return line.startswith("  ") or (bool(_SEEN.fullmatch(line)) and not line.startswith("# "))


def _add(step: Step, line: str) -> Step:
    found = _FIELD.fullmatch(line)
    if found and not line.startswith("  |") and not step.expected:
        return replace(step, fields=(*step.fields, (found[1], found[2].strip())))
    return replace(step, expected=(*step.expected, line.rstrip()))


# Playing


async def play(transcript: Transcript, driver: Driver) -> Transcript:
    """Return the transcript as it went this time."""
    played = Playing(driver)
    return replace(transcript, steps=tuple([await played.step(step) for step in transcript.steps]))


@dataclass
class Playing:
    driver: Driver
    code: str = ""
    there: dict[str, str] = field(default_factory=lambda: dict(FIRST_THERE))

    async def step(self, step: Step) -> Step:
        begun = self.driver.now
        if step.done.startswith("# "):
            return step
        try:
            seat = await self._do(step)
        except NotHere:
            return step
        except CanNot as trouble:
            self.driver.seen()
            return replace(step, expected=(f"  {FAILS} {trouble}",))
        seen = [self._anywhere(one) for one in self.driver.seen()]
        for code in (code for one in seen for line in one.lines for code in _CODE.findall(line)):
            self.code = code
        return replace(step, expected=tuple(line for one in seen for line in written(one, seat, begun)))

    def _anywhere(self, one: Seen) -> Seen:
        return replace(one, lines=tuple(line.replace(self.driver.channel, "{channel}") for line in one.lines))

    async def _do(self, step: Step) -> Seat | None:
        if moment := waits_until(step.done, self.driver.now, ROME):
            await self.driver.wait(moment)
            return None
        found = _DONE.fullmatch(step.done)
        if not found:
            raise Misspelt(f"line {step.number}: {step.done}")
        seat = self._seat(found["seat"])
        await self._act(seat, found["verb"], self._filled(found["what"] or ""), step)
        return seat

    async def _act(self, seat: Seat, verb: str, what: str, step: Step) -> None:
        match verb:
            case "says":
                await self.driver.say(seat, what)
            case "chooses":
                await self.driver.choose(seat, what)
            case "presses":
                await (self.driver.press if what.startswith("!") else self.driver.choose)(seat, what)
            case "presses again":
                await self.driver.press_again(seat, what)
            case "fills":
                fields = [(name, self._filled(given)) for name, given in step.fields]
                await self.driver.fill(seat, what.rstrip(":"), fields)
            case "attaches":
                name, _, size = what.rpartition(",")
                await self.driver.attach(seat, name.strip(), int(size.split()[0]))
            case _:
                await self.driver.do(seat, verb, what)

    def _filled(self, text: str) -> str:
        text = _TIMES.sub(lambda found: found[2] * int(found[1]), text)
        return text.replace("{code}", self.code).replace("\\n", "\n")

    def _seat(self, given: str) -> Seat:
        place, _, person = given.partition(" ")
        if place.startswith("#"):
            self.there[place] = person or self.there[place]
            return Seat(place, self.there[place])
        return Seat(place, place)


def written(one: Seen, by: Seat | None, begun: datetime) -> list[str]:
    """Return *one* as the transcript's lines; its own place is not named again."""
    who = "  " if by and one.place == by.place else f"{one.place} "
    when = _when(one.at, begun) if one.at and one.at != begun else ""
    first, *rest = [*one.lines, *_buttons(one)] or [""]
    lines = [f"{who}{one.way}{when}: {first}", *(f"  | {line}" for line in rest)]
    return [line.rstrip() for line in lines]


def _buttons(one: Seen) -> list[str]:
    rows = ["   ".join(f"[{number}] {label}" for number, label in enumerate(one.choices, 1))]
    rows.append("   ".join(f"[{label}]" for label in one.controls))
    return [row for row in rows if row]


def _when(at: datetime, begun: datetime) -> str:
    local, before = at.astimezone(ROME), begun.astimezone(ROME)
    return f" at {local:%H:%M}" if local.date() == before.date() else f" at {local:%Y-%m-%d %H:%M}"


# Comparing


def as_text(transcript: Transcript) -> str:
    """Return the transcript as its file reads."""
    blocks = [transcript.written, ""]
    for number, step in enumerate(transcript.steps):
        blocks.extend(["", step.done] if step.after_a_gap and number else [step.done])
        blocks.extend(f"  {name} = {given}".rstrip() for name, given in step.fields)
        blocks.extend(step.expected)
    return "\n".join(blocks).rstrip() + "\n"


def differences(written_: Transcript, played: Transcript, *, exact: bool) -> str:
    """Return what differs, for people to read; "" when all is as written.

    Not *exact*: open questions are left out, and what different places see at one step may come in any order.
    """
    if not exact:
        played = _without_what_is_asked(played, written_)
    before, after = (as_text(_comparable(one, exact)) for one in (written_, played))
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "written", "played", lineterm="", n=4)
    return "\n".join(lines)


def _comparable(transcript: Transcript, exact: bool) -> Transcript:
    shown = _by_place if exact else _told
    return replace(
        transcript, steps=tuple(replace(step, expected=tuple(shown(step.expected))) for step in transcript.steps)
    )


def _without_what_is_asked(played: Transcript, written_: Transcript) -> Transcript:
    """Return what was played without what one channel says by itself, and another at the head of its question."""
    steps = [
        replace(
            one,
            expected=tuple(
                line for block in _blocks(one.expected) if not _heads(block, as_.expected) for line in block
            ),
        )
        for one, as_ in zip(played.steps, written_.steps, strict=True)
    ]
    return replace(played, steps=tuple(steps))


def _heads(block: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether a question there begins with what *block* says."""
    place, said = _PLACE.match(block[0]), [_words(line) for line in block]
    for asked in _blocks(expected):
        where = re.match(rf"({_WHO}){Way.ASKS}\b", asked[0]) if asked else None
        if place and where and place[1] == where[1] and [_words(line) for line in asked][: len(said)] == said:
            return True
    return False


def _words(line: str) -> str:
    """Return a line of what was seen without what stands before it."""
    return re.sub(rf"^(?:  \| |{_WHO}(?:{'|'.join(Way)})[^:]*: )", "", line)


def _blocks(expected: Sequence[str]) -> list[list[str]]:
    """Return the lines of each thing that was seen."""
    blocks: list[list[str]] = []
    for line in expected:
        if _SEEN.fullmatch(line) or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _by_place(expected: Sequence[str]) -> list[str]:
    """Return what was seen at each place in its order: which of two places is told first, nobody promises."""
    ordered = sorted(_blocks(expected), key=lambda block: (_PLACE.match(block[0]) or ("", ""))[1])
    return [line for block in ordered for line in block]


def _told(expected: Sequence[str]) -> list[str]:
    """Return what was seen without questions and numbers of buttons, by place."""
    blocks = [[_unnumbered(line) for line in block] for block in _blocks(expected)]
    told = [_as_seen(block) for block in blocks if not (_OWN.match(block[0]) or _asked_too(block, blocks))]
    return [line for block in sorted(told, key=lambda block: block[0].split("sees")[0]) for line in block]


def _unnumbered(line: str) -> str:
    return re.sub(r"\[\d+\] (.*?)(?=   \[|$)", r"[\1]", line) if line.startswith("  |") else line


def _as_seen(block: list[str]) -> list[str]:
    """What one channel shows to whoever pressed alone, another shows as it can."""
    return [re.sub(rf"^({_WHO}){Way.HINT}", rf"\1{Way.SEES}", block[0]), *block[1:]]


def _asked_too(block: list[str], blocks: list[list[str]]) -> bool:
    """Whether a hint only says beforehand what is asked then."""
    _, hint, words = block[0].partition(f"{Way.HINT}: ")
    asked = [line for one in blocks if re.match(rf"{_WHO}{Way.ASKS}\b", one[0]) for line in one]
    return bool(hint) and any(line.endswith(words) for line in asked)
