"""Places whose address changed, answers that hang under a message, and words that are held for a moment."""

import sqlalchemy as sa
from alembic import op

from core.db import Id, Json, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("former", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("thread", sa.Text(), nullable=True))
    op.create_table(
        "held",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("chat_id", Id, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("ticket_id", Id, nullable=False),
        sa.Column("identity_id", Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_held_chat_id_chats")),
        sa.ForeignKeyConstraint(["identity_id"], ["identities.id"], name=op.f("fk_held_identity_id_identities")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_held_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("chat_id", "external_id", name=op.f("uq_held_chat_id_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_held_due_at"), "held", ["due_at"])


def downgrade() -> None:
    raise NotImplementedError("steps only go forward")
