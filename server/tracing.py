"""Traces for OpenTelemetry: a span for a batch, linked to the spans of the frames in it. Off unless it is asked for.

A batch is traced whole or not at all: one of a hundred, or OTEL_TRACES_SAMPLER_ARG as a share. Spans are made when the
batch is back, of times that were measured anyway, and sent by a thread of the library's. None names a visitor.
"""

from __future__ import annotations

import logging
import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from server.config import ConfigError
from server.dispatch import Outcomes
from server.scheduler import Waiting, WaitingFrame
from server.worker.wire import Kind

if TYPE_CHECKING:
    from opentelemetry.trace import Link, Tracer

ENDPOINT_VARIABLE = "OTEL_EXPORTER_OTLP_ENDPOINT"
SHARE_VARIABLE = "OTEL_TRACES_SAMPLER_ARG"
SHARE = 0.01
MOST_WAITING = 512  # spans; sent in one go, so that the end waits for one attempt at most
SEND_S = 2.0
_NS = 1_000_000  # in a millisecond
log = logging.getLogger("vernissage.tracing")


class Tracing(Protocol):
    """Whoever looks on while batches come back."""

    def beside(self, outcomes: Outcomes) -> Outcomes:
        """The outcomes of visitors' work, looked on at."""
        ...

    def close(self) -> None:
        """Send what is left; may take seconds, so that it belongs in a thread."""
        ...


class NoTracing:
    """Nobody looks on."""

    def beside(self, outcomes: Outcomes) -> Outcomes:
        """The same."""
        return outcomes

    def close(self) -> None:
        """Nothing is left."""


@dataclass
class _Batch:
    """One that is back, while its frames are reported one after the other."""

    lane: str
    spent_ms: Mapping[str, float]
    frames: int
    rows: list[tuple[Waiting, str]] = field(default_factory=list)  # and what became of each


class BatchTracing:
    """Spans of batches. now_ms: the clock of frames' arrivals; shut_down sends what is left."""

    def __init__(
        self, tracer: Tracer, share: float, now_ms: Callable[[], float], shut_down: Callable[[], None]
    ) -> None:
        self._tracer, self._share, self._now_ms, self._shut_down = tracer, share, now_ms, shut_down
        self._batch: _Batch | None = None  # whose frames are being reported

    def beside(self, outcomes: Outcomes) -> Outcomes:
        """The outcomes of visitors' work; a batch is told first, then each of its rows, all at once."""

        def worked(kind: Kind, spent_ms: Mapping[str, float], frames: int) -> None:
            chosen = random.random() < self._share
            self._batch = _Batch(kind.value, spent_ms, frames) if chosen else None
            outcomes.worked(kind, spent_ms, frames)

        def dropped(waiting: Waiting, reason: str) -> None:
            if reason == "bad_picture":  # others were in no batch that is back
                self._row(waiting, reason)
            outcomes.dropped(waiting, reason)

        return replace(
            outcomes,
            worked=worked,
            dropped=dropped,
            painted=self._with("painted", outcomes.painted),
            tracked=self._with("tracked", outcomes.tracked),
            textured=self._with("textured", outcomes.textured),
        )

    def close(self) -> None:
        """Send what is left."""
        self._shut_down()

    def _with(self, outcome: str, tell: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def told(waiting: Waiting, answer: Any) -> None:
            self._row(waiting, outcome)
            tell(waiting, answer)

        return told

    def _row(self, waiting: Waiting, outcome: str) -> None:
        batch = self._batch
        if batch is None:
            return
        batch.rows.append((waiting, outcome))
        if len(batch.rows) == batch.frames:
            self._batch = None
            self._trace(batch)

    def _trace(self, batch: _Batch) -> None:
        ended_ns, now_ms = time.time_ns(), self._now_ms()
        frames = [(waiting, outcome) for waiting, outcome in batch.rows if isinstance(waiting, WaitingFrame)]
        links = [self._frame(batch.lane, waiting, outcome, ended_ns, now_ms) for waiting, outcome in frames]
        told: dict[str, str | int | float] = {"vernissage.lane": batch.lane, "vernissage.frames": batch.frames}
        told |= {f"vernissage.{step}_ms": spent for step, spent in batch.spent_ms.items()}
        began_ns = ended_ns - int(sum(batch.spent_ms.values()) * _NS)
        self._tracer.start_span("batch", start_time=began_ns, links=links, attributes=told).end(ended_ns)

    def _frame(self, lane: str, waiting: WaitingFrame, outcome: str, ended_ns: int, now_ms: float) -> Link:
        """A span from a frame's arrival to its answer, and the link to it."""
        from opentelemetry.trace import Link

        told: dict[str, str | int] = {
            "vernissage.lane": lane,
            "vernissage.outcome": outcome,
            "vernissage.width_px": waiting.size.width,
            "vernissage.height_px": waiting.size.height,
        }
        began_ns = ended_ns - int((now_ms - waiting.arrived_ms) * _NS)
        span = self._tracer.start_span("frame", start_time=began_ns, attributes=told)
        span.end(ended_ns)
        return Link(span.get_span_context())


def open_tracing(now_ms: Callable[[], float], version: str, environ: Mapping[str, str] | None = None) -> Tracing:
    """What OTEL_EXPORTER_OTLP_ENDPOINT asks for. Raises ConfigError where it cannot be."""
    environ = os.environ if environ is None else environ
    if not environ.get(ENDPOINT_VARIABLE):
        return NoTracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ALWAYS_ON
    except ImportError as error:
        raise ConfigError(f"{ENDPOINT_VARIABLE}: expected the extra otel (vernissage[otel]): {error}") from None
    share = _share(environ.get(SHARE_VARIABLE, ""))
    named = {"service.name": environ.get("OTEL_SERVICE_NAME", "vernissage"), "service.version": version}
    provider = TracerProvider(sampler=ALWAYS_ON, resource=Resource.create(named), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(timeout=SEND_S)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=MOST_WAITING, max_export_batch_size=MOST_WAITING)
    )
    log.info("%g %% of the batches are traced", share * 100)
    return BatchTracing(provider.get_tracer("vernissage", version), share, now_ms, provider.shutdown)


def _share(text: str) -> float:
    try:
        share = float(text or SHARE)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigError(f"{SHARE_VARIABLE}: expected a share from 0 to 1, got {text!r}")
    return share
