"""Telegram: private chats with customers, groups of operators and leads, over python-telegram-bot's `Bot`.

What people do comes in by `Updates` (updates.py): `await Updates(bot, desk, hop=…, chance=…, webhook=…).run(hear)` runs
until it is cancelled, through any outage of Telegram's or of the store's. *webhook*: a `Webhook` (webhook.py), or None
to ask Telegram (polling).
"""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library warns at every "retry after" told as a number
