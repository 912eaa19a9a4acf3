"""A tracker finds its artwork, stays on it, lets go of it, and never sees it where it is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from wall_views import HEIGHT, WIDTH, Grey, error_px, frame, picture, target, view

from exhibit.track.alignment import Stage, align, pyramid
from exhibit.track.geometry import scaled
from exhibit.track.pose import Homography, Pose, TrackState
from exhibit.track.search import search
from exhibit.track.target import compile_target
from exhibit.track.tracker import COAST_MS, Tracker

PERIOD_MS = 1000 / 30


def track_all(tracker: Tracker, frames: list[Grey]) -> list[Pose]:
    return [tracker.track(grey, index * PERIOD_MS) for index, grey in enumerate(frames)]


def states(poses: list[Pose]) -> list[TrackState]:
    return [pose.state for pose in poses]


@pytest.mark.parametrize(
    "seen",
    [{}, {"yaw": 55}, {"yaw": -55}, {"pitch": 55}, {"roll": 90}, {"distance": 3.5}, {"distance": 1.15}, {"x": 0.5}],
    ids=str,
)
def test_the_artwork_is_found_in_the_first_frame(seen: dict[str, float]) -> None:
    truth = view("harbour", **seen)
    pose = Tracker(target("harbour")).track(frame(picture("harbour"), truth), 0.0)
    assert pose.state is TrackState.LOCKED
    assert error_px(pose, truth) < 1.0
    assert pose.error_px < 1.0
    assert pose.confidence > 0.5


def test_a_moving_camera_is_followed_without_drift() -> None:
    path = [view("valley", x=0.3 * np.sin(i / 9), yaw=i, roll=0.7 * i, distance=1.6 + i / 50) for i in range(45)]
    poses = track_all(Tracker(target("valley")), [frame(picture("valley"), h, seed=i) for i, h in enumerate(path)])
    errors = [error_px(pose, truth) for pose, truth in zip(poses, path, strict=True)]
    assert max(errors) < 1.0
    assert np.median(errors) < 0.3


@pytest.mark.parametrize("name", ["harbour", pytest.param("still_life", marks=pytest.mark.slow)])
def test_frames_that_come_seldom_from_a_camera_that_moves_fast_mislead_nobody(name: str) -> None:
    path = [view(name, x=0.45 * np.sin(1.1 * i), y=0.1 * np.sin(2 * i), yaw=25 * np.sin(i / 2)) for i in range(40)]
    tracker = Tracker(target(name))
    poses = [tracker.track(frame(picture(name), truth, seed=i), 300.0 * i) for i, truth in enumerate(path)]
    assert states(poses).count(TrackState.LOCKED) >= 38
    assert all(error_px(p, h) < 5 for p, h in zip(poses, path, strict=True) if p.state is TrackState.LOCKED)


def test_a_still_camera_gives_a_still_pose() -> None:
    truth = view("street", yaw=20, roll=5)
    poses = track_all(Tracker(target("street")), [frame(picture("street"), truth, seed=i, noise=5) for i in range(20)])
    corners = np.stack([pose.corners(WIDTH, HEIGHT) for pose in poses])
    assert np.sqrt(np.square(corners - corners.mean(axis=0)).sum(axis=2).mean()) < 0.3


def test_a_lost_artwork_coasts_then_is_looked_for_and_found_again() -> None:
    truth = view("harbour")
    seen = [frame(picture("harbour"), truth, seed=i) for i in range(4)]
    gone = [frame(None, None, seed=i) for i in range(20)]
    poses = track_all(Tracker(target("harbour")), [*seen, *gone, *seen, *seen])
    after = states(poses)
    assert after[:4] == [TrackState.LOCKED] * 4
    coasting = [state for state in after[4:24] if state is TrackState.COASTING]
    assert 0 < len(coasting) <= COAST_MS / PERIOD_MS + 1
    assert after[23] is TrackState.LOOKING
    assert TrackState.LOCKED in after[24:29]
    assert after[-1] is TrackState.LOCKED


def test_confidence_sinks_while_coasting() -> None:
    tracker = Tracker(target("harbour"))
    locked = tracker.track(frame(picture("harbour"), view("harbour")), 0.0)
    coasting = [tracker.track(frame(None, None, seed=i), i * PERIOD_MS) for i in (1, 2, 3)]
    confidences = [pose.confidence for pose in (locked, *coasting)]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[-1] < 0.5 * confidences[0]


def test_a_visitor_in_front_does_not_push_the_pose_aside() -> None:
    truth = view("street", yaw=15)
    frames = []
    for index in range(12):
        grey = frame(picture("street"), truth, seed=index)
        grey[:, 60 * index - 120 : max(0, 60 * index)] = 30
        frames.append(grey)
    poses = track_all(Tracker(target("street")), frames)
    assert max(error_px(pose, truth) for pose in poses) < 1.5


def test_uneven_light_and_glare_do_not_push_the_pose_aside() -> None:
    truth = view("still_life", pitch=20)
    grey = frame(picture("still_life"), truth).astype(float)
    grey *= np.linspace(0.4, 1.3, WIDTH)
    lamp = cv2.GaussianBlur(cv2.circle(np.zeros((HEIGHT, WIDTH)), (300, 220), 40, 600.0, -1), (0, 0), 15)
    pose = Tracker(target("still_life")).track(np.clip(grey + lamp, 0, 255).astype(np.uint8), 0.0)
    assert error_px(pose, truth) < 1.0


@pytest.mark.parametrize("shown", ["valley", pytest.param("portrait", marks=pytest.mark.slow), None])
def test_another_artwork_or_none_is_never_locked(shown: str | None) -> None:
    frames = [
        frame(picture(shown), view(shown, yaw=3 * i, roll=i), seed=i) if shown else frame(None, None, seed=i)
        for i in range(12)
    ]
    assert set(states(track_all(Tracker(target("harbour")), frames))) == {TrackState.LOOKING}


def test_the_mirrored_artwork_is_never_locked() -> None:
    mirrored = np.ascontiguousarray(picture("harbour")[:, ::-1])
    frames = [frame(mirrored, view("harbour", yaw=i), seed=i) for i in range(6)]
    assert set(states(track_all(Tracker(target("harbour")), frames))) == {TrackState.LOOKING}


def test_a_turned_phone_is_looked_for_anew_at_once() -> None:
    tracker = Tracker(target("harbour"))
    tracker.track(frame(picture("harbour"), view("harbour")), 0.0)
    truth = view("harbour", distance=2.5)
    upright = np.ascontiguousarray(frame(picture("harbour"), truth)[:, 80:560])
    pose = tracker.track(upright, PERIOD_MS)
    assert pose.state is TrackState.LOCKED
    shifted = np.array([[640 / 480, 0, -80 / 480], [0, 1, 0], [0, 0, 1]]) @ truth
    expected = Pose(TrackState.LOCKED, shifted).corners(480, 480)
    assert np.abs(pose.corners(480, 480) - expected).max() < 1.0


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 7), (16, 16), (1, 640), (640, 2), (31, 33)])
def test_frames_of_any_size_are_answered(shape: tuple[int, int]) -> None:
    tracker = Tracker(target("harbour"))
    random = np.random.default_rng(0)
    for grey in (np.zeros(shape, np.uint8), random.integers(0, 256, shape, dtype=np.uint8)):
        assert tracker.track(grey, 0.0).state is TrackState.LOOKING


def test_a_target_without_texture_is_never_locked() -> None:
    blank = compile_target(np.full((300, 400, 3), 128, np.uint8))
    assert Tracker(blank).track(frame(picture("harbour"), view("harbour")), 0.0).state is TrackState.LOOKING


def test_a_blurred_artwork_is_found_by_its_looks() -> None:
    truth = view("still_life", distance=1.9, x=0.1)
    streaks = np.full((1, 31), 1 / 31)
    blurred = cv2.filter2D(frame(picture("still_life"), truth, noise=0), -1, streaks)
    assert search(cv2.pyrDown(blurred), target("still_life")) is None
    pose = Tracker(target("still_life")).track(blurred, 0.0)
    assert pose.state is TrackState.LOCKED
    assert error_px(pose, truth) < 4.0


# -- its parts --------------------------------------------------------------------------------------------------------


def centred(truth: Homography, aspect: float) -> Homography:
    return scaled(WIDTH, HEIGHT) @ truth @ np.array([[1 / aspect, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])


def test_alignment_pulls_a_wrong_pose_right() -> None:
    harbour = target("harbour")
    truth = centred(view("harbour", yaw=25), harbour.aspect)
    wrong = np.array([[1.01, 0.01, 5], [-0.01, 1.0, -4], [0, 0, 1]]) @ truth
    frames = pyramid(frame(picture("harbour"), view("harbour", yaw=25)), 3)
    coarse = align(frames[2], harbour.patches[4], wrong, Stage(2, iterations=10, tolerance=0.5))
    assert coarse is not None
    fine = align(frames[1], harbour.patches[2], coarse.homography, Stage(1, iterations=10, tolerance=0.25))
    assert fine is not None
    centre = np.array([0.0, 0.0, 1.0])
    off = (fine.homography @ centre)[:2] / (fine.homography @ centre)[2] - (truth @ centre)[:2] / (truth @ centre)[2]
    assert np.hypot(*off) < 0.3
    assert fine.share > 0.8


def test_alignment_needs_something_in_view() -> None:
    harbour = target("harbour")
    away = np.array([[1, 0, 5000], [0, 1, 0], [0, 0, 1.0]]) @ centred(view("harbour"), harbour.aspect)
    assert align(frame(None, None), harbour.patches[0], away, Stage(0, iterations=3, tolerance=0.3)) is None


def test_search_finds_nothing_where_nothing_is() -> None:
    assert search(frame(None, None)[::2, ::2].copy(), target("harbour")) is None
