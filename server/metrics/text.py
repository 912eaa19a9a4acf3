"""Prometheus' text format, version 0.0.4: a metric's help and type, and a line for each sample.

https://prometheus.io/docs/instrumenting/exposition_formats/. Written here since it is short, and since the page is made
on the event loop: the client library takes two to four times as long for the same text. Its parser judges it in a test.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.metrics.names import Metric

_IN_LABELS = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


def head(metric: Metric) -> str:
    """What a metric is, before its samples."""
    return f"# HELP {metric.name} {metric.meaning}\n# TYPE {metric.name} {metric.kind}\n"


def line(name: str, labels: Sequence[str], values: Sequence[str], value: float) -> str:
    """One sample; labels and their values in the same order."""
    pairs = ",".join([f'{label}="{text.translate(_IN_LABELS)}"' for label, text in zip(labels, values, strict=True)])
    return f"{name}{{{pairs}}} {number(value)}\n" if pairs else f"{name} {number(value)}\n"


def number(value: float) -> str:
    """Whole where it is, as short as it can be told apart otherwise."""
    return str(int(value)) if value == int(value) else repr(value)
