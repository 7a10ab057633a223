"""Slack: direct messages with customers, channels of operators and leads, over slack_sdk's client and Bolt's listeners.

What people do comes in by `Ears` (listening.py); what they see goes out by `Slack` (channel.py), which is handed both.
"""
