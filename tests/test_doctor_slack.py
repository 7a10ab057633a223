"""The doctor at Slack: over the real library and a Slack of ours, which is asked and never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Patient, examine
from bot.findings import Finding, Mark
from bot.settings import Settings, load
from bot.words import Lexicon
from tests.servers.slack import Channel, Person, Trouble, World, slack_server

LEXICON = Lexicon.load()
ASKING = {"auth.test", "apps.connections.open", "conversations.info"}
SENTENCES = {
    f"doctor-slack{end}"
    for end in (
        *("", "-unreachable", "-refused", "-later", "-scopes", "-scopes-missing", "-socket", "-app-refused"),
        *("-no-socket", "-http", "-channel", "-channel-unknown", "-channel-outside", "-channel-archived"),
        *("-channel-public", "-channel-shared", "-channel-odd", "-no-channels"),
    )
}


@pytest.fixture
def world() -> Iterator[World]:
    with slack_server() as world:
        yield world


@pytest.fixture
def luca(world: World) -> Person:
    return world.person("Luca", "luca@example.org")


@pytest.fixture
def operators(world: World, luca: Person) -> Channel:
    return world.channel("operators", [luca], private=True)


@pytest.fixture
def asked(world: World, tmp_path: Path) -> Callable[..., Any]:
    """What the doctor finds at Slack, by the id of its sentence; the last one where several are alike."""

    async def asking(**environ: Any) -> dict[str, Finding]:
        patient = Patient(told(world, tmp_path, **environ), None, LEXICON, datetime.now(UTC))
        findings = [finding async for finding in examine(patient)]
        assert all(patient.words.has(finding.line.message) for finding in findings)
        return {one.line.message: one for one in findings if "slack" in one.line.message or "rooms" in one.line.message}

    return asking


def told(world: World, folder: Path, **environ: Any) -> Settings:
    """Settings for the app of *world*; a channel stands for its id."""
    known = {"BOT_TOKEN": world.bot_token, "APP_TOKEN": world.app_token, "BASE_URL": world.base_url}
    given = known | {name.upper(): value.id if isinstance(value, Channel) else value for name, value in environ.items()}
    variables = {f"SPORTELLO_SLACK__{name}": value for name, value in given.items()}
    return load({"SPORTELLO_DATA": str(folder), "SPORTELLO_DESK__LANGUAGE": "en", **variables}, folder)


def said(finding: Finding) -> str:
    return LEXICON.words("en", UTC, datetime(2026, 11, 24, tzinfo=UTC)).line(finding.line)


class TestTheBotsToken:
    async def test_that_is_right_tells_which_app_it_is_and_where(self, asked, world: World) -> None:
        finding = (await asked())["doctor-slack"]
        assert finding.mark is Mark.WELL
        assert world.workspace in said(finding)

    @pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
    async def test_that_is_refused_is_an_ill_with_what_to_press(self, asked, world: World, error: str) -> None:
        world.token_error = error
        finding = (await asked())["doctor-slack-refused"]
        assert finding.mark is Mark.ILL
        assert "Install to Workspace" in said(finding)

    async def test_is_never_shown(self, asked, world: World) -> None:
        world.trouble(Trouble.SERVER_ERROR, "auth.test")
        shown = " ".join(map(said, (await asked()).values()))
        assert world.bot_token not in shown
        assert world.app_token not in shown

    @pytest.mark.parametrize("trouble", [Trouble.SERVER_ERROR, Trouble.UNAVAILABLE, Trouble.RESET, Trouble.NONSENSE])
    async def test_can_t_be_asked_about_where_slack_is_unwell(self, asked, world: World, trouble: Trouble) -> None:
        world.trouble(trouble, "auth.test")
        finding = (await asked())["doctor-slack-unreachable"]
        assert finding.mark is Mark.ILL
        assert "127.0.0.1" in said(finding)

    async def test_can_t_be_asked_about_where_nobody_answers(self, asked) -> None:
        finding = (await asked(base_url="http://127.0.0.1:9/api/"))["doctor-slack-unreachable"]
        assert "127.0.0.1:9" in said(finding)

    async def test_of_an_app_that_asked_too_often_is_asked_about_later(self, asked, world: World) -> None:
        world.trouble(Trouble.TOO_MANY, "auth.test", retry_after=7)
        assert "7 seconds" in said((await asked())["doctor-slack-later"])


class TestScopes:
    async def test_that_are_all_there_are_well(self, asked) -> None:
        assert (await asked())["doctor-slack-scopes"].mark is Mark.WELL

    async def test_that_are_missing_are_told_with_what_to_press(self, asked, world: World, operators: Channel) -> None:
        world.scopes -= {"reactions:write", "files:read"}
        found = await asked(operators=operators)
        finding = found["doctor-slack-scopes-missing"]
        assert finding.mark is Mark.ILL
        assert "it lacks files:read, reactions:write." in said(finding)
        assert "Reinstall to Workspace" in said(finding)
        assert found["doctor-slack-channel"].mark is Mark.WELL

    async def test_without_which_channels_can_t_be_seen_are_all_that_is_told(
        self, asked, world: World, operators: Channel
    ) -> None:
        world.scopes -= {"groups:read"}
        found = await asked(operators=operators)
        assert "groups:read" in said(found["doctor-slack-scopes-missing"])
        assert not [message for message in found if "channel" in message]


class TestTheWayIn:
    async def test_by_socket_mode_is_well(self, asked) -> None:
        assert (await asked())["doctor-slack-socket"].mark is Mark.WELL

    async def test_an_app_s_token_that_is_refused_is_an_ill(self, asked) -> None:
        finding = (await asked(app_token="xapp-1-another-one"))["doctor-slack-app-refused"]
        assert finding.mark is Mark.ILL
        assert "connections:write" in said(finding)

    async def test_socket_mode_that_is_off_is_an_ill(self, asked, world: World) -> None:
        world.trouble(Trouble.ERROR, "apps.connections.open", error="not_enabled")
        assert "Enable Socket Mode" in said((await asked())["doctor-slack-no-socket"])

    async def test_without_an_app_s_token_is_a_door(self, asked, world: World) -> None:
        found = await asked(app_token="", signing_secret=world.signing_secret)
        assert "127.0.0.1:8081/slack/events" in said(found["doctor-slack-http"])
        assert "doctor-slack-socket" not in found


class TestChannels:
    async def test_that_are_not_named_yet_are_told_how_to_begin(self, asked) -> None:
        found = await asked()
        assert found["doctor-slack-no-channels"].mark is Mark.LOOK
        assert "doctor-rooms-none" not in found

    async def test_that_the_app_belongs_to_are_well(self, asked, operators: Channel) -> None:
        found = await asked(operators=operators)
        assert said(found["doctor-slack-channel"]).startswith(
            f"The channel #operators ({operators.id}) is the operators'"
        )
        assert {one.mark for one in found.values() if "channel" in one.line.message} == {Mark.WELL}

    async def test_that_nobody_knows_are_an_ill(self, asked) -> None:
        assert (await asked(operators="C0999999999"))["doctor-slack-channel-unknown"].mark is Mark.ILL

    async def test_that_are_private_and_without_the_app_are_an_ill_with_what_to_write(
        self, asked, world: World, luca: Person
    ) -> None:
        private = world.channel("desk", [luca], private=True, bot=False)
        finding = (await asked(operators=private))["doctor-slack-channel-unknown"]
        assert "/invite @" in said(finding)

    async def test_that_the_app_does_not_belong_to_are_an_ill(self, asked, world: World, luca: Person) -> None:
        outside = world.channel("desk", [luca], bot=False)
        finding = (await asked(leads=outside))["doctor-slack-channel-outside"]
        assert finding.mark is Mark.ILL
        assert "#desk" in said(finding)

    async def test_that_are_archived_are_an_ill(self, asked, operators: Channel, luca: Person) -> None:
        luca.archives(operators)
        assert (await asked(operators=operators))["doctor-slack-channel-archived"].mark is Mark.ILL

    async def test_that_are_public_are_pointed_out(self, asked, world: World, luca: Person) -> None:
        finding = (await asked(operators=world.channel("desk", [luca])))["doctor-slack-channel-public"]
        assert finding.mark is Mark.LOOK
        assert "Change to a private channel" in said(finding)

    async def test_that_are_shared_with_others_are_pointed_out(self, asked, world: World, luca: Person) -> None:
        shared = world.channel("desk", [luca], private=True, shared=True)
        assert (await asked(operators=shared))["doctor-slack-channel-shared"].mark is Mark.LOOK

    async def test_of_which_slack_says_something_else_are_told_in_its_words(
        self, asked, world: World, operators: Channel
    ) -> None:
        world.trouble(Trouble.ERROR, "conversations.info", error="method_not_supported_for_channel_type")
        finding = (await asked(operators=operators))["doctor-slack-channel-odd"]
        assert "method_not_supported_for_channel_type" in said(finding)

    async def test_that_slack_can_t_tell_about_now_are_no_ill_of_theirs(
        self, asked, world: World, operators: Channel
    ) -> None:
        world.trouble(Trouble.ERROR, "conversations.info", error="fatal_error")
        found = await asked(operators=operators)
        assert "fatal_error" in said(found["doctor-slack-unreachable"])
        assert "doctor-slack-channel-odd" not in found

    async def test_of_operators_and_leads_are_rooms(self, asked, world: World, operators: Channel) -> None:
        found = await asked(operators=operators, leads=world.channel("leads", private=True))
        assert found["doctor-rooms"].mark is Mark.WELL


async def test_nothing_is_sent_and_nothing_is_changed(asked, world: World, operators: Channel, luca: Person) -> None:
    await asked(operators=operators, leads=world.channel("leads", [luca]))
    assert {call.method for call in world.calls} == ASKING
    assert world.sockets.links == []
    assert luca.sees(operators) == []


async def test_a_desk_without_a_token_asks_nothing(asked, world: World) -> None:
    found = await asked(bot_token="", app_token="")
    assert list(world.calls) == []
    assert found["doctor-rooms-none"].mark is Mark.LOOK


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_sentence_is_there_in_both_languages(language: str) -> None:
    assert set(LEXICON.spoken(language, False).sources) >= SENTENCES
