"""Tells phones when the worker that they are placed with is away, and what to show meanwhile; and when it is back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exhibit.session import State
from server import notices
from server.dispatch import Dispatch
from server.register import Register, Visitor

AWAY_MS = 1000.0  # one that is started again at once is not worth a word

_Connection = tuple[int, int]  # number of the session, and of its connection


class Standby:
    """Looks at the workers at each tick. Who is told has a connection and is live: who waits for a place sees that."""

    def __init__(self, register: Register, workers: Sequence[Dispatch], now_ms: Callable[[], float]) -> None:
        self._register, self._workers, self._now_ms = register, workers, now_ms
        self._away_since_ms: dict[int, float] = {}  # by number of the worker
        self._told: dict[_Connection, str | None] = {}  # who shows the fallback: its picture

    def tick(self) -> None:
        """Tell whom there is something new to tell."""
        away = self._away()
        if not away and not self._told:
            return
        told: dict[_Connection, str | None] = {}
        for visitor in self._register:
            connection = visitor.session.number, visitor.session.connections
            if visitor.link is None or visitor.session.state is not State.LIVE:
                continue
            if visitor.dispatch.number in away:
                told[connection] = visitor.station.fallback
                self._tell(visitor, connection)
            elif connection in self._told:
                visitor.link.tell(notices.no_fallback())
        self._told = told

    def _tell(self, visitor: Visitor, connection: _Connection) -> None:
        picture = visitor.station.fallback
        is_news = connection not in self._told or self._told[connection] != picture
        if is_news and visitor.link is not None:
            visitor.link.tell(notices.fallback(picture))

    def _away(self) -> set[int]:
        """Numbers of the workers that have been away for long enough."""
        now_ms = self._now_ms()
        gone = [dispatch.number for dispatch in self._workers if dispatch.worker.ready is None]
        self._away_since_ms = {number: self._away_since_ms.get(number, now_ms) for number in gone}
        return {number for number, since_ms in self._away_since_ms.items() if now_ms - since_ms > AWAY_MS}
