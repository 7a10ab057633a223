"""Nothing that Slack tells is lost, and nothing is taken twice: over the real Bolt and our server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.adapters.slack.access import Access, connect
from bot.adapters.slack.listening import Door
from bot.conversations.heard import Arrived, Heard, Left, Pressed, Said
from bot.conversations.screen import Key, Receipt
from tests.adapters.slack.ears import HURRY, Writer, buttons, ears, listening, running, stalling
from tests.house import House
from tests.servers.slack import Channel, Person, Trouble, World

LATER = replace(HURRY, gap=timedelta(hours=1))
"""Nothing is caught up: only Slack's own retries bring what was missed."""


class Held:
    """The desk is busy until it is let go."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.waiting: list[Heard] = []

    async def __call__(self, heard: Heard) -> Receipt:
        self.waiting.append(heard)
        await self.gate.wait()
        return Receipt()


class Stumbling:
    """The store is away so many times."""

    def __init__(self, times: int) -> None:
        self.times = times

    async def __call__(self, heard: Heard) -> Receipt:
        self.times -= 1
        if self.times >= 0:
            raise OSError("away")
        return Receipt()


async def test_what_is_written_in_direct_messages_is_heard_with_who_it_is(
    world: World, desk: House, eva: Person
) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: not world.unanswered())
    (said,) = writer.of(Said)
    assert (said.text, said.place.chat, said.person.direct) == ("La stampante non va", eva.dm.id, True)
    assert (said.person.name, said.person.language, said.person.email) == ("Eva", "it", "eva@example.org")


# Acknowledged after the commit


async def test_an_event_is_acknowledged_only_when_the_desk_has_committed_it(
    world: World, desk: House, eva: Person
) -> None:
    writer = Writer(desk.desk, held := Held())
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: held.waiting)
        before = len(world.unanswered())
        held.gate.set()
        await world.until(lambda: not world.unanswered())
    assert (before, writer.texts) == (1, ["La stampante non va"])


async def test_what_fails_is_not_acknowledged_and_is_taken_when_slack_sends_it_again(
    world: World, desk: House, eva: Person
) -> None:
    writer = Writer(desk.desk, Stumbling(2))
    async with listening(world, writer, pace=LATER):
        eva.says("La stampante non va")
        await world.until(lambda: writer.answer.times == 1)  # type: ignore[union-attr]
        world.passes(3)
        await world.until(lambda: writer.answer.times == 0)  # type: ignore[union-attr]
        world.passes(3)
        world.passes(60)
        await world.until(lambda: not world.unanswered())
    assert writer.texts == ["La stampante non va"]


async def test_an_event_that_comes_again_while_it_is_being_taken_is_taken_once(
    world: World, desk: House, eva: Person
) -> None:
    writer = Writer(desk.desk, held := Held())
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: held.waiting)
        world.passes(3)
        await world.until(lambda: world.deliveries.all[-1].tries == 2)
        held.gate.set()
        await world.until(lambda: writer.again)
    assert writer.texts == ["La stampante non va"]


async def test_an_envelope_that_slack_delivers_twice_is_taken_once(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: not world.unanswered())
        world.deliveries.again(world.deliveries.all[-1])
        await world.until(lambda: writer.again)
    assert writer.texts == ["La stampante non va"]


async def test_what_nobody_here_understands_is_acknowledged_all_the_same(
    world: World, desk: House, eva: Person, operators: Channel
) -> None:
    async with listening(world, Writer(desk.desk)):
        eva.joins(operators)
        eva.renames(operators, "desk")
        eva.becomes(status="away")
        await world.until(lambda: not world.unanswered())
    assert world.lost == []


async def test_a_person_is_heard_in_the_order_in_which_they_wrote(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    words = [f"{number} di 12" for number in range(12)]
    async with listening(world, writer):
        for word in words:
            eva.says(word)
        await world.until(lambda: not world.unanswered())
    assert writer.texts == words


async def test_one_person_waits_for_no_other(world: World, desk: House, eva: Person, luca: Person) -> None:
    release = asyncio.Event()

    async def hold_eva(heard: Heard) -> Receipt:
        if heard.person.name == "Eva":
            await release.wait()
        return Receipt()

    writer = Writer(desk.desk, hold_eva)
    async with listening(world, writer):
        eva.says("prima")
        luca.says("dopo")
        await world.until(lambda: writer.texts == ["dopo"])
        release.set()
        await world.until(lambda: not world.unanswered())


# Presses and their three seconds


async def card(client: AsyncWebClient, channel: Channel, *keys: Key) -> None:
    await client.chat_postMessage(channel=channel.id, text="Ticket 17", blocks=buttons(*keys))


CLAIM = Key("Prendi", "!claim.17")


async def test_a_press_is_acknowledged_in_time_when_the_database_stalls_for_two_seconds(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        stalling(desk.desk, 2.0)
        press = await luca.presses("Prendi")
    assert (press.acked, press.failed, [p.key for p in writer.of(Pressed)]) == (True, "", ["!claim.17"])


async def test_a_press_that_is_not_committed_within_three_seconds_is_not_acknowledged(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, held := Held())
    pace = replace(HURRY, answer=timedelta(milliseconds=50))
    async with listening(world, writer, pace=pace):
        await card(client, operators, CLAIM)
        with capture_logs() as logs:
            press = luca.presses("Prendi")
            await world.until(lambda: [entry for entry in logs if entry["event"] == "slack-press-too-slow"])
        world.passes(3)
        held.gate.set()
        await world.until(lambda: writer.heard)
    assert (press.acked, bool(press.failed), world.deliveries.late) == (False, True, [])


async def test_a_press_that_fails_is_not_acknowledged_and_pressing_again_does_it(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Stumbling(1))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        first = luca.presses("Prendi")
        await world.until(lambda: writer.answer.times == 0)  # type: ignore[union-attr]
        world.passes(3)
        second = await luca.presses("Prendi")
    assert (first.acked, second.acked, len(writer.of(Pressed))) == (False, True, 1)


async def test_a_press_whose_acknowledgement_gets_lost_is_taken_once(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        world.deliveries.loses_acks(1, of="interactive")
        press = luca.presses("Prendi")
        await world.until(lambda: world.deliveries.acks_lost)
        world.deliveries.again(press.delivery)
        await press
    assert (press.acked, len(writer.of(Pressed))) == (True, 1)


# Links


async def test_slack_may_be_down_when_the_desk_starts(world: World, desk: House, eva: Person, access: Access) -> None:
    writer = Writer(desk.desk)
    link = connect(access)
    world.goes_down()
    with capture_logs() as logs:
        async with running(ears(access, link.client, desk.desk, pace=LATER), writer.hear):
            await world.until(lambda: [entry for entry in logs if entry["event"] == "slack-trouble"])
            world.comes_back()
            await world.connected()
            eva.says("La stampante non va")
            await world.until(lambda: not world.unanswered())
    await link.close()
    assert writer.texts == ["La stampante non va"]
    assert len([entry for entry in logs if entry["event"] == "slack-trouble"]) == 1


@pytest.mark.parametrize(
    ("access", "kind"),
    [
        (Access("xoxb-wrong", "xapp-wrong"), "invalid_auth"),
        (Access("", "xapp-wrong"), "not_authed"),
    ],
)
async def test_a_wrong_token_is_told_once_in_words_that_say_what_to_do(
    world: World, desk: House, access: Access, kind: str
) -> None:
    access = replace(access, base_url=world.base_url)
    link = connect(access)
    with capture_logs() as logs:
        async with running(ears(access, link.client, desk.desk), Writer(desk.desk).hear):
            await world.until(lambda: len(world.called("auth.test")) >= 3)
    await link.close()
    (told,) = [entry for entry in logs if entry["event"] == "slack-trouble"]
    assert (told["log_level"], told["kind"]) == ("error", kind)
    assert "put it into the settings" in told["meaning"]


async def test_a_wrong_app_token_is_told_once_and_asked_again(world: World, desk: House, access: Access) -> None:
    access = replace(access, app_token="xapp-wrong")
    link = connect(access)
    with capture_logs() as logs:
        async with running(ears(access, link.client, desk.desk), Writer(desk.desk).hear):
            await world.until(lambda: len(world.called("apps.connections.open")) >= 3)
    await link.close()
    assert [entry["kind"] for entry in logs if entry["event"] == "slack-trouble"] == ["invalid_auth"]


async def test_a_dropped_link_is_opened_again_and_nothing_is_lost(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer, pace=LATER):
        world.sockets.drop()
        await world.until(lambda: not world.links)
        eva.says("nel vuoto")
        await world.until(lambda: world.links)
        world.passes(60)
        await world.until(lambda: writer.texts)
    assert writer.texts == ["nel vuoto"]


async def test_a_link_that_nobody_answers_is_noticed(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer, pace=LATER):
        world.sockets.freeze()
        await world.until(lambda: [link for link in world.links if not link.frozen])
        eva.says("di nuovo")
        await world.until(lambda: writer.texts)
    assert writer.texts == ["di nuovo"]


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
async def test_work_under_way_is_acknowledged_when_slack_asks_for_another_link(
    world: World, desk: House, eva: Person, reason: str
) -> None:
    writer = Writer(desk.desk, held := Held())
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: held.waiting)
        world.sockets.ask_to_reconnect(reason)
        await world.until(lambda: world.sockets.opened == 2)
        world.sockets.links[0].close()
        await world.until(lambda: len(world.links) == 1)
        held.gate.set()
        await world.until(lambda: not world.unanswered())
    assert (writer.texts, world.oddities) == (["La stampante non va"], [])


async def test_a_new_link_is_open_before_the_old_one_is_left(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        world.sockets.ask_to_reconnect("warning")
        await world.until(lambda: len(world.links) == 2)
        eva.says("in mezzo")
        await world.until(lambda: not world.unanswered())
    assert writer.texts == ["in mezzo"]


async def test_what_comes_by_several_links_is_taken_once(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer, pace=replace(HURRY, links=3)):
        for number in range(9):
            eva.says(str(number))
        await world.until(lambda: not world.unanswered())
    assert sorted(writer.texts) == [str(number) for number in range(9)]


async def test_stopping_does_what_is_under_way_to_its_end(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk, held := Held())
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: held.waiting)
        asyncio.get_running_loop().call_later(0.05, held.gate.set)
    await world.until(lambda: not world.links)
    assert (writer.texts, world.unanswered()) == (["La stampante non va"], [])


async def test_being_taken_out_of_the_workspace_is_told_loudly(world: World, desk: House) -> None:
    with capture_logs() as logs:
        async with listening(world, Writer(desk.desk)):
            world.uninstalls()
            await world.until(lambda: [entry for entry in logs if entry["event"] == "slack-app-taken-out"])


# Rooms that come and go


async def test_a_channel_that_lets_us_in_and_puts_us_out_is_told(world: World, desk: House, luca: Person) -> None:
    channel = world.channel("desk", [luca], bot=False)
    writer = Writer(desk.desk)
    async with listening(world, writer):
        luca.invites(world.bot, channel)
        await world.until(lambda: writer.of(Arrived))
        luca.removes(world.bot, channel)
        await world.until(lambda: writer.of(Left))
    assert [heard.place.chat for heard in writer.heard] == [channel.id, channel.id]


async def test_an_archived_channel_is_left_and_comes_back(
    world: World, desk: House, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        luca.archives(operators)
        await world.until(lambda: writer.of(Left))
        luca.archives(operators, back=True)
        await world.until(lambda: writer.of(Arrived))


# Signed HTTP


DOOR = Door(port=0)


async def test_signed_events_are_taken_and_a_failed_one_comes_again(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk, Stumbling(1))
    async with listening(world, writer, door=DOOR, pace=LATER):
        eva.says("La stampante non va")
        await world.until(lambda: not world.unanswered())
    assert writer.texts == ["La stampante non va"]


async def test_a_request_url_proves_itself(world: World, desk: House) -> None:
    async with listening(world, Writer(desk.desk), door=DOOR) as made:
        assert await world.verifies(f"http://127.0.0.1:{made.port}{DOOR.path}")


async def test_what_is_signed_with_another_secret_is_refused(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer, door=DOOR, pace=LATER):
        world.signing_secret = "another"
        eva.says("La stampante non va")
        await world.until(lambda: world.deliveries.all[-1].reason)
    assert writer.heard == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"payload=[]", b'{"event": []}', b"payload={"])
async def test_whatever_comes_unsigned_is_refused(world: World, desk: House, body: bytes) -> None:
    writer = Writer(desk.desk)
    link = connect(Access(""))
    async with listening(world, writer, door=DOOR) as made:
        answer = await link.session.post(f"http://127.0.0.1:{made.port}{DOOR.path}", data=body)
        assert 400 <= answer.status < 500
    await link.close()
    assert writer.heard == []


@pytest.mark.parametrize(("moment", "signature"), [("soon", "v0=0"), ("9" * 5_000, "v0=0"), ("1", "v0=è")])
async def test_what_is_no_signature_at_all_is_turned_away_without_a_word(
    world: World, desk: House, moment: str, signature: str
) -> None:
    link = connect(Access(""))
    async with listening(world, Writer(desk.desk), door=DOOR) as made:
        signed = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": signature}
        with capture_logs() as logs:
            answer = await link.session.post(f"http://127.0.0.1:{made.port}{DOOR.path}", data=b"{}", headers=signed)
    await link.close()
    assert (answer.status, logs) == (401, [])


async def test_a_signed_press_that_takes_too_long_is_not_answered_with_200(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, held := Held())
    async with listening(world, writer, door=DOOR, pace=replace(HURRY, answer=timedelta(milliseconds=50))):
        await card(client, operators, CLAIM)
        press = await luca.presses("Prendi")
        held.gate.set()
    assert (press.acked, press.delivery.reason) == (False, "http_error")


async def test_a_door_needs_a_secret(world: World, desk: House, access: Access) -> None:
    link = connect(access)
    made = ears(replace(access, signing_secret=""), link.client, desk.desk, door=DOOR)
    with pytest.raises(ValueError, match="signing secret"):
        await made.run(Writer(desk.desk).hear)
    await link.close()


# Slack is slow to say who somebody is


@pytest.mark.parametrize("trouble", [Trouble.SERVER_ERROR, Trouble.TOO_MANY, Trouble.NONSENSE, Trouble.RESET])
async def test_whose_words_they_are_must_be_known_before_they_are_acknowledged(
    world: World, desk: House, eva: Person, trouble: Trouble
) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer, pace=LATER):
        world.trouble(trouble, "users.info")
        eva.says("La stampante non va")
        await world.until(lambda: world.called("users.info"))
        world.passes(3)
        await world.until(lambda: not world.unanswered())
    assert [said.person.name for said in writer.of(Said)] == ["Eva"]
