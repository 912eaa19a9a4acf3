"""What is taken of uploads, and how it is kept; what is refused, and in which words."""

from __future__ import annotations

import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from pictures_at_hand import (
    HIGH,
    WIDE,
    about,
    directory_of_swelling_tags,
    drawn,
    glassy,
    jpeg,
    jpeg_that_says,
    png_that_says,
    profile,
    read,
    saved,
    tiff,
    tiff_that_says,
    webp_that_says,
    with_chunk,
)
from PIL import Image

from server.store import picture_check
from server.store.errors import RefusedPictureError
from server.store.forms import take_apart
from server.store.picture_check import clean_overlay, clean_picture

SEEN = 12  # levels of 255 that an eye does not tell apart, and JPEG may lose


def corners(picture: Image.Image) -> np.ndarray:
    """The colours near the four corners, clockwise from the upper left."""
    pixels = np.asarray(picture.convert("RGB"), np.int16)
    return np.array([pixels[4, 4], pixels[4, -5], pixels[-5, -5], pixels[-5, 4]])


def looks_like(data: bytes, picture: Image.Image) -> bool:
    kept = read(data)
    return kept.size == picture.size and bool(np.abs(corners(kept) - corners(picture)).max() <= SEEN)


# -- what is taken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"icc_profile": profile()}, {"subsampling": 0}])
def test_a_jpeg_to_which_nothing_need_be_done_is_kept_byte_for_byte(options: dict[str, object]) -> None:
    data = jpeg(**options)
    for clean in (clean_picture, clean_overlay):
        kept = clean(data)
        assert (kept.data, kept.suffix, kept.width, kept.height) == (data, ".jpg", WIDE, HIGH)


def test_so_is_a_grey_one() -> None:
    data = saved(drawn("L"), "JPEG")
    assert clean_picture(data).data == data


def test_a_profile_of_srgb_that_carries_something_else_is_not_kept() -> None:
    fat = profile() + bytes(5000)
    fat = len(fat).to_bytes(4, "big") + fat[4:]
    kept = clean_picture(jpeg(icc_profile=fat))
    assert "icc_profile" not in read(kept.data).info
    assert looks_like(kept.data, drawn())


@pytest.mark.parametrize(
    "data",
    [
        jpeg(exif=about()),
        jpeg(comment=b"by me"),
        jpeg(xmp=b"<x:xmpmeta/>"),
        jpeg() + b"and something behind it",
        jpeg()[:2] + b"\xff\xed\x00\x10Photoshop 3.0\0" + jpeg()[2:],
        jpeg(icc_profile=profile(gamma=1.0)),
        saved(drawn(), "JPEG", keep_rgb=True, exif=about()),
        saved(drawn("CMYK"), "JPEG"),
    ],
)
def test_any_other_jpeg_is_made_one_that_says_nothing_but_pixels(data: bytes) -> None:
    kept = clean_picture(data)
    assert kept.data != data
    assert clean_picture(kept.data).data == kept.data
    assert set(read(kept.data).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_where_a_photo_was_taken_is_not_kept(kind: str) -> None:
    data = saved(drawn(), kind, exif=about(kind))
    kept = clean_picture(data).data
    assert b"A phone's maker" in data
    assert b"A phone's maker" not in kept
    assert not read(kept).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_lies_on_its_side_is_turned(kind: str, orientation: int) -> None:
    upright = {
        1: Image.Image.copy,
        2: lambda p: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda p: p.transpose(Image.Transpose.ROTATE_180),
        4: lambda p: p.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda p: p.transpose(Image.Transpose.TRANSPOSE),
        6: lambda p: p.rotate(-90, expand=True),
        7: lambda p: p.transpose(Image.Transpose.TRANSVERSE),
        8: lambda p: p.rotate(90, expand=True),
    }[orientation](drawn())
    kept = clean_picture(saved(drawn(), kind, exif=about(kind, orientation)))
    assert (kept.width, kept.height) == upright.size
    assert looks_like(kept.data, upright)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGB", {"quality": 95}),
        ("TIFF", "RGB", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "tiff_deflate"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "CMYK", {"compression": "tiff_lzw"}),
        ("JPEG", "CMYK", {"quality": 95}),
        ("PNG", "L", {}),
        ("PNG", "LA", {}),
        ("TIFF", "L", {}),
    ],
)
def test_every_kind_of_colour_becomes_an_rgb_jpeg(kind: str, mode: str, options: dict[str, object]) -> None:
    kept = clean_picture(saved(drawn(mode), kind, **options))
    assert kept.suffix == ".jpg"
    assert read(kept.data).mode == "RGB"
    assert looks_like(kept.data, drawn("L" if mode in {"L", "LA"} else "RGB"))


