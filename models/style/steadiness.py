"""How steady a painter is on video: what noise and a small movement of the camera change in what it paints.

Both measures hold a picture still, so that every change of the output is flicker (compare the warping error of Lai et
al. 2018, "Learning Blind Video Temporal Consistency", with the flow known exactly).
"""

from __future__ import annotations

import numpy as np

from models.style.painter import Floats, Frames, Painter

NOISE = 4.0  # levels of 255: standard deviation, of an indoor phone camera's frames


def noise_flicker(painter: Painter, photo: Frames, weights: Floats, seed: int = 0) -> float:
    """Mean absolute change of what is painted over mean absolute change of the picture, between two frames of a still
    picture with sensor noise. photo: H x W x 3; weights: S."""
    random = np.random.default_rng(seed)
    clean = photo.astype(np.float32)
    frames = [np.clip(clean + random.normal(0, NOISE, photo.shape), 0, 255).round().astype(np.uint8) for _ in range(2)]
    painted = [_paint(painter, frame, weights) for frame in frames]
    return _change(painted[0], painted[1]) / _change(frames[0], frames[1])


def shift_flicker(painter: Painter, photo: Frames, weights: Floats) -> float:
    """Mean absolute change, in levels of 255, of what is painted when the picture moves by one pixel and what was
    painted is moved back; the mean of a step right and a step down."""
    still = photo[1:-1, 1:-1]
    before = _paint(painter, still, weights)
    right = _paint(painter, photo[1:-1, 2:], weights)
    down = _paint(painter, photo[2:, 1:-1], weights)
    return (_change(before[:, 1:], right[:, :-1]) + _change(before[1:], down[:-1])) / 2


def _paint(painter: Painter, frame: Frames, weights: Floats) -> Frames:
    mix = weights[None].astype(np.float32)
    painted: Frames = painter.paint(np.ascontiguousarray(frame)[None], mix, np.ones(1, np.float32))[0]
    return painted


def _change(a: Frames, b: Frames) -> float:
    return float(np.abs(a.astype(np.float32) - b.astype(np.float32)).mean())
