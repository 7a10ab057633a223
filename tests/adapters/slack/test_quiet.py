"""What people write, and the tokens, are in no log, however loud it is."""

from __future__ import annotations

import logging

import pytest
from structlog.testing import capture_logs

from bot.conversations.heard import Heard
from bot.conversations.screen import Receipt
from tests.adapters.slack.ears import Writer, listening
from tests.house import House
from tests.servers.slack import Person, World


async def test_neither_words_nor_tokens_are_logged(
    world: World, desk: House, eva: Person, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail_once(heard: Heard) -> Receipt:
        if not writer.heard and not failed:
            failed.append(heard)
            raise ValueError("LA MIA DIAGNOSI")
        return Receipt()

    failed: list[Heard] = []
    writer = Writer(desk.desk, fail_once)
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        async with listening(world, writer):
            eva.says("LA MIA DIAGNOSI")
            await world.until(lambda: failed)
            await eva.commands("/ticket", "LA MIA DIAGNOSI")
            world.passes(3)
            await world.until(lambda: not world.unanswered())
    said = caplog.text + repr([{**entry, "exc_info": None} for entry in logs])
    assert "DIAGNOSI" not in said
    assert not [token for token in (world.bot_token, world.app_token, world.signing_secret) if token in said]
