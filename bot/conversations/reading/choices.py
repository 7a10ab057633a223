"""Reads a typed answer to a choice: its number, its label, the beginning of it, or something spelt much like it."""

from collections.abc import Callable, Mapping

from .folding import tokens

CLOSE = 82.0


def apart(words: str) -> frozenset[str]:
    """Words written in a row; `_` joins those that follow one another."""
    return frozenset(words.split())


YES = apart(
    "si yes yep yeah yup y s sisi certo certamente ok okay va_bene volentieri sure of_course d_accordo procedi procedete "
    "conferma confermo confermato esatto giusto giustissimo perfetto correct confirm go_ahead please_do affermativo "
    "assolutamente_si come_no yes_please si_grazie si_certo right absolutely do_it"
)
NO = apart(
    "no nope nah n non no_grazie no_thanks negativo per_niente assolutamente_no not_really do_not non_voglio niente "
    "not_now non_ora meglio_di_no better_not no_thank_you"
)
ORDINALS = {
    "uno": 1, "una": 1, "one": 1, "primo": 1, "prima": 1, "first": 1, "due": 2, "two": 2, "secondo": 2, "seconda": 2,
    "second": 2, "tre": 3, "three": 3, "terzo": 3, "terza": 3, "third": 3, "quattro": 4, "four": 4, "quarto": 4,
    "quarta": 4, "fourth": 4, "cinque": 5, "five": 5, "quinto": 5, "quinta": 5, "fifth": 5, "sei": 6, "six": 6,
    "sette": 7, "seven": 7, "otto": 8, "eight": 8, "nove": 9, "nine": 9,
}  # fmt: skip
SAME = {
    "alta": "high", "alto": "high", "grave": "high", "media": "medium", "medio": "medium", "bassa": "low", "basso": "low",
}  # fmt: skip
"""Keys by what people call them, whatever their labels say."""
FILLERS = apart("il la lo le i gli the number numero option opzione n nr l direi scelgo i_choose per favore")


def read_choice(text: str, labels: Mapping[str, str]) -> str | None:
    """The key of the option that was meant, None where none or several may be.

    labels: what the person sees, by key, in the order in which the options were numbered.
    """
    words = [word for word in tokens(text) if word not in "?!"]
    if not words:
        return None
    said = " ".join(words)
    options = {key: " ".join(word for word in tokens(label) if word not in "?!") for key, label in labels.items()}
    return (
        by_label(said, options) or by_number(words, list(labels)) or by_agreement(words, labels) or alike(said, options)
    )


def is_yes_or_no(text: str) -> bool:
    """Whether *text* says yes or no, in either language, and nothing else."""
    return "_".join(word for word in tokens(text) if word not in "?!") in YES | NO


def by_label(said: str, options: Mapping[str, str]) -> str | None:
    """The option whose label or key was typed whole, or the only one that begins so."""
    whole = [key for key, label in options.items() if said in (label, key.replace("_", " ").replace("-", " "))]
    whole = whole or [key for key in options if key == SAME.get(said)]
    return only(whole) or only([key for key, label in options.items() if len(said) > 1 and label.startswith(said)])


def by_number(words: list[str], keys: list[str]) -> str | None:
    """The option with that number, in digits or in words, counted from one."""
    counted = [word for word in words if word not in FILLERS] or words
    if len(counted) != 1:
        return None
    number = int(counted[0]) if counted[0].isdecimal() and len(counted[0]) < 4 else ORDINALS.get(counted[0], 0)
    return keys[number - 1] if 1 <= number <= len(keys) else None


def by_agreement(words: list[str], labels: Mapping[str, str]) -> str | None:
    """Yes or no in either language, where the options are that."""
    if not {"yes", "no"} <= set(labels):
        return None
    starts = {"_".join(words[:length]) for length in (1, 2, 3)}
    refused, agreed = starts & NO, starts & YES
    if bool(refused) == bool(agreed):
        return "no" if max(refused | {""}, key=len) > max(agreed | {""}, key=len) and refused else None
    return "no" if refused else "yes"


def alike(said: str, options: Mapping[str, str]) -> str | None:
    """The option spelt most like it, or that it is a part of, if it is close enough and stands out."""
    from rapidfuzz import fuzz  # half of a start's time; only a misspelt answer needs it

    meant = {key: telling(label) for key, label in options.items()}
    return nearest(said, options, fuzz.ratio) or nearest(telling(said), meant, likeness)


def nearest(said: str, options: Mapping[str, str], scorer: Callable[..., float]) -> str | None:
    """The option that is close to it by *scorer*, and closer than any other."""
    from rapidfuzz import process

    if len(said) < 3:
        return None
    near = process.extract(said, dict(options), scorer=scorer, score_cutoff=CLOSE, limit=2)
    if len(near) == 2 and near[0][1] - near[1][1] < 4:
        return None
    return str(near[0][2]) if near else None


def telling(words: str) -> str:
    """The words that tell options apart: to share an article with one ("apri il ticket") is not to mean it."""
    return " ".join(word for word in words.split() if len(word) > len("the"))


def likeness(said: str, label: str, **_cutoff: object) -> float:
    """From 0 to 100: spelt alike, or all the words of one are in the other. One word in common is not enough."""
    from rapidfuzz import fuzz

    return max(fuzz.ratio(said, label), fuzz.partial_ratio(said, label), fuzz.token_set_ratio(said, label))


def only(keys: list[str]) -> str | None:
    """The one there is."""
    return keys[0] if len(keys) == 1 else None
