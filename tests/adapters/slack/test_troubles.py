"""Every error that Slack documents means something to the courier, and none carries words of people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.channel import Blocked, Broken, GiveUp, Retry, Trouble
from bot.adapters.slack.access import Access, connect
from bot.adapters.slack.troubles import (
    ACCESS,
    AILING,
    CLOSED,
    PAST_EDITING,
    REFUSED,
    WAITS,
    code_of,
    is_access,
    is_uncertain,
    meaning,
)
from tests.servers.slack import Trouble as Bad
from tests.servers.slack import World

ADAPTER = Path(__file__).parents[3] / "bot/adapters/slack"
TABLE = (WAITS, ACCESS, CLOSED, AILING, REFUSED)
EVERY_METHOD = (
    "access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied enterprise_is_restricted "
    "fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_charset "
    "invalid_form_data invalid_post_type method_deprecated missing_post_type missing_scope no_permission "
    "not_allowed_token_type not_authed org_login_required ratelimited request_timeout service_unavailable "
    "team_access_not_granted team_added_to_org token_expired token_revoked two_factor_setup_required upgrade_required "
    "invalid_json json_not_object"
)
DOCUMENTED = {
    "chat.postMessage": (
        "app_access_restricted as_user_not_supported attachment_payload_limit_exceeded "
        "cannot_reply_to_message channel_not_found draft_already_deleted draft_already_sent "
        "draft_has_conflict draft_not_found duplicate_channel_not_found duplicate_message_not_found "
        "ekm_access_denied invalid_blocks invalid_blocks_format invalid_metadata_format "
        "invalid_metadata_schema is_archived markdown_text_conflict message_limit_exceeded "
        "messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large missing_file_data "
        "msg_blocks_too_long no_text not_in_channel rate_limited restricted_action "
        "restricted_action_non_threadable_channel restricted_action_read_only_channel "
        "restricted_action_thread_locked restricted_action_thread_only_channel send_on_behalf_not_allowed "
        "slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked "
        "slack_connect_lists_sharing_blocked team_not_found too_many_attachments too_many_contact_cards"
    ),
    "chat.update": (
        "as_user_not_supported block_mismatch blocked_file_type cant_broadcast_message cant_update_message "
        "channel_not_found edit_window_closed external_channel_migrating file_deleted file_is_deleted "
        "file_not_found file_share_limit_reached invalid_attachments invalid_blocks invalid_blocks_format "
        "invalid_metadata_format invalid_metadata_schema is_inactive markdown_text_conflict "
        "max_file_sharing_exceeded message_limit_exceeded message_not_found metadata_must_be_sent_from_app "
        "metadata_too_large msg_too_long no_dual_broadcast_content_update no_text posting_to_channel_denied "
        "slack_connect_blocked_file_type slack_connect_canvas_sharing_blocked "
        "slack_connect_clip_sharing_blocked slack_connect_file_link_sharing_blocked "
        "slack_connect_file_upload_sharing_blocked streaming_state_conflict team_not_found "
        "too_many_attachments unable_to_share_files update_failed"
    ),
    "chat.delete": ("cant_delete_message channel_not_found message_not_found"),
    "chat.postEphemeral": (
        "cannot_reply_to_message channel_not_found invalid_attachments invalid_blocks invalid_blocks_format "
        "is_archived markdown_text_conflict message_limit_exceeded messages_tab_disabled msg_too_long no_text "
        "not_in_channel restricted_action too_many_attachments user_not_in_channel"
    ),
    "conversations.history": (
        "channel_is_limited_access channel_not_found invalid_cursor invalid_metadata_filter_keys "
        "invalid_ts_latest invalid_ts_oldest not_in_channel"
    ),
    "conversations.replies": (
        "channel_not_found invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest "
        "list_record_comment_fetch_failed method_not_supported_for_channel_type missing_scope "
        "thread_not_found"
    ),
    "conversations.open": (
        "channel_not_found invalid_user_combination method_not_supported_for_channel_type missing_scope "
        "not_enough_users too_many_users user_disabled user_not_found user_not_visible "
        "users_list_not_supplied"
    ),
    "conversations.info": ("channel_is_limited_access channel_not_found missing_scope"),
    "conversations.members": (
        "channel_not_found fetch_members_failed invalid_cursor invalid_limit "
        "method_not_supported_for_channel_type missing_scope"
    ),
    "files.info": (
        "access_denied canvas_disabled_file_team canvas_disabled_user_team canvas_globally_disabled "
        "file_deleted file_not_found not_visible slack_connect_canvas_sharing_blocked template_not_visible"
    ),
    "files.getUploadURLExternal": (
        "alt_txt_too_large file_type_not_allowed file_upload_size_restricted file_uploads_disabled "
        "file_uploads_except_images_disabled missing_argument snippet_too_large storage_limit_reached "
        "unknown_snippet_type unknown_subtype"
    ),
    "files.completeUploadExternal": (
        "access_denied channel_not_found channels_limit_exceeded file_not_found file_type_not_allowed "
        "file_update_failed file_uploads_except_images_disabled invalid_blocks invalid_channel not_in_channel "
        "posting_to_channel_denied"
    ),
    "reactions.add": (
        "already_reacted bad_timestamp channel_not_found external_channel_migrating invalid_name is_archived "
        "message_not_found no_access no_item_specified not_reactable thread_locked too_many_emoji "
        "too_many_reactions"
    ),
    "reactions.remove": (
        "bad_timestamp channel_not_found external_channel_migrating file_comment_not_found file_not_found "
        "invalid_name message_not_found no_access no_item_specified no_reaction thread_locked"
    ),
    "users.info": ("too_many_users user_not_found user_not_visible"),
    "users.conversations": (
        "invalid_cursor invalid_limit invalid_types method_not_supported_for_channel_type missing_argument "
        "missing_scope"
    ),
    "views.open": ("duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large"),
    "views.update": ("duplicate_external_id hash_conflict not_found view_too_large"),
    "views.publish": (
        "duplicate_external_id hash_conflict missing_profile_id not_allowed_token_type not_enabled "
        "not_implemented view_too_large"
    ),
    "auth.test": ("internal_error invalid_auth"),
    "apps.connections.open": ("forbidden_team insecure_request internal_error invalid_auth missing_args"),
}
"""By method, from Slack's reference of August 2026."""


