"""Understands free text in Italian and English, with nothing but a table of weights: see docs/reading.md."""

from .choices import is_yes_or_no, read_choice
from .intents import Intent, Reading
from .language import guess_language
from .reader import LIKELY, SURE, read
from .understanding import understand

__all__ = ["LIKELY", "SURE", "Intent", "Reading", "guess_language", "is_yes_or_no", "read", "read_choice", "understand"]
