"""A round of the doctor's: the house all at once, then one visitor at each station after the other.

One after the other, so that no visit slows another down, and visitors who are there notice next to nothing.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, Station
from models.errors import ModelError
from models.runtime.card import find_card
from server.doctor.certificates import check_certificate
from server.doctor.check import HOUSE, Check, Finding, State, ask, fault, skipped, well
from server.doctor.engines import check_card, judge_address, judge_dreamer, judge_engines, judge_server
from server.doctor.house import check_clock, check_disk, check_models, check_store
from server.doctor.order import Order
from server.doctor.pages import Page, Pages, asking
from server.doctor.post import check_mail, check_webhook
from server.doctor.programme import Programme, read_programme
from server.doctor.report import Report
from server.doctor.stations import Way, visit_station
from server.state import CERTIFICATE, StateError
from server.store.errors import StoreError

Say = Callable[[str], None]


def _say_nothing(_what: str) -> None:
    """Nobody waits for it."""


async def examine(order: Order, say: Say = _say_nothing) -> Report:
    """Ask everything; `say` hears what is being looked at. Raises ConfigError where no address can be made of it."""
    at, started_s = time.time(), time.monotonic()
    public_url, local_url = order.public, order.local
    async with asking() as session:
        public, local = Pages(public_url, session), Pages(local_url, session)
        say("the house")
        round_ = _Round(order, public, local)
        checks = [*await round_.server(), *await round_.house()]
        programme, read = await round_.programme()
        checks.append(read)
        if programme is not None and round_.answers:
            checks += await _visit(order, _way(order, round_, programme), say)
    return Report(at, time.monotonic() - started_s, public_url, tuple(checks))


def _way(order: Order, round_: _Round, programme: Programme) -> Way:
    """As phones come, or past the proxy where that does not answer."""
    pages = round_.public if round_.public_answers else round_.local
    return Way(order.config, pages, programme, order.public, order.dream)


async def _visit(order: Order, way: Way, say: Say) -> list[Check]:
    checks: list[Check] = []
    for exhibition, station in wanted(way.programme, order.station):
        say(f"{exhibition.id}/{station.id}")
        checks += await visit_station(way, exhibition, station)
    return checks


def wanted(programme: Programme, name: str) -> Iterator[tuple[Exhibition, Station]]:
    """Every station, or those of that id, perhaps with its exhibition's before it."""
    for exhibition in programme.exhibitions:
        for station in exhibition.stations:
            if name in {"", station.id, f"{exhibition.id}/{station.id}"}:
                yield exhibition, station


class _Round:
    """What is asked of the house, and whether it makes sense to go to the stations."""

    def __init__(self, order: Order, public: Pages, local: Pages) -> None:
        self._order, self._config = order, order.config
        self.public, self.local = public, local
        self.public_answers = False
        self.answers = False  # the server, one way or the other
        self._statistics = Page(unreached="no server answers")

    async def server(self) -> list[Check]:
        """Whether there is a server, and phones' way to it."""
        server = await ask("server", HOUSE, self._server())
        if self.public.base_url == self.local.base_url:
            self.public_answers = self.answers
            return [server]
        address = await ask("address", HOUSE, self._address())
        self.answers = self.answers or self.public_answers
        return [server, address]

    async def _server(self) -> Finding:
        ready = await self.local.get("/readyz")
        self.answers = bool(ready.status)
        if self.answers:
            self._statistics = await self.local.get("/api/v1/stats")
        return judge_server(ready, self.local.base_url)

    async def _address(self) -> Finding:
        alive = await self.public.get("/healthz")
        self.public_answers = alive.ok
        return judge_address(alive, self.public.base_url)

    async def house(self) -> list[Check]:
        """The rest, all at once: each waits for something else."""
        config, statistics, thread = self._config, self._statistics, asyncio.to_thread
        folder, alerts = Path(config.server.state), config.alerts
        certificate, days = folder / CERTIFICATE, alerts.certificate_days
        asked = {
            "certificate": thread(check_certificate, self.public.base_url, certificate, days),
            "store": check_store(config),
            "disk": thread(check_disk, folder, alerts.disk_share),
            "models": thread(check_models, config),
            "engine": self._engines(statistics),
            "dreamer": self._dreamer(statistics),
            "card": thread(check_card, config),
            "clock": check_clock(config, self.public),
            "mail": check_mail(alerts),
            "webhook": check_webhook(alerts, os.environ),
        }
        return await asyncio.gather(*(ask(check_id, HOUSE, work) for check_id, work in asked.items()))

    async def _engines(self, statistics: Page) -> Finding:
        if not self.answers:
            return skipped("No server runs.")
        return judge_engines(statistics, self._config, await asyncio.to_thread(find_card))

    async def _dreamer(self, statistics: Page) -> Finding:
        return judge_dreamer(statistics, self._config) if self.answers else skipped("No server runs.")

    async def programme(self) -> tuple[Programme | None, Check]:
        """What is on show, and whether it could be read."""
        found: list[Programme] = []

        async def read() -> Finding:
            try:
                found.append(await read_programme(self._config))
            except (StateError, StoreError, ModelError, ExhibitionError, DBAPIError, OSError, sqlite3.Error) as error:
                words = " ".join(str(getattr(error, "orig", None) or error).split()).rstrip(".")
                return fault(f"{words}.", "See the check of the store. Without it no station can be visited.")
            return self._told(found[0])

        check = await ask("programme", HOUSE, read())
        return (found[0] if found and check.state is not State.FAULT else None), check

    def _told(self, programme: Programme) -> Finding:
        stations = list(wanted(programme, self._order.station))
        if not stations and self._order.station:
            return fault(f"There is no station {self._order.station} on show.", "See `vernissage exhibitions list`.")
        if not stations:
            return fault("Nothing is on show.", "Publish an exhibition in the console.")
        shown = ", ".join(dict.fromkeys(exhibition.id for exhibition, _ in stations))
        told = f"Stations to visit: {len(stations)} of {shown}."
        return well(told) if self.answers else skipped(f"{told} None is visited while no server answers.")
