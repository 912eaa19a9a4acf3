"""Rendered clips: the truth is where the picture really is, and each motion and disturbance does what it says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
import simplejpeg

from exhibit.track.pose import UNIT_CORNERS, project
from server.bench.clips.clip import Clip, ClipFrame, render, truths
from server.bench.clips.disturbance import Disturbance
from server.bench.clips.motion import Motion
from server.bench.clips.ripmap import Picture, Ripmap

WIDTH, HEIGHT = 640, 480
DOTS = np.array([[x, y] for x in (0.14, 0.38, 0.62, 0.86) for y in (0.2, 0.5, 0.8)])  # in unit coordinates


def dotted(width: int = 1280, height: int = 960) -> Picture:
    """Dark soft dots on white, drawn where DOTS says, (0, 0) being the outer corner."""
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    dark = np.zeros((height, width))
    for x, y in DOTS:
        dark += np.exp(-((columns - x * width) ** 2 + (rows - y * height) ** 2) / (2 * 14**2))
    return np.repeat((245 - 225 * dark.clip(0, 1))[:, :, None], 3, axis=2).astype(np.uint8)


def blotched(width: int = 320, height: int = 240, seed: int = 0) -> Picture:
    random = np.random.default_rng(seed).integers(30, 220, (height // 4, width // 4, 3))
    return np.asarray(cv2.resize(random.astype(np.uint8), (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


PICTURES = {"art": blotched(), "other": blotched(seed=1), "third": blotched(seed=2)}


def clip_of(motion: Motion, *disturbances: Disturbance, frames: int = 12, seed: int = 4) -> Clip:
    return Clip("clip", "art", "art", motion, frozenset(disturbances), frames, seed)


def frames_of(clip: Clip) -> list[ClipFrame]:
    return list(render(clip, PICTURES))


def grey_of(frame: ClipFrame) -> np.ndarray:
    return np.asarray(cv2.cvtColor(frame.picture, cv2.COLOR_RGB2GRAY))


def centroid(grey: np.ndarray, place: np.ndarray, reach: int = 9) -> np.ndarray:
    """The middle of the darkness around a place, in pixels from the frame's outer corner."""
    column, row = (int(side) for side in place)
    part = grey[row - reach : row + reach + 1, column - reach : column + reach + 1].astype(float)
    dark = np.clip(0.8 * part.max() - part, 0, None)
    rows, columns = np.mgrid[row - reach : row + reach + 1, column - reach : column + reach + 1] + 0.5
    return np.asarray([(columns * dark).sum(), (rows * dark).sum()]) / dark.sum()


@pytest.mark.parametrize(
    ("motion", "at"),
    [
        (Motion.STATIC, 0),
        (Motion.HOLD, 9),
        (Motion.APPROACH, 2),
        (Motion.PAN, 11),
        (Motion.ROLL, 11),
        (Motion.YAW, 4),
        (Motion.PITCH, 4),
    ],
)
def test_the_truth_is_where_the_dots_are(motion: Motion, at: int) -> None:
    clip = replace(clip_of(motion), jpeg_quality=None)
    frame = list(render(clip, {"art": dotted()}))[at]
    assert frame.truth is not None
    places = project(frame.truth, DOTS) * (WIDTH, HEIGHT)
    inside = places[(places > 12).all(axis=1) & (places < (WIDTH - 12, HEIGHT - 12)).all(axis=1)]
    assert len(inside) >= 6
    off = np.array([centroid(grey_of(frame), place) for place in inside]) - inside
    assert np.abs(np.median(off, axis=0)).max() < 0.05  # half a pixel, were the centres taken for the corners
    assert np.abs(off).max() < 0.15  # of a dot seen aslant, the middle is not quite the middle of what is seen


@pytest.mark.parametrize("motion", list(Motion))
def test_a_clip_gives_the_same_frames_every_time(motion: Motion) -> None:
    clip = clip_of(motion, *Disturbance, frames=3)
    for one, other in zip(frames_of(clip), frames_of(clip), strict=True):
        assert np.array_equal(one.picture, other.picture)


