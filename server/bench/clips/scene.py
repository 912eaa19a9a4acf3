"""A wall before a moving camera: what falls on the sensor at a moment, and where the artwork is then. Knows no clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.track.pose import Homography, project
from server.bench.clips.motion import Path
from server.bench.clips.passer import Lamp, Mask, Visitor, glare
from server.bench.clips.ripmap import Picture, Ripmap
from server.bench.clips.view import Lens, camera_place, wall_to_frame
from server.bench.clips.wall import Area

_BLUR_STEP_PX = 2.0  # how far apart the views are that make up a blurred frame
_MOST_VIEWS = 10
_GRID = 32  # points along each side of the artwork, to count which are seen


@dataclass(frozen=True)
class Shot:
    """Where the artwork is in front of the camera, and who walks between; all that the truth depends on."""

    artwork: Area
    path: Path
    lens: Lens
    visitor: Visitor | None = None

    @property
    def aspect(self) -> float:
        """Width over height of the artwork."""
        return self.artwork.width / self.artwork.height

    def truth(self, time_s: float) -> Homography:
        """The artwork's unit square to that of the frame."""
        place, lens = self.artwork, self.lens
        from_unit = np.array([[place.width, 0, place.left], [0, place.height, place.top], [0, 0, 1]], np.float64)
        truth = np.diag([1 / lens.width, 1 / lens.height, 1]) @ self.from_wall(time_s) @ from_unit
        return np.asarray(truth / truth[2, 2], np.float64)

    def visible(self, time_s: float) -> float:
        """The share of the artwork that is in the frame with nobody in front of it."""
        truth, size = self.truth(time_s), (self.lens.width, self.lens.height)
        steps = (np.arange(_GRID) + 0.5) / _GRID
        points = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        points = points[points @ truth[2, :2] + truth[2, 2] > 0]  # in front of the camera
        places = project(truth, points) * size
        seen = places[(places >= 0).all(axis=1) & (places < size).all(axis=1)]
        cover = self.cover(time_s)
        if cover is not None:
            columns, rows = seen.astype(int).T
            seen = seen[cover[rows, columns] < 128]
        return len(seen) / _GRID**2

    def cover(self, time_s: float) -> Mask | None:
        """Where the visitor is in the frame; None where there is none."""
        if self.visitor is None:
            return None
        return self.visitor.cover(self.truth(time_s), self.aspect, self.lens, time_s)

    def from_wall(self, time_s: float) -> Homography:
        """Texels of the wall to pixels of the frame, both from the outer corner."""
        across, down = self.artwork.middle
        to_middle = np.array([[1, 0, -across], [0, 1, -down], [0, 0, 1]], np.float64)
        from_middle = wall_to_frame(self.path(time_s), self.lens, self.artwork.width, self.artwork.height)
        return np.asarray(from_middle @ to_middle, np.float64)

    def camera(self, time_s: float) -> NDArray[np.float64]:
        """Where the camera is, in texels from the artwork's middle."""
        return camera_place(self.path(time_s), self.lens, self.artwork.width, self.artwork.height)


@dataclass(frozen=True)
class Scene:
    """What a shot films: the wall's picture, and the lamps that are reflected in the artwork."""

    shot: Shot
    wall: Ripmap
    lamps: Sequence[Lamp] = ()

    def light(self, time_s: float, exposure_s: float) -> Picture:
        """What falls on the sensor while the shutter is open, `time_s` being the middle of that."""
        shot = self.shot
        picture, truth = self._exposed(time_s, exposure_s), shot.truth(time_s)
        if self.lamps:
            camera, size = shot.camera(time_s), (shot.artwork.width, shot.artwork.height)
            picture = glare(picture, truth, [lamp.outline(camera) / size + 0.5 for lamp in self.lamps])
        cover = shot.cover(time_s)
        if shot.visitor is None or cover is None:
            return picture
        return shot.visitor.walk_through(picture, cover, truth, shot.aspect, time_s)

    def _exposed(self, time_s: float, exposure_s: float) -> Picture:
        """The mean of as many views as the motion asks for."""
        views = self._views(time_s, exposure_s)
        if views == 1:
            return self._seen(time_s)
        total = np.zeros((self.shot.lens.height, self.shot.lens.width, 3), np.uint16)
        for share in (np.arange(views) + 0.5) / views - 0.5:
            total += self._seen(time_s + exposure_s * float(share))
        return np.asarray(cv2.convertScaleAbs(total, alpha=1 / views), np.uint8)

    def _seen(self, time_s: float) -> Picture:
        lens = self.shot.lens
        return self.wall.seen(self.shot.from_wall(time_s), self.shot.artwork.middle, lens.width, lens.height)

    def _views(self, time_s: float, exposure_s: float) -> int:
        """By the furthest way of the artwork's middle and of points around it."""
        around = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.5, 0.5]], np.float64) * 0.8 + 0.1
        first, last = (project(self.shot.truth(time_s + side * exposure_s / 2), around) for side in (-1, 1))
        furthest = float(np.abs((last - first) * (self.shot.lens.width, self.shot.lens.height)).max())
        return int(np.clip(np.ceil(furthest / _BLUR_STEP_PX), 1, _MOST_VIEWS))
