"""The process itself: how quick `sportello --help` is, and how much memory a desk holds after 1,000 turns.

Goals: under half the time of importing the chat libraries; at most 130 MB.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 9
TURNS = 1_000
LIBRARIES = "import telegram, telegram.ext, slack_bolt.async_app"
LARGEST_MB = 130


def main() -> None:
    help_, imports = [], []
    for _ in range(RUNS):
        imports.append(seconds(sys.executable, "-c", LIBRARIES))
        help_.append(seconds(sys.executable, "-m", "bot", "--help"))
    ratio = median(ours / theirs for ours, theirs in zip(help_, imports, strict=True))
    print(
        f"sportello --help: {median(help_) * 1e3:.0f} ms, importing the chat libraries {median(imports) * 1e3:.0f} ms:"
        f" {ratio:.2f} of it (goal: under 0.5)"
    )
    told = subprocess.run([sys.executable, "-m", "bench.process", "turns"], check=True, capture_output=True, text=True)
    print(told.stdout.strip())


def seconds(*command: str) -> float:
    began = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began


async def live_through_turns() -> None:
    """A whole desk on SQLite, as `sportello run` joins it, whose courier and watch work beside a busy customer."""
    from bot.adapters.terminal.board import Board
    from bot.adapters.terminal.terminal import TERMINAL, Outlet, Showing
    from bot.app import open_desk, serve
    from bot.conversations.heard import Person, Place, Said
    from bot.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        channel = Showing(TERMINAL, Board("bench"), Outlet())
        async with open_desk(settings, channels=[channel], clock=lambda: datetime.now(UTC)) as house:
            until = asyncio.Event()
            serving = asyncio.create_task(serve(house, until))
            for turn in range(TURNS):
                text = ("apri", "La firma non parte", "Da stamattina non va.", "annulla")[turn % 4]
                await house.hearing.hear(
                    Said(str(turn), Place("terminal", "eva"), Person("eva", "Eva", "it"), text=text)
                )
            until.set()
            await serving
            tell_memory()


def tell_memory() -> None:
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    now = int(held.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"a running desk after {TURNS:,} turns: {now:.0f} MB, at most {most:.0f} MB (goal: at most {LARGEST_MB})")


if __name__ == "__main__":
    if sys.argv[1:] == ["turns"]:
        asyncio.run(live_through_turns())
    else:
        main()
