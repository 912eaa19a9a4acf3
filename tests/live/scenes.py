"""What a phone sees of an artwork on a wall, for live tests: the demo's pictures laid into frames by known poses."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from exhibit.exhibition import demo_file
from models.style.library import read_library

Pixels = NDArray[np.uint8]
Corners = NDArray[np.float64]  # 4 x 2, of the unit frame, clockwise from the upper left

WIDTH_PX, HEIGHT_PX = 640, 480
WALL = (186, 180, 170)
DEMO = demo_file().parent
HEAD = 'id = "walls"\nlanguages = ["en"]\ntitle = { en = "Walls" }\n'
STATION = """
[[station]]
id = "{picture}-{number}"
number = {number}
title = {{ en = "Station {number}" }}
text = {{ en = "Text" }}
artwork = {{ picture = "{picture}.jpg", alt = {{ en = "A picture" }} }}
{experience}
"""


def write_exhibition(folder: Path, *stations: tuple[str, str]) -> Path:
    """Stations 1, 2, ..., each with a picture of the demo and its experience; STYLES stands for all styles."""
    styles = [style.id for style in read_library()]
    offer = f"styles = {styles}, default = {{ {styles[0]} = 1 }}"
    for picture, _ in stations:
        (folder / f"{picture}.jpg").write_bytes((DEMO / f"{picture}.jpg").read_bytes())
    tables = [
        STATION.format(number=number, picture=picture, experience=experience.replace("STYLES", offer))
        for number, (picture, experience) in enumerate(stations, start=1)
    ]
    path = folder / "exhibition.toml"
    path.write_text(HEAD + "".join(tables), encoding="utf-8")
    return path


def artwork(picture: str) -> Pixels:
    """A picture of the demo, RGB."""
    return np.asarray(simplejpeg.decode_jpeg((DEMO / f"{picture}.jpg").read_bytes()), np.uint8)


def tilted(turn_deg: float = 4.0, x: float = 0.5, y: float = 0.5, size: float = 0.6, lean: float = 0.04) -> Corners:
    """Corners of a picture that leans back a little, is turned and lies about (x, y)."""
    half_w, half_h = size / 2, size / 2
    square = np.array([[-half_w + lean, -half_h], [half_w - lean, -half_h], [half_w, half_h], [-half_w, half_h]])
    angle = np.radians(turn_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(square @ turn + (x, y), np.float64)


def view(
    picture: Pixels,
    corners: Corners,
    width_px: int = WIDTH_PX,
    height_px: int = HEIGHT_PX,
    wall: tuple[int, int, int] = WALL,
) -> Pixels:
    """The picture on a plain wall, as a camera sees it that has its corners there."""
    height, width = picture.shape[:2]
    outer = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    onto = (corners * (width_px, height_px) - 0.5).astype(np.float32)
    mapping = cv2.getPerspectiveTransform(outer, onto)
    soft = cv2.GaussianBlur(picture, (0, 0), max(0.3, width / width_px))
    laid = cv2.warpPerspective(soft, mapping, (width_px, height_px), flags=cv2.INTER_LINEAR)
    there = cv2.warpPerspective(np.ones((height, width), np.float32), mapping, (width_px, height_px))
    plain = np.full((height_px, width_px, 3), wall, np.uint8)
    return np.asarray(np.where(there[:, :, None] > 0.5, laid, plain), np.uint8)


def as_jpeg(pixels: Pixels) -> bytes:
    """A picture as a phone sends it."""
    return bytes(simplejpeg.encode_jpeg(pixels, 85, "RGB", "420"))
