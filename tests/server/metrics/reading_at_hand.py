"""A reading in which every number is there, for tests of metrics."""

from __future__ import annotations

from server.watch.condition import Condition, Reason
from server.watch.reading import (
    CardReading,
    HostReading,
    LaneReading,
    Reading,
    RoomReading,
    StationReading,
    WorkerReading,
)


def full_reading(stations: int = 2) -> Reading:
    """With a worker, the dreamer, three lanes and a card that is too hot."""
    return Reading(
        at=1_790_000_000.0,
        draining=True,
        announcement="We close in ten minutes.",
        brush="light",
        room=RoomReading(12, 3, 1, 20, 15, 80.0, 140.0),
        stations=tuple(station(number) for number in range(1, stations + 1)),
        lanes=(
            LaneReading(0, "paint", "openvino cpu bf16", 4, 3.5, 120.0),
            LaneReading(0, "track", "openvino cpu bf16", 0, 1.0, 250.0),
            LaneReading(0, "dream", "openvino cpu bf16", 2, 1.0, None),
        ),
        workers=(worker("worker 0"), worker("the dreamer")),
        cards=(CardReading("NVIDIA L4", 0.37, 4_000_000_000, 24_000_000_000, 84.0, 71.5, "heat, power"),),
        host=HostReading(0.4, 8_000_000_000, 16_000_000_000, 1, 2, 3.6, 200_000_000, 90, 3600.0),
        store_fault="",
        certificate_ends_at=1_800_000_000.0,
    )


def station(number: int) -> StationReading:
    """A station with visitors, and a title that has to be escaped."""
    return StationReading(
        exhibition="demo",
        station=f"station-{number}",
        number=number,
        title='The "Great" Wave\\',
        experience="lens",
        condition=Condition.DEGRADED,
        reason=Reason.SLOW,
        message="",
        live=6,
        waiting=1,
        fps=11.5,
        glass_p50_ms=80.0,
        glass_p95_ms=140.0,
        dropped={"late": 3, "slow_reader": 1},
        tried=100,
        locked=90,
        seen_at=1_789_999_999.0,
    )


def worker(name: str) -> WorkerReading:
    """One that works, with another engine than the configured one."""
    return WorkerReading(
        name=name,
        ready=True,
        pid=4711,
        engine="openvino cpu bf16",
        fallback="tensorrt: no card",
        restarts=2,
        last_fault="killed",
        sessions=6,
        rss_bytes=900_000_000,
        cpu_share=1.7,
        device_bytes=0,
    )
