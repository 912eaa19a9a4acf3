"""The tracking benchmark as a whole: on few clips of its own, and on other trackers' answers to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from exhibit.track.pose import TrackState
from server.bench import track_bench
from server.bench import track_measures as measures
from server.bench.clips.clip import Clip, truths
from server.bench.clips.export import export_clips
from server.bench.clips.motion import Motion
from server.bench.clips.targets import load_targets
from server.bench.form import BenchError
from server.bench.track_answers import read_answers
from server.bench.track_baseline import Baseline, answer
from server.bench.track_bench import KINDS, TrackBench
from server.bench.track_record import ClipRecord
from server.bench.track_run import run_clip
from server.cli.main import main

PICTURES = {"art": np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)}
CLIP = Clip("clip", "art", "art", Motion.HOLD, frames=3)


def test_the_projects_tracker_follows_an_easy_clip(tmp_path: Path) -> None:
    record = run_clip(Clip("easy", "street", "street", Motion.HOLD, frames=8, seed=3), None)
    assert not record.poor
    assert measures.share_under([record]) == 1.0
    assert measures.cpu_ms([record]) is not None


def no_browser(*_: object) -> None:
    raise BenchError("no browser could be started")


@pytest.mark.slow
def test_the_whole_benchmark_gives_every_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(track_bench, "clips", few_clips)
    monkeypatch.setattr(track_bench, "measure_warp", no_browser)
    said: list[str] = []
    rows = {row.id: row for row in TrackBench(True, street_folder(tmp_path), None).run(said.append)}
    assert list(rows) == list(KINDS)
    assert rows["share_under_5px_poor"].value is None
    assert rows["warp_ratio_150ms"].how == "not measured: no browser could be started"
    assert rows["false_locks"].value == 0
    assert said[-1] == "timing: 2 of 2 clips"


def test_a_folder_that_is_none_ends_the_command_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "track", "--quick", "--targets", str(tmp_path / "nonesuch")]) == 2
    assert "expected a folder of pictures" in capsys.readouterr().err


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
