"""Reading what Slack sends, of which any part may be anything, or missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

Json = Mapping[str, Any]
"""As it was read from JSON: only a dict is looked into."""

_TS: Final = re.compile(r"[0-9]{1,16}\.[0-9]{1,9}")
_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,40}")
_LONGEST_ID: Final = 100


def part_in(of: Any, name: str) -> Json:
    found = of.get(name) if isinstance(of, dict) else None
    return found if isinstance(found, dict) else {}


def parts_in(of: Any, name: str) -> list[Json]:
    found = of.get(name) if isinstance(of, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list | tuple) else []


def text_in(of: Any, name: str) -> str:
    found = of.get(name) if isinstance(of, dict) else None
    return found if isinstance(found, str) else ""


def id_in(of: Any, name: str) -> str:
    found = text_in(of, name)
    return found if _ID.fullmatch(found) else ""


def ts_in(of: Any, name: str) -> str:
    found = text_in(of, name)
    return found if _TS.fullmatch(found) else ""


def key_of(first: str, *others: str) -> str:
    """Return the id by which it is never taken twice: Slack's own where there is one of a fit length."""
    return first if 0 < len(first) <= _LONGEST_ID else "s" + digest("\n".join((first, *others)))


def digest(of: str) -> str:
    """Return a short name of any text, always the same."""
    return sha256(of.encode(errors="replace")).hexdigest()[:24]
