"""Paintings that a gallery brings: what can be learned from, and what each of the others is told."""

import io

import numpy as np
import pytest
from PIL import Image

from models.errors import PaintingError
from models.style.painting import LARGEST_FILE_BYTES, LEARNED_PX, SMALLEST_PX, decode_painting, read_painting


def painting(width=400, height=300):
    y, x = np.mgrid[:height, :width]
    return np.stack([x % 256, y % 256, (x + y) % 256], axis=-1).astype(np.uint8)


def encoded(image, form="PNG", **settings):
    content = io.BytesIO()
    image.save(content, form, **settings)
    return content.getvalue()


def clear_corner():
    pixels = np.dstack([painting(), np.full((300, 400), 255, np.uint8)])
    pixels[:150, :200, 3] = 0
    return Image.fromarray(pixels)


def sixteen_bits():
    """An RGB PNG with 16 bits a channel, which Pillow reads and does not write."""
    import cv2

    return cv2.imencode(".png", painting().astype(np.uint16) * 257)[1].tobytes()


def forty_megapixels():
    return encoded(Image.new("L", (8000, 5000), 9), "PNG")


BAD = {
    "too small": (
        encoded(Image.fromarray(painting(300, 200))),
        "at least 256 pixels on the shorter side, got 300 x 200",
    ),
    "a scroll": (encoded(Image.fromarray(painting(1300, 300))), "4 times as long as high, got 1300 x 300; crop it"),
    "one flat colour": (encoded(Image.new("RGB", (400, 300), "teal")), "one flat colour"),
    "transparent": (encoded(clear_corner()), "25% of it is transparent"),
    "CMYK": (encoded(Image.fromarray(painting()).convert("CMYK"), "JPEG"), "expected RGB, got CMYK"),
    "16 bits, RGB": (sixteen_bits(), "expected 8 bits a channel"),
    "16 bits, grey": (encoded(Image.fromarray(painting()[..., 0].astype(np.uint16))), "expected 8 bits a channel"),
    "animated": (
        encoded(
            Image.fromarray(painting()),
            "GIF",
            save_all=True,
            append_images=[Image.fromarray(painting()[::-1])],
        ),
        "an animation or a stack of 2",
    ),
    "40 megapixels": (forty_megapixels(), r"at most 32 megapixels, got 40 \(8000 x 5000\)"),
    "not a picture": (b"%PDF-1.7 a catalogue", "expected a picture"),
    "empty": (b"", "expected a picture"),
    "cut off": (encoded(Image.fromarray(painting()), "BMP")[:-20_000], "damaged"),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_a_painting_that_cannot_be_learned_from_is_told_why(content, sentence):
    with pytest.raises(PaintingError, match=rf"work\.png: .*{sentence}"):
        decode_painting(content, "work.png")


def test_a_header_that_promises_too_much_is_refused_before_anything_is_decoded():
    head = bytearray(encoded(Image.new("L", (300, 300))))
    head[16:24] = (100_000).to_bytes(4, "big") * 2  # width and height of the PNG's IHDR
    with pytest.raises(PaintingError, match=r"megapixels|expected a picture"):
        decode_painting(bytes(head), "work.png")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
def test_a_painting_of_any_usual_format_is_read(form):
    picture = decode_painting(encoded(Image.fromarray(painting()), form), "work")
    assert picture.dtype == np.uint8
    assert picture.shape == (300, 400, 3)
    assert abs(picture.astype(int) - painting()).mean() < 30


def test_a_large_painting_is_learned_from_at_the_size_where_strokes_are_strokes(tmp_path):
    Image.fromarray(painting(3000, 2000)).save(tmp_path / "large.jpg")
    assert read_painting(tmp_path / "large.jpg").shape[1] == LEARNED_PX


@pytest.mark.parametrize(("width", "height"), [(5000, 1300), (1024, 256), (700, 2700)])
def test_a_long_painting_keeps_enough_on_its_shorter_side_to_be_read_again(width, height):
    picture = decode_painting(encoded(Image.fromarray(painting(width, height))), "work")
    assert min(picture.shape[:2]) == SMALLEST_PX
    assert decode_painting(encoded(Image.fromarray(picture)), "kept").shape == picture.shape


def test_a_stack_whose_second_picture_is_nothing_is_said_to_be_damaged():
    content = bytearray(encoded(Image.fromarray(painting()), "TIFF"))
    directory = int.from_bytes(content[4:8], "little")
    entries = int.from_bytes(content[directory : directory + 2], "little")
    following = directory + 2 + 12 * entries
    content[following : following + 4] = len(content).to_bytes(4, "little")
    with pytest.raises(PaintingError, match=r"work\.tif: expected a whole picture, it is damaged"):
        decode_painting(bytes(content) + bytes(6), "work.tif")


def test_a_drawing_in_grey_and_an_opaque_alpha_channel_are_welcome():
    grey = Image.fromarray(painting()[..., 0])
    assert decode_painting(encoded(grey), "work").shape == (300, 400, 3)
    opaque = Image.fromarray(painting()).convert("RGBA")
    assert decode_painting(encoded(opaque), "work").shape == (300, 400, 3)


def test_a_photograph_taken_upright_is_read_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    content = encoded(Image.fromarray(painting(400, 300)), "JPEG", exif=exif.tobytes())
    assert decode_painting(content, "work").shape == (400, 300, 3)


def test_a_file_that_is_not_there_or_too_large_is_said(tmp_path):
    with pytest.raises(PaintingError, match=r"nowhere\.jpg: cannot be read: No such file"):
        read_painting(tmp_path / "nowhere.jpg")
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(LARGEST_FILE_BYTES + 1)
    with pytest.raises(PaintingError, match="at most 64 MB"):
        read_painting(tmp_path / "huge.png")
