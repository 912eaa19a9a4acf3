"""An artwork's own colours, which a phone compares with what its camera sees of it. Runs in a thread."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1024)
def measure_light(picture: Path) -> dict[str, Any] | None:
    """Size, and mean and standard deviation of red, green and blue, 0 to 255; None if it cannot be read."""
    import cv2

    pixels = cv2.imread(str(picture), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        return None
    mean, deviation = ([round(float(value), 2) for value in channel.ravel()] for channel in cv2.meanStdDev(pixels))
    return {"width": pixels.shape[1], "height": pixels.shape[0], "mean": mean, "deviation": deviation}
