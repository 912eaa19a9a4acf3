"""One statement that adds a row or changes the one that is there; SQLite and PostgreSQL each have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Change = Callable[[Any], dict[str, ColumnElement[Any]]]  # of the row that was to be added: what becomes of the other


def upsert(connection: AsyncConnection, table: Table, change: Change) -> postgresql.Insert | sqlite.Insert:
    """An insert that, where a row of that primary key is there, changes columns of it instead."""
    key = table.primary_key.columns
    if connection.dialect.name == "postgresql":
        into = postgresql.insert(table)
        return into.on_conflict_do_update(index_elements=key, set_=change(into.excluded))
    added = sqlite.insert(table)
    return added.on_conflict_do_update(index_elements=key, set_=change(added.excluded))
