"""The networks on a card: how long batches take in every way there is, and what share of the card's best that is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from models.building import BuildOrder, build_apart
from models.errors import EngineError
from models.runtime.card import Card, find_card
from models.runtime.choice import COMPILED, find_runtime, open_engine
from models.runtime.engine import Engine, Inputs, Pending, Terms
from models.runtime.model import Model
from models.runtime.profile import Profile, Range
from models.style.model import SHIPPED_MODEL, style_model
from models.style.table import StyleTable
from models.style.work import work
from server.bench.form import BenchError

if TYPE_CHECKING:
    from models.style.contest import Contest, Rates

COUNTS = (1, 2, 4, 8)
SIZES = ((384, 512), (512, 512))  # height, width
ASKED = (8, 512, 512)  # the batch that the rows are about
_FLOW_S = 1.0
_RUNTIMES = (*COMPILED, "torch")

Batch = tuple[int, int, int]  # count, height, width


@dataclass(frozen=True, slots=True)
class Timed:
    """One way, one size: milliseconds a batch."""

    way: str
    count: int
    height: int
    width: int
    ms: float
    roofline_share: float

    @property
    def frames_per_s(self) -> float:
        """Frames a second at that time a batch."""
        return 1000 * self.count / self.ms


@dataclass(frozen=True)
class CardReport:
    """Everything that was timed on the card."""

    card: Card
    rates: Rates
    timed: tuple[Timed, ...]
    refused: dict[str, str]  # runtime -> why it could not be timed

    def of(self, way: str) -> float:
        """Milliseconds of the batch that was asked for, in one way. Raises BenchError if it was not timed."""
        for one in self.timed:
            if (one.way, one.count, one.height, one.width) == (way, *ASKED):
                return one.ms
        raise BenchError(f"{way} was not timed: {self.refused.get(way, 'it is not there')}")

    @property
    def best(self) -> Timed:
        """The fastest of ours for the batch that was asked for."""
        ours = [one for one in self.timed if one.way in {*_RUNTIMES, "ours"}]
        return min((one for one in ours if (one.count, one.height, one.width) == ASKED), key=lambda one: one.ms)


def measure_card(quick: bool, terms: Terms, say: Callable[[str], None]) -> CardReport:
    """Time every way and every runtime that works here. Raises BenchError without a card or torch."""
    card = find_card()
    if card is None:
        raise BenchError("no NVIDIA card on this machine, or no driver for it")
    try:
        from models.style.contest import WAYS, Contest
    except ImportError as error:
        raise BenchError(f"torch is not installed: pip install 'vernissage[torch]' ({error})") from error
    say("what the card can do at most")
    contest = Contest(SHIPPED_MODEL.with_suffix(".safetensors"))
    batches = (ASKED,) if quick else tuple((count, *size) for size in SIZES for count in COUNTS)
    course = _Course(contest, contest.rates(), batches, say)
    for way in WAYS:
        if not quick or way != "compile":
            course.run_way(way)
    for name in _RUNTIMES:
        course.run_runtime(name, terms)
    return CardReport(card, course.rates, tuple(course.timed), course.refused)


@dataclass
class _Course:
    """The batches that everybody has to run, and what came of it so far."""

    contest: Contest
    rates: Rates
    batches: Sequence[Batch]
    say: Callable[[str], None]
    timed: list[Timed] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def run_way(self, way: str) -> None:
        """One way of the contest."""
        for batch in self.batches:
            self._note(way, batch, partial(self.contest.ms, way, *batch))

    def run_runtime(self, name: str, terms: Terms) -> None:
        """A runtime's engine from bytes in memory to bytes in memory, as many batches in flight as it takes."""
        try:
            if reason := find_runtime(name).obstacle():
                raise EngineError(reason)
            model = style_model()
            engine = open_engine(name, model, _built(name, model, terms, self.batches)).engine
            try:
                for batch in self.batches:
                    self._note(name, batch, partial(flow_ms, engine, _inputs(engine, *batch)))
            finally:
                engine.close()
        except EngineError as error:
            self.refused[name] = str(error)

    def _note(self, way: str, batch: Batch, measure: Callable[[], float]) -> None:
        count, height, width = batch
        self.say(f"{way}, {count} x {width}x{height}")
        ms = measure()
        least_s = count * work(self.contest.shape, height, width).seconds(
            self.rates.copy_bytes_per_s, self.rates.flops_per_s
        )
        self.timed.append(Timed(way, *batch, ms, 1000 * least_s / ms))


def _built(name: str, model: Model, terms: Terms, batches: Sequence[Batch]) -> Terms:
    """Terms with a profile for these batches, and its engine built where the runtime needs one."""
    counts, heights, widths = zip(*batches, strict=True)
    ranges = {
        "batch": Range(1, max(counts), max(counts)),
        "height": Range(min(heights), max(heights), max(heights)),
        "width": Range(min(widths), max(widths), max(widths)),
    }
    profiles = (Profile("bench", ranges),)
    if name in COMPILED and terms.store is not None:
        build_apart(BuildOrder(name, model.onnx, terms.store.folder, profiles))
    return Terms(terms.threads, terms.memory_bytes, profiles, terms.store)


def _inputs(engine: Engine, count: int, height: int, width: int) -> Inputs:
    table = StyleTable.load(SHIPPED_MODEL.with_suffix(".safetensors"))
    frames = engine.buffer((count, height, width, 3))
    frames[:] = np.random.default_rng(0).integers(0, 256, frames.shape, np.uint8)
    rows = table.rows[[row % len(table.ids) for row in range(count)]]
    return {"frames": frames, "style": rows, "strength": np.ones(count, np.float32)}


def flow_ms(engine: Engine, inputs: Inputs, seconds: float = _FLOW_S) -> float:
    """Milliseconds a batch while as many are in flight as the engine takes."""
    engine.warm(inputs)
    flying: deque[Pending] = deque()
    done, started_s = 0, time.perf_counter()
    while time.perf_counter() - started_s < seconds:
        flying.append(engine.enqueue(inputs))
        if len(flying) == engine.in_flight:
            flying.popleft().result()
            done += 1
    while flying:
        flying.popleft().result()
        done += 1
    return 1000 * (time.perf_counter() - started_s) / done
