"""Every style on the same photos, named, on one sheet: what a gallery has to choose from, at a glance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from unicodedata import normalize

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.style.painter import Frames

PHOTO_PX = (180, 135)
COLUMNS = 3
MARGIN_PX = 12
CAPTION_PX = 26
TEXT_PX = 14
FONT = "DejaVuSans.ttf"
PAPER, INK = 255, 40


def draw_style_sheet(cells: Sequence[tuple[str, Sequence[Frames]]]) -> Frames:
    """Cells from left to right and down, each a caption under as many pictures; all pictures of one size, RGB."""
    strips = [_strip(caption, pictures) for caption, pictures in cells]
    height, width = (side + MARGIN_PX for side in strips[0].shape[:2])
    rows = math.ceil(len(strips) / COLUMNS)
    sheet = np.full((MARGIN_PX + rows * height, MARGIN_PX + COLUMNS * width, 3), PAPER, np.uint8)
    for number, strip in enumerate(strips):
        row, column = divmod(number, COLUMNS)
        top, left = MARGIN_PX + row * height, MARGIN_PX + column * width
        sheet[top : top + strip.shape[0], left : left + strip.shape[1]] = strip
    return sheet


def _strip(caption: str, pictures: Sequence[Frames]) -> Frames:
    beside = np.hstack(list(pictures))
    strip = Image.new("RGB", (beside.shape[1], beside.shape[0] + CAPTION_PX), (PAPER,) * 3)
    strip.paste(Image.fromarray(beside), (0, 0))
    font, text = _lettering(caption)
    ImageDraw.Draw(strip).text((0, beside.shape[0] + 5), text, fill=(INK,) * 3, font=font)
    return np.asarray(strip, np.uint8)


def _lettering(caption: str) -> tuple[ImageFont.FreeTypeFont | ImageFont.ImageFont, str]:
    """This computer's font for a caption; if it has none, Pillow's own, which knows no accents: they are left out."""
    try:
        return ImageFont.truetype(FONT, TEXT_PX), caption
    except OSError:
        plain = normalize("NFKD", caption).encode("ascii", "ignore").decode()
        return ImageFont.load_default(TEXT_PX), plain
