"""Looks at everything once a second, and tells whoever wants to know: the operator's page, history, alerts, metrics."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from exhibit.session import State
from server.register import Visitor
from server.watch.condition import Condition, Reason
from server.watch.host import Host
from server.watch.journal import Journal
from server.watch.reading import (
    CardReading,
    HostReading,
    LaneReading,
    Reading,
    RoomReading,
    StationReading,
    WorkerReading,
)
from server.watch.sources import Sources
from server.watch.tiles import tiles
from server.worker.supervisor import Supervisor

log = logging.getLogger("vernissage.watch")

LOOK_S = 1.0
AROUND_S = 5.0  # that disk and driver have
BAD = {Condition.FAILED: "error", Condition.DEGRADED: "warning"}  # the level of an event that begins it

Listener = Callable[[Reading], None]


class Watch:
    """The one who looks. `run` owns it; a listener must neither wait nor fail."""

    def __init__(
        self,
        sources: Sources,
        host: Host,
        journal: Journal,
        now_s: Callable[[], float],
        cards: Callable[[], Sequence[CardReading]] = tuple,
    ) -> None:
        self._sources, self._host, self._journal, self._now_s = sources, host, journal, now_s
        self._cards = cards  # asked for in a thread
        self.latest: Reading | None = None
        self.on_reading: list[Listener] = []
        self._news = asyncio.Condition()
        self._around: asyncio.Task[tuple[HostReading, Sequence[CardReading]]] | None = None

    async def run(self) -> None:
        """Look once a second, until cancelled. A look that fails is said once, and the next one is tried."""
        failed = False
        while True:
            try:
                await self._tell(await self.look())
                failed = False
            except Exception:
                if not failed:
                    log.exception("the watch could not look; the operator's page stands still")
                failed = True
            await asyncio.sleep(LOOK_S)

    def glimpse(self, where: tuple[str, str]) -> bytes | None:
        """The last overlay of a station, where its exhibition allows it; coarse it is made elsewhere."""
        exhibition = self._sources.on_show.exhibition(where[0])
        return self._sources.hall.glimpses.of(where) if exhibition is not None and exhibition.glimpses else None

    async def changes(self) -> AsyncIterator[Reading]:
        """Each reading from now on, the latest first; who is slow misses some."""
        told: Reading | None = None
        while True:
            while self.latest is told:
                async with self._news:
                    await self._news.wait()
            told = self.latest
            if told is not None:
                yield told

    async def look(self) -> Reading:
        """One reading; what may touch the disk or the driver is asked for in a thread."""
        lag_ms = self._sources.pulse.snapshot()["loop_lag_p99_ms"]
        host, seen = await self._surroundings(lag_ms)
        return self._read(host, tuple(seen))

    async def _surroundings(self, lag_ms: float) -> tuple[HostReading, Sequence[CardReading]]:
        """Raises TimeoutError while a disk or a driver hangs: one thread may hang with it, and no other is sent."""
        if self._around is None:
            self._around = asyncio.create_task(asyncio.to_thread(self._look_around, lag_ms))
        done, _ = await asyncio.wait([self._around], timeout=AROUND_S)
        if not done:
            raise TimeoutError(f"the disk or the card's driver has not answered for {AROUND_S:.0f} s")
        around, self._around = self._around, None
        return around.result()

    def _look_around(self, lag_ms: float) -> tuple[HostReading, Sequence[CardReading]]:
        return self._host.look(lag_ms), self._cards()

    async def _tell(self, reading: Reading) -> None:
        before, self.latest = self.latest, reading
        self._write_down(before, reading)
        for listener in self.on_reading:
            listener(reading)
        async with self._news:
            self._news.notify_all()

    def _read(self, host: HostReading, seen: tuple[CardReading, ...]) -> Reading:
        sources, decided = self._sources, self._sources.decided()
        sources.hall.glimpses.prune()
        return Reading(
            at=self._now_s(),
            draining=decided.draining is not None,
            announcement=decided.announced,
            brush=decided.pinned,
            room=self._room(),
            stations=tiles(sources, time.monotonic()),
            lanes=tuple(self._lanes()),
            workers=tuple(self._workers()),
            cards=seen,
            host=host,
            store_fault=sources.store_fault(),
            certificate_ends_at=sources.certificate_ends_at(),
        )

    def _room(self) -> RoomReading:
        hall = self._sources.hall
        told = [v.telemetry for v in hall.register if v.session.state is State.LIVE and _shows(v)]
        p50s, p95s = (sorted(getattr(t, name) for t in told) for name in ("glass_p50_ms", "glass_p95_ms"))
        return RoomReading(
            live=hall.live,
            waiting=hall.waiting,
            away=hall.register.away,
            max_live=hall.max_live,
            connections=self._sources.gateway.connections,
            glass_p50_ms=p50s[len(p50s) // 2] if p50s else None,
            glass_p95_ms=p95s[int(0.95 * (len(p95s) - 1))] if p95s else None,
        )

    def _lanes(self) -> list[LaneReading]:
        now_ms = time.monotonic() * 1000
        lanes = []
        for dispatch in self._sources.workers:
            engine = dispatch.worker.ready.engine if dispatch.worker.ready else ""
            for feed in (dispatch.paint, dispatch.track):
                batch, slack_ms = feed.recent(now_ms)
                lanes.append(
                    LaneReading(dispatch.number, feed.kind.name.lower(), engine, len(feed.lane), batch, slack_ms)
                )
        dreamer = self._sources.dreamer
        if dreamer is not None:
            engine = dreamer.ready.engine if dreamer.ready else ""
            lanes.append(LaneReading(0, "dream", engine, len(dreamer.lane), float(dreamer.in_hand), None))
        return lanes

    def _workers(self) -> list[WorkerReading]:
        processes: list[tuple[Supervisor[Any], int]] = [(d.worker, d.sessions) for d in self._sources.workers]
        if self._sources.dreamer is not None:
            processes.append((self._sources.dreamer.process, 0))
        readings = []
        for process, sessions in processes:
            rss_bytes, cpu_share = self._host.process(process.pid)
            readings.append(
                WorkerReading(
                    name=process.name,
                    ready=process.ready is not None,
                    pid=process.pid,
                    engine=process.ready.engine if process.ready else "",
                    fallback=process.fallback,
                    restarts=process.restarts,
                    last_fault=process.last_fault,
                    sessions=sessions,
                    rss_bytes=rss_bytes,
                    cpu_share=round(cpu_share, 3),
                    device_bytes=getattr(process.ready, "device_bytes", 0),
                    last_fault_at=process.last_fault_at,
                )
            )
        return readings

    def _write_down(self, before: Reading | None, now: Reading) -> None:
        """What became worse, and what is well again."""
        known = {(s.exhibition, s.station): s for s in before.stations} if before is not None else {}
        for station in now.stations:
            was = known.get((station.exhibition, station.station))
            if was is None or was.condition is station.condition or Reason.WORKER_DOWN in {was.reason, station.reason}:
                continue  # of a worker that is gone its supervisor tells, once for all stations
            if station.condition in BAD:
                self._note(station, f"{station.title} is {station.condition.value}: {_words(station.reason)}")
            elif was.condition in BAD:
                self._note(station, f"{station.title} is well again")

    def _note(self, station: StationReading, sentence: str) -> None:
        level = BAD.get(station.condition, "info")
        where = {"exhibition": station.exhibition, "station": station.station}
        self._journal.note("station", sentence, level=level, **where)


def _shows(visitor: Visitor) -> bool:
    """Whether the phone showed something in the last second that it told of."""
    return visitor.telemetry is not None and visitor.telemetry.glass_p95_ms > 0


def _words(reason: Reason) -> str:
    return reason.value.replace("_", " ")
