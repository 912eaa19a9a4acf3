"""Writes clips as files that need none of our code: pictures, targets and truths."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

import cv2

from server.bench.clips.clip import FPS, Clip, ClipFrame, render
from server.bench.clips.pool import for_each_clip
from server.bench.clips.ripmap import Picture
from server.bench.clips.targets import load_targets
from server.bench.form import BenchError

WIDTH, HEIGHT = 640, 480


def export_clips(to: Path, clips: Sequence[Clip], targets: Path | None, say: Callable[[str], None]) -> None:
    """Write clips of the pictures in a folder, or of the project's. Raises BenchError unless `to` is new or empty."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise BenchError(f"expected a new or an empty folder, got {to}")
    pictures = load_targets(targets)
    (to / "targets").mkdir(parents=True)
    for name, picture in pictures.items():
        cv2.imwrite(str(to / "targets" / f"{name}.png"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    for_each_clip(partial(export_clip, to=to, targets=targets), clips, "writing", say)
    (to / "clips.json").write_text(json.dumps([entry(clip) for clip in clips], indent=1), encoding="utf-8")


def export_clip(clip: Clip, to: Path, targets: Path | None) -> None:
    """Write the frames of one clip as NAME/0000.jpg and so on, and their truths as NAME.jsonl."""
    folder = to / clip.name
    folder.mkdir()
    with (to / f"{clip.name}.jsonl").open("w", encoding="utf-8") as truths:
        for number, frame in enumerate(render(clip, _pictures(targets), WIDTH, HEIGHT)):
            (folder / f"{number:04d}.jpg").write_bytes(_jpeg(frame))
            truths.write(json.dumps(truth_line(number, frame)) + "\n")


def entry(clip: Clip) -> Mapping[str, object]:
    """What clips.json says of a clip."""
    return {
        "name": clip.name,
        "target": clip.target,
        "shows_target": clip.shows_target,
        "motion": clip.motion,
        "disturbances": sorted(clip.disturbances),
        "frames": clip.frames,
        "fps": FPS,
        "width": WIDTH,
        "height": HEIGHT,
    }


def truth_line(number: int, frame: ClipFrame) -> Mapping[str, object]:
    """What a clip's file of truths says of a frame."""
    homography = None if frame.truth is None else [float(value) for value in frame.truth.ravel()]
    return {
        "frame": number,
        "captured_ms": round(frame.captured_ms, 3),
        "visible": round(frame.visible, 4),
        "homography": homography,
    }


def _jpeg(frame: ClipFrame) -> bytes:
    if frame.jpeg is None:
        raise ValueError("expected a clip whose frames come as JPEG")
    return frame.jpeg


@lru_cache(maxsize=1)
def _pictures(folder: Path | None) -> Mapping[str, Picture]:
    """Read once in each process."""
    return load_targets(folder)
