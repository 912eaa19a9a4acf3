"""What GET /metrics shows: the latest reading, what was counted, and histograms of what was measured meanwhile.

Everything is read where it lies, in a few milliseconds and without waiting for anybody.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import psutil

from server.dispatch import Outcomes
from server.metrics.histogram import Histogram
from server.metrics.names import METRICS, Kind, Metric
from server.metrics.samples import Sample, counted, read
from server.metrics.text import head, line
from server.watch.reading import Reading
from server.worker.wire import Kind as Lane

GLASS_S = (0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0, 2.0)
STEP_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Metrics:
    """The metrics of this server."""

    def __init__(
        self,
        latest: Callable[[], Reading | None],
        counts: Callable[[], Mapping[str, Mapping[str, float]]],
        refused: Callable[[], Mapping[str, int]],
        version: str,
    ) -> None:
        """latest: the reading, None before the first; counts: the tally's; refused: connections cut, by reason."""
        self._began_at = psutil.Process().create_time()
        self._latest, self._counts, self._refused, self._version = latest, counts, refused, version
        self._histograms = {
            "vernissage_glass_to_glass_median_seconds": Histogram(GLASS_S),
            "vernissage_glass_to_glass_p95_seconds": Histogram(GLASS_S),
            "vernissage_batch_seconds": Histogram(STEP_S),
        }

    def glass(self, experience: str, p50_ms: float, p95_ms: float) -> None:
        """A phone at a lens, canvas or dream reports how old its pictures were; 0 says that it showed none."""
        if p95_ms > 0:
            self._histograms["vernissage_glass_to_glass_median_seconds"].observe((experience,), p50_ms / 1000)
            self._histograms["vernissage_glass_to_glass_p95_seconds"].observe((experience,), p95_ms / 1000)

    def beside(self, outcomes: Outcomes) -> Outcomes:
        """The outcomes of visitors' work, with its batches measured here, too."""

        def worked(kind: Lane, spent_ms: Mapping[str, float], frames: int) -> None:
            self.batch(kind.value, spent_ms)
            outcomes.worked(kind, spent_ms, frames)

        return replace(outcomes, worked=worked)

    def batch(self, lane: str, spent_ms: Mapping[str, float]) -> None:
        """A batch of a lane, paint or track, came back; milliseconds by step."""
        for step, milliseconds in spent_ms.items():
            self._histograms["vernissage_batch_seconds"].observe((lane, step), milliseconds / 1000)

    def text(self) -> bytes:
        """All of it in Prometheus' text format, in the order of names.py."""
        samples: defaultdict[str, list[Sample]] = defaultdict(list)
        for sample in self._samples():
            samples[sample[0]].append(sample)
        lines: list[str] = []
        for metric in METRICS:
            lines.append(head(metric))
            if metric.kind is Kind.HISTOGRAM:
                lines += self._histogram(metric)
            else:
                lines += [line(name, metric.labels, labels, value) for name, labels, value in samples[metric.name]]
        return "".join(lines).encode()

    def _samples(self) -> Iterator[Sample]:
        yield "vernissage_build_info", (self._version,), 1
        yield "process_start_time_seconds", (), self._began_at
        yield "process_cpu_seconds_total", (), time.process_time()
        yield from counted(self._counts(), self._refused())
        reading = self._latest()
        if reading is not None:
            yield from read(reading)

    def _histogram(self, metric: Metric) -> Iterator[str]:
        for labels, buckets, total in self._histograms[metric.name].rows():
            for bound, values in buckets:
                yield line(f"{metric.name}_bucket", (*metric.labels, "le"), (*labels, bound), values)
            yield line(f"{metric.name}_sum", metric.labels, labels, total)
            yield line(f"{metric.name}_count", metric.labels, labels, buckets[-1][1])
