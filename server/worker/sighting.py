"""Reads codes that come into view: seldom, in a thread of its own, and only when there is time for it.

What a code says is a stranger's word: it is bounded here, and judged by the server.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2

from server.worker.codec import DamagedPictureError, Grey, decode_grey

EVERY_MS = 1000.0  # a session is looked at no more often
SHARE = 0.1  # of one core, at most
LONGEST_PX = 640  # of what is searched
MAX_CHARS = 512  # of what a code says
KEPT = 1024  # sessions


@dataclass
class Turns:
    """Who may be looked at now. Pure: time comes in as an argument."""

    _looked_ms: OrderedDict[int, float] = field(default_factory=OrderedDict)  # by session
    _rest_until_ms: float = 0.0

    def may_look(self, session: int, now_ms: float) -> bool:
        """Whether it is this session's turn."""
        return now_ms >= max(self._rest_until_ms, self._looked_ms.get(session, -EVERY_MS) + EVERY_MS)

    def looked(self, session: int, now_ms: float, spent_ms: float) -> None:
        """Note a look that ended now; the longer it took, the longer is the rest."""
        self._rest_until_ms = now_ms + spent_ms * (1 / SHARE - 1)
        self._looked_ms[session] = now_ms
        self._looked_ms.move_to_end(session)
        while len(self._looked_ms) > KEPT:
            self._looked_ms.popitem(last=False)


Detect = Callable[[Grey], str]


def detector() -> Detect:
    """OpenCV's better detector: at 640x480 it reads a code of 110 pixels in 33 ms; the other one needs 140, in 18."""
    found = cv2.QRCodeDetectorAruco()
    return lambda grey: str(found.detectAndDecode(grey)[0])


def read_code(picture: bytes, detect: Detect) -> str:
    """What a code in a JPEG says; "" where there is none that can be read, or it says too much."""
    try:
        text = detect(decode_grey(picture, LONGEST_PX))
    except (DamagedPictureError, cv2.error, UnicodeDecodeError):
        return ""
    return text if len(text) <= MAX_CHARS and text.isprintable() else ""
