"""Texts as Telegram measures, cleans, parses and cuts them: lengths and offsets are in UTF-16 units."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.servers.telegram.errors import Refused, bad


def words(text: str) -> list[str]:
    return text.split()


LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100
TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
"""The only named references that Telegram knows."""
LOCAL = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1]?|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+", re.IGNORECASE)
DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
UNSEEN = re.compile("[\\s\u200b-\u200f\u2060-\u2064\ufeff\u3164]*")

Entity = dict[str, Any]


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Drop carriage returns, vertical lines and what turns the direction; other control characters become spaces."""
    if text.isprintable():
        return text
    return CONTROL.sub(" ", DROPPED.sub("", text))


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Drop the white space around; entities follow."""
    begun = text.lstrip(" \n")
    cut = units(text) - units(begun)
    text = begun.rstrip(" \n")
    if cut == 0 and not entities:
        return text, entities
    length = units(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] - cut + entity["length"], length)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept


def is_web_address(url: str) -> bool:
    """Say whether Telegram takes a link there: a host that everybody reaches, no machine of one's own."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme == "tg":
        return True
    if parts.scheme not in ("http", "https", "ton", "tonsite"):
        return False
    host = parts.hostname or ""
    return not LOCAL.fullmatch(host) and ("." in host or ":" in host)


@dataclass
class _Open:
    tag: str
    offset: int
    begun: int
    attributes: dict[str, str] = field(default_factory=dict)


ATTRIBUTE = re.compile(r"""\s*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.\-]+)))?""")


def _code(written: str) -> int:
    """Return the number of a character reference: hexadecimal after an x; 0 if it is none."""
    try:
        return int(f"0{written}", 0) if written[:1] in "xX" else int(written)
    except ValueError:
        return 0


class _Html:
    """Telegram's own small HTML: a fixed list of tags, everything closed, four named references."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        at = 0
        for token in re.finditer(r"<|&(#x?[0-9a-fA-F]+|[a-zA-Z]+);?", self.source):
            if token.start() < at:
                continue
            self._write(self.source[at : token.start()])
            at = self._tag(token.start()) if token[0] == "<" else self._reference(token)
        self._write(self.source[at:])
        if self.open:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.out), self.entities

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)

    def _reference(self, token: re.Match[str]) -> int:
        name = token[1]
        if name.startswith("#") and token[0].endswith(";"):
            code = _code(name[1:])
            self._write(chr(code) if 0 < code <= 0x10FFFF else token[0])
        elif name in NAMED and token[0].endswith(";"):
            self._write(NAMED[name])
        else:
            self._write(token[0])
        return token.end()

    def _wrong(self, what: str) -> Refused:
        return bad(f"can't parse entities: {what}")

    def _byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _tag(self, at: int) -> int:
        return self._end(at) if self.source.startswith("</", at) else self._start(at)

    def _start(self, at: int) -> int:
        name = re.compile(r"[^\s>]*").match(self.source, at + 1)
        assert name is not None
        tag, here = name[0].lower(), name.end()
        if here == len(self.source):
            raise self._wrong(f"Unclosed start tag at byte offset {self._byte(at)}")
        if tag not in TAGS:
            raise self._wrong(f'Unsupported start tag "{tag}" at byte offset {self._byte(at)}')
        attributes: dict[str, str] = {}
        while True:
            space = re.compile(r"\s*").match(self.source, here)
            here = space.end() if space else here
            if self.source.startswith(">", here):
                break
            found = ATTRIBUTE.match(self.source, here)
            if here >= len(self.source):
                raise self._wrong(f'Unclosed start tag "{tag}" at byte offset {self._byte(at)}')
            if not found:
                raise self._wrong(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(at)}')
            attributes[found[1]] = html.unescape(next((v for v in found.groups()[1:] if v is not None), ""))
            here = found.end()
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
        self.open.append(_Open(tag, self.offset, len(self.out), attributes))
        return here + 1

    def _end(self, at: int) -> int:
        if not self.open:
            raise self._wrong(f"Unexpected end tag at byte offset {self._byte(at)}")
        end = re.compile(r"</([^\s>]*)\s*(>?)").match(self.source, at)
        assert end is not None
        if not end[2]:
            raise self._wrong(f"Unclosed end tag at byte offset {self._byte(at)}")
        tag = end[1].lower()
        begun = self.open.pop()
        if tag and tag != begun.tag:
            expected = f'expected "</{begun.tag}>", found "</{tag}>"'
            raise self._wrong(f"Unmatched end tag at byte offset {self._byte(at)}, {expected}")
        if self.offset > begun.offset:
            self._close(begun)
        return end.end()

    def _close(self, begun: _Open) -> None:
        span = {"offset": begun.offset, "length": self.offset - begun.offset}
        kind = TAGS[begun.tag]
        if kind == "text_link":
            self._link(begun, span)
        elif kind == "custom_emoji":
            if not begun.attributes.get("emoji-id", "").isdigit():
                raise self._wrong("Invalid custom emoji identifier specified")
            self.entities.append({"type": kind, **span, "custom_emoji_id": begun.attributes["emoji-id"]})
        elif kind == "date_time":
            self.entities.append({"type": kind, **span, "unix_time": int(begun.attributes.get("unix", 0))})
        elif kind == "blockquote" and "expandable" in begun.attributes:
            self.entities.append({"type": "expandable_blockquote", **span})
        elif kind in ("code", "pre"):
            self._code(kind, begun, span)
        else:
            self.entities.append({"type": kind, **span})

    def _link(self, begun: _Open, span: Entity) -> None:
        url = begun.attributes.get("href") or "".join(self.out[begun.begun :])
        if user := re.fullmatch(r"tg://user\?id=(\d+)", url):
            self.entities.append({"type": "text_mention", **span, "user": {"id": int(user[1])}})
        elif is_web_address(url):
            self.entities.append({"type": "text_link", **span, "url": url if "://" in url else f"http://{url}/"})

    def _code(self, kind: str, begun: _Open, span: Entity) -> None:
        """A code inside a pre is one entity, with its language."""
        last = self.entities[-1] if self.entities else {}
        if kind == "pre" and last.get("type") == "code" and last["offset"] == span["offset"]:
            last["type"] = "pre"
            last["length"] = span["length"]
            return
        language = begun.attributes.get("class", "")
        entity = {"type": kind, **span}
        if kind == "code" and language.startswith("language-") and any(o.tag == "pre" for o in self.open):
            entity["language"] = language.removeprefix("language-")
        self.entities.append(entity)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the text and its entities; raise what Telegram answers to a text it can't parse."""
    return _Html(source).parse() if "<" in source or "&" in source else (source, [])


