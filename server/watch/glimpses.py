"""What visitors see, as an operator may glimpse it where the exhibition allows that: the last overlay of a station.

Never a camera frame, and never a person: an overlay that lets much of the camera's picture through is left out, and of
the others so little is kept (GLIMPSE_PX) that no face in it is anybody's. No detector of faces ships with the project,
so the whole picture is made as coarse as a face would have to be. In memory only, and for a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from exhibit.protocol import Overlay
from server.register import Visitor

GLIMPSE_PX = 32  # of its longer side: a head that fills a third of the picture is ten pixels wide
SHOWN_PX = 320  # what it is enlarged to
EVERY_MS = 5_000.0
LASTS_MS = 60_000.0
LEAST_STRENGTH = 0.5  # of the style, below which the camera's picture shines through

Where = tuple[str, str]  # exhibition's id, station's id


@dataclass(frozen=True, slots=True)
class _Kept:
    at_ms: float
    picture: bytes = field(repr=False)  # JPEG, as a phone got it


class Glimpses:
    """The newest overlay of each station of exhibitions that allow it."""

    def __init__(self, now_ms: Callable[[], float]) -> None:
        self._now_ms = now_ms
        self._kept: dict[Where, _Kept] = {}

    def shown(self, visitor: Visitor, overlay: Overlay) -> None:
        """A phone is sent an overlay."""
        exhibition = visitor.exhibition
        if not exhibition.glimpses or exhibition.draft or visitor.session.mix.strength < LEAST_STRENGTH:
            return
        where, now_ms = (exhibition.id, visitor.station.id), self._now_ms()
        kept = self._kept.get(where)
        if kept is None or now_ms - kept.at_ms >= EVERY_MS:
            self._kept[where] = _Kept(now_ms, overlay.picture)

    def of(self, where: Where) -> bytes | None:
        """The newest overlay of a station, not coarse yet; None: there is none of the last minute."""
        kept = self._kept.get(where)
        return kept.picture if kept is not None and self._now_ms() - kept.at_ms <= LASTS_MS else None

    def prune(self) -> None:
        """Let go of what is older than a minute."""
        self._kept = {w: kept for w, kept in self._kept.items() if self._now_ms() - kept.at_ms <= LASTS_MS}


def coarse(jpeg: bytes) -> bytes:
    """The same picture as a JPEG in which nobody can be told; takes milliseconds. Raises ValueError for no picture."""
    import cv2
    import numpy as np

    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("expected a JPEG, got something else")
    height, width = picture.shape[:2]
    small = cv2.resize(picture, _sides(width, height, GLIMPSE_PX), interpolation=cv2.INTER_AREA)
    shown = cv2.resize(small, _sides(width, height, SHOWN_PX), interpolation=cv2.INTER_CUBIC)
    return bytes(cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


def _sides(width: int, height: int, longer: int) -> tuple[int, int]:
    scale = longer / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))
