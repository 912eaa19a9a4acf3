"""A visitor's picture at the size of a model's own: its middle, cut to the shape and scaled. Needs OpenCV."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fitted(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """An RGB picture, H x W x 3 of any size, as height x width x 3 of this width and height."""
    import cv2

    width, height = size
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    cut_rows, cut_columns = max(1, min(rows, round(height / scale))), max(1, min(columns, round(width / scale)))
    top, left = (rows - cut_rows) // 2, (columns - cut_columns) // 2
    cut = np.ascontiguousarray(picture[top : top + cut_rows, left : left + cut_columns])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(cut, (width, height), interpolation=way)
    return np.asarray(resized, np.uint8)
