"""Plain words -> Slack's mrkdwn, in which they only stand: nobody is called, nothing is done, and they look as written.

Slack acts on what stands between < and >, which never comes from outside: & < > are escaped, and all texts go as
`verbatim`, so that Slack makes nothing of plain words by itself (a link of ours is the address and nothing else). A
pair of * _ or ~ would vanish and change what is between: an invisible space behind the opening one prevents that, and
only there, so that a copied path stays a path. Code between backticks and quotes behind > are left as people mean them.
https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from typing import Final

from bot.adapters.splitting import units

BREAK: Final = "\u200b"
"""A space without width: behind an opening sign Slack takes it for a space, and the sign for a sign."""
NOTHING: Final = "·"
"""A text must say something, even where the buttons say all."""

_UNSHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Among them what turns a line around: the desk's own words stand in the same one."""
_ADDRESS = r"https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:[/?#][\w./?=&%#@:+~-]*[\w/=&%#+~-])?"
_LINK = rf"(?<![\w<|])(?>{_ADDRESS})(?![\w|>*])"
_OPENING = r"(?<![^\W_])([*_~])(?=\S)(?=[^\n]*?\1)"
_ACTING: Final = frozenset("*_~:")
"""Without these there is nothing to look for."""
_ACTS: Final = re.compile(f"{_LINK}|{_OPENING}")


def shown(text: str) -> str:
    """Return *text* without what can't be shown."""
    return text if text.isprintable() else _UNSHOWN.sub("", text)


def escaped(text: str) -> str:
    """Return *text* so that Slack shows each of its signs."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked(text: str) -> str:
    """Return *text* as mrkdwn. Never longer than `weight` says."""
    if _ACTING.isdisjoint(text):
        return escaped(text)
    pieces, last = [], 0
    for found in _ACTS.finditer(text):
        pieces += [escaped(text[last : found.start()]), found[0] + BREAK if found[1] else f"<{escaped(found[0])}>"]
        last = found.end()
    return "".join(pieces) + escaped(text[last:])


def weight(text: str) -> int:
    """Return how long *text* is at most as mrkdwn."""
    angles = text.count("<") + text.count(">")
    signs = text.count("*") + text.count("_") + text.count("~")
    return units(text) + 4 * text.count("&") + 3 * angles + signs + 2 * text.count("://")
