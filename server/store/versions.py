"""What visitors see: versions of exhibitions, each a whole that never changes, and which of them is shown.

Publishing is one transaction that reads the draft, checks it, keeps it as a version and points `shown` at it: whoever
reads meanwhile gets the old version or the new one. A version may wait for its time; `advance` brings it up.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exhibit.completeness import NO_DREAMS, House, Rules, missing
from exhibit.content import Edition
from server.store import audit
from server.store.database import Database
from server.store.draft_rows import change_exhibitions, check_id, edition_of
from server.store.errors import IncompleteError, NotThereError, StoreUnusableError, TakenError
from server.store.tables import EXHIBITIONS, PICTURES, VERSIONS

NEWS_CHANNEL = "vernissage_shown"  # of PostgreSQL's NOTIFY: an exhibition's id whenever another version is shown


class State(StrEnum):
    """Where a version stands."""

    SCHEDULED = "scheduled"  # its time has not come
    PUBLISHED = "published"  # it is shown, or was
    CANCELLED = "cancelled"  # it was scheduled, and will not be shown by itself


@dataclass(frozen=True, slots=True)
class Version:
    """A version without its content."""

    exhibition: str
    number: int
    digest: str
    state: State
    goes_live_at: float
    made_at: float
    made_by: str
    note: str


_ABOUT = [column for column in VERSIONS.c if column is not VERSIONS.c.content]


class Versions:
    """Publishes, and goes back. Every method is one transaction; every change is in the audit log."""

    def __init__(self, database: Database, now_s: Callable[[], float], rules: Rules = NO_DREAMS) -> None:
        self._database, self._now_s, self._rules = database, now_s, rules

    async def publish(
        self, exhibition: str, styles: Collection[str], who: str, *, note: str = "", at: float | None = None
    ) -> Version:
        """Keep the draft as a version, and show it: now, or at a time to come.

        Raises NotThereError, and IncompleteError, which names everything that is missing.
        """

        async def work(connection: AsyncConnection) -> Version:
            edition = await edition_of(connection, exhibition)
            pictures = await _pictures(connection)
            if lacking := await asyncio.to_thread(missing, edition, House(pictures, styles, self._rules)):
                raise IncompleteError(lacking)
            return await self._keep(connection, exhibition, edition, who=who, note=note, at=at)

        return await change_exhibitions(self._database, work)

    async def _keep(
        self, connection: AsyncConnection, exhibition: str, edition: Edition, *, who: str, note: str, at: float | None
    ) -> Version:
        now_s, number = self._now_s(), await _next_number(connection, exhibition)
        later = at is not None and at > now_s
        content, digest = await asyncio.to_thread(_written, edition)
        version = Version(
            exhibition=exhibition,
            number=number,
            digest=digest,
            state=State.SCHEDULED if later else State.PUBLISHED,
            goes_live_at=at if at is not None and later else now_s,
            made_at=now_s,
            made_by=who,
            note=note,
        )
        await connection.execute(insert(VERSIONS).values(**_values(version), content=content))
        if not later:
            await _show(connection, exhibition, number)
        await audit.record(
            connection,
            now_s,
            who,
            "version.schedule" if later else "version.publish",
            exhibition=exhibition,
            subject=str(number),
            detail={"goes_live_at": version.goes_live_at} if later else {},
        )
        return version

    async def advance(self) -> list[Version]:
        """Show the versions whose time has come; returns them. Of two of one exhibition the later one stays."""
        now_s = self._now_s()
        due = VERSIONS.c.state == State.SCHEDULED, VERSIONS.c.goes_live_at <= now_s
        query = select(*_ABOUT).where(*due).order_by(VERSIONS.c.goes_live_at, VERSIONS.c.number)
        async with self._database.read() as connection:
            if (await connection.execute(query.limit(1))).first() is None:
                return []

        async def work(connection: AsyncConnection) -> list[Version]:
            versions = [_version(row) for row in (await connection.execute(query)).mappings()]
            for version in versions:
                await _set_state(connection, version, State.PUBLISHED)
                await _show(connection, version.exhibition, version.number)
                await audit.record(
                    connection,
                    now_s,
                    audit.SYSTEM,
                    "version.publish",
                    exhibition=version.exhibition,
                    subject=str(version.number),
                )
            return versions

        return await change_exhibitions(self._database, work)

    async def cancel(self, exhibition: str, number: int, who: str) -> Version:
        """Let a scheduled version not be shown. Raises NotThereError, and TakenError where it is not scheduled."""

        async def work(connection: AsyncConnection) -> Version:
            version = await _about(connection, exhibition, number)
            if version.state is not State.SCHEDULED:
                raise TakenError(f"version {number} is not scheduled, but {version.state}", "number")
            await _set_state(connection, version, State.CANCELLED)
            await audit.record(
                connection, self._now_s(), who, "version.cancel", exhibition=exhibition, subject=str(number)
            )
            return await _about(connection, exhibition, number)

        return await change_exhibitions(self._database, work)

    async def roll_back(self, exhibition: str, number: int, who: str) -> Version:
        """Show a version that was shown before. Raises NotThereError, and TakenError where it never was."""

        async def work(connection: AsyncConnection) -> Version:
            version = await _about(connection, exhibition, number)
            if version.state is not State.PUBLISHED:
                raise TakenError(f"version {number} was never shown: it is {version.state}", "number")
            await _show(connection, exhibition, number)
            await audit.record(
                connection, self._now_s(), who, "version.roll_back", exhibition=exhibition, subject=str(number)
            )
            return version

        return await change_exhibitions(self._database, work)

    async def withdraw(self, exhibition: str, who: str) -> None:
        """Take the exhibition off show. Raises NotThereError."""

        async def work(connection: AsyncConnection) -> None:
            await _show(connection, exhibition, None)
            await audit.record(connection, self._now_s(), who, "exhibition.withdraw", exhibition=exhibition)

        await change_exhibitions(self._database, work)

    async def history(self, exhibition: str) -> list[Version]:
        """Every version, the newest first. Raises NotThereError for what can be no exhibition's id."""
        check_id(exhibition, "exhibition")
        query = select(*_ABOUT).where(VERSIONS.c.exhibition == exhibition).order_by(VERSIONS.c.number.desc())
        async with self._database.read() as connection:
            return [_version(row) for row in (await connection.execute(query)).mappings()]

    async def shown(self) -> dict[str, int]:
        """Which version of which exhibition visitors see."""
        query = select(EXHIBITIONS.c.id, EXHIBITIONS.c.shown).where(EXHIBITIONS.c.shown.is_not(None))
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def edition(self, exhibition: str, number: int) -> Edition:
        """What a version holds. Raises NotThereError, and StoreUnusableError where it is not what was kept."""
        check_id(exhibition, "exhibition")
        query = select(VERSIONS.c.content, VERSIONS.c.digest).where(*_is(exhibition, number))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotThereError(f"there is no version {number} of the exhibition {exhibition}")
        edition = await asyncio.to_thread(_edition, *row)
        if edition is None:
            raise StoreUnusableError(f"version {number} of the exhibition {exhibition} is damaged")
        return edition


