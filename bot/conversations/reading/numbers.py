"""Finds the number of a ticket in what somebody wrote, and leaves alone what is a date, a version or a telephone."""

import re

from .intents import Intent

NAMED = re.compile(
    r"(?:#|\b(?:ticket|tiket|tickets|segnalazione|pratica|richiesta|chiamata|caso|case|request|report|issue|call)s?"
    r"\s*(?:numero|number|num|nr|no|n)?\s*[.:°º#]*\s*)(\d{1,9})(?![\d.,:/]*\d)",
    re.IGNORECASE,
)
BARE = re.compile(r"(?<![\d.,:/+\w-])#?(\d{1,7})(?![\d.,:/]*\d|\w|\s*(?:%|€))")
ALONE = re.compile(r"\W*(?:n\.?°?\s*)?(\d{1,9})\W*")
MEASURED = re.compile(
    r"\s*(?:giorn|or[ae]\b|minut|settiman|mes[ei]|ann[oi]|volt|day|hour|hr|min|week|month|year|time|document|file|fattur)",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"(?:error[ei]?|codice|code|windows|win|versione|version|alle|ore|at|dalle|since|from|il mio numero|my number)\s*$",
    re.IGNORECASE,
)
ABOUT_ONE = frozenset({Intent.STATUS, Intent.SOLVED, Intent.REOPEN, Intent.CANCEL})


def named_ticket(text: str, intent: Intent) -> int | None:
    """The number said to be a ticket's; or the only number there is, where the sentence is about a ticket."""
    if named := NAMED.search(text):
        return int(named[1])
    if alone := ALONE.fullmatch(text):
        return int(alone[1])
    found = [number for number in BARE.finditer(text) if might_be_ticket(text, number)]
    return int(found[0][1]) if intent in ABOUT_ONE and len(found) == 1 else None


def might_be_ticket(text: str, number: re.Match[str]) -> bool:
    """Not "3 giorni", not "errore 500"."""
    return not MEASURED.match(text, number.end()) and not BEFORE.search(text, 0, number.start())
