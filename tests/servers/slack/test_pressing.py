"""Buttons, menus, commands, shortcuts, response URLs and the Home tab."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.servers.slack import CannotDo, Channel, Person, World
from tests.servers.slack.desk import Desk, actions, button, field, modal, option, plain, refused, section

CARD = [
    section("*#17* printer"),
    actions(
        button("Claim", value="17", style="primary"),
        {"type": "overflow", "action_id": "more", "options": [option("Release"), option("Reassign")]},
        {"type": "static_select", "action_id": "severity", "options": [option("High"), option("Low")]},
    ),
]


@pytest.fixture
async def card(client: AsyncWebClient, operators: Channel) -> str:
    posted = await client.chat_postMessage(channel=operators.id, text="ticket 17", blocks=CARD)
    return str(posted["ts"])


async def test_a_press_carries_message_channel_and_value(
    desk: Desk, luca: Person, operators: Channel, card: str
) -> None:
    press = await luca.presses("Claim")
    body = desk.asked[-1]
    assert press.acked
    assert (body["container"]["message_ts"], body["channel"]["name"]) == (card, "operators")
    assert (body["actions"][0]["value"], body["actions"][0]["text"]["text"]) == ("17", "Claim")
    assert body["message"]["ts"] == card


async def test_an_overflow_option_is_a_press_too(desk: Desk, luca: Person, card: str) -> None:
    await luca.presses("Reassign")
    assert desk.asked[-1]["actions"][0]["selected_option"]["value"] == "reassign"


async def test_a_select_tells_its_option(desk: Desk, luca: Person, card: str) -> None:
    await luca.chooses("Low")
    assert desk.asked[-1]["actions"][0]["selected_option"]["text"]["text"] == "Low"


async def test_what_is_on_the_screen_is_listed(luca: Person, operators: Channel, card: str) -> None:
    seen = luca.sees(operators)[-1]
    assert (seen.text, seen.buttons, seen.overflow, seen.choices) == (
        "#17 printer",
        ["Claim"],
        ["Release", "Reassign"],
        ["High", "Low"],
    )


async def test_what_is_not_offered_cannot_be_pressed(luca: Person, operators: Channel, card: str) -> None:
    with pytest.raises(CannotDo, match="'Solve' among"):
        luca.presses("Solve", luca.sees(operators)[-1])


async def test_a_press_that_nobody_takes_shows_an_error_at_once(luca: Person, card: str) -> None:
    press = luca.presses("Claim")
    assert press.failed == luca.troubles[-1] == "This app didn’t respond. Try again."


async def test_a_press_not_acknowledged_in_three_seconds_fails_for_good(
    desk: Desk, world: World, luca: Person, card: str
) -> None:
    async def be_silent(body: Any, ack: Any) -> None:
        raise RuntimeError("the database is away")

    desk.answers["block_actions"] = be_silent
    press = luca.presses("Claim")
    await world.until(lambda: desk.asked)
    assert not press.done
    world.passes(3)
    assert press.failed
    world.passes(600)
    assert len(desk.asked) == 1


async def test_a_second_press_after_an_error_is_another_one(desk: Desk, world: World, luca: Person, card: str) -> None:
    world.deliveries.loses_acks(of="interactive")
    first = luca.presses("Claim")
    await world.until(lambda: desk.asked)
    await world.until(lambda: world.deliveries.acks_lost)
    world.passes(3)
    assert first.failed
    second = await luca.presses("Claim")
    assert second.acked
    assert second.payload["trigger_id"] != first.payload["trigger_id"]


async def test_an_ephemeral_message_can_be_pressed_and_replaced(
    desk: Desk, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    await client.chat_postEphemeral(channel=operators.id, user=luca.id, text="sure?", blocks=[actions(button("Yes"))])
    await luca.presses("Yes")
    body = desk.asked[-1]
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    answer = await AsyncWebhookClient(body["response_url"]).send(text="done", replace_original=True)
    assert answer.body == "ok"
    assert [seen.text for seen in luca.sees(operators)] == ["done"]


async def test_a_response_url_works_five_times(desk: Desk, luca: Person, operators: Channel, card: str) -> None:
    await luca.presses("Claim")
    hook = AsyncWebhookClient(desk.asked[-1]["response_url"])
    for _ in range(5):
        assert (await hook.send(text="only you", response_type="ephemeral", replace_original=False)).status_code == 200
    assert (await hook.send(text="too often")).status_code == 404
    assert len([seen for seen in luca.sees(operators) if seen.only_me]) == 5


async def test_a_response_url_ends_after_half_an_hour(desk: Desk, world: World, luca: Person, card: str) -> None:
    await luca.presses("Claim")
    world.passes(1801)
    answer = await AsyncWebhookClient(desk.asked[-1]["response_url"]).send(text="late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


async def test_a_command_carries_its_words_and_is_answered_to_one(desk: Desk, eva: Person) -> None:
    async def answer(body: Any, ack: Any) -> None:
        await ack(text=f"heard {body['text']}")

    desk.answers["command"] = answer
    await eva.commands("/ticket", "the printer & more")
    assert (desk.asked[-1]["command"], desk.asked[-1]["channel_name"]) == ("/ticket", "directmessage")
    assert eva.sees()[-1].only_me
    assert eva.sees()[-1].text == "heard the printer & more"


async def test_a_command_works_where_the_bot_is_not(desk: Desk, world: World, luca: Person) -> None:
    others = world.channel("others", [luca], bot=False)
    assert (await luca.commands("/ticket", "help", others)).acked
    with pytest.raises(CannotDo):
        luca.commands("/unknown")


async def test_shortcuts_come_with_and_without_a_message(desk: Desk, world: World, luca: Person) -> None:
    message = luca.says("broken", world.channel("others", [luca], bot=False))
    await luca.shortcut("Open a ticket")
    assert (desk.asked[-1]["type"], "channel" in desk.asked[-1]) == ("shortcut", False)
    await luca.shortcut("Make a ticket", message)
    assert (desk.asked[-1]["type"], desk.asked[-1]["message"]["text"]) == ("message_action", "broken")


async def test_the_home_tab_is_published_and_pressed(desk: Desk, client: AsyncWebClient, eva: Person) -> None:
    eva.opens_home()
    assert "view" not in await desk.hears("app_home_opened")
    await client.views_publish(
        user_id=eva.id, view={"type": "home", "blocks": [section("*Hello*"), actions(button("Open"))]}
    )
    assert eva.home is not None
    assert (eva.home.text, eva.home.buttons) == ("Hello", ["Open"])
    await eva.presses("Open", eva.home)
    assert desk.asked[-1]["container"]["type"] == "view"
    assert "response_url" not in desk.asked[-1]


async def test_a_stale_home_is_not_published(client: AsyncWebClient, eva: Person) -> None:
    view = {"type": "home", "blocks": [section("x")]}
    first = (await client.views_publish(user_id=eva.id, view=view))["view"]["hash"]
    await client.views_publish(user_id=eva.id, view=view, hash=first)
    assert (await refused(client.views_publish(user_id=eva.id, view=view, hash=first)))["error"] == "hash_conflict"


async def test_an_answer_that_nobody_reads_is_noted(desk: Desk, world: World, luca: Person, card: str) -> None:
    async def answer(body: Any, ack: Any) -> None:
        await ack(text="nobody sees this")

    desk.answers["block_actions"] = answer
    await luca.presses("Claim")
    assert "nobody reads" in world.oddities[0]


async def test_a_form_in_a_message_can_be_opened_from_its_press(desk: Desk, luca: Person, card: str) -> None:
    async def answer(body: Any, ack: Any) -> None:
        await ack()
        await desk.client.views_open(trigger_id=body["trigger_id"], view=modal(field("Problem")))

    desk.answers["block_actions"] = answer
    luca.presses("Claim")
    await desk.world.until(lambda: luca.modal)
    assert luca.modal is not None
    assert luca.modal.title == plain("Open a ticket")["text"]


async def test_nonsense_at_a_response_url_is_refused(desk: Desk, luca: Person, card: str) -> None:
    await luca.presses("Claim")
    url = desk.asked[-1]["response_url"]
    async with aiohttp.ClientSession() as session, session.post(url, data="{") as answer:
        assert answer.status == 400
