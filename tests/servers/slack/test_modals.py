"""Modals: triggers, the stack, what is typed, and what a submission's answer does."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import CannotDo, Person, World
from tests.servers.slack.desk import Desk, actions, button, field, modal, option, refused, section

SEVERITY = {"type": "static_select", "options": [option("High"), option("Low")]}
FORM = modal(
    section("Tell us"),
    field("Problem", {"multiline": True, "max_length": 200}),
    field("Severity", SEVERITY, optional=True),
    callback_id="open",
    private_metadata="talk-1",
)


@pytest.fixture
async def trigger(world: World, eva: Person) -> str:
    return world.trigger(eva)


@pytest.fixture
async def opened(client: AsyncWebClient, trigger: str) -> dict[str, Any]:
    view: dict[str, Any] = (await client.views_open(trigger_id=trigger, view=FORM))["view"]
    return view


def answering(desk: Desk, **answer: Any) -> None:
    async def answer_with(body: Any, ack: Any) -> None:
        await ack(**answer)

    desk.answers["view_submission"] = answer_with


async def test_a_modal_is_seen_with_its_fields(opened: dict[str, Any], eva: Person) -> None:
    assert eva.modal is not None
    assert (eva.modal.title, eva.modal.submit, eva.modal.lines[0]) == ("Open a ticket", "Send", "Tell us")
    assert eva.modal.fields == {"Problem": None, "Severity": None}
    assert eva.modal.options("Severity") == ["High", "Low"]


async def test_a_trigger_works_once(client: AsyncWebClient, opened: dict[str, Any], trigger: str) -> None:
    assert (await refused(client.views_open(trigger_id=trigger, view=FORM)))["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(client: AsyncWebClient, world: World, trigger: str) -> None:
    world.passes(3.1)
    assert (await refused(client.views_open(trigger_id=trigger, view=FORM)))["error"] == "expired_trigger_id"


async def test_an_invalid_view_does_not_use_the_trigger_up(client: AsyncWebClient, trigger: str) -> None:
    await refused(client.views_open(trigger_id=trigger, view=FORM | {"title": {}}))
    await client.views_open(trigger_id=trigger, view=FORM)


async def test_a_trigger_of_a_wrong_form_is_complained_of(client: AsyncWebClient) -> None:
    answer = await refused(client.views_open(trigger_id="nonsense", view=FORM))
    assert answer["response_metadata"]["messages"] == ["[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]"]


async def test_a_submission_carries_what_was_typed_and_no_channel(
    desk: Desk, opened: dict[str, Any], eva: Person
) -> None:
    eva.fills("Problem", "it\nsmokes")
    eva.fills("Severity", "High")
    await eva.submits()
    body = desk.asked[-1]
    values = body["view"]["state"]["values"]
    assert values["problem"]["problem"] == {"type": "plain_text_input", "value": "it\nsmokes"}
    assert values["severity"]["severity"]["selected_option"]["value"] == "high"
    assert "channel" not in body
    assert body["view"]["private_metadata"] == "talk-1"
    assert eva.modal is None


async def test_the_client_itself_stops_an_empty_or_too_long_field(opened: dict[str, Any], eva: Person) -> None:
    with pytest.raises(CannotDo, match="Problem: Please complete"):
        eva.submits()
    with pytest.raises(CannotDo, match="at most 200"):
        eva.submits(problem="x" * 201)


async def test_errors_leave_the_modal_as_it_was(desk: Desk, opened: dict[str, Any], eva: Person) -> None:
    answering(desk, response_action="errors", errors={"problem": "say more"})
    await eva.submits(problem="it")
    assert eva.modal is not None
    assert eva.modal.errors == {"Problem": "say more"}
    assert eva.modal.fields["Problem"] == "it"
    assert eva.modal.private_metadata == "talk-1"


async def test_errors_at_an_unknown_block_are_trouble(
    desk: Desk, world: World, opened: dict[str, Any], eva: Person
) -> None:
    answering(desk, response_action="errors", errors={"nowhere": "x"})
    await eva.submits(problem="it")
    assert eva.modal is not None
    assert eva.modal.trouble == "We had some trouble connecting. Try again?"
    assert "nowhere" in world.oddities[0]


async def test_an_update_keeps_the_old_input_under_the_same_block_id(
    desk: Desk, opened: dict[str, Any], eva: Person
) -> None:
    again = modal(field("Problem", {"initial_value": "new"}), field("Room", {"initial_value": "4"}))
    answering(desk, response_action="update", view=again)
    await eva.submits(problem="old words")
    assert eva.modal is not None
    assert eva.modal.fields == {"Problem": "old words", "Room": "4"}
    assert eva.modal.view.id == opened["id"]


async def test_a_push_comes_on_top_and_goes_back(desk: Desk, opened: dict[str, Any], eva: Person) -> None:
    answering(desk, response_action="push", view=modal(section("sure?"), title="Sure?"))
    await eva.submits(problem="it")
    assert eva.modal_stack == ["Open a ticket", "Sure?"]
    eva.closes()
    assert eva.modal_stack == ["Open a ticket"]


async def test_clear_closes_everything(desk: Desk, opened: dict[str, Any], eva: Person) -> None:
    answering(desk, response_action="clear")
    await eva.submits(problem="it")
    assert eva.modal is None


async def test_an_update_that_is_no_view_is_trouble(desk: Desk, opened: dict[str, Any], eva: Person) -> None:
    answering(desk, response_action="update", view=modal(section("x"), title="x" * 25))
    await eva.submits(problem="it")
    assert eva.modal is not None
    assert eva.modal.trouble
    assert eva.modal.title == "Open a ticket"


async def test_a_submission_that_nobody_acknowledges_keeps_what_was_typed(
    desk: Desk, world: World, opened: dict[str, Any], eva: Person
) -> None:
    world.deliveries.loses_acks(of="interactive")
    sent = eva.submits(problem="it")
    await world.until(lambda: world.deliveries.acks_lost)
    world.passes(3)
    assert sent.failed
    assert eva.modal is not None
    assert (eva.modal.trouble, eva.modal.fields["Problem"]) == (sent.failed, "it")
    assert (await eva.submits()).acked


async def test_the_stack_holds_three(
    desk: Desk, client: AsyncWebClient, world: World, eva: Person, opened: dict[str, Any]
) -> None:
    for _ in range(2):
        await client.views_push(trigger_id=world.trigger(eva, in_modal=True), view=FORM)
    answer = await refused(client.views_push(trigger_id=world.trigger(eva, in_modal=True), view=FORM))
    assert answer["error"] == "push_limit_reached"


async def test_an_update_of_a_stale_hash_is_refused(client: AsyncWebClient, opened: dict[str, Any]) -> None:
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=FORM)
    answer = await refused(client.views_update(view_id=opened["id"], hash=opened["hash"], view=FORM))
    assert answer["error"] == "hash_conflict"


async def test_a_closed_view_cannot_be_updated(client: AsyncWebClient, opened: dict[str, Any], eva: Person) -> None:
    eva.closes()
    assert (await refused(client.views_update(view_id=opened["id"], view=FORM)))["error"] == "not_found"


async def test_closing_is_told_only_if_asked_for(
    desk: Desk, client: AsyncWebClient, world: World, eva: Person, opened: dict[str, Any]
) -> None:
    eva.closes()
    await client.views_open(
        trigger_id=world.trigger(eva), view=FORM | {"notify_on_close": True, "callback_id": "noted"}
    )
    eva.closes(everything=True)
    await world.until(lambda: desk.asked)
    assert [(b["type"], b["view"]["callback_id"], b["is_cleared"]) for b in desk.asked] == [
        ("view_closed", "noted", True)
    ]


async def test_an_external_id_is_used_once(client: AsyncWebClient, world: World, eva: Person, luca: Person) -> None:
    await client.views_open(trigger_id=world.trigger(eva), view=FORM | {"external_id": "one"})
    answer = await refused(client.views_open(trigger_id=world.trigger(luca), view=FORM | {"external_id": "one"}))
    assert answer["error"] == "duplicate_external_id"


async def test_a_button_in_a_modal_carries_the_view(
    desk: Desk, client: AsyncWebClient, world: World, eva: Person
) -> None:
    await client.views_open(trigger_id=world.trigger(eva), view=modal(field("Problem"), actions(button("Add a file"))))
    eva.fills("Problem", "half writ")
    await eva.presses("Add a file")
    body = desk.asked[-1]
    assert body["view"]["state"]["values"]["problem"]["problem"]["value"] == "half writ"
    assert body["container"]["type"] == "view"


async def test_a_field_that_dispatches_is_told_at_once(
    desk: Desk, client: AsyncWebClient, world: World, eva: Person
) -> None:
    view = modal(field("Severity", SEVERITY, dispatch_action=True))
    await client.views_open(trigger_id=world.trigger(eva), view=view)
    told = eva.fills("Severity", "Low")
    assert told is not None
    await told
    assert desk.asked[-1]["actions"][0]["selected_option"]["value"] == "low"
