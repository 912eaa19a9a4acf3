"""A pose holds for every size of frame, and geometry knows what a camera can see."""

from __future__ import annotations

import numpy as np
import pytest
from wall_views import view

from exhibit.track.geometry import area, normalised, plausible, scale_at_centre, scaled, share_in_view
from exhibit.track.pose import LOOKING, UNIT_CORNERS, Pose, TrackState, project

HALF = np.array([[0.5, 0, 0.25], [0, 0.5, 0.25], [0, 0, 1.0]])


def test_corners_are_in_pixels_of_the_frame_asked_for() -> None:
    pose = Pose(TrackState.LOCKED, HALF)
    assert pose.corners(640, 480).tolist() == [[160, 120], [480, 120], [480, 360], [160, 360]]


def test_who_is_looking_has_no_corners() -> None:
    with pytest.raises(ValueError, match="looking"):
        LOOKING.corners(640, 480)


def test_pixels_are_counted_from_the_centre_of_the_first() -> None:
    assert project(scaled(640, 480), np.array([[0.0, 0.0], [1.0, 1.0]])).tolist() == [[-0.5, -0.5], [639.5, 479.5]]


@pytest.mark.parametrize("seen", [{}, {"yaw": 60}, {"pitch": -60}, {"roll": 170}, {"yaw": 40, "pitch": 40, "roll": 90}])
def test_what_a_visitor_may_see_is_plausible(seen: dict[str, float]) -> None:
    assert plausible(np.diag([640, 480, 1]) @ view("harbour", **seen), 1.5)


MIRRORED = np.array([[-0.5, 0, 0.75], [0, 0.5, 0.25], [0, 0, 1.0]])
FOLDED = np.array([[0.5, 0, 0.25], [0, 0.5, 0.25], [-0.8, -0.8, 1.0]])
EDGE_ON = np.array([[0.02, 0, 0.5], [0, 0.9, 0.05], [0, 0, 1.0]])
SHEARED = np.array([[0.5, 0.9, 0.1], [0, 0.05, 0.25], [0, 0, 1.0]])
NOWHERE = np.full((3, 3), np.nan)


@pytest.mark.parametrize("impossible", [MIRRORED, FOLDED, EDGE_ON, SHEARED, NOWHERE, np.zeros((3, 3))])
def test_what_no_camera_sees_is_refused(impossible: np.ndarray) -> None:
    assert not plausible(impossible, 1.0)


def test_the_share_in_view_is_of_the_target() -> None:
    assert share_in_view(HALF) == 1.0
    half_out = HALF.copy()
    half_out[0, 2] = 0.75
    assert share_in_view(half_out) == pytest.approx(0.5)


def test_the_area_has_a_sign() -> None:
    assert area(UNIT_CORNERS) == 1.0
    assert area(UNIT_CORNERS[::-1]) == -1.0


def test_the_scale_is_that_of_lengths() -> None:
    assert scale_at_centre(np.diag([300.0, 300.0, 1.0])) == pytest.approx(300)


@pytest.mark.parametrize("unfit", [np.zeros((3, 3)), np.full((3, 3), np.inf)])
def test_a_homography_without_an_origin_has_no_normal_form(unfit: np.ndarray) -> None:
    with pytest.raises(ValueError, match="finite at the origin"):
        normalised(unfit)
