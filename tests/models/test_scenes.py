"""The pictures that the project draws by itself, and the camera that wanders over them."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from models.training.scenes import SCENES, draw_scene
from models.training.scenes.camera import moving_scene


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_scene_is_the_same_each_time_and_has_light_dark_and_detail(name):
    picture = draw_scene(name, 160, 120)
    assert picture.shape == (120, 160, 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, draw_scene(name, 160, 120))
    assert picture.std() > 30
    assert np.abs(np.diff(picture.astype(int), axis=1)).mean() > 2


@pytest.mark.parametrize(("width", "height"), [(120, 160), (161, 91), (320, 100)])
def test_a_scene_fits_any_shape(width, height):
    assert draw_scene("valley", width, height).shape == (height, width, 3)


def test_another_seed_gives_another_picture():
    assert not np.array_equal(draw_scene("street", 80, 60, seed=1), draw_scene("street", 80, 60, seed=2))


def test_an_unknown_scene_is_refused():
    with pytest.raises(KeyError, match="moon"):
        draw_scene("moon")


def test_a_moving_scene_moves_a_little_from_frame_to_frame():
    frames = list(moving_scene(2, 10, 96, 72))
    assert len(frames) == 20
    steps = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(frames)]
    assert min(steps) > 0.5
    assert np.abs(frames[0].astype(int) - frames[10]).mean() > max(steps) / 2


def test_a_moving_scene_ends_where_it_began_so_that_it_can_be_played_again():
    frames = [frame.astype(int) for frame in moving_scene(2, 20, 96, 72)]
    steps = [np.abs(a - b).mean() for a, b in pairwise(frames)]
    assert np.abs(frames[-1] - frames[0]).mean() <= 1.5 * max(steps)


def test_the_camera_never_sees_past_the_edge_of_its_scene(monkeypatch):
    white = np.full((108, 144, 3), 255, np.uint8)
    monkeypatch.setattr("models.training.scenes.camera.draw_scene", lambda *_: white)
    monkeypatch.setattr("models.training.scenes.camera.cv2.BORDER_REFLECT_101", 0)
    assert all(frame.min() == 255 for frame in moving_scene(1, 30, 96, 72))


def test_scenes_need_no_torch():
    code = "import sys, models.training.scenes.camera, models.training.camera_clip; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
