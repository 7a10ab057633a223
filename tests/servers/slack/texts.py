"""Slack's text: what a client sends of what was typed, what is kept of what a bot sent, and what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

BETWEEN = re.compile(r"<([^<>\n]*)>")
CONTROL = re.compile(
    r"(@[UWB][A-Z0-9]+(\|[^|]*)?|#C[A-Z0-9]+(\|[^|]*)?|!(channel|here|everyone)(\|[^|]*)?|!subteam\^S[A-Z0-9]+(\|[^|]*)?"
    r"|!date\^-?\d+\^[^|]+\|[^|]*|[a-zA-Z][a-zA-Z0-9+.-]*:[^|]+(\|[^|]*)?)"
)
LOOSE_AND = re.compile(r"&(?!(?:amp|lt|gt);)")
BARE_URL = re.compile(r"(?<![\w/|<])https?://[^\s<>|\"']+[^\s<>|\"'.,;:!?)]")
BLANK = r"\s\u200b"
"""A space without width is a space to Slack: behind a sign, that sign opens nothing."""
MARKED = [
    re.compile(
        rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=[^{BLANK}])([^{re.escape(mark)}\n]+?)(?<=\S){re.escape(mark)}(?![\w{re.escape(mark)}])"
    )
    for mark in "*_~"
]
CODE = re.compile(r"```\n?(.*?)\n?```|`([^`\n]+)`", re.DOTALL)


class Reader(Protocol):
    """Whose eyes: names of people and channels as they are known there, and how dates are written."""

    locale: str
    tz: str
    dates: bool
    """Whether their Slack knows dates; else it shows what stands for them."""

    def name_of(self, target: str) -> str: ...


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def kept(text: str) -> str:
    """How Slack keeps a bot's text: control sequences as they are, whatever else escaped, bare addresses as links."""

    def tidy(part: str) -> str:
        part = LOOSE_AND.sub("&amp;", part).replace("<", "&lt;").replace(">", "&gt;")
        return BARE_URL.sub(lambda found: f"<{found[0]}>", part)

    done, last = [], 0
    for found in BETWEEN.finditer(text):
        if CONTROL.fullmatch(found[1]):
            done += [tidy(text[last : found.start()]), found[0]]
            last = found.end()
    return "".join(done) + tidy(text[last:])


def typed(text: str, names: dict[str, str]) -> str:
    """What the client sends of typed words: escaped, except for names it knows (`@Luca`, `@channel`) and addresses."""
    text = BARE_URL.sub(lambda found: f"<{found[0]}>", escape(text))
    for name, control in sorted(names.items(), key=lambda item: -len(item[0])):
        text = re.sub(rf"(?<![\w<]){re.escape(escape(name))}(?!\w)", control.replace("\\", ""), text)
    return text


def controls(text: str) -> Iterator[str]:
    """Yield what stands between the angle brackets of every sequence that Slack would act on."""
    return (found[1] for found in BETWEEN.finditer(text) if CONTROL.fullmatch(found[1]))


def shown(text: str, reader: Reader, *, marked: bool = True) -> str:
    """What *reader* sees of a mrkdwn text (of what a person typed too): no marks, names, dates in his own zone."""
    pieces: list[str] = []

    def put_by(piece: str) -> str:
        pieces.append(piece)
        return f"\ue000{len(pieces) - 1}\ue001"

    if marked:
        text = CODE.sub(lambda found: put_by(unescape(found[1] if found[1] is not None else found[2])), text)
    text = BETWEEN.sub(
        lambda found: put_by(_control(found[1], reader)) if CONTROL.fullmatch(found[1]) else found[0], text
    )
    if marked:
        for mark in MARKED:
            text = mark.sub(r"\1", text)
    return re.sub("\ue000(\\d+)\ue001", lambda found: pieces[int(found[1])], unescape(text))


def _control(inner: str, reader: Reader) -> str:
    target, _, label = inner.partition("|")
    if target.startswith("!date^"):
        return _date_token(target, label, reader)
    if target.startswith("!subteam^"):
        return unescape(label) or f"@{target[9:]}"
    if target.startswith("!"):
        return f"@{target[1:]}"
    if target.startswith(("@", "#")):
        return target[0] + reader.name_of(target[1:])
    return unescape(label or target.removeprefix("mailto:").removeprefix("tel:"))


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _date_token(target: str, fallback: str, reader: Reader) -> str:
    _, seconds, form, *_link = target.split("^")
    moment = datetime.fromtimestamp(int(seconds), UTC).astimezone(ZoneInfo(reader.tz))
    known = True

    def fill(found: re.Match[str]) -> str:
        nonlocal known
        if found[1] not in DATES:
            known = False
            return ""
        return DATES[found[1]](moment, reader)

    written = re.sub(r"\{(\w+)\}", fill, form)
    return unescape(written if known and reader.dates else fallback)


def _english(reader: Reader) -> bool:
    return reader.locale.lower().startswith("en")


def _ordinal(day: int) -> str:
    ending = "th" if 10 < day % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _written(pattern: str, english: str) -> Callable[[datetime, Reader], str]:
    def write(moment: datetime, reader: Reader) -> str:
        if _english(reader):
            return moment.strftime(english).replace("%o", _ordinal(moment.day))
        return format_date(moment.date(), pattern, locale=reader.locale.replace("-", "_"))

    return write


def _clock(pattern: str) -> Callable[[datetime, Reader], str]:
    """12 hours with AM and PM for American readers, 24 for all others."""

    def write(moment: datetime, reader: Reader) -> str:
        if reader.locale.lower() in ("en-us", "en"):
            return moment.strftime("%I:%M:%S %p" if "ss" in pattern else "%I:%M %p").lstrip("0")
        return format_time(moment.time(), pattern, locale=reader.locale.replace("-", "_"))

    return write


DATES: dict[str, Callable[[datetime, Reader], str]] = {
    "date_num": lambda moment, _reader: f"{moment:%Y-%m-%d}",
    "date_slash": lambda moment, reader: f"{moment:%m/%d/%Y}" if reader.locale == "en-US" else f"{moment:%d/%m/%Y}",
    "date": _written("d MMMM y", "%B %%o, %Y"),
    "date_short": _written("d MMM y", "%b %-d, %Y"),
    "date_long": _written("EEEE d MMMM y", "%A, %B %%o, %Y"),
    "date_long_full": _written("EEEE d MMMM y", "%A, %B %-d, %Y"),
    "date_pretty": _written("d MMMM y", "%B %%o, %Y"),
    "date_short_pretty": _written("d MMM y", "%b %-d, %Y"),
    "date_long_pretty": _written("EEEE d MMMM y", "%A, %B %%o, %Y"),
    "time": _clock("HH:mm"),
    "time_secs": _clock("HH:mm:ss"),
}
"""Slack's {…_pretty} also says today, yesterday and tomorrow: left out, so that what is seen does not hang on the day."""


def mrkdwn_in(what: Any) -> Iterator[str]:
    """Yield every text of blocks that Slack parses: mrkdwn objects, markdown blocks, rich text's broadcasts and people."""
    if isinstance(what, list):
        for one in what:
            yield from mrkdwn_in(one)
    elif isinstance(what, dict):
        kind, text = what.get("type"), what.get("text")
        if kind in ("mrkdwn", "markdown") and isinstance(text, str):
            yield text
        elif kind == "user":
            yield f"<@{what.get('user_id')}>"
        elif kind == "broadcast":
            yield f"<!{what.get('range')}>"
        for inner in what.values():
            if isinstance(inner, (dict, list)):
                yield from mrkdwn_in(inner)
