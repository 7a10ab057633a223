"""A Slack, the real client, a real Bolt app, two people and a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import Channel, Person, World, slack_server
from tests.servers.slack.desk import Desk


@pytest.fixture
def world() -> Iterator[World]:
    with slack_server() as made:
        yield made


@pytest.fixture
def client(world: World) -> AsyncWebClient:
    return AsyncWebClient(token=world.bot_token, base_url=world.base_url, retry_handlers=[])


@pytest.fixture
async def desk(world: World, client: AsyncWebClient) -> AsyncIterator[Desk]:
    """A Bolt app over Socket Mode."""
    made = Desk(world, client)
    await made.connect()
    yield made
    await made.close()


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("Eva", "eva@example.org")


@pytest.fixture
def luca(world: World) -> Person:
    return world.person("Luca", "luca@example.org", locale="en-US", tz="America/New_York")


@pytest.fixture
def operators(world: World, luca: Person) -> Channel:
    return world.channel("operators", [luca])
