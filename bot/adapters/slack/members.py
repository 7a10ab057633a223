"""Who people are, as Slack says: asked when it matters, believed for a few minutes, forgotten when Slack tells of a change.

A room's member is a full member of the desk's own workspace: no guest, no bot, nobody from a workspace that shares the
channel. For such a person's confirmed address, and no other, the workspace vouches. Whoever acts for the desk counts in
their own chat as well only as long as they are in one of its channels.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.telling import SLACKBOT, Me
from bot.adapters.slack.troubles import CLOSED
from bot.adapters.slack.trying import kind_of
from bot.conversations.heard import Person
from core.db import Tx
from core.ids import ChatId
from core.notices.chats import Room, rooms_on
from core.people.queries import WorksFrom, WorksHere

log = structlog.get_logger(__name__)
T = TypeVar("T")

BELIEVED: Final = timedelta(minutes=5)
FRESH: Final = timedelta(seconds=10)
"""Who is not found inside a channel is asked for again, unless it was asked so shortly before."""
MOST: Final = 2_000
"""So many answers of a kind are kept; the oldest go first."""
PAGE: Final = 1_000
MOST_PAGES: Final = 20
NOBODY: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


@dataclass(frozen=True)
class Profile:
    """*full*: a member of our own workspace who is no guest and no bot. *email*: "" where nobody vouches for one."""

    name: str = ""
    language: str = ""
    email: str = ""
    full: bool = False

    @classmethod
    def of(cls, user: Mapping[str, Any], me: Me) -> Profile:
        """Read what `users.info` tells."""
        profile = user.get("profile") or {}
        names = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
        full = is_full(user, me)
        vouched = full and user.get("is_email_confirmed") is True
        return cls(
            name=next((str(name) for name in names if name), ""),
            language=str(user.get("locale") or "")[:2].lower(),
            email=str(profile.get("email") or "") if vouched else "",
            full=full,
        )


_OTHERS: Final = (*("deleted", "is_bot", "is_app_user", "is_restricted", "is_ultra_restricted", "is_stranger"),)


def is_full(user: Mapping[str, Any], me: Me) -> bool:
    """Whether this is one of the workspace's own people. Of Slackbot Slack says that it is no bot."""
    return (
        user.get("id") not in (None, SLACKBOT, me.user)
        and user.get("team_id") == me.team
        and not any(user.get(what) for what in _OTHERS)
    )


@dataclass(frozen=True)
class Inside:
    """Channels of the desk: whoever acts must be in one of *any_of*, and as a lead in one of *leads*, where there are any."""

    any_of: tuple[str, ...]
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorksInside:
    """The channels in one of which *person* must be, since they act for the desk; None: they don't, or it has none here."""

    person: str

    def answer(self, tx: Tx) -> Inside | None:
        return _inside(tx) if WorksHere(CHANNEL, self.person).answer(tx) else None


@dataclass(frozen=True)
class Warned:
    """Who of the desk is written to in *chat*, and the channels in one of which they must be; None as in `WorksInside`."""

    chat: ChatId

    def answer(self, tx: Tx) -> tuple[str, Inside] | None:
        person = WorksFrom(self.chat).answer(tx)
        inside = _inside(tx) if person else None
        return (person, inside) if inside else None


def _inside(tx: Tx) -> Inside | None:
    found = rooms_on(tx, CHANNEL)
    leads = tuple(room.address for room in found if room.room is Room.LEADS)
    return Inside(tuple(room.address for room in found), leads) if found else None


Works = Callable[[str], Awaitable[Inside | None]]
"""Answers `WorksInside`."""


async def works_nowhere(_person: str) -> None:
    """Nobody acts for the desk."""


