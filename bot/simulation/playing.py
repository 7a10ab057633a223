"""`sportello simulate`: play a world, and print what came of it; where something is not as promised, how to see it again."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

from bot.logs import set_up
from bot.simulation.simulation import Asked, NotAsPromised, Simulation

Print = Callable[[str], object]


def run_simulation(asked: Asked, tell: Print = print) -> int:
    """Play it, and return the exit code: 1 where something is not as promised."""
    end_log = set_up("error")
    try:
        return _played(asked, tell)
    finally:
        end_log()


def _played(asked: Asked, tell: Print) -> int:
    began = process_time()
    simulation, wrong = play(asked)
    if wrong:
        _tell_failure(*_narrowed(asked, simulation, wrong), tell)
        return 1
    told = figures(simulation, wrong, process_time() - began)
    for line in (*told, *(simulation.world.trace.last if asked.until else ())):
        tell(line)
    return 0


def play(asked: Asked) -> tuple[Simulation, list[str]]:
    """Play a world to its end, or to where something is not as promised: that is returned with it."""
    with tempfile.TemporaryDirectory(prefix="sportello-") as folder:
        simulation = Simulation(asked, Path(folder))
        try:
            simulation.play()
        except NotAsPromised as failed:
            return simulation, failed.what
        return simulation, []


def _narrowed(asked: Asked, simulation: Simulation, wrong: list[str]) -> tuple[Simulation, list[str]]:
    """Play it once more, and look after each of the last operations: which one was it?"""
    failed = simulation.world.trace.number
    again, sooner = play(replace(asked, closely=failed - simulation.look_every, until=min(failed, asked.operations)))
    return (again, sooner) if sooner else (simulation, wrong)


def _tell_failure(simulation: Simulation, wrong: list[str], tell: Print) -> None:
    asked, number = simulation.asked, simulation.world.trace.number
    for line in simulation.world.trace.last:
        tell(line)
    for line in wrong[:20]:
        tell(f"NOT AS PROMISED: {line}")
    tell(f"seed {asked.seed}, operation {number}. To see it again:")
    again = f"--seed {asked.seed} --operations {asked.operations} --processes {asked.processes} --until {number}"
    tell(f"  sportello simulate {again}")


def figures(simulation: Simulation, wrong: list[str], seconds: float) -> Iterator[str]:
    """What came of a world: what the invariants found is counted by the word that they call it by."""
    world, books, asked = simulation.world, simulation.books, simulation.asked
    done = world.trace.number
    speed = f"{done / seconds:,.0f} a second of processor time"
    yield f"seed {asked.seed}: {done:,} operations, {asked.processes} processes, {world.time.passed.days} days; {speed}"
    arrived = sum(len(wire.arrived) for wire in world.wires.values())
    yield (
        f"  {len(books.tickets):,} tickets, {len(books.posted):,} parcels, {arrived:,} arrivals, {len(books.alerts):,} alerts"
    )
    yield f"  killed {sum(world.kills.values()):,} times: {_counted(Counter(world.kills))}"
    inside = Counter(one.why for one in world.doubled)
    found = Counter(line.partition(":")[0] for line in wrong)
    yield (
        f"  lost {found['lost']}, early {found['early']}, out of order {found['out of order']},"
        f" doubled outside the window {found['doubled']}; inside it {sum(inside.values())}: {_counted(inside)}"
    )
    yield f"  digest {world.trace.digest}"


def _counted(what: Counter[str]) -> str:
    return ", ".join(f"{why} {times}" for why, times in sorted(what.items())) or "none"
