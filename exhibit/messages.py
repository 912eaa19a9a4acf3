"""The messages of protocol version 1, as values. Knows nothing of how they are written; see protocol.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from exhibit.dream import Source
from exhibit.track.pose import TrackState


class Binary(IntEnum):
    """Type of a binary message."""

    FRAME = 1
    OVERLAY = 2
    POSE = 3
    TEXTURE = 4


class Codec(IntEnum):
    """How a picture is encoded."""

    JPEG = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One camera picture as it came from a phone."""

    seq: int
    capture_ms: float  # on the phone's clock
    width: int
    height: int
    picture: bytes = field(repr=False)
    orientation: int = 0
    codec: Codec = Codec.JPEG


@dataclass(frozen=True, slots=True)
class Overlay:
    """One painted picture on its way to a phone."""

    seq: int
    capture_ms: float  # echoed, on the phone's clock
    width: int
    height: int
    picture: bytes = field(repr=False)
    revision: int = 0
    wait_ms: int = 0
    work_ms: int = 0
    orientation: int = 0
    codec: Codec = Codec.JPEG


@dataclass(frozen=True, slots=True)
class PoseAnswer:
    """Where the artwork is in a frame, on its way to the phone that sent the frame."""

    seq: int
    capture_ms: float  # echoed, on the phone's clock
    width: int  # of the frame
    height: int
    state: TrackState
    confidence: float = 0.0  # 0 to 1
    error_px: float = 0.0  # of the points that hold it, in pixels of the frame
    homography: tuple[float, ...] | None = None  # 3 x 3 by rows, unit target -> unit frame; None while looking
    revision: int = 0  # of the texture to show; 0: of none but what `welcome` gave
    wait_ms: int = 0
    work_ms: int = 0
    orientation: int = 0


@dataclass(frozen=True, slots=True)
class Texture:
    """The artwork's picture, painted, on its way to a phone that hangs it where the poses say."""

    number: int  # in its connection, from 1
    width: int
    height: int
    picture: bytes = field(repr=False)
    revision: int = 0
    wait_ms: int = 0
    work_ms: int = 0
    codec: Codec = Codec.JPEG


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of a connection."""

    ticket: str
    now_ms: float
    language: str | None = None
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """A visitor's choice; None leaves a setting as it is."""

    revision: int
    style: Mapping[str, float] | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that a visitor wants made, by the station's own words or by a sentence."""

    revision: int
    words: tuple[int, ...] = ()  # places in the list of words that the station offers, from 0
    text: str | None = None
    source: Source = Source.WORDS
    change: float = 0.6  # how much of the source is made anew, 0 to 1
    seed: int | None = None  # None: one that the server draws


@dataclass(frozen=True, slots=True)
class Cancel:
    """What was wished for last is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The visitor wishes to keep the picture that was made last; perhaps to offer it for the station's wall page."""

    wall: bool = False


class WarpMode(StrEnum):
    """How a phone keeps an overlay on the artwork between two poses."""

    TRACKED = "tracked"  # it follows points from the pose's frame to the one on screen
    POSE = "pose"  # it cannot keep up, and shows the server's pose alone


@dataclass(frozen=True, slots=True)
class Warp:
    """What the late warp took on the phone, in the last second."""

    mode: WarpMode
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What the phone measured in the last second."""

    fps: float
    glass_p50_ms: float
    glass_p95_ms: float
    dropped: Mapping[str, int]
    now_ms: float | None = None  # the phone's clock, which may have stopped while it slept
    warp: Warp | None = None  # None where the phone warps nothing


@dataclass(frozen=True, slots=True)
class Bye:
    """The visitor leaves."""


FromPhone = Frame | Hello | Set | Wish | Cancel | Keep | Telemetry | Bye
