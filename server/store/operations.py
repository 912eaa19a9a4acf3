"""Keeps what operators decide, so that a restart and every other machine know of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.degradation import Brush
from server.store import audit
from server.store.database import Database
from server.store.decisions import Decision, Decisions, StationKey
from server.store.draft_rows import check_id
from server.store.errors import NotThereError
from server.store.tables import EXHIBITIONS, PICTURES
from server.store.tables import OPERATIONS as TABLE
from server.store.versions import NEWS_CHANNEL

_OFF, _FALLBACK = "off", "fallback"  # with the ids of exhibition and station behind them
_BRUSH, _ANNOUNCEMENT, _DRAINING = "brush", "announcement", "draining"


class Operations:
    """Every change is one transaction with its entry in the audit log. Deciding anew what holds already is a change;
    taking back what does not hold is none."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database, self._now_s = database, now_s

    async def decisions(self) -> Decisions:
        """All that holds now."""
        async with self._database.read() as connection:
            rows = (await connection.execute(select(TABLE))).mappings().all()
        found = {row["key"]: Decision(json.loads(row["value"]), row["by"], row["at"]) for row in rows}
        return Decisions(
            off=_of_stations(_OFF, found),
            fallbacks=_of_stations(_FALLBACK, found),
            brush=found.get(_BRUSH),
            announcement=found.get(_ANNOUNCEMENT),
            draining=found.get(_DRAINING),
        )

    async def switch_off(self, exhibition: str, station: str, message: str, who: str) -> None:
        """Close a station, with words for its visitors, until it is switched on. Raises NotThereError for an exhibition
        that is not there."""
        await self._decide(_OFF, message, who, "station.off", (exhibition, station))

    async def switch_on(self, exhibition: str, station: str, who: str) -> None:
        """Let it be as its curator wants it. Raises NotThereError for what can be no station's id."""
        await self._take_back(_OFF, who, "station.on", (exhibition, station))

    async def set_fallback(self, exhibition: str, station: str, picture: str, who: str) -> None:
        """Have a picture shown at a station while no worker is there. Raises NotThereError where there is no such
        picture, or exhibition."""
        await self._decide(_FALLBACK, picture, who, "station.fallback", (exhibition, station))

    async def remove_fallback(self, exhibition: str, station: str, who: str) -> None:
        """Have none shown. Raises NotThereError for what can be no station's id."""
        await self._take_back(_FALLBACK, who, "station.no_fallback", (exhibition, station))

    async def pin(self, brush: Brush, who: str) -> None:
        """Have this network paint; AUTO pins none."""
        if brush is Brush.AUTO:
            await self._take_back(_BRUSH, who, "brush.free")
        else:
            await self._decide(_BRUSH, brush.value, who, "brush.pin")

    async def announce(self, text: str, who: str) -> None:
        """Tell every phone this from now on."""
        await self._decide(_ANNOUNCEMENT, text, who, "announcement.make")

    async def end_announcement(self, who: str) -> None:
        """Tell it nobody any more."""
        await self._take_back(_ANNOUNCEMENT, who, "announcement.end")

    async def drain(self, who: str) -> None:
        """Let nobody new in."""
        await self._decide(_DRAINING, "", who, "drain.begin")

    async def end_drain(self, who: str) -> None:
        """Let people in again."""
        await self._take_back(_DRAINING, who, "drain.end")

    async def note_restart(self, worker: str, who: str) -> None:
        """Write down that somebody has a process started again."""

        async def work(connection: AsyncConnection) -> None:
            await audit.record(connection, self._now_s(), who, "worker.restart", subject=worker)

        await self._database.change(work)

    async def _decide(self, what: str, text: str, who: str, action: str, place: StationKey | None = None) -> None:
        key = _key(what, place)

        async def work(connection: AsyncConnection) -> None:
            if place is not None:
                await _check_there(connection, place[0], text if what == _FALLBACK else "")
            await connection.execute(delete(TABLE).where(TABLE.c.key == key))
            row = {"key": key, "value": json.dumps(text, ensure_ascii=False), "by": who, "at": self._now_s()}
            await connection.execute(insert(TABLE).values(**row, exhibition=place[0] if place else None))
            await self._record(connection, who, action, place, {"text": text} if text else {})

        await self._database.change(work)

    async def _take_back(self, what: str, who: str, action: str, place: StationKey | None = None) -> None:
        key = _key(what, place)

        async def work(connection: AsyncConnection) -> None:
            gone = await connection.execute(delete(TABLE).where(TABLE.c.key == key))
            if gone.rowcount:
                await self._record(connection, who, action, place, {})

        await self._database.change(work)

    async def _record(
        self, connection: AsyncConnection, who: str, action: str, place: StationKey | None, detail: Mapping[str, str]
    ) -> None:
        """In the audit log, and as news for other machines."""
        exhibition, station = place or ("", "")
        await audit.record(
            connection, self._now_s(), who, action, exhibition=exhibition, subject=station, detail=detail
        )
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.pg_notify(NEWS_CHANNEL, exhibition)))


def _key(what: str, place: StationKey | None) -> str:
    """Raises NotThereError for what can be no station's id."""
    for part, kind in zip(place or (), ("exhibition", "station"), strict=False):
        check_id(part, kind)
    return "/".join((what, *(place or ())))


def _of_stations(what: str, found: Mapping[str, Decision]) -> dict[StationKey, Decision]:
    parts = {key: key.split("/") for key in found}  # no id has a slash in it
    return {(p[1], p[2]): found[key] for key, p in parts.items() if p[0] == what and len(p) == 3}


async def _check_there(connection: AsyncConnection, exhibition: str, picture: str) -> None:
    there = select(EXHIBITIONS.c.id).where(EXHIBITIONS.c.id == exhibition)
    if (await connection.execute(there)).first() is None:
        raise NotThereError(f"there is no exhibition {exhibition}")
    kept = select(PICTURES.c.name).where(PICTURES.c.name == picture)
    if picture and (await connection.execute(kept)).first() is None:
        raise NotThereError(f"there is no picture {picture}")
