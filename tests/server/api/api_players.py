"""Who plays along behind the API: a worker that paints nothing, and somebody who teaches nothing."""

from __future__ import annotations

import json
import threading
from dataclasses import fields
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

from exhibit.protocol import Texture
from models.adding import AddOrder
from models.errors import FitError
from server.dispatch import Outcomes
from server.scheduler import WaitingTexture


def unheard() -> Outcomes:
    """Outcomes that nobody waits for, and that remember what was said."""
    return Outcomes(**{outcome.name: MagicMock() for outcome in fields(Outcomes)})


class Painter:
    """A worker that answers at once, with the name of the picture and the mix as the painting; or with a refusal."""

    def __init__(self) -> None:
        self.worker = SimpleNamespace(ready=object())
        self.sessions = 0
        self.refusal = ""
        self.outcomes: Outcomes

    def offer(self, asked: WaitingTexture) -> None:
        said = json.dumps({"picture": asked.artwork, "mix": dict(asked.mix.weights), "strength": asked.mix.strength})
        if self.refusal:
            self.outcomes.dropped(asked, self.refusal)
        else:
            self.outcomes.textured(asked, Texture(0, 1, 1, said.encode(), 0, 0, 0))

    def withdraw(self, session: int) -> None:
        """It has answered already."""


class Teacher:
    """Learns styles: waits until it is told how that ends."""

    def __init__(self) -> None:
        self.orders: list[AddOrder] = []
        self.go_on = threading.Event()
        self.failure = ""

    def __call__(self, order: AddOrder, progress: Any, cancelled: threading.Event) -> None:
        self.orders.append(order)
        progress("fitting the strokes", 0.25)
        while not self.go_on.wait(0.005):
            if cancelled.is_set():
                raise FitError(f"{order.id}: cancelled; nothing of it was kept")
        if self.failure:
            raise FitError(self.failure)
