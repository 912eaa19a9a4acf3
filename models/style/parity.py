"""Whether a card paints what the network says: one picture painted there and by the CPU, held against each other."""

from __future__ import annotations

import numpy as np

from models.errors import EngineError
from models.runtime.profile import Profile
from models.style.painter import Frames, Painter

LEAST_DB = 35.0  # what shipped networks keep in fp16 is above 45 dB; a kernel that is wrong stays below 20
SIZE_PX = (128, 96)  # where no profile says otherwise
_COLOUR_WAVES = (9.0, 14.0, 23.0)  # pixels


def trial_picture(width: int, height: int) -> Frames:
    """A picture with slopes, edges, a flat dark corner and grain: 1 x height x width x 3."""
    y, x = np.mgrid[:height, :width]
    waves = [127 + 100 * np.sin(x / wave + y / (2 * wave)) for wave in _COLOUR_WAVES]
    picture = np.stack(waves, axis=-1) + np.random.default_rng(0).normal(0, 6, (height, width, 3))
    picture[: height // 3, : width // 3] = 10
    picture[height // 2 :, 2 * width // 3 :] = (230, 200, 40)
    return picture.clip(0, 255).astype(np.uint8)[None]


def trial_size(profiles: tuple[Profile, ...]) -> tuple[int, int]:
    """The smallest width and height that the first profile takes."""
    if not profiles:
        return SIZE_PX
    ranges = profiles[0].ranges
    return ranges["width"].least, ranges["height"].least


def agreement_db(painter: Painter, reference: Painter, size: tuple[int, int]) -> float:
    """The worse PSNR of the two painters' pictures, in the first style and in a mix of all, painted one at a time."""
    picture = trial_picture(*size)
    first = np.zeros((1, len(painter.styles)), np.float32)
    first[:, 0] = 1.0
    mixes = (first, np.ones_like(first))
    one = np.ones(1, np.float32)
    return min(psnr_db(painter.paint(picture, mix, one), reference.paint(picture, mix, one)) for mix in mixes)


def check_agreement(painter: Painter, reference: Painter, size: tuple[int, int]) -> None:
    """Raise EngineError unless two painters paint the same, up to the rounding of half precision."""
    found = agreement_db(painter, reference, size)
    if found < LEAST_DB:
        raise EngineError(
            f"{painter.description} paints otherwise than {reference.description}: expected at least {LEAST_DB:g} dB"
            f" between their pictures, got {found:.1f}"
        )


def psnr_db(a: Frames, b: Frames) -> float:
    """Peak signal-to-noise ratio of pictures of bytes; infinite when they are equal."""
    error = float(np.square(a.astype(np.float32) - b.astype(np.float32)).mean())
    return 10 * float(np.log10(255**2 / error)) if error else float("inf")
