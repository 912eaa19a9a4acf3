"""One visitor's Tracker: looks for a Target, locks, follows it from frame to frame, lets go of it. Knows no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from exhibit.track.alignment import Alignment, Stage, align, pyramid
from exhibit.track.features import Grey
from exhibit.track.flow import follow
from exhibit.track.geometry import normalised, plausible, scale_at_centre, scaled, share_in_view
from exhibit.track.patches import Patches
from exhibit.track.pose import LOOKING, Homography, Pose, TrackState
from exhibit.track.scan import scan
from exhibit.track.search import search
from exhibit.track.target import Target

COAST_MS = 400.0  # how long a lost target is believed to move on as it did
LOCK_SHARE, LOCK_WINDOWS = 0.45, 12  # of the windows in view, and at least so many, to lock
KEEP_SHARE, KEEP_WINDOWS = 0.25, 7  # to go on following
MANY_WINDOWS = 20  # that agree: more do not make a pose any surer
LEAST_IN_VIEW = 0.12  # share of the target
HALF_IS_ENOUGH_PX = 190  # of the target's height in the frame, from which half of the frame's pixels will do
EAGER_LOOKS = 4  # frames in vain that are all searched; then every second one, and later every fourth
PATIENT_LOOKS = 16
BLURRED = 0.7  # a finer size of the frame that fits worse than this share of the coarser one tells less
DOUBTFUL = 0.85  # of the confidence that it had when it was found last: with less it is looked for elsewhere, too
FLOW_WINDOWS = 2  # every second window's centre is followed from frame to frame


@dataclass(slots=True)
class _Memory:
    """What a tracker keeps of the last frame with a pose."""

    grey: Grey  # half size
    pose: Homography  # centred target coordinates -> full-size pixels
    seen_ms: float  # when it was last found, not only coasted
    confidence: float  # that it had then


class Tracker:
    """Follows one target through the frames of one session."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._memory: _Memory | None = None
        self._looks = 0  # frames in vain since the target was last seen
        self._size = (0, 0)
        aspect = target.aspect
        self._from_unit = np.array([[aspect, 0, -aspect / 2], [0, 1, -0.5], [0, 0, 1]], np.float64)
        self._flow_points = target.patches[2].points[::FLOW_WINDOWS, target.patches[2].points.shape[1] // 2]

    def track(self, grey: Grey, captured_ms: float) -> Pose:
        """The pose in a grey frame H x W; frames come in the order of their capture."""
        if grey.shape != self._size:  # the phone was turned, or sends another size
            self._memory, self._size, self._looks = None, grey.shape, 0
        frames = pyramid(grey, 4)
        moved = self._moved(frames)
        found = self._followed(frames, moved)
        if found is None and self._may_look():
            found = self._searched(frames)
        elif found is not None and self._is_doubtful(found):
            found = max(found, self._searched(frames) or found, key=_confidence)
        if found is not None:
            return self._lock(frames, found, captured_ms)
        self._looks += 1
        return self._coast(frames, moved, captured_ms)

    def _may_look(self) -> bool:
        if self._looks < EAGER_LOOKS:
            return True
        return self._looks % (2 if self._looks < PATIENT_LOOKS else 4) == 0

    # -- finding ---------------------------------------------------------------------------------------------------

    def _searched(self, frames: list[Grey]) -> Alignment | None:
        """By its features; or else, in a frame too blurred to have any, by its looks."""
        found = self._confirmed(frames, search(frames[1], self._target))
        return found if found is not None else self._confirmed(frames, scan(frames[3], 8, self._target))

    def _confirmed(self, frames: list[Grey], guess: Homography | None) -> Alignment | None:
        """What a guess becomes when it is refined; None unless most of the target then looks as it should."""
        if guess is None or not self._credible(guess):
            return None
        found = self._refined(frames, guess, coarse=True)
        sure = found is not None and found.share >= LOCK_SHARE and found.agreeing >= LOCK_WINDOWS
        return found if sure else None

    def _moved(self, frames: list[Grey]) -> Homography | None:
        """Where the last pose is by now, as the picture moved; None where that cannot be seen."""
        memory = self._memory
        return None if memory is None else follow(memory.grey, frames[1], self._flow_points, memory.pose)

    def _followed(self, frames: list[Grey], moved: Homography | None) -> Alignment | None:
        last = None if self._memory is None else self._memory.pose
        for guess in (moved, last):
            if guess is None or not self._credible(guess):
                continue
            found = self._refined(frames, guess, coarse=guess is last)
            if found is not None and found.share >= KEEP_SHARE and found.agreeing >= KEEP_WINDOWS:
                return found
        return None

    def _is_doubtful(self, found: Alignment) -> bool:
        """Whether it looks much less like itself than it did last: then it may have been pulled elsewhere."""
        return self._memory is not None and _confidence(found) < DOUBTFUL * self._memory.confidence

    def _refined(self, frames: list[Grey], guess: Homography, *, coarse: bool) -> Alignment | None:
        """Coarse to fine, as far as it gets better: a blurred frame has only its coarse sizes to tell.

        None where the result is nothing that a camera could see.
        """
        fine = 1 if self._scale(guess) > HALF_IS_ENOUGH_PX else 0
        best: Alignment | None = None
        for stage in _stages(fine, coarse=coarse):
            found = self._aligned(frames, guess, stage)
            if found is not None and (best is None or found.share > BLURRED * best.share):
                best, guess = found, found.homography
        return best if best is not None and self._credible(best.homography) else None

    def _aligned(self, frames: list[Grey], guess: Homography, stage: Stage) -> Alignment | None:
        patches = self._patches(self._scale(guess) / 2**stage.level)
        return align(frames[stage.level], patches, guess, stage)

    def _patches(self, scale: float) -> Patches:
        """Those cut at the size nearest to `scale`, pixels a centred unit."""
        return min(self._target.patches, key=lambda patches: abs(np.log(patches.scale / max(scale, 1e-6))))

    def _scale(self, pose: Homography) -> float:
        """Pixels of the full frame for the target's height."""
        return scale_at_centre(pose @ self._from_unit) / math.sqrt(self._target.aspect)

    def _credible(self, pose: Homography) -> bool:
        unit = pose @ self._from_unit
        if not plausible(unit, self._target.aspect):
            return False
        return share_in_view(self._to_unit_frame(pose)) >= LEAST_IN_VIEW

    # -- keeping ---------------------------------------------------------------------------------------------------

    def _lock(self, frames: list[Grey], found: Alignment, captured_ms: float) -> Pose:
        self._looks = 0
        confidence = _confidence(found)
        self._memory = _Memory(frames[1], found.homography, captured_ms, confidence)
        return Pose(TrackState.LOCKED, self._to_unit_frame(found.homography), confidence, found.error_px)

    def _coast(self, frames: list[Grey], moved: Homography | None, captured_ms: float) -> Pose:
        """Move on with what the picture shows of the motion; let go after a while."""
        memory = self._memory
        if memory is None:
            return LOOKING
        pose = memory.pose if moved is None else moved
        away_ms = captured_ms - memory.seen_ms
        if not 0 <= away_ms <= COAST_MS or not self._credible(pose):
            self._memory = None
            return LOOKING
        self._memory = _Memory(frames[1], pose, memory.seen_ms, memory.confidence)
        return Pose(TrackState.COASTING, self._to_unit_frame(pose), 0.3 * (1 - away_ms / COAST_MS), 0.0)

    def _to_unit_frame(self, pose: Homography) -> Homography:
        height, width = self._size
        return normalised(np.linalg.inv(scaled(width, height)) @ pose @ self._from_unit)


def _confidence(found: Alignment) -> float:
    """From 0 to 1: most of its windows agree, and they are many."""
    return found.share * min(1.0, found.agreeing / MANY_WINDOWS)


def _stages(fine: int, *, coarse: bool) -> list[Stage]:
    """Down to `fine` halvings of the frame; from farther away if the first guess is a coarse one."""
    stages = [Stage(fine + 1, iterations=4, tolerance=0.4, done_px=0.15), Stage(fine, iterations=5, tolerance=0.25)]
    return [Stage(fine + 2, iterations=6, tolerance=0.6, done_px=0.4), *stages] if coarse else stages
