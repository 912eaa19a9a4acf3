"""`bench server`: the whole server, measured from outside, on the real painter and on a stub of known cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError
from server.bench import overload, throughput
from server.bench.form import BenchError, Kind, Reach, Row
from server.bench.overload import COST, FPS, GREEDY_FACTOR, HALF, TWICE, Load, measure_load
from server.bench.recovery import measure_recovery
from server.bench.running import RunningServer, Settings
from server.bench.soak import FPS as SOAK_FPS
from server.bench.soak import VISITORS as SOAK_VISITORS
from server.bench.soak import measure_soak
from server.bench.throughput import measure_throughput
from server.visitors.door import DoorError

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("throughput_ratio", "ratio", Reach(">=", 0.85)),
        Kind("overload_age_ratio", "ratio", Reach("<=", 3)),
        Kind("greedy_ratio", "ratio", Reach("<=", 1.1)),
        Kind("jain", "index", Reach(">=", 0.98)),
        Kind("loop_lag_p99_ms", "ms", Reach("<", 10)),
        Kind("rss_growth", "ratio", Reach("<", 0.02)),
        Kind("worker_recovery_s", "s", Reach("<=", 3)),
        Kind("sessions_lost", "sessions", Reach("<=", 0)),
        Kind("out_of_order", "overlays", Reach("<=", 0)),
        Kind("cpu_ms_per_frame", "ms", Reach()),
    )
}


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long each part is measured."""

    rounds: int  # of bare loop and server in turns
    round_s: float
    load_s: float  # of each load on the stub
    settle_s: float
    soak_s: float
    warm_s: float
    stay_s: tuple[float, float]
    kills: int

    @property
    def total_s(self) -> float:
        """About how long it all takes, for the progress bar."""
        starts_s = 8.0
        turns_s = self.rounds * (2 * self.round_s + 0.5)
        return starts_s + turns_s + 3 * (self.load_s + self.settle_s) + self.soak_s + self.warm_s + 4 * self.kills


QUICK = Lengths(4, 1.2, 3.5, 0.8, 9.0, 4.0, (0.5, 2.0), 1)
FULL = Lengths(8, 4.0, 20.0, 2.0, 600.0, 40.0, (2.0, 8.0), 3)

