"""Moments in a text -> Slack's date tokens, in which each reader sees their own day and time.

Until a text is split, cut and escaped, one sign stands in it for each moment. That sign is taken out of whatever else the
text says, so that nobody's words become a token.
https://docs.slack.dev/messaging/formatting-message-text#date-formatting
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.adapters.slack import marking
from bot.adapters.slack.marking import escaped, shown
from bot.words import Moment, moments_of

FIRST: Final = 0x10E000
"""Signs of the private use area, which no font shows."""
MOST: Final = 4096
LONGEST: Final = 160
"""Of a token; what would be longer stays in words."""
DAY_AND_TIME: Final = "{date_short_pretty} {time}"
TIME: Final = "{time}"

_SIGN: Final = re.compile(f"[{chr(FIRST)}-{chr(FIRST + MOST - 1)}]")


@dataclass(frozen=True)
class Written:
    """*text*, with a sign for each moment. *tokens*, *words*: by sign, what it is to Slack, and to who reads no tokens."""

    text: str
    tokens: Mapping[int, str]
    words: Mapping[int, str]

    def marked(self, part: str) -> str:
        """Return a part of the text as mrkdwn. Never longer than `weight` says."""
        said = marking.marked(part)
        return said.translate(self.tokens) if self.tokens else said

    def in_words(self, part: str) -> str:
        """Return the same for what devices say and screen readers read, where no token is read."""
        said = marking.marked(part)
        return said.translate(self.words) if self.words else said


def written(text: str) -> Written:
    """Return *text* without what can't be shown, and with a sign for each moment that it tells."""
    if not (moments := moments_of(text)):
        return Written(_without_signs(text), {}, {})
    pieces, tokens, words, last = list[str](), dict[int, str](), dict[int, str](), 0
    for sign, moment in enumerate(moments[:MOST], FIRST):
        said = escaped(text[moment.start : moment.end])
        if len(token := _token(moment, said)) > LONGEST:
            continue
        tokens[sign], words[sign] = token, said
        pieces += [_without_signs(text[last : moment.start]), chr(sign)]
        last = moment.end
    return Written("".join([*pieces, _without_signs(text[last:])]), tokens, words)


def weight(text: str) -> int:
    """Return how long *text* is at most as mrkdwn, with its tokens."""
    signs = 0 if text.isascii() else len(_SIGN.findall(text))
    return marking.weight(text) + signs * LONGEST


def _without_signs(text: str) -> str:
    return shown(text) if text.isascii() else _SIGN.sub("", shown(text))


def _token(moment: Moment, said: str) -> str:
    form = TIME if moment.time else escaped(moment.before) + DAY_AND_TIME
    return f"<!date^{int(moment.at.timestamp())}^{form}|{said}>"
