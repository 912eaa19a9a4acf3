"""A lens's region: paint only inside or outside of the artwork, softly at its edge and slowly in time."""

from __future__ import annotations

import numpy as np
import pytest

from exhibit.experience import Region
from exhibit.track.pose import LOOKING, Pose, TrackState
from server.worker.presence import FADE_MS, Presence, compose

WIDTH, HEIGHT = 160, 120
FRAME = np.full((HEIGHT, WIDTH, 3), 50, np.uint8)
PAINT = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
LEFT_HALF = Pose(TrackState.LOCKED, np.array([[0.5, 0, 0], [0, 1, 0], [0, 0, 1.0]]))


def present(pose: Pose = LEFT_HALF) -> Presence:
    presence = Presence()
    presence.follow(pose, 1000.0)
    return presence


def test_inside_paints_the_artwork_only_and_outside_all_but_it() -> None:
    inside = compose(FRAME, PAINT, present(), Region.INSIDE)
    outside = compose(FRAME, PAINT, present(), Region.OUTSIDE)
    assert (inside[60, 40] == 250).all() and (inside[60, 120] == 50).all()
    assert (outside[60, 40] == 50).all() and (outside[60, 120] == 250).all()


def test_everything_is_painted_without_a_region() -> None:
    assert compose(FRAME, PAINT, present(), Region.ALL) is PAINT


def test_without_an_artwork_inside_paints_nothing_and_outside_everything() -> None:
    assert (compose(FRAME, PAINT, present(LOOKING), Region.INSIDE) == FRAME).all()
    assert (compose(FRAME, PAINT, present(LOOKING), Region.OUTSIDE) == PAINT).all()


def test_the_edge_is_soft() -> None:
    row = compose(FRAME, PAINT, present(), Region.INSIDE)[60, :, 0].astype(int)
    assert abs(row[80:] - 50).max() <= 3, "nothing is painted beyond the artwork"
    edge = row[77:80]
    assert (np.diff(edge) < 0).all() and 50 < edge.min() < edge.max() < 250


@pytest.mark.parametrize("pose", [LEFT_HALF, Pose(TrackState.COASTING, LEFT_HALF.homography)])
def test_it_fades_in_and_out_with_time_and_not_with_frames(pose: Pose) -> None:
    presence = present(LOOKING)
    shares = []
    for at_ms, seen in ((1100, pose), (1150, pose), (1300, pose), (1500, pose), (1650, LOOKING), (9000, LOOKING)):
        presence.follow(seen, at_ms)
        shares.append(presence.share * FADE_MS)
    assert shares == pytest.approx([100, 150, 300, 300, 150, 0])


def test_while_it_fades_out_it_stays_where_it_was() -> None:
    presence = present()
    presence.follow(LOOKING, 1000.0 + FADE_MS / 2)
    mask = presence.mask(WIDTH, HEIGHT)
    assert mask[60, 40] == pytest.approx(0.5) and mask[60, 120] == 0


def test_a_clock_that_runs_backwards_changes_nothing() -> None:
    presence = present()
    presence.follow(LOOKING, 0.0)
    assert presence.share == 1.0


@pytest.mark.parametrize(
    "homography",
    [
        np.array([[1e4, 0, -5e3], [0, 1e4, -5e3], [0, 0, 1.0]]),  # far larger than the frame
        np.array([[1e-9, 0, 0.5], [0, 1e-9, 0.5], [0, 0, 1.0]]),  # a point
        np.array([[1, 0, 9e3], [0, 1, 0], [0, 0, 1.0]]),  # far away
        np.array([[1, 0, 0], [0, 1, 0], [-2, 0, 1.0]]),  # partly behind the camera
    ],
)
def test_any_pose_gives_a_mask_between_nothing_and_all(homography: np.ndarray) -> None:
    mask = present(Pose(TrackState.LOCKED, homography)).mask(WIDTH, HEIGHT)
    assert mask.shape == (HEIGHT, WIDTH) and mask.min() >= 0 and mask.max() <= 1
