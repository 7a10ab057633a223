"""Who counts in a room, and for whose address the workspace vouches: as our server tells who people are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.members import Inside, Members, is_full
from bot.adapters.slack.telling import Me
from bot.conversations.heard import Person as Somebody
from tests.servers.slack import Channel, Person, Trouble, World


class Seconds:
    """A clock that is pushed by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def members(world: World, client: AsyncWebClient, seconds: Seconds) -> Members:
    return Members(client, Me(world.team_id, world.bot.id, world.bot_id), seconds)


async def in_room(members: Members, person: Person) -> bool:
    return (await members.completed(Somebody(person.id, direct=False))).member


async def test_a_colleague_counts_and_the_workspace_vouches_for_the_address(members: Members, eva: Person) -> None:
    found = await members.completed(Somebody(eva.id, direct=False))
    assert (found.member, found.email, found.name, found.language) == (True, "eva@example.org", "Eva", "it")


@pytest.mark.parametrize(
    "made",
    [
        lambda world: world.person("Gino", "gino@example.org", guest="single"),
        lambda world: world.person("Gino", "gino@example.org", guest="multi"),
        lambda world: world.person("Gino", "gino@example.org", is_bot=True),
        lambda world: world.person("Gino", "gino@example.org", deleted=True),
        lambda world: _shared(world, world.person("Gino", "gino@example.org", team="Altrove")),
        lambda world: world.person("Gino", "gino@example.org", team="Altrove"),
        lambda world: world.slackbot,
    ],
    ids=["guest of one channel", "guest", "bot", "gone", "stranger", "stranger we do not see", "Slackbot"],
)
async def test_others_do_not_count_and_nobody_vouches_for_them(
    world: World, members: Members, made: Callable[[World], Person]
) -> None:
    found = await members.completed(Somebody(made(world).id, direct=False))
    assert (found.member, found.email) == (False, "")


def _shared(world: World, person: Person) -> Person:
    world.channel("shared", [person], shared=True)
    return person


async def test_for_an_address_that_was_not_confirmed_nobody_vouches(world: World, members: Members) -> None:
    gino = world.person("Gino", "gino@example.org", email_confirmed=False)
    found = await members.completed(Somebody(gino.id, direct=False))
    assert (found.member, found.email) == (True, "")


async def test_in_their_own_chat_guests_are_heard_like_anybody(world: World, members: Members) -> None:
    gino = world.person("Gino", "gino@example.org", guest=True)
    found = await members.completed(Somebody(gino.id))
    assert (found.member, found.email, found.name) == (True, "", "Gino")


async def test_slack_is_asked_once_in_five_minutes(
    world: World, members: Members, eva: Person, seconds: Seconds
) -> None:
    for moment in (0, 299, 301):
        seconds.now = moment
        await members.profile(eva.id)
    assert len(world.called("users.info")) == 2


async def test_who_became_a_guest_is_one_as_soon_as_slack_tells(members: Members, eva: Person) -> None:
    before = await in_room(members, eva)
    eva.becomes(guest="multi")
    members.forget(eva.id)
    assert (before, await in_room(members, eva)) == (True, False)


async def test_what_slack_answered_before_a_change_is_not_kept(world: World, members: Members, eva: Person) -> None:
    world.trouble(Trouble.SLOW, "users.info", seconds=1)
    asked = asyncio.create_task(members.profile(eva.id))
    await world.until(lambda: world.called("users.info"))
    eva.becomes(guest="multi")
    members.forget(eva.id)
    world.passes(1)
    await asked
    assert not await in_room(members, eva)


async def test_slack_that_is_away_is_no_answer(world: World, members: Members, eva: Person) -> None:
    world.trouble(Trouble.SERVER_ERROR, "users.info")
    with pytest.raises(SlackApiError):
        await members.profile(eva.id)
    assert (await members.profile(eva.id)).name == "Eva"


async def test_a_press_counts_of_somebody_who_is_in_the_channel_alone(
    world: World, members: Members, eva: Person, luca: Person, operators: Channel
) -> None:
    inside = [await members.completed(Somebody(p.id, direct=False), operators.id, pressed=True) for p in (luca, eva)]
    assert [one.member for one in inside] == [True, False]


