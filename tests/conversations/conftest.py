"""The counter with people at it, on both databases."""

from __future__ import annotations

import pytest

from tests.conversations.seats import Seats
from tests.house import House


@pytest.fixture
def seats(house: House) -> Seats:
    return Seats(house)