def words(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


def refusal(code: str, status: int = 200, **headers: str) -> SlackApiError:
    data = {"ok": False, "error": code, "message": {"text": "parole di Eva"}} if code else {}
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers=headers, status_code=status
    )
    return SlackApiError("The request to the Slack API failed.", response)  # type: ignore[no-untyped-call]


@asynccontextmanager
async def asked(world: World) -> AsyncIterator[AsyncWebClient]:
    link = connect(Access(world.bot_token, base_url=world.base_url))
    yield link.client
    await link.close()


class TestTheTable:
    @pytest.mark.parametrize("method", DOCUMENTED)
    def test_knows_every_error_of_a_method(self, method: str) -> None:
        assert words(DOCUMENTED[method]) - frozenset[str]().union(*TABLE) == set()

    def test_knows_every_error_that_any_method_may_answer(self) -> None:
        assert words(EVERY_METHOD) - frozenset[str]().union(*TABLE) == set()

    def test_gives_each_error_one_meaning(self) -> None:
        assert [one & other for one, other in combinations(TABLE, 2) if one & other] == []

    def test_is_of_all_methods_that_are_called(self) -> None:
        code = "".join(path.read_text(encoding="utf-8") for path in ADAPTER.glob("*.py"))
        called = {name.replace("_", ".", 1) for name in re.findall(r"client\.([a-z]+_\w+)\(", code)}
        assert "chat.postMessage" in called
        assert {name.replace("apps.connections_", "apps.connections.") for name in called} <= DOCUMENTED.keys()

    def test_sends_anew_only_what_slack_would_refuse_again(self) -> None:
        assert PAST_EDITING <= REFUSED


