"""What the settings ask for of all this, and nothing else: each brings a library for which no other desk should wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog

from bot.adapters.channel import Asks, Channel
from bot.configuration.watching import WatchingSettings
from bot.watchdog import Watchdog
from bot.watching.noting import Traces
from bot.watching.tally import Tally

if TYPE_CHECKING:
    from bot.watching.door import Door

log = structlog.get_logger(__name__)


async def no_heart() -> None:
    """Where nobody waits for a heartbeat."""


def heart(settings: WatchingSettings) -> Callable[[], Awaitable[None]]:
    """What beats once."""
    if not (url := settings.heartbeat.get_secret_value()):
        return no_heart
    from bot.watching.heartbeat import Heartbeat

    return Heartbeat(url).beat


def traces(settings: WatchingSettings, stack: AsyncExitStack) -> Traces | None:
    """Where traces go, until *stack* ends. A desk without the extra works all the same."""
    if not settings.traces:
        return None
    from bot.watching.tracing import open_tracing

    try:
        tracing = open_tracing(version("sportello"))
    except ImportError:
        log.error("traces-need-the-extra", meaning="pip install 'sportello[otel]'")
        return None
    stack.push_async_callback(asyncio.to_thread, tracing.close)
    return tracing


@asynccontextmanager
async def watchers_let_in(
    settings: WatchingSettings, watchdog: Watchdog, tally: Tally, channels: Iterable[Channel]
) -> AsyncIterator[int | None]:
    """Open the door, if there is to be one, and hand over its port. One that can't be opened is told, and stops no desk."""
    async with AsyncExitStack() as stack:
        port = None
        if at := settings.door:
            try:
                port = await stack.enter_async_context(_door(at, watchdog, tally, channels).open())
                log.info("watchers-let-in", port=port)
            except OSError as error:
                log.error("watchers-not-let-in", at=settings.listen, why=error.strerror)
        yield port


def _door(at: tuple[str, int], watchdog: Watchdog, tally: Tally, channels: Iterable[Channel]) -> Door:
    from bot.watching.door import Door
    from bot.watching.metrics import Metrics

    asking = [channel for channel in channels if isinstance(channel, Asks)]
    metrics = Metrics(
        watchdog.desk,
        hop=watchdog.hop,
        tally=tally,
        watchdog=watchdog,
        contacts=lambda: {channel.name: channel.contact for channel in asking},
        version=version("sportello"),
    )
    return Door(*at, ills=watchdog.told, lacks=metrics.lacks, page=metrics.page)
