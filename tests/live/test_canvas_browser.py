"""A real Chromium before a canvas: the overlay is where the artwork is in the very picture on the screen."""

from __future__ import annotations

import pytest

from server.bench.clips.targets import load_targets
from server.bench.warp_bench import LATE, LATE_AND_LOSSY, measure_warp

pytestmark = pytest.mark.browser


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_overlay_stays_on_the_artwork_though_answers_come_late() -> None:
    records = measure_warp(load_targets(), "still_life", 5.0, lambda _: None)
    for weather in (LATE, LATE_AND_LOSSY):
        record = records[weather]
        median_px, pasted_px = record.median_px(), record.pasted_p95_px()
        assert median_px is not None
        assert median_px < 5
        assert record.stage == "worker", "the page's own thread is free"
        assert pasted_px is None or median_px < pasted_px
