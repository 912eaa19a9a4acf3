"""What every part of the accounts works with: the database, a clock, the cost of passwords, and who must wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from server.passwords import Passwords
from server.store.database import Database
from server.store.user_rows import stand_in_line
from server.throttle import Throttle

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


class AccountChanges:
    """Reads accounts, and changes them one change after the other."""

    def __init__(
        self,
        database: Database,
        now_s: Callable[[], float],
        passwords: Passwords | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self._database, self._now_s = database, now_s
        self._passwords = passwords or Passwords()
        self._throttle = throttle or Throttle()

    async def _read(self, work: Work[T]) -> T:
        async with self._database.read() as connection:
            return await work(connection)

    async def _change(self, work: Work[T]) -> T:
        async def alone(connection: AsyncConnection) -> T:
            await stand_in_line(connection)
            return await work(connection)

        return await self._database.change(alone)
