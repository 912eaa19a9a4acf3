"""Looks into a database after a process that wrote to it was killed: is all of it whole, is all of it there?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from exhibit.ticket import Keyring
from server.bench.store_marked import NAME, STYLES, TornError, marker_of, marker_on_show
from server.on_show import OnShow
from server.stagehand import Stagehand
from server.store.database import connect
from server.store.errors import StoreUnusableError
from server.store.open import Store, store_of

_GLANCE_S = 0.002


@dataclass(slots=True)
class Told:
    """What a process said that its changes are kept, line by line (store_victim.py)."""

    saved: int = 0  # the marker of the draft
    stations: dict[str, tuple[int, str]] = field(default_factory=dict)  # revision and year, by id
    published: dict[int, int] = field(default_factory=dict)  # markers, by number
    publishing: bool = False  # whether the last line says so
    changes: int = 0

    def hear(self, line: str) -> None:
        """One line more."""
        self.publishing = line == "publishing"
        self.changes += line.startswith(("saved", "station", "published"))
        match line.split():
            case ["saved", marker]:
                self.saved, self.stations = int(marker), {}
            case ["station", name, revision, year]:
                self.stations[name] = int(revision), year
            case ["published", number, marker]:
                self.published[int(number)] = int(marker)


@dataclass(slots=True)
class Faults:
    """What should not be, in words."""

    torn: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    reads: int = 0  # of versions and drafts

    @contextmanager
    def noting(self, what: str) -> Iterator[None]:
        """Read in the block; what is torn is written down."""
        self.reads += 1
        try:
            yield
        except (TornError, StoreUnusableError) as error:
            self.torn.append(f"{what}: {error}")


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Store]:
    """The store, opened anew."""
    store = store_of(connect(url), folder)
    try:
        yield store
    finally:
        store.pictures.close()
        await store.close()


async def look_meanwhile(url: str, folder: Path, faults: Faults) -> None:
    """Read what is shown, and the draft, until cancelled."""
    async with opened(url, folder) as store:
        while True:
            with faults.noting("while it was written to"):
                marker_of(await store.versions.edition(NAME, (await store.versions.shown())[NAME]))
            with faults.noting("the draft, while it was written to"):
                marker_of(await store.drafts.edition(NAME))
            await asyncio.sleep(_GLANCE_S)


async def look_after(url: str, folder: Path, told: Told, faults: Faults) -> None:
    """What visitors see, the draft, and all that was acknowledged."""
    async with opened(url, folder) as store:
        await _look_at_the_show(store, faults)
        await _look_for_versions(store, told, faults)
        await _look_for_saves(store, told, faults)


async def look_at_everything(url: str, folder: Path, faults: Faults) -> int:
    """Every version that there ever was, and the file itself; how many versions."""
    async with opened(url, folder) as store:
        versions = await store.versions.history(NAME)
        for version in versions:
            with faults.noting(f"version {version.number}"):
                marker_of(await store.versions.edition(NAME, version.number))
        if store.database.is_sqlite:
            async with store.database.read() as connection:
                said = (await connection.execute(text("PRAGMA integrity_check"))).scalars().all()
            if said != ["ok"]:
                faults.torn.append(f"the file: {said[:3]}")
    return len(versions)


async def _look_at_the_show(store: Store, faults: Faults) -> None:
    on_show = OnShow(Keyring({1: bytes(32)}, 1))
    with faults.noting("what visitors see"):
        await Stagehand(store, on_show, lambda: STYLES, store.now_s).look()
        exhibition = on_show.exhibition(NAME)
        if exhibition is None:
            raise TornError("nothing is on show")
        kept = marker_of(await store.versions.edition(NAME, exhibition.version))
        if marker_on_show(exhibition) != kept:
            raise TornError(f"version {exhibition.version} is shown as another one than {kept}")


async def _look_for_versions(store: Store, told: Told, faults: Faults) -> None:
    there = {version.number for version in await store.versions.history(NAME)}
    for number, marker in told.published.items():
        if number not in there:
            faults.lost.append(f"version {number}")
            continue
        with faults.noting(f"version {number}"):
            kept = marker_of(await store.versions.edition(NAME, number))
            if kept != marker:
                faults.lost.append(f"version {number}: expected {marker}, got {kept}")
    shown = (await store.versions.shown()).get(NAME, 0)
    if shown < max(told.published, default=0):
        faults.lost.append(f"version {max(told.published)} was acknowledged, version {shown} is shown")


async def _look_for_saves(store: Store, told: Told, faults: Faults) -> None:
    with faults.noting("the draft"):
        kept = marker_of(await store.drafts.edition(NAME))
        if kept < told.saved:
            faults.lost.append(f"the draft: expected {told.saved}, got {kept}")
    stations = {station.id: station for station in await store.drafts.stations(NAME)}
    for name, (revision, year) in told.stations.items():
        station = stations[name]
        same = station.revision == revision
        if station.revision < revision or (same and station.content.artwork.year != year):
            faults.lost.append(f"station {name}: expected revision {revision}, got {station.revision}")
