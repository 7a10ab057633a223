"""The schema's history: Alembic without an ini file, run at every start under a lock. Each step expands first; what it
leaves unused is taken away a release later.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, text

import core
from core.db import Database, metadata

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
VERSIONS = HERE / "versions"


class NewerStore(Exception):
    """The database was written by a newer program, whose *revision* this one does not know."""

    def __init__(self, revision: str) -> None:
        super().__init__(revision)
        self.revision = revision


def revisions() -> tuple[str, ...]:
    """The steps that this program knows, in order: the numbers in their files' names."""
    return tuple(sorted(file.stem.partition("_")[0] for file in VERSIONS.glob("[0-9]*.py")))


def revision(conn: Connection) -> str | None:
    """The step that the database is at; None for one that is still empty."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(database: Database) -> None:
    """Bring the schema to this program's newest step, in one transaction. Safe to call from several processes at once.

    Raises NewerStore.
    """
    with database.write() as conn:
        if not database.sqlite:  # SQLite's BEGIN IMMEDIATE holds the others already
            conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('sportello-migrations'), 0)"))
        if behind(conn) is not False:
            upgrade_on(conn)


def behind(conn: Connection) -> bool | None:
    """Whether steps are still to be run; None for an empty database. Raises NewerStore."""
    at, known = revision(conn), revisions()
    if at is not None and at not in known:
        raise NewerStore(at)
    return None if at is None else at != known[-1]


def upgrade_on(conn: Connection, to: str = "head") -> None:
    """Bring the schema to the step *to*, inside the transaction of *conn*."""
    from alembic import command  # only a database that is behind pays for the import

    command.upgrade(alembic_config(conn), to)


def try_out(database: Database) -> bool | None:
    """Write something and take it back, then tell whether the schema is `behind`. Raises what `upgrade` would."""
    with database.write() as conn:
        trying = conn.begin_nested()
        conn.execute(text("CREATE TABLE sportello_tries_to_write (id INTEGER)"))
        trying.rollback()
        return behind(conn)


def alembic_config(conn: Connection) -> Config:
    """What an ini file would say. The migrations run on *conn*, inside its transaction."""
    from alembic.config import Config

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def whole_metadata() -> MetaData:
    """Every table of every room of the core."""
    for module in walk_packages(core.__path__, "core."):
        if not module.name.startswith("core.migrations"):
            import_module(module.name)
    return metadata
