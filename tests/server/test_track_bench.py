"""The tracking benchmark: its figures from made-up results, its rows, and the answers of other trackers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path

import cv2
import numpy as np
import pytest

from exhibit.track.pose import Homography, TrackState
from server.bench import track_bench
from server.bench import track_measures as measures
from server.bench.clips.clip import Clip, truths
from server.bench.clips.export import export_clips
from server.bench.clips.motion import Motion
from server.bench.clips.targets import load_targets
from server.bench.form import BenchError
from server.bench.track_answers import read_answers
from server.bench.track_baseline import Baseline, answer
from server.bench.track_bench import KINDS, TrackBench, tracking_rows
from server.bench.track_record import ClipRecord, FrameRecord, corner_error_px, frame_record
from server.bench.track_run import run_clip
from server.cli.main import main

ROW_IDS = [
    "share_under_5px",
    "share_under_5px_poor",
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
]
HALF: Homography = np.array([[0.5, 0, 0.25], [0, 0.5, 0.25], [0, 0, 1]])  # the target in the middle half of the frame
SQUARE = (100.0, 100.0, 200.0, 100.0, 200.0, 200.0, 100.0, 200.0)
PICTURES = {"art": np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)}


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
    rows = {row.id: row for row in tracking_rows(records)}
    assert (rows["share_under_5px"].value, rows["share_under_5px_poor"].value) == (0.5, 0.0)
    assert "1 locked poses" in rows["false_locks"].how
    assert "worst is clip with 0.50" in rows["share_under_5px"].how


def test_what_no_clip_shows_is_not_measured_and_says_so() -> None:
    rows = {row.id: row for row in tracking_rows([clip_of(found(0.5))])}
    for name in ("share_under_5px_poor", "jitter_px", "relock_frames", "false_locks"):
        assert rows[name].value is None
        assert "nothing to take it from" in rows[name].how


def test_a_wait_without_end_is_null_in_the_report() -> None:
    row = next(row for row in tracking_rows([clip_of(missed())]) if row.id == "lock_frames")
    assert row.value is None
    assert json.dumps(row.as_json(), allow_nan=False)


def test_the_projects_tracker_follows_an_easy_clip(tmp_path: Path) -> None:
    record = run_clip(Clip("easy", "street", "street", Motion.HOLD, frames=8, seed=3), None)
    assert not record.poor
    assert measures.share_under([record]) == 1.0
    assert measures.cpu_ms([record]) is not None


def test_the_whole_benchmark_gives_every_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(track_bench, "clips", few_clips)
    said: list[str] = []
    rows = TrackBench(quick=True, folder=street_folder(tmp_path), answers=None).run(said.append)
    assert [row.id for row in rows] == ROW_IDS
    assert {row.id for row in rows if row.value is None} >= {"warp_ratio_150ms", "share_under_5px_poor"}
    assert {row.id: row.value for row in rows}["false_locks"] == 0
    assert said[-1] == "tracking: 2 of 2 clips"


def test_a_folder_that_is_none_ends_the_command_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "track", "--quick", "--targets", str(tmp_path / "nonesuch")]) == 2
    assert "expected a folder of pictures" in capsys.readouterr().err


# -- other trackers' answers -------------------------------------------------------------------------------------------


CLIP = Clip("clip", "art", "art", Motion.HOLD, frames=3)


def answers_of(folder: Path, lines: Sequence[object]) -> list[ClipRecord]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "clip.jsonl").write_text(text + "\n")
    return read_answers(folder, [CLIP], PICTURES, lambda target: True)


def true_lines() -> list[dict[str, object]]:
    given = [truth.homography for truth in truths(CLIP, PICTURES)]
    return [
        {"frame": number, "homography": one.ravel().tolist()} for number, one in enumerate(given) if one is not None
    ]


def test_right_answers_have_no_error(tmp_path: Path) -> None:
    records = answers_of(tmp_path, true_lines())
    assert [frame.state for frame in records[0].frames] == [TrackState.LOCKED] * 3
    assert measures.median_error_px(records) == pytest.approx(0.0, abs=1e-9)
    assert records[0].poor
    assert measures.cpu_ms(records) is None


def test_an_answer_may_be_null_or_say_its_state(tmp_path: Path) -> None:
    lines = true_lines()
    lines[0]["homography"] = None
    lines[1]["state"] = "coasting"
    frames = answers_of(tmp_path, lines)[0].frames
    assert [frame.state for frame in frames] == [TrackState.LOOKING, TrackState.COASTING, TrackState.LOCKED]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: expected JSON"),
        ("[]", 'line 2: expected {"frame": 1, "homography": ...}'),
        ('{"frame": 2, "homography": null}', 'line 2: expected {"frame": 1'),
        ('{"frame": 1}', 'line 2: expected {"frame": 1'),
        ('{"frame": 1, "homography": [1, 2]}', "expected null or 9 finite numbers"),
        ('{"frame": 1, "homography": "here"}', "expected null or 9 finite numbers"),
        ('{"frame": 1, "homography": [[1, 0, NaN], [0, 1, 0], [0, 0, 1]]}', "expected null or 9 finite numbers"),
        ('{"frame": 1, "homography": [1, 0, 0, 0, 1, 0, 0, 0, 1], "state": "lost"}', "expected a state of"),
        ('{"frame": 1, "homography": null, "state": []}', "expected a state of"),
    ],
)
def test_a_line_that_is_no_answer_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    lines: list[object] = list(true_lines())
    lines[1] = line
    with pytest.raises(BenchError) as refusal:
        answers_of(tmp_path, lines)
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("count", [2, 4])
def test_an_answer_to_each_frame_is_asked_for(tmp_path: Path, count: int) -> None:
    lines = [*true_lines(), {"frame": 3, "homography": None}][:count]
    with pytest.raises(BenchError, match=f"expected 3 lines, one a frame, got {count}"):
        answers_of(tmp_path, lines)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="expected answers to 1 clips, missing 1: clip"):
        read_answers(tmp_path, [CLIP], PICTURES, lambda target: False)


def test_answers_are_scored_by_the_same_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = street_folder(tmp_path)
    monkeypatch.setattr(track_bench, "clips", few_clips)
    for clip in few_clips(["street"], quick=True):
        answers = [truth.homography for truth in truths(clip, load_targets(folder))]
        lines = [
            {"frame": number, "homography": None if one is None else one.tolist()} for number, one in enumerate(answers)
        ]
        (tmp_path / f"{clip.name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    rows = {row.id: row for row in TrackBench(True, folder, tmp_path).run(lambda title: None)}
    assert (rows["share_under_5px"].value, rows["false_locks"].value) == (1.0, 0)
    assert rows["cpu_ms"].value is None
    assert "another tracker" in rows["warp_ms_p95"].how


def test_the_plain_tracker_answers_exported_clips(tmp_path: Path) -> None:
    folder = street_folder(tmp_path)
    clip = Clip("easy", "street", "street", Motion.HOLD, frames=4, seed=3)
    export_clips(tmp_path / "clips", [clip], folder, lambda title: None)
    answer(tmp_path / "clips", tmp_path / "answers")
    records = read_answers(tmp_path / "answers", [clip], load_targets(folder), lambda target: False)
    assert measures.share_under(records) == 1.0
    error_px = measures.median_error_px(records)
    assert error_px is not None
    assert error_px < 0.4  # half a pixel and more, were centres and corners of pixels mixed up


def test_the_plain_tracker_finds_nothing_where_there_is_nothing() -> None:
    tracker = Baseline(np.full((120, 160), 90, np.uint8))
    assert tracker.track(np.random.default_rng(1).integers(0, 255, (480, 640)).astype(np.uint8)) is None


def few_clips(targets: Sequence[str], quick: bool) -> tuple[Clip, ...]:
    return (
        Clip("shown", targets[0], targets[0], Motion.STATIC, frames=4),
        Clip("absent", targets[0], None, Motion.HOLD, frames=2),
    )


def street_folder(folder: Path) -> Path:
    """A folder with one of the project's pictures."""
    pictures = folder / "pictures"
    pictures.mkdir()
    street = cv2.cvtColor(load_targets()["street"], cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(pictures / "street.png"), street)
    return pictures
