"""`bench store`: whether the store keeps its promises when it is killed, and how long curators and visitors wait.

They wait for an exhibition of 300 stations in five languages with every text (store_crowd.py), on a whole server with
SQLite.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import DBAPIError

from models.errors import ModelError
from server.bench.form import BenchError, Kind, Reach, Row
from server.bench.running import RunningServer, Settings
from server.bench.store_browser import Browser
from server.bench.store_crowd import LANGUAGES
from server.bench.store_house import House, catalogue_of, furnish
from server.bench.store_killed import Kills, kill_often
from server.bench.store_postgresql import a_postgresql_database
from server.bench.store_timed import (
    Listed,
    Opened,
    Published,
    measure_lists,
    measure_publications,
    measure_tickets,
    settle,
)
from server.store.database import sqlite_url
from server.store.errors import StoreError

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("kill_publish_torn_sqlite", "torn", Reach("<=", 0)),
        Kind("kill_publish_torn_postgresql", "torn", Reach("<=", 0)),
        Kind("list_ms", "ms", Reach("<", 300)),
        Kind("publish_s", "s", Reach("<", 2)),
        Kind("ticket_p99_ms", "ms", Reach("<", 5)),
        Kind("saved_lost_sqlite", "changes", Reach("<=", 0)),
        Kind("saved_lost_postgresql", "changes", Reach("<=", 0)),
    )
}
SETTINGS: Settings = {"style": {"runtime": "stub"}}
_CANNOT = (BenchError, StoreError, ModelError, DBAPIError, OSError)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is measured."""

    kills: int  # on each database
    lists: int
    publications: int
    rounds: int  # of all tickets


QUICK = Lengths(kills=10, lists=20, publications=3, rounds=7)
FULL = Lengths(kills=200, lists=100, publications=20, rounds=40)


class StoreBench:
    """Fills the rows part by part; a part that fails leaves its rows unmeasured, and they say why."""

    def __init__(self, lengths: Lengths, seed: int | None, say: Say) -> None:
        self._lengths, self._say = lengths, say
        self._seed = secrets.randbelow(2**31) if seed is None else seed
        self._rows: dict[str, Row] = {}

    def run(self) -> Sequence[Row]:
        """Every row, in the order of KINDS."""
        with TemporaryDirectory(prefix="vernissage-") as name:
            folder = Path(name)
            self._part(("kill_publish_torn_sqlite", "saved_lost_sqlite"), lambda: self._on_sqlite(folder))
            self._part(("kill_publish_torn_postgresql", "saved_lost_postgresql"), lambda: self._on_postgresql(folder))
            self._timed(folder / "house")
        return [self._rows[name] for name in KINDS]

    def _part(self, ids: Sequence[str], measure: Callable[[], list[Row]]) -> None:
        try:
            rows = measure()
        except _CANNOT as error:
            rows = [KINDS[name].missing(str(error) or type(error).__name__) for name in ids]
        self._rows.update({row.id: row for row in rows})

    def _on_sqlite(self, folder: Path) -> list[Row]:
        self._say(f"killing {self._lengths.kills} processes that publish to SQLite")
        return self._kill("sqlite", sqlite_url(folder / "killed.db"), folder / "sqlite-pictures")

    def _on_postgresql(self, folder: Path) -> list[Row]:
        self._say("starting PostgreSQL")
        with a_postgresql_database(folder) as url:
            self._say(f"killing {self._lengths.kills} processes that publish to PostgreSQL")
            return self._kill("postgresql", url, folder / "postgresql-pictures")

    def _kill(self, database: str, url: str, folder: Path) -> list[Row]:
        found = asyncio.run(kill_often(url, folder, self._lengths.kills, self._seed))
        quick = "" if self._lengths.kills >= FULL.kills else f" (quick: the full run kills {FULL.kills})"
        torn, lost = found.faults.torn, found.faults.lost
        return [
            KINDS[f"kill_publish_torn_{database}"].row(len(torn), _torn_how(found, self._seed) + quick + _first(torn)),
            KINDS[f"saved_lost_{database}"].row(len(lost), _lost_how(found) + quick + _first(lost)),
        ]

    def _timed(self, folder: Path) -> None:
        ids = ("list_ms", "publish_s", "ticket_p99_ms")
        self._say("starting a server with 300 stations")
        try:
            house = asyncio.run(furnish(folder / "state"))
            with RunningServer(SETTINGS, folder=folder) as server:
                settle(server)
                self._on_server(house, server)
        except _CANNOT as error:
            self._rows.update({name: KINDS[name].missing(str(error)) for name in ids if name not in self._rows})

    def _on_server(self, house: House, server: RunningServer) -> None:
        lengths, ticket = self._lengths, house.tickets[1]  # of a lens
        browser = Browser(server.port, house.session)

        def lists() -> list[Row]:
            return [_list_row(measure_lists(browser, server, ticket, lengths.lists))]

        def publications() -> list[Row]:
            found = measure_publications(browser, server, ticket, lengths.publications)
            return [_publish_row(found, lengths.publications)]

        def tickets() -> list[Row]:
            catalogue = asyncio.run(catalogue_of(house))
            return [_ticket_row(measure_tickets(browser, catalogue, house.tickets, lengths.rounds))]

        for name, measure in (("list_ms", lists), ("publish_s", publications), ("ticket_p99_ms", tickets)):
            self._say(f"measuring {name}")
            self._part((name,), measure)
        browser.close()


def _torn_how(found: Kills, seed: int) -> str:
    return (
        f"versions and drafts that were of two moments or damaged, of {found.faults.reads} that were read while a "
        f"process saved and published and after it was killed with SIGKILL, {found.kills} times at a moment drawn from "
        f"two cycles of {found.cycle_s * 1000:.0f} ms, {found.publishing} of them within a publication; every one of "
        f"{found.versions} versions read at the end; seed {seed}"
    )


def _lost_how(found: Kills) -> str:
    return f"of {found.acknowledged} changes that were acknowledged before {found.kills} such kills"


def _first(faults: Sequence[str]) -> str:
    return f"; the first: {faults[0]}" if faults else ""


def _list_row(found: Listed) -> Row:
    how = (
        f"p95 of GET exhibitions and then {found.stations} stations in {len(LANGUAGES)} languages "
        f"({found.megabytes:.1f} MB deflated), from the request to the last byte, over localhost; median "
        f"{found.median_ms:.0f} ms, the first after the start {found.first_ms:.0f} ms; the server spent "
        f"{found.cpu_ms:.0f} ms of CPU on each; a visitor's ticket, asked for during more of them, took at most "
        f"{found.others_worst_ms:.0f} ms"
    )
    return KINDS["list_ms"].row(found.p95_ms, how)


def _publish_row(found: Published, times: int) -> Row:
    how = (
        f"the slowest of {times}, from POST until a visitor's ticket leads to the new version, one station of the "
        f"exhibition saved before each; median {found.median_s:.2f} s; meanwhile a visitor's ticket took "
        f"{found.others_worst_ms:.0f} ms at most"
    )
    return KINDS["publish_s"].row(found.slowest_s, how)


def _ticket_row(found: Opened) -> Row:
    how = (
        f"p99 of GET tickets/TICKET over localhost, {found.count} times over all stations; median "
        f"{found.median_ms:.2f} ms; finding the place and making the card {found.p99_inside_ms:.2f} ms (p99)"
    )
    return KINDS["ticket_p99_ms"].row(found.p99_ms, how)
