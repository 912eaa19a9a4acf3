"""What the last thirty days were like, minute by minute: written as each minute ends, read as lines of a chart."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.database import Database
from server.store.tables import MINUTES as TABLE
from server.store.upsert import upsert
from server.watch.minutes import MINUTE_S, Lines, MinuteRow, Where, lines

KEPT_S = 30 * 86_400
POINTS = 1500  # in one answer, at most
_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Chart:
    """A stretch of time in points; the lines have one value each."""

    start: float  # of the first point, seconds since 1970
    step_s: int  # from one to the next
    points: int
    lines: Lines


class History:
    """The table of minutes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, rows: Sequence[MinuteRow]) -> None:
        """Keep minutes. One that is there is replaced: the server was started again in it, or another machine shares
        the store, and who writes last is believed."""
        texts = await asyncio.to_thread(lambda: [json.dumps(row.values, sort_keys=True) for row in rows])
        values = [
            {"at": row.at, "exhibition": row.exhibition, "station": row.station, "measured": text}
            for row, text in zip(rows, texts, strict=True)
        ]

        async def work(connection: AsyncConnection) -> None:
            statement = upsert(connection, TABLE, lambda new: {"measured": new.measured})
            await connection.execute(statement, values)

        await self._database.change(work)

    async def read(self, where: Where, begin: float, end: float, points: int = POINTS) -> Chart:
        """What a station, or the house, was like from one moment to another, in at most so many points.

        Only the newest thirty days that the stretch has are read.
        """
        begin = max(begin, end - KEPT_S)
        start = begin - begin % MINUTE_S
        step_s = MINUTE_S * max(1, math.ceil((end - start) / MINUTE_S / min(points, POINTS)))
        count = max(1, math.ceil((end - start) / step_s))
        columns = TABLE.c.at, TABLE.c.measured
        its = TABLE.c.exhibition == where[0], TABLE.c.station == where[1], TABLE.c.at >= start, TABLE.c.at < end
        found: list[tuple[float, str]] = []
        async with self._database.read() as connection:
            rows = await connection.stream(select(*columns).where(*its).order_by(TABLE.c.at))
            async for part in rows.partitions(_ROWS_AT_ONCE):
                found += [(row[0], row[1]) for row in part]
        return Chart(start, step_s, count, await asyncio.to_thread(_lines, found, start, step_s, count))

    async def sweep(self, now_s: float) -> int:
        """Remove what is older than thirty days; how many rows that were."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(TABLE).where(TABLE.c.at < now_s - KEPT_S))).rowcount


def _lines(rows: list[tuple[float, str]], start: float, step_s: int, count: int) -> Lines:
    return lines(((at, json.loads(text)) for at, text in rows), start, step_s, count)
