"""`python -m bot.conversations.reading.train`: makes the model and the vocabulary anew from the sentences."""

from collections import Counter, defaultdict
from pathlib import Path

from .corpus import Example, examples
from .folding import tokens
from .intents import Intent
from .language import BOTH, FILE, OFTEN, lists
from .learning import Settings, digest, learn, rows
from .spelling import repaired, well_known
from .weights import pack, place

TEMPERATURE = 0.8
COMMON = 3
MUCH_MORE = 4


def train() -> None:
    """Writes both files; the same sentences give the same bytes."""
    known, settings = examples(), Settings()
    Path(__file__).with_name(FILE).write_text(vocabulary(known), "utf-8")
    lists.cache_clear()
    well_known.cache_clear()
    repaired.cache_clear()
    content = pack(rows(learn(known, settings)), digest(known, settings), TEMPERATURE)
    place().write_bytes(content)
    print(f"{len(known)} sentences, {len(content) // 1024} KB")


def vocabulary(known: list[Example]) -> str:
    """The words of the sentences by the language that has them, and the common ones again."""
    times: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in known:
        for word in {word for word in tokens(example.text) if word.isalpha() and not word.startswith("emoji")}:
            times[word][example.language if example.intent is not Intent.OTHER else BOTH] += 1
    named: dict[str, list[str]] = {"it": [], "en": [], BOTH: []}
    for word, counted in sorted(times.items()):
        if language := language_of(counted):
            named[language].append(word)
    named[OFTEN] = sorted(word for word, counted in times.items() if counted.total() >= COMMON)
    return "".join(f"{which}:{' '.join(words)}\n" for which, words in named.items())


def language_of(counted: Counter[str]) -> str | None:
    """Where a word is at home; None for one seen off-topic only, where gibberish and other languages are."""
    for one, other in (("it", "en"), ("en", "it")):
        if counted[one] > MUCH_MORE * counted[other]:
            return one
    return BOTH if counted["it"] + counted["en"] else None


if __name__ == "__main__":
    train()
