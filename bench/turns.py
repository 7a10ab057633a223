"""A turn of conversation: replay and drawing without the database, and the whole turn beside its bare inserts.

Goals: 100 microseconds; at most twice the bare inserts of one turn on SQLite with synchronous FULL.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from bench.openings import fresh_house, timed
from bot.conversations.drawing import Drawing, question
from bot.conversations.heard import Person, Place, Said
from bot.conversations.hearing import Hearing
from bot.conversations.opening import opening
from bot.conversations.player import Waiting, play
from bot.conversations.screen import Limits
from bot.words import Lexicon
from core.db import Database, Query, Tx
from core.ids import ChatId, CustomerId, IdentityId, TalkId
from core.notices.facts import Line, pack_lines
from core.notices.tables import inbox, outbox
from core.people.who import Role, Who
from core.talks import talks

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROUNDS, EACH = 200, 50
BY = Who(IdentityId(1), ChatId(1), Role.CUSTOMER, CustomerId(1))
ANSWERS: dict[str, Any] = {"problem": {"subject": "La firma non parte", "story": "Da stamattina non va."}}


def main() -> None:
    replay_and_drawing()
    whole_turn()


def replay_and_drawing() -> None:
    words = Lexicon.load().words("it", ZoneInfo("Europe/Rome"), NOW)
    tx, limits = cast("Tx", None), Limits()  # nothing that is drawn here looks anything up

    def once() -> None:
        waiting = play(opening(BY), ANSWERS, nothing)
        assert isinstance(waiting, Waiting)
        question(tx, words, waiting, TalkId(17), limits)

    times = [seconds(once) for _ in range(ROUNDS)]
    print(f"replay and drawing: {min(times) * 1e6:.0f} µs, {median(times) * 1e6:.0f} in the median (goal: at most 100)")


def nothing(_query: Query[Any]) -> Any:
    return ()


def seconds(act: Any) -> float:
    began = perf_counter()
    for _ in range(EACH):
        act()
    return (perf_counter() - began) / EACH


def whole_turn() -> None:
    with tempfile.TemporaryDirectory() as folder, fresh_house(f"sqlite:///{Path(folder) / 'desk.db'}") as house:
        drawing = Drawing(Lexicon.load(), ZoneInfo("Europe/Rome"))
        hearing = Hearing(house.desk, drawing, {"terminal": Limits()})
        house.customer("Eva")
        heard = iter(range(1_000_000))

        def say(text: str) -> None:
            hearing.hear(Said(str(next(heard)), Place("terminal", "eva"), Person("eva", "Eva", "it"), text=text))

        say("/apri")  # then each turn answers the same question anew, after going back to it
        ours, bare = [], []
        for _ in range(40):
            bare.append(timed(lambda: insert_bare(house.database, str(next(heard)))))
            ours.append(timed(lambda: say("La firma non parte")) / 2 + timed(lambda: say("/indietro")) / 2)
        ratio = median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
        print(
            f"a whole turn, SQLite FULL: {median(ours) * 1e3:.2f} ms, its inserts bare {median(bare) * 1e3:.2f} ms:"
            f" {ratio:.2f}x (goal: at most 2x)"
        )


def insert_bare(database: Database, key: str) -> None:
    """What a turn leaves behind, and no more: what was heard, the talk, the reply."""
    with database.engine.begin() as conn:
        for table, values in rows_of_one_turn(key):
            conn.execute(table.insert().returning(table.c.id), values).scalar_one()


def rows_of_one_turn(key: str) -> list[tuple[Table, Mapping[str, Any]]]:
    state = {"v": 1, "arguments": [], "answers": ANSWERS, "refused": {}, "then": []}
    said = pack_lines([Line("problem-string-too-short", {"min_length": 3})])
    talk = {
        "identity_id": 1,
        "chat_id": 1,
        "place": key,
        "entry": "open",
        "state": state,
        "begun_at": NOW,
        "moved_at": NOW,
    }
    reply = {
        "lane": "chat:0",
        "priority": 0,
        "kind": "reply",
        "chat_id": 1,
        "lines": said,
        "created_at": NOW,
        "due_at": NOW,
    }
    heard = {"channel": "bench", "key": key, "lane": "chat:0", "payload": {"v": 1}, "received_at": NOW, "done_at": NOW}
    return [(inbox, heard), (talks, talk), (outbox, reply)]


if __name__ == "__main__":
    main()
