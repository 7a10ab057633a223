"""The heartbeat: an address that is asked for each minute as long as the desk is well. Who watches it calls when it stops.

The address is a secret, since whoever knows it can beat for us: it is in no line of the log.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from aiohttp import ClientSession, ClientTimeout

log = structlog.get_logger(__name__)


class Heartbeat:
    """Beats at *url*; a beat that is not heard within *patience* is told and left."""

    def __init__(self, url: str, patience: timedelta = timedelta(seconds=10)) -> None:
        self._url = url
        self._patience = ClientTimeout(total=patience.total_seconds())
        self._silent = False

    async def beat(self) -> None:
        """Ask for the address once. Never raises."""
        why = await self._ask()
        if why and not self._silent:
            log.warning("heartbeat-not-heard", why=why)
        if self._silent and not why:
            log.info("heartbeat-heard-again")
        self._silent = bool(why)

    async def _ask(self) -> str:
        """What went wrong, in a word; "" where nothing did."""
        try:
            async with (
                ClientSession(timeout=self._patience, trust_env=True) as session,
                session.get(self._url, allow_redirects=False) as answer,
            ):
                return "" if answer.status < 400 else f"HTTP {answer.status}"
        except Exception as error:  # its words tell the address
            return type(error).__name__
