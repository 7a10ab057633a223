"""Words: a sentence's id and its facts become text in the reader's language, zone and moment.

Texts are Fluent files in `locale/<language>/*.ftl`; a folder such as `it-lei` holds only what a formal desk says
otherwise. A file is cut into its messages when it is loaded, and a message is parsed when it is first said, so that a
start costs next to nothing.

In a text, a fact is `{ $name }`:

- a moment is said as people do ("oggi alle 16:00"); `{ BY($due) }` after "entro" ("le 16:00", "domani alle 18:00"),
  `{ OF($due) }` for "delle 16:00", `{ TIME($due) }` for the time alone, `{ DAY($due) }` for the day alone;
  `BY($due, $opens)` says only the time where both are on one day;
- a duration is said in its two largest units ("3 ore e 20 minuti");
- what is not there (None, no text) is nothing, and selects the variant `[none]`;
- a truth value selects `[yes]` or `[no]`; a number selects by plural; a ticket's number is a string;
- a list is joined; a mapping by language ({"it": …, "en": …}, from the settings) is the reader's own;
- `{ NAME("severity", $severity) }` says the message `severity-high`.

Where a text tells a moment, it knows so (`Worded`): a channel that can show each reader their own time finds it there.
"""

from __future__ import annotations

import logging
import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import FluentType
from fluent.syntax import ast

from core.notices.facts import Line

log = logging.getLogger(__name__)

LOCALES: Final = Path(__file__).parent / "locale"
FORMAL: Final = {"it": "it-lei"}
"""By language, the folder of what a formal desk says otherwise."""
NUMBERED: Final = frozenset({"ticket", "into", "follows", "number", "year"})
"""Facts that are numbers of things: never grouped by thousands."""
LONGEST: Final = 1000
"""Fluent refuses to insert a text of more than 2,500 characters: longer ones than this are put in afterwards."""

_MESSAGE = re.compile(r"^(-?[a-zA-Z][\w-]*)[ \t]*=", re.MULTILINE)


@dataclass(frozen=True)
class Moment:
    """Where a text tells a moment: `text[start:end]` says it in the words' own zone.

    *before*: what stands before it where day and time are said in another way ("di", for "di oggi 18:00"). *time*: the
    time alone is said.
    """

    start: int
    end: int
    at: datetime
    before: str = ""
    time: bool = False

    def later(self, by: int) -> Moment:
        """Return it where *by* characters more stand before it."""
        return replace(self, start=self.start + by, end=self.end + by)


class Worded(str):
    """A text that tells moments. Cut or joined by hand it is a text as any, which still says them in words."""

    __slots__ = ("moments",)
    moments: tuple[Moment, ...]


def moments_of(text: str) -> tuple[Moment, ...]:
    return text.moments if isinstance(text, Worded) else ()


def joined(pieces: Iterable[str], between: str = "") -> str:
    """Return *pieces* as one text that tells the moments of all."""
    listed, moments, at = list(pieces), list[Moment](), 0
    if len(listed) == 1:
        return listed[0]
    for piece in listed:
        moments += [one.later(at) for one in moments_of(piece)]
        at += len(piece) + len(between)
    return worded(between.join(listed), moments)


def worded(text: str, moments: Iterable[Moment]) -> str:
    if not (told := tuple(moments)):
        return text
    made = Worded(text)
    made.moments = told
    return made


class _Nothing(FluentType):
    """What a fact is that is not there: no text, and the variant `[none]`."""

    def format(self, locale: Locale) -> str:
        return ""

    def __eq__(self, other: object) -> bool:
        return other == "none" or other is self

    __hash__ = None  # type: ignore[assignment]


class _Instant(FluentType):
    """A moment, and how its reader says moments. What stands for one is put among *apart*, as for a long text."""

    def __init__(self, moment: datetime, words: Words, apart: list[str]) -> None:
        self.moment = moment
        self.words = words
        self.apart = apart

    def format(self, locale: Locale) -> str:
        return self.told(self.words.moment(self.moment))

    def told(self, text: str, *, before: str = "", time: bool = False) -> str:
        """Return what stands for *text*, which tells this moment, until the whole text is put together."""
        return _set_apart(worded(text, [Moment(0, len(text), self.moment, before, time)]), self.apart)


NOTHING: Final = _Nothing()


