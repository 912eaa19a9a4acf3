"""Who has which page of an exhibition open in an editor, so that two curators know of each other. Knows no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.store.database import Database
from server.store.draft_rows import read_draft
from server.store.tables import PRESENCE

GONE_S = 60.0  # who was not heard of for so long has gone


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a page open."""

    user: str
    station: str  # "": the exhibition's own pages
    seen_at: float


class Presence:
    """Nothing of it is in the audit log: nothing is changed by it."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database, self._now_s = database, now_s

    async def note(self, exhibition: str, station: str, user: str) -> list[Present]:
        """Say that a user has a page open, and no other one of this exhibition; returns who else has one open.

        Raises NotThereError.
        """
        now_s = self._now_s()
        own = PRESENCE.c.exhibition == exhibition, PRESENCE.c.user == user

        async def work(connection: AsyncConnection) -> list[Present]:
            await read_draft(connection, exhibition)
            await connection.execute(delete(PRESENCE).where(PRESENCE.c.seen_at < now_s - GONE_S))
            await connection.execute(delete(PRESENCE).where(*own))
            values = {"exhibition": exhibition, "station": station, "user": user, "seen_at": now_s}
            await connection.execute(insert(PRESENCE).values(**values))
            others = select(PRESENCE).where(PRESENCE.c.exhibition == exhibition, PRESENCE.c.user != user)
            rows = (await connection.execute(others.order_by(PRESENCE.c.user))).mappings()
            return [Present(row["user"], row["station"], row["seen_at"]) for row in rows]

        return await self._database.change(work)
