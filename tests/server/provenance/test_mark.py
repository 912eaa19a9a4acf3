"""The visible mark stands where the curator put it, can be read on any ground, and leaves the rest alone."""

from __future__ import annotations

import numpy as np
import pytest

from exhibit.dream import Mark
from server.provenance.mark import LEAST_PX, SHARE, Picture, mark

CORNERS = [Mark.BOTTOM_RIGHT, Mark.BOTTOM_LEFT, Mark.TOP_RIGHT, Mark.TOP_LEFT]


def plain(grey: int, width: int = 256, height: int = 256) -> Picture:
    return np.full((height, width, 3), grey, np.uint8)


def changed(before: Picture, after: Picture) -> tuple[slice, slice]:
    """The smallest rectangle that has everything that is different."""
    rows, columns = np.nonzero((before != after).any(axis=2))
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


@pytest.mark.parametrize("where", CORNERS)
def test_it_stands_in_the_corner_that_was_asked_for(where: Mark) -> None:
    picture = plain(90)
    rows, columns = changed(picture, mark(picture, where))
    assert (rows.start > 128, columns.start > 128) == ("bottom" in where, "right" in where)
    assert (rows.stop < 128, columns.stop < 128) == ("top" in where, "left" in where)


def test_none_leaves_the_picture_as_it_is() -> None:
    picture = plain(90)
    assert mark(picture, Mark.NONE) is picture


def test_the_picture_that_was_given_is_not_changed() -> None:
    picture = plain(90)
    mark(picture, Mark.TOP_LEFT)
    assert (picture == 90).all()


@pytest.mark.parametrize(("width", "height"), [(256, 256), (512, 384), (1024, 1024), (300, 700)])
def test_its_size_follows_the_pictures_and_it_covers_little(width: int, height: int) -> None:
    picture = plain(90, width, height)
    rows, columns = changed(picture, mark(picture, Mark.BOTTOM_RIGHT))
    high, wide = rows.stop - rows.start, columns.stop - columns.start
    assert high == pytest.approx(max(LEAST_PX, SHARE * width), abs=1)
    assert high * wide < 0.0105 * width * width


@pytest.mark.parametrize("grey", [0, 60, 120, 127, 128, 135, 200, 255])
def test_its_signs_stand_out_from_the_plate_on_any_ground(grey: int) -> None:
    """Ink against plate is at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    marked = mark(plain(grey, 512, 512), Mark.BOTTOM_RIGHT)
    rows, columns = changed(plain(grey, 512, 512), marked)
    plate = marked[rows, columns, 0]
    high, wide = plate.shape
    ink, ground = int(plate[high // 2, round(wide * 28.2 / 34)]), int(plate[high // 2, round(wide * 31.5 / 34)])
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(grey: int) -> float:
    """Of sRGB (IEC 61966-2-1)."""
    share = grey / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def test_it_can_still_be_read_after_a_hard_jpeg() -> None:
    import cv2

    picture = np.random.default_rng(3).integers(0, 256, (256, 256, 3), np.uint8)
    marked = mark(picture, Mark.BOTTOM_RIGHT)
    rows, columns = changed(picture, marked)
    packed = cv2.imdecode(cv2.imencode(".jpg", marked, [cv2.IMWRITE_JPEG_QUALITY, 50])[1], cv2.IMREAD_COLOR)
    before, after = (one[rows, columns].mean(axis=2).ravel() for one in (marked, packed))
    assert np.corrcoef(before, after)[0, 1] > 0.95


def test_a_picture_without_room_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match=r"room for a mark of 34 x 18 pixels, got 40 x 40"):
        mark(plain(90, 40, 40), Mark.BOTTOM_RIGHT)
