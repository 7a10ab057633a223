"""Block Kit is checked as strictly as Slack does, and complained of in its words."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import Channel, Refused
from tests.servers.slack.blocks import check_message_blocks, check_view
from tests.servers.slack.desk import actions, button, field, modal, option, plain, refused, section

HUNDRED_ONE = [option(f"option {n}") for n in range(101)]


def complaints(blocks: list[Any]) -> list[str]:
    try:
        check_message_blocks(blocks)
    except Refused as refusal:
        return list(refusal.more.get("errors", [refusal.error]))
    return []


def view_complaints(view: Any) -> list[str]:
    try:
        check_view(view, "modal", "home")
    except Refused as refusal:
        messages: list[str] = refusal.more.get("response_metadata", {}).get("messages", [refusal.error])
        return [message.removeprefix("[ERROR] ") for message in messages]
    return []


def select(*options: Any, **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": list(options), **more}


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
        (
            {"type": "section", "fields": [plain("x" * 2001)]},
            "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
        ),
        (
            {"type": "section", "fields": [plain("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
        ),
        (
            {"type": "header", "text": plain("x" * 151)},
            "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        ),
        (actions(button("x" * 76)), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
        (
            actions(button("x", value="v" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            actions(button("x", "a" * 256)),
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (
            actions(button("x", style="green")),
            "must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions(*[button(f"{n}") for n in range(26)]),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "context", "elements": [plain("x")] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            actions({"type": "overflow", "action_id": "o", "options": [option(f"{n}") for n in range(6)]}),
            "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions({"type": "overflow", "action_id": "o", "options": [option("one")]}),
            "no fewer than 2 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (actions(select(*HUNDRED_ONE)), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
        (
            actions(select(option("x" * 76, "v"))),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
        ),
        (
            actions(select(option("a"), initial_option=option("b"))),
            "initial option must exactly match a provided option [json-pointer:/blocks/0/elements/0/initial_option]",
        ),
        ({"type": "sektion"}, "unsupported type: sektion [json-pointer:/blocks/0/type]"),
        ({"text": plain("x")}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": "divider", "colour": "red"}, "invalid additional property: colour [json-pointer:/blocks/0]"),
        (
            actions({"type": "plain_text_input", "action_id": "p"}),
            "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
        ),
        (
            {"type": "section", "text": {"type": "plain_text", "text": "x", "verbatim": True}},
            "invalid additional property: verbatim [json-pointer:/blocks/0/text]",
        ),
        (
            actions(button("a", "same"), button("b", "same")),
            "`action_id` same already exists in the block [json-pointer:/blocks/0/elements/1/action_id]",
        ),
    ],
)
def test_a_block_that_does_not_fit_is_complained_of(block: dict[str, Any], complaint: str) -> None:
    assert complaint in complaints([block])


def test_a_message_has_fifty_blocks_at_most() -> None:
    assert complaints([{"type": "divider"}] * 50) == []
    assert complaints([{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_a_block_id_is_used_once() -> None:
    same = {"type": "divider", "block_id": "d"}
    assert complaints([same, same]) == ["`block_id` d already exists [json-pointer:/blocks/1/block_id]"]


def test_the_same_action_id_may_stand_in_two_blocks() -> None:
    assert complaints([actions(button("a", "same")), actions(button("b", "same"))]) == []


def test_the_whole_text_of_a_message_has_its_limit() -> None:
    assert complaints([section("x" * 3000) for _ in range(5)]) == ["msg_blocks_too_long"]


@pytest.mark.parametrize(
    ("view", "complaint"),
    [
        (modal(field("Problem"), title="x" * 25), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (
            modal(field("Problem")) | {"submit": plain("x" * 25)},
            "must be less than 25 characters [json-pointer:/view/submit/text]",
        ),
        (
            modal(field("Problem"), private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (modal(*[section("x")] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (
            modal(field("Problem", {"initial_value": "x" * 3001})),
            "must be less than 3001 characters [json-pointer:/view/blocks/0/element/initial_value]",
        ),
        (
            modal(field("Problem", {"max_length": 3001})),
            "must be between 1 and 3000 [json-pointer:/view/blocks/0/element/max_length]",
        ),
        (
            modal(field("Problem", {"placeholder": plain("x" * 151)})),
            "must be less than 151 characters [json-pointer:/view/blocks/0/element/placeholder/text]",
        ),
        (
            modal(field("Problem"), submit_disabled=True),
            "invalid additional property: submit_disabled [json-pointer:/view]",
        ),
        (
            {"type": "modal", "title": plain("x"), "blocks": [field("Problem")]},
            "missing required field: submit [json-pointer:/view]",
        ),
        ({"type": "modal", "blocks": [section("x")]}, "missing required field: title [json-pointer:/view]"),
        (
            {"type": "home", "title": plain("x"), "blocks": [section("x")]},
            "invalid additional property: title [json-pointer:/view]",
        ),
        (
            modal(field("A", {"focus_on_load": True}), field("B", {"focus_on_load": True})),
            "only one element may have focus_on_load [json-pointer:/view/blocks]",
        ),
    ],
)
def test_a_view_that_does_not_fit_is_complained_of(view: dict[str, Any], complaint: str) -> None:
    assert complaint in view_complaints(view)


def test_a_complaint_inside_a_view_names_the_view_first() -> None:
    said = view_complaints(modal(field("Problem") | {"label": plain("x" * 2001)}))
    assert said[:2] == [
        "failed to match all allowed schemas [json-pointer:/view]",
        "failed to match all allowed schemas [json-pointer:/view/blocks/0/label]",
    ]


async def test_the_answer_carries_the_complaints_twice(client: AsyncWebClient, operators: Channel) -> None:
    answer = await refused(client.chat_postMessage(channel=operators.id, text="x", blocks=[section("x" * 3001)]))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {one}" for one in answer["errors"]]


async def test_blocks_that_are_no_array_are_told_apart(client: AsyncWebClient, operators: Channel) -> None:
    answer = await refused(client.chat_postMessage(channel=operators.id, text="x", blocks="{broken"))
    assert answer["error"] == "invalid_blocks_format"


async def test_missing_names_are_made_up_and_texts_completed(client: AsyncWebClient, operators: Channel) -> None:
    nameless = {"type": "button", "text": plain("Go")}
    answer = await client.chat_postMessage(
        channel=operators.id, text="x", blocks=[section("a < b", accessory=nameless)]
    )
    block = answer["message"]["blocks"][0]
    assert block["block_id"]
    assert block["accessory"]["action_id"]
    assert block["text"] == {"type": "mrkdwn", "text": "a &lt; b", "verbatim": False}
    assert block["accessory"]["text"]["emoji"] is True


async def test_blocks_without_a_text_are_noted(client: AsyncWebClient, operators: Channel) -> None:
    await client.api_call("chat.postMessage", json={"channel": operators.id, "blocks": [section("x")]})
    world_oddities = operators.creator.world.oddities
    assert world_oddities == ["chat.postMessage: blocks without a text: nothing for notifications and screen readers"]
