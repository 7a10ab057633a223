"""The log: one pipeline for all, and no secret in it."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog
from telegram.error import TelegramError

from bot.adapters.telegram.access import Access, connect
from bot.logs import redacted, set_up
from tests.servers.telegram import TOKEN, Trouble, World, telegram_server

TELEGRAM = "123456789:" + "A" * 35
SECRETS = [
    "postgresql://eva:hunter2@db/desk",
    "https://api.telegram.org/bot123456789:" + "hunter2" * 5 + "/getMe",
    "token=hunter2",
    "Authorization: Bearer hunter2",
    "password: hunter2",
    "{'secret': 'hunter2'}",
    "xoxb-hunter2-hunter2",
    "xapp-1-hunter2-hunter2",
]


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What was written so far, a mapping for each event."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    end = set_up("info", tmp_path / "desk.log")
    yield lambda: [json.loads(line) for line in (tmp_path / "desk.log").read_text(encoding="utf-8").splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    end()


def test_an_event_is_a_line_of_json(logged) -> None:
    structlog.get_logger("desk").info("claimed", ticket=1042)
    (line,) = logged()
    assert (line["event"], line["ticket"], line["level"], line["logger"]) == ("claimed", 1042, "info", "desk")
    assert str(line["timestamp"]).endswith("Z")


def test_a_library_s_line_takes_the_same_way(logged) -> None:
    logging.getLogger("library").warning("%s of %s", 1, 2)
    (line,) = logged()
    assert (line["event"], line["level"], line["logger"]) == ("1 of 2", "warning", "library")


def test_what_is_below_the_level_is_not_written(logged) -> None:
    structlog.get_logger("desk").debug("heard")
    logging.getLogger("library").debug("heard")
    assert logged() == []


def test_libraries_that_tell_addresses_are_heard_only_when_they_warn(logged) -> None:
    logging.getLogger("httpx").info("GET https://api.telegram.org/bot%s/getMe", TELEGRAM)
    assert logged() == []


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_taken_out_wherever_it_stands(logged, secret: str) -> None:
    structlog.get_logger("desk").warning(secret, why=secret, many=[{"deep": secret}])
    logging.getLogger("library").warning("it was %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        structlog.get_logger("desk").exception("failed")
    assert "hunter2" not in json.dumps(logged())


@pytest.mark.parametrize("name", ["password", "bot_token", "api_key", "email", "phone", "text", "subject"])
def test_a_fact_of_this_name_is_not_written(logged, name: str) -> None:
    structlog.get_logger("desk").info("told", **{name: "hunter2"})
    assert "hunter2" not in json.dumps(logged())


def test_an_e_mail_address_is_not_written(logged) -> None:
    logging.getLogger("library").warning("no mailbox for eva@example.org")
    assert logged()[0]["event"] == "no mailbox for <address>"


def test_an_error_comes_with_its_traceback(logged) -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        structlog.get_logger("desk").exception("failed")
    assert "RuntimeError: broken" in str(logged()[0]["exception"])


def test_plain_words_stay_as_they_are() -> None:
    text = "ticket 1042 claimed by 7 at 2026-11-24T09:00:00Z in 12:30 minutes"
    assert redacted(text) == text


class TestTelegram:
    """A whole token is in every address that the library asks."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with telegram_server() as world:
            yield world

    @pytest.fixture
    def talkative(self) -> Iterator[None]:
        """Libraries that somebody lets say everything they do."""
        loggers = [logging.getLogger(name) for name in ("httpx", "httpcore", "telegram")]
        before = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        yield
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)

    async def asked(self, world: World, token: str) -> None:
        link = connect(Access(token, world.base_url, world.base_file_url))
        with suppress(TelegramError):
            await link.bot.get_me()
        await link.close()

    async def test_is_asked_in_silence(self, world: World, logged) -> None:
        await self.asked(world, world.bot.token)
        assert logged() == []

    @pytest.mark.parametrize("token", [TOKEN, "42:TEST", f"{TOKEN}-not"])
    async def test_s_token_is_in_no_line_whoever_talks(self, world: World, logged, talkative, token: str) -> None:
        await self.asked(world, token)
        written = json.dumps(logged())
        assert "getMe" in written
        assert token.partition(":")[2] not in written

    async def test_s_token_is_in_no_traceback(self, world: World, logged) -> None:
        link = connect(Access(world.bot.token, world.base_url, world.base_file_url))
        world.trouble(Trouble.RESET, "getMe")
        try:
            await link.bot.get_me()
        except TelegramError:
            structlog.get_logger("desk").exception("failed")
        await link.close()
        assert world.bot.token.partition(":")[2] not in json.dumps(logged())
