"""Random walks over the whole desk: whatever people do, they are answered, and no answer that they gave is lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from core.files import Incoming
from tests.conversations.seats import Seats
from tests.house import House, open_house

TEXTS = st.one_of(
    st.sampled_from(
        [
            "/apri",
            "apri",
            "/registrati",
            "annulla",
            "indietro",
            "salta",
            "modifica",
            "modifica oggetto",
            "ricomincia",
            "continua",
            "/ticket 1001",
            "stato",
            "i miei ticket",
            "aiuto",
            "orari",
            "risolto",
            "riapri",
            "/lingua",
            "sì",
            "no",
            "2",
            "grazie",
            "ciao",
            "eva@example.org",
            "La firma non parte da stamattina",
            "the printer does not print anything",
            "x" * 9000,
        ]
    ),
    st.text(max_size=40),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "press", "press", "stale", "garbage", "file", "voice", "wait", "again"]),
        TEXTS,
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def walked(sqlite_template: Path) -> Iterator[House]:
    """One desk for all walks, each by another person; it need not survive a power cut."""
    with open_house(f"sqlite:///{sqlite_template.with_name('walks.db')}") as house:
        yield house


@pytest.fixture(scope="session", autouse=True)
def _copied(sqlite_template: Path) -> None:
    sqlite_template.with_name("walks.db").write_bytes(sqlite_template.read_bytes())


class Walker:
    """Somebody who does as the dice say, and remembers every button ever seen."""

    def __init__(self, house: House, name: str) -> None:
        self.seats = Seats(house)
        self.name = name
        self.buttons: list[str] = []

    def do(self, what: str, text: str, n: int) -> None:
        seats, name = self.seats, self.name
        match what:
            case "say":
                seats.say(name, text)
            case "press" if keys := seats.keys(name):
                seats.press(name, keys[n % len(keys)].value)
            case "stale" if self.buttons:
                seats.press(name, self.buttons[n % len(self.buttons)])
            case "garbage":
                seats.press(name, text)
            case "file":
                seats.say(name, text if n % 2 else "", files=(Incoming(f"r{n}", "foto.png", "image/png", n),))
            case "voice":
                seats.say(name, other="voice")
            case "wait":
                seats.house.wait(hours=n)
                return
            case "again":
                self.seats = Seats(seats.house, shown=seats.shown)
                return
            case _:
                return
        assert any(screen.lines for screen in seats.shown[name]), f"nothing was said to {what} {text!r}"
        self.buttons += [key.value for key in seats.keys(name)]


COUNT = count()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, known=st.booleans())
def test_whatever_people_do_they_are_answered(walked: House, steps: list[Any], known: bool) -> None:
    name = f"p{next(COUNT)}"
    if known:
        walked.customer(name)
    walker = Walker(walked, name)
    for step in steps:
        walker.do(*step)


@pytest.fixture(autouse=True, scope="module")
def _fast(walked: House) -> None:
    engine = walked.database.engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


@settings(max_examples=60, deadline=None)
@given(
    detours=st.lists(
        st.sampled_from(["orari", "/aiuto", "/ticket 99", "!nothing", "voice", "indietro", "/abracadabra", "continua"]),
        max_size=6,
    )
)
def test_no_answer_is_lost_on_any_detour(walked: House, detours: list[str]) -> None:
    name = f"p{next(COUNT)}"
    walked.customer(name)
    seats = Walker(walked, name).seats
    for step in ("/apri", "Non riesco a stampare", "Premo stampa e non succede niente", "high", "salta"):
        seats.say(name, step)
    for detour in detours:
        if detour == "voice":
            seats.say(name, other="voice")
        elif detour.startswith("!"):
            seats.press(name, detour)
        else:
            seats.say(name, detour)
        if detour == "indietro":
            seats.say(name, "salta" if "foto" in seats.text(name) else "high")
    assert "Oggetto: Non riesco a stampare" in seats.text(name) or "Oggetto" in seats.say(name, "continua").text
