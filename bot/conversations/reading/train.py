"""`python -m bot.conversations.reading.train`: makes the model and the vocabulary anew from the sentences."""

from collections import defaultdict
from pathlib import Path

from .corpus import Example, examples
from .folding import tokens
from .language import BOTH, FILE
from .learning import Settings, digest, learn, rows
from .weights import pack, place

TEMPERATURE = 1.0


def train() -> None:
    """Writes both files; the same sentences give the same bytes."""
    known, settings = examples(), Settings()
    content = pack(rows(learn(known, settings)), digest(known, settings), TEMPERATURE)
    place().write_bytes(content)
    Path(__file__).with_name(FILE).write_text(vocabulary(known), "utf-8")
    print(f"{len(known)} sentences, {len(content) // 1024} KB")


def vocabulary(known: list[Example]) -> str:
    """The words of the sentences, by the language that has them."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for example in known:
        for word in tokens(example.text):
            if word.isalpha() and not word.startswith("emoji"):
                seen[word].add(example.language)
    languages = {word: next(iter(found)) if len(found) == 1 else BOTH for word, found in seen.items()}
    by_language = {which: sorted(w for w, found in languages.items() if found == which) for which in ("it", "en", BOTH)}
    return "".join(f"{which}:{' '.join(words)}\n" for which, words in by_language.items())


if __name__ == "__main__":
    train()
