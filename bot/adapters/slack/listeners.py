"""Bolt's listeners: a dozen registrations, all of which go the same way. First the commit, then the acknowledgement.

An event that fails is not acknowledged, and Slack sends it again. A press or a form is not sent again: what is not
committed in time is not acknowledged, Slack says so itself, and pressing again does it once.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.channel import Hear
from bot.adapters.slack.access import Access
from bot.adapters.slack.answering import Answers
from bot.adapters.slack.home import Homes
from bot.adapters.slack.members import Members
from bot.adapters.slack.telling import Act, Me, Reaction, Told
from bot.adapters.slack.translating import EVENTS, brought, people_named, translate
from bot.adapters.slack.troubles import CLOSED
from bot.adapters.slack.trying import is_known, kind_of
from bot.adapters.slack.turns import Beside, Turns
from bot.conversations.heard import Filled, Heard, Left, Pressed, Said
from bot.conversations.screen import Receipt

log = structlog.get_logger(__name__)

ALL: Final = re.compile(".*", re.DOTALL)
_QUIET: Final = logging.getLogger(f"{__name__}.bolt")
_QUIET.setLevel(logging.WARNING)  # what Bolt tells below that quotes what people wrote
OF_NOBODY: Final = CLOSED | {"thread_not_found", "message_not_found"}
"""Where it would be of no use to ask again for a message, or for somebody's chat."""
NOT_YET: Final = 503
"""What is not committed is answered so: Slack sends an event again, and tells whoever pressed."""


