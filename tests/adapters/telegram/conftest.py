"""Telegram's server of ours, and a desk of the test's own that speaks over it by the real library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.telegram.access import Access
from bot.adapters.telegram.channel import Telegram
from bot.conversations.drawing import Drawing
from bot.words import Lexicon
from core.db import Database
from core.ids import ChatId
from core.notices.chats import Chat, Room
from tests.house import Dice, House
from tests.servers.telegram import Group, Message, Person, World, telegram_server
from tests.servers.telegram.things import Chat as There

T = TypeVar("T")


async def hop(work: Callable[[], T], /) -> T:
    return await asyncio.to_thread(work)


def opened(world: World, house: House, *, token: str = "", file_url: str = "", language: str = "it") -> Telegram:
    """Return the channel as the app opens it."""
    access = Access(token or world.bot.token, world.base_url, file_url or world.base_file_url)
    drawing = Drawing(LEXICON, ZoneInfo("Europe/Rome"))
    return Telegram(access, desk=house.desk, hop=hop, chance=Dice(), drawing=drawing, language=language)


LEXICON = Lexicon.load()


def place(there: There | Person, room: Room | None = None) -> Chat:
    return Chat(ChatId(1), "telegram", "", str(there.id), room, None, "it", True)


def the_one(messages: list[Message]) -> Message:
    (message,) = messages
    return message


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with telegram_server() as world:
        yield world


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """A desk on SQLite: what a channel asks of it is the same on both databases."""
    file = tmp_path / "desk.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield House(database)
    database.close()


@pytest.fixture
async def telegram(world: World, desk: House) -> AsyncIterator[Telegram]:
    channel = opened(world, desk)
    yield channel
    await channel.close()


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("Eva", started=True)


@pytest.fixture
def group(world: World) -> Group:
    """An operators' group as most have it."""
    group = world.group("Sportello")
    group.add(world.person("Giulia"), "creator")
    group.add_bot()
    return group


@pytest.fixture
def forum(world: World) -> Group:
    """A forum in which the bot may manage topics."""
    forum = world.group("Sportello", forum=True)
    forum.add(world.person("Giulia"), "creator")
    forum.add_bot(can_manage_topics=True)
    return forum
