"""What a worker does with a batch to paint: decode, find artworks where it matters, paint, encode. Knows no socket."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.dream import Mark
from exhibit.experience import Region
from models.errors import ModelError
from models.runtime.engine import Pending
from models.style.painter import Floats, Painter
from server.provenance.mark import mark
from server.worker.codec import DamagedPictureError, Pixels, fit, read_artwork
from server.worker.jpegs import CoreJpegs, Jpegs
from server.worker.lookout import Lookout
from server.worker.presence import compose
from server.worker.tracking import sight_of
from server.worker.wire import Message

log = logging.getLogger("vernissage.worker")

FAILURES = 3  # batches in a row that fail: the engine does not recover
ARTWORKS_KEPT = 16  # pictures of artworks, open at the size they are painted at


def _now_ms() -> float:
    return time.perf_counter() * 1000


@dataclass
class Job:
    """A batch on its way through the workshop. Rows that are damaged or cannot be painted leave `frames`."""

    head: Mapping[str, Any]
    pictures: Sequence[bytes]
    rows: list[int] = field(default_factory=list)  # indices of the rows that could be decoded
    frames: Pixels = field(default_factory=lambda: np.empty((0, 0, 0, 3), np.uint8))  # of those rows
    begun: Pending | None = None  # what is painted, once it is fetched
    busy_ms: tuple[float, float] = (0.0, 0.0)  # when the painter was asked, and when it had been told everything
    spent_ms: dict[str, float] = field(default_factory=dict)
    failure: Exception | None = None  # why nothing of it can be painted: it leaves no rows, and no frames


class Workshop:
    """Turns batches of JPEGs into batches of painted JPEGs with one painter at a time; where there is a lighter one
    beside it, each batch says by which.

    Each of decode, paint and encode belongs to a thread. Painting is only begun by `paint` and fetched by `encode`, so
    that a card computes one batch while the next is on its way to it.
    """

    def __init__(
        self,
        painter: Painter,
        quality: int,
        lookout: Lookout,
        pictures: Path,
        *,
        jpegs: Jpegs | None = None,
        lighter: Painter | None = None,
    ) -> None:
        self._painter, self._lighter = painter, lighter
        self._quality, self._lookout = quality, lookout
        self._jpegs = jpegs or CoreJpegs(1)
        self._pictures = pictures  # the folder of artworks
        self._open: OrderedDict[tuple[str, int, int], Pixels] = OrderedDict()  # by artwork and size
        self._fetched_ms = 0.0  # when the last batch was
        self._begun = 0  # batches that were begun and are not encoded yet
        self._encoded = Condition()
        self._missed: set[str] = set()  # styles that were asked for and not there
        self._failures = 0  # batches that failed, in a row
        self._said_failure = False  # of the painter that paints now

    @property
    def description(self) -> str:
        """What paints, and where JPEGs are decoded, for the operator."""
        return f"{self._painter.description}; {self._jpegs.description}"

    @property
    def painter(self) -> Painter:
        """What paints now."""
        return self._painter

    def change(self, painter: Painter, jpegs: Jpegs, lighter: Painter | None = None) -> None:
        """Paint with others from the next batch on. For the thread that paints; waits until the old are idle."""
        self._said_failure = False
        before = (self._painter, self._jpegs, self._lighter)
        self._painter, self._jpegs, self._lighter = painter, jpegs, lighter
        with self._encoded:
            self._encoded.wait_for(lambda: self._begun == 0)
        for one in before:
            if one is not None:
                one.close()

    def _painter_for(self, head: Mapping[str, Any]) -> Painter:
        """Who paints a batch. One meant for a lighter painter that is gone meanwhile is painted all the same."""
        return self._lighter if self._lighter is not None and head.get("lighter") else self._painter

    def decode(self, message: Message) -> Job:
        """Open the pictures of a batch; a damaged one costs its own row only, want of memory the batch."""
        started_ms = _now_ms()
        job = Job(message.head, message.pictures)
        try:
            frames = self._painter_for(job.head).frames(len(job.pictures), job.head["height"], job.head["width"])
            filled = self._fill(job, frames)
        except (ModelError, MemoryError) as error:
            job.failure = error
            return job
        job.rows = [index for index, done in enumerate(filled) if done]
        job.frames = frames if all(filled) else frames[job.rows]
        job.spent_ms["decode"] = _now_ms() - started_ms
        return job

    def _fill(self, job: Job, frames: Pixels) -> list[bool]:
        """Open every row's picture: frames as they came, and artworks for textures."""
        filled = [False] * len(job.pictures)
        sent = [index for index, row in enumerate(job.head["rows"]) if "texture" not in row]
        for index, row in enumerate(job.head["rows"]):
            if "texture" in row:
                filled[index] = self._fill_artwork(row["texture"], frames[index])
        room = frames if len(sent) == len(frames) else np.empty((len(sent), *frames.shape[1:]), np.uint8)
        decoded = self._jpegs.decode([job.pictures[index] for index in sent], room)
        for at, index in enumerate(sent):
            filled[index] = decoded[at]
            if room is not frames:
                frames[index] = room[at]
        return filled

    def _fill_artwork(self, artwork: str, frame: Pixels) -> bool:
        height, width = frame.shape[:2]
        key = (artwork, width, height)
        try:
            if key not in self._open:
                self._open[key] = fit(read_artwork(self._pictures / artwork), width, height)
        except DamagedPictureError:
            return False
        while len(self._open) > ARTWORKS_KEPT:
            self._open.popitem(last=False)
        frame[:] = self._open[key]
        return True

    def paint(self, job: Job) -> Job:
        """Begin to paint what was opened, each row with its own mix."""
        started_ms = _now_ms()
        painter = self._painter_for(job.head)
        weights = self._known_weights(job, painter.styles)
        if job.rows:
            rows = [job.head["rows"][index] for index in job.rows]
            strength = np.array([row["strength"] for row in rows], np.float32)
            try:
                job.begun = painter.begin(job.frames, weights, strength)
            except (ModelError, MemoryError) as error:
                job.failure = error
                return job
            job.busy_ms = started_ms, _now_ms()
            with self._encoded:
                self._begun += 1
        return job

    def _known_weights(self, job: Job, styles: Sequence[str]) -> Floats:
        """The mixes as weights of the painter's styles. Rows of whose styles it has none leave the job: they may have
        been taken away since they were chosen."""
        mixes = [job.head["rows"][index]["weights"] for index in job.rows]
        weights = np.array([_weights(mix, styles) for mix in mixes], np.float32).reshape(len(mixes), len(styles))
        known: NDArray[np.bool_] = np.any(weights, axis=1)
        if not known.all():
            self._say_missed({style for mix, has in zip(mixes, known, strict=True) if not has for style in mix})
            job.rows = [index for index, has in zip(job.rows, known, strict=True) if has]
            job.frames = job.frames[known]
        return weights[known]

    def _say_missed(self, styles: set[str]) -> None:
        for style in sorted(styles - self._missed):
            log.warning("the style %s is asked for and not there: whoever chose it sees the camera's picture", style)
        self._missed |= styles

    def encode(self, job: Job) -> tuple[dict[str, Any], list[bytes]]:
        """The answer: which rows were painted, their pictures, and the time that each step took; or that the batch
        failed. Raises what FAILURES batches in a row failed with."""
        pictures: list[bytes] = []
        if job.begun is not None:
            try:
                pictures = self._finish(job, job.begun)
            except (ModelError, MemoryError) as error:
                job.failure = error
            finally:
                with self._encoded:
                    self._begun -= 1
                    self._encoded.notify()
        if job.failure is not None:
            return self._give_up(job, job.failure), []
        self._failures = 0
        return {"batch": job.head["batch"], "rows": job.rows, "spent_ms": job.spent_ms}, pictures

    def _finish(self, job: Job, begun: Pending) -> list[bytes]:
        """The pictures of what was begun."""
        pixels = self._fetched(job, begun)
        self._keep_to_regions(job, pixels)
        self._set_marks(job, pixels)
        started_ms = _now_ms()
        pictures = self._jpegs.encode(pixels, self._quality)
        job.spent_ms["encode"] = _now_ms() - started_ms
        return pictures

    def _give_up(self, job: Job, failure: Exception) -> dict[str, Any]:
        """One batch that fails, for want of memory or whatever else, costs itself: the answer that says so."""
        self._failures += 1
        if self._failures >= FAILURES:
            raise failure
        if not self._said_failure:
            self._said_failure = True
            why = str(failure) or type(failure).__name__
            log.error("a batch of %d could not be painted (this is said once): %s", len(job.pictures), why)
        return {"batch": job.head["batch"], "failed": True}

    def _fetched(self, job: Job, begun: Pending) -> Pixels:
        """What was painted. It took as long as the painter was at it, not as long as it waited for the one before."""
        finished = begun.finished
        pixels: Pixels = begun.result()
        started_ms, told_ms = job.busy_ms
        now_ms = told_ms if finished else _now_ms()
        job.spent_ms["paint"] = now_ms - max(started_ms, min(self._fetched_ms, told_ms))
        self._fetched_ms = now_ms
        return pixels

    def _keep_to_regions(self, job: Job, pixels: Pixels) -> None:
        """Leave what is painted only where each row's lens says."""
        started_ms = _now_ms()
        rows = [job.head["rows"][index] for index in job.rows]
        regions = [Region(row.get("region", Region.ALL)) for row in rows]
        if all(region is Region.ALL for region in regions):
            return
        for at, (row, region) in enumerate(zip(rows, regions, strict=True)):
            if region is not Region.ALL:
                sight = sight_of(row)
                grey = np.asarray(cv2.cvtColor(job.frames[at], cv2.COLOR_RGB2GRAY), np.uint8)
                presence = self._lookout.presence(sight, self._lookout.pose(sight, grey))
                pixels[at] = compose(job.frames[at], pixels[at], presence, region)
        job.spent_ms["track"] = _now_ms() - started_ms

    def _set_marks(self, job: Job, pixels: Pixels) -> None:
        """What a model made from words says so, repainted or not."""
        for at, index in enumerate(job.rows):
            if "mark" in (row := job.head["rows"][index]):
                pixels[at] = mark(pixels[at], Mark(row["mark"]))


def _weights(mix: Mapping[str, float], styles: Sequence[str]) -> NDArray[np.float32]:
    return np.array([mix.get(style, 0.0) for style in styles], np.float32)
