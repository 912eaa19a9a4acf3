"""A Clip and how its frames are rendered, each with the homography that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import simplejpeg

from exhibit.track.pose import Homography, project
from server.bench.clips.disturbance import Disturbance, Trouble
from server.bench.clips.motion import Motion, Path, path
from server.bench.clips.ripmap import Picture, Ripmap
from server.bench.clips.room import build_room
from server.bench.clips.view import Lens, wall_to_frame
from server.bench.clips.wall import Area, Wall, build_wall, neighbours_of

FPS = 30.0
JPEG_QUALITY = 80
BRIEF_EXPOSURE_S = 1 / 125
BLUR_STEP_PX = 1.6  # how far apart the views are that make up a blurred frame
MOST_VIEWS = 10


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """One camera picture and the truth about it."""

    picture: Picture
    truth: Homography | None  # of the middle of the exposure; None when the target is not in the frame
    visible: float  # share of the target's area that is in the frame and not covered
    captured_ms: float


@dataclass(frozen=True, slots=True)
class Clip:
    """What is filmed and how. The same clip gives the same frames, always."""

    name: str
    target: str  # key of the picture that a tracker looks for
    hung: str | None  # key of the picture that hangs there: the target, or another; None for a room without
    motion: Motion
    disturbances: frozenset[Disturbance] = frozenset()
    frames: int = 72
    seed: int = 0
    jpeg_quality: int | None = JPEG_QUALITY  # None: as rendered

    @property
    def shows_target(self) -> bool:
        """Whether there is anything to find."""
        return self.hung == self.target


def render(clip: Clip, pictures: Mapping[str, Picture], width: int = 640, height: int = 480) -> Iterator[ClipFrame]:
    """Yield the frames of a clip. Raises KeyError for a target or a hung picture that is not there."""
    scene = _Scene(clip, _wall(clip, pictures), Lens(width, height))
    for index in range(clip.frames):
        yield scene.frame(index)


class _Scene:
    """A clip's wall in front of its camera."""

    def __init__(self, clip: Clip, wall: tuple[Ripmap, Area], lens: Lens) -> None:
        self._clip, self._lens = clip, lens
        self._ripmap, self._artwork = wall
        self._path: Path = path(clip.motion, clip.seed, clip.frames / FPS)
        self._random = np.random.default_rng([clip.seed, 1])
        self._trouble = Trouble(clip.disturbances, self._random, clip.frames / FPS, lens)

    def frame(self, index: int) -> ClipFrame:
        """The frame of that number."""
        time_s = index / FPS
        from_wall = self._from_wall(time_s)
        truth = self._truth(from_wall)
        cover = self._trouble.cover(time_s, truth)
        visible = _visible(truth, cover, self._lens) if self._clip.shows_target else 0.0
        picture = self._exposed(time_s)
        picture = self._trouble.spoil(picture, time_s, truth, cover, self._path(time_s))
        if self._clip.jpeg_quality is not None:
            jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(picture), self._clip.jpeg_quality, "RGB", "420")
            picture = simplejpeg.decode_jpeg(jpeg, "RGB")
        return ClipFrame(picture, truth if visible > 0 else None, visible, 1000 * time_s)

    def _from_wall(self, time_s: float) -> Homography:
        """Texels of the wall to pixels of the frame at a moment, both from the outer corner."""
        across, down = self._artwork.middle
        to_middle = np.array([[1, 0, -across], [0, 1, -down], [0, 0, 1]], np.float64)
        view = self._path(time_s)
        return wall_to_frame(view, self._lens, self._artwork.width, self._artwork.height) @ to_middle

    def _truth(self, from_wall: Homography) -> Homography:
        place = self._artwork
        from_unit = np.array([[place.width, 0, place.left], [0, place.height, place.top], [0, 0, 1]], np.float64)
        truth = np.diag([1 / self._lens.width, 1 / self._lens.height, 1]) @ from_wall @ from_unit
        return np.asarray(truth / truth[2, 2], np.float64)

    def _exposed(self, time_s: float) -> Picture:
        """What falls on the sensor while the shutter is open: the mean of as many views as the motion asks for."""
        exposure_s = self._trouble.exposure_s or BRIEF_EXPOSURE_S
        views = self._views(time_s, exposure_s)
        moments = time_s + exposure_s * ((np.arange(views) + 0.5) / views - 0.5)
        total = np.zeros((self._lens.height, self._lens.width, 3), np.uint16)
        for moment in moments:
            total += self._seen(float(moment))
        return np.asarray((total + views // 2) // views, np.uint8)

    def _seen(self, time_s: float) -> Picture:
        return self._ripmap.seen(self._from_wall(time_s), self._artwork.middle, self._lens.width, self._lens.height)

    def _views(self, time_s: float, exposure_s: float) -> int:
        corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]]) * (self._lens.width, self._lens.height)
        on_wall = project(np.linalg.inv(self._from_wall(time_s)), corners)
        first, last = (project(self._from_wall(time_s + share * exposure_s), on_wall) for share in (-0.5, 0.5))
        furthest = float(np.abs(last - first).max())
        return int(np.clip(np.ceil(furthest / BLUR_STEP_PX), 1, MOST_VIEWS))


def _visible(truth: Homography, cover: Picture | None, lens: Lens) -> float:
    """The share of a grid of points of the target that can be seen."""
    steps = (np.arange(32) + 0.5) / 32
    points = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    places = project(truth, points) * (lens.width, lens.height)
    ahead = points @ truth[2, :2] + truth[2, 2] > 0
    inside = ahead & (places >= 0).all(axis=1) & (places < (lens.width, lens.height)).all(axis=1)
    if cover is not None:
        columns, rows = places[inside].astype(int).T
        return float((cover[rows, columns] < 128).sum() / len(points))
    return float(inside.mean())


def _wall(clip: Clip, pictures: Mapping[str, Picture]) -> tuple[Ripmap, Area]:
    random = np.random.default_rng([clip.seed, 2])
    if clip.hung is None:
        wall: Wall = build_room(random)
    else:
        absent = "" if clip.shows_target else clip.target
        wall = build_wall(pictures[clip.hung], neighbours_of(clip.hung, pictures, random, absent), random)
    return Ripmap(wall.picture), wall.artwork
