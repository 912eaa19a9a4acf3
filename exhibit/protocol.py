"""Protocol version 1: messages to bytes and back. Knows no socket; see PROTOCOL.md for the words.

`decode_from_phone` takes untrusted input: it raises Refused and nothing else, whatever comes in.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from exhibit.refusal import Refusal, Refused

VERSION = 1
SUBPROTOCOL = "vernissage.v1"
HEADER = struct.Struct(">BBBBIdHHIHHI")
CREDITS = 2
RESUME_S = 30
MAX_STYLES_IN_MIX = 4
_MAX_TEXT_FIELD = 512
_JPEG_START = b"\xff\xd8\xff"


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


@dataclass(frozen=True, slots=True)
class Bye:
    """The visitor leaves."""


FromPhone = Frame | Hello | Set | Telemetry | Bye


def decode_from_phone(data: str | bytes) -> FromPhone:
    """Parse one message from a phone. Raises Refused for anything that is not one."""
    return _decode_frame(data) if isinstance(data, bytes) else _decode_text(data)


def _decode_frame(data: bytes) -> Frame:
    if len(data) < HEADER.size:
        raise Refused(Refusal.BAD_HEADER, f"Expected at least {HEADER.size} bytes, got {len(data)}.")
    version, kind, codec, orientation, seq, capture_ms, width, height, _, _, _, length = HEADER.unpack_from(data)
    if version != VERSION:
        raise Refused(Refusal.WRONG_VERSION, f"Got {version}.")
    if kind != Picture.FRAME:
        raise Refused(Refusal.UNKNOWN_TYPE, f"Expected binary type {int(Picture.FRAME)}, got {kind}.")
    if codec != Codec.JPEG:
        raise Refused(Refusal.UNKNOWN_CODEC, f"Got codec {codec}.", seq)
    if orientation > 3 or seq == 0 or width == 0 or height == 0:
        raise Refused(Refusal.BAD_FIELD, "Expected orientation 0 to 3, and seq, width, height above 0.", seq)
    if not math.isfinite(capture_ms):
        raise Refused(Refusal.TIME_INVALID, f"Got {capture_ms}.", seq)
    if length != len(data) - HEADER.size:
        raise Refused(Refusal.BAD_LENGTH, f"Expected {length} bytes, got {len(data) - HEADER.size}.", seq)
    picture = data[HEADER.size :]
    if not picture.startswith(_JPEG_START):
        raise Refused(Refusal.NOT_A_JPEG, "", seq)
    return Frame(seq, capture_ms, width, height, picture, orientation)


def _decode_text(data: str) -> Hello | Set | Telemetry | Bye:
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        raise Refused(Refusal.BAD_JSON) from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Refused(Refusal.BAD_JSON)
    match message["type"]:
        case "hello":
            return _decode_hello(message)
        case "set":
            return _decode_set(message)
        case "telemetry":
            return _decode_telemetry(message)
        case "bye":
            return Bye()
        case other:
            raise Refused(Refusal.UNKNOWN_TYPE, f"Got {other[:40]!r}.")


def _decode_hello(message: dict[str, Any]) -> Hello:
    if message.get("version") != VERSION:
        raise Refused(Refusal.WRONG_VERSION, f"Got {str(message.get('version'))[:20]}.")
    ticket = _text(message, "ticket")
    if ticket is None:
        raise Refused(Refusal.BAD_FIELD, "hello needs a ticket.")
    now_ms = _number(message, "now_ms")
    if not math.isfinite(now_ms):
        raise Refused(Refusal.TIME_INVALID, f"Got {now_ms}.")
    return Hello(ticket, now_ms, _text(message, "language"), _text(message, "resume"))


def _decode_set(message: dict[str, Any]) -> Set:
    revision = message.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 < revision < 2**32:
        raise Refused(Refusal.BAD_FIELD, "set needs a revision from 1 to 4294967295.")
    style = message.get("style")
    strength = None if message.get("strength") is None else _number(message, "strength")
    if strength is not None and not 0 <= strength <= 1:
        raise Refused(Refusal.BAD_MIX, f"Got strength {strength}.")
    return Set(revision, None if style is None else _decode_mix(style), strength)


def _decode_mix(style: object) -> dict[str, float]:
    if not isinstance(style, dict) or not 0 < len(style) <= MAX_STYLES_IN_MIX:
        raise Refused(Refusal.BAD_MIX, f"Expected an object of 1 to {MAX_STYLES_IN_MIX} weights.")
    mix = {name: _number(style, name) for name in style}
    if not all(0 <= weight <= 1 for weight in mix.values()) or sum(mix.values()) <= 0:
        raise Refused(Refusal.BAD_MIX)
    return mix


def _decode_telemetry(message: dict[str, Any]) -> Telemetry:
    numbers = [_number(message, name) for name in ("fps", "glass_p50_ms", "glass_p95_ms")]
    dropped = message.get("dropped", {})
    if not all(math.isfinite(n) and n >= 0 for n in numbers) or not isinstance(dropped, dict) or len(dropped) > 16:
        raise Refused(Refusal.BAD_FIELD, "telemetry needs finite numbers from 0, and at most 16 drop reasons.")
    counts = {reason[:40]: _number(dropped, reason) for reason in dropped}
    if not all(0 <= count < 1e9 for count in counts.values()):
        raise Refused(Refusal.BAD_FIELD, "A drop count must be a number from 0.")
    return Telemetry(*numbers, {reason: int(count) for reason, count in counts.items()})


def _number(message: Mapping[str, Any], name: str) -> float:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(Refusal.BAD_FIELD, f"{name[:40]} must be a number.")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _text(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > _MAX_TEXT_FIELD):
        raise Refused(Refusal.BAD_FIELD, f"{name} must be a text of at most {_MAX_TEXT_FIELD} characters.")
    return value


def encode_frame(frame: Frame) -> bytes:
    """A frame as a phone sends it."""
    head = (VERSION, Picture.FRAME, frame.codec, frame.orientation, frame.seq, frame.capture_ms)
    return HEADER.pack(*head, frame.width, frame.height, 0, 0, 0, len(frame.picture)) + frame.picture


def encode_overlay(overlay: Overlay) -> bytes:
    """An overlay as the server sends it."""
    head = (VERSION, Picture.OVERLAY, overlay.codec, overlay.orientation, overlay.seq, overlay.capture_ms)
    size = (overlay.width, overlay.height, overlay.revision)
    times = (min(overlay.wait_ms, 0xFFFF), min(overlay.work_ms, 0xFFFF))
    return HEADER.pack(*head, *size, *times, len(overlay.picture)) + overlay.picture


def decode_overlay(data: bytes) -> Overlay:
    """Parse an overlay, for clients written in Python. Raises ValueError if it is none."""
    if len(data) < HEADER.size:
        raise ValueError(f"expected at least {HEADER.size} bytes, got {len(data)}")
    version, kind, codec, orientation, seq, capture_ms, width, height, revision, wait_ms, work_ms, length = (
        HEADER.unpack_from(data)
    )
    if version != VERSION or kind != Picture.OVERLAY or length != len(data) - HEADER.size:
        raise ValueError(f"expected an overlay of version {VERSION}, got type {kind} of version {version}")
    return Overlay(
        seq, capture_ms, width, height, data[HEADER.size :], revision, wait_ms, work_ms, orientation, Codec(codec)
    )


def encode_text(kind: str, **fields: object) -> str:
    """A JSON message of either side; fields that are None are left out."""
    present = {name: value for name, value in fields.items() if value is not None}
    return json.dumps({"type": kind, **present}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode_error(refused: Refused, retry_after_s: int | None = None) -> str:
    """The `error` message for a refusal."""
    refusal = refused.refusal
    return encode_text(
        "error",
        code=refusal.code,
        message=str(refused),
        fatal=refusal.fatal,
        seq=refused.seq,
        retry_after_s=retry_after_s,
    )
