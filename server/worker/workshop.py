"""What a worker does with a batch to paint: decode, find artworks where it matters, paint, encode. Knows no socket."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.experience import Region
from models.style.painter import Painter
from server.worker.codec import DamagedPictureError, Pixels, decode, encode, fit, read_artwork
from server.worker.lookout import Lookout
from server.worker.presence import compose
from server.worker.tracking import sight_of
from server.worker.wire import Message

MEASURE_S = 1.0  # how long a warm-up may measure, in all
TRIAL_MS = 50.0  # how long it may measure one size and count again
ARTWORKS_KEPT = 16  # pictures of artworks, open at the size they are painted at


def _now_ms() -> float:
    return time.perf_counter() * 1000


@dataclass
class Job:
    """A batch on its way through the workshop. Damaged rows leave `pixels` and stay in `answers` as None."""

    head: Mapping[str, Any]
    pictures: Sequence[bytes]
    rows: list[int] = field(default_factory=list)  # indices of the rows that could be decoded
    pixels: Pixels = field(default_factory=lambda: np.empty((0, 0, 0, 3), np.uint8))
    spent_ms: dict[str, float] = field(default_factory=dict)


class Workshop:
    """Turns batches of JPEGs into batches of painted JPEGs with one painter."""

    def __init__(self, painter: Painter, quality: int, lookout: Lookout, artworks: Mapping[int, Path]) -> None:
        self._painter, self._quality, self._lookout = painter, quality, lookout
        self._artworks = dict(artworks)  # by station number
        self._open: OrderedDict[tuple[int, int, int], Pixels] = OrderedDict()  # by station and size

    def decode(self, message: Message) -> Job:
        """Open the pictures of a batch; a damaged one costs its own row only."""
        started_ms = _now_ms()
        job = Job(message.head, message.pictures)
        opened: list[Pixels] = []
        for index in range(len(job.pictures)):
            try:
                opened.append(self._opened(job, index))
                job.rows.append(index)
            except DamagedPictureError:
                continue
        if opened:
            job.pixels = np.stack(opened)
        job.spent_ms["decode"] = _now_ms() - started_ms
        return job

    def _opened(self, job: Job, index: int) -> Pixels:
        """A frame as it came, or, for a texture, the artwork."""
        width, height, row = job.head["width"], job.head["height"], job.head["rows"][index]
        if "texture" not in row:
            return decode(job.pictures[index], width, height)
        key = (row["texture"], width, height)
        if key not in self._open:
            self._open[key] = fit(read_artwork(self._artworks[row["texture"]]), width, height)
            while len(self._open) > ARTWORKS_KEPT:
                self._open.popitem(last=False)
        return self._open[key]

    def paint(self, job: Job) -> Job:
        """Paint what was opened, each row with its own mix, and each only where its lens says."""
        started_ms = _now_ms()
        if job.rows:
            rows = [job.head["rows"][index] for index in job.rows]
            weights = np.array([self._row(row["weights"]) for row in rows], np.float32)
            strength = np.array([row["strength"] for row in rows], np.float32)
            frames, job.pixels = job.pixels, self._painter.paint(job.pixels, weights, strength)
            job.spent_ms["paint"] = _now_ms() - started_ms
            self._keep_to_regions(job, frames, rows)
        return job

    def _keep_to_regions(self, job: Job, frames: Pixels, rows: Sequence[Mapping[str, Any]]) -> None:
        started_ms = _now_ms()
        regions = [Region(row.get("region", Region.ALL)) for row in rows]
        if all(region is Region.ALL for region in regions):
            return
        for at, (row, region) in enumerate(zip(rows, regions, strict=True)):
            if region is not Region.ALL:
                sight = sight_of(row)
                grey = np.asarray(cv2.cvtColor(frames[at], cv2.COLOR_RGB2GRAY), np.uint8)
                presence = self._lookout.presence(sight, self._lookout.pose(sight, grey))
                job.pixels[at] = compose(frames[at], job.pixels[at], presence, region)
        job.spent_ms["track"] = _now_ms() - started_ms

    def encode(self, job: Job) -> tuple[dict[str, Any], list[bytes]]:
        """The answer: which rows were painted, their pictures, and the time that each step took."""
        started_ms = _now_ms()
        pictures = [encode(pixels, self._quality) for pixels in job.pixels] if job.rows else []
        job.spent_ms["encode"] = _now_ms() - started_ms
        return {"batch": job.head["batch"], "rows": job.rows, "spent_ms": job.spent_ms}, pictures

    def measure(self, sizes: Sequence[tuple[int, int]], counts: Sequence[int]) -> list[dict[str, Any]]:
        """Warm the painter and time it: every size with one frame, then larger batches while a second lasts."""
        deadline_ms = _now_ms() + MEASURE_S * 1000
        wanted = [(size, count) for count in counts for size in sizes]
        found = []
        for (width, height), count in wanted:
            if count > 1 and _now_ms() > deadline_ms:
                break
            self._trial(width, height, count)  # the first one compiles
            found.append({"width": width, "height": height, "count": count, "ms": self._times(width, height, count)})
        return found

    def _times(self, width: int, height: int, count: int) -> list[float]:
        """One to three times: slow engines are measured on while they serve, fast ones now."""
        times = [self._trial(width, height, count)]
        while len(times) < 3 and sum(times) < TRIAL_MS:
            times.append(self._trial(width, height, count))
        return times

    def _trial(self, width: int, height: int, count: int) -> float:
        frames: Pixels = np.full((count, height, width, 3), 128, np.uint8)
        weights = np.zeros((count, len(self._painter.styles)), np.float32)
        weights[:, 0] = 1.0
        started_ms = _now_ms()
        self._painter.paint(frames, weights, np.ones(count, np.float32))
        return _now_ms() - started_ms

    def _row(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        return np.array([weights.get(style, 0.0) for style in self._painter.styles], np.float32)
