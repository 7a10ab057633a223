"""How well free text is read: cross-validated over all sentences, then the time to load the model and to read with it.

Near-duplicates stay in one fold, so that no sentence is tested on its twin. Goals: 95 % on sentences nobody has seen,
loaded in under 50 ms. `python -m bench.reading [--wrong]` lists what was misread; `make bench` runs it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import log
from random import Random

from bot.conversations.reading import Intent, read
from bot.conversations.reading.corpus import Example, examples
from bot.conversations.reading.features import features
from bot.conversations.reading.folding import tokens
from bot.conversations.reading.intents import INTENTS
from bot.conversations.reading.learning import learn, score, softmax
from bot.conversations.reading.rules import wordless

FOLDS = 4
LOAD = """
import time, sys
import bot.conversations.reading.intents
before = time.perf_counter()
from bot.conversations.reading import read
read('buongiorno')
print((time.perf_counter() - before) * 1000)
"""


@dataclass(frozen=True)
class Tried:
    """A sentence that the model had not learnt, and the scores that it gave it."""

    example: Example
    scores: tuple[float, ...]

    def shares(self, temperature: float) -> list[float]:
        """How likely each intent is; an answer only under a question."""
        shares = softmax([score / temperature for score in self.scores])
        if not self.example.question:
            shares[INTENTS.index(Intent.REPLY)] = 0.0
        return [share / sum(shares) for share in shares]

    def taken_for(self) -> Intent:
        """What it was read as, the rules first."""
        ruled = wordless(self.example.text, self.example.question)
        shares = self.shares(1.0)
        return ruled[0] if ruled else INTENTS[shares.index(max(shares))]


def twin_key(example: Example) -> str:
    """The same for sentences that differ in little words only."""
    return " ".join(sorted({word for word in tokens(example.text) if len(word) > 3})) or example.text


def folds(known: Sequence[Example]) -> dict[str, int]:
    """The fold of each group of twins."""
    groups = sorted({twin_key(example) for example in known})
    Random(0).shuffle(groups)
    return {group: at % FOLDS for at, group in enumerate(groups)}


def try_fold(fold: int, known: Sequence[Example]) -> list[Tried]:
    """Learns all other folds and tries this one."""
    where = folds(known)
    weights = learn([example for example in known if where[twin_key(example)] != fold])
    held_out = [example for example in known if where[twin_key(example)] == fold]
    return [Tried(e, tuple(score(weights, features(e.text, e.question)))) for e in held_out]


def cross_validated(known: Sequence[Example]) -> list[Tried]:
    """Every sentence, tried by a model that has not seen it."""
    with ProcessPoolExecutor(2) as pool:
        return [tried for fold in pool.map(partial(try_fold, known=known), range(FOLDS)) for tried in fold]


def report(tried: Sequence[Tried]) -> Iterator[str]:
    """The figures, a line each."""
    pairs = Counter((t.example.intent, t.taken_for()) for t in tried)
    right = sum(count for (meant, taken), count in pairs.items() if meant == taken)
    yield f"cross-validated, {FOLDS} folds: {right / len(tried):.2%} of {len(tried)} sentences (goal 95 % on unseen ones)"
    for language in ("it", "en"):
        mine = [t for t in tried if t.example.language == language]
        yield f"  {language}: {sum(t.taken_for() == t.example.intent for t in mine) / len(mine):.2%} of {len(mine)}"
    yield "intent      precision  recall  sentences"
    yield from (line_for(intent, pairs) for intent in Intent)
    confused = [(count, meant, taken) for (meant, taken), count in pairs.items() if meant != taken]
    yield "most confused: " + ", ".join(
        f"{meant}→{taken} {n}" for n, meant, taken in sorted(confused, reverse=True)[:12]
    )


def line_for(intent: Intent, pairs: Counter[tuple[Intent, Intent]]) -> str:
    """Precision and recall of one intent."""
    right = pairs[intent, intent]
    meant = sum(count for (one, _), count in pairs.items() if one == intent)
    taken = sum(count for (_, other), count in pairs.items() if other == intent)
    return f"{intent:<11} {right / max(taken, 1):>8.1%} {right / max(meant, 1):>8.1%} {meant:>8}"


def surprise(tried: Sequence[Tried], temperature: float) -> float:
    """How badly the shares foretell what is right; the temperature that makes it least is the honest one."""
    shares = [t.shares(temperature)[INTENTS.index(t.example.intent)] for t in tried]
    return -sum(log(max(share, 1e-9)) for share in shares) / len(tried)


def calibration(tried: Sequence[Tried]) -> Iterator[str]:
    """The best temperature, and how often a confidence is right at it."""
    best = min((step / 20 for step in range(8, 50)), key=partial(surprise, tried))
    yield f"best temperature {best:.2f}; right at a confidence of"
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 0.75), (0.75, 0.9), (0.9, 1.01)):
        inside = [t for t in tried if low <= max(t.shares(best)) < high]
        right = sum(t.taken_for() == t.example.intent for t in inside)
        yield f"  {low:.2f}–{min(high, 1.0):.2f}: {right / max(len(inside), 1):6.1%} of {len(inside)}"


def timing(known: Sequence[Example]) -> Iterator[str]:
    """The first reading of a fresh process, and the later ones."""
    loads = [
        float(subprocess.run([sys.executable, "-c", LOAD], capture_output=True, check=True).stdout) for _ in range(5)
    ]
    yield f"load and first sentence: {min(loads):.1f} ms (goal 50)"
    before = time.perf_counter()
    for example in known[:1000]:
        read(example.text, example.question)
    yield f"a sentence: {(time.perf_counter() - before):.3f} ms"


def main() -> None:
    """Print all figures; with --wrong also what was misread, surest first."""
    known = examples()
    tried = cross_validated(known)
    for line in (*report(tried), *calibration(tried), *timing(known)):
        print(line, flush=True)
    if "--wrong" in sys.argv:
        wrong = [t for t in tried if t.taken_for() != t.example.intent]
        for t in sorted(wrong, key=lambda t: -max(t.shares(1.0))):
            print(f"{t.example.intent}→{t.taken_for()}\t{t.example.text}\t{t.example.question or ''}")


if __name__ == "__main__":
    main()
