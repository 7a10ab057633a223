"""What Alembic runs: the migrations on the connection that `upgrade` (or `new`) hands in, inside its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import False_, True_

from core.db import Id, Json, Moment, metadata


def render(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Our own column types by their names; all else as Alembic writes it."""
    if kind == "type" and isinstance(thing, Moment):
        return "Moment()"
    if kind == "type" and thing in (Json, Id):
        return "Json" if thing is Json else "Id"
    if kind == "server_default" and isinstance(thing.arg, True_ | False_):  # else written as SQLite's 1 and 0
        return "sa.true()" if isinstance(thing.arg, True_) else "sa.false()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render,
    render_as_batch=context.config.attributes.get("changes", False),  # SQLite changes a table by copying it
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
