"""Where the Artwork is in a Frame: the Pose, as a value. Knows no picture and no way to find one.

Both ends of a pose's homography are unit squares: (0, 0) is the upper left outer corner of the picture and (1, 1) the
lower right one, of the Target and of the Frame alike. So a pose holds for every size that either is scaled to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Homography = NDArray[np.float64]  # 3 x 3, Target unit square -> Frame unit square, the last entry 1
Corners = NDArray[np.float64]  # 4 x 2, clockwise from the upper left

UNIT_CORNERS: Corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)


class TrackState(IntEnum):
    """How sure the tracker is; the numbers are those of the protocol."""

    LOOKING = 0  # the artwork is not in view, or was not found yet
    LOCKED = 1  # found in this very frame
    COASTING = 2  # lost a moment ago; the pose is where it should be by now


@dataclass(frozen=True, slots=True)
class Pose:
    """The answer of a tracker to one frame."""

    state: TrackState
    homography: Homography | None = None  # None while looking
    confidence: float = 0.0  # 0 to 1
    error_px: float = 0.0  # reprojection error, root mean square, in pixels of the frame

    def corners(self, width: float, height: float) -> Corners:
        """The artwork's corners in pixels of a frame of that size, (0, 0) being the frame's outer corner.

        Raises ValueError while looking.
        """
        if self.homography is None:
            raise ValueError("expected a pose with a homography, got one that is looking")
        return project(self.homography, UNIT_CORNERS) * (width, height)


LOOKING = Pose(TrackState.LOOKING)


def project(homography: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """N x 2 points through a 3 x 3 homography."""
    mapped = points @ homography[:, :2].T + homography[:, 2]
    flat: NDArray[np.float64] = mapped[:, :2] / mapped[:, 2:]
    return flat
