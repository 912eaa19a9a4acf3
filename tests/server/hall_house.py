"""A hall with phones that are lists and a worker that only takes notes, for the tests of what it decides."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np

from exhibit.exhibition import demo_file, load_exhibition
from exhibit.protocol import Frame, Hello, Overlay, PoseAnswer, Texture
from exhibit.refusal import Refusal, Refused
from exhibit.ticket import Keyring
from server.config import Config, RoomConfig
from server.costs import Size
from server.dispatch import Dispatch
from server.hall import Hall
from server.link import Link
from server.nearby import Nearby
from server.on_show import OnShow
from server.register import Visitor
from server.tally import Tally
from server.worker.settings import Ready, WorkerSettings
from server.worker.wire import Kind, Message

SETTINGS = WorkerSettings("stub", "", 1, 80, ((480, 360),), (1,), 0.0, 0.0)
EXHIBITION = load_exhibition(demo_file())
STATION = EXHIBITION.stations[0]
CANVAS = next(station for station in EXHIBITION.stations if station.experience.kind == "canvas")
AROUND = next(station for station in EXHIBITION.stations if station.id == "street")  # a lens outside the artwork
KEYRING = Keyring({1: b"k" * 32}, 1)


@dataclass
class FakeLink:
    """A phone's end: what it was told, shown, and why it was closed."""

    told: list[dict[str, Any]] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)  # overlays and poses
    hung: list[Texture] = field(default_factory=list)
    ended: Refusal | None = None
    opens_at: str | None = None  # as it was told at the end

    def tell(self, text: str) -> None:
        self.told.append(json.loads(text))

    def show(self, answer: Overlay | PoseAnswer) -> bool:
        self.shown.append(answer)
        return False

    def hang(self, texture: Texture) -> bool:
        self.hung.append(texture)
        return False

    def end(self, refused: Refused, retry_after_s: int | None = None) -> None:
        self.ended, self.opens_at = refused.refusal, refused.opens_at

    @property
    def states(self) -> list[str]:
        return [message["state"] for message in self.told if message["type"] == "status"]


class House:
    """A hall with one worker of a known speed, and a clock that is a number."""

    def __init__(self, frames_per_s: float = 100.0, room: RoomConfig | None = None) -> None:
        self.now_ms = 0.0
        self.tally = Tally()
        workers: list[Dispatch] = []
        self.on_show = OnShow(KEYRING, lambda: 0.0)
        self.on_show.show(EXHIBITION)
        config, nearby = Config(room=room or RoomConfig()), Nearby(self.on_show)
        self.hall = Hall(config, workers, nearby, tally=self.tally, now_ms=lambda: self.now_ms)
        self.on_show.on_change(self.hall.changed)
        self.worker = Dispatch(0, SETTINGS, self.hall.outcomes(lambda number, scores: None), lambda: self.now_ms)
        self.submitted: list[tuple[int, dict[str, Any]]] = []  # to be painted
        self.tracked: list[tuple[int, dict[str, Any]]] = []
        self.forgotten: list[int] = []
        self.worker.worker.submit = self._submit  # type: ignore[method-assign,assignment]
        self.worker.worker.tell = self._tell  # type: ignore[method-assign]
        workers.append(self.worker)
        if frames_per_s:
            self.worker.worker.ready = Ready(("starry_night",), "fake", ())
            for size in (Size(480, 360), Size(320, 240)):
                self.worker.paint.measured(size, 1, [1000 / frames_per_s])
        self.hall.tick()

    def enter(self, resume: str | None = None, station: int = STATION.number) -> tuple[Visitor, FakeLink]:
        link = FakeLink()
        place = self.on_show.place(KEYRING.sign(EXHIBITION.id, station))
        visitor = self.hall.enter(Hello("ticket", self.now_ms, "en", resume), place, cast(Link, link))
        return visitor, link

    def _submit(self, kind: Kind, batch: int, head: dict[str, Any], pictures: object, *, first: bool) -> None:
        (self.tracked if kind is Kind.TRACK else self.submitted).append((batch, head))

    def _tell(self, kind: Kind, head: dict[str, Any]) -> None:
        if kind is Kind.FORGET:
            self.forgotten.append(head["session"])

    def track(self, **pose: Any) -> None:
        """The worker answers the oldest frame that is to be tracked."""
        batch, _ = self.tracked.pop(0)
        head = {"kind": "track", "batch": batch, "rows": [0], "poses": [pose], "spent_ms": {"track": 5.0}}
        self.worker.worker.on_answer(Message(head))

    def see(self, visitor: Visitor, text: str) -> None:
        """The worker reads a code in a visitor's frame."""
        session = visitor.session
        head = {"kind": "seen", "session": session.number, "connection": session.connections, "text": text}
        self.worker.worker.on_answer(Message(head))

    def answer(self) -> None:
        """The worker answers the oldest batch that is to be painted."""
        batch, _ = self.submitted.pop(0)
        head = {"kind": "paint", "batch": batch, "rows": [0], "spent_ms": {"paint": 5.0}}
        self.worker.worker.on_answer(Message(head, (b"painted",)))


def frame(seq: int, width: int = 480, height: int = 360) -> Frame:
    _, encoded = cv2.imencode(".jpg", np.zeros((height, width, 3), np.uint8))
    return Frame(seq, 0.0, width, height, encoded.tobytes())
