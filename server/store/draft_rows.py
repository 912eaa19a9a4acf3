"""Exhibitions and stations as rows of the tables, read and written inside a transaction. Decides nothing.

A document that did not change is not parsed again: contents cannot be changed, so all who read one have the same.
Several are parsed in a thread: 300 stations in five languages take a tenth of a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exhibit.content import MAX_STATIONS, Edition, ExhibitionContent, NumberedStation, StationContent
from exhibit.table import ID
from server.store import audit
from server.store.database import Database
from server.store.errors import NotThereError, TakenError
from server.store.references import let_nobody_write
from server.store.tables import AUDIT, EXHIBITIONS, STATIONS, VERSIONS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """An exhibition as it stands in the editor, its stations aside."""

    id: str
    content: ExhibitionContent
    revision: int
    shown: int | None  # the version that visitors see
    made_at: float
    changed_at: float
    changed_by: str
    stations: int  # how many
    picture: str | None  # of its first station


@dataclass(frozen=True, slots=True)
class DraftStation:
    """A station as it stands in the editor."""

    id: str
    content: StationContent
    revision: int
    changed_at: float
    changed_by: str


async def change_exhibitions(database: Database, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    """Do `work` in a writing transaction, while nobody else changes an exhibition.

    SQLite has one writer anyway. PostgreSQL would let two of them go until they meet at the exhibition's row, which
    every change touches, and send one back to its start; of eight who save at once some would be sent back too often.
    Locking the tables takes no snapshot, so the transaction sees what the one before it did. Readers do not wait.
    """

    async def alone(connection: AsyncConnection) -> T:
        await let_nobody_write(connection, VERSIONS, STATIONS, EXHIBITIONS)  # in the order of Pictures.collect
        return await work(connection)

    return await database.change(alone)


async def edition_of(connection: AsyncConnection, exhibition: str) -> Edition:
    """The draft with all its stations. Raises NotThereError."""
    draft = await read_draft(connection, exhibition)
    stations = await read_stations(connection, exhibition)
    return Edition(
        exhibition=draft.content, stations=tuple(NumberedStation(id=s.id, content=s.content) for s in stations)
    )


async def put_edition(connection: AsyncConnection, exhibition: str, edition: Edition, who: str, now_s: float) -> None:
    """Make the draft what the edition says. Raises TakenError."""
    _check_numbers(edition)
    first = await first_revision(connection, exhibition)
    there = (await connection.execute(exhibitions().where(EXHIBITIONS.c.id == exhibition))).mappings().first()
    if there is None:
        await make_draft(connection, exhibition, edition.exhibition, who, now_s)
    else:
        values = {"content": edition.exhibition.model_dump_json(), "revision": there["revision"] + 1}
        await connection.execute(update(EXHIBITIONS).where(EXHIBITIONS.c.id == exhibition).values(**values))
    revisions = {s.id: s.revision for s in await read_stations(connection, exhibition)}
    await connection.execute(delete(STATIONS).where(STATIONS.c.exhibition == exhibition))
    rows = [
        {**_values_of(station, who, now_s), "position": position, "revision": revisions.get(station.id, first - 1) + 1}
        for position, station in enumerate(edition.stations)
    ]
    if rows:
        await connection.execute(insert(STATIONS).values(exhibition=exhibition), rows)
    await touch(connection, exhibition, who, now_s)


def _check_numbers(edition: Edition) -> None:
    numbers: dict[int, str] = {}
    ids: set[str] = set()
    for station in edition.stations:
        if station.id in ids:
            raise TakenError(f"the station {station.id} is there twice", "id")
        other = numbers.setdefault(station.content.number, station.id)
        if other != station.id:
            raise TakenError(
                f"the stations {other} and {station.id} have the same number {station.content.number}", "number"
            )
        ids.add(station.id)


def exhibitions() -> Any:
    """Exhibitions, each with the number of its stations and what the first one says."""
    counted = select(func.count()).where(STATIONS.c.exhibition == EXHIBITIONS.c.id).scalar_subquery()
    one, own = STATIONS.alias(), STATIONS.alias()
    ids = select(own.c.id).where(own.c.exhibition == EXHIBITIONS.c.id).order_by(own.c.position, own.c.number).limit(1)
    is_first = one.c.exhibition == EXHIBITIONS.c.id, one.c.id == ids.correlate(EXHIBITIONS).scalar_subquery()
    first = select(one.c.content).where(*is_first).scalar_subquery()  # ids are sorted, not whole documents
    return select(EXHIBITIONS, counted.label("stations"), first.label("picture"))


async def read_draft(connection: AsyncConnection, exhibition: str) -> Draft:
    check_id(exhibition, "exhibition")
    row = (await connection.execute(exhibitions().where(EXHIBITIONS.c.id == exhibition))).mappings().first()
    if row is None:
        raise NotThereError(f"there is no exhibition {exhibition}")
    return draft_of(row)


def draft_of(row: RowMapping) -> Draft:
    first = _station_content(row["picture"]) if row["picture"] else None
    content = _exhibition_content(row["content"])
    return Draft(**{**row, "content": content, "picture": first.artwork.picture if first else None})


async def make_draft(
    connection: AsyncConnection, exhibition: str, content: ExhibitionContent, who: str, now_s: float
) -> None:
    taken = select(EXHIBITIONS.c.id).where(EXHIBITIONS.c.id == exhibition)
    if (await connection.execute(taken)).first() is not None:
        raise TakenError(f"there is an exhibition {exhibition} already", "id")
    revision = await first_revision(connection, exhibition)
    values = {"id": exhibition, "content": content.model_dump_json(), "revision": revision, "made_at": now_s}
    await connection.execute(insert(EXHIBITIONS).values(**values, changed_at=now_s, changed_by=who))
    await audit.record(connection, now_s, who, "exhibition.make", exhibition=exhibition)


async def read_stations(connection: AsyncConnection, exhibition: str) -> list[DraftStation]:
    query = select(STATIONS).where(STATIONS.c.exhibition == exhibition).order_by(STATIONS.c.position, STATIONS.c.number)
    rows = (await connection.execute(query)).mappings().all()
    return await asyncio.to_thread(_draft_stations, rows)


async def read_station(connection: AsyncConnection, exhibition: str, station: str) -> DraftStation:
    check_id(exhibition, "exhibition")
    check_id(station, "station")
    row = (await connection.execute(select(STATIONS).where(*is_station(exhibition, station)))).mappings().first()
    if row is None:
        raise NotThereError(f"there is no station {station} in the exhibition {exhibition}")
    return _draft_station(row)


def _draft_stations(rows: Sequence[RowMapping]) -> list[DraftStation]:
    return [_draft_station(row) for row in rows]


def _draft_station(row: RowMapping) -> DraftStation:
    content = _station_content(row["content"])
    return DraftStation(row["id"], content, row["revision"], row["changed_at"], row["changed_by"])


@lru_cache(maxsize=MAX_STATIONS)
def _station_content(text: str) -> StationContent:
    return StationContent.model_validate_json(text)


@lru_cache(maxsize=64)
def _exhibition_content(text: str) -> ExhibitionContent:
    return ExhibitionContent.model_validate_json(text)


async def first_revision(connection: AsyncConnection, exhibition: str) -> int:
    """The revision of what is made now: one that nothing of this exhibition ever had, so that who still has something
    open that was removed, and made anew under its id, does not overwrite the new.

    Every change is in the audit log, so no revision is above the id of its last entry.
    """
    last = select(func.coalesce(func.max(AUDIT.c.id), 0)).where(AUDIT.c.exhibition == exhibition)
    number: int = (await connection.execute(last)).scalar_one()
    return number + 1


def check_id(text: str, what: str) -> None:
    """Raises NotThereError for what can be nobody's id; PostgreSQL would not even take some of that."""
    if ID.fullmatch(text) is None:
        raise NotThereError(f"there is no {what} {text[:80]!r}")