class TestAnAnswer:
    @pytest.mark.parametrize("code", sorted(CLOSED))
    def test_of_a_closed_place_means_that_nothing_can_be_written_there(self, code: str) -> None:
        assert type(meaning(refusal(code))) is Blocked

    @pytest.mark.parametrize("code", sorted(REFUSED))
    def test_of_a_refusal_means_never_to_say_it_again(self, code: str) -> None:
        assert type(meaning(refusal(code))) is GiveUp

    @pytest.mark.parametrize("code", sorted(ACCESS | AILING))
    def test_that_others_must_mend_means_to_wait_for_it(self, code: str) -> None:
        assert type(meaning(refusal(code))) is Broken
        assert is_access(meaning(refusal(code))) is (code in ACCESS)

    @pytest.mark.parametrize("code", sorted(WAITS))
    def test_of_too_much_says_how_long_to_wait(self, code: str) -> None:
        trouble = meaning(refusal(code, 429, **{"Retry-After": "7"}))
        assert isinstance(trouble, Retry)
        assert trouble.after == timedelta(seconds=7)

    def test_of_too_much_without_a_time_still_waits(self) -> None:
        trouble = meaning(refusal("ratelimited", 429))
        assert isinstance(trouble, Retry)
        assert trouble.after > timedelta(0)

    @pytest.mark.parametrize("told", ["0", "abc", "-5", "1.5", ""])
    def test_of_too_much_with_a_time_that_is_none_waits_all_the_same(self, told: str) -> None:
        trouble = meaning(refusal("ratelimited", 429, **{"Retry-After": told}))
        assert isinstance(trouble, Retry)
        assert trouble.after >= timedelta(seconds=1)

    def test_that_nobody_knows_yet_is_a_refusal(self) -> None:
        assert type(meaning(refusal("something_new"))) is GiveUp

    def test_that_nobody_knows_yet_may_say_by_its_name_that_slack_is_ill(self) -> None:
        assert type(meaning(refusal("storage_shard_unavailable"))) is Broken

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 200])
    def test_without_a_code_is_a_channel_that_is_down(self, status: int) -> None:
        assert type(meaning(refusal("", status))) is Broken

    @pytest.mark.parametrize("code", ["is_archived", "", "invalid_blocks", "internal_error", "un Codice <strano>"])
    def test_tells_no_words_of_people(self, code: str) -> None:
        assert "Eva" not in meaning(refusal(code)).why
        assert re.fullmatch(r"slack: [a-z0-9_ ]+", meaning(refusal(code)).why)

    def test_that_holds_no_code_has_none(self) -> None:
        assert code_of(refusal("un Codice <strano>")) == ""


class TestWhetherItWasDoneAllTheSame:
    @pytest.mark.parametrize("code", sorted(CLOSED | REFUSED | WAITS | ACCESS))
    def test_a_clear_no_is_certain(self, code: str) -> None:
        assert not is_uncertain(refusal(code))

    @pytest.mark.parametrize("error", [refusal("internal_error"), refusal("", 502), refusal(""), TimeoutError()])
    def test_anything_else_is_not(self, error: Exception) -> None:
        assert is_uncertain(error)

    def test_neither_is_a_link_that_breaks(self) -> None:
        assert is_uncertain(aiohttp.ServerDisconnectedError())

    async def test_but_who_is_not_at_home_did_nothing(self, world: World) -> None:
        world.goes_down()
        async with asked(world) as client:
            with pytest.raises(aiohttp.ClientConnectorError) as caught:
                await client.auth_test()
        assert not is_uncertain(caught.value)


ORDERED: list[tuple[Bad, dict[str, Any], type[Trouble]]] = [
    (Bad.SERVER_ERROR, {}, Broken),
    (Bad.UNAVAILABLE, {}, Broken),
    (Bad.NONSENSE, {}, Broken),
    (Bad.RESET, {}, Broken),
    (Bad.TOO_MANY, {"retry_after": 3}, Retry),
    (Bad.ERROR, {"error": "channel_not_found"}, Blocked),
]


@pytest.mark.parametrize(("bad", "how", "means"), ORDERED, ids=[str(bad) for bad, _, _ in ORDERED])
async def test_what_really_goes_wrong_on_the_way_has_its_meaning(
    world: World, bad: Bad, how: dict[str, Any], means: type[Trouble]
) -> None:
    world.trouble(bad, "auth.test", **how)
    async with asked(world) as client:
        with pytest.raises(Exception) as caught:
            await client.auth_test()
    assert type(meaning(caught.value)) is means