class _Language(FluentBundle):
    """The messages of one language, each parsed when it is first said."""

    def __init__(self, language: str, sources: Mapping[str, str]) -> None:
        functions: dict[str, Any] = {"BY": _by, "OF": _of, "TIME": _time, "DAY": _day, "NAME": self._name}
        super().__init__([language], functions=functions, use_isolating=False)
        self.sources = sources
        self.plain: dict[str, str] = {}
        self.patterns: dict[str, Any] = {}

    def _lookup(self, entry_id: str, term: bool = False) -> Any:
        key = f"-{entry_id}" if term else entry_id
        if key not in self._compiled:
            self.add_resource(FluentResource(self.sources[key]))
        return super()._lookup(entry_id, term)

    def pattern(self, id_: str) -> Any:
        """Return the pattern of a message, or of an attribute ("message.attribute"); None where there is none."""
        if id_ not in self.patterns:
            self.patterns[id_] = self._pattern(id_)
        return self.patterns[id_]

    def _pattern(self, id_: str) -> Any:
        message, _, attribute = id_.partition(".")
        try:
            found = self._lookup(message)
        except LookupError:
            return None
        pattern = found.attributes.get(attribute) if attribute else found.value
        parts = getattr(pattern, "elements", [pattern])  # a pattern of one part is that part
        if all(isinstance(one, ast.TextElement) for one in parts):
            self.plain[id_] = "".join(one.value for one in parts)
        return pattern

    def _name(self, kind: Any, value: Any) -> Any:
        if isinstance(value, FluentType):
            return NOTHING
        pattern = self.pattern(f"{kind}-{value}")
        return self.format_pattern(pattern)[0] if pattern else str(value)


class Lexicon:
    """All texts in all languages. Loaded once; safe to share between threads."""

    def __init__(self, sources: Mapping[str, Mapping[str, str]]) -> None:
        """*sources*: by folder ("it", "en", "it-lei"), the Fluent source of each message."""
        self.languages = tuple(name for name in sources if name not in FORMAL.values())
        self.missed: set[tuple[str, str]] = set()
        self._spoken = {(name, False): _Language(name, sources[name]) for name in self.languages}
        for name, folder in FORMAL.items():
            if name in self.languages:
                both = ChainMap(dict(sources.get(folder, {})), dict(sources[name]))
                self._spoken[name, True] = _Language(name, both)

    @classmethod
    @cache
    def load(cls, folder: Path = LOCALES) -> Lexicon:
        """Read every language below *folder*, once in a process: what was parsed stays so.

        Raises ValueError where a message stands twice in one language.
        """
        return cls({place.name: _read(place) for place in sorted(folder.iterdir(), reverse=True) if place.is_dir()})

    def words(self, language: str, zone: tzinfo, now: datetime, *, formal: bool = False) -> Words:
        """Return the words for a reader. An unknown language reads the first one there is."""
        known = language if language in self.languages else self.languages[0]
        return Words(self, known, zone, now, formal)

    def spoken(self, language: str, formal: bool) -> _Language:
        return self._spoken.get((language, formal)) or self._spoken[language, False]

    def miss(self, what: str, language: str) -> None:
        """Log, once, that a text (or a fact in it) is missing."""
        if (what, language) not in self.missed:
            self.missed.add((what, language))
            log.warning("missing in the texts (%s): %s", language, what)

    def others(self, language: str) -> Iterable[str]:
        return (other for other in self.languages if other != language)

    def everywhere(self, id_: str) -> tuple[str, ...]:
        """Return a text without facts in every language that has it: the words of a command, say."""
        found = (self.spoken(language, False) for language in self.languages)
        return tuple(each.plain[id_] for each in found if each.pattern(id_) and id_ in each.plain)


def _read(folder: Path) -> dict[str, str]:
    """Cut each file of *folder* into its messages."""
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.ftl")):
        text = file.read_text(encoding="utf-8")
        starts = [(match.group(1), match.start()) for match in _MESSAGE.finditer(text)]
        ends = [start for _, start in starts[1:]] + [len(text)]
        for (name, start), end in zip(starts, ends, strict=True):
            if name in found:
                raise ValueError(f"{folder.name}/{file.name}: {name} stands twice")
            found[name] = text[start:end]
    return found


