"""Flicker, measured on painters whose flicker is known."""

import numpy as np
import pytest

from models.style.steadiness import noise_flicker, shift_flicker

WEIGHTS = np.ones(1, np.float32)


class Amplifier:
    """Paints by a function of the frame."""

    def __init__(self, paint):
        self._paint = paint

    def paint(self, frames, weights, strength):
        assert frames.shape[0] == weights.shape[0] == strength.shape[0] == 1
        return self._paint(frames.astype(int)).clip(0, 255).astype(np.uint8)


def grey(width=64, height=48):
    return np.full((height, width, 3), 128, np.uint8)


def slope(width=64, height=48):
    return np.broadcast_to((np.arange(width) * 3).astype(np.uint8)[None, :, None], (height, width, 3)).copy()


def test_a_painter_that_gives_the_frame_back_passes_all_noise_on():
    assert noise_flicker(Amplifier(lambda x: x), grey(), WEIGHTS) == pytest.approx(1)


def test_a_painter_that_doubles_contrast_doubles_the_noise():
    assert noise_flicker(Amplifier(lambda x: 2 * x - 128), grey(), WEIGHTS) == pytest.approx(2, abs=0.01)


def test_a_painter_that_sees_nothing_is_steady():
    assert noise_flicker(Amplifier(lambda x: 0 * x + 7), grey(), WEIGHTS) == 0


def test_what_moves_with_the_picture_does_not_flicker():
    assert shift_flicker(Amplifier(lambda x: 255 - x), slope(), WEIGHTS) == 0


def test_what_stays_on_the_screen_while_the_picture_moves_flickers():
    stripes = (np.arange(512) % 2 * 20)[None, None, :, None]  # moves by a pixel: all of it changes, by 20 levels
    painter = Amplifier(lambda x: 0 * x + 100 + stripes[:, :, : x.shape[2]])
    assert shift_flicker(painter, slope(), WEIGHTS) == pytest.approx(10)  # 20 to the right, 0 down
