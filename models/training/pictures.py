"""Photos and paintings as training tensors: loading, random crops, brightness jitter."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

PICTURES = ("*.jpg", "*.jpeg", "*.png")


def list_pictures(folder: Path) -> list[Path]:
    """Pictures in a folder, by name. Raises FileNotFoundError if there is none."""
    found = sorted(path for pattern in PICTURES for path in folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"{folder}: expected at least one picture ({', '.join(PICTURES)}), found none")
    return found


def load_picture(path: Path, longest_px: int | None = None) -> np.ndarray:
    """RGB uint8 H x W x 3, shrunk so that its longest side is at most `longest_px`. Raises ValueError if unreadable."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{path}: expected a picture, could not read it")
    if longest_px is not None and (longest := max(picture.shape[:2])) > longest_px:
        scale = longest_px / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def to_tensor(picture: np.ndarray) -> Tensor:
    """uint8 H x W x 3 to float 1 x 3 x H x W in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 255.0


def random_crop(picture: np.ndarray, size_px: int, random: Generator) -> np.ndarray:
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
