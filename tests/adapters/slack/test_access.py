"""Who we are at Slack is known to Slack alone."""

from __future__ import annotations

import logging

import aiohttp
import pytest

from bot.adapters.slack.access import Access, connect
from tests.servers.slack import Person, World
from tests.servers.slack import Trouble as Bad

SECRET = Access("xoxb-example-1", "xapp-example-2", "example-secret-3")


def test_no_secret_is_shown() -> None:
    assert "example" not in repr(SECRET)


@pytest.mark.parametrize(
    "url",
    ["https://slack.com/x", "https://files.slack.com/files-pri/T1-F1/a.png", "https://slack-files.slack.com:443/x"],
)
def test_slacks_own_hosts_may_see_the_token(url: str) -> None:
    assert SECRET.holds(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a.png",
        "https://slack.com.example.org/a.png",
        "https://example.org/slack.com/a.png",
        "https://notslack.com/a.png",
        "https://files.slack.com:8443/a.png",
        "https://files.slack.com@example.org/a.png",
        "ftp://slack.com/a.png",
        "//files.slack.com/a.png",
        "",
        "https://[",
        "https://slack.com:99999/",
    ],
)
def test_nobody_else_may(url: str) -> None:
    assert not SECRET.holds(url)


def test_where_the_api_is_may_see_it_too() -> None:
    assert Access("xoxb-example-1", base_url="http://127.0.0.1:8082/api/").holds("http://127.0.0.1:8082/files-pri/a")


async def test_a_call_that_breaks_is_not_repeated(world: World, access: Access, eva: Person) -> None:
    world.trouble(Bad.RESET_AFTER, "chat.postMessage")
    link = connect(access)
    with pytest.raises(aiohttp.ClientError):
        await link.client.chat_postMessage(channel=eva.dm.id, text="Ciao")
    await link.close()
    assert len(eva.hears()) == 1


async def test_the_log_holds_neither_tokens_nor_words(
    world: World, access: Access, eva: Person, caplog: pytest.LogCaptureFixture
) -> None:
    link = connect(access)
    with caplog.at_level(logging.DEBUG):
        await link.client.chat_postMessage(channel=eva.dm.id, text="parole di Eva")
    await link.close()
    assert world.bot_token not in caplog.text
    assert "parole di Eva" not in caplog.text


async def test_connections_are_kept(world: World, access: Access) -> None:
    link = connect(access)
    for _ in range(3):
        await link.client.auth_test()
    assert not link.session.closed
    await link.close()
    await link.close()
    assert link.session.closed
