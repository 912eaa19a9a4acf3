"""What may be handed to a painter, and what is refused."""

import numpy as np
import pytest

from models.errors import PaintError
from models.style.painter import SMALLEST_PX, check_batch

STYLES = 3


def batch(count=2, height=24, width=32):
    frames = np.zeros((count, height, width, 3), np.uint8)
    return frames, np.ones((count, STYLES), np.float32), np.ones(count, np.float32)


def test_a_proper_batch_is_accepted():
    check_batch(*batch(), STYLES)


def test_the_smallest_frame_is_accepted_and_a_smaller_one_refused():
    check_batch(*batch(height=SMALLEST_PX, width=SMALLEST_PX), STYLES)
    with pytest.raises(PaintError, match="at least 16 px, got 15 x 16"):
        check_batch(*batch(height=SMALLEST_PX, width=SMALLEST_PX - 1), STYLES)


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((1, 24, 32, 3), np.float32),
        np.zeros((24, 32, 3), np.uint8),
        np.zeros((1, 24, 32, 4), np.uint8),
        np.zeros((0, 24, 32, 3), np.uint8),
        np.zeros((), np.uint8),
    ],
    ids=["floats", "one frame without a batch", "four channels", "no frame", "no shape"],
)
def test_frames_of_another_shape_or_type_are_refused(frames):
    with pytest.raises(PaintError, match="expected frames as uint8 N x H x W x 3"):
        check_batch(frames, np.ones((1, STYLES), np.float32), np.ones(1, np.float32), STYLES)


@pytest.mark.parametrize("row", [[0, 0, 0], [np.nan, 1, 0], [np.inf, 0, 0], [-0.5, 1, 0]])
def test_weights_that_make_no_mix_are_refused(row):
    frames, _, strength = batch(count=1)
    with pytest.raises(PaintError, match="expected weights that are finite"):
        check_batch(frames, np.array([row], np.float32), strength, STYLES)


def test_weights_for_other_styles_are_refused():
    frames, _, strength = batch(count=2)
    with pytest.raises(PaintError, match=r"expected weights of shape \(2, 3\), got \(2, 4\)"):
        check_batch(frames, np.ones((2, 4), np.float32), strength, STYLES)


@pytest.mark.parametrize("strength", [[-0.1], [1.1], [np.nan], [1.0, 1.0]])
def test_strength_outside_of_its_range_or_shape_is_refused(strength):
    frames, weights, _ = batch(count=1)
    with pytest.raises(PaintError, match="expected 1 strengths from 0 to 1"):
        check_batch(frames, weights, np.array(strength, np.float32), STYLES)
