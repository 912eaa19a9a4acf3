"""How many visitors the whole server holds: each sends 15 frames/s at full size and gets them back while they count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.bench.running import RunningServer, Settings
from server.visitors.crowd import MAX_VISITORS, Crowd, Plan
from server.visitors.report import crowd_report

FPS = 15.0
WIDTH_PX = 480
LARGEST_AGE_P95_MS = 100.0
LEAST_SHARE = 0.97  # of the frames that were sent have to come back

SETTINGS: Settings = {
    "style": {"lighter": "off"},
    "lens": {"fps": FPS, "width": WIDTH_PX, "min_width": WIDTH_PX},
    "room": {"max_live": MAX_VISITORS},
    "limits": {"connections_per_address": MAX_VISITORS},
}


@dataclass(frozen=True, slots=True)
class Held:
    """What a crowd of one size saw."""

    visitors: int
    fps: float
    age_p95_ms: float

    @property
    def holds(self) -> bool:
        """Whether each of them was served."""
        return self.fps >= LEAST_SHARE * FPS and self.age_p95_ms < LARGEST_AGE_P95_MS


async def measure_visitors(seconds: float, settle_s: float, say: Callable[[str], None]) -> tuple[Held, Held, str]:
    """The largest crowd that is held and the smallest that is not, to a quarter; and what painted.

    Doubles until a crowd is not held, then halves the gap twice.
    """
    with RunningServer(SETTINGS) as server:
        engine = str(server.stats()["workers"][0]["engine"])
        held, lost = Held(0, 0.0, 0.0), Held(0, 0.0, 0.0)
        count = 1
        while lost.visitors == 0 and count <= MAX_VISITORS:
            found = await _crowd(server, count, seconds, settle_s, say)
            held, lost = (found, lost) if found.holds else (held, found)
            count *= 2
        for _ in range(2):
            middle = (held.visitors + lost.visitors) // 2
            if middle in {held.visitors, lost.visitors}:
                break
            found = await _crowd(server, middle, seconds, settle_s, say)
            held, lost = (found, lost) if found.holds else (held, found)
    return held, lost, engine


async def _crowd(
    server: RunningServer, count: int, seconds: float, settle_s: float, say: Callable[[str], None]
) -> Held:
    say(f"{count} visitors at {FPS:g} frames/s")
    plan = Plan(count=count, fps=FPS, seconds=seconds + settle_s, settle_s=settle_s, own_rate=True, width_px=WIDTH_PX)
    crowd = Crowd(server.door(), plan)
    crowd.prepare()
    await crowd.visit()
    report = crowd_report(plan, crowd.diaries)
    age_ms = report["age_ms"]["p95"]
    return Held(count, float(report["fps"]), float("inf") if age_ms is None else float(age_ms))
