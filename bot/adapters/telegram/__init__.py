"""Telegram: private chats with customers, groups of operators and leads, over python-telegram-bot's `Bot`."""
