from pathlib import Path
import pytest
from tests.house import open_house


@pytest.fixture
def house(tmp_path: Path):
    with open_house(f"sqlite:///{tmp_path}/t.db") as h:
        yield h
