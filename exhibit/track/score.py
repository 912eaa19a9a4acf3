"""How well an Artwork can be tracked, with reasons that a curator can act on. Knows no frame and no visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from exhibit.track.features import Features, find_features
from exhibit.track.pose import TrackState
from exhibit.track.search import FEATURES, locate
from exhibit.track.target import FEATURE_SIDE_PX, MOST_REPEATED, Target, fitted, repeated
from exhibit.track.tracker import Tracker

STRONG_CONTRAST = 0.06  # of features that dim light and a cheap camera leave over
ENOUGH_STRONG, FEW_STRONG = 250, 150  # all is well from, poor below
WIDEST = 3.0  # longer over shorter side
LEAST_PX = 400  # of the longer side


class Reason(Enum):
    """Why a picture is hard to track, in a curator's words."""

    LITTLE_TEXTURE = "It has too little texture: soft, even areas give the camera nothing to hold on to."
    REPEATED = "It repeats itself: the same pattern in several places can be mistaken for one another."
    LIKE_ANOTHER = "It is too like another artwork of the exhibition; one could be taken for the other."
    TOO_WIDE = "It is too wide for its height, or too tall for its width: a phone rarely sees enough of it at once."
    LOW_RESOLUTION = "The picture's file has too low a resolution; use one of at least 640 pixels on the longer side."


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason, and where it speaks of another artwork, its name."""

    reason: Reason
    other: str = ""

    def __str__(self) -> str:
        return f"{self.reason.value} ({self.other})" if self.other else self.reason.value


@dataclass(frozen=True, slots=True)
class Score:
    """From 0, hopeless, to 100, as good as it gets."""

    value: int
    remarks: tuple[Remark, ...] = ()

    @property
    def poor(self) -> bool:
        """Whether the picture has too little texture to be tracked well."""
        return any(remark.reason is Reason.LITTLE_TEXTURE for remark in self.remarks)


def score_targets(targets: Mapping[str, Target]) -> Mapping[str, Score]:
    """Score each target by itself and against all others of an exhibition."""
    shown = {name: find_features(fitted(target.grey, FEATURE_SIDE_PX), FEATURES) for name, target in targets.items()}
    return {name: _score(target, _likeness(name, targets, shown)) for name, target in targets.items()}


def score_target(target: Target) -> Score:
    """Score a target by itself."""
    return _score(target, "")


def _score(target: Target, alike: str) -> Score:
    texture = min(1.0, _strong_features(target) / ENOUGH_STRONG)
    again = repeated(target.points, target.descriptors)
    aspect = max(target.aspect, 1 / target.aspect)
    long_side_px = max(target.width, target.height)
    judged = (
        (texture, texture < FEW_STRONG / ENOUGH_STRONG, Remark(Reason.LITTLE_TEXTURE)),
        (1 - again**2, again > MOST_REPEATED, Remark(Reason.REPEATED)),
        (0.3 if alike else 1.0, bool(alike), Remark(Reason.LIKE_ANOTHER, alike)),
        (min(1.0, WIDEST / aspect), aspect > WIDEST, Remark(Reason.TOO_WIDE)),
        (min(1.0, long_side_px / LEAST_PX), long_side_px < LEAST_PX, Remark(Reason.LOW_RESOLUTION)),
    )
    value = round(100 * float(np.prod([share for share, _, _ in judged])))
    return Score(value, tuple(remark for _, found, remark in judged if found))


def _strong_features(target: Target) -> int:
    """Features of the picture at the size in which it is looked for, that hold in poor light."""
    detector = cv2.SIFT.create(contrastThreshold=STRONG_CONTRAST, edgeThreshold=14.0)
    return len(detector.detect(fitted(target.grey, FEATURE_SIDE_PX)))


def _likeness(name: str, targets: Mapping[str, Target], shown: Mapping[str, Features]) -> str:
    """The first other target that a tracker of this one takes for its own; empty if there is none."""
    target = targets[name]
    others = (other for other in targets if other != name and locate(shown[other], target) is not None)
    return next((other for other in others if _mistaken(target, targets[other])), "")


def _mistaken(target: Target, other: Target) -> bool:
    return Tracker(target).track(other.grey, 0.0).state is TrackState.LOCKED