class Kept(Generic[T]):
    """Answers that are believed for a while."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._known: dict[str, tuple[T, float]] = {}

    def get(self, key: str, within: timedelta = BELIEVED) -> T | None:
        known = self._known.get(key)
        return known[0] if known and self._monotonic() - known[1] < within.total_seconds() else None

    def put(self, key: str, answer: T) -> T:
        self._known.pop(key, None)
        while len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[key] = (answer, self._monotonic())
        return answer

    def forget(self, key: str) -> None:
        self._known.pop(key, None)


class Channels:
    """Who is in which channel. *monotonic*: seconds on a clock that never jumps."""

    def __init__(self, client: AsyncWebClient, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self._inside: Kept[set[str]] = Kept(monotonic)
        self._moves = 0

    async def have(self, chat: str, user: str) -> bool:
        """Whether *user* is in the channel. Raises a SlackApiError, OSError or TimeoutError where Slack can't be asked."""
        known = self._inside.get(chat)
        if known is not None and (user in known or self._inside.get(chat, FRESH) is not None):
            return user in known
        moves, found = self._moves, await self._ask(chat)
        if moves == self._moves:  # nobody came or went while Slack was being asked
            self._inside.put(chat, found)
        return user in found

    async def one_has(self, chats: Iterable[str], user: str) -> bool:
        """Whether *user* is in one of the channels; in one that Slack shows us no more is nobody. Raises as `have`."""
        for chat in chats:
            try:
                if await self.have(chat, user):
                    return True
            except SlackApiError as error:
                if kind_of(error) not in CLOSED:
                    raise
        return False

    def joined(self, chat: str, user: str) -> None:
        self._moves += 1
        if (known := self._inside.get(chat)) is not None:
            known.add(user)

    def left(self, chat: str, user: str) -> None:
        self._moves += 1
        if (known := self._inside.get(chat)) is not None:
            known.discard(user)

    async def _ask(self, chat: str) -> set[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self.client.conversations_members(channel=chat, limit=PAGE, cursor=cursor or None)
            found |= {str(one) for one in answer.get("members") or ()}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found


class Members:
    """*works*: where whoever acts for the desk must be inside. *monotonic*: as of `Channels`."""

    def __init__(
        self,
        client: AsyncWebClient,
        me: Me,
        monotonic: Callable[[], float] = time.monotonic,
        works: Works = works_nowhere,
        channels: Channels | None = None,
    ) -> None:
        self.client = client
        self.me = me
        self.works = works
        self._working: Kept[tuple[Inside | None]] = Kept(monotonic)
        self._profiles: Kept[Profile] = Kept(monotonic)
        self.channels = channels or Channels(client, monotonic)
        self._chats: dict[str, str] = {}
        self._asking: dict[str, asyncio.Task[Profile]] = {}

    async def profile(self, user: str) -> Profile:
        """Return who *user* is. Raises a SlackApiError, OSError or TimeoutError where Slack can't be asked just now."""
        if known := self._profiles.get(user):
            return known
        asking = self._asking.get(user)
        if asking is None:
            asking = self._asking[user] = asyncio.create_task(self._ask(user))
            asking.add_done_callback(lambda done: self._asked(user, done))
        return await asyncio.shield(asking)

    def _asked(self, user: str, done: asyncio.Task[Profile]) -> None:
        if self._asking.get(user) is done:
            del self._asking[user]

    async def completed(self, person: Person, chat: str = "", *, pressed: bool = False) -> Person:
        """Return *person* with what Slack knows of them, and whether they count. Raises as `profile`.

        Whoever could write in a channel is inside; a button can be *pressed* by anybody who sees the channel.
        """
        known = await self.profile(person.address)
        person = replace(person, name=known.name, language=known.language, email=known.email)
        if person.direct:
            return await self._in_own_chat(person, known)
        member = person.member and known.full
        if member and pressed:
            member = await self.channels.have(chat, person.address)
        return replace(person, member=member)

    async def _in_own_chat(self, person: Person, known: Profile) -> Person:
        """Return *person* with whether they may still act for the desk, if they ever did. A customer needs no channel."""
        user, inside = person.address, await self._works_inside(person.address)
        if inside is None:
            return person
        leads = known.full and (not inside.leads or await self.channels.one_has(inside.leads, user))
        member = known.full and ((leads and bool(inside.leads)) or await self.channels.one_has(inside.any_of, user))
        return replace(person, member=member, leads=leads)

    async def _works_inside(self, user: str) -> Inside | None:
        (inside,) = self._working.get(user) or self._working.put(user, (await self.works(user),))
        return inside

    async def names(self, users: tuple[str, ...]) -> dict[str, str]:
        """Return what people are called. Who can't be asked about keeps their id: a name is no reason to lose words."""
        return {user: name for user in users[:MOST_NAMES] if (name := await self._name(user))}

    async def chat_with(self, user: str) -> str:
        """Return the direct messages with *user*. Raises as `profile`."""
        if user not in self._chats:
            answer = await self.client.conversations_open(users=user)
            self._chats[user] = str(answer["channel"]["id"])
        return self._chats[user]

    def know_chat(self, user: str, chat: str) -> None:
        """They wrote from there: nobody needs to ask."""
        if len(self._chats) < 10 * MOST:
            self._chats[user] = chat

    def forget(self, user: str) -> None:
        """What is known of them may be so no more."""
        self._profiles.forget(user)
        self._asking.pop(user, None)

    async def _ask(self, user: str) -> Profile:
        try:
            answer = await self.client.users_info(user=user, include_locale=True)
        except SlackApiError as error:
            if kind_of(error) not in NOBODY:
                raise
            return self._kept(user, Profile())
        return self._kept(user, Profile.of(answer.get("user") or {}, self.me))

    def _kept(self, user: str, profile: Profile) -> Profile:
        """Keep it, unless they changed while Slack was being asked."""
        if self._asking.get(user) is asyncio.current_task():
            self._profiles.put(user, profile)
        return profile

    async def _name(self, user: str) -> str:
        try:
            return (await self.profile(user)).name
        except Exception as error:
            log.debug("slack-name-not-known", kind=type(error).__name__)
            return ""


MOST_NAMES: Final = 10
"""So many people named in one message are asked about."""
