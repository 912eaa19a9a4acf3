"""What the operator's page shows, as values: one reading a second. Knows nobody: no number belongs to a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.watch.condition import Condition, Reason


@dataclass(frozen=True, slots=True)
class StationReading:
    """One tile."""

    exhibition: str
    station: str
    number: int
    title: str  # in the exhibition's first language
    experience: str  # lens, canvas, dream
    condition: Condition
    reason: Reason
    message: str  # what the operator wrote who switched it off; "" otherwise
    live: int  # visitors, those away for a moment included
    waiting: int
    fps: float  # answers a second and live visitor, over the last ten seconds
    glass_p50_ms: float | None  # as phones measured it in the last minute; None: none did
    glass_p95_ms: float | None
    dropped: Mapping[str, int]  # frames without an answer in the last minute, by reason
    tried: int  # frames in which the artwork was looked for in the last minute
    locked: int  # of them, where it was found
    seen_at: float | None  # when a visitor was last here, seconds since 1970; None: never
    glimpse: bool = False  # whether there is something to see of what visitors are shown


@dataclass(frozen=True, slots=True)
class LaneReading:
    """The queue in front of one engine."""

    worker: int
    kind: str  # paint, track, dream
    engine: str  # runtime, device and precision, as the worker says it
    waiting: int
    batch: float  # mean size of the batches of the last minute; 0: there were none
    slack_ms: float | None  # what was left to the tightest deadline when a batch began, the least of the last minute


@dataclass(frozen=True, slots=True)
class WorkerReading:
    """One process that owns models."""

    name: str  # worker 0, the dreamer
    ready: bool
    pid: int | None
    engine: str  # "" while it is not ready
    fallback: str  # why another engine than the configured one works; "": it does not
    restarts: int
    last_fault: str
    sessions: int
    rss_bytes: int
    cpu_share: float  # of one core, over the last second
    device_bytes: int  # memory of the card
    last_fault_at: float | None = None  # seconds since 1970; None: it never had one


@dataclass(frozen=True, slots=True)
class CardReading:
    """One graphics card, as NVML tells it."""

    name: str
    use: float  # 0 to 1, of the time that it computed
    memory_bytes: int
    memory_total_bytes: int
    temperature_c: float
    power_w: float | None  # None: the card does not tell
    throttled: str  # why it computes slower than it could: heat, power, hardware; "": it does not


@dataclass(frozen=True, slots=True)
class HostReading:
    """The machine, and the server process on it."""

    cpu_share: float  # 0 to 1, of all cores
    memory_bytes: int  # in use
    memory_total_bytes: int
    disk_bytes: int  # in use, where the state folder is
    disk_total_bytes: int
    loop_lag_p99_ms: float  # of the last ten seconds
    rss_bytes: int  # of the server process
    descriptors: int  # files and sockets that it holds open
    uptime_s: float


@dataclass(frozen=True, slots=True)
class RoomReading:
    """Everybody who is in."""

    live: int
    waiting: int
    away: int
    max_live: int
    connections: int
    glass_p50_ms: float | None
    glass_p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything at one moment."""

    at: float  # seconds since 1970
    draining: bool  # nobody new is let in
    announcement: str  # what every phone shows; "": nothing
    brush: str  # auto, full or light: which network paints
    room: RoomReading
    stations: tuple[StationReading, ...]
    lanes: tuple[LaneReading, ...]
    workers: tuple[WorkerReading, ...]
    cards: tuple[CardReading, ...]
    host: HostReading
    store_fault: str  # why the store cannot be used; "": it can
    certificate_ends_at: float | None  # None: plain HTTP
