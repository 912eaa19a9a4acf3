"""Runs the project's tracker over clips, one process for each core; OpenCV has one thread in each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import lru_cache
from multiprocessing import get_context
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


def run_clips(
    clips: Sequence[Clip], folder: Path | None, say: Callable[[str], None]
) -> tuple[Sequence[ClipRecord], frozenset[str]]:
    """The records of all clips in their order, and the targets that the compiler scores as poor in texture."""
    spawn = get_context("spawn")  # a fork would copy the threads of the progress bar and of OpenCV
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawn, cv2.setNumThreads, (1,)) as pool:
        try:
            poor = pool.submit(poor_targets, folder)
            running = [pool.submit(run_clip, clip, folder) for clip in clips]
            _wait_for(running, say)
            return [future.result() for future in running], poor.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def run_clip(clip: Clip, folder: Path | None) -> ClipRecord:
    """Render a clip and follow its target."""
    tracker = Tracker(_compiled(folder, clip.target))
    frames = [_tracked(tracker, frame) for frame in render(clip, _pictures(folder))]
    return ClipRecord(clip.name, clip.target, clip.motion, clip.shows_target, frames)


def poor_targets(folder: Path | None) -> frozenset[str]:
    """The targets that are scored as poor in texture when they are compiled."""
    return frozenset(name for name in _pictures(folder) if score_target(_compiled(folder, name)).poor)


def _tracked(tracker: Tracker, frame: ClipFrame) -> FrameRecord:
    started_s = time.process_time()
    grey = np.asarray(cv2.cvtColor(frame.picture, cv2.COLOR_RGB2GRAY), np.uint8)
    pose = tracker.track(grey, frame.captured_ms)
    cpu_ms = 1000 * (time.process_time() - started_s)
    return frame_record(frame.truth, frame.visible, pose.state, pose.homography, cpu_ms)


def _wait_for(running: Sequence[Future[ClipRecord]], say: Callable[[str], None]) -> None:
    for done, future in enumerate(as_completed(running), 1):
        future.result()  # the first fault ends the run
        say(f"tracking: {done} of {len(running)} clips")


@lru_cache(maxsize=1)
def _pictures(folder: Path | None) -> dict[str, Picture]:
    """Read once in each process."""
    return load_targets(folder)


@lru_cache
def _compiled(folder: Path | None, name: str) -> Target:
    return compile_target(_pictures(folder)[name])