def test_another_seed_gives_another_clip() -> None:
    one, other = (frames_of(clip_of(Motion.HOLD, frames=1, seed=seed))[0] for seed in (1, 2))
    assert one.truth is not None
    assert other.truth is not None
    assert not np.allclose(one.truth, other.truth)


def test_the_truths_alone_are_those_of_the_frames() -> None:
    clip = clip_of(Motion.PAN, Disturbance.VISITOR, frames=30)
    for alone, frame in zip(truths(clip, PICTURES), frames_of(clip), strict=True):
        assert frame.truth is not None
        assert alone.homography is not None
        assert np.array_equal(alone.homography, frame.truth)
        assert (alone.visible, alone.captured_ms) == (frame.visible, frame.captured_ms)


def test_frames_are_captured_thirty_times_a_second() -> None:
    assert [truth.captured_ms for truth in truths(clip_of(Motion.HOLD, frames=4), PICTURES)] == pytest.approx(
        [0, 33.3333, 66.6667, 100], abs=1e-3
    )


def test_a_frame_is_what_its_jpeg_holds() -> None:
    frame = frames_of(clip_of(Motion.STATIC, frames=1))[0]
    assert frame.jpeg is not None
    assert np.array_equal(simplejpeg.decode_jpeg(frame.jpeg, "RGB"), frame.picture)


@pytest.mark.parametrize("seed", range(6))
def test_who_leaves_is_out_of_view_for_about_a_second_and_comes_back(seed: int) -> None:
    seen = [truth.visible for truth in truths(clip_of(Motion.LEAVE, frames=96, seed=seed), PICTURES)]
    gone = [number for number, visible in enumerate(seen) if visible == 0]
    assert 20 <= len(gone) <= 45
    assert gone == list(range(gone[0], gone[-1] + 1))
    assert min(seen[0], seen[-1]) > 0.9


def test_there_is_no_truth_while_the_target_is_out_of_view() -> None:
    for truth in truths(clip_of(Motion.LEAVE, frames=96), PICTURES):
        assert (truth.homography is None) == (truth.visible == 0)


@pytest.mark.parametrize(("motion", "column"), [(Motion.YAW, 0), (Motion.PITCH, 1)])
def test_tilts_go_to_about_sixty_degrees(motion: Motion, column: int) -> None:
    squeezed = []
    for truth in truths(clip_of(motion, frames=66), PICTURES):
        assert truth.homography is not None
        middle = project(truth.homography, np.array([[0.5, 0.5], [0.51, 0.5], [0.5, 0.51]])) * (WIDTH, HEIGHT)
        across, down = (np.linalg.norm(middle[side] - middle[0]) for side in (1, 2))
        squeezed.append((across * 3 / (down * 4), down * 4 / (across * 3))[column])
    assert 0.4 < min(squeezed) < 0.62  # cos 60 degrees, and a little for the sway and for looking past the middle


def test_a_shaken_camera_moves_by_tens_of_pixels_a_frame() -> None:
    steps = []
    for one, other in pairs_of_corners(clip_of(Motion.SHAKE, frames=66)):
        steps.append(np.linalg.norm(other - one, axis=1).max())
    assert 25 < max(steps) < 60


def test_a_tripod_does_not_move() -> None:
    for one, other in pairs_of_corners(clip_of(Motion.STATIC)):
        assert np.array_equal(one, other)


def test_an_approach_goes_from_a_third_of_the_frame_to_more_than_all_of_it() -> None:
    widths = []
    for truth in truths(clip_of(Motion.APPROACH, frames=66), PICTURES):
        assert truth.homography is not None
        corners = project(truth.homography, UNIT_CORNERS)
        widths.append(corners[1, 0] - corners[0, 0])
        assert truth.visible > 0.6
    assert min(widths) < 0.42
    assert max(widths) > 1.0


@pytest.mark.parametrize("seed", range(8))
def test_a_visitor_covers_up_to_a_third_of_the_target(seed: int) -> None:
    clip = clip_of(Motion.HOLD, Disturbance.VISITOR, frames=66, seed=seed)
    assert 0.66 < min(truth.visible for truth in truths(clip, PICTURES)) < 0.85


