"""Numbers with a name and labels, as metrics are made of. Pure: from a reading, and from what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.watch.card import THROTTLES
from server.watch.reading import (
    CardReading,
    HostReading,
    LaneReading,
    Reading,
    RoomReading,
    StationReading,
    WorkerReading,
)

Sample = tuple[str, tuple[str, ...], float]  # name, label values in the order of the metric's labels, value

BRUSHES = ("auto", "full", "light")
MOST_REASONS = 64  # of one counter: a bound, since reasons are words of the code and far fewer
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Counted:
    """How one of the tally's counts is told."""

    metric: str
    labels: tuple[str, ...] = ()  # before the reason, where there is one
    by_reason: bool = False
    scale: float = 1.0


COUNTED: Mapping[str, Counted] = {
    "frames": Counted("vernissage_frames_received_total"),
    "overlays": Counted("vernissage_overlays_total"),
    "poses": Counted("vernissage_poses_total"),
    "pose_states": Counted("vernissage_pose_states_total", by_reason=True),
    "dropped": Counted("vernissage_frames_dropped_total", by_reason=True),
    "refused": Counted("vernissage_refusals_total", by_reason=True),
    "sessions": Counted("vernissage_sessions_total", by_reason=True),
    "textures": Counted("vernissage_textures_total", by_reason=True),
    "dreams": Counted("vernissage_dreams_total", by_reason=True),
    "dream_ms": Counted("vernissage_dream_seconds_total", scale=0.001),
    "codes_seen": Counted("vernissage_codes_read_total", by_reason=True),
    "batches": Counted("vernissage_batches_total", ("paint",)),
    "track_batches": Counted("vernissage_batches_total", ("track",)),
    "work_frames": Counted("vernissage_batch_frames_total", ("paint",)),
    "track_frames": Counted("vernissage_batch_frames_total", ("track",)),
}
TOLD_BY_STEP = frozenset({"work_ms", "track_ms"})  # by vernissage_batch_seconds instead


def counted(counts: Mapping[str, Mapping[str, float]], refused: Mapping[str, int]) -> Iterator[Sample]:
    """What was counted since the start: the tally's counts, and connections that were cut, by reason."""
    for name, told in COUNTED.items():
        by_reason = counts.get(name, {})
        if told.by_reason:
            for reason, amount in _bounded(by_reason).items():
                yield told.metric, (*told.labels, reason), amount * told.scale
        else:
            yield told.metric, told.labels, sum(by_reason.values()) * told.scale
    for reason, amount in _bounded(refused).items():
        yield "vernissage_door_refusals_total", (reason,), amount


def _bounded(by_reason: Mapping[str, float]) -> dict[str, float]:
    """The first reasons by name, and the sum of any beyond them."""
    reasons = list(by_reason.items())
    kept = dict(reasons[:MOST_REASONS])
    if len(reasons) > MOST_REASONS:
        kept[OTHER] = kept.get(OTHER, 0.0) + sum(amount for _, amount in reasons[MOST_REASONS:])
    return kept


def read(reading: Reading) -> Iterator[Sample]:
    """Everything that a reading says."""
    yield "vernissage_watched_timestamp_seconds", (), reading.at
    yield "vernissage_draining", (), reading.draining
    yield "vernissage_announcing", (), bool(reading.announcement)
    for brush in BRUSHES:
        yield "vernissage_brush", (brush,), brush == reading.brush
    yield "vernissage_store_up", (), not reading.store_fault
    yield from _at("vernissage_certificate_expiry_timestamp_seconds", (), reading.certificate_ends_at)
    yield from _host(reading.host)
    yield from _room(reading.room)
    for number, card in enumerate(reading.cards):
        yield from _card(str(number), card)
    for station in reading.stations:
        yield from _station(station)
    for lane in reading.lanes:
        yield from _lane(lane)
    for worker in reading.workers:
        yield from _worker(worker)


