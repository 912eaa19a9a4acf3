"""What the benchmark's page recorded becomes errors on the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from exhibit.track.pose import UNIT_CORNERS, project
from server.bench.clips.y4m import FilmTruth, number_of, numbered
from server.bench.warp_record import WarpRecord, read_record

HALF = np.array([[0.5, 0, 0.25], [0, 0.5, 0.25], [0, 0, 1.0]])


def moved(by_px: float) -> np.ndarray:
    return np.array([[1, 0, by_px / 640], [0, 1, 0], [0, 0, 1]]) @ HALF


TRUTHS = [FilmTruth(moved(10 * number).ravel().tolist(), 1.0) for number in range(6)]


def lights(number: int) -> list[float]:
    strip = numbered(np.full((480, 640, 3), 90, np.uint8), number)[472]
    return [float(strip[16 * square + 8, 1]) for square in range(14)]


def shown(number: int, off_px: float | None, **changes: Any) -> dict[str, Any]:
    """The picture of this number on the screen 50 ms after it was captured, its overlay so far to the right."""
    corners = None if off_px is None else project(moved(10 * number + off_px), UNIT_CORNERS).ravel().tolist()
    entry = {"at_ms": 1050 + 33 * number, "capture_ms": 1000 + 33 * number, "corners": corners, "opacity": 1.0}
    return entry | {"warp": "tracked", "main_ms": 1.5, "stage": "worker"} | changes


def record(
    *entries: dict[str, Any], poses: list[dict[str, Any]] | None = None, warps: list[dict[str, Any]] | None = None
) -> WarpRecord:
    raw = {
        "pictures": [{"capture_ms": 1000 + 33 * number, "lights": lights(number)} for number in range(6)],
        "poses": poses or [],
        "shown": list(entries),
        "warps": warps or [{"mode": "tracked", "p50_ms": 9.0, "p95_ms": 14.0}],
    }
    return read_record(raw, TRUTHS)


def test_the_strip_says_which_picture_it_was() -> None:
    assert [number_of(lights(number)) for number in (0, 5, 700)] == [0, 5, 700]


def test_errors_are_of_the_picture_on_the_screen() -> None:
    assert record(shown(0, 0.0), shown(1, 3.0), shown(2, -4.0)).errors_px() == pytest.approx([0, 3, 4])


def test_the_pose_alone_is_as_old_as_it_came() -> None:
    pose = {"at_ms": 1100.0, "capture_ms": 1000.0, "homography": moved(0).ravel().tolist()}
    late = record(shown(0, 0.0), shown(2, 0.0), shown(3, 0.0), poses=[pose])
    assert late.pasted_errors_px() == pytest.approx([20, 30])


def test_a_jump_is_what_the_overlay_does_on_its_artwork() -> None:
    assert record(shown(0, 1.0), shown(1, 1.0), shown(2, -6.0)).worst_jump_px() == pytest.approx(7)


def test_where_no_overlay_is_there_is_no_jump() -> None:
    gap = record(shown(0, 0.0), shown(1, None), shown(2, 50.0))
    assert gap.worst_jump_px() == 0
    assert gap.share_shown() == pytest.approx(2 / 3)


def test_an_overlay_that_is_faded_out_is_not_shown() -> None:
    assert len(record(shown(0, 0.0, opacity=0.2)).errors_px()) == 0


def test_pictures_that_cannot_be_told_are_left_out() -> None:
    assert len(record(shown(0, 0.0), shown(1, 0.0, capture_ms=7)).shown) == 1


def test_times_are_those_of_the_telemetry() -> None:
    seen = record(shown(0, 0.0))
    assert (seen.warp_ms_p50, seen.warp_ms_p95) == (9.0, 14.0)


def test_what_a_phone_shows_that_gave_up_is_no_late_warp() -> None:
    warps = [{"mode": mode, "p50_ms": 50.0, "p95_ms": 90.0} for mode in ("tracked", "pose")]
    seen = record(shown(0, 0.0), shown(1, 0.0, warp="pose"), warps=warps)
    assert (len(seen.shown), seen.warp_ms_p50, seen.warp_ms_p95) == (1, None, None)


def test_the_main_thread_is_judged_by_all_pictures() -> None:
    costs = [1.0] * 90 + [3.0] * 7 + [9.0] * 3
    seen = record(*(shown(0, 0.0, main_ms=cost, stage="page") for cost in costs))
    assert (seen.main_ms_p95, seen.stage) == (3.0, "page")
    assert record().main_ms_p95 is None