def is_station(exhibition: str, station: str) -> tuple[Any, Any]:
    return STATIONS.c.exhibition == exhibition, STATIONS.c.id == station


async def check_free(connection: AsyncConnection, exhibition: str, station: str, number: int, *, new: bool) -> None:
    query = select(STATIONS.c.id, STATIONS.c.number).where(STATIONS.c.exhibition == exhibition)
    for other, taken in (await connection.execute(query)).all():
        if new and other == station:
            raise TakenError(f"there is a station {station} already", "id")
        if other != station and taken == number:
            raise TakenError(f"the number {number} is the station {other}'s", "number")


async def insert_station(
    connection: AsyncConnection, exhibition: str, station: NumberedStation, *, position: int, who: str, now_s: float
) -> None:
    """A new station. The caller has looked whether its id and number are free."""
    revision = await first_revision(connection, exhibition)
    values = {**_values_of(station, who, now_s), "position": position, "revision": revision}
    await connection.execute(insert(STATIONS).values(exhibition=exhibition, **values))


def _values_of(station: NumberedStation, who: str, now_s: float) -> Mapping[str, Any]:
    written = {"id": station.id, "number": station.content.number, "content": station.content.model_dump_json()}
    return {**written, "changed_at": now_s, "changed_by": who}


async def touch(connection: AsyncConnection, exhibition: str, who: str, now_s: float) -> None:
    values = {"changed_at": now_s, "changed_by": who}
    await connection.execute(update(EXHIBITIONS).where(EXHIBITIONS.c.id == exhibition).values(**values))
