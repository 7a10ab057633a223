"""`python -m core.migrations.new "message"`: write the next step, from what the tables say and the last step left."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import Script

from core.db import Database
from core.migrations import VERSIONS, alembic_config, revisions, upgrade, whole_metadata


def write_step(message: str, into: Path = VERSIONS) -> Path:
    """Compare a database at the last step with the tables, and write down the difference in the folder *into*."""
    whole_metadata()
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/last-step.db")
        if known := revisions():
            upgrade(database)
        number = f"{int(known[-1]) + 1 if known else 1:04}"
        with database.write() as conn:
            config = alembic_config(conn)
            config.attributes["changes"] = bool(known)
            config.set_main_option("version_locations", os.pathsep.join(map(str, dict.fromkeys((VERSIONS, into)))))
            step = command.revision(config, message, autogenerate=True, rev_id=number, version_path=str(into))
        database.close()
    if not isinstance(step, Script):
        raise TypeError("one head, one step")
    return Path(step.path)


if __name__ == "__main__":
    path = write_step(" ".join(sys.argv[1:]) or "changes")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)  # noqa: S603
    print(f"Read it, and correct it where data moves: {path}")
