"""E-mail addresses, phone numbers and names: as they are compared, found and sent to.

Sending goes to the domain by which an address is compared: two spellings that compare alike reach one mailbox, so
nobody proves an address that is not theirs (IDNA maps several letters to one).
"""

from __future__ import annotations

import re
import unicodedata

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes text run from right to left until further notice, the desk's own behind it too."""
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def email_key(given: str) -> str | None:
    """Return the address as it is compared, or None for what is no address. A local part is plain ASCII, unquoted."""
    sendable = email_sendable(given)
    return sendable.lower() if sendable else None


def email_sendable(given: str) -> str | None:
    """Return the address as it is sent to: the local part as typed, the domain in ASCII; None for no address."""
    local, at, domain = given.strip().rpartition("@")
    ascii_domain = _ascii(domain)
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64 or not _DOMAIN.fullmatch(ascii_domain):
        return None
    address = f"{local}@{ascii_domain}"
    return address if len(address) <= 254 else None


def _ascii(domain: str) -> str:
    try:
        return domain.lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def phone_key(given: str, country: str = "39") -> str | None:
    """Return + and digits, or None for what is no number. Without + or 00 it is of *country*; Italy keeps the 0."""
    typed = unicodedata.normalize("NFKC", given).strip()
    if re.search(r"[^\d\s()+./-]", typed):
        return None
    digits = re.sub(r"\D", "", typed, flags=re.ASCII)
    if re.match(r"\(?\s*\+", typed):
        whole = digits
    elif digits.startswith("00"):
        whole = digits[2:]
    else:  # "39 333 1234567": a mobile number with the country before it, 12 digits long
        whole = digits if re.fullmatch(country + r"3\d{9}", digits) else country + digits
    return f"+{whole}" if re.fullmatch(r"\d{7,15}", whole) else None


def plain(name: str, longest: int = 300) -> str:
    """Return a name (or another line) in one line, without what no store keeps, no screen shows, or turns a line round."""
    line = " ".join(name.split())
    if not line.isprintable():
        line = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING).strip()
    return line[:longest]


def name_key(*names: str) -> str:
    """Return names as they are searched: no accents, no case, one space between words."""
    folded = unicodedata.normalize("NFKD", " ".join(plain(name, 1000) for name in names)).casefold()
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())
