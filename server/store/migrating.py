"""Brings a database's tables up to date with Alembic. Knows no table; migrations/versions has the steps.

Programs that start together wait for each other: the steps are taken under a lock.
"""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.store.database import Database
from server.store.errors import StoreUnusableError

log = logging.getLogger("vernissage.store")

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x7665726E  # "vern", of pg_advisory_xact_lock


async def upgrade(database: Database, revision: str = "head") -> None:
    """Take the steps that are missing, all or none. Raises StoreUnusableError for a database of a newer program."""
    async with database.write() as connection:
        await connection.run_sync(upgrade_on, revision)


def revisions() -> list[str]:
    """Every revision that there was, the oldest first."""
    steps = ScriptDirectory.from_config(_config()).walk_revisions()
    return [step.revision for step in reversed(list(steps))]


def upgrade_on(connection: Connection, revision: str) -> None:
    """The same, inside a transaction that is open already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    present = MigrationContext.configure(connection).get_current_revision()
    known = revisions()
    if present is not None and present not in known:
        raise StoreUnusableError(
            f"the database was made by a newer Vernissage (its revision is {present}, this one knows {known[-1]});"
            " update the program, or restore a backup of its own"
        )
    if present == (known[-1] if revision == "head" else revision):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    log.info("the store's tables are at revision %s, from %s", known[-1] if revision == "head" else revision, present)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
