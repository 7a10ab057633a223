"""The doctor at Telegram: over the real library and a Bot API server, which is asked and never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Patient, examine
from bot.findings import Finding, Mark
from bot.settings import Settings, load
from bot.words import Lexicon
from tests.servers.telegram import Group, Trouble, World, telegram_server
from tests.servers.telegram.things import Member

LEXICON = Lexicon.load()
ASKING = {"getMe", "getChat", "getChatMember", "getWebhookInfo"}
SENTENCES = {
    f"doctor-telegram{end}"
    for end in (
        *("", "-unreachable", "-refused", "-later", "-no-groups", "-closed", "-privacy", "-no-privacy", "-group"),
        *("-chat", "-unknown", "-outside", "-kicked", "-moved", "-mute", "-no-topics", "-public", "-channel", "-odd"),
        *("-polling", "-webhook", "-webhook-elsewhere", "-webhook-unset", "-webhook-failing"),
    )
}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with telegram_server(insecure_webhooks=True) as world:
        yield world


@pytest.fixture
def asked(world: World, tmp_path: Path) -> Callable[..., Any]:
    """What the doctor finds at Telegram, by the id of its sentence; the last one where several are alike."""

    async def asking(language: str = "en", **environ: Any) -> dict[str, Finding]:
        settings = told(world, tmp_path, language, **environ)
        patient = Patient(settings, None, LEXICON, datetime.now(UTC))
        findings = [finding async for finding in examine(patient)]
        assert all(patient.words.has(finding.line.message) for finding in findings)
        return {
            one.line.message: one for one in findings if "telegram" in one.line.message or "rooms" in one.line.message
        }

    return asking


def told(world: World, folder: Path, language: str = "en", **environ: Any) -> Settings:
    """Settings for the bot of *world*; a group stands for its number."""
    known = {"TOKEN": world.bot.token, "BASE_URL": world.base_url, "BASE_FILE_URL": world.base_file_url}
    given = known | {
        name.upper(): str(value.id if isinstance(value, Group) else value) for name, value in environ.items()
    }
    variables = {f"SPORTELLO_TELEGRAM__{name}": value for name, value in given.items()}
    return load({"SPORTELLO_DATA": str(folder), "SPORTELLO_DESK__LANGUAGE": language, **variables}, folder)


def said(finding: Finding, language: str = "en") -> str:
    return LEXICON.words(language, UTC, datetime(2026, 11, 24, tzinfo=UTC)).line(finding.line)


@pytest.fixture
def desk(world: World) -> Group:
    """A plain group with an operator in it; the bot is not in yet."""
    group = world.group("Desk")
    group.add(world.person("Giulia"), "creator")
    return group


class TestTheToken:
    async def test_that_is_right_tells_where_people_find_the_bot(self, asked) -> None:
        finding = (await asked())["doctor-telegram"]
        assert finding.mark is Mark.WELL
        assert "https://t.me/sportello_example_bot" in said(finding)

    async def test_that_telegram_does_not_know_is_an_ill(self, asked) -> None:
        found = await asked(token="7000000001:another-one_of-the-same-shape-0123456")
        assert found["doctor-telegram-refused"].mark is Mark.ILL
        assert "/revoke" in said(found["doctor-telegram-refused"])

    async def test_is_never_shown(self, asked, world: World) -> None:
        world.trouble(Trouble.BAD_GATEWAY, "getMe")
        found = await asked()
        assert world.bot.token not in " ".join(map(said, found.values()))

    @pytest.mark.parametrize("trouble", [Trouble.BAD_GATEWAY, Trouble.RESET, Trouble.NONSENSE, Trouble.SERVER_ERROR])
    async def test_can_t_be_asked_about_where_telegram_is_unwell(self, asked, world: World, trouble: Trouble) -> None:
        world.trouble(trouble, "getMe")
        finding = (await asked())["doctor-telegram-unreachable"]
        assert finding.mark is Mark.ILL
        assert f"127.0.0.1:{world.port}" in said(finding)

    async def test_of_a_bot_that_asked_too_often_is_asked_about_later(self, asked, world: World) -> None:
        world.trouble(Trouble.TOO_MANY, "getMe", retry_after=7)
        finding = (await asked())["doctor-telegram-later"]
        assert "7 seconds" in said(finding)


class TestGroups:
    async def test_that_are_not_named_yet_are_told_how_to_begin(self, asked) -> None:
        found = await asked()
        assert found["doctor-telegram-no-groups"].mark is Mark.LOOK
        assert "doctor-rooms-none" not in found

    async def test_that_the_bot_belongs_to_are_well(self, asked, desk: Group) -> None:
        desk.add_bot()
        found = await asked(operators=desk)
        assert found["doctor-telegram-group"].mark is Mark.WELL
        assert said(found["doctor-telegram-group"]).startswith(f"The group “Desk” ({desk.id}) is the operators'")

    async def test_of_old_kind_are_well_too(self, asked, world: World) -> None:
        old = world.group("Old", supergroup=False)
        old.add(world.person("Giulia"), "creator")
        old.add_bot()
        assert (await asked(leads=old))["doctor-telegram-group"].mark is Mark.WELL

    async def test_that_nobody_knows_are_an_ill(self, asked) -> None:
        finding = (await asked(operators=-1009999999999))["doctor-telegram-unknown"]
        assert finding.mark is Mark.ILL
        assert "@sportello_example_bot" in said(finding)

    async def test_that_the_bot_was_thrown_out_of_are_an_ill(self, asked, desk: Group) -> None:
        desk.add_bot()
        desk.remove_bot()
        assert (await asked(operators=desk))["doctor-telegram-kicked"].mark is Mark.ILL

    async def test_that_became_a_supergroup_are_told_with_their_new_number(self, asked, world: World) -> None:
        old = world.group("Desk", supergroup=False)
        old.add(world.person("Giulia"), "creator")
        old.add_bot()
        new = old.upgrade()
        found = await asked(operators=old)
        assert f"its number is {new.id} now" in said(found["doctor-telegram-moved"])
        assert found["doctor-telegram-group"].mark is Mark.WELL

    async def test_that_are_channels_are_an_ill(self, asked, world: World) -> None:
        channel = world.channel("News")
        channel.members[world.bot.id] = Member(world.bot, "administrator")
        assert (await asked(operators=channel.id))["doctor-telegram-channel"].mark is Mark.ILL

    async def test_may_be_one_person_s_chat(self, asked, world: World) -> None:
        marco = world.person("Marco", started=True)
        finding = (await asked(leads=marco.id))["doctor-telegram-chat"]
        assert finding.mark is Mark.WELL
        assert "Marco" in said(finding)

    async def test_that_are_public_are_pointed_out(self, asked, world: World) -> None:
        public = world.group("Desk", username="our_desk")
        public.add(world.person("Giulia"), "creator")
        public.add_bot()
        finding = (await asked(operators=public))["doctor-telegram-public"]
        assert finding.mark is Mark.LOOK
        assert "t.me/our_desk" in said(finding)

    async def test_in_which_the_bot_can_t_write_are_an_ill(self, asked, desk: Group) -> None:
        desk.add_bot("restricted", can_send_messages=False)
        finding = (await asked(operators=desk))["doctor-telegram-mute"]
        assert finding.mark is Mark.ILL

    async def test_that_telegram_refuses_otherwise_are_told_in_its_words(
        self, asked, world: World, desk: Group
    ) -> None:
        desk.add_bot()
        world.trouble(Trouble.REFUSED, "getChatMember", description="Bad Request: member list is inaccessible")
        finding = (await asked(operators=desk))["doctor-telegram-odd"]
        assert "member list is inaccessible" in said(finding)

    async def test_that_take_one_topic_each_leave_the_rest_to_nobody(self, asked, desk: Group) -> None:
        desk.add_bot()
        finding = (await asked(operators=f'{{"documents": {desk.id}}}'))["doctor-rooms-no-rest"]
        assert finding.mark is Mark.LOOK

    async def test_of_operators_and_leads_are_rooms(self, asked, world: World, desk: Group) -> None:
        leads = world.group("Leads")
        assert (await asked(operators=desk, leads=leads))["doctor-rooms"].mark is Mark.WELL


class TestTopics:
    @pytest.fixture
    def forum(self, world: World) -> Group:
        group = world.group("Forum", forum=True)
        group.add(world.person("Giulia"), "creator")
        return group

    async def test_are_made_where_the_bot_may(self, asked, forum: Group) -> None:
        forum.add_bot(can_manage_topics=True)
        assert "a topic for each ticket" in said((await asked(operators=forum))["doctor-telegram-group"])

    @pytest.mark.parametrize("rights", [{}, {"can_pin_messages": True}])
    async def test_that_it_may_not_make_are_told_with_what_to_press(self, asked, forum: Group, rights: Any) -> None:
        forum.add_bot(**rights)
        finding = (await asked(operators=forum))["doctor-telegram-no-topics"]
        assert finding.mark is Mark.LOOK
        assert "“Manage topics”" in said(finding)


class TestPrivacy:
    async def test_that_is_on_is_well(self, asked, desk: Group) -> None:
        desk.add_bot()
        assert (await asked(operators=desk))["doctor-telegram-privacy"].mark is Mark.WELL

    async def test_that_is_off_is_something_to_look_at(self, asked, world: World, desk: Group) -> None:
        world.bot.can_read_all_group_messages = True
        desk.add_bot()
        assert "/setprivacy" in said((await asked(operators=desk))["doctor-telegram-no-privacy"])

    async def test_is_no_matter_where_the_bot_is_an_administrator(self, asked, desk: Group) -> None:
        desk.add_bot(can_pin_messages=True)
        assert "doctor-telegram-privacy" not in await asked(operators=desk)

    async def test_a_bot_that_can_t_be_added_is_told_where_it_should_be(self, asked, world: World, desk: Group) -> None:
        world.bot.can_join_groups = False
        assert "/setjoingroups" in said((await asked(operators=desk))["doctor-telegram-closed"])

    async def test_a_bot_that_is_where_it_should_be_need_not_be_added(self, asked, world: World, desk: Group) -> None:
        desk.add_bot()
        world.bot.can_join_groups = False
        assert "doctor-telegram-closed" not in await asked(operators=desk)


class TestDelivery:
    HERE = "http://127.0.0.1:9/telegram"

    async def test_is_by_asking_unless_it_is_set(self, asked, world: World) -> None:
        world.person("Eva").says("ciao")
        world.person("Bea").says("ciao")
        finding = (await asked())["doctor-telegram-polling"]
        assert "are waiting" in said(finding)

    async def test_by_a_webhook_that_is_not_wanted_is_something_to_look_at(self, asked, world: World) -> None:
        world.set_webhook("http://127.0.0.1:9/secret-path", "", 40)
        finding = (await asked())["doctor-telegram-webhook-elsewhere"]
        assert finding.mark is Mark.LOOK
        assert "secret-path" not in said(finding)

    async def test_by_another_webhook_is_something_to_look_at(self, asked, world: World) -> None:
        world.set_webhook("http://127.0.0.1:8/", "", 40)
        finding = (await asked(webhook=self.HERE))["doctor-telegram-webhook-elsewhere"]
        assert "not to 127.0.0.1:9" in said(finding)

    async def test_by_a_webhook_that_the_desk_has_still_to_set_is_told(self, asked) -> None:
        assert (await asked(webhook=self.HERE))["doctor-telegram-webhook-unset"].mark is Mark.LOOK

    async def test_by_the_webhook_is_well(self, asked, world: World) -> None:
        world.set_webhook(self.HERE, "", 40)
        assert (await asked(webhook=self.HERE))["doctor-telegram-webhook"].mark is Mark.WELL

    async def test_that_fails_is_told_in_telegram_s_words(self, asked, world: World) -> None:
        world.set_webhook(self.HERE, "", 40)
        world.person("Eva").starts()
        await world.until(lambda: world.webhook.json.get("last_error_message"))
        finding = (await asked(webhook=self.HERE))["doctor-telegram-webhook-failing"]
        assert finding.mark is Mark.LOOK
        assert world.webhook.json["last_error_message"] in said(finding)


async def test_nothing_is_sent_and_nothing_is_changed(asked, world: World, desk: Group) -> None:
    desk.add_bot(can_pin_messages=True)
    await asked(operators=desk, leads=world.group("Leads"), webhook="http://127.0.0.1:9/")
    assert {call.method for call in world.calls} <= ASKING
    assert desk.cards() == []


async def test_a_desk_without_a_token_asks_nothing(asked, world: World) -> None:
    found = await asked(token="")
    assert list(world.calls) == []
    assert found["doctor-rooms-none"].mark is Mark.LOOK


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_sentence_is_there_in_both_languages(language: str) -> None:
    assert set(LEXICON.spoken(language, False).sources) >= SENTENCES
