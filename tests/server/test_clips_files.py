"""Clips as files: films with numbers for a browser's camera, and pictures with truths for anybody's tracker."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg

from server.bench.clips.clip import Clip, render
from server.bench.clips.export import export_clip, export_clips
from server.bench.clips.motion import Motion
from server.bench.clips.targets import load_targets
from server.bench.clips.y4m import numbered, read_number, read_truths, write_film
from server.cli import clips as clips_command
from server.cli.main import main

PICTURES = {"art": np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)}


def clip_of(motion: Motion = Motion.HOLD, frames: int = 12) -> Clip:
    return Clip("clip", "art", "art", motion, frames=frames)


@pytest.mark.parametrize("number", [0, 1, 2, 341, 682, 1023])
def test_the_number_in_a_picture_outlasts_jpeg(number: int) -> None:
    picture = next(render(clip_of(frames=1), PICTURES)).picture
    jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(numbered(picture, number)), 80, "RGB", "420")
    assert read_number(simplejpeg.decode_jpeg(jpeg, "GRAY")[:, :, 0]) == number


def test_the_number_is_read_from_a_smaller_picture() -> None:
    half = cv2.resize(numbered(np.full((480, 640, 3), 90, np.uint8), 700), (320, 240), interpolation=cv2.INTER_AREA)
    assert read_number(np.asarray(cv2.cvtColor(half, cv2.COLOR_RGB2GRAY), np.uint8)) == 700


def test_a_picture_without_a_number_has_none() -> None:
    for motion in Motion:
        assert (
            read_number(
                np.asarray(
                    cv2.cvtColor(next(render(clip_of(motion, frames=1), PICTURES)).picture, cv2.COLOR_RGB2GRAY),
                    np.uint8,
                )
            )
            is None
        )


def test_a_film_runs_to_the_end_and_back_with_its_truths(tmp_path: Path) -> None:
    path = tmp_path / "film.y4m"
    write_film(path, clip_of(frames=4), PICTURES)
    content = path.read_bytes()
    header, frame_bytes = content.index(b"\n") + 1, len(b"FRAME\n") + 640 * 480 * 3 // 2
    assert content.startswith(b"YUV4MPEG2 W640 H480 F30:1 ")
    assert len(content) == header + 6 * frame_bytes
    greys = [
        np.frombuffer(content, np.uint8, 640 * 480, header + number * frame_bytes + len(b"FRAME\n")).reshape(480, 640)
        for number in range(6)
    ]
    assert [read_number(grey) for grey in greys] == list(range(6))
    found = read_truths(path)
    assert [truth.homography for truth in found[4:]] == [found[2].homography, found[1].homography]


def test_a_film_with_odd_sides_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected even sides, got 321 x 240"):
        write_film(tmp_path / "film.y4m", clip_of(), PICTURES, width=321, height=240)


@pytest.mark.slow
def test_an_exported_clip_has_its_frames_and_their_truths(tmp_path: Path) -> None:
    clip = Clip("street-hold", "street", "street", Motion.HOLD, frames=2)
    export_clip(clip, tmp_path, None)
    frames = list(render(clip, load_targets()))
    assert [(tmp_path / f"street-hold/000{number}.jpg").read_bytes() for number in (0, 1)] == [f.jpeg for f in frames]
    lines = [json.loads(line) for line in (tmp_path / "street-hold.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == [0, 1]
    assert frames[1].truth is not None
    assert lines[1]["homography"] == pytest.approx(frames[1].truth.ravel().tolist())


def test_clips_are_exported_with_their_targets_and_a_list(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    cv2.imwrite(str(pictures / "art.png"), PICTURES["art"])
    chosen = [Clip(f"clip-{number}", "art", "art", Motion.HOLD, frames=1, seed=number) for number in range(2)]
    said: list[str] = []
    export_clips(tmp_path / "out", chosen, pictures, said.append)
    listed = json.loads((tmp_path / "out/clips.json").read_text())
    assert [clip["name"] for clip in listed] == ["clip-0", "clip-1"]
    assert (tmp_path / "out/targets/art.png").is_file()
    assert said[-1] == "writing: 2 of 2 clips"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["clips", "export", str(tmp_path), "--quick"]) == 2
    assert "expected a new or an empty folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_names_its_folder() -> None:
    assert clips_command.__doc__ is not None
    assert "vernissage clips export DIR" in clips_command.__doc__
