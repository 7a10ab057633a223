"""A screen as rows of text: harmless, its buttons below it as choices to type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.adapters.terminal.board import Shown
from bot.adapters.terminal.harmless import harmless, one_line

WIDE = 72
"""Characters of one row of buttons."""
LONG_LABEL = 30
BETWEEN = "   "


def text_rows(shown: Shown) -> list[str]:
    """Return what is said, line by line."""
    return [row for line in shown.screen.lines for row in harmless(line).split("\n")] or [""]


def button_rows(shown: Shown, wide: int = WIDE) -> list[str]:
    """Return the buttons: those that answer with their number, those that move about apart."""
    labels = [one_line(key.label) for key in shown.choices]
    numbered = [f"[{n}] {label}" for n, label in enumerate(labels, 1)] if shown.numbered else _boxed(labels)
    controls = _boxed(one_line(key.label) for key in shown.screen.keys if key.control)
    return [*_side_by_side(numbered, wide), *_side_by_side(controls, wide)]


def _boxed(labels: Iterable[str]) -> list[str]:
    return [f"[{label}]" for label in labels]


def _side_by_side(buttons: Sequence[str], wide: int) -> list[str]:
    """Short labels stand beside one another as long as there is room; long ones each in a row of their own."""
    if any(len(button) > LONG_LABEL for button in buttons):
        return list(buttons)
    rows: list[str] = []
    for button in buttons:
        if rows and len(rows[-1]) + len(BETWEEN) + len(button) <= wide:
            rows[-1] += BETWEEN + button
        else:
            rows.append(button)
    return rows
