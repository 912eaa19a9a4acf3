"""The whole API on a real SQLite file, with a worker that is played here: no engine, no process, no port of its own.

Passwords are cheap, and the clock is the test's.
"""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self
from unittest.mock import MagicMock

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestServer
from api_players import Painter, Teacher, unheard
from api_seat import PASSWORD, Seat
from editions import LANGUAGES, lens, station, words
from made_readings import READING
from PIL import Image

from exhibit.completeness import Rules
from exhibit.content import Edition, ExhibitionContent, NumberedStation
from exhibit.ticket import Keyring
from models.style.preview import PHOTOS
from server.alerts.alerts import open_alerts
from server.api.assembly import Backstage, all_operations
from server.api.catalogue import Catalogue
from server.api.desk import Desk
from server.api.dream_wall import DreamWallPages
from server.api.kept import KeptPages
from server.api.kiosk import KioskPages
from server.api.pages import build_pages
from server.api.reception import Reception
from server.appraisals import Appraisals
from server.apprenticeship import Apprenticeship
from server.approvals import Approvals
from server.config import Config, ServerConfig
from server.doctor.order import Order
from server.doctor.report import Report
from server.doctor.rounds import Rounds
from server.doorway import Doorway
from server.library import Library
from server.on_show import OnShow
from server.operations import Operations
from server.passwords import Cost, Passwords
from server.permission import Role
from server.rehearsal import Rehearsal
from server.stagehand import Stagehand
from server.store.accounts import Accounts
from server.store.database import connect, sqlite_url
from server.store.open import Store, store_of
from server.watch.chronicle import Chronicle
from server.watch.journal import Journal

OPERATIONS = all_operations(MagicMock())  # as a table: their handlers work with nothing
CHEAP = Cost(passes=1, memory_kib=8)
STYLES = ("great_wave", "udnie")
FIRST_KEY = bytes(range(32))


