"""The keys that tickets are signed with: added, and withdrawn, which makes every code in print that has them invalid.

The first key is the state folder's (state.py) and is never written here; the others are.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exhibit.ticket import MIN_KEY_BYTES, Keyring
from server.store import audit
from server.store.database import Database
from server.store.errors import NotThereError, TakenError
from server.store.tables import KEYS

FIRST = 1
LAST = 255  # a ticket has one byte for it


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: int
    made_at: float
    withdrawn_at: float | None
    current: bool


class Keys:
    """Every method is one transaction; every change is in the audit log."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._database, self._now_s = database, now_s

    async def all(self) -> list[Key]:
        """Every key that there ever was, the newest last; the current one is the newest that was not withdrawn."""
        async with self._database.read() as connection:
            return await _list(connection)

    async def keyring(self, first: bytes) -> Keyring:
        """What tickets are signed and read with; `first` is the state folder's key."""

        async def work(connection: AsyncConnection) -> Keyring:
            if not await _list(connection):
                await connection.execute(insert(KEYS).values(id=FIRST, secret=None, made_at=self._now_s()))
            return Keyring(good := await _good(connection, first), max(good))

        return await self._database.change(work)

    async def keyring_there(self, first: bytes) -> Keyring:
        """The same for who only looks: nothing is written. Raises NotThereError before a server has run."""
        async with self._database.read() as connection:
            good = await _good(connection, first)
        if not good:
            raise NotThereError("there is no key for tickets yet; the first start makes one")
        return Keyring(good, max(good))

    async def rotate(self, who: str) -> Key:
        """A new key for tickets from now on; those of the older keys stay valid. Raises TakenError after 255."""

        async def work(connection: AsyncConnection) -> Key:
            keys = await _list(connection)
            number = max((key.id for key in keys), default=FIRST) + 1
            if number > LAST:
                raise TakenError(f"there were {LAST} keys already, and tickets know no more", "id")
            now_s = self._now_s()
            secret = secrets.token_bytes(MIN_KEY_BYTES)
            await connection.execute(insert(KEYS).values(id=number, secret=secret, made_at=now_s))
            await audit.record(connection, now_s, who, "key.rotate", subject=str(number))
            return Key(number, now_s, None, current=True)

        return await self._database.change(work)

    async def withdraw(self, number: int, who: str) -> None:
        """Make every ticket of a key invalid. Raises NotThereError, and TakenError for the one that signs now."""

        async def work(connection: AsyncConnection) -> None:
            key = next((key for key in await _list(connection) if key.id == number), None)
            if key is None or key.withdrawn_at is not None:
                raise NotThereError(f"there is no key {number} that is good")
            if key.current:
                raise TakenError(
                    "this key signs new tickets; rotate first, print the codes anew, then withdraw it", "id"
                )
            now_s = self._now_s()
            await connection.execute(update(KEYS).where(KEYS.c.id == number).values(withdrawn_at=now_s, secret=None))
            await audit.record(connection, now_s, who, "key.withdraw", subject=str(number))

        await self._database.change(work)


async def _good(connection: AsyncConnection, first: bytes) -> dict[int, bytes]:
    rows = (await connection.execute(select(KEYS).where(KEYS.c.withdrawn_at.is_(None)))).mappings().all()
    return {row["id"]: first if row["secret"] is None else bytes(row["secret"]) for row in rows}


async def _list(connection: AsyncConnection) -> list[Key]:
    rows = (await connection.execute(select(KEYS).order_by(KEYS.c.id))).mappings().all()
    good = [row["id"] for row in rows if row["withdrawn_at"] is None]
    return [Key(r["id"], r["made_at"], r["withdrawn_at"], current=bool(good) and r["id"] == max(good)) for r in rows]
