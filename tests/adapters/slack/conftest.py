"""Slack's server of ours, and a desk of the test's own that speaks over it by the real library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import Access, connect
from core.db import Database
from tests.house import House
from tests.servers.slack import Channel, Person, World, slack_server


@pytest.fixture
def world() -> Iterator[World]:
    with slack_server() as world:
        yield world


@pytest.fixture
def access(world: World) -> Access:
    return Access(world.bot_token, world.app_token, world.signing_secret, world.base_url)


@pytest.fixture
async def client(access: Access) -> AsyncIterator[AsyncWebClient]:
    link = connect(access)
    yield link.client
    await link.close()


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """A desk on SQLite: what a channel asks of it is the same on both databases."""
    file = tmp_path / "desk.db"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield House(database)
    database.close()


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("Eva", "eva@example.org")


@pytest.fixture
def luca(world: World) -> Person:
    """An operator, who reads English."""
    return world.person("Luca", "luca@example.org", locale="en-US", tz="Europe/London")


@pytest.fixture
def operators(world: World, luca: Person) -> Channel:
    return world.channel("operators", [luca])
