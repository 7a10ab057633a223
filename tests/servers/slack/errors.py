"""How the Web API refuses, and what a person finds impossible in front of the screen."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """`ok: false`; *more* stands beside the code in the answer. With *status* other than 200, a plain HTTP refusal."""

    def __init__(self, error: str, *, status: int = 200, retry_after: int = 0, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.more = more


def invalid(*messages: str, error: str = "invalid_arguments") -> Refused:
    """What Slack says of an argument, with the words that stand in `response_metadata`."""
    return Refused(error, response_metadata={"messages": [f"[ERROR] {message}" for message in messages]})


class CannotDo(Exception):
    """Slack's own client would not let a person do this (no such button, not in the channel, a field left empty …)."""
