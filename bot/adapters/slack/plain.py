"""What people wrote in Slack, as people read it: Slack sends &, < and > escaped, and names, links and signs as codes.

https://docs.slack.dev/messaging/formatting-message-text: what stands between < and > is Slack's own, never a person's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_CODE: Final = re.compile(r"<([^<>\n]*)>")
_PERSON: Final = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>\n]*)?>")
_SCHEME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}:")
_UNICODE: Final = re.compile(r"[0-9a-fA-F]{2,6}(-[0-9a-fA-F]{2,6}){0,9}")
MOST_DEEP: Final = 12
"""So deep blocks are looked into for emoji; Slack's own are half as deep."""
Names = Mapping[str, str]
"""What people are called, by their id."""


def readable(text: str, names: Names, emoji: Mapping[str, str] | None = None) -> str:
    """Return *text* without Slack's codes. Who is not among *names* keeps the label, or the bare id."""
    if "<" not in text:
        return _unescaped(text, emoji)
    pieces, last = [], 0
    for found in _CODE.finditer(text):
        pieces += [_unescaped(text[last : found.start()], emoji), _read(found[1], names)]
        last = found.end()
    return "".join(pieces) + _unescaped(text[last:], emoji)


def people_in(text: str) -> tuple[str, ...]:
    """Return the ids of the people who are named in *text*, each once."""
    return tuple(dict.fromkeys(_PERSON.findall(text))) if "<@" in text else ()


def without_call(text: str, me: str) -> str:
    """Return *text* as if only we were spoken to: without our own name before it."""
    called = re.match(rf"\s*<@{re.escape(me)}(?:\|[^<>\n]*)?>[\s,:]*", text) if me and "<@" in text else None
    return text[called.end() :] if called else text


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _unescaped(text: str, emoji: Mapping[str, str] | None) -> str:
    for code, sign in (emoji or {}).items():
        text = text.replace(code, sign)
    return unescape(text)


def _read(code: str, names: Names) -> str:
    target, _, label = code.partition("|")
    label = unescape(label)
    match target[:1]:
        case "@":
            return f"@{names.get(target[1:]) or label or target[1:]}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return _special(target[1:], label)
    return _link(unescape(target), label) if _SCHEME.match(target) else f"<{unescape(code)}>"


def _special(kind: str, label: str) -> str:
    """A group, everybody, a date in the reader's zone: as what is read where none of it works."""
    if kind.startswith("date^"):
        return label
    return f"@{(label or kind.removeprefix('subteam^')).removeprefix('@')}"


def _link(url: str, label: str) -> str:
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", url)
    if label in ("", url, bare, bare.rstrip("/")):
        return label or (bare if url.startswith(("mailto:", "tel:")) else url)
    return f"{label} ({bare if url.startswith(('mailto:', 'tel:')) else url})"


def emoji_in(blocks: Any, deep: int = 0) -> dict[str, str]:
    """Return the signs that stand as codes in a text (":+1:"), as its blocks tell them; a workspace's own have none."""
    if deep > MOST_DEEP:
        return {}
    if isinstance(blocks, list):
        return {code: sign for one in blocks for code, sign in emoji_in(one, deep + 1).items()}
    if not isinstance(blocks, dict):
        return {}
    if blocks.get("type") == "emoji":
        return _emoji(blocks)
    return emoji_in(blocks.get("elements"), deep + 1)


def _emoji(element: Mapping[str, Any]) -> dict[str, str]:
    name, unicode, tone = element.get("name"), element.get("unicode"), element.get("skin_tone")
    if not (isinstance(name, str) and name and isinstance(unicode, str) and _UNICODE.fullmatch(unicode)):
        return {}
    numbers = [int(one, 16) for one in unicode.split("-")]
    if any(one > 0x10FFFF or 0xD800 <= one < 0xE000 for one in numbers):
        return {}
    tail = f":skin-tone-{tone}:" if isinstance(tone, int) else ""
    return {f":{name}:{tail}": "".join(map(chr, numbers))}