async def test_who_joins_or_leaves_a_channel_is_known_from_then_on(
    members: Members, eva: Person, luca: Person, operators: Channel
) -> None:
    await members.channels.have(operators.id, luca.id)
    members.channels.joined(operators.id, eva.id)
    members.channels.left(operators.id, luca.id)
    assert [await members.channels.have(operators.id, one.id) for one in (eva, luca)] == [True, False]


async def test_what_slack_answered_before_somebody_left_is_not_kept(
    world: World, members: Members, luca: Person, operators: Channel
) -> None:
    world.trouble(Trouble.SLOW, "conversations.members", seconds=1)
    asked = asyncio.create_task(members.channels.have(operators.id, luca.id))
    await world.until(lambda: world.called("conversations.members"))
    luca.leaves(operators)
    members.channels.left(operators.id, luca.id)
    world.passes(1)
    await asked
    assert not await members.channels.have(operators.id, luca.id)


async def test_who_is_not_found_is_looked_for_again_after_a_while(
    members: Members, eva: Person, operators: Channel, seconds: Seconds
) -> None:
    before = await members.channels.have(operators.id, eva.id)
    eva.joins(operators)
    seconds.now = 11
    assert (before, await members.channels.have(operators.id, eva.id)) == (False, True)


async def test_all_pages_of_a_large_channel_are_read(world: World, members: Members) -> None:
    people = [world.person(f"P{number}") for number in range(1_050)]
    large = world.channel("large", people)
    assert await members.channels.have(large.id, people[-1].id)


async def test_the_chat_with_somebody_is_asked_for_once(world: World, members: Members, eva: Person) -> None:
    chats = [await members.chat_with(eva.id) for _ in range(2)]
    assert (chats, len(world.called("conversations.open"))) == ([eva.dm.id] * 2, 1)


async def test_a_name_that_cannot_be_asked_for_is_no_reason_to_lose_words(
    world: World, members: Members, eva: Person
) -> None:
    world.trouble(Trouble.SERVER_ERROR, "users.info")
    assert await members.names((eva.id, "U0NOBODY")) == {}


@pytest.mark.parametrize(
    "user", [{}, {"id": None}, {"id": "U1", "team_id": "T2"}, {"id": "USLACKBOT", "team_id": "T1"}]
)
def test_whoever_is_not_told_to_be_a_colleague_is_none(user: dict[str, Any]) -> None:
    assert not is_full(user, Me("T1", "U0BOT"))


# In their own chat


@dataclass(frozen=True)
class Working:
    """Whoever is asked about acts for the desk, from these channels."""

    inside: Inside

    async def __call__(self, _person: str) -> Inside:
        return self.inside


async def in_own_chat(world: World, client: AsyncWebClient, person: Person, inside: Inside) -> tuple[bool, bool]:
    """Return whether somebody who acted for the desk still counts, and still leads."""
    members = Members(client, Me(world.team_id, world.bot.id, world.bot_id), works=Working(inside))
    found = await members.completed(Somebody(person.id))
    return found.member, found.leads


async def test_an_operator_counts_in_their_own_chat_while_they_are_in_a_channel_of_the_desk(
    world: World, client: AsyncWebClient, luca: Person, eva: Person, operators: Channel
) -> None:
    inside = Inside((operators.id,))
    counts = [await in_own_chat(world, client, person, inside) for person in (luca, eva)]
    assert counts == [(True, True), (False, True)]


async def test_a_lead_who_is_in_the_operators_channel_alone_leads_no_more(
    world: World, client: AsyncWebClient, luca: Person, eva: Person, operators: Channel
) -> None:
    leads = world.channel("leads", [eva])
    inside = Inside((operators.id, leads.id), (leads.id,))
    counts = [await in_own_chat(world, client, person, inside) for person in (luca, eva)]
    assert counts == [(True, False), (True, True)]


async def test_an_operator_who_became_a_guest_counts_nowhere(
    world: World, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    luca.becomes(guest="multi")
    assert await in_own_chat(world, client, luca, Inside((operators.id,))) == (False, False)


async def test_in_a_channel_that_slack_shows_no_more_is_nobody(
    world: World, client: AsyncWebClient, luca: Person
) -> None:
    assert await in_own_chat(world, client, luca, Inside(("C0GONE",))) == (False, True)


async def test_slack_that_is_away_takes_nobody_off_the_desk(
    world: World, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    world.trouble(Trouble.SERVER_ERROR, "conversations.members")
    with pytest.raises(SlackApiError):
        await in_own_chat(world, client, luca, Inside((operators.id,)))
