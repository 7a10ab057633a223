"""The trained model as it ships: one byte for each weight, packed, and a line that says what it was made from."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from math import exp
from operator import itemgetter
from pathlib import Path

from .features import BUCKETS, Features
from .intents import INTENTS, Intent

FILE = "model.bin"
FINEST = 127


@dataclass(frozen=True)
class Header:
    """What the first line of the file says.

    digest: names the sentences and settings that the weights come from. unit: what one step of a byte is worth.
    temperature: divides the scores, so that a confidence of 0.8 is right in 8 of 10 cases.
    """

    digest: str
    unit: float
    temperature: float


@dataclass(frozen=True)
class Model:
    """Weights by intent and bucket."""

    header: Header
    columns: tuple[memoryview, ...]

    def shares(self, seen: Features) -> dict[Intent, float]:
        """How likely each intent is; together one."""
        scores = [self.score(column, seen) / self.header.temperature for column in self.columns]
        highest = max(scores)
        powers = [exp(score - highest) for score in scores]
        whole = sum(powers)
        return {intent: power / whole for intent, power in zip(INTENTS, powers, strict=True)}

    def score(self, column: memoryview, seen: Features) -> float:
        """What the features of a sentence say for one intent."""
        return self.header.unit * sum(scale * added(column, buckets) for scale, buckets in seen.scaled())


def added(column: memoryview, buckets: tuple[int, ...]) -> int:
    """The sum of some weights of a column."""
    return sum(itemgetter(*buckets)(column)) if len(buckets) > 1 else int(column[buckets[0]])


def pack(weights: Sequence[Sequence[float]], digest: str, temperature: float = 1.0) -> bytes:
    """The file's bytes, from a row of weights for each bucket."""
    largest = max(abs(weight) for row in weights for weight in row) or 1.0
    unit = largest / FINEST
    columns = b"".join(bytes(round(weight / unit) & 0xFF for weight in column) for column in zip(*weights, strict=True))
    header = json.dumps(asdict(Header(digest, unit, temperature)))
    return header.encode() + b"\n" + zlib.compress(columns, 9)


def unpack(content: bytes) -> Model:
    """The model in a file's bytes."""
    line, _, packed = content.partition(b"\n")
    weights = memoryview(zlib.decompress(packed)).cast("b")
    columns = tuple(weights[at * BUCKETS : (at + 1) * BUCKETS] for at in range(len(INTENTS)))
    return Model(Header(**json.loads(line)), columns)


@cache
def shipped() -> Model:
    """The model that lies beside this file, read once."""
    return unpack(files(__package__).joinpath(FILE).read_bytes())


def place() -> Path:
    """Where the trainer puts the model."""
    return Path(__file__).with_name(FILE)
