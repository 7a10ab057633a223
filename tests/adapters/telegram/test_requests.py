"""What Telegram answers is read as the library reads it, and what can't be read stands in no log."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import TelegramError

from bot.adapters.telegram.access import Access, connect
from bot.adapters.telegram.requests import Requests
from tests.servers.telegram import Trouble, World

HALF = b'{"ok":true,"result":[{"update_id":1,"message":{"text":"La password di Eva'
DEEP = b'{"ok":true,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    link = connect(Access(world.bot.token, world.base_url, world.base_file_url))
    yield link.bot
    await link.close()


@pytest.mark.parametrize("answer", [HALF, DEEP, b"", b"<html>"], ids=["half", "deep", "nothing", "a page"])
def test_an_answer_that_cannot_be_read_is_an_error_and_stands_in_no_log(
    answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TelegramError, match="Invalid server response"):
        Requests.parse_json_payload(answer)
    assert caplog.text == ""


async def test_so_it_is_where_it_comes_from_a_server(bot: Bot, world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.trouble(Trouble.NONSENSE, "getMe")
    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.get_me()
    assert "<html>" not in caplog.text


def test_what_can_be_read_is_read() -> None:
    assert Requests.parse_json_payload('{"ok":true,"result":"è"}'.encode()) == {"ok": True, "result": "è"}
