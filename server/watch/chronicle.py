"""Writes down what days were like: minutes, sums of visits, events.

Hears of them on the event loop, where nothing waits for the store; what the store does not take is kept in memory, up
to a bound.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from server.store.database import Database
from server.watch.events import Events
from server.watch.history import History
from server.watch.journal import Event
from server.watch.minutes import MinuteRow, Minutes
from server.watch.outbox import Outbox
from server.watch.reading import Reading
from server.watch.visit import Visit
from server.watch.visit_book import VisitBook
from server.watch.visits import VisitRow, Visits

BEAT_S = 2.0
VISITS_S = 60.0  # between two additions to the sums
LAST_S = 2.0  # that may be spent on writing when the server stops
MOST_MINUTES = 6000  # rows that wait for the store: two hours of fifty stations
MOST_VISITS = 20_000
MOST_EVENTS = 2000

log = logging.getLogger("vernissage.watch")


class Chronicle:
    """What is kept of days. `run` owns the writing."""

    def __init__(self, database: Database, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self.history, self.visit_book, self.events = History(database), VisitBook(database), Events(database)
        self._minutes, self._visits = Minutes(), Visits()
        self._out_minutes: Outbox[MinuteRow] = Outbox("minutes", self.history.write, MOST_MINUTES)
        self._out_visits: Outbox[VisitRow] = Outbox("visits", self.visit_book.write, MOST_VISITS)
        self._out_events: Outbox[Event] = Outbox("events", self.events.write, MOST_EVENTS)

    # -- what is heard; none of it waits, and none fails ----------------------------------------------------------

    def read(self, reading: Reading) -> None:
        """Once a second (`Watch.on_reading`)."""
        for row in self._minutes.take(reading):
            self._out_minutes.put(row)

    def visited(self, visit: Visit) -> None:
        """A visit is over (`Ledger.on_visit`)."""
        self._visits.visit(visit, self._now_s())

    def stepped(self, exhibition: str, station: str, step: str) -> None:
        """A phone came so far, one of visits.STEPS."""
        self._visits.step(exhibition, station, step, self._now_s())

    def happened(self, event: Event) -> None:
        """An event was noted (`Journal.on_event`); in any thread."""
        self._out_events.put(event)

    # -- what is written ------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Write what there is, until cancelled."""
        fetched_s = self._now_s()
        while True:
            await asyncio.sleep(BEAT_S)
            now_s = self._now_s()
            if abs(now_s - fetched_s) >= VISITS_S:
                fetched_s = now_s
                self._fetch(self._visits.fetch(now_s))
            await self._send()

    async def end(self) -> None:
        """Write the rest: the present minute, and visits that waited for others of their kind. After `run` is over."""
        for row in self._minutes.finish():
            self._out_minutes.put(row)
        self._fetch(self._visits.fetch_all(self._now_s()))
        sending = asyncio.create_task(self._send())  # waited for, not timed out: the driver hears no cancelling
        done, _ = await asyncio.wait([sending], timeout=LAST_S)
        if not done:
            sending.cancel()
            log.warning("the store took too long at the end: the last minutes, visits and events are lost")

    async def sweep(self) -> int:
        """Remove what has been kept long enough; how many rows that were."""
        now_s = self._now_s()
        return sum([await table.sweep(now_s) for table in (self.history, self.visit_book, self.events)])

    def _fetch(self, rows: list[VisitRow]) -> None:
        for row in rows:
            self._out_visits.put(row)

    async def _send(self) -> None:
        for outbox in (self._out_events, self._out_minutes, self._out_visits):
            await outbox.send()
