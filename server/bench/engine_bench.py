"""`bench engine`: compiled engines without a card, what half precision costs, and on a card how fast all of it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from models.errors import ModelError
from models.runtime.card import find_card
from models.runtime.choice import AUTO
from models.runtime.engine import Terms
from models.runtime.engine_store import EngineStore
from models.style.engine import open_painter
from server.bench.engine_builds import FLAVOUR, TARGETS, build_all, compiler_version, kill_builds
from server.bench.engine_card import ASKED, CardReport, measure_card
from server.bench.engine_precision import measure_precision
from server.bench.engine_start import measure_start
from server.bench.engine_visitors import FPS, LARGEST_AGE_P95_MS, measure_visitors
from server.bench.form import BenchError, Kind, Reach, Row
from server.visitors.door import DoorError

KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind("models_built_without_card", "share", Reach(">=", 1)),
        Kind("psnr_fp16", "dB", Reach(">=", 45)),
        Kind("warm_start_s", "s", Reach("<", 2)),
        Kind("torn_engines_loaded", "engines", Reach("<=", 0)),
        Kind("speedup_over_eager", "ratio", Reach(">=", 3)),
        Kind("roofline_share", "share", Reach(">=", 0.35)),
        Kind("visitors_at_15fps", "visitors", Reach()),
    )
}
NO_CARD = "no NVIDIA card on this machine, or no driver for it"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is measured."""

    pictures: int
    starts: int
    kills: int
    every_batch: bool
    visit_s: float
    settle_s: float


QUICK = Lengths(2, 2, 10, False, 3.0, 1.0)
FULL = Lengths(40, 5, 50, True, 8.0, 2.0)


class EngineBench:
    """Fills the rows part by part; a part that fails leaves its rows unmeasured, and they say why."""

    def __init__(self, lengths: Lengths, photos: Path | None, say: Say) -> None:
        self._lengths, self._photos, self._say = lengths, photos, say
        self._rows: dict[str, Row] = {}
        self.card: CardReport | None = None  # what was timed on the card, once it was

    def run(self) -> Sequence[Row]:
        """Every row, in the order of KINDS."""
        parts: Mapping[tuple[str, ...], Callable[[], list[Row]]] = {
            ("models_built_without_card",): self._builds,
            ("psnr_fp16",): self._precision,
            ("warm_start_s",): self._start,
            ("torn_engines_loaded",): self._kills,
            ("speedup_over_eager", "roofline_share"): self._on_card,
            ("visitors_at_15fps",): self._visitors,
        }
        for ids, measure in parts.items():
            try:
                rows = measure()
            except (BenchError, DoorError, ModelError, OSError) as error:
                rows = [KINDS[name].missing(str(error)) for name in ids]
            self._rows.update({row.id: row for row in rows})
        return [self._rows[name] for name in KINDS]

    def _builds(self) -> list[Row]:
        version = compiler_version()
        self._say("building every network for three kinds of cards")
        builds = build_all()
        seconds = max((built.seconds for built in builds.built), default=0.0)
        how = (
            f"{len(builds.built)} of {builds.wanted} engines (each shipped network for "
            f"{', '.join(f'SM{target}' for target in TARGETS)}) by {FLAVOUR} {version}, the slowest in {seconds:.1f} s"
        )
        failures = f"; {'; '.join(builds.failures)}" if builds.failures else ""
        return [KINDS["models_built_without_card"].row(len(builds.built) / builds.wanted, how + failures)]

    def _precision(self) -> list[Row]:
        self._say("painting in half precision")
        painter = open_painter(AUTO) if find_card() is not None else None
        card = painter if painter is not None and painter.in_flight > 1 else None
        found = measure_precision(self._photos, self._lengths.pictures, card)
        how = (
            f"the worst of {found.pictures} pictures in {found.styles} styles against fp32; {found.mean_db:.1f} dB in "
            f"the mean; fp16 by {found.where}"
        )
        return [KINDS["psnr_fp16"].row(found.worst_db, how)]

    def _start(self) -> list[Row]:
        self._say("starting with everything compiled")
        start = measure_start(self._lengths.starts)
        how = (
            f"the slowest of {self._lengths.starts} new processes, from opening the network to being ready for a frame "
            f"of 480x360, after one that filled the caches: {start.engine}"
        )
        return [KINDS["warm_start_s"].row(start.seconds, how)]

    def _kills(self) -> list[Row]:
        version = compiler_version()
        self._say(f"killing {self._lengths.kills} builds")
        found = kill_builds(self._lengths.kills)
        quick = "" if self._lengths is FULL else " (quick: the full run kills 50)"
        how = (
            f"kill -9 of {found.kills} builds by {FLAVOUR} {version}{quick} at random moments, half of them near the "
            f"end; {found.found} had got an engine written, {found.left} left unfinished files"
        )
        return [KINDS["torn_engines_loaded"].row(found.torn, how)]

    def _on_card(self) -> list[Row]:
        with TemporaryDirectory(prefix="vernissage-") as folder:
            terms = Terms(store=EngineStore(Path(folder)))
            report = self.card = measure_card(not self._lengths.every_batch, terms, self._say)
        count, height, width = ASKED
        eager_ms, best = report.of("eager"), report.best
        speedup = (
            f"fine, {count} x {width}x{height}, {report.card.name}: torch eager fp16 {eager_ms:.2f} ms, "
            f"{best.way} {best.ms:.2f} ms; not there: {'; '.join(report.refused.values()) or 'nothing'}"
        )
        rates = report.rates
        share = (
            f"{best.way}: {best.ms:.2f} ms; the card copies {rates.copy_bytes_per_s / 1e12:.2f} TB/s and multiplies "
            f"{rates.flops_per_s / 1e12:.0f} TFLOP/s in fp16; the least time is what each layer reads and writes once"
        )
        return [
            KINDS["speedup_over_eager"].row(eager_ms / best.ms, speedup),
            KINDS["roofline_share"].row(best.roofline_share, share),
        ]

    def _visitors(self) -> list[Row]:
        if find_card() is None:
            raise BenchError(NO_CARD)
        lengths = self._lengths
        held, lost, engine = asyncio.run(measure_visitors(lengths.visit_s, lengths.settle_s, self._say))
        beyond = f"; {lost.visitors}: {lost.fps:.1f} frames/s, {lost.age_p95_ms:.0f} ms" if lost.visitors else ""
        how = (
            f"the whole server, visitors at 480x360 and {FPS:g} frames/s with p95 age under {LARGEST_AGE_P95_MS:g} ms: "
            f"{held.visitors}: {held.fps:.1f} frames/s, {held.age_p95_ms:.0f} ms{beyond}; by {engine}; the visitors' "
            f"own process shares this machine's cores"
        )
        return [KINDS["visitors_at_15fps"].row(held.visitors, how)]
