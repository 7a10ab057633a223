"""People: customers, operators (a lead is one), what each channel calls them, and the proofs under way."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from core.db import Id, Moment, metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("code", String(16), nullable=False, unique=True),  # the Helpdesk Code: it identifies, it proves nothing
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, server_default=""),  # name and organisation, folded, to be found by
    Column("email", Text),  # as it was typed
    Column("email_key", Text),  # as it is compared
    Column("email_proven_at", Moment),  # a mailed code came back, or an operator or the workspace vouched
    Column("vouched_by", Id, ForeignKey("operators.id")),
    Column("phone", Text),  # as it was typed
    Column("phone_key", Text, index=True),  # as it is found: + and digits
    Column("organisation", Text),
    Column("website", Text),  # the page's field: which platform they use
    Column("language", String(8), nullable=False),
    Column("consented_at", Moment),  # to the privacy notice
    Column("password_hash", Text),  # argon2; set on the web only, never asked in a chat
    Column("created_at", Moment, nullable=False),
    Column("erased_at", Moment),
    Column("merged_into", Id, ForeignKey("customers.id")),
    sqlite_autoincrement=True,
)
# An address is unique among proven ones only: two people may claim it, one can prove it.
Index(
    "uq_customers_proven_email",
    customers.c.email_key,
    unique=True,
    sqlite_where=customers.c.email_proven_at.is_not(None),
    postgresql_where=customers.c.email_proven_at.is_not(None),
)

operators = Table(
    "operators",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("lead", Boolean, nullable=False),
    Column("warnings", Boolean, nullable=False),  # subscribed to warnings and breaches by direct message
    Column("password_hash", Text),
    Column("enrolled_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    sqlite_autoincrement=True,
)

identities = Table(
    "identities",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("workspace", String(64), nullable=False, server_default=""),
    Column("address", Text, nullable=False),  # the channel's own id of the person
    Column("name", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("language_offered", Boolean, nullable=False),  # the other language was offered, once
    Column("chat_id", Id, ForeignKey("chats.id")),  # their own chat, where there is one
    Column("customer_id", Id, ForeignKey("customers.id"), index=True),
    Column("operator_id", Id, ForeignKey("operators.id"), index=True),
    Column("preferred", Boolean, nullable=False, server_default=false()),  # of several channels, the one to write to
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("channel", "workspace", "address"),
    sqlite_autoincrement=True,
)

proofs = Table(
    "proofs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),  # email, link (shown on one channel, typed on another), mailed-link
    Column("customer_id", Id, ForeignKey("customers.id"), index=True),  # none: the address is nobody's, told alike
    Column("identity_id", Id, ForeignKey("identities.id"), index=True),  # who asked for the code
    Column("address", Text, index=True),  # an e-mail address, as it is compared
    Column("code_hash", Text, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("used_at", Moment),
    sqlite_autoincrement=True,
)

# Wrong codes, whatever code they were meant for: a new code does not give new tries without end.
tries = Table(
    "tries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("identity_id", Id, ForeignKey("identities.id"), nullable=False),
    Column("address", Text),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_tries_identity", tries.c.identity_id, tries.c.at)
Index("ix_tries_address", tries.c.address, tries.c.at)
