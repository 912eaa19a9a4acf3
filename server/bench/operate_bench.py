"""`bench operate`: faults, storms and a long day, and whether the operator hears of what went wrong.

Rows are filled part by part; a part that fails leaves its rows unmeasured, and they say why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.errors import ModelError
from server.bench.form import BenchError, Kind, Reach, Row
from server.bench.operate_doctor import PLANTED, measure_doctor
from server.bench.operate_faults import measure_faults
from server.bench.operate_page import measure_page
from server.bench.operate_storm import Storm, measure_storm
from server.bench.running import RunningServer
from server.bench.soak import VISITORS as SOAK_VISITORS
from server.bench.soak import measure_soak
from server.store.errors import StoreError
from server.visitors.door import DoorError

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("recovery_s", "s", Reach("<=", 3)),
        Kind("detection_s", "s", Reach("<=", 2)),
        Kind("sessions_lost", "sessions", Reach("<=", 0)),
        Kind("storm_loop_lag_p99_ms", "ms", Reach("<", 50)),
        Kind("storm_dropped", "visitors", Reach("<=", 0)),
        Kind("soak_rss_growth", "ratio", Reach("<", 0.02)),
        Kind("soak_fd_growth", "ratio", Reach("<", 0.02)),
        Kind("tile_red_s", "s", Reach("<=", 3)),
        Kind("doctor_s", "s", Reach("<", 30)),
        Kind("planted_faults_named", "share", Reach(">=", 1)),
        Kind("scrape_p99_ms", "ms", Reach("<", 20)),
        Kind("storm_told_s", "s", Reach("<=", 5)),
    )
}
_CANNOT = (BenchError, DoorError, ModelError, StoreError, OSError, TimeoutError)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is measured."""

    kills: int
    hangs: int
    visitors: int
    storm: int  # clients that come back within a second
    soak_s: float
    warm_s: float
    stay_s: tuple[float, float]
    faults: int  # that the operator's page is watched through
    scrapes: int
    planted: int  # faults for the doctor


QUICK = Lengths(2, 1, 8, 100, 8.0, 4.0, (0.5, 2.0), 2, 60, 3)
FULL = Lengths(50, 20, 20, 500, 1800.0, 120.0, (2.0, 8.0), 6, 500, PLANTED)


class OperateBench:
    """Measures; `say` is told what."""

    def __init__(self, lengths: Lengths, say: Say) -> None:
        self._lengths, self._say = lengths, say
        self._rows: dict[str, Row] = {}

    def run(self) -> Sequence[Row]:
        """Every row, in the order of KINDS."""
        parts: tuple[tuple[str, tuple[str, ...], Callable[[], list[Row]]], ...] = (
            ("a worker that dies and hangs", ("recovery_s", "detection_s", "sessions_lost"), self._faults),
            ("a storm", ("storm_loop_lag_p99_ms", "storm_dropped", "storm_told_s"), self._storm),
            ("a day", ("soak_rss_growth", "soak_fd_growth"), self._soak),
            ("the operator's page", ("tile_red_s", "scrape_p99_ms"), self._page),
            ("the doctor", ("doctor_s", "planted_faults_named"), self._doctor),
        )
        for title, ids, measure in parts:
            self._say(title)
            try:
                rows = measure()
            except _CANNOT as error:
                rows = [KINDS[name].missing(f"{type(error).__name__}: {error}") for name in ids]
            self._rows.update({row.id: row for row in rows})
        return [self._rows[name] for name in KINDS]

    def _faults(self) -> list[Row]:
        lengths = self._lengths
        found = measure_faults(lengths.kills, lengths.hangs, lengths.visitors, self._say)
        how = f"{lengths.kills} times SIGKILL and {lengths.hangs} times SIGSTOP under {lengths.visitors} visitors"
        return [
            KINDS["recovery_s"].row(found.recovery_s, f"{how}: from its detection to every visitor's next overlay"),
            KINDS["detection_s"].row(found.detection_s, f"{how}: from the signal until the server has noticed it"),
            KINDS["sessions_lost"].row(found.sessions_lost, f"{how}: sessions that visitors had to begin anew"),
        ]

    def _storm(self) -> list[Row]:
        clients = self._lengths.storm
        found = measure_storm(clients, self._say)
        how = f"{clients} phones that come within a second, beside 20 visitors who are live"
        return [
            KINDS["storm_loop_lag_p99_ms"].row(
                found.lag_p99_ms,
                f"{how}: how late the server's event loop ran; a process that only sleeps was woken "
                f"{found.idle_lag_p99_ms:.1f} ms late at the same time, and the loop's own CPU time in a beat of 20 ms "
                f"was {found.held_p99_ms:.1f} ms at p99",
            ),
            KINDS["storm_dropped"].row(found.dropped_live, f"{how}: of those who were live, who lost the connection"),
            self._told(found, how),
        ]

    @staticmethod
    def _told(found: Storm, how: str) -> Row:
        if found.untold:
            return KINDS["storm_told_s"].missing(f"{how}: {found.untold} were neither served nor told a place")
        return KINDS["storm_told_s"].row(found.slowest_told_s, f"{how}: until the last was served or told a place")

    def _soak(self) -> list[Row]:
        lengths = self._lengths
        with RunningServer({"style": {"runtime": "stub"}}) as server:
            found = asyncio.run(measure_soak(server, lengths.soak_s, lengths.warm_s, lengths.stay_s))
        how = f"{found.sessions} visits by {SOAK_VISITORS} phones that come and go, over {lengths.soak_s:.0f} s"
        return [
            KINDS["soak_rss_growth"].row(found.growth, f"resident memory, second half over the first; {how}"),
            KINDS["soak_fd_growth"].row(found.fd_growth, f"open files and sockets of the server, likewise; {how}"),
        ]

    def _page(self) -> list[Row]:
        lengths = self._lengths
        found = asyncio.run(measure_page(lengths.faults, lengths.scrapes, lengths.visitors, self._say))
        return [
            KINDS["tile_red_s"].row(
                found.tile_red_s,
                f"the slowest of {found.faults} faults, SIGKILL and SIGSTOP in turns: until the page has red tiles, or "
                "says that the worker was restarted meanwhile",
            ),
            KINDS["scrape_p99_ms"].row(
                found.scrape_p99_ms, f"{found.scrapes} scrapes beside {found.visitors} visitors at 5 frames/s"
            ),
        ]

    def _doctor(self) -> list[Row]:
        found = measure_doctor(self._lengths.planted, self._say)
        return [
            KINDS["doctor_s"].row(found.doctor_s, f"{found.stations} stations of the demo exhibition"),
            KINDS["planted_faults_named"].row(
                found.named / found.planted, f"{found.named} of {found.planted} planted faults"
            ),
        ]
