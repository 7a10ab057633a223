"""What tells one policy from another, across restarts: the deadlines of open tickets are planned anew when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import tzinfo
from hashlib import sha256
from typing import Any

from core.sla.policy import Policy


def fingerprint(policy: Policy) -> str:
    """64 hexadecimal digits, the same for policies that promise the same."""
    return sha256(_told(policy).encode()).hexdigest()


def _told(value: Any) -> str:
    """*value* in full, and in one order: a set's own order changes from one start of the program to the next."""
    if is_dataclass(value):
        return f"{type(value).__name__}({','.join(_told(getattr(value, f.name)) for f in fields(value) if f.compare)})"
    if isinstance(value, Mapping):
        return _told({(key, kept) for key, kept in value.items()})
    if isinstance(value, (set, frozenset)):
        return f"{{{','.join(sorted(_told(item) for item in value))}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_told(item) for item in value)}]"
    return str(value) if isinstance(value, tzinfo) else repr(value)
