"""Visits as sums: how many, how long, of what, in which language, and where visitors gave up. Pure.

No row is a person, and no change of a row is one. What is said of a visitor beyond that somebody was there - the
language, the styles, how long they stayed - waits here until the hour is over, and goes out only where CROWD visits or
more at the station share it, all at once; fewer go on waiting for others of the same kind. What still waits at the end
of the day (UTC) goes out without saying which it was (OTHER). So behind a language in a row there are always three
visits or more, however often the rows are read and compared (the idea is k-anonymity: L. Sweeney, 2002). The price: a
rare language counts in a later hour than its visit, and what waits is lost with a crash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeVar

from server.watch.visit import Visit

CROWD = 3
OTHER = "other"
HOUR_S, DAY_S = 3600, 86_400
MOST = 20_000  # sums in memory; beyond that what is new counts as of nowhere
STEPS: Final = ("opened", "began", "camera")  # a page is shown; its visitor agrees; the camera is on
WAITING, SLOW = "waiting", "slow"  # where a session was given up; consent and permission are known from the steps
DWELLS_S = (30, 60, 120, 300, 600, 1800)  # up to which a stay is in one bucket
_KEY_CHARS = 64


class Measure(StrEnum):
    """What a row counts; its key says which."""

    VISITS = "visits"  # key: none
    EXPERIENCE = "experience"  # lens, canvas, dream
    STEP = "step"  # of STEPS
    GAVE_UP = "gave_up"  # WAITING, SLOW
    DWELL = "dwell"  # a bucket; its total is seconds
    LANGUAGE = "language"
    STYLE = "style"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose sum it is."""

    exhibition: str
    station: str
    measure: Measure
    key: str = ""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """What is added to one row."""

    hour: float  # its start, seconds since 1970
    place: Place
    count: int
    total_s: float


_Key = TypeVar("_Key")


@dataclass
class _Sum:
    count: int = 0
    total_s: float = 0.0


def bucket_of(dwell_s: float) -> str:
    """How long a stay was, roughly: "0-30", "30-60", ..., "1800-", in seconds."""
    ends = (0, *DWELLS_S)
    return next((f"{low}-{high}" for low, high in pairwise(ends) if dwell_s < high), f"{DWELLS_S[-1]}-")


class Visits:
    """Adds visits up until they are fetched."""

    def __init__(self) -> None:
        self._out: dict[tuple[float, Place], _Sum] = {}  # by hour
        self._waiting: dict[Place, _Sum] = {}  # for the hour to be over, and for a crowd
        self._hour = 0.0  # in which they wait

    def visit(self, visit: Visit, now_s: float) -> None:
        """A visit is over."""
        self._pass(now_s)
        hour, station = _hour(visit.began_at), (visit.exhibition, visit.station)
        self._add(hour, Place(*station, Measure.VISITS))
        self._add(hour, Place(*station, Measure.EXPERIENCE, visit.experience))
        if not visit.live:
            self._add(hour, Place(*station, Measure.GAVE_UP, WAITING))
        elif visit.slow:
            self._add(hour, Place(*station, Measure.GAVE_UP, SLOW))
        self._keep_back(Place(*station, Measure.DWELL, bucket_of(visit.dwell_s)), visit.dwell_s)
        self._keep_back(Place(*station, Measure.LANGUAGE, visit.language[:_KEY_CHARS]))
        for style in visit.styles:
            self._keep_back(Place(*station, Measure.STYLE, style[:_KEY_CHARS]))

    def step(self, exhibition: str, station: str, step: str, now_s: float) -> None:
        """A phone came so far, one of STEPS."""
        self._add(_hour(now_s), Place(exhibition, station, Measure.STEP, step))

    def fetch(self, now_s: float) -> list[VisitRow]:
        """What is to be added to the rows, and is forgotten here."""
        self._pass(now_s)
        out, self._out = self._out, {}
        return [VisitRow(hour, place, one.count, round(one.total_s, 1)) for (hour, place), one in out.items()]

    def fetch_all(self, now_s: float) -> list[VisitRow]:
        """The same where the server ends: nothing waits any longer."""
        self._pass(now_s)
        self._let_go(last=True)
        return self.fetch(now_s)

    def _pass(self, now_s: float) -> None:
        """Let an hour end, and a day."""
        hour = _hour(now_s)
        if hour != self._hour:
            self._let_go(last=hour // DAY_S != self._hour // DAY_S)
            self._hour = hour

    def _let_go(self, *, last: bool) -> None:
        """Crowds go out; the others too where they have waited long enough, without saying what they are."""
        waiting, self._waiting = self._waiting, {}
        for place, one in waiting.items():
            if one.count >= CROWD:
                self._add(self._hour, place, one.count, one.total_s)
            elif last:
                self._add(self._hour, Place(place.exhibition, place.station, place.measure, OTHER), one.count)
            else:
                self._waiting[place] = one

    def _add(self, hour: float, place: Place, count: int = 1, total_s: float = 0.0) -> None:
        _increase(self._out, (hour, self._bounded(place)), count, total_s)

    def _keep_back(self, place: Place, total_s: float = 0.0) -> None:
        _increase(self._waiting, self._bounded(place), 1, total_s)

    def _bounded(self, place: Place) -> Place:
        return place if len(self._out) + len(self._waiting) < MOST else Place("", "", place.measure, OTHER)


def _increase(sums: dict[_Key, _Sum], key: _Key, count: int, total_s: float) -> None:
    one = sums.setdefault(key, _Sum())
    one.count, one.total_s = one.count + count, one.total_s + total_s


def _hour(at: float) -> float:
    return at - at % HOUR_S


def gave_up(steps: dict[str, int], sessions: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Where visitors gave up: of pages that were shown without an agreement, of agreements without a camera, and of
    sessions. A page that is opened in one hour and left in the next may hide another one's end."""
    opened, began, camera = (steps.get(step, 0) for step in STEPS)
    yield "consent", max(0, opened - began)
    yield "permission", max(0, began - camera)
    yield from ((name, sessions.get(name, 0)) for name in (WAITING, SLOW))
