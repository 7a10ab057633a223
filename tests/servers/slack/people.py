"""Somebody with Slack in hand: what is done is in Acting, what is seen in Seeing, who it is in User."""

from __future__ import annotations

from tests.servers.slack.acting import Acting


class Person(Acting):
    """Made by `world.person(…)`."""
