"""For tests of the server itself: a real Bolt app that does what a test says, and short ways to write blocks."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.world import World

EVERY = re.compile(r".*", re.DOTALL)
Answer = Callable[..., Awaitable[Any]]


class Desk:
    """A Bolt app that notes what it hears and answers what the test puts into *answers* (`ack` alone otherwise)."""

    def __init__(self, world: World, client: AsyncWebClient) -> None:
        self.world, self.client = world, client
        self.heard: list[dict[str, Any]] = []
        """Events."""
        self.asked: list[dict[str, Any]] = []
        """Presses, forms, commands, shortcuts."""
        self.answers: dict[str, Answer] = {}
        self.app = AsyncApp(
            client=client,
            signing_secret=world.signing_secret,
            process_before_response=True,
            ignoring_self_events_enabled=False,
        )
        self.app.event(EVERY)(self._hear_event)
        for register in (self.app.action, self.app.view, self.app.command, self.app.shortcut, self.app.view_closed):
            register(EVERY)(self._hear)
        self.handler: AsyncSocketModeHandler | None = None

    async def _hear_event(self, body: dict[str, Any]) -> None:
        self.heard.append(body)
        if answer := self.answers.get("event"):
            await answer(body=body)

    async def _hear(self, body: dict[str, Any], ack: Any) -> None:
        self.asked.append(body)
        answer = self.answers.get(body.get("type", "command"))
        if answer is None:
            await ack()
        else:
            await answer(body=body, ack=ack)

    def events(self, kind: str, subtype: str | None = None) -> list[dict[str, Any]]:
        """Return the events of a type that were heard."""
        found = [body["event"] for body in self.heard]
        return [e for e in found if e["type"] == kind and (subtype is None or e.get("subtype", "") == subtype)]

    async def hears(self, kind: str, subtype: str | None = None) -> dict[str, Any]:
        """Wait for an event and return the last one of its kind."""
        found: list[dict[str, Any]] = await self.world.until(lambda: self.events(kind, subtype))
        return found[-1]

    async def connect(self) -> None:
        self.handler = AsyncSocketModeHandler(self.app, self.world.app_token, ping_interval=0.2)
        await self.handler.connect_async()  # type: ignore[no-untyped-call]
        await self.world.connected()

    async def close(self) -> None:
        if self.handler is not None:
            await self.handler.close_async()  # type: ignore[no-untyped-call]


async def refused(call: Awaitable[Any]) -> Any:
    """Return the answer of a call that Slack refuses."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(label: str, action: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), "action_id": action or label.lower(), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def option(label: str, value: str = "") -> dict[str, Any]:
    return {"text": plain(label), "value": value or label.lower()}


def field(label: str, element: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    name = label.lower()
    kind = {"type": "plain_text_input", "action_id": name} | (element or {})
    return {"type": "input", "block_id": name, "label": plain(label), "element": kind, **more}


def modal(*blocks: dict[str, Any], title: str = "Open a ticket", **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}
