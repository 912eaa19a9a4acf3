"""Writes a clip of a moving scene, to stand in for a phone's camera in a browser or for simulated visitors.

    python -m models.training.camera_clip --out clip.y4m --size 640x480 --seconds 10

The ending of --out chooses: .y4m (raw, what Chromium's fake camera reads) or .mjpeg (small: one JPEG after another).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import cv2

from models.training.pictures import Picture
from models.training.scenes import SCENES
from models.training.scenes.camera import moving_scene

JPEG_QUALITY = 85


def write_clip(
    path: Path, width: int, height: int, *, seconds: float = 10, fps: int = 30, scene: str = "street", seed: int = 7
) -> None:
    """Write a clip as .y4m (both sides even) or .mjpeg. Raises ValueError for another ending or an odd side."""
    writers: dict[str, Callable[[BinaryIO, Picture], None]] = {".y4m": _write_y4m, ".mjpeg": _write_mjpeg}
    if path.suffix not in writers:
        raise ValueError(f"expected a file that ends in .y4m or .mjpeg, got {path.name}")
    if width % 2 or height % 2:
        raise ValueError(f"expected even sides, got {width} x {height}")
    with path.open("wb") as file:
        if path.suffix == ".y4m":
            file.write(f"YUV4MPEG2 W{width} H{height} F{fps}:1 Ip A1:1 C420jpeg\n".encode("ascii"))
        for frame in moving_scene(seconds, fps, width, height, scene=scene, seed=seed):
            writers[path.suffix](file, frame)


def _write_y4m(file: BinaryIO, frame: Picture) -> None:
    file.write(b"FRAME\n")
    file.write(cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())


def _write_mjpeg(file: BinaryIO, frame: Picture) -> None:
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    file.write(cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), settings)[1].tobytes())


def main() -> None:
    """Parse the command line and write the clip."""
    parser = argparse.ArgumentParser(description="Write a clip of a moving scene.")
    parser.add_argument("--out", type=Path, required=True, help="a .y4m or .mjpeg file")
    parser.add_argument("--size", default="640x480", help="WIDTHxHEIGHT in pixels, both even")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--scene", choices=sorted(SCENES), default="street")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    width, height = (int(side) for side in given.size.split("x"))
    write_clip(given.out, width, height, seconds=given.seconds, fps=given.fps, scene=given.scene, seed=given.seed)


if __name__ == "__main__":
    main()
