"""What happened, for the operator: the newest events in memory, warnings and errors of the log among them.

The log is for whoever reads files; this is its part that somebody at a page wants to see. Nothing of a visitor's is in
either.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from server.log import fields_of

MOST = 1000  # events in memory
SENTENCE_CHARS = 400
LEVELS = ("info", "warning", "error")

log = logging.getLogger("vernissage.journal")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    id: int  # grows
    at: float  # seconds since 1970
    level: str  # of LEVELS
    kind: str  # station, worker, operation, alert, doctor, log, ...
    sentence: str
    exhibition: str = ""
    station: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


class Journal:
    """Events, the newest MOST of them."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._events: deque[Event] = deque(maxlen=MOST)
        self._last = 0
        self.on_event: list[Callable[[Event], None]] = []  # called at once: must neither wait nor fail

    def note(
        self, kind: str, sentence: str, *, level: str = "info", exhibition: str = "", station: str = "", **detail: Any
    ) -> None:
        """Write down what happened, here and in the log."""
        where = {"exhibition": exhibition, "station": station} if station else {}
        log.log(logging.getLevelName(level.upper()), sentence, extra={"kind": kind, **where, **detail})
        self._add(Event(0, 0.0, level, kind, sentence, exhibition, station, detail))

    def newest(self, count: int = MOST) -> list[Event]:
        """The newest, the newest first."""
        return [event for _, event in zip(range(count), reversed(self._events), strict=False)]

    def handler(self) -> logging.Handler:
        """What writes the log's warnings and errors into it."""
        return _Handler(self._from_log)

    def _from_log(self, record: logging.LogRecord) -> None:
        if record.name == log.name:
            return
        level = "error" if record.levelno >= logging.ERROR else "warning"
        fields = {name: value for name, value in fields_of(record).items() if isinstance(value, str | int | float)}
        station = str(fields.pop("station", ""))
        self._add(Event(0, 0.0, level, "log", record.getMessage(), station=station, detail=fields))

    def _add(self, event: Event) -> None:
        self._last += 1
        event = replace(event, id=self._last, at=self._now_s(), sentence=event.sentence[:SENTENCE_CHARS])
        self._events.append(event)
        for listener in self.on_event:
            listener(event)


class _Handler(logging.Handler):
    def __init__(self, take: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.WARNING)
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._take(record)
        except Exception:
            self.handleError(record)
