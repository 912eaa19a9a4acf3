"""Sums over visits in the store: what comes is added to what is there; read by exhibition, for a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.database import Database
from server.store.tables import VISITS as TABLE
from server.store.upsert import upsert
from server.watch.minutes import Where
from server.watch.visits import Measure, Place, VisitRow

KEPT_S = 400 * 86_400  # so that a season can be held against the one before
_ROWS_AT_ONCE = 1000


class VisitBook:
    """The table of visits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, rows: Sequence[VisitRow]) -> None:
        """Add to what is there; several machines may add to the same row."""
        values = [
            {
                "exhibition": row.place.exhibition,
                "hour": row.hour,
                "station": row.place.station,
                "measure": row.place.measure.value,
                "key": row.place.key,
                "count": row.count,
                "total": row.total_s,
            }
            for row in rows
        ]

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(upsert(connection, TABLE, _added), values)

        await self._database.change(work)

    async def read(self, exhibition: str, begin: float, end: float) -> list[VisitRow]:
        """The sums of an exhibition's hours from one moment to another, by station and hour."""
        its = TABLE.c.exhibition == exhibition, TABLE.c.hour >= begin, TABLE.c.hour < end
        columns = TABLE.c.station, TABLE.c.hour, TABLE.c.measure, TABLE.c.key, TABLE.c["count"], TABLE.c.total
        found: list[VisitRow] = []
        async with self._database.read() as connection:
            rows = await connection.stream(select(*columns).where(*its).order_by(*columns[:4]))
            async for part in rows.partitions(_ROWS_AT_ONCE):
                found += [
                    VisitRow(hour, Place(exhibition, station, Measure(measure), key), count, total)
                    for station, hour, measure, key, count, total in part
                ]
        return found

    async def seen(self) -> dict[Where, float]:
        """When visitors were last at each station, to the hour; seconds since 1970."""
        newest = select(TABLE.c.exhibition, TABLE.c.station, func.max(TABLE.c.hour))
        its = newest.where(TABLE.c.measure == Measure.VISITS.value).group_by(TABLE.c.exhibition, TABLE.c.station)
        async with self._database.read() as connection:
            return {(row[0], row[1]): row[2] for row in await connection.execute(its)}

    async def sweep(self, now_s: float) -> int:
        """Remove what is too old; how many rows that were."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(TABLE).where(TABLE.c.hour < now_s - KEPT_S))).rowcount


def _added(new: Any) -> dict[str, ColumnElement[Any]]:
    return {"count": TABLE.c["count"] + new["count"], "total": TABLE.c.total + new["total"]}