def _at(name: str, labels: tuple[str, ...], value: float | None, scale: float = 1.0) -> Iterator[Sample]:
    """A number that may be unknown, and then is no sample."""
    if value is not None:
        yield name, labels, value * scale


def _host(host: HostReading) -> Iterator[Sample]:
    yield "vernissage_event_loop_lag_p99_seconds", (), host.loop_lag_p99_ms / 1000
    yield "process_resident_memory_bytes", (), host.rss_bytes
    yield "process_open_fds", (), host.descriptors
    yield "vernissage_host_cpu_ratio", (), host.cpu_share
    yield "vernissage_host_memory_used_bytes", (), host.memory_bytes
    yield "vernissage_host_memory_size_bytes", (), host.memory_total_bytes
    yield "vernissage_host_disk_used_bytes", (), host.disk_bytes
    yield "vernissage_host_disk_size_bytes", (), host.disk_total_bytes


def _room(room: RoomReading) -> Iterator[Sample]:
    yield "vernissage_visitors_live", (), room.live
    yield "vernissage_visitors_waiting", (), room.waiting
    yield "vernissage_visitors_away", (), room.away
    yield "vernissage_visitors_live_limit", (), room.max_live
    yield "vernissage_connections", (), room.connections


def _card(number: str, card: CardReading) -> Iterator[Sample]:
    yield "vernissage_card_info", (number, card.name), 1
    yield "vernissage_card_use_ratio", (number,), card.use
    yield "vernissage_card_memory_used_bytes", (number,), card.memory_bytes
    yield "vernissage_card_memory_size_bytes", (number,), card.memory_total_bytes
    yield "vernissage_card_temperature_celsius", (number,), card.temperature_c
    yield from _at("vernissage_card_power_watts", (number,), card.power_w)
    held_down = card.throttled.split(", ")
    for reason in THROTTLES:
        yield "vernissage_card_throttled", (number, reason), reason in held_down


def _station(station: StationReading) -> Iterator[Sample]:
    place = (station.exhibition, station.station)
    called = (str(station.number), station.title, station.experience)
    yield "vernissage_station_info", (*place, *called), 1
    yield "vernissage_station_condition", (*place, station.condition.value, station.reason.value), 1
    yield "vernissage_station_visitors_live", place, station.live
    yield "vernissage_station_visitors_waiting", place, station.waiting
    yield "vernissage_station_answers_hertz", place, station.fps
    yield from _at("vernissage_station_glass_to_glass_median_seconds", place, station.glass_p50_ms, 0.001)
    yield from _at("vernissage_station_glass_to_glass_p95_seconds", place, station.glass_p95_ms, 0.001)
    yield "vernissage_station_recent_dropped_frames", place, sum(station.dropped.values())
    yield "vernissage_station_recent_tried_frames", place, station.tried
    yield "vernissage_station_recent_locked_frames", place, station.locked
    yield from _at("vernissage_station_visited_timestamp_seconds", place, station.seen_at)


def _lane(lane: LaneReading) -> Iterator[Sample]:
    where = ("the dreamer" if lane.kind == "dream" else f"worker {lane.worker}", lane.kind)
    yield "vernissage_lane_waiting_frames", where, lane.waiting
    yield "vernissage_lane_batch_frames", where, lane.batch
    yield from _at("vernissage_lane_slack_seconds", where, lane.slack_ms, 0.001)


def _worker(worker: WorkerReading) -> Iterator[Sample]:
    name = (worker.name,)
    if worker.engine:
        yield "vernissage_worker_info", (worker.name, worker.engine), 1
    yield "vernissage_worker_ready", name, worker.ready
    yield "vernissage_worker_fallback", name, bool(worker.fallback)
    yield "vernissage_worker_restarts_total", name, worker.restarts
    yield "vernissage_worker_sessions", name, worker.sessions
    yield "vernissage_worker_resident_memory_bytes", name, worker.rss_bytes
    yield "vernissage_worker_cpu_ratio", name, worker.cpu_share
    yield "vernissage_worker_card_memory_bytes", name, worker.device_bytes
