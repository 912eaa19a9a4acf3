"""Exhibitions as curators work on them: the draft and its stations, each with a revision. Knows no version.

Whoever saves says which revision the change was made from; if somebody else saved meanwhile, nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exhibit.content import MAX_STATIONS, Edition, ExhibitionContent, NumberedStation, StationContent
from server.store import audit
from server.store.database import Database
from server.store.draft_rows import (
    Draft,
    DraftStation,
    change_exhibitions,
    check_free,
    draft_of,
    edition_of,
    exhibitions,
    insert_station,
    is_station,
    make_draft,
    put_edition,
    read_draft,
    read_station,
    read_stations,
    touch,
)
from server.store.errors import ShownError, StaleError, TakenError
from server.store.tables import EXHIBITIONS, STATIONS


class Drafts:
    """Reads and changes drafts. Every method is one transaction; every change is in the audit log."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database, self._now_s = database, now_s

    # -- exhibitions ----------------------------------------------------------------------------------------------

    async def all(self) -> list[Draft]:
        """Every exhibition, the one that was changed last first."""
        async with self._database.read() as connection:
            rows = await connection.execute(exhibitions().order_by(EXHIBITIONS.c.changed_at.desc(), EXHIBITIONS.c.id))
            return [draft_of(row) for row in rows.mappings()]

    async def read(self, exhibition: str) -> Draft:
        """One exhibition. Raises NotThereError."""
        async with self._database.read() as connection:
            return await read_draft(connection, exhibition)

    async def make(self, exhibition: str, content: ExhibitionContent, who: str) -> Draft:
        """A new exhibition without stations. Raises TakenError."""

        async def work(connection: AsyncConnection) -> Draft:
            await make_draft(connection, exhibition, content, who, self._now_s())
            return await read_draft(connection, exhibition)

        return await change_exhibitions(self._database, work)

    async def save(self, exhibition: str, content: ExhibitionContent, revision: int, who: str) -> Draft:
        """Replace what the exhibition's draft says. Raises NotThereError, StaleError."""

        async def work(connection: AsyncConnection) -> Draft:
            present = await read_draft(connection, exhibition)
            _expect(revision, present.revision, "the exhibition")
            now_s = self._now_s()
            values = {"content": content.model_dump_json(), "revision": revision + 1}
            await connection.execute(update(EXHIBITIONS).where(EXHIBITIONS.c.id == exhibition).values(**values))
            await touch(connection, exhibition, who, now_s)
            changed = _difference(present.content.model_dump(), content.model_dump())
            await audit.record(
                connection, now_s, who, "exhibition.save", exhibition=exhibition, detail={"changed": changed}
            )
            return await read_draft(connection, exhibition)

        return await change_exhibitions(self._database, work)

    async def remove(self, exhibition: str, who: str) -> None:
        """Remove an exhibition with its stations and versions. Raises NotThereError, ShownError."""

        async def work(connection: AsyncConnection) -> None:
            present = await read_draft(connection, exhibition)
            if present.shown is not None:
                raise ShownError("visitors see this exhibition; take it off show first")
            await connection.execute(delete(EXHIBITIONS).where(EXHIBITIONS.c.id == exhibition))
            await audit.record(connection, self._now_s(), who, "exhibition.remove", exhibition=exhibition)

        await change_exhibitions(self._database, work)

    # -- stations -------------------------------------------------------------------------------------------------

    async def stations(self, exhibition: str) -> list[DraftStation]:
        """All stations in the order in which they are shown. Raises NotThereError."""
        async with self._database.read() as connection:
            await read_draft(connection, exhibition)
            return await read_stations(connection, exhibition)

    async def station(self, exhibition: str, station: str) -> DraftStation:
        """One station. Raises NotThereError."""
        async with self._database.read() as connection:
            return await read_station(connection, exhibition, station)

    async def add_station(self, exhibition: str, station: str, content: StationContent, who: str) -> DraftStation:
        """A new station at the end of the list. Raises NotThereError, TakenError."""

        async def work(connection: AsyncConnection) -> DraftStation:
            present = await read_draft(connection, exhibition)
            if present.stations >= MAX_STATIONS:
                raise TakenError(f"an exhibition has at most {MAX_STATIONS} stations", "id")
            now_s = self._now_s()
            await check_free(connection, exhibition, station, content.number, new=True)
            last = select(func.coalesce(func.max(STATIONS.c.position), -1)).where(STATIONS.c.exhibition == exhibition)
            position = (await connection.execute(last)).scalar_one() + 1
            await insert_station(
                connection,
                exhibition,
                NumberedStation(id=station, content=content),
                position=position,
                who=who,
                now_s=now_s,
            )
            await touch(connection, exhibition, who, now_s)
            await audit.record(connection, now_s, who, "station.add", exhibition=exhibition, subject=station)
            return await read_station(connection, exhibition, station)

        return await change_exhibitions(self._database, work)

    async def save_station(
        self, exhibition: str, station: str, content: StationContent, revision: int, who: str
    ) -> DraftStation:
        """Replace what a station's draft says. Raises NotThereError, StaleError, TakenError."""

        async def work(connection: AsyncConnection) -> DraftStation:
            present = await read_station(connection, exhibition, station)
            _expect(revision, present.revision, f"the station {station}")
            await check_free(connection, exhibition, station, content.number, new=False)
            now_s = self._now_s()
            values = {"content": content.model_dump_json(), "number": content.number, "revision": revision + 1}
            await connection.execute(
                update(STATIONS)
                .where(*is_station(exhibition, station))
                .values(**values, changed_at=now_s, changed_by=who)
            )
            await touch(connection, exhibition, who, now_s)
            detail = {"changed": _difference(present.content.model_dump(), content.model_dump())}
            await audit.record(
                connection, now_s, who, "station.save", exhibition=exhibition, subject=station, detail=detail
            )
            return await read_station(connection, exhibition, station)

        return await change_exhibitions(self._database, work)

    async def remove_station(self, exhibition: str, station: str, revision: int, who: str) -> None:
        """Remove a station from the draft; versions keep it. Raises NotThereError, StaleError."""

        async def work(connection: AsyncConnection) -> None:
            present = await read_station(connection, exhibition, station)
            _expect(revision, present.revision, f"the station {station}")
            now_s = self._now_s()
            await connection.execute(delete(STATIONS).where(*is_station(exhibition, station)))
            await touch(connection, exhibition, who, now_s)
            await audit.record(connection, now_s, who, "station.remove", exhibition=exhibition, subject=station)

        await change_exhibitions(self._database, work)

    async def order(self, exhibition: str, ids: Sequence[str], who: str) -> list[DraftStation]:
        """Put the stations into this order, which must name each once. Raises NotThereError, StaleError."""

        async def work(connection: AsyncConnection) -> list[DraftStation]:
            draft = await read_draft(connection, exhibition)
            present = [station.id for station in await read_stations(connection, exhibition)]
            if sorted(present) != sorted(ids):
                raise StaleError("the stations are others by now; the order was not changed", draft.revision)
            now_s = self._now_s()
            for position, station in enumerate(ids):
                await connection.execute(
                    update(STATIONS).where(*is_station(exhibition, station)).values(position=position)
                )
            await touch(connection, exhibition, who, now_s)
            await audit.record(connection, now_s, who, "stations.order", exhibition=exhibition)
            return await read_stations(connection, exhibition)

        return await change_exhibitions(self._database, work)

    # -- as a whole -----------------------------------------------------------------------------------------------

    async def edition(self, exhibition: str) -> Edition:
        """The draft with all its stations, of one moment. Raises NotThereError."""
        async with self._database.read() as connection:
            return await edition_of(connection, exhibition)

    async def replace(self, exhibition: str, edition: Edition, who: str, action: str, subject: str = "") -> Draft:
        """Make the draft what the edition says; made if it is not there. Revisions go on, so that nobody who has the
        old one open overwrites the new. Action and subject are for the audit log. Raises TakenError where two stations
        have one number."""

        async def work(connection: AsyncConnection) -> Draft:
            now_s = self._now_s()
            await put_edition(connection, exhibition, edition, who, now_s)
            await audit.record(connection, now_s, who, action, exhibition=exhibition, subject=subject)
            return await read_draft(connection, exhibition)

        return await change_exhibitions(self._database, work)


def _expect(revision: int, present: int, what: str) -> None:
    if revision != present:
        raise StaleError(f"{what} was changed meanwhile: expected revision {present}, got {revision}", present)


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what changed, for the audit log: not the texts themselves."""
    return sorted(key for key in after if before.get(key) != after[key])