def given_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Check entities that the bot gives itself."""
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
            raise bad("can't parse MessageEntity: expected an Object")
        if not (isinstance(entity.get("offset"), int) and isinstance(entity.get("length"), int)):
            raise bad("can't parse MessageEntity: Can't find field \"offset\"")
    length = units(text)
    return [e for e in entities if 0 <= e["offset"] < length and e["length"] > 0][:MOST_ENTITIES]


SEEN_BY_ITSELF = (
    ("bot_command", re.compile(r"(?<![\w/])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/@])")),
    ("url", re.compile(r"https?://[^\s<>\"]+|(?<![\w@.])(?:www\.)[\w.-]+\.[a-z]{2,}[^\s<>\"]*")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("mention", re.compile(r"(?<![\w./])@[a-zA-Z0-9_]{3,32}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)


def seen_entities(text: str) -> list[Entity]:
    """Return what Telegram marks by itself: commands, links, addresses, mentions."""
    if not any(sign in text for sign in "/@#.:"):
        return []
    found: list[Entity] = []
    taken: list[tuple[int, int]] = []
    for kind, pattern in SEEN_BY_ITSELF:
        for match in pattern.finditer(text):
            if all(match.end() <= a or match.start() >= b for a, b in taken):
                taken.append(match.span())
                found.append({"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])})
    return sorted(found, key=lambda e: int(e["offset"]))


def cut_by_a_client(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    """Cut a long text as a person's client does: at a line's end, else between words, else anywhere."""
    parts = []
    while units(text) > longest:
        piece = text[:longest]
        while units(piece) > longest:
            piece = piece[:-1]
        for end in ("\n", " "):
            if (at := piece.rfind(end)) > len(piece) // 2:
                piece = piece[:at]
                break
        parts.append(piece.strip())
        text = text[len(piece) :].strip()
    return [part for part in (*parts, text.strip()) if part]


MARKS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


def as_html(text: str, entities: list[Entity]) -> str:
    """Write the text with its marks, as a test reads it: <b>bold</b>, <a href="…">a link</a>."""
    wide = text.encode("utf-16-le")
    at: dict[int, tuple[list[str], list[str]]] = {}
    for entity in entities:
        tag = MARKS.get(entity["type"], "a" if entity["type"] == "text_link" else "")
        if not tag:
            continue
        start = f'<a href="{html.escape(entity["url"])}">' if tag == "a" else f"<{tag}>"
        at.setdefault(entity["offset"], ([], []))[1].append(start)
        at.setdefault(entity["offset"] + entity["length"], ([], []))[0].insert(0, f"</{tag}>")
    out, last = [], 0
    for offset in sorted(at):
        out += [
            html.escape(wide[last * 2 : offset * 2].decode("utf-16-le"), quote=False),
            *at[offset][0],
            *at[offset][1],
        ]
        last = offset
    return "".join([*out, html.escape(wide[last * 2 :].decode("utf-16-le"), quote=False)])
