"""What is on show, as the doctor reads it from the store: nothing is made, brought up to date or changed by looking."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from exhibit.exhibition import Exhibition, Station
from exhibit.staging import Wings, stage
from exhibit.ticket import Keyring
from server.config import Config
from server.library import Library
from server.on_show import operated
from server.process_settings import SHELF
from server.state import read_signing_key
from server.store.database import Database, connect
from server.store.errors import StoreUnusableError
from server.store.open import FILE, PICTURES, Store, rules_of, store_of, store_url

TICKET_S = 900  # how long a doctor's ticket is good


@dataclass(frozen=True)
class Programme:
    """Exhibitions on show, by id, and the keys of their tickets."""

    exhibitions: tuple[Exhibition, ...]
    keyring: Keyring

    def ticket(self, exhibition: Exhibition, station: Station) -> str:
        """What the station's code says; where a screen beside it shows one that changes, as it is now."""
        expires_at = int(time.time()) + TICKET_S if station.rotating else None
        return self.keyring.sign(exhibition.subject, station.number, expires_at)

    def visiting_ticket(self, exhibition: Exhibition, station: Station) -> str:
        """What lets the doctor in: before opening hours too, and counted nowhere."""
        expires_at = int(time.time()) + TICKET_S
        return self.keyring.sign(exhibition.for_inspection().subject, station.number, expires_at)


def open_database_there(config: Config) -> Database:
    """The database, if it is there. Raises StoreUnusableError."""
    folder = Path(config.server.state)
    url = store_url(config, folder)
    if url.endswith(str(folder / FILE)) and not (folder / FILE).is_file():
        raise StoreUnusableError(f"there is no store in {folder} yet; `vernissage run` makes one")
    return connect(url)


async def read_programme(config: Config) -> Programme:
    """What visitors see now. Raises StateError, StoreError and ModelError, and what the database's driver raises."""
    folder = Path(config.server.state)
    first = read_signing_key(folder)
    model = Path(config.style.model) if config.style.model else None
    library = await asyncio.to_thread(Library, folder / SHELF, model)
    store = store_of(open_database_there(config), folder / PICTURES, time.time, rules_of(config))
    try:
        keyring = await store.keys.keyring_there(first)
        shown = sorted((await store.versions.shown()).items())
        decisions = await store.operations.decisions()
        staged = [await _staged(store, library, exhibition, number) for exhibition, number in shown]
        return Programme(tuple(operated(exhibition, decisions) for exhibition in staged), keyring)
    finally:
        await store.close()


async def _staged(store: Store, library: Library, exhibition: str, number: int) -> Exhibition:
    edition = await store.versions.edition(exhibition, number)
    sizes = await store.pictures.sizes(edition.pictures())
    wings = Wings(store.pictures.folder, sizes, library.ids, store.rules.dreams)
    standing = edition.exhibition.schedule.at(datetime.now(UTC))
    return await asyncio.to_thread(stage, exhibition, number, edition, standing, wings)
