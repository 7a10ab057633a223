"""Alerts that were posted (each once), and periods that were done (a day's digest, an evening's list)."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from core.db import Id, Moment, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False),
    Column("target", String(16), nullable=False),
    Column("kind", String(16), nullable=False),  # warning, breach, repeat
    Column("cycle", Integer, nullable=False),
    Column("number", Integer, nullable=False),  # repeats and re-armed warnings count up
    Column("deadline", Moment, nullable=False),  # the deadline it spoke of
    Column("posted_at", Moment, nullable=False),
    UniqueConstraint("ticket_id", "target", "kind", "cycle", "number"),
    sqlite_autoincrement=True,
)

periods = Table(
    "periods",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("task", String(32), nullable=False),
    Column("period", String(64), nullable=False),  # as "2026-11-24": who inserts the row does the work
    Column("at", Moment, nullable=False),
    UniqueConstraint("task", "period"),
    sqlite_autoincrement=True,
)
