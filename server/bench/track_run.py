"""Runs the project's tracker over a clip, and measures the processor's time that each frame takes."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from exhibit.track.score import score_target
from exhibit.track.target import Target, compile_target
from exhibit.track.tracker import Tracker
from server.bench.clips.clip import Clip, ClipFrame, render
from server.bench.clips.ripmap import Picture
from server.bench.clips.targets import load_targets
from server.bench.track_record import ClipRecord, FrameRecord, frame_record

SELDOM = 10  # one frame of so many is what a phone sends over a slow network


def run_clip(clip: Clip, folder: Path | None) -> ClipRecord:
    """Render a clip of the pictures in a folder, or of the project's, and follow its target: in all frames, in few."""
    target = _compiled(folder, clip.target)
    tracker, other = Tracker(target), Tracker(target)
    frames, seldom = [], []
    for number, frame in enumerate(render(clip, _pictures(folder))):
        frames.append(_tracked(tracker, frame))
        if number % SELDOM == 0:
            seldom.append(_tracked(other, frame))
    return ClipRecord(
        clip.name,
        clip.target,
        poor(clip.target, folder),
        clip.motion,
        clip.shows_target,
        frames,
        target.aspect,
        seldom,
    )


@lru_cache
def poor(target: str, folder: Path | None) -> bool:
    """Whether a target is scored as poor in texture when it is compiled."""
    return score_target(_compiled(folder, target)).poor


def _tracked(tracker: Tracker, frame: ClipFrame) -> FrameRecord:
    started_s = time.process_time()
    grey = np.asarray(cv2.cvtColor(frame.picture, cv2.COLOR_RGB2GRAY), np.uint8)
    pose = tracker.track(grey, frame.captured_ms)
    cpu_ms = 1000 * (time.process_time() - started_s)
    return frame_record(frame.truth, frame.visible, pose.state, pose.homography, cpu_ms)


@lru_cache(maxsize=1)
def _pictures(folder: Path | None) -> dict[str, Picture]:
    """Read once in each process."""
    return load_targets(folder)


@lru_cache
def _compiled(folder: Path | None, name: str) -> Target:
    return compile_target(_pictures(folder)[name])
