"""The same sentences as other people would have typed them: with a greeting before, thanks behind, slips of the finger.

Only the learner sees these. They are drawn by chance from a fixed seed, so that a model can be made again.
"""

from collections.abc import Iterator
from random import Random

from .corpus import Example
from .intents import Intent

HELLOS = {
    "it": ("ciao", "buongiorno", "salve", "buonasera", "ciao,", "Buongiorno,", "scusate", "senta", "ehi", "allora"),
    "en": ("hi", "hello", "good morning", "hey", "Hi,", "Hello,", "sorry", "listen", "excuse me", "well"),
}
PLEASES = {
    "it": (
        "grazie",
        "per favore",
        "grazie mille",
        "per cortesia",
        "gentilmente",
        "!",
        "!!",
        "...",
        "pls",
        "plz grazie",
    ),
    "en": (
        "thanks",
        "please",
        "thank you",
        "many thanks",
        "!",
        "!!",
        "...",
        "pls",
        "thx",
        "cheers",
        "Kind regards",
        "best regards",
    ),
}
NEIGHBOURS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "xa",
}  # fmt: skip
SELF_CONTAINED = frozenset(
    {Intent.STATUS, Intent.HISTORY, Intent.REGISTER, Intent.HUMAN, Intent.HOURS, Intent.HELP, Intent.CANCEL}
    | {Intent.GREETING, Intent.THANKS, Intent.SOLVED}
)
NOT_DRESSED = frozenset({Intent.GREETING, Intent.THANKS, Intent.OTHER})


def varied(known: list[Example], seed: int = 1) -> Iterator[Example]:
    """For each sentence another that says the same."""
    chance = Random(seed)  # noqa: S311 (a training set, not a secret)
    questions = {
        language: sorted({e.question for e in known if e.question and e.language == language})
        for language in ("it", "en")
    }
    for example in known:
        asked = questions[example.language]
        question = example.question
        if asked and chance.random() < under_a_question(example):
            question = chance.choice(asked)
        yield Example(example.intent, example.language, another(example, chance), question)


def under_a_question(example: Example) -> float:
    """How often a sentence is put under a question that it was not written for: an answer often, what stands alone now and then."""
    if example.question:
        return 0.5
    return 0.15 if example.intent in SELF_CONTAINED else 0.0


def another(example: Example, chance: Random) -> str:
    """The sentence, dressed and mistyped."""
    text = example.text
    if example.intent not in NOT_DRESSED:
        text = dressed(text, example.language, chance)
    if chance.random() < 0.6 and len(text) > 8:
        text = mistyped(text, chance)
    if chance.random() < 0.3:
        text = text.replace("?", "")
    return text or example.text


def dressed(text: str, language: str, chance: Random) -> str:
    """With a word of greeting or politeness around it, sometimes."""
    if chance.random() < 0.3:
        text = f"{chance.choice(HELLOS[language])} {text}"
    if chance.random() < 0.3:
        text = f"{text} {chance.choice(PLEASES[language])}"
    return text


def mistyped(text: str, chance: Random) -> str:
    """With one or two slips of the finger."""
    for _ in range(1 + (len(text) > 30)):
        at = chance.randrange(1, len(text))
        if text[at].isalpha():
            text = text[:at] + slip(text[at], text[at - 1], chance) + text[at + 1 :]
    return text


def slip(letter: str, before: str, chance: Random) -> str:
    """What the finger made of a letter: left out, doubled, its neighbour on the keyboard, or late."""
    kind = chance.randrange(4)
    if kind == 0:
        return ""
    if kind == 1:
        return letter * 2
    if kind == 2:
        return chance.choice(NEIGHBOURS.get(letter.lower(), letter))
    return letter + before if before.isalpha() else letter