def test_noise_is_seen_where_nothing_moves() -> None:
    quiet, loud = (stray(clip_of(Motion.STATIC, *kinds)) for kinds in ((), (Disturbance.NOISE,)))
    assert 0.5 < quiet < 2.5
    assert loud > 3.5


def test_a_dark_room_is_dark() -> None:
    lit, dark = (frames_of(clip_of(Motion.STATIC, *kinds))[0].picture.mean() for kinds in ((), (Disturbance.DARK,)))
    assert dark < 0.5 * lit


def test_the_exposure_drifts_and_jumps() -> None:
    means = [frame.picture.mean() for frame in frames_of(clip_of(Motion.STATIC, Disturbance.EXPOSURE, frames=60))]
    assert max(means) > 1.6 * min(means)


def test_the_focus_is_lost_and_found() -> None:
    sharp = [sharpness(frame) for frame in frames_of(clip_of(Motion.STATIC, Disturbance.DEFOCUS, frames=60))]
    assert min(sharp) < 0.7 * max(sharp)  # noise stays sharp


@pytest.mark.slow
def test_long_exposures_blur_what_moves() -> None:
    brief, long = (
        np.median([sharpness(frame) for frame in frames_of(clip_of(Motion.SHAKE, *kinds, frames=40))])
        for kinds in ((), (Disturbance.BLUR,))
    )
    assert long < 0.8 * brief


def test_lamps_blow_out_a_part_of_the_target_only() -> None:
    plain, glossy = (frames_of(clip_of(Motion.HOLD, *kinds))[6] for kinds in ((), (Disturbance.GLARE,)))
    blown = (glossy.picture.min(axis=2) > 250) & (plain.picture.min(axis=2) < 250)
    assert plain.truth is not None
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(project(plain.truth, UNIT_CORNERS) * (WIDTH, HEIGHT)).astype(np.int32), 1)
    assert 300 < blown.sum() < 0.3 * mask.sum()
    assert blown[mask == 0].sum() < 0.02 * blown.sum()


@pytest.mark.parametrize("hung", ["other", None])
def test_a_clip_without_its_target_has_no_truth(hung: str | None) -> None:
    clip = replace(clip_of(Motion.HOLD, frames=2), hung=hung)
    assert not clip.shows_target
    assert [(frame.truth, frame.visible) for frame in frames_of(clip)] == [(None, 0.0)] * 2


def test_a_picture_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError, match="nonesuch"):
        frames_of(replace(clip_of(Motion.HOLD), hung="nonesuch"))


def test_what_is_behind_the_camera_is_not_seen() -> None:
    up_to_horizon = np.array([[1, 0, 0], [0, 1, 0], [0, 0.01, 1]])  # rows of the wall end at row 100 of the frame
    wall = Ripmap(np.full((800, 200, 3), 255, np.uint8), beyond=(10, 20, 30))
    frame = wall.seen(up_to_horizon @ np.array([[1, 0, 0], [0, 1, -400], [0, 0, 1]]), (100, 420), 120, 200)
    assert (frame[40:70, 5:50] == 255).all()
    assert (frame[103:] == (10, 20, 30)).all()


def pairs_of_corners(clip: Clip) -> list[tuple[np.ndarray, np.ndarray]]:
    found = [truth.homography for truth in truths(clip, PICTURES)]
    corners = [project(one, UNIT_CORNERS) * (WIDTH, HEIGHT) for one in found if one is not None]
    assert len(corners) == clip.frames
    return list(pairwise(corners))


def stray(clip: Clip) -> float:
    """How much the pixels of frames of one still scene differ from their mean."""
    stack = np.stack([frame.picture for frame in frames_of(clip)]).astype(np.float32)
    return float(stack[:, 100:380, 150:490].std(axis=0).mean())


def sharpness(frame: ClipFrame) -> float:
    return float(cv2.Laplacian(grey_of(frame), cv2.CV_32F)[100:380, 150:490].std())
