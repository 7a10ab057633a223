"""Where the simulated desks keep files: in memory, without a thread, so that nothing is left to chance."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from hashlib import sha256

from core.errors import TooMuch
from core.files import Counted, FileRules, FileStore


class Shelf(FileStore):
    """What every process of the world sees."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def put(self, key: str, pieces: AsyncIterable[bytes], *, largest: int = FileRules.largest) -> Counted:
        content = b"".join([piece async for piece in pieces])
        if len(content) > largest:
            raise TooMuch(what="file", limit=largest)
        self._kept[key] = content
        return Counted(len(content), sha256(content).hexdigest())

    async def get(self, key: str) -> AsyncIterator[bytes]:
        if key not in self._kept:
            raise FileNotFoundError(key)
        yield self._kept[key]

    async def delete(self, key: str) -> None:
        self._kept.pop(key, None)
