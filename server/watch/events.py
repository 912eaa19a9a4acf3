"""What happened, kept: the journal's events of the last thirty days in the store, at most a hundred thousand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select

from server.store.database import Database
from server.store.tables import EVENTS as TABLE
from server.watch.journal import LEVELS, Event

KEPT_S = 30 * 86_400
MOST = 100_000
PAGE = 200  # events in one answer, at most
_BETWEEN_SWEEPS = 5000  # events that are written
_ID_CHARS, _KIND_CHARS, _DETAIL_CHARS = 64, 40, 2000
_NOT_KEPT = frozenset({"address", "session"})  # what may lead to a visitor is for the log alone


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events; what is empty excludes none."""

    level: str = ""  # of LEVELS: this one, and what is worse
    kind: str = ""
    exhibition: str = ""
    station: str = ""
    before: int = 0  # an id: older ones
    count: int = 50


class Events:
    """The table of events."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written = 0  # since the last sweep

    async def write(self, events: Sequence[Event]) -> None:
        """Keep them, in their order."""
        async with self._database.write() as connection:
            await connection.execute(insert(TABLE), [_row(event) for event in events])
        self._written += len(events)
        if self._written >= _BETWEEN_SWEEPS:
            await self.sweep(events[-1].at)

    async def read(self, wanted: Wanted) -> list[Event]:
        """The newest first. Their ids are those of the store."""
        query = select(TABLE).order_by(TABLE.c.id.desc()).limit(min(wanted.count, PAGE))
        if wanted.level:
            query = query.where(TABLE.c.level.in_(LEVELS[LEVELS.index(wanted.level) :]))
        if wanted.before:
            query = query.where(TABLE.c.id < wanted.before)
        for name in ("kind", "exhibition", "station"):
            if value := getattr(wanted, name):
                query = query.where(TABLE.c[name] == value)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Event(**{**row, "detail": json.loads(row["detail"])}) for row in rows]

    async def sweep(self, now_s: float) -> int:
        """Remove what is too old, and the oldest of what is too much; how many that were."""
        newest = select(func.max(TABLE.c.id)).scalar_subquery()
        gone = delete(TABLE).where((TABLE.c.at < now_s - KEPT_S) | (TABLE.c.id <= newest - MOST))
        async with self._database.write() as connection:
            removed = (await connection.execute(gone)).rowcount
        self._written = 0
        return removed


def _row(event: Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "level": event.level,
        "kind": _storable(event.kind)[:_KIND_CHARS],
        "exhibition": _storable(event.exhibition)[:_ID_CHARS],
        "station": _storable(event.station)[:_ID_CHARS],
        "sentence": _storable(event.sentence),
        "detail": _detail(event),
    }


def _detail(event: Event) -> str:
    detail = {name: value for name, value in event.detail.items() if name not in _NOT_KEPT}
    text = json.dumps(detail, default=str, sort_keys=True)
    return text if len(text) <= _DETAIL_CHARS else json.dumps({"shortened": text[: _DETAIL_CHARS // 2]})


def _storable(text: str) -> str:
    """Without what a database refuses; a line of the log may hold anything."""
    return text.replace("\0", "").encode(errors="replace").decode()
