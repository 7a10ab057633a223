"""Going on until it works: Slack may be down, refuse a token, or ask to wait.

Each kind of trouble is told in the log once, in words that say what to do, and again every ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters import trying
from core.ailments import ailment, in_short

log = structlog.get_logger(__name__)

REFUSED: Final = frozenset(
    {
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "user_removed_from_team"),
        *("not_allowed_token_type", "missing_scope", "no_permission", "team_access_not_granted", "access_denied"),
        *("ekm_access_denied", "org_login_required", "two_factor_setup_required", "forbidden_team", "invalid_app_id"),
    }
)
"""What an administrator must mend; asked again slowly."""
MEANING: Final = {
    "invalid_auth": "Slack does not know this token. Take it from the app's page and put it into the settings.",
    "not_authed": "a token is missing. Take it from the app's page and put it into the settings.",
    "not_allowed_token_type": "this is another kind of token: the bot's begins with xoxb-, the app's with xapp-.",
    "missing_scope": "a scope is missing. Print the manifest, give it to the app on its page, and install it again.",
    "no_permission": "a scope is missing. Print the manifest, give it to the app on its page, and install it again.",
    "account_inactive": "the app was taken out of the workspace. Install it again.",
    "token_revoked": "the app was taken out of the workspace. Install it again.",
    "ratelimited": "Slack asks to wait.",
}
"""By Slack's own error: what it means and what to do."""
_UNKNOWN: Final = "Slack refuses what was asked."
_AWAY: Final = "Slack can't be reached. What people write in direct messages and threads meanwhile is read afterwards."
_REST: Final = " The rest of the desk goes on."


class Trying(trying.Trying):
    """At Slack; what an administrator must mend is asked again slowly."""

    platform = "slack"

    def kind(self, error: Exception) -> str:
        return kind_of(error)

    def asked_to_wait(self, error: Exception) -> timedelta:
        return asked_to_wait(error)

    def is_for_long(self, error: Exception) -> bool:
        return kind_of(error) in REFUSED

    def tell(self, error: Exception) -> None:
        loudly = log.error if self.is_for_long(error) or not is_known(error) else log.warning
        loudly("slack-trouble", kind=kind_of(error), why=why(error), meaning=meaning(error), exc_info=_unknown(error))


def kind_of(error: Exception) -> str:
    """Return Slack's own word for it, or the kind of error where there is none."""
    said = answer_of(error).get("error")
    return said if isinstance(said, str) and said.isidentifier() and len(said) < 60 else type(error).__name__


def answer_of(error: Exception) -> Mapping[str, Any]:
    """Return what Slack answered, as far as it could be read."""
    response = getattr(error, "response", None)
    data = response.data if isinstance(response, AsyncSlackResponse) else response
    return data if isinstance(data, Mapping) else {}


def meaning(error: Exception) -> str:
    """Say what it means, and what to do."""
    if not answer_of(error):
        return _AWAY if is_known(error) else "it could not be done now, and is tried again."
    kind = kind_of(error)
    return MEANING.get(kind, _UNKNOWN) + (_REST if kind in REFUSED else "")


def asked_to_wait(error: Exception) -> timedelta:
    """Return how long Slack asked to wait."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("Retry-After", headers.get("retry-after", "")))
    return timedelta(seconds=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else timedelta(0)


def why(error: Exception) -> str:
    """In a few words, without what people wrote or a token."""
    needed = answer_of(error).get("needed")
    if isinstance(needed, str):
        return f"needs {needed}"[:160]
    return in_short(error) if ailment(error) else ""


def is_known(error: Exception) -> bool:
    """Whether the kind says enough: it is Slack's, the store's, the link's or the system's."""
    of_link = type(error).__module__.partition(".")[0] == "aiohttp"
    return isinstance(error, SlackClientError | OSError | TimeoutError) or of_link or ailment(error) is not None


def _unknown(error: Exception) -> Exception | None:
    return None if is_known(error) else error
