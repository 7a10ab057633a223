"""What an error of the library, or of Slack, means to the courier: one table of Slack's own codes.

Only Slack's code is handed on: the library's errors quote the whole answer, and with it words of people.
https://docs.slack.dev/reference/methods, and what each method may answer
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.adapters.channel import Blocked, Broken, GiveUp, Retry, Trouble

UNTOLD_WAIT: Final = timedelta(seconds=30)
"""Where Slack asks to wait and does not say how long."""
LEAST_WAIT: Final = timedelta(seconds=1)
"""Where it says "0": asked again at once it would be asked for ever."""

WAITS: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
ACCESS: Final = frozenset(
    {
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"),
        *("not_allowed_token_type", "no_permission", "access_denied", "accesslimited", "org_login_required"),
        *("ekm_access_denied", "enterprise_is_restricted", "two_factor_setup_required", "team_access_not_granted"),
        *("forbidden_team", "app_access_restricted", "insecure_request", "send_on_behalf_not_allowed"),
    }
)
"""For the administrator to mend; then all that waits can leave."""
CLOSED: Final = frozenset(
    {
        *("channel_not_found", "invalid_channel", "not_in_channel", "user_not_in_channel", "is_archived"),
        *("is_inactive", "messages_tab_disabled", "user_not_found", "user_disabled", "user_not_visible"),
        *("cannot_dm_bot", "invalid_user_combination", "team_not_found", "no_access", "restricted_action"),
        *("restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
        *("restricted_action_non_threadable_channel", "restricted_action_thread_locked", "posting_to_channel_denied"),
        *("method_not_supported_for_channel_type", "channel_is_limited_access"),
    }
)
"""The place can't be written to."""
AILING: Final = frozenset(
    {
        *("fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
        *("external_channel_migrating", "fetch_members_failed", "file_update_failed", "update_failed"),
        *("list_record_comment_fetch_failed", "streaming_state_conflict", "fail_to_get_teams_for_restricted_user"),
    }
)
"""Slack is not well; some of it may have been done."""
REFUSED: Final = frozenset(
    {
        # what a message says
        *("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"),
        *("too_many_attachments", "too_many_contact_cards", "invalid_attachments"),
        *("attachment_payload_limit_exceeded", "markdown_text_conflict", "as_user_not_supported"),
        *("cant_broadcast_message", "no_dual_broadcast_content_update", "cannot_reply_to_message"),
        *("invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large"),
        *("metadata_must_be_sent_from_app", "slack_connect_canvas_sharing_blocked"),
        *("slack_connect_file_link_sharing_blocked", "slack_connect_lists_sharing_blocked"),
        *("duplicate_channel_not_found", "duplicate_message_not_found", "draft_already_deleted"),
        *("draft_already_sent", "draft_has_conflict", "draft_not_found"),
        # what it is about
        *("message_not_found", "thread_not_found", "cant_update_message", "cant_delete_message"),
        *("edit_window_closed", "block_mismatch"),
        # signs
        *("already_reacted", "no_reaction", "bad_timestamp", "invalid_name", "too_many_emoji", "too_many_reactions"),
        *("no_item_specified", "thread_locked", "file_comment_not_found", "not_reactable"),
        # files
        *("file_not_found", "file_deleted", "file_is_deleted", "file_uploads_disabled"),
        *("file_uploads_except_images_disabled", "file_upload_size_restricted", "file_type_not_allowed"),
        *("blocked_file_type", "storage_limit_reached", "snippet_too_large", "unknown_snippet_type"),
        *("unknown_subtype", "alt_txt_too_large", "missing_file_data", "file_share_limit_reached"),
        *("max_file_sharing_exceeded", "unable_to_share_files", "channels_limit_exceeded", "not_visible"),
        *("template_not_visible", "canvas_disabled_file_team", "canvas_disabled_user_team"),
        *("canvas_globally_disabled", "slack_connect_blocked_file_type", "slack_connect_clip_sharing_blocked"),
        *("slack_connect_file_upload_sharing_blocked",),
        # windows and Home tabs
        *("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "not_found", "hash_conflict"),
        *("duplicate_external_id", "view_too_large", "push_limit_reached", "not_enabled", "missing_profile_id"),
        *("not_implemented",),
        # how we ask
        *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data"),
        *("invalid_post_type", "missing_post_type", "invalid_json", "json_not_object", "missing_argument"),
        *("missing_args", "unknown_method", "deprecated_endpoint", "method_deprecated", "upgrade_required"),
        *("invalid_cursor", "invalid_limit", "invalid_types", "invalid_ts_latest", "invalid_ts_oldest"),
        *("invalid_metadata_filter_keys", "users_list_not_supplied", "not_enough_users", "too_many_users"),
        *("bot_not_found", "bots_not_found", "enterprise_not_found", "missing_user", "org_not_found"),
        *("team_not_on_enterprise",),
    }
)
"""Of no use to say again."""
PAST_EDITING: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"})
"""A message that can't be edited any more: it must be sent anew."""

_ILL: Final = re.compile(r".*(_error|_failed|_timeout|_unavailable|timed_out)")


def meaning(error: BaseException) -> Trouble:
    """Return what *error* means to the courier. What nobody knows is a channel that is down."""
    if isinstance(error, SlackApiError):
        return _of_answer(error)
    if isinstance(error, TimeoutError):
        return Broken("slack: no answer in time")
    return Broken(f"slack: {type(error).__name__}")


def _of_answer(error: SlackApiError) -> Trouble:
    code, status = code_of(error), status_of(error)
    why = f"slack: {code or status or 'no answer that makes sense'}"
    if code in WAITS or status == 429:
        return Retry(wait_of(error), why)
    if code in CLOSED:
        return Blocked(why)
    refused = status == 413 or (code and code not in ACCESS and not _is_ill(code, status))
    return GiveUp(why) if refused else Broken(why)


def _is_ill(code: str, status: int) -> bool:
    """Whether Slack is not well; a code that nobody knows yet may say so by its name."""
    return status >= 500 or code in AILING or bool(_ILL.fullmatch(code))


def is_uncertain(error: BaseException) -> bool:
    """Whether what was asked may have been done although it failed; a clear no of Slack's is certain."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return False
    if not isinstance(error, SlackApiError):
        return True
    code, status = code_of(error), status_of(error)
    return status != 429 and (not code or _is_ill(code, status))


def code_of(error: BaseException) -> str:
    """Return Slack's own code of an error; "" where it said none. One that is none may hold anything: it is no code."""
    told = _answer(error).get("error")
    return told if isinstance(told, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,79}", told) else ""


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of the answer; 0 where there is none."""
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return status if isinstance(status, int) else 0


def wait_of(error: SlackApiError) -> timedelta:
    """Return how long Slack asks to wait."""
    headers: Mapping[str, Any] = getattr(error.response, "headers", None) or {}
    told = str(headers.get("Retry-After", ""))
    return max(LEAST_WAIT, timedelta(seconds=int(told))) if re.fullmatch(r"\d{1,6}", told) else UNTOLD_WAIT


def _answer(error: BaseException) -> Mapping[str, Any]:
    response = getattr(error, "response", None)
    data = response if isinstance(response, dict) else getattr(response, "data", None)
    return data if isinstance(data, dict) else {}


def is_access(trouble: Trouble) -> bool:
    """Whether it is for the administrator to mend."""
    return trouble.why.removeprefix("slack: ") in ACCESS


def of_status(status: int, what: str) -> Trouble | None:
    """Return what the HTTP status of a file's way means; None where it went well. *what*: which way, for the log."""
    if status == 200:
        return None
    if status == 429:
        return Retry(UNTOLD_WAIT, f"slack: 429 {what}")
    return GiveUp(f"slack: {status} {what}") if status in (404, 410, 413) else Broken(f"slack: {status} {what}")
