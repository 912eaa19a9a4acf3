"""Small pictures of artworks for a phone's first screen, which has a budget. Runs in a thread."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

WIDTH_PX = 480
MAX_BYTES = 20_000
_QUALITIES = (60, 50, 40, 30, 20)


@lru_cache(maxsize=1024)
def make_preview(picture: Path) -> bytes:
    """A WebP, at most 480 px wide, of the best quality that fits into 20 kB. Raises ValueError if it cannot be read."""
    import cv2

    pixels = cv2.imread(str(picture), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError(f"{picture}: expected a picture, could not read it")
    scale = min(1.0, WIDTH_PX / pixels.shape[1])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    encoded = b""
    for quality in _QUALITIES:
        encoded = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, quality])[1].tobytes()
        if len(encoded) <= MAX_BYTES:
            break
    return encoded
