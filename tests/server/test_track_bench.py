"""The tracking benchmark: its figures from made-up results, and its rows."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from exhibit.track.pose import Homography, TrackState
from server.bench import track_measures as measures
from server.bench.track_bench import KINDS, tracking_rows
from server.bench.track_record import ClipRecord, FrameRecord, corner_error_px, frame_record

ROW_IDS = [
    "share_under_5px",
    "share_under_5px_poor",
    "share_under_5px_3fps",
    "median_px",
    "jitter_px",
    "lock_frames",
    "relock_frames",
    "false_locks",
    "cpu_ms",
    "warp_ratio_150ms",
    "warp_p95_px_150ms",
    "warp_p95_px_300ms_lossy",
    "warp_ms_p95",
    "main_ms_p95",
]
HALF: Homography = np.array([[0.5, 0, 0.25], [0, 0.5, 0.25], [0, 0, 1]])  # the target in the middle half of the frame
SQUARE = (100.0, 100.0, 200.0, 100.0, 200.0, 200.0, 100.0, 200.0)


def found(error_px: float, visible: float = 1.0, *, cpu_ms: float | None = 4.0) -> FrameRecord:
    return FrameRecord(visible, TrackState.LOCKED, error_px, SQUARE, cpu_ms)


def coasted(error_px: float, visible: float = 1.0) -> FrameRecord:
    return FrameRecord(visible, TrackState.COASTING, error_px, SQUARE, 2.0)


def missed(visible: float = 1.0) -> FrameRecord:
    return FrameRecord(visible, TrackState.LOOKING, inf, None, 6.0)


def clip_of(
    *frames: FrameRecord, target: str = "street", poor: bool = False, motion: str = "hold", shows: bool = True
) -> ClipRecord:
    return ClipRecord("clip", target, poor, motion, shows, frames)


def placed(*moves_px: tuple[float, float]) -> ClipRecord:
    """A clip in which the whole target is found moved by so much from frame to frame."""
    corners = [tuple(value + move[place % 2] for place, value in enumerate(SQUARE)) for move in moves_px]
    return clip_of(*(FrameRecord(1.0, TrackState.LOCKED, 0.0, place) for place in corners), motion="static")


# -- one frame ---------------------------------------------------------------------------------------------------------


def test_a_pose_moved_by_three_and_four_pixels_is_off_by_five() -> None:
    moved = np.array([[1, 0, 3 / 640], [0, 1, 4 / 480], [0, 0, 1]]) @ HALF
    assert corner_error_px(moved, HALF) == pytest.approx(5.0)


def test_the_scale_of_a_homography_does_not_matter() -> None:
    assert corner_error_px(-7 * HALF, HALF) == pytest.approx(0.0)


def test_a_pose_that_sends_a_corner_to_infinity_is_infinitely_off() -> None:
    assert corner_error_px(np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 1]]), HALF) == inf


def test_a_frame_without_a_pose_is_infinitely_off() -> None:
    record = frame_record(HALF, 1.0, TrackState.LOOKING, None)
    assert (record.error_px, record.has_pose, record.corners) == (inf, False, None)


def test_a_pose_counts_while_coasting_too() -> None:
    record = frame_record(HALF, 1.0, TrackState.COASTING, HALF)
    assert (record.error_px, record.has_pose) == (0.0, True)


def test_a_pose_of_what_is_not_there_is_a_pose() -> None:
    record = frame_record(None, 0.0, TrackState.LOCKED, HALF)
    assert (record.error_px, record.has_pose) == (inf, True)


@pytest.mark.parametrize(("visible", "counts"), [(1.0, True), (0.6, True), (0.59, False), (0.0, False)])
def test_a_frame_counts_from_sixty_percent_in_view(visible: float, counts: bool) -> None:
    assert missed(visible).counts is counts


# -- the figures -------------------------------------------------------------------------------------------------------


def test_a_frame_without_a_pose_is_a_miss() -> None:
    assert measures.share_under([clip_of(found(1), found(4.9), found(5.0), missed())]) == 0.5


def test_coasting_poses_count_with_their_error() -> None:
    assert measures.share_under([clip_of(coasted(1), coasted(9))]) == 0.5


def test_frames_that_show_too_little_do_not_count() -> None:
    assert measures.share_under([clip_of(found(1), missed(0.5), found(80, 0.3))]) == 1.0


def test_clips_without_the_target_have_no_share() -> None:
    assert measures.share_under([clip_of(found(inf, 0.0), shows=False)]) is None


def test_the_median_is_of_the_poses_only() -> None:
    assert measures.median_error_px([clip_of(found(0.2), found(0.4), coasted(9), missed(), missed())]) == 0.4
    assert measures.median_error_px([clip_of(missed())]) is None


def test_jitter_is_the_root_mean_square_around_the_mean() -> None:
    assert measures.jitter_px([placed((1, 0), (-1, 0), (1, 0), (-1, 0))]) == pytest.approx(1.0)
    assert measures.jitter_px([placed((3, 4), (-3, -4))]) == pytest.approx(5.0)


def test_a_constant_error_is_no_jitter() -> None:
    assert measures.jitter_px([placed((7, 7), (7, 7)), placed((-2, 0), (-2, 0))]) == pytest.approx(0.0)


def test_a_single_pose_has_no_jitter() -> None:
    assert measures.jitter_px([placed((1, 1)), clip_of(missed(), missed())]) is None


def test_the_first_frame_is_frame_one() -> None:
    assert measures.lock_frames([clip_of(found(1))]) == 1


@pytest.mark.parametrize("wrong", [missed(), found(5.0), coasted(1.0)])
def test_only_a_lock_that_is_right_ends_the_wait(wrong: FrameRecord) -> None:
    assert measures.lock_frames([clip_of(wrong, wrong, found(4.9))]) == 3


def test_the_wait_begins_when_enough_is_in_view() -> None:
    assert measures.lock_frames([clip_of(missed(0.1), missed(0.5), missed(0.7), found(1))]) == 2


def test_a_target_that_is_never_found_is_waited_for_without_end() -> None:
    assert measures.lock_frames([clip_of(missed()), clip_of(missed()), clip_of(found(1))]) == inf


def test_the_time_to_lock_is_the_median_of_clips() -> None:
    waits = [clip_of(found(1)), clip_of(missed(), missed(), found(1)), clip_of(missed(), found(1))]
    assert measures.lock_frames(waits) == 2


def test_a_relock_counts_from_the_return() -> None:
    gone = clip_of(found(1), found(1, 0.4), missed(0.0), missed(0.2), missed(0.6), missed(), found(1))
    assert measures.relock_frames([gone]) == 3
    assert measures.lock_frames([gone]) == 1


def test_a_target_that_never_left_has_no_relock() -> None:
    assert measures.relock_frames([clip_of(found(1), missed(0.3), found(1))]) is None


def test_every_pose_without_a_target_is_a_false_lock() -> None:
    absent = clip_of(found(inf, 0.0), coasted(inf, 0.0), missed(0.0), shows=False)
    assert measures.false_locks([absent, clip_of(found(1))]) == 2


def test_a_lock_far_from_the_target_is_astray() -> None:
    assert measures.astray([clip_of(found(19), found(21), coasted(99), missed())]) == 1


def test_time_is_the_mean_of_all_frames() -> None:
    assert measures.cpu_ms([clip_of(found(1), missed()), clip_of(missed(0.0), shows=False)]) == pytest.approx(16 / 3)
    assert measures.cpu_ms([clip_of(found(1, cpu_ms=None))]) is None


# -- the rows ----------------------------------------------------------------------------------------------------------


def test_the_track_bench_has_the_rows_that_are_asked_for() -> None:
    assert list(KINDS) == ROW_IDS


def test_rich_and_poor_targets_are_told_apart() -> None:
    records = [clip_of(found(0.5), found(9)), clip_of(missed(), found(40), target="fog", poor=True)]
    rows = {row.id: row for row in tracking_rows(records, records)}
    assert (rows["share_under_5px"].value, rows["share_under_5px_poor"].value) == (0.5, 0.0)
    assert "1 locked poses" in rows["false_locks"].how
    assert "worst is clip with 0.50" in rows["share_under_5px"].how


def test_the_few_frames_of_a_slow_phone_have_a_row_of_their_own() -> None:
    record = replace(clip_of(found(0.5)), seldom=[found(1), found(30), missed(), found(2)])
    row = next(row for row in tracking_rows([record], []) if row.id == "share_under_5px_3fps")
    assert row.value == 0.5
    assert "1 locked poses were more than 20 px off" in row.how


def test_what_no_clip_shows_is_not_measured_and_says_so() -> None:
    rows = {row.id: row for row in tracking_rows([clip_of(found(0.5))], [])}
    for name in ("share_under_5px_poor", "share_under_5px_3fps", "jitter_px", "relock_frames", "false_locks"):
        assert rows[name].value is None
        assert "nothing to take it from" in rows[name].how


def test_a_wait_without_end_is_null_in_the_report() -> None:
    row = next(row for row in tracking_rows([clip_of(missed())], []) if row.id == "lock_frames")
    assert row.value is None
    assert json.dumps(row.as_json(), allow_nan=False)
