"""A plain tracker to compare with, and an example of how to answer the exported clips. Knows only their files.

    python -m server.bench.track_baseline CLIPS ANSWERS

ORB features of three sizes and MAGSAC to lock; then the target, drawn at its last pose, is matched to the frame by
Lucas-Kanade with a forward-backward check.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]  # 3 x 3
Points = NDArray[np.float32]  # N x 2

LONG_SIDE_PX = 640
SIZES = (1.0, 0.6, 0.35)
LEAST_PAIRS, LEAST_AGREEING = 12, 10
LARGEST_RETURN_PX = 1.0  # of a point followed there and back
WINDOW_PX, LEVELS = 21, 3
_HALF = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # from pixel centres to outer corners


class Baseline:
    """Follows one picture; poses are 3 x 3, pixel centres of the reference to those of the frame."""

    def __init__(self, picture: Grey) -> None:
        scale = LONG_SIDE_PX / max(picture.shape)
        self.reference = _resized(picture, scale)
        self._orb, self._matcher = cv2.ORB.create(1000), cv2.BFMatcher(cv2.NORM_HAMMING)
        self._places, self._looks = self._features()
        corners = cv2.goodFeaturesToTrack(self.reference, 200, 0.01, 8)
        self._corners: Points = np.asarray(() if corners is None else corners, np.float32).reshape(-1, 2)
        self._pose: Matrix | None = None

    def track(self, frame: Grey) -> Matrix | None:
        """The pose in a frame, None where the picture is not found."""
        self._pose = self._followed(frame, self._pose) if self._pose is not None else None
        if self._pose is None:
            self._pose = self._found(frame)
        return self._pose

    def _features(self) -> tuple[Points, Grey]:
        places, looks = [], []
        for size in SIZES:
            found, described = self._orb.detectAndCompute(_resized(self.reference, size), None)
            if described is not None:
                places.append(np.array([point.pt for point in found], np.float32) / size)
                looks.append(described)
        if not places:
            return np.empty((0, 2), np.float32), np.empty((0, 32), np.uint8)
        return np.vstack(places), np.vstack(looks)

    def _found(self, frame: Grey) -> Matrix | None:
        found, described = self._orb.detectAndCompute(frame, None)
        if described is None or len(found) < 2 or len(self._looks) < 2:
            return None
        pairs = self._matcher.knnMatch(described, self._looks, k=2)
        sure = [best for best, second in pairs if best.distance < 0.8 * second.distance]
        if len(sure) < LEAST_PAIRS:
            return None
        there = np.array([found[pair.queryIdx].pt for pair in sure], np.float32)
        return self._solved(self._places[[pair.trainIdx for pair in sure]], there, LEAST_PAIRS)

    def _followed(self, frame: Grey, last: Matrix) -> Matrix | None:
        height, width = frame.shape
        drawn = np.asarray(cv2.warpPerspective(self.reference, last, (width, height)), np.uint8)
        here = _moved(self._corners, last)
        inside = ((here > 5) & (here < (width - 5, height - 5))).all(axis=1)
        if inside.sum() < LEAST_AGREEING:
            return None
        start = np.ascontiguousarray(here[inside])
        there, ahead = _flow(drawn, frame, start)
        back, behind = _flow(frame, drawn, there)
        kept = ahead & behind & (np.linalg.norm(back - start, axis=1) < LARGEST_RETURN_PX)
        return self._solved(self._corners[inside][kept], there[kept], LEAST_AGREEING)

    def _solved(self, on_picture: Points, in_frame: Points, least: int) -> Matrix | None:
        if len(on_picture) < least:
            return None
        solved, agreeing = cv2.findHomography(on_picture, in_frame, cv2.USAC_MAGSAC, 3.0)
        if solved is None or agreeing.sum() < least:
            return None
        pose = np.asarray(solved, np.float64)
        height, width = self.reference.shape
        outline = _moved(np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32), pose)
        credible = cv2.isContourConvex(outline) and cv2.contourArea(outline, True) > 2000  # neither folded nor mirrored
        return pose if credible else None


def answer(clips: Path, answers: Path) -> None:
    """Track every exported clip, and write the answers for `vernissage bench track --poses`."""
    answers.mkdir(parents=True, exist_ok=True)
    for clip in json.loads((clips / "clips.json").read_text(encoding="utf-8")):
        tracker = Baseline(_read(clips / "targets" / f"{clip['target']}.png"))
        height, width = tracker.reference.shape
        from_unit = np.linalg.inv(_HALF) @ np.diag([width, height, 1.0])
        to_unit = np.diag([1 / clip["width"], 1 / clip["height"], 1.0]) @ _HALF
        with (answers / f"{clip['name']}.jsonl").open("w", encoding="utf-8") as out:
            for number in range(clip["frames"]):
                pose = tracker.track(_read(clips / clip["name"] / f"{number:04d}.jpg"))
                unit = None if pose is None else (to_unit @ pose @ from_unit).ravel().tolist()
                out.write(json.dumps({"frame": number, "homography": unit}) + "\n")


def _flow(before: Grey, after: Grey, points: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Where points have gone, and which were followed."""
    window = (WINDOW_PX, WINDOW_PX)
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, winSize=window, maxLevel=LEVELS)  # type: ignore[call-overload]
    return np.asarray(there, np.float32), np.asarray(found[:, 0] > 0)


def _resized(picture: Grey, scale: float) -> Grey:
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _moved(points: Points, pose: Matrix) -> Points:
    if not len(points):
        return points
    return np.asarray(cv2.perspectiveTransform(points[None], pose)[0], np.float32)


def _read(path: Path) -> Grey:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise FileNotFoundError(f"{path}: expected a picture of an exported clip")
    return np.asarray(picture, np.uint8)


def main() -> None:
    """Parse the command line and answer the clips."""
    parser = argparse.ArgumentParser(description="Answer exported clips with a plain tracker.")
    parser.add_argument("clips", type=Path, help="the folder that `vernissage clips export` wrote")
    parser.add_argument("answers", type=Path, help="a folder for the answers")
    given = parser.parse_args()
    answer(given.clips, given.answers)


if __name__ == "__main__":
    main()