def test_a_palette_becomes_the_colours_that_it_stands_for() -> None:
    two = Image.new("P", (WIDE, HIGH))
    two.putpalette([200, 30, 40, 10, 160, 90])
    two.paste(1, (WIDE // 2, 0, WIDE, HIGH))
    assert looks_like(clean_picture(saved(two, "PNG")).data, two.convert("RGB"))


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_of_sixteen_bits_the_upper_eight_are_kept(kind: str) -> None:
    deep = Image.fromarray(np.tile(np.linspace(0, 65535, WIDE).astype(np.uint16), (HIGH, 1)))
    shallow = Image.fromarray(np.tile(np.linspace(0, 255, WIDE).astype(np.uint8), (HIGH, 1)))
    assert looks_like(clean_picture(saved(deep, kind)).data, shallow)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_what_is_transparent_in_an_artwork_shows_the_white_wall(kind: str) -> None:
    on_white = Image.new("RGBA", (WIDE, HIGH), "white")
    on_white.alpha_composite(glassy())
    assert looks_like(clean_picture(saved(glassy(), kind)).data, on_white)


def test_one_colour_that_stands_for_transparent_shows_it_too() -> None:
    kept = clean_picture(saved(Image.new("RGB", (WIDE, HIGH), (9, 9, 9)), "PNG", transparency=(9, 9, 9)))
    assert looks_like(kept.data, Image.new("RGB", (WIDE, HIGH), "white"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_colours_of_another_profile_become_those_of_srgb(kind: str) -> None:
    grey = Image.new("RGB", (WIDE, HIGH), (55, 55, 55))  # in linear light; in sRGB that is 128
    kept = clean_picture(saved(grey, kind, icc_profile=profile(gamma=1.0)))
    assert looks_like(kept.data, Image.new("RGB", (WIDE, HIGH), (128, 128, 128)))
    assert "icc_profile" not in read(kept.data).info


def test_a_profile_that_cannot_be_read_counts_as_none() -> None:
    for broken in (b"no profile", profile()[:200], profile()[:16] + b"CMYK" + profile()[20:]):
        assert looks_like(clean_picture(saved(drawn(), "PNG", icc_profile=broken)).data, drawn())


def test_the_longer_side_is_made_4096_where_it_is_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_check, "LONGEST_PX", 128)
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        kept = clean_picture(saved(drawn(width=300, height=200), kind))
        assert (kept.width, kept.height) == (128, 85)
        assert looks_like(kept.data, drawn(width=128, height=85))


def test_a_smaller_copy_within_a_tiff_is_no_second_picture() -> None:
    small = Image.new("RGB", (64, 64))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    data = saved(drawn(), "TIFF", save_all=True, append_images=[small])
    assert looks_like(clean_picture(data).data, drawn())


# -- what hangs over an artwork -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_an_overlay_stays_transparent(kind: str) -> None:
    kept = clean_overlay(saved(glassy(), kind, exif=about(kind), **({"lossless": True} if kind == "WEBP" else {})))
    assert kept.suffix == ".png"
    assert set(read(kept.data).info) == set()
    assert np.abs(np.asarray(read(kept.data), np.int16) - np.asarray(glassy(), np.int16))[16:].max() <= 2
    assert clean_overlay(kept.data).data == kept.data


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_overlay_that_is_nowhere_transparent_becomes_a_jpeg(kind: str) -> None:
    kept = clean_overlay(saved(drawn("RGBA"), kind))
    assert kept.suffix == ".jpg"
    assert looks_like(kept.data, drawn())


@pytest.mark.parametrize(
    ("data", "suffix"), [(b"\0\0\0\x18ftypisom" + bytes(40), ".mp4"), (b"\x1a\x45\xdf\xa3" + bytes(40), ".webm")]
)
def test_a_clip_is_kept_as_it_is(data: bytes, suffix: str) -> None:
    kept = clean_overlay(data)
    assert (kept.data, kept.suffix, kept.width, kept.height) == (data, suffix, 0, 0)
    with pytest.raises(RefusedPictureError, match="got a video"):
        clean_picture(data)


def test_a_clip_too_large_for_phones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_check, "MAX_OVERLAY_BYTES", 1 << 20)
    with pytest.raises(RefusedPictureError, match="expected an overlay of at most 1 MiB, got 2 MiB"):
        clean_overlay(b"\0\0\0\x18ftypisom" + bytes(2 << 20))


# -- what is refused ----------------------------------------------------------------------------------------------

MAKERS: dict[str, Callable[[], tuple[bytes, str]]] = {
    "empty": lambda: (b"", "got an empty file"),
    "text": lambda: (b"<html>hello", "got a file that is no picture"),
    "svg": lambda: (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "got an SVG"),
    "svg with a mark": lambda: (b"\xef\xbb\xbf <SVG onload='x()'>", "got an SVG"),
    "gif": lambda: (saved(drawn("P"), "GIF"), "got a GIF"),
    "bmp": lambda: (saved(drawn(), "BMP"), "got a BMP"),
    "heic": lambda: (b"\0\0\0\x18ftypheic" + bytes(40), "got a HEIC photo; save it as JPEG"),
    "avif": lambda: (b"\0\0\0\x18ftypavif" + bytes(40), "got an AVIF"),
    "photoshop": lambda: (b"8BPS\0\1" + bytes(40), "got a Photoshop document"),
    "big tiff": lambda: (b"II+\0" + bytes(40), "got a BigTIFF"),
    "moving png": lambda: (saved(drawn(), "PNG", save_all=True, append_images=[glassy()]), "got an animated PNG"),
    "moving webp": lambda: (saved(drawn(), "WEBP", save_all=True, append_images=[drawn(blue=0)]), "animated WebP"),
    "pages": lambda: (saved(drawn(), "TIFF", save_all=True, append_images=[drawn()]), "a TIFF of several pages"),
    "ring of pages": lambda: (tiff({256: WIDE, 257: HIGH, 254: 1}, next_page=8), "a TIFF of several pages"),
    "floats": lambda: (saved(drawn("L").convert("F"), "TIFF"), "expected a picture in RGB, grey or CMYK"),
    "small": lambda: (saved(drawn(width=63, height=200), "PNG"), "at least 64 pixels on each side, got 63 x 200"),
    "long": lambda: (saved(drawn(width=521, height=65), "PNG"), "8 times as long as high, got 521 x 65"),
    "two frames": lambda: (jpeg()[:-2] + jpeg()[2:], "it is damaged: it has more than one frame"),
    "large png": lambda: (png_that_says(20_000, 5001), "at most 100 megapixels, got 100 "),
    "large jpeg": lambda: (jpeg_that_says(65_500, 65_500), "at most 100 megapixels, got 4290 "),
    "large webp": lambda: (webp_that_says(16_000, 16_000), "at most 100 megapixels, got 256 "),
    "large tiff": lambda: (tiff_that_says(4_000_000_000, 4_000_000_000), "at most 100 megapixels"),
    "nothing wide": lambda: (png_that_says(0, 100), "at least 64 pixels"),
    "png that is short of pixels": lambda: (png_that_says(100, 100), "expected a whole picture"),
    "tiff without an end": lambda: (tiff_that_says(100, 100), "expected a whole picture"),
    "strange tiff": lambda: (tiff({256: WIDE, 257: HIGH, 259: 34712}), "expected a TIFF that is packed with LZW"),
    "tiff of nothing": lambda: (tiff({256: WIDE, 257: HIGH}), "it does not say where its pixels are"),
    "tiff of too many strips": lambda: (
        tiff({256: WIDE, 257: HIGH, 273: 8, 278: HIGH}, strips=5),
        "it has more tiles than there is room for",
    ),
    "tiff of a huge tile": lambda: (
        tiff({256: WIDE, 257: HIGH, 322: 60_000, 323: 60_000, 324: 8, 325: 8}),
        "its tiles have no usable size",
    ),
    "size of a webp": lambda: (webp_that_says(200, 200), "expected a whole picture"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_what_is_no_sound_picture_is_refused_in_a_sentence(name: str) -> None:
    data, sentence = MAKERS[name]()
    for clean in (clean_picture, clean_overlay):
        with pytest.raises(RefusedPictureError) as refused:
            clean(data)
        assert sentence in str(refused.value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_that_ends_too_early_is_refused_wherever_it_ends(kind: str) -> None:
    data = saved(drawn(), kind, exif=about(kind))
    for end in {*range(12, len(data), len(data) // 40 + 1), len(data) - 1}:
        with pytest.raises(RefusedPictureError, match="expected a whole picture"):
            clean_picture(data[:end])


def test_a_large_file_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(RefusedPictureError, match="expected at most 40 MB, got 41 MB"):
        clean_picture(bytes(41_000_000))


def test_a_jpeg_of_thousands_of_scans_is_refused_before_it_is_decoded() -> None:
    data = jpeg(progressive=True)
    at = data.index(b"\xff\xda")
    scan = data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4])] + b"\0\0"
    with pytest.raises(RefusedPictureError, match="at most 100 scans"):
        clean_picture(data[:at] + 1000 * scan + data[at:])


@pytest.mark.parametrize(
    "data",
    [
        with_chunk(saved(drawn(), "PNG"), b"zTXt", b"Comment\0\0" + zlib.compress(bytes(60_000_000))),
        with_chunk(saved(drawn(), "PNG"), b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(60_000_000))),
        with_chunk(saved(drawn(), "PNG"), b"eXIf", directory_of_swelling_tags(2_000_000)),
        jpeg()[:2] + 30 * (b"\xff\xe1\xff\xff" + (b"Exif\0\0" + directory_of_swelling_tags(65_527))) + jpeg()[2:],
    ],
)
def test_what_swells_beside_the_pixels_is_never_unpacked(data: bytes) -> None:
    tracemalloc.start()
    try:
        kept = clean_picture(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert looks_like(kept.data, drawn())
    assert peak < 2 * len(data) + 5_000_000


def test_a_profile_that_swells_is_refused() -> None:
    data = with_chunk(saved(drawn(), "PNG"), b"iCCP", b"name\0\0" + zlib.compress(bytes(60_000_000)))
    with pytest.raises(RefusedPictureError, match="a colour profile of at most 4 MiB"):
        clean_picture(data)


def test_a_file_of_very_many_parts_is_refused() -> None:
    parts = b"".join([jpeg()[:2], 5000 * b"\xff\xfe\x00\x02", jpeg()[2:]])
    with pytest.raises(RefusedPictureError, match="more than 4096 parts"):
        clean_picture(parts)
    many = saved(drawn(), "PNG")[:33] + 66_000 * (struct.pack(">I", 0) + b"tEXt" + bytes(4))
    with pytest.raises(RefusedPictureError, match="more than 65536 parts"):
        clean_picture(many)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_whatever_happens_to_a_file_it_is_taken_or_refused(kind: str) -> None:
    whole = saved(drawn(), kind, exif=about(kind, 3))
    dice = random.Random(kind)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 5)):
            data[dice.randrange(min(len(data), dice.choice((100, len(data)))))] = dice.randrange(256)
        try:
            clean_overlay(bytes(data))
        except RefusedPictureError as refused:
            assert "expected" in str(refused)


def test_what_is_taken_apart_is_still_whole() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        form = take_apart(saved(drawn(), kind))
        assert (form.kind, form.width, form.height) == (kind, WIDE, HIGH)
        assert np.array_equal(np.asarray(read(form.bare)), np.asarray(read(saved(drawn(), kind))))
