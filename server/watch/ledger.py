"""What happens at each station, counted where it happens: by the hall, and where answers go out. Decides nothing.

Knows sessions only while they last: of one that is over nothing stays but sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from exhibit.protocol import Telemetry
from exhibit.session import State
from server.register import Visitor
from server.watch.visit import Visit
from server.watch.window import Window

FRAMES, ANSWERS, TRIED, LOCKED = "frames", "answers", "tried", "locked"  # names in a station's window
DROPPED = "dropped."  # and, with the reason after it, those of frames without an answer

Where = tuple[str, str]  # exhibition's subject, station's id


@dataclass
class Book:
    """Of one station."""

    window: Window = field(default_factory=Window)
    seen_at: float | None = None  # when a visitor was last here, seconds since 1970


@dataclass
class _Stay:
    """Of one session, while it lasts."""

    began_ms: float
    began_at: float
    last_ms: float  # when its visitor was last heard of
    waited_ms: float = 0.0
    live: bool = False
    glass_p95_ms: float = 0.0


def _nobody(_visit: Visit) -> None:
    """Nobody counts visits."""


def _no_one(_kind: str, _p50_ms: float, _p95_ms: float) -> None:
    """Nobody wants to know."""


class Ledger:
    """Counts."""

    def __init__(self, now_ms: Callable[[], float], now_s: Callable[[], float]) -> None:
        self._now_ms, self._now_s = now_ms, now_s
        self._books: dict[Where, Book] = {}
        self._stays: dict[int, _Stay] = {}  # by session
        self.on_visit: Callable[[Visit], None] = _nobody
        self.on_glass: Callable[[str, float, float], None] = _no_one  # by experience: what a phone measured, in ms
        self.target_ms: Callable[[str], float] = lambda _kind: float("inf")  # by experience: above is slow

    def book(self, where: Where) -> Book:
        """What is known of a station; that of one that nobody has visited is empty."""
        return self._books.get(where) or Book()

    def remember(self, where: Where, seen_at: float) -> None:
        """A visitor was there before this start."""
        book = self._books.setdefault(where, Book())
        book.seen_at = max(seen_at, book.seen_at or 0.0)

    def came(self, visitor: Visitor) -> None:
        """A connection has begun: of a new session, or of one that goes on."""
        now_ms = self._now_ms()
        stay = self._stays.setdefault(visitor.session.number, _Stay(now_ms, self._now_s(), now_ms))
        stay.last_ms = now_ms
        stay.live = stay.live or visitor.session.state is State.LIVE  # who was let in before a restart
        self._book(visitor).seen_at = self._now_s()

    def admitted(self, visitor: Visitor) -> None:
        """The visitor is let in."""
        stay = self._stays.get(visitor.session.number)
        if stay is not None and not stay.live:
            stay.live, stay.waited_ms = True, self._now_ms() - stay.began_ms

    def framed(self, visitor: Visitor) -> None:
        """A frame of the camera's has come in."""
        self._count(visitor, FRAMES)

    def answered(self, visitor: Visitor) -> None:
        """A frame's answer goes out."""
        self._count(visitor, ANSWERS)

    def looked(self, visitor: Visitor, *, found: bool) -> None:
        """The artwork was looked for in a frame."""
        self._count(visitor, TRIED)
        if found:
            self._count(visitor, LOCKED)

    def dropped(self, visitor: Visitor, reason: str) -> None:
        """A frame gets no answer."""
        self._count(visitor, DROPPED + reason)

    def heard(self, visitor: Visitor, telemetry: Telemetry) -> None:
        """What a phone measured in the last second."""
        now_ms = self._now_ms()
        stay = self._stays.get(visitor.session.number)
        if stay is not None:
            stay.last_ms, stay.glass_p95_ms = now_ms, telemetry.glass_p95_ms
        book = self._book(visitor)
        book.seen_at = self._now_s()
        if telemetry.glass_p95_ms > 0:  # 0: nothing was shown in that second
            book.window.measured(now_ms / 1000, telemetry.glass_p50_ms, telemetry.glass_p95_ms)
            self.on_glass(visitor.station.experience.kind, telemetry.glass_p50_ms, telemetry.glass_p95_ms)

    def lost(self, visitor: Visitor) -> None:
        """The connection is lost; the visitor may come back."""
        stay = self._stays.get(visitor.session.number)
        if stay is not None:
            stay.last_ms = self._now_ms()

    def ended(self, visitor: Visitor) -> None:
        """The session ends now."""
        stay = self._stays.pop(visitor.session.number, None)
        if stay is None or visitor.exhibition.draft:
            return
        end_ms = stay.last_ms if visitor.session.away else self._now_ms()
        kind = visitor.station.experience.kind
        self.on_visit(
            Visit(
                exhibition=visitor.exhibition.id,
                station=visitor.station.id,
                experience=kind,
                language=visitor.language,
                styles=tuple(sorted(visitor.session.mix.weights)),
                began_at=stay.began_at,
                dwell_s=max(0.0, end_ms - stay.began_ms) / 1000,
                waited_s=(stay.waited_ms if stay.live else max(0.0, end_ms - stay.began_ms)) / 1000,
                live=stay.live,
                slow=stay.live and stay.glass_p95_ms > self.target_ms(kind),
            )
        )

    def _book(self, visitor: Visitor) -> Book:
        return self._books.setdefault((visitor.exhibition.subject, visitor.station.id), Book())

    def _count(self, visitor: Visitor, name: str) -> None:
        self._book(visitor).window.count(self._now_ms() / 1000, name)
