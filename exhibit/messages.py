"""The messages of protocol version 1, as values. Knows nothing of how they are written; see protocol.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Picture(IntEnum):
    """Type of a binary message."""

    FRAME = 1
    OVERLAY = 2


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
class Telemetry:
    """What the phone measured in the last second."""

    fps: float
    glass_p50_ms: float
    glass_p95_ms: float
    dropped: Mapping[str, int]
    now_ms: float | None = None  # the phone's clock, which may have stopped while it slept


@dataclass(frozen=True, slots=True)
class Bye:
    """The visitor leaves."""


FromPhone = Frame | Hello | Set | Telemetry | Bye
