"""A style as a curator looks at it before visitors do: photos above, and below them what it makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.style.painter import Floats, Frames, Painter

PHOTOS = Path(__file__).parent / "photos"
"""Three photos to look at styles with. No later run was trained on them; the first, with which `fine` began, was."""

_PAPER = 255


def draw_preview(painter: Painter, weights: Floats, photos: Sequence[Frames], painting: Frames | None = None) -> Frames:
    """Photos (all of one size) over what a painter makes of them, at full strength; in front, if given, the painting
    that the style is after (of the same size). weights: S."""
    mix, one = weights[None].astype(np.float32), np.ones(1, np.float32)
    above = list(photos)
    below = [painter.paint(photo[None], mix, one)[0] for photo in photos]
    if painting is not None:
        above.insert(0, np.full_like(painting, _PAPER))
        below.insert(0, painting)
    return np.vstack([np.hstack(above), np.hstack(below)])
