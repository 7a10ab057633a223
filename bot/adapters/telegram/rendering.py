"""A screen -> Telegram's texts and their keyboard. Pure: nothing is sent here.

All text is escaped, and what Telegram would make a mention or a command of is broken: in a group, words that somebody
wrote must neither call people nor look like something to tap.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.adapters.splitting import cut, split
from bot.conversations.screen import Key, Limits, Screen, Whose

LONGEST: Final = 4096
LONGEST_CAPTION: Final = 1024
LONGEST_NAME: Final = 128
LIMITS: Final = Limits(text=LONGEST, label=60, in_row=3, keys=100, hint=200, replies=True, edits=True)
"""What Telegram shows; `largest` follows from the server that files come from."""
IN_A_ROW: Final = ((9, 3), (18, 2))
"""The longest label -> how many such buttons a phone shows in a row without cutting them; longer ones stand alone."""
NOTHING: Final = "·"
"""A message must say something, even where its keyboard says all."""
BREAK: Final = "\u2060"
"""A word joiner: it takes no room, and what it stands in is no mention and no command."""

_KEPT_LINK = r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#][\w./?=&%#@:+~-]*)?"
_MENTION = r"(?<![\w])@(?=\w)"
_COMMAND = r"(?<![\w/<>])/(?=\w)"
_IN_PRIVATE: Final = re.compile(f"{_KEPT_LINK}|{_MENTION}")
_IN_GROUP: Final = re.compile(f"{_KEPT_LINK}|{_MENTION}|{_COMMAND}")
_UNSHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Drawn:
    """Texts in Telegram's HTML, in order, and the keyboard of the last one."""

    texts: tuple[str, ...]
    keyboard: InlineKeyboardMarkup | None = None


def draw(screen: Screen, *, group: bool) -> Drawn:
    """Return *screen* as messages; *group*: other people read along."""
    mention, named = _mention(screen.whose) if group else ("", "")
    first, *rest = split(named + plain(screen.text, group=group) or NOTHING, LONGEST)
    texts = (mention + _escaped(first.removeprefix(named)), *map(_escaped, rest))
    return Drawn(_said(texts), keyboard(screen.keys))


def draw_card(screen: Screen, *, group: bool = True) -> Drawn:
    """Return a ticket's card: one message, its first line bold; what is longer than a message is cut."""
    text = cut(plain(screen.text, group=group) or NOTHING, LONGEST)
    head, newline, body = text.partition("\n")
    return Drawn((f"<b>{_escaped(head)}</b>{newline}{_escaped(body)}",), keyboard(screen.keys))


def draw_caption(screen: Screen, *, group: bool) -> Drawn:
    """Return *screen* as the caption of a file, then the rest of it as messages. The caption may be ""."""
    texts = split(plain(screen.text, group=group).strip(), LONGEST, first=LONGEST_CAPTION)
    caption, *rest = map(_escaped, texts)
    return Drawn((caption, *_filled(rest)), keyboard(screen.keys))


def plain(text: str, *, group: bool) -> str:
    """Return *text* without what can't be shown, and with mentions (in groups commands, too) broken."""
    shown = _UNSHOWN.sub("", text)
    return (_IN_GROUP if group else _IN_PRIVATE).sub(_broken, shown)


def _broken(found: re.Match[str]) -> str:
    """A link is kept as it is: what stands in it is no mention."""
    return found[0] + BREAK if len(found[0]) == 1 else found[0]


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _mention(whose: Whose | None) -> tuple[str, str]:
    """Return who is asked, as a line that calls them, and the same without marks."""
    if whose is None:
        return "", ""
    name = cut(" ".join(plain(whose.name, group=True).split()), LONGEST_NAME) or NOTHING
    if not whose.address.isdecimal():
        return f"{_escaped(name)}\n", f"{name}\n"
    return f'<a href="tg://user?id={whose.address}">{_escaped(name)}</a>\n', f"{name}\n"


def _said(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(_filled(texts)) or (NOTHING,)


def _filled(texts: Iterable[str]) -> Iterable[str]:
    """Leave out what is blank: Telegram refuses it."""
    return (text for text in texts if text.strip())


def keyboard(keys: Sequence[Key]) -> InlineKeyboardMarkup | None:
    """Return the buttons in rows: options first, controls apart below them; None where there are none."""
    controls = [key for key in keys if key.control][: LIMITS.keys]
    options = [key for key in keys if not key.control][: LIMITS.keys - len(controls)]
    rows = [*_rows(options), *_rows(controls)]
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(keys: Sequence[Key]) -> Iterable[list[InlineKeyboardButton]]:
    wide = _in_a_row(keys)
    for at in range(0, len(keys), wide):
        yield [_button(key) for key in keys[at : at + wide]]


def _in_a_row(keys: Sequence[Key]) -> int:
    longest = max((len(key.label) for key in keys), default=0)
    return next((wide for length, wide in IN_A_ROW if longest <= length), 1)


def _button(key: Key) -> InlineKeyboardButton:
    label = " ".join(_UNSHOWN.sub(" ", key.label).split()) or NOTHING
    return InlineKeyboardButton(cut(label, LIMITS.label), callback_data=key.value)
