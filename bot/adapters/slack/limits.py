"""What Slack takes at most, from its reference (docs.slack.dev/reference): one table, which all that is drawn keeps.

Lengths are counted as Slack may count at worst: in UTF-16 units, after escaping.
"""

from typing import Final

# A message
SECTION: Final = 3_000
BLOCKS: Final = 50
MESSAGE: Final = 12_000
"""All texts of a message's blocks together: more is `msg_blocks_too_long`. Not in the reference; seen at 13,200."""
TEXT: Final = 4_000
"""The text beside the blocks: `chat.update` refuses more, and `chat.postMessage` advises so."""

# What can be pressed
BUTTON: Final = 75
VALUE: Final = 2_000
ELEMENTS: Final = 25
"""In one row of buttons."""
OPTIONS: Final = 100
OPTION: Final = 75
OPTION_VALUE: Final = 150
OVERFLOW: Final = (2, 5)
"""Options of the menu behind the three dots: at least, at most."""

# A view
VIEW_BLOCKS: Final = 100
VIEW: Final = 250_000
"""Bytes of its JSON."""
TITLE: Final = 24
"""Also of the two buttons at its foot."""
PRIVATE: Final = 3_000
"""What a view keeps for us."""
LABEL: Final = 2_000
HINT: Final = 2_000
INPUT: Final = 3_000
ID: Final = 255
FILES: Final = 10
"""That one field takes."""

# Files
LARGEST: Final = 1_000_000_000
NAME: Final = 255
