"""Going on until it works, and saying what is wrong once, in words that help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.adapters.slack.access import Access, connect
from bot.adapters.slack.trying import MEANING, REFUSED, Trying, asked_to_wait, kind_of, meaning
from tests.house import Dice
from tests.servers.slack import Trouble, World, slack_server

FAST = timedelta(milliseconds=1)


async def failed(client: AsyncWebClient) -> Exception:
    try:
        await client.auth_test()
    except Exception as error:
        return error
    raise AssertionError("it worked")


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Trouble.SERVER_ERROR, "SlackApiError"),
        (Trouble.UNAVAILABLE, "SlackApiError"),
        (Trouble.NONSENSE, "SlackApiError"),
        (Trouble.TOO_MANY, "ratelimited"),
        (Trouble.RESET, "ServerDisconnectedError"),
    ],
)
async def test_whatever_happens_has_a_name(world: World, client: AsyncWebClient, trouble: Trouble, kind: str) -> None:
    world.trouble(trouble, "auth.test", times=2)
    error = await failed(client)
    assert kind_of(error) == kind
    assert meaning(error)


async def test_slack_is_waited_for_as_long_as_it_asks(world: World, client: AsyncWebClient) -> None:
    world.trouble(Trouble.TOO_MANY, "auth.test", retry_after=7)
    assert asked_to_wait(await failed(client)) == timedelta(seconds=7)


async def test_a_missing_scope_is_named(access: Access) -> None:
    with slack_server(app_scopes=()) as world:
        link = connect(Access(world.bot_token, world.app_token, base_url=world.base_url))
        trying, done = Trying(Dice(), FAST, FAST), []

        async def dial() -> Any:
            if len(done) == 2:
                return None
            done.append(1)
            return await link.client.apps_connections_open(app_token=world.app_token)

        with capture_logs() as logs:
            await trying.until_done(dial)
        await link.close()
    told = [entry for entry in logs if entry["event"] == "slack-trouble"]
    assert [(entry["kind"], entry["why"]) for entry in told] == [("missing_scope", "needs connections:write")]


async def test_it_is_told_when_it_works_again() -> None:
    calls: list[int] = []

    async def once_away() -> str:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("away")
        return "done"

    with capture_logs() as logs:
        assert await Trying(Dice(), FAST, FAST).until_done(once_away) == "done"
    assert [entry["event"] for entry in logs] == ["slack-trouble", "slack-works-again"]


def test_what_an_administrator_must_mend_says_how() -> None:
    for kind in REFUSED & MEANING.keys():
        assert meaning(SlackApiError("x", {"error": kind})).endswith("The rest of the desk goes on.")


def test_no_words_of_an_answer_are_taken_for_an_error() -> None:
    assert kind_of(SlackApiError("x", {"error": "<html>what somebody wrote</html>"})) == "SlackApiError"
