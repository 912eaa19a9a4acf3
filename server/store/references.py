"""Which pictures drafts, versions and operators speak of. Knows no file.

Documents are searched as text: whatever looks like a picture's name counts, in a document that an older program wrote
too. So a picture may be kept that nobody needs, and never the other way round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.picture_folder import NAME
from server.store.tables import EXHIBITIONS, OPERATIONS, STATIONS, VERSIONS

_AT_ONCE = 16  # documents in memory; one may have megabytes

VersionKey = tuple[str, int]  # exhibition and number


async def in_drafts(connection: AsyncConnection) -> set[str]:
    """The names that the drafts of exhibitions and stations have in them."""
    names = set()
    for query in (select(EXHIBITIONS.c.content), select(STATIONS.c.content)):
        async for documents in _documents(connection, query):
            names |= await asyncio.to_thread(names_in, (content for (content,) in documents))
    return names


async def in_operations(connection: AsyncConnection) -> set[str]:
    """The names in what operators decided."""
    return names_in((await connection.execute(select(OPERATIONS.c.value))).scalars())


async def in_versions(connection: AsyncConnection) -> tuple[set[str], set[VersionKey]]:
    """The names that the versions have in them, and which versions these are."""
    names: set[str] = set()
    keys: set[VersionKey] = set()
    query = select(VERSIONS.c.exhibition, VERSIONS.c.number, VERSIONS.c.content)
    async for documents in _documents(connection, query):
        keys |= {(exhibition, number) for exhibition, number, _ in documents}
        names |= await asyncio.to_thread(names_in, (content for _, _, content in documents))
    return names, keys


async def in_other_versions(connection: AsyncConnection, known: set[VersionKey]) -> set[str]:
    """The names in versions that were made since; those that are known never change."""
    names: set[str] = set()
    for exhibition, number in (await connection.execute(select(VERSIONS.c.exhibition, VERSIONS.c.number))).all():
        if (exhibition, number) not in known:
            where = VERSIONS.c.exhibition == exhibition, VERSIONS.c.number == number
            names |= names_in((await connection.execute(select(VERSIONS.c.content).where(*where))).scalars())
    return names


def names_in(documents: Iterable[str]) -> set[str]:
    """What looks like a picture's name."""
    return {name for document in documents for name in NAME.findall(document)}


async def let_nobody_write(connection: AsyncConnection, *tables: Any) -> None:
    """Keep everybody else from writing to these tables until the transaction ends.

    It must come first in the transaction: what it reads then is what was written before. SQLite's writers are alone
    anyway.
    """
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables)
        await connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


async def _documents(connection: AsyncConnection, query: Select[Any]) -> Any:
    result = await connection.stream(query)
    async for rows in result.partitions(_AT_ONCE):
        yield rows
