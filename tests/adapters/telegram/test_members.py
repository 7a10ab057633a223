"""Who counts in a room is who is in the group, as Telegram says; it is not asked at every word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from telegram import Bot
from telegram.error import NetworkError

from bot.adapters.telegram.members import MOST, Members
from tests.adapters.telegram.ears import a_bot
from tests.servers.telegram import Group, Trouble, World


@dataclass
class Watch:
    """A clock that never jumps, pushed by hand."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with a_bot(world) as bot:
        yield bot


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def members(bot: Bot, watch: Watch) -> Members:
    return Members(bot, watch)


@pytest.fixture
def group(world: World) -> Group:
    group = world.group("Sportello")
    group.add(world.person("Giulia"), "creator")
    group.add_bot(can_invite_users=True)
    return group


@pytest.mark.parametrize(
    ("status", "rights", "counts"),
    [
        ("member", {}, True),
        ("administrator", {}, True),
        ("restricted", {"is_member": True}, True),
        ("restricted", {"is_member": False}, False),
    ],
)
async def test_whoever_is_in_the_group_counts(
    world: World, members: Members, group: Group, status: str, rights: dict[str, bool], counts: bool
) -> None:
    marco = world.person("Marco", started=True)
    group.add(marco, status, **rights)
    assert await members.counts(str(group.id), str(marco.id)) is counts


async def test_the_groups_owner_counts(members: Members, group: Group) -> None:
    owner = next(member.user for member in group.members.values() if member.status == "creator")
    assert await members.counts(str(group.id), str(owner.id))


@pytest.mark.parametrize("banned", [True, False])
async def test_whoever_has_gone_does_not(world: World, members: Members, group: Group, banned: bool) -> None:
    group.add(marco := world.person("Marco"))
    group.remove(marco, banned=banned)
    assert not await members.counts(str(group.id), str(marco.id))


async def test_whom_telegram_does_not_know_does_not(members: Members, group: Group) -> None:
    assert not await members.counts(str(group.id), "17")


async def test_in_a_group_without_us_nobody_does(world: World, members: Members, group: Group) -> None:
    group.remove_bot()
    assert not await members.counts(str(group.id), str(world.person("Eva").id))


async def test_it_is_asked_once_in_five_minutes(world: World, members: Members, group: Group, watch: Watch) -> None:
    group.add(marco := world.person("Marco"))
    for seconds in (0, 100, 299, 301):
        watch.seconds = seconds
        await members.counts(str(group.id), str(marco.id))
    assert len(world.called("getChatMember")) == 2


async def test_what_has_changed_is_asked_anew(world: World, members: Members, group: Group) -> None:
    group.add(marco := world.person("Marco"))
    await members.counts(str(group.id), str(marco.id))
    group.remove(marco)
    members.forget(str(group.id), str(marco.id))
    assert not await members.counts(str(group.id), str(marco.id))


async def test_when_telegram_cannot_be_asked_nobody_is_taken_for_a_stranger(
    world: World, members: Members, group: Group
) -> None:
    group.add(marco := world.person("Marco"))
    world.trouble(Trouble.BAD_GATEWAY, "getChatMember")
    with pytest.raises(NetworkError):
        await members.counts(str(group.id), str(marco.id))
    assert await members.counts(str(group.id), str(marco.id))


async def test_only_so_much_is_kept(members: Members, group: Group) -> None:
    for number in range(MOST + 5):
        members._known["1", str(number)] = (True, 0.0)
    await members.counts(str(group.id), "17")
    assert len(members._known) == MOST
