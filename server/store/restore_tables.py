"""Fills the tables from a backup, inside one transaction: as they were when it was made, then brought up to date.

What visitors keep is in no backup: it stays as it is, where its exhibition comes back.

The tables are made by the migrations up to the backup's revision and read back from the database, so that a backup of
an old program needs none of its code.
"""

from __future__ import annotations

import asyncio
import zipfile
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.backup_form import TABLES, Manifest, Row, batches_of, members_of
from server.store.tables import EXHIBITIONS, KEPT_PICTURES, METADATA
from server.store.zip_door import RefusedArchiveError, parts_of_entry

_ALEMBIC = "alembic_version"
_SUFFIX = ".jsonl"


async def restore_tables(connection: AsyncConnection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Replace every table by the backup's. Raises RefusedArchiveError for what does not fit into them."""
    kept = await connection.run_sync(_kept)
    metadata = await connection.run_sync(_made_as_they_were, manifest.revision)
    names = {name.removesuffix(_SUFFIX) for name in members_of(manifest, TABLES)}
    if strange := sorted(names - {table.name for table in metadata.sorted_tables}):
        raise RefusedArchiveError(f"{TABLES}{strange[0]}{_SUFFIX}: there is no such table in {manifest.revision}")
    for table in metadata.sorted_tables:
        if table.name in names:
            await _fill(connection, archive, manifest, table)
            await _count_on(connection, table)
    await connection.run_sync(_brought_up_to_date)
    await _put_back(connection, kept)


def _kept(connection: Connection) -> list[Row]:
    """The rows of what visitors keep; few enough to be held (server/store/kept.py)."""
    if not inspect(connection).has_table(KEPT_PICTURES.name):
        return []
    return [dict(row) for row in connection.execute(select(KEPT_PICTURES)).mappings()]


async def _put_back(connection: AsyncConnection, kept: list[Row]) -> None:
    there = set((await connection.execute(select(EXHIBITIONS.c.id))).scalars())
    if rows := [row for row in kept if row["exhibition"] in there]:
        await connection.execute(insert(KEPT_PICTURES), rows)


def _made_as_they_were(connection: Connection, revision: str) -> MetaData:
    """The store's tables at that revision, empty; what else is in the database is left alone."""
    from server.store.migrating import upgrade_on  # in this transaction, not in one of its own

    METADATA.drop_all(connection)
    connection.execute(text(f"DROP TABLE IF EXISTS {_ALEMBIC}"))
    others = {_ALEMBIC, *inspect(connection).get_table_names()}
    upgrade_on(connection, revision)
    made = MetaData()
    made.reflect(connection, only=lambda name, _: name not in others)
    return made


def _brought_up_to_date(connection: Connection) -> None:
    from server.store.migrating import upgrade_on

    upgrade_on(connection, "head")


async def _fill(connection: AsyncConnection, archive: zipfile.ZipFile, manifest: Manifest, table: Table) -> None:
    name = f"{TABLES}{table.name}{_SUFFIX}"
    batches = batches_of(name, parts_of_entry(archive, name, manifest.members[name].bytes))
    count = 0
    while rows := await asyncio.to_thread(next, batches, None):
        for number, row in enumerate(rows, start=count + 1):
            check_row(f"{name}, line {number}", row, table)
        try:
            await connection.execute(insert(table), rows)
        except (SQLAlchemyError, ValueError, OverflowError) as error:
            raise RefusedArchiveError(f"{name}: the database does not take it: {_reason(error)}") from error
        count += len(rows)
    if count != manifest.rows.get(table.name):
        raise RefusedArchiveError(f"{name}: expected {manifest.rows.get(table.name)} rows, got {count}")


def check_row(place: str, row: Row, table: Table) -> None:
    """That the row has the table's columns, each of its kind: SQLite would take a text for a number.

    Raises RefusedArchiveError.
    """
    if different := sorted(set(row) ^ set(table.columns.keys())):
        raise RefusedArchiveError(f"{place}: expected the table's columns, got one more or less: {different[0][:60]}")
    for column in table.columns:
        value, wanted = row[column.name], column.type.python_type
        fits = type(value) is wanted or (wanted is float and type(value) is int) or (value is None and column.nullable)
        if not fits:
            raise RefusedArchiveError(f"{place}: {column.name}: expected {wanted.__name__}, got {type(value).__name__}")


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote
    for column in table.primary_key.columns:
        where: dict[str, Any] = {"table": quoted(table.name), "column": column.name}
        ask = text("SELECT pg_get_serial_sequence(:table, :column)")
        if sequence := (await connection.execute(ask, where)).scalar_one():
            last = f"(SELECT max({quoted(column.name)}) FROM {quoted(table.name)})"
            await connection.execute(text(f"SELECT setval(:sequence, {last}) WHERE {last} > 0"), {"sequence": sequence})


def _reason(error: Exception) -> str:
    """What the driver says, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:300]
