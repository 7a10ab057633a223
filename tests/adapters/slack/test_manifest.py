"""The manifest asks for what the program uses, and for nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import COMMAND
from bot.adapters.slack.manifest import METHODS, SENT, manifest, scopes
from bot.adapters.slack.translating import EVENTS, SHORTCUT_OF_MESSAGE, SHORTCUT_OPEN
from bot.words import Words
from tests.adapters.slack.ears import LEXICON, Writer, listening
from tests.house import House
from tests.servers.slack import slack_server
from tests.servers.slack.manifest import EVENTS as NEEDED
from tests.servers.slack.parameters import METHODS as KNOWN

ADAPTER = Path(__file__).parents[3] / "bot/adapters/slack"
BY_CALL = {name.replace(".", "_").lower(): name for name in KNOWN}
WITHIN = {"files_upload_v2": ("files.getUploadURLExternal", "files.completeUploadExternal")}
"""What a call of the library makes several calls of."""


def words(language: str = "it") -> Words:
    return LEXICON.words(language, ZoneInfo("Europe/Rome"), datetime(2026, 11, 24, tzinfo=UTC))


def called() -> Iterator[str]:
    """The methods that the adapter's source calls on a client."""
    for file in ADAPTER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and hasattr(AsyncWebClient, node.attr):
                name = node.attr.lower()
                yield from WITHIN.get(name, (BY_CALL[name],) if name in BY_CALL else ())


def test_the_methods_that_are_called_are_those_of_the_manifest() -> None:
    assert set(called()) == set(METHODS)


def test_each_method_has_the_scopes_that_slack_wants() -> None:
    for name, needed in METHODS.items():
        wanted = KNOWN[name].scope
        if wanted in ("-", "connections:write"):  # that one is the app's own token's
            assert not needed, name
        elif wanted.startswith("*:"):
            assert needed, name
            assert all(scope.endswith(wanted[1:]) for scope in needed), name
        else:
            assert wanted in needed, name


def test_the_events_that_are_registered_are_those_of_the_manifest() -> None:
    assert set(SENT) == set(EVENTS)
    subscribed = manifest(words())["settings"]["event_subscriptions"]["bot_events"]
    assert {name.partition(".")[0] for name in subscribed} == set(EVENTS)
    for sent in SENT.values():
        for name, scope in sent.items():
            assert scope in (NEEDED[name] or ("",)), name


def test_no_scope_is_asked_for_in_vain() -> None:
    used = {scope for needed in METHODS.values() for scope in needed}
    used |= {scope for sent in SENT.values() for scope in sent.values() if scope}
    assert set(scopes()) == used | {"commands"}


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("url", ["", "https://desk.example.org/slack/events"])
def test_slack_takes_it(language: str, url: str) -> None:
    with slack_server(manifest=manifest(words(language), url)) as world:
        assert world.scopes == set(scopes())


def test_signed_requests_all_go_to_one_address() -> None:
    url = "https://desk.example.org/slack/events"
    made = manifest(words(), url)
    assert made["settings"]["socket_mode_enabled"] is False
    assert len(re.findall(re.escape(url), str(made))) == 3


async def test_with_it_the_desk_hears_all_ways_in(desk: House) -> None:
    with slack_server(manifest=manifest(words())) as world:
        eva, luca = world.person("Eva"), world.person("Luca")
        room = world.channel("operators", [luca], private=True)
        writer = Writer(desk.desk)
        async with listening(world, writer):
            eva.says("La stampante non va")
            message = luca.says("Non parte", room)
            luca.reacts(message, "ticket")
            await eva.commands(COMMAND, "aiuto")
            await eva.shortcut(SHORTCUT_OPEN)
            await luca.shortcut(SHORTCUT_OF_MESSAGE, message)
            await world.until(lambda: len(writer.heard) == 6 and not world.unanswered())
        assert not [call for call in world.calls if call.error]
