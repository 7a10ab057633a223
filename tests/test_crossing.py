"""One desk, two platforms: a customer on Telegram, an operator and a lead in Slack, from opening to solved.

The real libraries over both servers; the clock is handed in, and pushed over a deadline.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot.app import House, open_desk, serve
from bot.pacing import Pacer
from bot.settings import load
from tests.carrying import Passing
from tests.house import Dice
from tests.servers.slack import Channel, Seen
from tests.servers.slack import Person as SlackPerson
from tests.servers.telegram import Message
from tests.sides import AT_TELEGRAM, AtSlack, AtTelegram, at_slack, at_telegram

PATIENCE = 20.0


class Pushed(Passing):
    """A clock that goes by itself, and can be pushed on."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return super().__call__() + self.ahead

    def push(self, by: timedelta) -> None:
        self.ahead += by


@dataclass
class Crossing:
    """Who is there, and what they see."""

    house: House
    clock: Pushed
    telegram: AtTelegram
    slack: AtSlack
    leads: Channel

    @property
    def luca(self) -> SlackPerson:
        return self.slack.people["luca"]

    @property
    def anna(self) -> SlackPerson:
        return self.slack.people["anna"]

    async def eva_does(self) -> None:
        """Eva registers and opens a ticket, an answer after the other."""
        for act in AT_TELEGRAM:
            heard = len(self.telegram.eva.hears())
            self.telegram.do(act)
            await self.telegram.world.until(lambda: len(self.telegram.eva.hears()) > heard, PATIENCE)  # noqa: B023

    async def eva_reads(self, words: str) -> Message:
        found: Message = await self.telegram.world.until(
            lambda: next((one for one in self.telegram.eva.hears() if words in one.text), None), PATIENCE
        )
        return found

    async def card_says(self, words: str) -> Seen:
        return await self._seen(lambda: self.luca.hears(self.slack.room), words)

    async def thread_says(self, words: str) -> Seen:
        return await self._seen(self._replies, words)

    async def presses(self, person: SlackPerson, label: str, where: Any) -> None:
        """Press, and wait for the window."""
        await person.presses(label, where)
        await self.slack.world.until(lambda: person.modal, PATIENCE)

    async def thread_has(self, file: str) -> Seen:
        """A file, in the desk's message that brings it."""
        found: Seen = await self.slack.world.until(
            lambda: next((one for one in self._replies() if [file] == [each.name for each in one.files]), None),
            PATIENCE,
        )
        return found

    def _replies(self) -> list[Seen]:
        """What the desk wrote under the card."""
        bot = self.slack.world.bot
        return [one for one in self.luca.hears(self.slack.room)[0].replies if one.by is bot]

    async def eva_gets(self, file: str) -> bytes:
        found = await self.telegram.world.until(
            lambda: next((one.file for one in self.telegram.eva.hears() if one.file and one.file.name == file), None),
            PATIENCE,
        )
        return bytes(found.content)

    async def leads_read(self, words: str) -> Seen:
        return await self._seen(lambda: self.anna.hears(self.leads), words)

    async def _seen(self, look: Callable[[], list[Seen]], words: str) -> Seen:
        found: Seen = await self.slack.world.until(
            lambda: next((one for one in look() if words in one.text), None), PATIENCE
        )
        return found

    async def time_passes(self, **length: float) -> None:
        """The clock is pushed, and the watch looks at it."""
        self.clock.push(timedelta(**length))
        await self.house.workers.hop(lambda: self.house.watch.step(self.clock()))


@asynccontextmanager
async def crossing(folder: Path) -> AsyncIterator[Crossing]:
    with at_telegram() as telegram, at_slack() as slack:
        telegram.with_room = False
        anna = slack.world.person("Anna", "anna@example.org")
        slack.people = {**slack.people, "anna": anna}
        leads = slack.world.channel("leads", [anna])
        settings = load(
            {
                "SPORTELLO_DATA": str(folder / "data"),
                **telegram.settings(),
                **slack.settings(),
                "SPORTELLO_SLACK__LEADS": leads.id,
            },
            folder,
        )
        clock, ended = Pushed(), asyncio.Event()
        async with open_desk(settings, clock=clock, chance=Dice()) as house, asyncio.TaskGroup() as group:
            house.courier.pacer = Pacer(
                count(0, 60).__next__
            )  # a minute goes by whenever it looks: none waits for a room
            serving = group.create_task(serve(house, ended))
            try:
                await slack.world.connected()
                yield Crossing(house, clock, telegram, slack, leads)
            finally:
                ended.set()
                await serving
        assert (slack.world.oddities, telegram.world.oddities) == ([], [])


async def test_a_ticket_crosses_from_telegram_to_slack_and_back(tmp_path: Path) -> None:
    async with crossing(tmp_path) as both:
        await both.eva_does()
        card = await both.card_says("La firma non parte")
        await both.luca.presses("Prendi", card)
        await both.eva_reads("Luca si occupa")
        await words_cross(both, card)
        await files_cross(both, card)
        await a_breach_is_told_and_explained(both)
        await solved(both)


async def words_cross(both: Crossing, card: Seen) -> None:
    """What one writes the other reads, with what was corrected."""
    eva, luca = both.telegram.eva, both.luca
    said = luca.says("Riprova adesso", thread=card)
    answer = await both.eva_reads("Riprova adesso")
    luca.edits(said, "Riprova domani")
    await both.eva_reads("Riprova domani")
    hers = eva.says("Non va", reply_to=answer)
    await both.thread_says("Non va")
    eva.edits(hers, "Non va ancora")
    await both.thread_says("Non va ancora")


async def files_cross(both: Crossing, card: Seen) -> None:
    eva, luca = both.telegram.eva, both.luca
    eva.sends_document(b"registro", name="log.txt", reply_to=await both.eva_reads("Riprova domani"))
    (log,) = (await both.thread_has("log.txt")).files
    assert luca.fetches(log) == b"registro"
    luca.uploads("guida.pdf", b"guida", thread=card)
    assert await both.eva_gets("guida.pdf") == b"guida"


async def a_breach_is_told_and_explained(both: Crossing) -> None:
    await both.time_passes(hours=8, minutes=10)
    late = await both.leads_read("oltre la scadenza")
    await both.presses(both.anna, "Scrivi perché", late)
    await both.anna.submits(**{only_field(both.anna): "Aspettavamo il fornitore"})
    await both.thread_says("Aspettavamo il fornitore")


async def solved(both: Crossing) -> None:
    """Before it is solved the operator says how severe it is, in the same window."""
    await both.presses(both.luca, "Risolvi", await both.card_says("La firma non parte"))
    before = both.luca.modal
    await both.presses(both.luca, "🔴 High", before)
    await both.slack.world.until(lambda: both.luca.modal and both.luca.modal.fields, PATIENCE)
    await both.luca.submits(**{only_field(both.luca): "Ho reinstallato il client"})
    await both.eva_reads("è risolto: «Ho reinstallato il client»")
    await both.card_says("✅ Risolto")


def only_field(person: SlackPerson) -> str:
    """Return the name of the window's first field."""
    assert person.modal
    return next(iter(person.modal.fields))
