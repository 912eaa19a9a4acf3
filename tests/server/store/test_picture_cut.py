"""Paintings that are cut out of photos of them."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from pictures_at_hand import drawn
from PIL import Image

from server.store import picture_check
from server.store.errors import RefusedPictureError
from server.store.picture_cut import check_corners, cut_out

WHOLE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]


def test_the_corners_of_the_photo_give_the_photo() -> None:
    photo = drawn(width=200, height=120)
    assert np.abs(np.asarray(cut_out(photo, WHOLE), np.int16) - np.asarray(photo, np.int16)).max() <= 1


def test_a_painting_that_was_seen_aslant_becomes_flat() -> None:
    blobs = np.random.default_rng(7).integers(0, 256, (9, 12, 3), np.uint8)
    painting = cv2.resize(blobs, (320, 240), interpolation=cv2.INTER_CUBIC)
    seen = np.array([(60, 50), (420, 90), (400, 330), (80, 370)], np.float32)
    flat = np.array([(0, 0), (320, 0), (320, 240), (0, 240)], np.float32)
    slant = cv2.getPerspectiveTransform(flat - 0.5, seen - 0.5)
    photo = cv2.warpPerspective(painting, slant, (500, 400), flags=cv2.INTER_CUBIC)
    cut = cut_out(Image.fromarray(photo), [(x / 500, y / 400) for x, y in seen.tolist()])
    sides = [math.dist(seen[at], seen[(at + 1) % 4]) for at in range(4)]
    assert cut.size == (round((sides[0] + sides[2]) / 2), round((sides[1] + sides[3]) / 2))
    there = np.asarray(cut.resize((320, 240), Image.Resampling.LANCZOS), np.int16)
    apart = np.abs(there - painting.astype(np.int16))[4:-4, 4:-4]
    assert apart.mean() < 6
    assert np.abs(np.roll(there, 3, axis=1) - painting.astype(np.int16))[4:-4, 4:-4].mean() > 1.5 * apart.mean()


def test_it_may_be_cut_out_on_its_side() -> None:
    photo = drawn(width=200, height=120)
    turned = cut_out(photo, [*WHOLE[1:], WHOLE[0]])
    assert turned.size == (120, 200)
    assert np.abs(np.asarray(turned, np.int16) - np.asarray(photo.rotate(90, expand=True), np.int16)).max() <= 1


def test_a_corner_just_outside_of_the_photo_shows_its_edge() -> None:
    cut = cut_out(drawn(width=200, height=120), [(-0.05, 0.0), (1.05, 0.0), (1.05, 1.0), (-0.05, 1.0)])
    assert cut.size == (220, 120)
    assert cut.getpixel((2, 60)) == drawn(width=200, height=120).getpixel((0, 60))


def test_what_is_cut_out_is_no_larger_than_other_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_check, "LONGEST_PX", 100)
    assert cut_out(drawn(width=200, height=120), WHOLE).size == (100, 60)


@pytest.mark.parametrize(
    ("corners", "sentence"),
    [
        (WHOLE[:3], "expected four corners, each with x and y, got 3"),
        ([*WHOLE, (0.5, 0.5)], "expected four corners, each with x and y, got 5"),
        ([(0, 0), (1, 0), (1, 1.06), (0, 1)], "inside the photo, or just outside"),
        ([(0, 0), (1, 0), (math.nan, 1), (0, 1)], "inside the photo, or just outside"),
        ([(0, 0), (1, 0), (1, -math.inf), (0, 1)], "inside the photo, or just outside"),
        (WHOLE[::-1], "got them the other way round"),
        ([WHOLE[0], WHOLE[2], WHOLE[1], WHOLE[3]], "in their order, clockwise"),
        ([(0, 0), (1, 0), (0.3, 0.3), (0, 1)], "in their order, clockwise"),
        ([(0, 0), (0.5, 0), (1, 0), (0, 1)], "in their order, clockwise"),
        ([(0, 0), (0, 0), (1, 1), (0, 1)], "in their order, clockwise"),
        ([(0, 0), (0.09, 0), (0.09, 0.09), (0, 0.09)], "at least 1 % of the photo"),
    ],
)
def test_what_cannot_be_the_corners_of_a_painting_is_refused(corners: list[tuple[float, float]], sentence: str) -> None:
    with pytest.raises(RefusedPictureError) as refused:
        check_corners(corners)
    assert sentence in str(refused.value)


def test_so_is_what_is_too_small_or_too_long_to_be_one() -> None:
    with pytest.raises(RefusedPictureError, match="at least 64 pixels on each side, got 20 x 12"):
        cut_out(drawn(width=100, height=60), [(0, 0), (0.2, 0), (0.2, 0.2), (0, 0.2)])
    with pytest.raises(RefusedPictureError, match="8 times as long as high"):
        cut_out(drawn(width=1000, height=300), [(0, 0), (1, 0), (1, 0.3), (0, 0.3)])