class House:
    """Everything behind the API, and who plays along."""

    def __init__(self, folder: Path, server: ServerConfig) -> None:
        self.now = 1_800_000_000.0
        self._names = count(1)
        self._seats: list[Seat] = []
        database = connect(sqlite_url(folder / "store.db"))
        accounts = Accounts(database, self.now_s, Passwords(CHEAP))
        store = store_of(database, folder / "pictures", self.now_s, Rules(dreams=True))
        self.store: Store = replace(store, accounts=accounts)
        self.on_show = OnShow(Keyring({1: FIRST_KEY}, 1), self.now_s)
        self.library = Library(folder / "styles")
        self.operations = Operations(self.store.operations, [self.on_show.operate])
        before = [self.operations.look]
        self.stagehand = Stagehand(self.store, self.on_show, lambda: self.library.ids, self.now_s, before)
        self.lighter, self.restarted = False, list[str]()
        self.asked: list[list[str]] = []
        self.appraisals = Appraisals(self._appraise)
        self.scores: dict[str, dict[str, Any]] = {}
        self.ready = True
        self.painter, self.teacher, self.learned = Painter(), Teacher(), 0
        self.rehearsal = Rehearsal([self.painter], lambda: self.now * 1000)  # type: ignore[list-item]
        self.painter.outcomes = self.rehearsal.beside(unheard())
        self.apprenticeship = Apprenticeship(self._learn, self.teacher)
        self.approvals = Approvals(lambda: self.now * 1000)
        self.glimpses: dict[tuple[str, str], bytes] = {}
        self.watching = SimpleNamespace(
            watch=SimpleNamespace(latest=READING, glimpse=self.glimpses.get),
            journal=Journal(lambda: self.now),
            chronicle=Chronicle(database, self.now_s),
        )
        self.watching.alerts = open_alerts(Config(), {}, self.watching.journal, lambda: "https://art.example")
        self.report = Report(self.now, 2.0, "https://art.example", ())
        self.rounds = Rounds(lambda: Order(Config()), self.watching.journal, self.now_s, "", self._examine)
        self.generator: dict[str, Any] | None = None
        self.reception = Reception(server, lambda: Doorway(frozenset({"https://art.example"}), ()))
        self.app = self._build(server)

    def _build(self, server: ServerConfig) -> web.Application:
        backstage = Backstage(
            store=self.store,
            watching=self.watching,  # type: ignore[arg-type]
            rounds=self.rounds,
            operations=self.operations,
            has_lighter=lambda: self.lighter,
            restart=self._restart,
            on_show=self.on_show,
            stagehand=self.stagehand,
            library=self.library,
            rehearsal=self.rehearsal,
            apprenticeship=self.apprenticeship,
            appraisals=self.appraisals,
            reception=self.reception,
            paint_size=lambda size: size,
            sample=PHOTOS / "kodim19.jpg",
            fonts=(),
            is_ready=lambda: self.ready,
            keys_changed=self._keys_changed,
            approvals=self.approvals,
            generator=lambda: self.generator,
        )
        desk = Desk(all_operations(backstage), self.store.accounts, self.reception, "0.1")
        catalogue = Catalogue(self.on_show, self.library.styles, self.store.pictures.folder, self.appraisals.of)
        room = SimpleNamespace(ready=asyncio.Event(), live=0, waiting=0, draining=False)
        more = [
            *desk.routes(),
            *KioskPages(self.on_show, self.reception).routes(),
            *KeptPages(self.store.kept, self.on_show, self.reception).routes(),
            *DreamWallPages(self.store.kept, self.on_show).routes(),
        ]
        return build_pages(server, catalogue, hall=room, stats=lambda: {"sessions": {}}, more=more)

    def now_s(self) -> float:
        return self.now

    def _appraise(self, number: int, artworks: Sequence[str]) -> None:
        self.asked.append(list(artworks))
        scores = [{"artwork": name, **self.scores[name]} for name in artworks if name in self.scores]
        asyncio.get_running_loop().call_soon(self.appraisals.take, number, scores)

    def _restart(self, worker: str) -> Callable[[], None] | None:
        return partial(self.restarted.append, worker) if worker == "0" else None

    async def _examine(self, _order: Order) -> Report:
        return self.report

    async def _learn(self) -> None:
        self.learned += 1

    async def _keys_changed(self) -> None:
        self.on_show.keyring = await self.store.keys.keyring(FIRST_KEY)

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, tables: Path, server: ServerConfig | None = None) -> AsyncIterator[Self]:
        """A house with nobody and nothing in it; `tables` is an SQLite file that has every table."""
        shutil.copy(tables, folder / "store.db")
        house = cls(folder, server or ServerConfig(host="127.0.0.1", http=True))
        await house._keys_changed()
        server_ = TestServer(house.app)
        await server_.start_server()
        house.base = str(server_.make_url("/"))
        try:
            yield house
        finally:
            for seat in house._seats:
                await seat.leave()
            house.teacher.go_on.set()
            await house.apprenticeship.end()
            await server_.close()
            house.store.pictures.close()
            await house.store.close()

    base: str

    def fresh(self, stem: str = "show") -> str:
        """An id that nothing has yet."""
        return f"{stem}-{next(self._names)}"

    # -- people ---------------------------------------------------------------------------------------------------

    async def person(self, role: Role) -> str:
        """A new person's login."""
        login, accounts = self.fresh(role.value), self.store.accounts
        if (token := await accounts.first_invitation()) is None:
            token = await accounts.invite(role, login, "command")
        await accounts.accept_invitation(token, login, login.title(), PASSWORD)
        return login

    async def seat(self, role: Role | None = None, login: str = "") -> Seat:
        """A browser with a new person of this role, or one who is there, or nobody."""
        seat = Seat(self.base)
        self._seats.append(seat)
        if role is not None or login:
            answer = await seat.log_in(login or await self.person(role))  # type: ignore[arg-type]
            assert answer.status == 200, answer.body
        return seat

    # -- exhibitions ----------------------------------------------------------------------------------------------

    async def picture(self, blue: int = 80) -> str:
        return (await self.store.pictures.keep(jpeg(blue), "wall.jpg", "command")).name

    async def exhibition(self, *stations: NumberedStation, **more: Any) -> str:
        """A draft that lacks nothing, with these stations or one."""
        name, picture = self.fresh(), await self.picture()
        head: dict[str, Any] = {"title": words("Winter"), "languages": LANGUAGES} | more
        drawn = [_with_picture(one, picture) for one in stations or (station("harbour", 1, lens(*STYLES)),)]
        edition = Edition(exhibition=ExhibitionContent(**head), stations=tuple(drawn))
        await self.store.drafts.replace(name, edition, "command", "exhibition.import")
        return name


def _with_picture(one: NumberedStation, picture: str) -> NumberedStation:
    artwork = one.content.artwork.model_copy(update={"picture": picture})
    return one.model_copy(update={"content": one.content.model_copy(update={"artwork": artwork})})


def jpeg(blue: int = 80, size: int = 96) -> bytes:
    """A small picture; each blue is another one."""
    pixels = np.full((size * 3 // 4, size, 3), (90, 120, blue), np.uint8)
    pixels[::7, ::5] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue()
