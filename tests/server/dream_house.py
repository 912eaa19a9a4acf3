"""A hall with a station for dreams, a dreamer that only takes notes, and errands that are run when a test says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from hall_house import EXHIBITION, KEYRING, STATION, FakeLink, House

from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Dream
from exhibit.protocol import Hello
from exhibit.texts import Texts
from exhibit.words.listed import WordLists
from server.dreamer.settings import DreamerReady, DreamerSettings
from server.dreams.dreamer import Dreamer
from server.dreams.dreaming import Keeping
from server.dreams.errands import Errands
from server.dreams.job import Job, Outcome
from server.dreams.staff import about
from server.link import Link
from server.register import Visitor
from server.worker.wire import Kind, Message

FACTS = {"title": "A test's", "licence": "Apache-2.0", "training_data": "none", "name": "test"}
READY = DreamerReady("fake", "none", (256, 256), 2, 50.0, 4, 0)
SETTINGS = DreamerSettings("stub", "stub", 1, 0, 0, 90, "", "", "")
DREAM = Dream(
    words=(Texts({"en": "blue", "ar": "أزرق"}), Texts({"en": "storm"})),
    styles=("starry_night",),
    from_artwork=True,
    from_camera=True,
    pictures_per_visit=3,
)


class DreamHouse(House):
    """The same, and dreams."""

    def __init__(self, dream: Dream = DREAM, *, ready: bool = True, per_station: int = 9, **more: Any) -> None:
        super().__init__(**more)
        self.station: Station = replace(STATION, experience=dream)
        self.exhibition: Exhibition = replace(EXHIBITION, stations=(self.station, *EXHIBITION.stations[1:]))
        self.dreams = self.hall.dreams
        self.dreamer = Dreamer(SETTINGS, 0, per_station, self.dreams.reports())
        self.ordered: list[tuple[int, dict[str, Any], list[bytes]]] = []
        self.let_go: list[int] = []
        process = self.dreamer.process
        process.submit = self._order  # type: ignore[method-assign,assignment]
        process.tell = self._let_go  # type: ignore[method-assign]
        self.dreams.open(self.dreamer, self._about)
        self.kept: list[Keeping] = []
        self.errands = Errands(self.dreams, self._lists, self._keep, self._fallback)
        if ready:
            self.begin()
        self.on_show.show(self.exhibition)

    def begin(self) -> None:
        """The dreamer is ready."""
        self.dreamer.process.ready = READY
        self.dreamer.process.on_ready(READY)

    def end(self) -> None:
        """The dreamer dies."""
        self.dreamer.process.ready = None
        self.dreamer.process.on_lost()

    def come(self, resume: str | None = None) -> tuple[Visitor, FakeLink]:
        """A visitor at the station."""
        link = FakeLink()
        place = self.on_show.place(KEYRING.sign(EXHIBITION.id, self.station.number))
        return self.hall.enter(Hello("ticket", self.now_ms, "en", resume), place, cast(Link, link)), link

    async def run(self) -> None:
        """All errands that were asked for."""
        while self.dreams.asks.any:
            await self.errands._one()

    def step(self, job: int, step: int = 1, preview: bytes = b"") -> None:
        """The dreamer says how far it is."""
        head = {"kind": "dream", "batch": job, "step": step, "steps": 4}
        self.dreamer.process.on_answer(Message(head, (preview,) if preview else ()))

    def make(self, job: int, *, may: bool = True, picture: bytes = b"marked") -> None:
        """The dreamer has made a picture."""
        head = {"kind": "dream", "batch": job, "step": 4, "steps": 4, "done": True, "may_be_shown": may}
        head |= {"understood": ["blue"], "unknown": [], "spent_ms": 200.0}
        self.dreamer.process.on_answer(Message(head, (picture, b"plain") if may else ()))

    def fail(self, job: int, code: str) -> None:
        """The dreamer could not."""
        self.dreamer.process.on_answer(Message({"kind": "dream", "batch": job, "failed": code, "message": "No."}))

    def _order(self, kind: Kind, batch: int, head: dict[str, Any], pictures: list[bytes]) -> None:
        self.ordered.append((batch, head, list(pictures)))

    def _let_go(self, kind: Kind, head: dict[str, Any]) -> None:
        self.let_go.append(head["job"])

    def _about(self, visitor: Visitor, job: Job, outcome: Outcome) -> Any:
        return about(FACTS, visitor, job, outcome, 0.0)

    async def _lists(self, exhibition: Exhibition) -> WordLists:
        return WordLists({"en": ("blood", *exhibition.house_words.refused.get("en", ()))}, {})

    async def _keep(self, keeping: Keeping) -> tuple[str, str]:
        self.kept.append(keeping)
        return "https://art.example/kept/t#owner=o", "2026-12-24T00:00:00Z"

    async def _fallback(self, exhibition: Exhibition, name: str) -> bytes:
        return b"fallback of " + name.encode()


def dreamt(link: FakeLink) -> list[dict[str, Any]]:
    """What a phone was told of dreams."""
    return [message for message in link.told if message["type"] in {"dream", "kept"}]


def states(link: FakeLink) -> list[str]:
    """The states of its wishes, one after the other."""
    return [message["state"] for message in dreamt(link) if message["type"] == "dream"]
