"""Binary messages: a 32-byte header and what follows it, to bytes and back. Knows no socket and no JSON.

`decode_frame` takes untrusted input and raises Refused; the others are for clients written in Python, and raise
ValueError.
"""

from __future__ import annotations

import math
import struct
from typing import NamedTuple

from exhibit.messages import Binary, Codec, Frame, Overlay, PoseAnswer, Texture
from exhibit.refusal import Refusal, Refused
from exhibit.track.pose import TrackState

VERSION = 1
HEADER = struct.Struct(">BBBBIdHHIHHI")
POSE = struct.Struct(">B3xff9f")
MAX_TIME_MS = 2.0**53  # up to here a double counts single milliseconds
_JPEG_START = b"\xff\xd8\xff"
_LONGEST_MS = 0xFFFF  # that, or more


class Head(NamedTuple):
    """The fields of HEADER, in its order."""

    version: int
    kind: int
    codec: int
    orientation: int
    seq: int
    capture_ms: float
    width: int
    height: int
    revision: int
    wait_ms: int
    work_ms: int
    length: int


def decode_frame(data: bytes) -> Frame:
    """Parse a frame from a phone. Raises Refused for anything that is none."""
    if len(data) < HEADER.size:
        raise Refused(Refusal.BAD_HEADER, f"Expected at least {HEADER.size} bytes, got {len(data)}.")
    head = Head(*HEADER.unpack_from(data))
    if head.version != VERSION:
        raise Refused(Refusal.WRONG_VERSION, f"Got {head.version}.")
    if head.kind != Binary.FRAME:
        raise Refused(Refusal.UNKNOWN_TYPE, f"Expected binary type {int(Binary.FRAME)}, got {head.kind}.")
    _check_fields(head)
    if head.length != len(data) - HEADER.size:
        got = len(data) - HEADER.size
        raise Refused(Refusal.BAD_LENGTH, f"Expected {head.length} bytes, got {got}.", head.seq)
    picture = data[HEADER.size :]
    if not picture.startswith(_JPEG_START):
        raise Refused(Refusal.NOT_A_JPEG, "", head.seq)
    return Frame(head.seq, head.capture_ms, head.width, head.height, picture, head.orientation)


def _check_fields(head: Head) -> None:
    seq, width, height = head.seq, head.width, head.height
    if head.codec != Codec.JPEG:
        raise Refused(Refusal.UNKNOWN_CODEC, f"Got codec {head.codec}.", seq)
    if head.orientation > 3:
        raise Refused(Refusal.BAD_FIELD, f"Expected an orientation from 0 to 3, got {head.orientation}.", seq)
    if not (seq and width and height):
        raise Refused(Refusal.BAD_FIELD, f"Expected numbers above 0, got seq {seq}, {width} x {height} pixels.", seq)
    if not 0 <= head.capture_ms <= MAX_TIME_MS:
        raise Refused(Refusal.TIME_INVALID, f"Got {head.capture_ms}.", seq)


def encode_frame(frame: Frame) -> bytes:
    """A frame as a phone sends it."""
    head = (VERSION, Binary.FRAME, frame.codec, frame.orientation, frame.seq, frame.capture_ms)
    return HEADER.pack(*head, frame.width, frame.height, 0, 0, 0, len(frame.picture)) + frame.picture


def encode_overlay(overlay: Overlay) -> bytes:
    """An overlay as the server sends it."""
    return _answer(Binary.OVERLAY, overlay.codec, overlay, overlay.picture)


def encode_pose(answer: PoseAnswer) -> bytes:
    """A pose as the server sends it."""
    numbers = (0.0,) * 9 if answer.homography is None else answer.homography
    return _answer(Binary.POSE, 0, answer, POSE.pack(answer.state, answer.confidence, answer.error_px, *numbers))


def _answer(kind: Binary, codec: int, to: Overlay | PoseAnswer, body: bytes) -> bytes:
    """What answers a frame: the frame's own fields come back in the header."""
    head = (VERSION, kind, codec, to.orientation, to.seq, to.capture_ms, to.width, to.height, to.revision)
    return HEADER.pack(*head, *_times(to.wait_ms, to.work_ms), len(body)) + body


def encode_texture(texture: Texture) -> bytes:
    """A texture as the server sends it."""
    head = (VERSION, Binary.TEXTURE, texture.codec, 0, texture.number, 0.0)
    size = (texture.width, texture.height, texture.revision)
    times = _times(texture.wait_ms, texture.work_ms)
    return HEADER.pack(*head, *size, *times, len(texture.picture)) + texture.picture


def _times(wait_ms: int, work_ms: int) -> tuple[int, int]:
    return min(wait_ms, _LONGEST_MS), min(work_ms, _LONGEST_MS)


def kind_of(data: bytes) -> Binary:
    """Which binary message this is, by its second byte. Raises ValueError if it is none that is known."""
    if len(data) < HEADER.size:
        raise ValueError(f"expected at least {HEADER.size} bytes, got {len(data)}")
    if data[1] not in list(Binary):
        raise ValueError(f"expected a binary type from {min(Binary)} to {max(Binary)}, got {data[1]}")
    return Binary(data[1])


def decode_overlay(data: bytes) -> Overlay:
    """Parse an overlay. Raises ValueError if it is none."""
    head, picture = _opened(data, Binary.OVERLAY, Codec.JPEG)
    size, times = (head.width, head.height), (head.wait_ms, head.work_ms)
    return Overlay(head.seq, head.capture_ms, *size, picture, head.revision, *times, head.orientation)


def decode_pose(data: bytes) -> PoseAnswer:
    """Parse a pose. Raises ValueError if it is none."""
    head, body = _opened(data, Binary.POSE, 0)
    if len(body) != POSE.size:
        raise ValueError(f"expected {POSE.size} bytes of pose, got {len(body)}")
    state, *numbers = POSE.unpack(body)
    if state not in list(TrackState) or not all(map(math.isfinite, numbers)):
        raise ValueError(f"expected a state from 0 to {max(TrackState)} and finite numbers, got {state} and {numbers}")
    confidence, error_px, *homography = numbers
    if not 0 <= confidence <= 1 or error_px < 0:
        raise ValueError(f"expected a confidence from 0 to 1 and an error from 0, got {confidence} and {error_px}")
    known = None if state == TrackState.LOOKING else tuple(homography)
    size, times = (head.width, head.height), (head.wait_ms, head.work_ms)
    settled = (head.revision, *times, head.orientation)
    return PoseAnswer(head.seq, head.capture_ms, *size, TrackState(state), confidence, error_px, known, *settled)


def decode_texture(data: bytes) -> Texture:
    """Parse a texture. Raises ValueError if it is none."""
    head, picture = _opened(data, Binary.TEXTURE, Codec.JPEG)
    return Texture(head.seq, head.width, head.height, picture, head.revision, head.wait_ms, head.work_ms)


def _opened(data: bytes, kind: Binary, codec: int) -> tuple[Head, bytes]:
    """Header and body of a message of this kind."""
    if len(data) < HEADER.size:
        raise ValueError(f"expected at least {HEADER.size} bytes, got {len(data)}")
    head = Head(*HEADER.unpack_from(data))
    if (head.version, head.kind, head.codec) != (VERSION, kind, codec):
        got = f"type {head.kind} of version {head.version} in codec {head.codec}"
        raise ValueError(f"expected {kind.name.lower()} of version {VERSION} in codec {int(codec)}, got {got}")
    if head.length != len(data) - HEADER.size:
        raise ValueError(f"expected {head.length} bytes after the header, got {len(data) - HEADER.size}")
    return head, data[HEADER.size :]
