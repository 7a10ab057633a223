"""A simulated world of 100,000 operations with three processes: lost 0, early 0, out of order 0, doubled 0 outside the window.

Goal: that, and 1,000 operations a second. `python -m bench simulation`; `make bench` runs it.
"""

from __future__ import annotations

from bot.simulation.playing import run_simulation
from bot.simulation.simulation import Asked

OPERATIONS = 100_000


def main() -> None:
    if run_simulation(Asked(seed=6, operations=OPERATIONS, processes=3)):
        raise AssertionError("not as promised")