@dataclass(frozen=True)
class Words:
    """How one reader is spoken to. *zone* is theirs, *now* the moment at which they read."""

    lexicon: Lexicon
    language: str
    zone: tzinfo
    now: datetime
    formal: bool = False

    def has(self, id_: str) -> bool:
        """Whether there is such a text, in any language."""
        if self._own.pattern(id_):
            return True
        return any(self.lexicon.spoken(other, False).pattern(id_) for other in self.lexicon.others(self.language))

    def say(self, id_: str, /, **facts: Any) -> str:
        """Return the text *id_* ("message" or "message.attribute") with *facts* in it.

        Missing in this language, it is said in another one; missing in all, it is its own id. Both are logged, once.
        """
        own = self._own
        if (plain := own.plain.get(id_)) is not None:
            return plain
        pattern = own.pattern(id_)
        return self._filled(own, id_, pattern, facts) if pattern else self._elsewhere(id_, facts)

    def line(self, line: Line) -> str:
        return self.say(line.message, **line.facts)

    def lines(self, lines: Iterable[Line]) -> list[str]:
        return [self.line(one) for one in lines]

    def first(self, *ids: str, **facts: Any) -> str:
        """Return the first of several texts that there is."""
        for id_ in ids:
            if self.has(id_):
                return self.say(id_, **facts)
        return self.say(ids[0], **facts)

    def moment(self, moment: datetime) -> str:
        """Return "oggi alle 16:00", "lunedì alle 8:30"; with the date when it is past or further than six days."""
        near = self._near(moment)
        return self._of(f"moment-{near}", self._local(moment)) if near else self._dated("moment-day", moment)

    def day(self, moment: datetime) -> str:
        """Return the day alone: "oggi", "lunedì", "martedì 8 dicembre"."""
        near = self._near(moment)
        return self.say(f"day-{near}") if near else self._day_name(self._local(moment))

    def by(self, moment: datetime, same_day_as: datetime | None = None) -> str:
        """Return what stands after "entro": the time alone if it is today, or on the day just spoken of."""
        local = self._local(moment)
        spoken_of = self._local(same_day_as) if same_day_as else self._local(self.now)
        return self._of("moment-by", local) if local.date() == spoken_of.date() else self.moment(moment)

    def of(self, moment: datetime) -> str:
        """Return what stands after "la scadenza": "delle 18:00", "di domani alle 18:00"."""
        if self._near(moment) == "today":
            return self._of("moment-of", self._local(moment))
        return self.say("moment-of-day", moment=self.moment(moment))

    def time(self, moment: datetime) -> str:
        local = self._local(moment)
        return f"{local.hour}:{local.minute:02}"

    def duration(self, lasting: timedelta) -> str:
        """Return the two largest units: "3 ore e 20 minuti"."""
        minutes = round(abs(lasting.total_seconds()) / 60)
        units = (("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60))
        first = next((place for place, (_, n) in enumerate(units) if n), 2)
        said = [self.say(f"lasting-{unit}", n=n) for unit, n in units[first : first + 2] if n]  # Babel has no "giorni"
        return format_list(said, locale=_locale(self.language)) if said else self.say("less-than-a-minute")

    @cached_property
    def _own(self) -> _Language:
        return self.lexicon.spoken(self.language, self.formal)

    def _elsewhere(self, id_: str, facts: Mapping[str, Any]) -> str:
        for other in self.lexicon.others(self.language):
            language = self.lexicon.spoken(other, False)
            if pattern := language.pattern(id_):
                self.lexicon.miss(id_, self.language)
                return language.plain.get(id_) or self._filled(language, id_, pattern, facts)
        self.lexicon.miss(id_, self.language)
        return id_

    def _filled(self, language: _Language, id_: str, pattern: Any, facts: Mapping[str, Any]) -> str:
        apart: list[str] = []
        given = {key: self._fact(key, value, apart) for key, value in facts.items()}
        text, errors = language.format_pattern(pattern, given)
        for error in errors:
            self.lexicon.miss(f"{id_}: {error}", self.language)
        ended = _DOUBLE_STOP.sub(lambda found: _ended_once(found, apart), str(text))
        return _put_together(ended, apart) if apart else ended

    def _fact(self, key: str, value: Any, apart: list[str]) -> Any:
        match value:
            case None | "":
                return NOTHING
            case str() if not isinstance(value, Enum):
                return self._text(value, apart)
            case bool():
                return "yes" if value else "no"
            case Enum():
                return self._fact(key, value.value, apart)
            case int() | float():
                return str(value) if key in NUMBERED else value
            case datetime():
                return _Instant(value, self, apart)
            case timedelta():
                return self.duration(value)
            case Line():
                return self._text(self.line(value), apart)
            case Mapping():
                return self._fact(key, self._mine(value), apart)
            case list() | tuple():
                return self._fact(key, self._joined(value), apart)
        return self._text(str(value), apart)

    def _text(self, text: str, apart: list[str]) -> str:
        if len(text) > LONGEST or moments_of(text):
            return _set_apart(text, apart)
        return text if text.isascii() else text.translate(_NO_TOKENS)  # what people type stands for nothing else

    def _mine(self, by_language: Mapping[str, Any]) -> Any:
        return by_language.get(self.language) or next(iter(by_language.values()), "")

    def _joined(self, many: Iterable[Any]) -> str:
        """Join words by commas and "and"; lines stand below one another."""
        listed = list(many)
        if any(isinstance(one, Line) for one in listed):
            return joined((self.line(one) for one in listed), "\n")
        return format_list([str(one) for one in listed], locale=_locale(self.language)) if listed else ""

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _near(self, moment: datetime) -> str:
        days = (self._local(moment).date() - self._local(self.now).date()).days
        return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days, "")

    def _dated(self, id_: str, moment: datetime) -> str:
        local = self._local(moment)
        return self._of(id_, local, day=self._day_name(local))

    def _day_name(self, local: datetime) -> str:
        today = self._local(self.now).date()
        ahead = (local.date() - today).days
        return _day_name(self.language, local.date(), near=1 < ahead <= 6, year=local.year != today.year)

    def _of(self, id_: str, local: datetime, **facts: Any) -> str:
        return self.say(id_, hour=local.hour, time=f"{local.hour}:{local.minute:02}", **facts)


_TOKEN: Final = re.compile("\ue000([0-9]+)\ue001")
_DOUBLE_STOP: Final = re.compile("([.!?]|\ue000[0-9]+\ue001)([»”])[.]")
"""What is quoted may end its sentence by itself."""
_NO_TOKENS: Final = {0xE000: None, 0xE001: None}


def _set_apart(text: str, apart: list[str]) -> str:
    """Put *text* among what is put in last, and return what stands for it: private use characters, which no font shows."""
    apart.append(text)
    return f"\ue000{len(apart) - 1}\ue001"


def _ended_once(found: re.Match[str], apart: Sequence[str]) -> str:
    """Return a quotation and the full stop after it, without that where a sentence's end is quoted."""
    token = _TOKEN.fullmatch(found[1])
    ends = apart[int(token[1])].rstrip()[-1:] in tuple(".!?") if token else True
    return found[1] + found[2] if ends else found[0]


def _put_together(text: str, apart: Sequence[str]) -> str:
    """Return *text* with what was set apart; it knows the moments that it tells."""
    pieces = _TOKEN.split(text)
    pieces[1::2] = [apart[int(number)] for number in pieces[1::2]]
    return joined(pieces)


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)


@lru_cache(maxsize=1024)
def _day_name(language: str, day: date, *, near: bool, year: bool) -> str:
    pattern = "EEEE" if near else "EEEE d MMMM y" if year else "EEEE d MMMM"
    return format_date(day, pattern, locale=_locale(language))


def _saying(say: Callable[[_Instant], str]) -> Callable[..., Any]:
    """Return a Fluent function over a moment; over nothing it says nothing."""

    def function(moment: Any = NOTHING) -> Any:
        return say(moment) if isinstance(moment, _Instant) else NOTHING

    return function


def _by(moment: Any, same_day_as: Any = NOTHING) -> Any:
    if not isinstance(moment, _Instant):
        return NOTHING
    day = same_day_as.moment if isinstance(same_day_as, _Instant) else None
    return moment.told(moment.words.by(moment.moment, day))


def _said_of(instant: _Instant) -> str:
    before = instant.words.say("moment-of-day", moment=None)
    return instant.told(instant.words.of(instant.moment), before=before)


_of = _saying(_said_of)
_time = _saying(lambda instant: instant.told(instant.words.time(instant.moment), time=True))
_day = _saying(lambda instant: instant.words.day(instant.moment))