class Listeners:
    """*answer*: so long a press may take, from its arrival to its acknowledgement."""

    def __init__(
        self,
        client: AsyncWebClient,
        me: Me,
        hear: Hear,
        *,
        members: Members,
        answers: Answers,
        homes: Homes,
        beside: Beside,
        answer: timedelta,
    ) -> None:
        self.client = client
        self.me = me
        self.hear = hear
        self.members = members
        self.answers = answers
        self.homes = homes
        self.beside = beside
        self.answer = answer
        self._turns = Turns()

    # Events

    async def event(self, body: dict[str, Any], ack: AsyncAck) -> None:
        """Take an event. Raises where it can't be taken now: it is not acknowledged then."""
        told = translate(body, self.me)
        self._note(told)
        if told.heard or told.reaction:
            async with self._turns.of(*_whose(told)):
                await self._take(told, body)
        await ack()

    async def _take(self, told: Told, body: Mapping[str, Any]) -> None:
        if named := people_named(body):
            told = translate(body, self.me, await self.members.names(named))
        if told.reaction:
            await self._take_reaction(told.reaction)
        elif told.heard:
            await self.hear(await self.completed(told.heard))

    async def _take_reaction(self, reaction: Reaction) -> None:
        """Nothing comes of a message that is gone by now, or of a sign by whom nobody can write to, as another app's bot."""
        try:
            if heard := await self._bring(reaction):
                await self.hear(await self.completed(heard))
        except SlackApiError as error:
            if kind_of(error) not in OF_NOBODY:
                raise
            log.info("slack-sign-passed-over", kind=kind_of(error))

    async def hear_in_turn(self, heard: Heard) -> Receipt:
        """Hear what came by another way than an event, behind what this person did before. Raises as `event`."""
        async with self._turns.of(heard.place.chat, heard.person.address):
            return await self.hear(await self.completed(heard))

    def _note(self, told: Told) -> None:
        """Keep in mind what changed about people and channels."""
        self.members.forget(told.changed)
        if told.joined:
            self.members.channels.joined(*told.joined)
        if told.left:
            self.members.channels.left(*told.left)
        if told.revoked:
            log.error("slack-app-taken-out", meaning="Install the app in the workspace again.")
        self.homes.soon(told.home)

    async def completed(self, heard: Heard) -> Heard:
        """Return *heard* with who it is, and in which chat, as Slack knows. Raises what the library raises."""
        place, person = heard.place, heard.person
        if person.address == self.me.user:  # we were let in or put out by nobody in particular
            return heard
        if isinstance(heard, Said) and person.direct:
            self.members.know_chat(person.address, place.chat)
        if not place.chat:
            place = replace(place, chat=await self.members.chat_with(person.address))
        pressed = isinstance(heard, Pressed | Filled)
        known = await self.members.completed(person, place.chat, pressed=pressed)
        return replace(heard, place=place, person=known)

    async def _bring(self, reaction: Reaction) -> Heard | None:
        """Ask for the message that was reacted to: the event does not tell its words. A thread's first comes along."""
        answer = await self.client.conversations_replies(
            channel=reaction.chat, ts=reaction.ts, oldest=reaction.ts, latest=reaction.ts, inclusive=True, limit=10
        )
        found = [one for one in answer.get("messages") or () if one.get("ts") == reaction.ts]
        if not found:
            return None
        names = await self.members.names(people_named({"event": found[0]}))
        return brought(reaction, found[0], self.me, names)

    # Presses, forms, commands, shortcuts

    async def act(self, body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        """Take what a person did, and acknowledge it if it is committed in time."""
        told = translate(body, self.me)
        if told.heard is None:
            return await ack()
        until = asyncio.get_running_loop().time() + self.answer.total_seconds()
        work = await self.beside.within(self.answer.total_seconds(), self._hear_act(told.heard, body))
        act = told.act or Act(told.heard.person.address)
        if not work.done():
            log.warning("slack-press-too-slow", kind=type(told.heard).__name__)
            self.beside.soon(self._show_late(work, act))
            return BoltResponse(status=NOT_YET, body="")
        heard, receipt = work.result()
        if receipt.taken and not isinstance(heard, Left | Filled):
            await self._show(heard, act, receipt, until)
        return await self._acknowledge(heard, act, receipt, ack)

    async def _show(self, heard: Heard, act: Act, receipt: Receipt, until: float) -> None:
        """Show the window before the acknowledgement: if we die in between, Slack says so, and pressing again works.

        What takes more than half of the time that is left goes on beside.
        """
        showing = self.beside.soon(self.answers.show(heard, act, receipt))
        await asyncio.wait({showing}, timeout=max(0.0, until - asyncio.get_running_loop().time()) / 2)

    async def _hear_act(self, heard: Heard, body: Mapping[str, Any]) -> tuple[Heard, Receipt]:
        async with self._turns.of(heard.place.chat, heard.person.address):
            if named := people_named(body):
                heard = translate(body, self.me, await self.members.names(named)).heard or heard
            heard = await self.completed(heard)
            return heard, await self.hear(heard)

    async def _acknowledge(self, heard: Heard, act: Act, receipt: Receipt, ack: AsyncAck) -> BoltResponse:
        if not receipt.taken or not isinstance(heard, Filled):
            return await ack()
        if act.home:
            self.homes.soon(act.person)
        if receipt.hint:
            self.beside.soon(self.answers.tell(heard, act, receipt.hint))
        return await ack(self.answers.answer_form(heard, act, receipt))

    async def _show_late(self, work: asyncio.Task[tuple[Heard, Receipt]], act: Act) -> None:
        """Slack has said that it failed; it has not, if it was committed after all."""
        heard, receipt = await work
        if not isinstance(heard, Left):
            await self.answers.show(heard, act, receipt)


def _whose(told: Told) -> tuple[str, str]:
    """Whose turn it is, and where."""
    if told.heard:
        return told.heard.place.chat, told.heard.person.address
    return (told.reaction.chat, told.reaction.person) if told.reaction else ("", "")


def app_for(listeners: Listeners, access: Access, me: Me) -> AsyncApp:
    """Return Bolt's app with all registrations. It asks Slack nothing by itself."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=me.team, bot_user_id=me.user, bot_id=me.bot, bot_token=access.bot_token
        )

    app = AsyncApp(
        name="sportello",
        logger=_QUIET,
        signing_secret=access.signing_secret or "none",
        client=_unused_client(listeners.client),
        authorize=authorize,
        process_before_response=True,
    )
    app.error(_fail)
    for kind in (*EVENTS, ALL):  # an event without a listener would come four times
        app.event(kind)(listeners.event)
    for register in (app.action, app.view, app.view_closed, app.shortcut, app.command):
        register(ALL)(listeners.act)
    return app


def _unused_client(like: AsyncWebClient) -> AsyncWebClient:
    """Bolt copies it for each request. Without a token, since Bolt would warn that it does not use it."""
    return AsyncWebClient(base_url=like.base_url, session=like.session, ssl=like.ssl, logger=_QUIET, retry_handlers=[])


async def _fail(error: Exception) -> BoltResponse:
    """Bolt's own handler logs what was said."""
    known = is_known(error)
    log.log(
        logging.WARNING if known else logging.ERROR,
        "slack-not-taken",
        kind=kind_of(error),
        exc_info=None if known else error,
    )
    return BoltResponse(status=NOT_YET, body="")
