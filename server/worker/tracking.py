"""What a worker does with frames of canvases: decode to grey, find the artwork, say where it is. Knows no painter."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from exhibit.track.pose import LOOKING, Pose
from server.worker.codec import DamagedPictureError, decode_grey
from server.worker.lookout import Lookout, Sight
from server.worker.wire import Message


def sight_of(row: Mapping[str, Any]) -> Sight:
    """Whose frame a row of a batch is."""
    return Sight(row["session"], row["connection"], row["artwork"], row["captured_ms"])


def find_artworks(lookout: Lookout, message: Message) -> dict[str, Any]:
    """The answer to a batch: which rows could be decoded, their poses, and the time that each step took."""
    longest_px = max(message.head["width"], message.head["height"])
    rows: list[int] = []
    poses: list[dict[str, Any]] = []
    spent_ms = {"decode": 0.0, "track": 0.0}
    for index, (row, picture) in enumerate(zip(message.head["rows"], message.pictures, strict=True)):
        started_s = time.perf_counter()
        try:
            grey = decode_grey(picture, longest_px)
        except DamagedPictureError:
            continue
        decoded_s = time.perf_counter()
        poses.append(_written(lookout.pose(sight_of(row), grey)))
        rows.append(index)
        spent_ms["decode"] += 1000 * (decoded_s - started_s)
        spent_ms["track"] += 1000 * (time.perf_counter() - decoded_s)
    return {"batch": message.head["batch"], "rows": rows, "poses": poses, "spent_ms": spent_ms}


def _written(pose: Pose) -> dict[str, Any]:
    """A pose as JSON values."""
    if pose.homography is None:
        return {"state": int(LOOKING.state)}
    return {
        "state": int(pose.state),
        "confidence": min(1.0, max(0.0, float(pose.confidence))),
        "error_px": max(0.0, float(pose.error_px)),
        "homography": [float(number) for number in pose.homography.ravel()],
    }