def _written(edition: Edition) -> tuple[str, str]:
    """The document, as `model_dump_json` would write it, and its digest. Writing 300 stations at one go would hold up
    the event loop from its thread for 30 ms; one by one lets it run between them."""
    stations = ",".join(station.model_dump_json() for station in edition.stations)
    content = f'{{"exhibition":{edition.exhibition.model_dump_json()},"stations":[{stations}]}}'
    return content, _digest(content)


def _edition(content: str, digest: str) -> Edition | None:
    """What a document says; None where it is not the one that was kept."""
    return Edition.model_validate_json(content) if _digest(content) == digest else None


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _values(version: Version) -> dict[str, Any]:
    return {field: getattr(version, field) for field in Version.__slots__}


def _version(row: RowMapping) -> Version:
    return Version(**{**row, "state": State(row["state"])})


def _is(exhibition: str, number: int) -> tuple[Any, Any]:
    return VERSIONS.c.exhibition == exhibition, VERSIONS.c.number == number


async def _about(connection: AsyncConnection, exhibition: str, number: int) -> Version:
    check_id(exhibition, "exhibition")
    row = (await connection.execute(select(*_ABOUT).where(*_is(exhibition, number)))).mappings().first()
    if row is None:
        raise NotThereError(f"there is no version {number} of the exhibition {exhibition}")
    return _version(row)


async def _next_number(connection: AsyncConnection, exhibition: str) -> int:
    last = select(func.coalesce(func.max(VERSIONS.c.number), 0)).where(VERSIONS.c.exhibition == exhibition)
    number: int = (await connection.execute(last)).scalar_one()
    return number + 1


async def _set_state(connection: AsyncConnection, version: Version, state: State) -> None:
    where = _is(version.exhibition, version.number)
    await connection.execute(update(VERSIONS).where(*where).values(state=state.value))


async def _show(connection: AsyncConnection, exhibition: str, number: int | None) -> None:
    """Point visitors at a version, and tell other machines of it when the transaction is kept."""
    check_id(exhibition, "exhibition")
    changed = await connection.execute(update(EXHIBITIONS).where(EXHIBITIONS.c.id == exhibition).values(shown=number))
    if changed.rowcount == 0:
        raise NotThereError(f"there is no exhibition {exhibition}")
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_notify(NEWS_CHANNEL, exhibition)))


async def _pictures(connection: AsyncConnection) -> set[str]:
    return {row[0] for row in await connection.execute(select(PICTURES.c.name))}
