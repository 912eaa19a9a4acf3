"""A JPEG's size is read from its header, whatever the bytes are."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exhibit.jpeg import jpeg_size, picture_size


def jpeg(width: int, height: int, *flags: int) -> bytes:
    found, encoded = cv2.imencode(".jpg", np.zeros((height, width, 3), np.uint8), list(flags))
    assert found
    return encoded.tobytes()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (480, 360), (360, 480), (2047, 3)])
def test_the_size_of_a_baseline_picture(width: int, height: int) -> None:
    assert jpeg_size(jpeg(width, height)) == (width, height)


def test_the_size_of_a_progressive_picture() -> None:
    assert jpeg_size(jpeg(64, 48, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)) == (64, 48)


def test_a_bomb_is_told_by_its_header_alone() -> None:
    head = bytes.fromhex("ffd8 ffc0 0011 08 7530 7530 03 011100 021100 031100".replace(" ", ""))
    assert jpeg_size(head) == (30000, 30000)


def test_fill_bytes_and_other_segments_are_passed_over() -> None:
    picture = jpeg(20, 10)
    comment = b"\xff\xff\xfe\x00\x06abcd"
    assert jpeg_size(picture[:2] + comment + picture[2:]) == (20, 10)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xda\x00\x02", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_jpeg_has_no_size(data: bytes) -> None:
    assert jpeg_size(data) is None


def test_every_cut_of_a_header_is_answered() -> None:
    picture = jpeg(33, 22)
    sizes = {jpeg_size(picture[:end]) for end in range(len(picture))}
    assert sizes == {None, (33, 22)}


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    size = jpeg_size(b"\xff\xd8" + data)
    assert size is None or min(size) > 0


def test_the_size_of_an_artwork_is_read_from_the_header_of_a_jpeg_or_a_png() -> None:
    found, png = cv2.imencode(".png", np.zeros((30, 50, 3), np.uint8))
    assert found
    assert picture_size(png.tobytes()) == picture_size(jpeg(50, 30)) == (50, 30)
    assert picture_size(b"\x89PNG\r\n\x1a\n") == (1, 1)
    assert picture_size(b"GIF89a") is None
