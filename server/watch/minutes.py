"""A minute of readings as one row a station and one for the house; and rows as the lines of a chart. Pure.

A row leaves out what was zero, or was not measured: most minutes of most days are a few letters long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.watch.condition import Condition
from server.watch.reading import HostReading, Reading, StationReading

MINUTE_S = 60
HOUSE = ("", "")  # where the rows of the house are
ANSWERED = "slow_reader"  # the one reason for which a frame is dropped that had its answer already
LONGEST_S = 5.0  # between two readings that belong together; a longer gap counts as so long

Where = tuple[str, str]  # exhibition's id, station's id
Lines = dict[str, list[float | str | None]]  # by measure, one value a point

_WORSE = (  # the last is the worst
    Condition.NEVER_SEEN,
    Condition.CLOSED,
    Condition.OFF,
    Condition.READY,
    Condition.LIVE,
    Condition.DEGRADED,
    Condition.FAILED,
)
_GREATEST = frozenset({"live_most", "glass_p95_ms", "loop_lag_p99_ms", "card_temperature_c", "restarts"})
_MEASURED = frozenset({"glass_p50_ms", "glass_p95_ms", "card_use", "card_memory_bytes", "card_temperature_c"})


@dataclass(frozen=True, slots=True)
class MinuteRow:
    """What is kept of one minute, of a station or of the house."""

    at: float  # its start, seconds since 1970
    exhibition: str
    station: str
    values: Mapping[str, Any]


@dataclass
class _Station:
    """What was read of one station."""

    readings: int = 0
    live: int = 0
    live_most: int = 0
    waiting: int = 0
    answers: float = 0.0
    worst: int = -1  # in _WORSE
    reason: str = ""
    last: StationReading | None = None  # what it tells of its last minute is what this one was like

    def read(self, reading: StationReading, passed_s: float) -> None:
        self.readings += 1
        self.live += reading.live
        self.live_most = max(self.live_most, reading.live)
        self.waiting += reading.waiting
        self.answers += reading.fps * reading.live * passed_s
        if (rank := _WORSE.index(reading.condition)) > self.worst:
            self.worst, self.reason = rank, reading.reason.value
        self.last = reading

    def values(self) -> dict[str, Any]:
        assert self.last is not None, "a station is noted when it is read"
        answers, dropped = round(self.answers), dict(self.last.dropped)
        return {
            "condition": _WORSE[self.worst].value,
            "reason": self.reason if self.reason != "none" else "",
            "live": round(self.live / self.readings, 2),
            "live_most": self.live_most,
            "waiting": round(self.waiting / self.readings, 2),
            "answers": answers,
            "frames": answers + sum(n for reason, n in dropped.items() if reason != ANSWERED),
            "dropped": dropped,
            "glass_p50_ms": _rounded(self.last.glass_p50_ms),
            "glass_p95_ms": _rounded(self.last.glass_p95_ms),
            "tried": self.last.tried,
            "locked": self.last.locked,
        }


@dataclass
class _House:
    """What was read of everything else."""

    readings: int = 0
    live: int = 0
    live_most: int = 0
    waiting: int = 0
    cpu_share: float = 0.0
    card_use: float = 0.0
    lag_ms: float = 0.0
    last: Reading | None = None

    def read(self, reading: Reading) -> None:
        self.readings += 1
        self.live += reading.room.live
        self.live_most = max(self.live_most, reading.room.live)
        self.waiting += reading.room.waiting
        self.cpu_share += reading.host.cpu_share
        self.card_use += max((card.use for card in reading.cards), default=0.0)
        self.lag_ms = max(self.lag_ms, reading.host.loop_lag_p99_ms)
        self.last = reading

    def values(self) -> dict[str, Any]:
        assert self.last is not None, "a minute begins with a reading"
        host, room, cards = self.last.host, self.last.room, self.last.cards
        return {
            "live": round(self.live / self.readings, 2),
            "live_most": self.live_most,
            "waiting": round(self.waiting / self.readings, 2),
            "glass_p50_ms": _rounded(room.glass_p50_ms),
            "glass_p95_ms": _rounded(room.glass_p95_ms),
            "cpu_share": round(self.cpu_share / self.readings, 3),
            **_room_of(host),
            "loop_lag_p99_ms": round(self.lag_ms, 1),
            "restarts": sum(worker.restarts for worker in self.last.workers),  # since the server started
            "card_use": round(self.card_use / self.readings, 3) if cards else None,
            "card_memory_bytes": max((card.memory_bytes for card in cards), default=None),
            "card_temperature_c": max((card.temperature_c for card in cards), default=None),
        }


def _room_of(host: HostReading) -> dict[str, int]:
    names = ("memory_bytes", "memory_total_bytes", "disk_bytes", "disk_total_bytes")
    return {name: getattr(host, name) for name in names}


def _rounded(value: float | None) -> float | None:
    return round(value, 1) if value is not None else None


@dataclass
class Minutes:
    """Takes one reading after another, and gives back what is over."""

    _at: float = 0.0  # start of the present minute
    _read_at: float | None = None
    _stations: dict[Where, _Station] = field(default_factory=dict)
    _house: _House = field(default_factory=_House)

    def take(self, reading: Reading) -> list[MinuteRow]:
        """The rows of the minute before, where this reading is the first of another one; otherwise none."""
        at = reading.at - reading.at % MINUTE_S
        over = self.finish() if at != self._at else []
        passed_s = min(LONGEST_S, max(0.0, reading.at - (reading.at if self._read_at is None else self._read_at)))
        self._at, self._read_at = at, reading.at
        self._house.read(reading)
        for station in reading.stations:
            self._stations.setdefault((station.exhibition, station.station), _Station()).read(station, passed_s)
        return over

    def finish(self) -> list[MinuteRow]:
        """The rows of the minute so far; what comes next begins anew."""
        if self._house.last is None:
            return []
        of_stations = [
            MinuteRow(self._at, *where, _told(station.values())) for where, station in self._stations.items()
        ]
        rows = [MinuteRow(self._at, *HOUSE, _told(self._house.values())), *of_stations]
        self._stations, self._house = {}, _House()
        return rows


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


# -- charts ------------------------------------------------------------------------------------------------------------


def lines(rows: Iterable[tuple[float, Mapping[str, Any]]], start: float, step_s: int, points: int) -> Lines:
    """Rows of one station or of the house as lines of so many points, each over `step_s` seconds from `start` on.

    A point is the mean of its minutes, or the greatest or worst where only that says something; None: there was no
    such minute, or nothing was measured in it. What is counted is counted a minute.
    """
    minutes: list[list[dict[str, Any]]] = [[] for _ in range(points)]
    for at, values in rows:
        place = int((at - start) // step_s)
        if 0 <= place < points:
            minutes[place].append(dict(_flat(values)))
    names = sorted({name for point in minutes for values in point for name in values})
    return {name: [_point(name, point) for point in minutes] for name in names}


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{part}", one) for part, one in value.items())
        else:
            yield name, value


def _point(name: str, minutes: list[dict[str, Any]]) -> float | str | None:
    if not minutes:
        return None
    if name in {"condition", "reason"}:
        worst = max(minutes, key=lambda values: _WORSE.index(Condition(values["condition"])))
        return str(worst.get(name, ""))
    known = [float(v[name]) if name in v else 0.0 for v in minutes if name in v or name not in _MEASURED]
    combine: Callable[[list[float]], float] = max if name in _GREATEST else _mean
    return round(combine(known), 3) if known else None


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
