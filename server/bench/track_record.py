"""What a tracker did with one clip, frame by frame, as values; and how far off a pose is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from exhibit.track.pose import UNIT_CORNERS, Homography, TrackState, project

WIDTH, HEIGHT = 640, 480  # of the frames that errors are measured in
ENOUGH = 0.6  # share of the target in view from which a frame counts

CornersPx = tuple[float, ...]  # x and y of each of the four corners in turn


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """One frame and the answer to it."""

    visible: float  # share of the target that is seen
    state: TrackState
    error_px: float  # mean over the corners; inf where there is no pose, or nothing to compare it with
    corners: CornersPx | None  # of the pose
    cpu_ms: float | None = None  # None where somebody else's tracker gave the answer
    truth: CornersPx | None = None  # None where the target is not in the frame

    @property
    def counts(self) -> bool:
        """Whether enough of the target is in view to ask where it is."""
        return self.visible >= ENOUGH

    @property
    def has_pose(self) -> bool:
        """Whether the tracker says that it knows where the target is."""
        return self.state is not TrackState.LOOKING


@dataclass(frozen=True, slots=True)
class ClipRecord:
    """One clip and the answers to it."""

    name: str
    target: str
    poor: bool  # whether the target is scored as poor in texture when it is compiled
    motion: str
    shows_target: bool
    frames: Sequence[FrameRecord]
    aspect: float = 4 / 3  # of the target, width over height
    seldom: Sequence[FrameRecord] = ()  # what a second tracker did that was shown a few of the frames only

    def counted(self) -> Iterator[FrameRecord]:
        """The frames in which enough of the target is in view."""
        return (frame for frame in self.frames if frame.counts)


def frame_record(
    truth: Homography | None,
    visible: float,
    state: TrackState,
    answer: Homography | None,
    cpu_ms: float | None = None,
) -> FrameRecord:
    """The record of an answer; an answer without a homography is one of a tracker that is looking."""
    there = None if truth is None else _as_corners(truth)
    if answer is None or state is TrackState.LOOKING:
        return FrameRecord(visible, TrackState.LOOKING, inf, None, cpu_ms, there)
    error_px = inf if truth is None else corner_error_px(answer, truth)
    return FrameRecord(visible, state, error_px, _as_corners(answer), cpu_ms, there)


def _as_corners(homography: Homography) -> CornersPx:
    return tuple(float(value) for value in corners_px(homography).ravel())


def corner_error_px(answer: Homography, truth: Homography) -> float:
    """The mean distance of the four corners; inf where the answer sends a corner to infinity."""
    distances = np.linalg.norm(corners_px(answer) - corners_px(truth), axis=1)
    return float(distances.mean()) if np.isfinite(distances).all() else inf


def corners_px(homography: Homography) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The target's four corners in pixels of the frame, clockwise from the upper left."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(project(homography, UNIT_CORNERS) * (WIDTH, HEIGHT), np.float64)
