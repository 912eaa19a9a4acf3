"""Hears from PostgreSQL at once that another version is shown, whichever machine showed it. Knows no exhibition.

LISTEN on a connection of its own (PostgreSQL's manual, 55.2.7, "Asynchronous Operations"). Who is told looks for
itself: news may come twice, and what happened while nobody listened is told as one piece of news. They make it quick,
not sure; who must not miss anything looks from time to time as well. SQLite has no news.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from server.store.database import Database
from server.store.versions import NEWS_CHANNEL

log = logging.getLogger("vernissage.store")

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0  # before connecting again; twice as long each time
CHECK_S = 30.0  # a connection may be gone without a word: so often it is asked
ANSWER_S = 10.0


class News:
    """Listens. `run` is its task; `heard` is called on its loop, and must neither wait nor fail."""

    def __init__(self, database: Database, heard: Callable[[], None]) -> None:
        if database.is_sqlite:
            raise ValueError("expected PostgreSQL, got SQLite, which has no news")
        self._database, self._heard = database, heard
        self._pause_s = FIRST_PAUSE_S
        self._failed = False  # whether it was said already

    async def run(self) -> None:
        """Listen, and again after a while where that fails, until cancelled."""
        while True:
            try:
                await self._listen()
            except Exception as error:
                if not self._failed:
                    log.warning("no news from the database, which is looked at each second all the same: %s", error)
                self._failed = True
            await asyncio.sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    async def _listen(self) -> None:
        """Listen until the connection is lost, which raises."""
        async with self._database.driver_connection() as connection:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection: lost.set())
            await connection.add_listener(NEWS_CHANNEL, self._told)
            self._pause_s, self._failed = FIRST_PAUSE_S, False
            self._heard()  # of what was shown while nobody listened
            while not await _happens(lost, CHECK_S):
                await connection.execute("SELECT 1", timeout=ANSWER_S)
            raise ConnectionError("the connection was lost")

    def _told(self, *_: Any) -> None:
        self._heard()


async def _happens(event: asyncio.Event, within_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await event.wait()
    return event.is_set()
