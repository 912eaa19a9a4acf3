"""What the benchmark's page saw, and how far off the overlay was on the screen. Knows no browser."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exhibit.track.pose import UNIT_CORNERS, project
from server.bench.clips.y4m import FilmTruth, number_of

WIDTH, HEIGHT = 640, 480
ENOUGH = 0.6  # share of the target in view, from which a picture counts
POSES_ONLY = "pose"  # how a page calls that it gave the late warp up, and shows each pose with its own picture
SHOWN_OPACITY = 0.5  # below, nobody would say that the overlay is there

Corners = NDArray[np.float64]  # 4 x 2, pixels


@dataclass(frozen=True, slots=True)
class Shown:
    """One camera picture on the screen with its overlay, and the pose that had come last by then."""

    at_ms: float
    truth: Corners
    corners: Corners | None  # None while no overlay was shown
    pasted: Corners | None  # where the server's pose alone would put it; None before the first


@dataclass(frozen=True, slots=True)
class WarpRecord:
    """What was on the screen under one delay and loss."""

    shown: Sequence[Shown]  # of pictures with enough of the target in view, tracked on the phone
    warp_ms_p50: float | None  # as the phone's telemetry said last; None where the late warp was given up
    warp_ms_p95: float | None
    main_ms_p95: float | None  # what a picture cost the page's main thread; None where nothing was shown
    stage: str  # "worker", or "page" where a worker cannot draw

    def p95_px(self) -> float | None:
        """95th percentile of the error on the screen; None where no overlay was shown."""
        return _quantile(self.errors_px(), 95)

    def median_px(self) -> float | None:
        """Its median."""
        return _quantile(self.errors_px(), 50)

    def pasted_p95_px(self) -> float | None:
        """95th percentile of the error that the server's pose alone would have had."""
        return _quantile(self.pasted_errors_px(), 95)

    def rate(self) -> float:
        """Pictures shown in a second."""
        spans_ms = self.shown[-1].at_ms - self.shown[0].at_ms if len(self.shown) > 1 else 0.0
        return 1000 * (len(self.shown) - 1) / spans_ms if spans_ms else 0.0

    def errors_px(self) -> NDArray[np.float64]:
        """Mean distance of the four corners from the truth, of each picture that had an overlay."""
        return np.array([_off(s.corners, s.truth) for s in self.shown if s.corners is not None])

    def pasted_errors_px(self) -> NDArray[np.float64]:
        """The same for the server's pose alone, of the same pictures."""
        both = [s for s in self.shown if s.corners is not None and s.pasted is not None]
        return np.array([_off(s.pasted, s.truth) for s in both if s.pasted is not None])

    def worst_jump_px(self) -> float:
        """The farthest that a corner moved on its artwork from one of these pictures to the next."""
        offs = [None if s.corners is None else s.corners - s.truth for s in self.shown]
        jumps = [np.linalg.norm(b - a, axis=1).max() for a, b in pairwise(offs) if a is not None and b is not None]
        return float(max(jumps, default=0.0))

    def share_shown(self) -> float:
        """Of the pictures with the artwork in view, after the first one that had an overlay."""
        has = [s.corners is not None for s in self.shown]
        later = has[has.index(True) :] if any(has) else []
        return sum(later) / len(later) if later else 0.0


def read_record(raw: Mapping[str, Any], truths: Sequence[FilmTruth]) -> WarpRecord:
    """What the page recorded, set against the film."""
    numbers = {picture["capture_ms"]: number_of(picture["lights"]) for picture in raw["pictures"]}
    poses = [pose for pose in raw["poses"] if pose["homography"] is not None]
    arrivals = [pose["at_ms"] for pose in poses]
    shown = []
    for entry in raw["shown"]:
        number = numbers.get(entry["capture_ms"])
        if number is None or number >= len(truths) or entry["warp"] == POSES_ONLY:
            continue
        truth = truths[number]
        if truth.homography is None or truth.visible < ENOUGH:
            continue
        last = bisect_right(arrivals, entry["at_ms"]) - 1
        shown.append(
            Shown(
                at_ms=entry["at_ms"],
                truth=_corners(truth.homography),
                corners=_drawn(entry),
                pasted=_corners(poses[last]["homography"]) if last >= 0 else None,
            )
        )
    tracked = [warp for warp in raw["warps"][-1:] if warp["mode"] != POSES_ONLY]
    return WarpRecord(
        shown=shown,
        warp_ms_p50=tracked[0]["p50_ms"] if tracked else None,
        warp_ms_p95=tracked[0]["p95_ms"] if tracked else None,
        main_ms_p95=_quantile(np.array([entry["main_ms"] for entry in raw["shown"]]), 95),
        stage=raw["shown"][-1]["stage"] if raw["shown"] else "worker",
    )


def _drawn(entry: Mapping[str, Any]) -> Corners | None:
    if entry["corners"] is None or entry["opacity"] < SHOWN_OPACITY:
        return None
    return np.array(entry["corners"], np.float64).reshape(4, 2) * (WIDTH, HEIGHT)


def _corners(homography: Sequence[float]) -> Corners:
    return project(np.array(homography, np.float64).reshape(3, 3), UNIT_CORNERS) * (WIDTH, HEIGHT)


def _quantile(errors: NDArray[np.float64], percent: float) -> float | None:
    return float(np.percentile(errors, percent)) if len(errors) else None


def _off(corners: Corners, truth: Corners) -> float:
    return float(np.linalg.norm(corners - truth, axis=1).mean())
