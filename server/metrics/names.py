"""Every metric: its name, type, labels and meaning. docs/metrics.md says the same, and a test holds one to the other.

Names and units are as Prometheus recommends: seconds, bytes, ratios from 0 to 1, `_total` for what only grows. Labels
are of the house (an exhibition, a station, a worker, a reason), so that no number of series grows with the visitors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What Prometheus calls a metric's type."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, as it is scraped."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    meaning: str


def _gauge(name: str, meaning: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, labels, meaning)


def _counter(name: str, meaning: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, labels, meaning)


def _histogram(name: str, meaning: str, *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, labels, meaning)


_PLACE = ("exhibition", "station")

SERVER = (
    _gauge("vernissage_build_info", "Always 1; the version that runs.", "version"),
    _gauge("vernissage_watched_timestamp_seconds", "When the server last looked at itself: gauges are of that moment."),
    _gauge("vernissage_draining", "1 while nobody new is let in."),
    _gauge("vernissage_announcing", "1 while every phone shows an announcement."),
    _gauge("vernissage_brush", "1 for the way of painting that is in force: auto, full or light.", "brush"),
    _gauge("vernissage_store_up", "1 while the store can be used."),
    _gauge("vernissage_certificate_expiry_timestamp_seconds", "When the certificate ends; absent with plain HTTP."),
    _gauge(
        "vernissage_event_loop_lag_p99_seconds", "How late the event loop ran what was due, in the last ten seconds."
    ),
    _counter("process_cpu_seconds_total", "CPU that the server process took, workers aside."),
    _gauge("process_resident_memory_bytes", "Memory of the server process, workers aside."),
    _gauge("process_open_fds", "Files and sockets that the server process holds open."),
    _gauge("process_start_time_seconds", "When the server process began."),
)
HOST = (
    _gauge("vernissage_host_cpu_ratio", "CPU in use, of all cores."),
    _gauge("vernissage_host_memory_used_bytes", "Memory in use."),
    _gauge("vernissage_host_memory_size_bytes", "Memory that the machine has."),
    _gauge("vernissage_host_disk_used_bytes", "Disk in use, where the state folder is."),
    _gauge("vernissage_host_disk_size_bytes", "How large that disk is."),
)
CARDS = (
    _gauge("vernissage_card_info", "Always 1; a graphics card's name. Cards are numbered from 0.", "card", "name"),
    _gauge("vernissage_card_use_ratio", "Share of the time in which it computed.", "card"),
    _gauge("vernissage_card_memory_used_bytes", "Memory of it in use.", "card"),
    _gauge("vernissage_card_memory_size_bytes", "Memory that it has.", "card"),
    _gauge("vernissage_card_temperature_celsius", "How hot it is.", "card"),
    _gauge("vernissage_card_power_watts", "What it draws; absent where it does not tell.", "card"),
    _gauge("vernissage_card_throttled", "1 while it is slowed down by heat, power or hardware.", "card", "reason"),
)
ROOM = (
    _gauge("vernissage_visitors_live", "Visitors who are painted for, those away for a moment included."),
    _gauge("vernissage_visitors_waiting", "Visitors in the waiting room."),
    _gauge("vernissage_visitors_away", "Visitors whose connection is lost for the moment."),
    _gauge("vernissage_visitors_live_limit", "How many can be painted for at once."),
    _gauge("vernissage_connections", "Open WebSockets."),
    _histogram(
        "vernissage_glass_to_glass_median_seconds",
        "Age of pictures when shown: the median of each report by a phone, one a second.",
        "experience",
    ),
    _histogram(
        "vernissage_glass_to_glass_p95_seconds",
        "Age of pictures when shown: the 95th percentile of each report by a phone.",
        "experience",
    ),
)
STATIONS = (
    _gauge("vernissage_station_info", "Always 1; what a station is called.", *_PLACE, "number", "title", "experience"),
    _gauge("vernissage_station_condition", "1 for what the operator's tile says now.", *_PLACE, "condition", "reason"),
    _gauge("vernissage_station_visitors_live", "Visitors there, as above.", *_PLACE),
    _gauge("vernissage_station_visitors_waiting", "Visitors there who wait.", *_PLACE),
    _gauge("vernissage_station_answers_hertz", "Answers a second and visitor, over ten seconds.", *_PLACE),
    _gauge("vernissage_station_glass_to_glass_median_seconds", "As phones there measured it, last minute.", *_PLACE),
    _gauge("vernissage_station_glass_to_glass_p95_seconds", "As phones there measured it, last minute.", *_PLACE),
    _gauge("vernissage_station_recent_dropped_frames", "Frames without an answer in the last minute.", *_PLACE),
    _gauge("vernissage_station_recent_tried_frames", "Frames searched for the artwork, last minute.", *_PLACE),
    _gauge("vernissage_station_recent_locked_frames", "Of them, where it was found.", *_PLACE),
    _gauge("vernissage_station_visited_timestamp_seconds", "When a visitor was last there; absent: never.", *_PLACE),
)
LANES = (
    _gauge("vernissage_lane_waiting_frames", "Frames that wait: of each visitor at most one.", "worker", "lane"),
    _gauge("vernissage_lane_batch_frames", "Mean size of a batch in the last minute.", "worker", "lane"),
    _gauge(
        "vernissage_lane_slack_seconds",
        "What was left to the tightest deadline when a batch began, the least of the last minute.",
        "worker",
        "lane",
    ),
    _histogram("vernissage_batch_seconds", "What a batch took, step by step.", "lane", "step"),
    _counter("vernissage_batches_total", "Batches that came back.", "lane"),
    _counter("vernissage_batch_frames_total", "Frames that were in them.", "lane"),
)
WORKERS = (
    _gauge("vernissage_worker_info", "Always 1; the engine of a process that owns models.", "worker", "engine"),
    _gauge("vernissage_worker_ready", "1 while it works.", "worker"),
    _gauge("vernissage_worker_fallback", "1 while another engine than the configured one works.", "worker"),
    _counter("vernissage_worker_restarts_total", "How often it was started again.", "worker"),
    _gauge("vernissage_worker_sessions", "Visitors that it paints for.", "worker"),
    _gauge("vernissage_worker_resident_memory_bytes", "Memory of its process.", "worker"),
    _gauge("vernissage_worker_cpu_ratio", "CPU that it takes, 1 being a core.", "worker"),
    _gauge("vernissage_worker_card_memory_bytes", "Memory of the card that its engine takes.", "worker"),
)
EVENTS = (
    _counter("vernissage_frames_received_total", "Camera frames that came in."),
    _counter("vernissage_overlays_total", "Painted frames that went out."),
    _counter("vernissage_poses_total", "Poses that went out."),
    _counter("vernissage_pose_states_total", "Tracked frames, by what the tracker said of them.", "state"),
    _counter("vernissage_frames_dropped_total", "Frames without an answer.", "reason"),
    _counter("vernissage_refusals_total", "Refused messages and connections, by the protocol's code.", "reason"),
    _counter("vernissage_door_refusals_total", "Connections cut before anybody had them.", "reason"),
    _counter("vernissage_sessions_total", "Sessions begun, resumed, changed and ended.", "event"),
    _counter("vernissage_textures_total", "Artworks repainted, handed out or dropped.", "event"),
    _counter("vernissage_dreams_total", "Wishes for pictures from words, and what became of them.", "event"),
    _counter("vernissage_dream_seconds_total", "What making those pictures took, from the first step to the last."),
    _counter("vernissage_codes_read_total", "Codes read in frames: ours, or strange.", "whose"),
)
METRICS = (*SERVER, *HOST, *CARDS, *ROOM, *STATIONS, *LANES, *WORKERS, *EVENTS)
