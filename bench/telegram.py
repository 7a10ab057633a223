"""Telegram: our own processor time beside the library's, a whole opening beside a bare program, 10,000 people in mid-dialog.

Goals: less than the library's own for the same; at least 0.6 of the bare program's speed; flat within 10 MB.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, cast
from zoneinfo import ZoneInfo

from bench.beside import BareStore, program, serve_desk

ROUNDS, EACH = 60, 50
ROUNDS_ALONE, IN_A_ROW = 7, 9
SIDE_BY_SIDE, ROUNDS_TOGETHER = 20, 5
FEW, MANY = 1_000, 10_000
REGISTRATION = ("registrati", "Eva Rossi", "eva@example.org", "salta", "salta", "salta", "sì")
OPENING = (
    "/apri La firma non parte: premo Firma e non succede nulla.",
    "altro",
    "non riesco a lavorare",
    "salta",
    "sì",
)
"""Five messages, each answered."""
LABELS = ("Non riesco a lavorare", "Lavoro, ma con fatica", "Dà fastidio, ma lavoro", "È solo una domanda")


def main() -> None:
    own_time()
    with tempfile.TemporaryDirectory() as folder:
        whole_opening(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        in_mid_dialog(Path(folder))


# From a parsed update to the call's arguments


def own_time() -> None:
    """Between the two halves of the library: what came, what it means, what is asked next, what is shown."""
    raw, answer = _update(), _answered()
    ours, theirs = _ours(raw), _theirs(raw, answer)
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(ROUNDS)]
    mine, its = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"own processor time from a parsed update to a call's arguments: {mine * 1e6:.0f} µs; the library's for parsing"
        f" and encoding the same {its * 1e6:.0f} µs: {median(a / b for a, b in pairs):.2f} of it (goal: under 1)"
    )


def _seconds(act: Callable[[], object]) -> float:
    began = process_time()
    for _ in range(EACH):
        act()
    return (process_time() - began) / EACH


def _update() -> dict[str, Any]:
    person = {"id": 5000000001, "is_bot": False, "first_name": "Eva", "last_name": "Rossi", "language_code": "it"}
    chat = {"id": 5000000001, "first_name": "Eva", "last_name": "Rossi", "type": "private"}
    message = {"message_id": 46, "from": person, "chat": chat, "date": 1795510800, "text": "La firma non parte"}
    return {"update_id": 870000001, "message": message}


def _answered() -> bytes:
    """What Telegram answers to a message that was sent."""
    bot = {"id": 7000000001, "is_bot": True, "first_name": "Sportello", "username": "sportello_example_bot"}
    message = {**_update()["message"], "message_id": 47, "from": bot, "text": "Quanto ti blocca?"}
    return json.dumps({"ok": True, "result": message}).encode()


def _ours(raw: dict[str, Any]) -> Callable[[], object]:
    from telegram import Update

    from bot.adapters.telegram.rendering import LIMITS, draw
    from bot.adapters.telegram.translating import Me, told
    from bot.conversations.drawing import question
    from bot.conversations.opening import opening
    from bot.conversations.player import Waiting, play
    from bot.words import Lexicon
    from core.db import Query, Tx
    from core.ids import ChatId, CustomerId, IdentityId, TalkId
    from core.people.who import Role, Who

    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    words = Lexicon.load().words("it", ZoneInfo("Europe/Rome"), now)
    by = Who(IdentityId(1), ChatId(1), Role.CUSTOMER, CustomerId(1))
    answers: dict[str, Any] = {"problem": {"subject": "La firma non parte", "story": "Da stamattina non va."}}
    update, me = Update.de_json(raw, None), Me(7000000001, "sportello_example_bot")

    def nothing(_query: Query[Any]) -> Any:
        return ()

    def once() -> object:
        told(update, me)
        waiting = play(opening(by), answers, nothing)
        assert isinstance(waiting, Waiting)
        return draw(question(cast("Tx", None), words, waiting, TalkId(17), LIMITS), group=False)

    return once


def _theirs(raw: dict[str, Any], answer: bytes) -> Callable[[], object]:
    """The library alone, over a connection that answers at once: no network is measured."""
    from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.request import BaseRequest

    class Echo(BaseRequest):
        @property
        def read_timeout(self) -> float:
            return 5.0

        async def initialize(self) -> None: ...

        async def shutdown(self) -> None: ...

        async def do_request(self, *_args: Any, request_data: Any = None, **_more: Any) -> tuple[int, bytes]:
            assert request_data.json_parameters
            return 200, answer

    bot = Bot("7000000001:AAH-example", request=Echo(), get_updates_request=Echo())
    loop = asyncio.new_event_loop()

    def once() -> object:
        Update.de_json(raw, bot)
        rows = [[InlineKeyboardButton(label, callback_data=f"17.abcdef.{label[:8]}")] for label in LABELS]
        sending = bot.send_message(
            5000000001, "Quanto ti blocca?", parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows)
        )
        return loop.run_until_complete(sending)

    return once


# A whole opening


def whole_opening(folder: Path) -> None:
    """Both programs live side by side, each beside a server of its own, and take turns: what the machine does else
    meets both alike.
    """
    with _ready("bare", folder) as bare, _ready("ours", folder) as ours:
        alone = [(bare.in_a_row(), ours.in_a_row()) for _ in range(ROUNDS_ALONE)]
        together = [(_timed(bare.all_open), _timed(ours.all_open)) for _ in range(ROUNDS_TOGETHER)]
    _tell("one at a time", alone)
    _tell(f"{SIDE_BY_SIDE} people side by side", [(a / SIDE_BY_SIDE, b / SIDE_BY_SIDE) for a, b in together])


def _tell(what: str, pairs: list[tuple[float, float]]) -> None:
    bare, ours = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"a whole opening (5 messages, 5 replies), {what}: {ours * 1e3:.1f} ms each, bare {bare * 1e3:.1f} ms:"
        f" {median(a / b for a, b in pairs):.2f} of its speed (goal: at least 0.6)"
    )


@dataclass
class Ready:
    """A program that runs, and people who have registered and opened nothing yet."""

    world: Any
    people: Iterator[Any]

    def in_a_row(self) -> float:
        """The median seconds of a few openings, one after the other: the first wakes the program up."""
        return median(_timed(lambda: _opens(self.world, [next(self.people)])) for _ in range(IN_A_ROW))

    def all_open(self) -> None:
        _opens(self.world, [next(self.people) for _ in range(SIDE_BY_SIDE)])


@contextmanager
def _ready(name: str, folder: Path) -> Iterator[Ready]:
    from tests.servers.telegram import telegram_server

    with telegram_server(keep_calls=100) as world, _program(name, world, folder / name):
        people = [
            world.person(f"Eva {number}") for number in range(ROUNDS_ALONE * IN_A_ROW + ROUNDS_TOGETHER * SIDE_BY_SIDE)
        ]
        for text in REGISTRATION:
            _all_ask(world, people, text)
        yield Ready(world, iter(people))
        assert not world.oddities, world.oddities


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _opens(world: Any, people: list[Any]) -> None:
    for text in OPENING:
        _all_ask(world, people, text)


def _all_ask(world: Any, people: list[Any], text: str) -> None:
    """Each says *text*, and is answered."""
    wanted = [(person.chat.messages, len(person.chat.messages) + 2) for person in people]
    for person in people:
        person.says(text)
    world.wait_until(lambda: all(len(shown) >= count for shown, count in wanted), timeout=60)


def _program(name: str, world: Any, folder: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    names = {
        "SPORTELLO_TELEGRAM__TOKEN": world.bot.token,
        "SPORTELLO_TELEGRAM__BASE_URL": world.base_url,
        "SPORTELLO_TELEGRAM__BASE_FILE_URL": world.base_file_url,
    }
    return program(
        "bench.telegram", name, folder, names, lambda: world.wait_until(lambda: world.server.is_polled, timeout=60)
    )


async def ours() -> None:
    """The desk, but for Telegram's own limit of messages a second: that is no speed of ours."""
    from bot.adapters.telegram.channel import Telegram

    Telegram.overall = None
    await serve_desk()


