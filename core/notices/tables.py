"""What was heard (inbox) and what must be said (outbox), the places to say it in, and as what it was sent."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, true

from core.db import Id, Json, Moment, metadata

chats = Table(
    "chats",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("workspace", String(64), nullable=False, server_default=""),
    Column("address", Text, nullable=False),  # can change (a group becomes a supergroup): the row stays
    Column("room", String(16)),  # operators or leads; none for a person's own chat
    Column("topic", String(64)),  # a room for one topic only
    Column("language", String(8), nullable=False),
    Column("reachable", Boolean, nullable=False, server_default=true()),
    Column("former", Text),  # the address before it changed: settings may still name it
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "workspace", "address"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("lane", String(80), nullable=False),  # what must arrive in order
    Column("priority", Integer, nullable=False),  # picks among the heads of lanes, never inside one
    Column("kind", String(16), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("ticket_id", Id, ForeignKey("tickets.id"), index=True),
    Column("talk_id", Id),  # the talk whose open question is drawn when this leaves
    Column("thread", Text),  # in a room, what it hangs under, by the channel's own id
    Column("lines", Json, nullable=False),  # message ids and facts, never rendered text
    Column("coalesce", String(80)),  # an unsent row of this key serves for a second one as well
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("leased_by", String(64)),
    Column("leased_until", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("done_at", Moment),
    Column("given_up", Boolean),  # with done_at: not sent, and will not be
    sqlite_autoincrement=True,
)
unsent = outbox.c.done_at.is_(None)
Index("ix_outbox_lane_unsent", outbox.c.lane, outbox.c.id, sqlite_where=unsent, postgresql_where=unsent)
Index("ix_outbox_due_unsent", outbox.c.due_at, sqlite_where=unsent, postgresql_where=unsent)
Index("ix_outbox_coalesce_unsent", outbox.c.coalesce, sqlite_where=unsent, postgresql_where=unsent)

sent_as = Table(
    "sent_as",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("outbox_id", Id, index=True),  # the row may be gone before the message is; none for what was heard
    Column("kind", String(16), nullable=False),
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),
    Column("ticket_id", Id, ForeignKey("tickets.id")),
    Column("said_id", Id),  # the ticket's message that it carries
    Column("external_id", Text, nullable=False),  # the channel's own id of the message
    Column("at", Moment, nullable=False),
    UniqueConstraint("chat_id", "external_id"),
    sqlite_autoincrement=True,
)
Index("ix_sent_as_ticket", sent_as.c.ticket_id, sent_as.c.chat_id)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("key", String(128), nullable=False),  # the channel's own id: the same is never taken twice
    Column("lane", String(80), nullable=False),
    Column("payload", Json, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("done_at", Moment),
    Column("failed_at", Moment),
    Column("error", Text),
    UniqueConstraint("channel", "key"),
    sqlite_autoincrement=True,
)
Index(
    "ix_inbox_undone",
    inbox.c.lane,
    inbox.c.id,
    sqlite_where=inbox.c.done_at.is_(None),
    postgresql_where=inbox.c.done_at.is_(None),
)
