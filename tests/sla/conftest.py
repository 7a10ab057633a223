"""The page's own levels, made once, and a moment written as people of the desk would write it."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.policies import shipped_policy
from core.sla.calendar import Calendar
from core.sla.policy import Policy

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(scope="session")
def policy() -> Policy:
    return shipped_policy().to_policy()


@pytest.fixture(scope="session")
def calendar(policy: Policy) -> Calendar:
    return policy.calendar


@pytest.fixture(scope="session")
def rome() -> Callable[[str], datetime]:
    """ "2026-11-27 15:00" in Rome."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=ROME)