async def bare() -> None:
    """What the same two libraries need at least, if no message may be lost or answered twice, and each reply is durable.

    Nothing is confirmed before it is committed; what was heard is known again; the answers so far are kept with the
    person; the reply is written down with them, and that it was sent; the fifth message writes the ticket.
    """
    from telegram import Bot

    token, api = os.environ["SPORTELLO_TELEGRAM__TOKEN"], os.environ["SPORTELLO_TELEGRAM__BASE_URL"]
    store, writer = Store(Path(os.environ["SPORTELLO_DATA"])), ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    async with Bot(token, base_url=api) as bot:
        offset, under_way = 0, set[asyncio.Task[None]]()
        while True:
            for update in await bot.get_updates(offset=offset, timeout=50):
                offset = update.update_id + 1
                row = await loop.run_in_executor(writer, store.take, update)
                under_way.add(task := asyncio.create_task(_answer(bot, update.message.chat.id, row, store, writer)))
                task.add_done_callback(under_way.discard)


async def _answer(bot: Any, chat: int, row: int, store: Store, writer: ThreadPoolExecutor) -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    rows = [[InlineKeyboardButton(label, callback_data=f"17.{label[:8]}")] for label in LABELS]
    sent = await bot.send_message(chat, "Quanto ti blocca?", parse_mode="HTML", reply_markup=InlineKeyboardMarkup(rows))
    await asyncio.get_running_loop().run_in_executor(writer, store.sent, row, str(sent.message_id))


class Store(BareStore):
    def take(self, update: Any) -> int:
        """Keep what was heard, the answer with the others, and the reply; return the reply's row."""
        address, said = str(update.message.chat.id), update.message.text
        with self.database.write() as conn:
            self.hear(conn, str(update.update_id), update.to_json())
            person = self.person(conn, address)
            answers = [*(person.answers if person else ()), said]
            self.keep(conn, person, address, [] if said == OPENING[-1] else answers)
            if said == OPENING[-1]:
                self.open(conn, address, answers[0], answers[0])
            return self.reply(conn, address, "Quanto ti blocca?")


# Ten thousand people


def in_mid_dialog(folder: Path) -> None:
    from tests.servers.telegram import telegram_server

    with telegram_server(keep_calls=100) as world, _program("ours", world, folder / "ours") as program:
        _begin(world, FEW)
        few = _megabytes(program.pid)
        _begin(world, MANY - FEW)
        many = _megabytes(program.pid)
    print(
        f"{MANY:,} people in mid-dialog: {many:.0f} MB; with {FEW:,} it was {few:.0f} MB:"
        f" {many - few:+.0f} MB (goal: flat within 10)"
    )


def _begin(world: Any, how_many: int, at_once: int = 200) -> None:
    """So many new people begin to register, and are asked their name."""
    for _ in range(how_many // at_once):
        people = [world.person("Eva") for _ in range(at_once)]
        _all_ask(world, people, "registrati")


def _megabytes(process: int) -> float:
    held = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(held.split()[1]) / 1024


if __name__ == "__main__":
    programs = {"ours": ours, "bare": bare}
    asyncio.run(programs[sys.argv[1]]()) if sys.argv[1:] else main()
