"""What happened, one line each: the digest tells two runs apart, the last lines tell what led to a failure."""

from __future__ import annotations

from collections import deque
from hashlib import sha256


class Trace:
    """*keep*: so many of the last lines can be shown. *number*: the operation that is under way."""

    def __init__(self, keep: int = 60) -> None:
        self.number = 0
        self.last: deque[str] = deque(maxlen=keep)
        self._hash = sha256()

    def note(self, what: str) -> None:
        line = f"{self.number} {what}"
        self._hash.update(f"{line}\n".encode())
        self.last.append(line)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:16]
