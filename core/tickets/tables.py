"""Tickets, what is said in them, and what happened to them (`ticket_events`: history, audit and statistics at once).

People's words lie in `messages` and in a ticket's subject; events hold facts only, so that words can be erased
and the figures stay.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from core.db import Id, Json, Moment, metadata

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),  # the number people say; the first is 1001
    Column("version", Integer, nullable=False),  # of two who move a ticket at once, one wins
    Column("state", String(16), nullable=False),
    Column("customer_id", Id, ForeignKey("customers.id"), nullable=False, index=True),
    Column("chat_id", Id, ForeignKey("chats.id")),  # the ticket's own channel; none for a caller without one
    Column("subject", Text, nullable=False),
    Column("topic", String(64)),
    Column("severity", String(8)),  # set by an operator
    Column("felt", String(8)),  # the customer's own answer to how badly it stops them: provisional
    Column("holder_id", Id, ForeignKey("operators.id"), index=True),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", Id, ForeignKey("operators.id")),  # who opened it for a caller
    Column("door", String(32), nullable=False),  # the channel it came by, or phone
    Column("reacted_at", Moment),
    Column("solved_at", Moment),
    Column("closed_at", Moment),
    Column("waiting_since", Moment),
    Column("cycle", Integer, nullable=False, server_default="0"),  # a reopening begins a new one
    Column("reaction_due", Moment),
    Column("resolution_due", Moment),
    Column("next_alert_at", Moment),
    Column("follows", Id, ForeignKey("tickets.id")),  # the closed ticket it was written about
    Column("merged_into", Id, ForeignKey("tickets.id")),
    sqlite_autoincrement=True,
)
alerting = tickets.c.next_alert_at.is_not(None)
Index("ix_tickets_next_alert", tickets.c.next_alert_at, sqlite_where=alerting, postgresql_where=alerting)
going_on = tickets.c.closed_at.is_(None)
Index("ix_tickets_open", tickets.c.state, tickets.c.opened_at, sqlite_where=going_on, postgresql_where=going_on)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by_role", String(16), nullable=False),
    Column("by_id", Id, nullable=False),
    Column("internal", Boolean, nullable=False, server_default=false()),  # a note: never shown to the customer
    Column("text", Text, nullable=False),
    Column("door", String(32), nullable=False),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    sqlite_autoincrement=True,
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("act", String(16), nullable=False),
    Column("by_role", String(16), nullable=False),
    Column("by_id", Id, nullable=False),
    Column("before", String(16)),
    Column("after", String(16), nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("message_id", Id, ForeignKey("messages.id")),
    Column("facts", Json, nullable=False),  # {"v": 1, …}: severities, holders; no words of people
    sqlite_autoincrement=True,
)

held = Table(
    "held",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),  # the room it was written in
    Column("external_id", Text, nullable=False),  # as which message of the channel
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False),  # who wrote it
    Column("text", Text, nullable=False),
    Column("files", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),  # until then it can be edited or taken back
    UniqueConstraint("chat_id", "external_id"),
    sqlite_autoincrement=True,
)
"""What an operator wrote under a card and what is not the customer's yet."""
