"""The figures of the tracking benchmark, from records of clips. Pure; None where there is nothing to measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf, sqrt
from statistics import fmean, median

import numpy as np

from exhibit.track.pose import TrackState
from server.bench.track_record import ClipRecord, FrameRecord

GOOD_PX = 5.0  # a pose is right when its corners are off by less, in the mean
ASTRAY_PX = 20.0  # and wrong when by more


def share_under(clips: Iterable[ClipRecord], limit_px: float = GOOD_PX) -> float | None:
    """Of the frames with enough of the target in view, the share with a pose that is off by less."""
    errors = [frame.error_px for frame in _counted(clips)]
    return fmean(error < limit_px for error in errors) if errors else None


def median_error_px(clips: Iterable[ClipRecord]) -> float | None:
    """The median error of the poses given while enough of the target is in view."""
    errors = [frame.error_px for frame in _counted(clips) if frame.has_pose]
    return median(errors) if errors else None


def jitter_px(clips: Iterable[ClipRecord]) -> float | None:
    """How far corners stray from their own mean, root mean square over all corners of all these clips.

    Clips of a camera that stands still; only poses of frames in which the target was found.
    """
    squares = [square for clip in clips for square in _strays(clip)]
    return sqrt(fmean(squares)) if squares else None


def lock_frames(clips: Iterable[ClipRecord]) -> float | None:
    """The median number of frames until the target is found, 1 being the first in which enough of it is in view."""
    waits = [_wait(clip.frames[start:]) for clip in clips for start in list(_arrivals(clip))[:1]]
    return median(waits) if waits else None


def relock_frames(clips: Iterable[ClipRecord]) -> float | None:
    """The same from each return of a target that had left the frame."""
    waits = [_wait(clip.frames[start:]) for clip in clips for start in list(_arrivals(clip))[1:]]
    return median(waits) if waits else None


def false_locks(clips: Iterable[ClipRecord]) -> int:
    """Poses given in clips that do not show the target."""
    return sum(frame.has_pose for clip in clips if not clip.shows_target for frame in clip.frames)


def astray(clips: Iterable[ClipRecord]) -> int:
    """Frames said to be locked while the corners are far from where they are."""
    return sum(frame.state is TrackState.LOCKED and frame.error_px > ASTRAY_PX for frame in _counted(clips))


def cpu_ms(clips: Iterable[ClipRecord]) -> float | None:
    """Mean time of the processor for a frame, over all clips."""
    spent = [frame.cpu_ms for clip in clips for frame in clip.frames if frame.cpu_ms is not None]
    return fmean(spent) if spent else None


def _counted(clips: Iterable[ClipRecord]) -> Iterator[FrameRecord]:
    return (frame for clip in clips if clip.shows_target for frame in clip.counted())


def _strays(clip: ClipRecord) -> Iterator[float]:
    """Squared distances of the corners from their means."""
    found = [frame.corners for frame in clip.counted() if frame.state is TrackState.LOCKED]
    places = np.array([corners for corners in found if corners is not None]).reshape(-1, 4, 2)
    if len(places) < 2:
        return
    squares = ((places - places.mean(axis=0)) ** 2).sum(axis=2)
    yield from (float(square) for square in squares.ravel())


def _arrivals(clip: ClipRecord) -> Iterator[int]:
    """Where the target first is in view, and where it is again after it had left the frame altogether."""
    gone = True
    for number, frame in enumerate(clip.frames):
        if frame.visible == 0:
            gone = True
        elif frame.counts and gone:
            gone = False
            yield number


def _wait(frames: Sequence[FrameRecord]) -> float:
    found = (frame.state is TrackState.LOCKED and frame.error_px < GOOD_PX for frame in frames)
    return next((float(number) for number, right in enumerate(found, 1) if right), inf)