Measure = Callable[[RunningServer], Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is measured on a running server, and the rows that come of it."""

    title: str
    ids: tuple[str, ...]
    measure: Measure


class ServerBench:
    """Fills the rows part by part; a part that fails leaves its rows unmeasured, and they say why."""

    def __init__(self, lengths: Lengths, clip: Path | None, say: Callable[[str], None]) -> None:
        self._lengths, self._clip, self._say = lengths, clip, say
        self._rows: dict[str, Row] = {}
        self._out_of_order: dict[str, int] = {}  # by part

    async def run(self) -> Sequence[Row]:
        """Every row, in the order of KINDS."""
        throughput_part = Part("throughput", ("throughput_ratio",), self._throughput)
        recovery_part = Part("recovery", ("worker_recovery_s", "sessions_lost"), self._recovery)
        load_ids = ("overload_age_ratio", "greedy_ratio", "jain", "loop_lag_p99_ms", "cpu_ms_per_frame")
        soak_part = Part("soak", ("rss_growth",), self._soak)
        await self._on_server(throughput.SETTINGS, (throughput_part, recovery_part))
        await self._on_server(overload.SETTINGS, (Part("overload", load_ids, self._overload), soak_part))
        self._rows["out_of_order"] = self._order_row()
        return [self._rows[name] for name in KINDS]

    async def _on_server(self, settings: Settings, parts: Sequence[Part]) -> None:
        self._say(f"starting a server for {' and '.join(part.title for part in parts)}")
        try:
            with RunningServer(settings) as server:
                for part in parts:
                    self._say(part.title)
                    await self._measure(part, server)
        except BenchError as error:
            self._missing([name for part in parts for name in part.ids if name not in self._rows], str(error))

    async def _measure(self, part: Part, server: RunningServer) -> None:
        try:
            rows = await part.measure(server)
        except (BenchError, DoorError, ModelError, OSError) as error:
            self._missing(part.ids, f"{type(error).__name__}: {error}")
        else:
            self._rows.update({row.id: row for row in rows})

    def _missing(self, ids: Sequence[str], why: str) -> None:
        self._rows.update({name: KINDS[name].missing(why) for name in ids})

    async def _throughput(self, server: RunningServer) -> list[Row]:
        lengths = self._lengths
        found = await measure_throughput(server, lengths.round_s, lengths.rounds, self._clip)
        self._out_of_order["throughput"] = found.out_of_order
        how = (
            f"one visitor at 480x360: {found.server_fps:.1f} frames/s through the server over {found.bare_fps:.1f} "
            f"in a bare loop of decode, infer, encode; median of {found.rounds} turns of {lengths.round_s:g} s each"
        )
        return [KINDS["throughput_ratio"].row(found.ratio, how)]

    async def _recovery(self, server: RunningServer) -> list[Row]:
        found = await measure_recovery(server, self._lengths.kills)
        self._out_of_order["recovery"] = found.out_of_order
        what = f"kill -9 of the worker with the real painter under load, {found.kills} time(s)"
        return [
            KINDS["worker_recovery_s"].row(
                found.seconds, f"{what}: until the last visitor has an overlay of a frame captured after the kill"
            ),
            KINDS["sessions_lost"].row(found.sessions_lost, f"{what}: sessions that visitors had to begin anew"),
        ]

    async def _overload(self, server: RunningServer) -> list[Row]:
        lengths = self._lengths

        async def load_of(times: float, greedy: int = 0) -> Load:
            return await measure_load(
                server, times, seconds=lengths.load_s, settle_s=lengths.settle_s, clip=self._clip, greedy=greedy
            )

        half, twice, greedy = await load_of(HALF), await load_of(TWICE), await load_of(TWICE, greedy=1)
        for name, load in (("half load", half), ("overload", twice), ("greed", greedy)):
            self._out_of_order[name] = load.report["out_of_order"]
        return [
            _age_row(half, twice),
            *_fairness_rows(greedy),
            _lag_row(twice, greedy),
            _cpu_row(twice),
        ]

    async def _soak(self, server: RunningServer) -> list[Row]:
        lengths = self._lengths
        found = await measure_soak(server, lengths.soak_s, lengths.warm_s, lengths.stay_s)
        self._out_of_order["soak"] = found.out_of_order
        quick = "" if lengths is FULL else " (quick: the full run soaks for 10 minutes)"
        how = (
            f"server and worker, {found.rss_mb:.0f} MB: median of the second half over that of the first of "
            f"{lengths.soak_s:g} s{quick}, {SOAK_VISITORS} visitors at {SOAK_FPS:g} frames/s coming and going, "
            f"{found.sessions} sessions"
        )
        return [KINDS["rss_growth"].row(found.growth, how)]

    def _order_row(self) -> Row:
        if not self._out_of_order:
            return KINDS["out_of_order"].missing("no part ran to its end")
        how = f"overlays that came late, twice or under another frame's number, in {', '.join(self._out_of_order)}"
        return KINDS["out_of_order"].row(sum(self._out_of_order.values()), how)


def _age_row(half: Load, twice: Load) -> Row:
    how = (
        f"stub painter of {COST.capacity_fps:.0f} frames/s: p99 age {twice.age_p99_ms:.0f} ms at {TWICE:g} x that "
        f"({twice.visitors} visitors at {FPS:g} frames/s), {half.age_p99_ms:.0f} ms at half ({half.visitors} visitors)"
    )
    return KINDS["overload_age_ratio"].row(twice.age_p99_ms / half.age_p99_ms, how)


def _fairness_rows(load: Load) -> list[Row]:
    greedy, fairness = load.report["greedy"], load.report["fairness"]
    if not greedy["ratio"] or fairness is None:
        raise BenchError("nobody got an overlay")
    how = (
        f"the same with one more visitor who sends {GREEDY_FACTOR:g} times as many frames and keeps no credits: "
        f"it got {greedy['fps']:.2f} overlays/s, the others {load.report['fps']:.2f}"
    )
    return [
        KINDS["greedy_ratio"].row(greedy["ratio"], how),
        KINDS["jain"].row(fairness, f"overlays/s of the {load.visitors} others in that run"),
    ]


def _lag_row(*loads: Load) -> Row:
    worst = max(loads, key=lambda load: load.loop_lag_p99_ms)
    how = (
        f"the server's own measure while {worst.visitors} visitors ask for {TWICE:g} x the capacity; a process that "
        f"only sleeps was woken {worst.idle_lag_p99_ms:.1f} ms late on this machine at the same time, and the loop's "
        f"own CPU time in a beat of 20 ms was {worst.loop_held_p99_ms:.1f} ms at p99"
    )
    return KINDS["loop_lag_p99_ms"].row(worst.loop_lag_p99_ms, how)


def _cpu_row(load: Load) -> Row:
    cpu, codec = load.cpu, load.cpu.codec
    rest_ms = max(0.0, cpu.worker_ms - codec.decode_ms - codec.encode_ms)
    how = (
        f"480x360 on the stub painter, which only sleeps: event loop {cpu.loop_ms:.2f} (at {TWICE:g} x demand: "
        f"frames that are replaced included); worker {cpu.worker_ms:.2f}, of which decode {codec.decode_ms:.2f}, "
        f"encode {codec.encode_ms:.2f}, the rest (batching, pipes, inverting) {rest_ms:.2f}"
    )
    return KINDS["cpu_ms_per_frame"].row(cpu.loop_ms + cpu.worker_ms, how)
