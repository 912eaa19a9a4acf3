"""Pictures on disk and pieces of them: loading, saving, random crops, brightness jitter. Knows no torch."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # H x W x 3, RGB

PICTURES = ("*.jpg", "*.jpeg", "*.png")


def list_pictures(folder: Path) -> list[Path]:
    """Pictures in a folder, by name. Raises FileNotFoundError if there is none."""
    found = sorted(path for pattern in PICTURES for path in folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{folder}: expected at least one picture ({', '.join(PICTURES)}), found none")
    return found


def load_picture(path: Path, longest_px: int | None = None) -> Picture:
    """RGB uint8 H x W x 3, shrunk so that its longest side is at most `longest_px`. Raises ValueError if unreadable."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path}: expected a picture, could not read it")
    if longest_px is not None and (longest := max(picture.shape[:2])) > longest_px:
        scale = longest_px / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def random_crop(picture: Picture, size_px: int, random: Generator) -> Picture:
    """A square crop of size_px at a random scale, mirrored half of the time, its brightness jittered."""
    shortest = min(picture.shape[:2])
    side = int(random.uniform(min(size_px, shortest), shortest + 1))
    top = int(random.integers(0, picture.shape[0] - side + 1))
    left = int(random.integers(0, picture.shape[1] - side + 1))
    crop = cv2.resize(picture[top : top + side, left : left + side], (size_px, size_px), interpolation=cv2.INTER_AREA)
    if random.random() < 0.5:
        crop = crop[:, ::-1]
    gain, offset = random.uniform(0.6, 1.25), random.uniform(-25, 25)
    return np.clip(crop.astype(np.float32) * gain + offset, 0, 255).astype(np.uint8)


def fitted(picture: Picture, width: int, height: int) -> Picture:
    """The middle of a picture in this aspect, at this size."""
    scale = max(width / picture.shape[1], height / picture.shape[0])
    wide, high = max(width, round(picture.shape[1] * scale)), max(height, round(picture.shape[0] * scale))
    resized = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (wide - width) // 2, (high - height) // 2
    return np.ascontiguousarray(resized[top : top + height, left : left + width], np.uint8)


def save_picture(picture: Picture, path: Path) -> None:
    """Write an RGB picture as what its name says, .jpg or .png. Raises ValueError or OSError if it cannot."""
    if path.suffix.lower() not in {".jpg", ".jpeg", ".png"}:
        raise ValueError(f"expected the name of a .jpg or .png, got {path}")
    _, content = cv2.imencode(path.suffix, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    path.write_bytes(content.tobytes())


def encode_jpeg(picture: Picture, largest_bytes: int) -> bytes:
    """An RGB picture as JPEG, at the best quality that fits. Raises ValueError if none does."""
    for quality in range(92, 20, -4):
        settings = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
        _, content = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), settings)
        if content.size <= largest_bytes:
            return content.tobytes()
    raise ValueError(f"expected the picture to fit into {largest_bytes} bytes, got {content.size}")
