"""Understands free text in Italian and English, with nothing but a table of weights: see docs/reading.md."""

from .choices import read_choice
from .intents import Intent, Reading
from .language import guess_language
from .reader import LIKELY, SURE, read
from .understanding import understand

__all__ = ["LIKELY", "SURE", "Intent", "Reading", "guess_language", "read", "read_choice", "understand"]
