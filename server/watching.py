"""The operator's side, built and wired: who looks, what is written down of it, and who is told. A part of the
composition root; holds no behaviour of its own.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.alerts.alerts import Alerts, open_alerts
from server.config import Config
from server.store.database import Database
from server.watch.card import Cards
from server.watch.chronicle import Chronicle
from server.watch.host import Host
from server.watch.journal import Journal
from server.watch.sources import Sources
from server.watch.watch import Watch


@dataclass(frozen=True)
class Watching:
    """What runs for the operator while the server does."""

    watch: Watch
    journal: Journal
    chronicle: Chronicle
    alerts: Alerts

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """What has to run all the time."""
        return [self.watch.run(), self.chronicle.run(), self.alerts.run()]

    @asynccontextmanager
    async def written_down(self) -> AsyncIterator[None]:
        """The log's warnings are the journal's, too, as long as the block lasts; at its end the rest is kept."""
        handler = self.journal.handler()
        logging.getLogger().addHandler(handler)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)
            await self.chronicle.end()


async def open_watching(
    sources: Sources, config: Config, folder: Path, database: Database, now_s: Callable[[], float]
) -> Watching:
    """Not running yet. folder: the state's, whose disk is looked at. Raises ConfigError."""
    journal = Journal(now_s)
    watch = Watch(sources, Host(folder), journal, now_s, Cards())
    chronicle = Chronicle(database, now_s)
    alerts = open_alerts(config, os.environ, journal, lambda: sources.gateway.doorway.base_url)
    watch.on_reading += [chronicle.read, alerts.take]
    journal.on_event.append(chronicle.happened)
    sources.ledger.on_visit = chronicle.visited
    for where, seen_at in (await chronicle.visit_book.seen()).items():
        sources.ledger.remember(where, seen_at)
    return Watching(watch, journal, chronicle, alerts)
