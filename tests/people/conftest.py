from collections.abc import Iterator

import pytest

from core.people.rules import PeopleRules
from tests.house import House, open_house


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A desk that sends mail."""
    with open_house(database_url, {PeopleRules: PeopleRules(mail=True, key=b"a key of this desk")}) as h:
        yield h
