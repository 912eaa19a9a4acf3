"""Writes a clip as the film that Chromium's fake camera plays, each picture with its number in it, and reads it back.

The number is a strip of squares along the lower edge: one white and one black to compare with, ten for the number, the
highest first, and two for a check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from server.bench.clips.clip import FPS, Clip, ClipFrame, render
from server.bench.clips.ripmap import Picture

SQUARE_PX = 16  # in a frame 640 px wide
NUMBER_BITS = 10
MOST_FRAMES = 2**NUMBER_BITS
_LEAST_CONTRAST = 80
_WIDTH = 640


@dataclass(frozen=True, slots=True)
class FilmTruth:
    """Where the target is in one picture of a film."""

    homography: Sequence[float] | None  # row by row, unit target to unit frame
    visible: float


def write_film(path: Path, clip: Clip, pictures: Mapping[str, Picture], *, width: int = 640, height: int = 480) -> None:
    """Write a clip as PATH, and its truths beside it with the ending .json.

    The film runs to the end and back, so that it can be played in a loop without a jump. Raises ValueError for odd
    sides or for more frames than have a number.
    """
    if width % 2 or height % 2:
        raise ValueError(f"expected even sides, got {width} x {height}")
    once = list(render(replace(clip, jpeg_quality=None), pictures, width, height))
    frames = once + once[-2:0:-1]
    if len(frames) > MOST_FRAMES:
        raise ValueError(f"expected a film of at most {MOST_FRAMES} frames, got {len(frames)}")
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{FPS:.0f}:1 Ip A1:1 C420jpeg\n".encode("ascii"))
        for number, frame in enumerate(frames):
            file.write(b"FRAME\n")
            file.write(cv2.cvtColor(numbered(frame.picture, number), cv2.COLOR_RGB2YUV_I420).tobytes())
    path.with_suffix(".json").write_text(json.dumps([_truth(frame) for frame in frames]), encoding="utf-8")


def read_truths(path: Path) -> list[FilmTruth]:
    """The truths of a film, by the number in each picture; `path` is that of the film."""
    listed = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return [FilmTruth(truth["homography"], truth["visible"]) for truth in listed]


def numbered(picture: Picture, number: int) -> Picture:
    """A copy of a picture with its number in it."""
    copy = picture.copy()
    side = SQUARE_PX * picture.shape[1] // _WIDTH
    for place, bit in enumerate(_bits(number)):
        copy[-side:, place * side : (place + 1) * side] = 255 if bit else 0
    return copy


def read_number(grey: NDArray[np.uint8]) -> int | None:
    """The number in a grey picture H x W; None where there is none that can be read."""
    side = SQUARE_PX * grey.shape[1] / _WIDTH
    top, bottom = round(grey.shape[0] - 0.75 * side), round(grey.shape[0] - 0.25 * side)
    centres = (np.arange(NUMBER_BITS + 4) + 0.5) * side
    return number_of([float(grey[top:bottom, round(x - side / 4) : round(x + side / 4)].mean()) for x in centres])


def number_of(lights: Sequence[float]) -> int | None:
    """The number that the lights of a strip's squares stand for, 0 to 255 each; None where they stand for none."""
    white, black = lights[:2]
    if white - black < _LEAST_CONTRAST:
        return None
    bits = [light > (white + black) / 2 for light in lights]
    number = int("".join("1" if bit else "0" for bit in bits[2 : 2 + NUMBER_BITS]), 2)
    return number if bits == _bits(number) else None


def _bits(number: int) -> list[bool]:
    check = (number % 3) + 1  # never 0, so that no even area passes
    code = f"{number:0{NUMBER_BITS}b}{check:02b}"
    return [True, False, *(bit == "1" for bit in code)]


def _truth(frame: ClipFrame) -> dict[str, object]:
    homography = None if frame.truth is None else [float(value) for value in frame.truth.ravel()]
    return {"homography": homography, "visible": frame.visible}
