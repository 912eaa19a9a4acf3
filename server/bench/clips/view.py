"""Where the camera stands and where it points: a View, and the homography of the wall that follows. Knows no picture.

The wall is the plane Z = 0, measured in texels from the middle of the artwork, y down; the camera is a pinhole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, cos, hypot, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from exhibit.track.pose import Homography

Matrix = NDArray[np.float64]  # 3 x 3

FIELD_OF_VIEW_DEG = 65.0  # horizontal, the main camera of a phone


@dataclass(frozen=True, slots=True)
class View:
    """A camera that orbits the artwork's middle and points a little beside it."""

    fill: float = 0.7  # how much of the frame the artwork would span, seen straight on, along its tighter side
    yaw_deg: float = 0.0  # around the artwork's upright axis
    pitch_deg: float = 0.0  # around its level axis
    roll_deg: float = 0.0  # around the line of sight
    x_px: float = 0.0  # where the artwork's middle is in the frame, from the frame's middle, at a width of 640
    y_px: float = 0.0
    aside: float = 0.0  # how far the camera was carried along the wall, in widths of what it sees at a fill of 1


@dataclass(frozen=True, slots=True)
class Lens:
    """A pinhole camera's frame, in pixels."""

    width: int = 640
    height: int = 480

    @property
    def focal_px(self) -> float:
        """The focal length in pixels."""
        return self.width / 2 / tan(radians(FIELD_OF_VIEW_DEG / 2))

    def matrix(self) -> Matrix:
        """Camera coordinates to pixels, (0, 0) being the outer corner of the frame."""
        focal = self.focal_px
        return np.array([[focal, 0, self.width / 2], [0, focal, self.height / 2], [0, 0, 1]], np.float64)


def wall_to_frame(view: View, lens: Lens, artwork_width: float, artwork_height: float) -> Homography:
    """Points of the wall, in texels from the artwork's middle, to pixels of the frame; outer corners, not centres."""
    orbit, aim = _orbit(view), _aim(view, lens)
    distance = _distance(view, lens, artwork_width, artwork_height)
    middle = np.array([0.0, 0.0, distance]) - orbit[:, 0] * view.aside * _reach(lens, artwork_width, artwork_height)
    columns = np.column_stack([aim @ orbit[:, 0], aim @ orbit[:, 1], aim @ middle])
    return np.asarray(lens.matrix() @ columns, np.float64)


def camera_place(view: View, lens: Lens, artwork_width: float, artwork_height: float) -> NDArray[np.float64]:
    """Where the camera is, in texels from the artwork's middle; negative z is in front of the wall."""
    back: NDArray[np.float64] = -_orbit(view).T @ [0.0, 0.0, _distance(view, lens, artwork_width, artwork_height)]
    back[0] += view.aside * _reach(lens, artwork_width, artwork_height)
    return back


def _distance(view: View, lens: Lens, artwork_width: float, artwork_height: float) -> float:
    return lens.focal_px * _reach(lens, artwork_width, artwork_height) / lens.width / view.fill


def _reach(lens: Lens, artwork_width: float, artwork_height: float) -> float:
    """How many texels of the wall the frame spans at a fill of 1."""
    return max(artwork_width, artwork_height * lens.width / lens.height)


def _orbit(view: View) -> Matrix:
    return _about_x(radians(view.pitch_deg)) @ _about_y(radians(view.yaw_deg))


def _aim(view: View, lens: Lens) -> Matrix:
    scale = lens.width / 640 / lens.focal_px
    right, down = atan(view.x_px * scale), atan(view.y_px * scale / hypot(1, view.x_px * scale))
    return _about_y(right) @ _about_x(-down) @ _about_z(radians(view.roll_deg))


def _about_x(angle: float) -> Matrix:
    return np.array([[1, 0, 0], [0, cos(angle), -sin(angle)], [0, sin(angle), cos(angle)]])


def _about_y(angle: float) -> Matrix:
    return np.array([[cos(angle), 0, sin(angle)], [0, 1, 0], [-sin(angle), 0, cos(angle)]])


def _about_z(angle: float) -> Matrix:
    return np.array([[cos(angle), -sin(angle), 0], [sin(angle), cos(angle), 0], [0, 0, 1]])
