"""From where on something is worth an alert, as the configuration says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.config import Config

SLACK = 1.5  # deadlines of an experience that its phones may be late by before it is called slow


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The numbers that rules compare with."""

    p95_ms: Mapping[str, float]  # by experience (lens, canvas, dream), as phones measure it, glass to glass
    disk_share: float
    card_c: float
    certificate_days: float
    lock_minutes: float


def thresholds_of(config: Config) -> Thresholds:
    """Those of a configuration. A dream hangs on an artwork as a canvas does: its frames have the same deadline."""
    asked = config.alerts
    lens_ms, canvas_ms = (
        asked.p95_ms or round(SLACK * deadline_ms)
        for deadline_ms in (config.lens.deadline_ms, config.canvas.deadline_ms)
    )
    return Thresholds(
        p95_ms={"lens": lens_ms, "canvas": canvas_ms, "dream": canvas_ms},
        disk_share=asked.disk_share,
        card_c=asked.card_c,
        certificate_days=asked.certificate_days,
        lock_minutes=asked.lock_minutes,
    )
