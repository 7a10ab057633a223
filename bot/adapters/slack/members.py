"""Who people are, as Slack says: asked when it matters, believed for a few minutes, forgotten when Slack tells of a change.

A room's member is a full member of the desk's own workspace: no guest, no bot, nobody from a workspace that shares the
channel. For such a person's confirmed address, and no other, the workspace vouches.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.telling import SLACKBOT, Me
from bot.adapters.slack.trying import kind_of
from bot.conversations.heard import Person

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


class Members:
    """*monotonic*: seconds on a clock that never jumps."""

    def __init__(self, client: AsyncWebClient, me: Me, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self.me = me
        self._profiles: Kept[Profile] = Kept(monotonic)
        self._inside: Kept[set[str]] = Kept(monotonic)
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
        """Return *person* with what Slack knows of them; in a room, whether they count. Raises as `profile`.

        Whoever could write in a channel is inside; a button can be *pressed* by anybody who sees the channel.
        """
        known = await self.profile(person.address)
        member = person.member and (person.direct or known.full)
        if member and pressed and not person.direct:
            member = await self.is_inside(chat, person.address)
        return replace(person, name=known.name, language=known.language, email=known.email, member=member)

    async def names(self, users: tuple[str, ...]) -> dict[str, str]:
        """Return what people are called. Who can't be asked about keeps their id: a name is no reason to lose words."""
        return {user: name for user in users[:MOST_NAMES] if (name := await self._name(user))}

    async def is_inside(self, chat: str, user: str) -> bool:
        """Whether *user* is in the channel. Raises as `profile`."""
        known = self._inside.get(chat)
        if known is not None and (user in known or self._inside.get(chat, FRESH) is not None):
            return user in known
        return user in self._inside.put(chat, await self._members(chat))

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

    def joined(self, chat: str, user: str) -> None:
        if (known := self._inside.get(chat)) is not None:
            known.add(user)

    def left(self, chat: str, user: str) -> None:
        if (known := self._inside.get(chat)) is not None:
            known.discard(user)

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

    async def _members(self, chat: str) -> set[str]:
        found: set[str] = set()
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = await self.client.conversations_members(channel=chat, limit=PAGE, cursor=cursor or None)
            found |= {str(one) for one in answer.get("members") or ()}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found


MOST_NAMES: Final = 10
"""So many people named in one message are asked about."""
