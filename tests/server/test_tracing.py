"""A batch is a span that is linked to those of its frames; nothing of it is there unless it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from exhibit.protocol import Frame
from exhibit.style_mix import StyleMix
from server.config import ConfigError
from server.costs import Size
from server.dispatch import Outcomes
from server.scheduler import WaitingFrame, WaitingTexture
from server.tracing import BatchTracing, NoTracing, open_tracing
from server.worker.wire import Kind

SIZE, MIX = Size(480, 360), StyleMix({"wave": 1.0})
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}


class Scene:
    """Outcomes that are looked on at, and the spans that came of it."""

    def __init__(self, share: float = 1.0, now_ms: float = 1000.0) -> None:
        self.told: list[str] = []
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        names = ("painted", "tracked", "textured", "dropped", "seen", "worked", "ready", "scored")
        outcomes = Outcomes(**{name: self._note(name) for name in names})
        tracing = BatchTracing(provider.get_tracer("test"), share, lambda: now_ms, provider.shutdown)
        self.outcomes = tracing.beside(outcomes)

    def _note(self, name: str) -> Callable[..., None]:
        return lambda *_: self.told.append(name)

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())


def frame(arrived_ms: float) -> WaitingFrame:
    return WaitingFrame(7, 1, Frame(3, 0.0, 480, 360, b""), SIZE, MIX, 0, arrived_ms, 9e9)


def come_back(scene: Scene, answer: Any = None) -> None:
    """A batch of two frames, of which one could not be opened, and a texture."""
    scene.outcomes.worked(Kind.PAINT, {"decode": 2.0, "infer": 40.0}, 3)
    scene.outcomes.painted(frame(900.0), answer)
    scene.outcomes.dropped(frame(800.0), "bad_picture")
    scene.outcomes.textured(WaitingTexture(8, 1, "wall.jpg", SIZE, MIX, 0, 0.0, 9e9), answer)


def test_a_batch_is_linked_to_its_frames() -> None:
    scene = Scene()
    come_back(scene)
    first, second, batch = scene.spans
    assert [span.name for span in scene.spans] == ["frame", "frame", "batch"]
    assert [link.context.span_id for link in batch.links] == [s.get_span_context().span_id for s in (first, second)]
    assert batch.attributes == {
        "vernissage.lane": "paint",
        "vernissage.frames": 3,
        "vernissage.decode_ms": 2.0,
        "vernissage.infer_ms": 40.0,
    }
    assert [span.attributes["vernissage.outcome"] for span in (first, second)] == ["painted", "bad_picture"]


def test_spans_last_as_long_as_what_they_tell_of() -> None:
    scene = Scene(now_ms=1000.0)
    come_back(scene)
    lasted_ms = [(span.end_time - span.start_time) / 1e6 for span in scene.spans]
    assert lasted_ms == pytest.approx([100.0, 200.0, 42.0])


def test_everybody_is_told_as_before() -> None:
    scene = Scene()
    come_back(scene)
    assert scene.told == ["worked", "painted", "dropped", "textured"]


def test_a_span_names_no_session() -> None:
    scene = Scene()
    come_back(scene)
    assert not any("session" in name for span in scene.spans for name in span.attributes)


def test_a_batch_that_is_not_chosen_leaves_no_span() -> None:
    scene = Scene(share=0.0)
    come_back(scene)
    assert scene.spans == [] and len(scene.told) == 4


def test_frames_that_were_in_no_batch_are_in_no_span() -> None:
    scene = Scene()
    scene.outcomes.worked(Kind.TRACK, {"track": 9.0}, 1)
    scene.outcomes.dropped(frame(0.0), "late")
    scene.outcomes.tracked(frame(900.0), None)
    assert [span.name for span in scene.spans] == ["frame", "batch"]


def test_without_an_endpoint_nobody_looks_on_and_nothing_is_loaded() -> None:
    tracing = open_tracing(lambda: 0.0, "0.1.0", {})
    assert isinstance(tracing, NoTracing)
    outcomes = Scene().outcomes
    assert tracing.beside(outcomes) is outcomes


def test_an_endpoint_without_the_extra_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigError, match=r"expected the extra otel \(vernissage\[otel\]\)"):
        open_tracing(lambda: 0.0, "0.1.0", ENDPOINT)


@pytest.mark.parametrize("share", ["often", "2", "-0.1", "nan"])
def test_a_share_that_is_none_stops_the_start(share: str) -> None:
    with pytest.raises(ConfigError, match="OTEL_TRACES_SAMPLER_ARG: expected a share from 0 to 1"):
        open_tracing(lambda: 0.0, "0.1.0", ENDPOINT | {"OTEL_TRACES_SAMPLER_ARG": share})


def test_with_an_endpoint_batches_are_traced_and_the_end_is_orderly() -> None:
    tracing = open_tracing(lambda: 0.0, "0.1.0", ENDPOINT | {"OTEL_TRACES_SAMPLER_ARG": "0.5"})
    assert isinstance(tracing, BatchTracing)
    tracing.close()
