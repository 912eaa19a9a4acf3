"""Protocol version 1: messages to bytes and back, binary ones in binary.py. Knows no socket; PROTOCOL.md has the words.

`decode_from_phone` takes untrusted input: it raises Refused and nothing else, whatever comes in. What it lets through
is bounded, finite and can be written out again as UTF-8. JSON is held to I-JSON (RFC 7493) where that matters: no name
twice in an object, no lone surrogates. NaN and Infinity, which are no JSON, get as far as the field that they stand in,
so that the refusal can name it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from exhibit.binary import (
    HEADER,
    MAX_TIME_MS,
    VERSION,
    decode_frame,
    decode_overlay,
    decode_pose,
    decode_texture,
    encode_frame,
    encode_overlay,
    encode_pose,
    encode_texture,
    kind_of,
)
from exhibit.messages import (
    Binary,
    Bye,
    Codec,
    Frame,
    FromPhone,
    Hello,
    Overlay,
    PoseAnswer,
    Set,
    Telemetry,
    Texture,
    Warp,
    WarpMode,
)
from exhibit.refusal import Refusal, Refused

__all__ = [
    "CREDITS",
    "HEADER",
    "MAX_STYLES_IN_MIX",
    "MAX_TEXT_CHARS",
    "RESUME_S",
    "SUBPROTOCOL",
    "VERSION",
    "Binary",
    "Bye",
    "Codec",
    "Frame",
    "FromPhone",
    "Hello",
    "Overlay",
    "PoseAnswer",
    "Set",
    "Telemetry",
    "Texture",
    "Warp",
    "WarpMode",
    "decode_from_phone",
    "decode_overlay",
    "decode_pose",
    "decode_texture",
    "encode_error",
    "encode_frame",
    "encode_overlay",
    "encode_pose",
    "encode_text",
    "encode_texture",
    "kind_of",
]

SUBPROTOCOL = "vernissage.v1"
CREDITS = 2
RESUME_S = 30
MAX_STYLES_IN_MIX = 4
MAX_TEXT_CHARS = 16_384  # of one JSON message
_MAX_FIELD_CHARS = 512
_MAX_STYLE_CHARS = 64
_MAX_MEASURE = 1e9
_MAX_REASONS = 16
_REASON = re.compile(r"[A-Za-z0-9_]{1,40}")


def decode_from_phone(data: str | bytes) -> FromPhone:
    """Parse one message from a phone. Raises Refused for anything that is not one."""
    return decode_frame(data) if isinstance(data, bytes) else _decode_text(data)


def _decode_text(data: str) -> Hello | Set | Telemetry | Bye:
    if len(data) > MAX_TEXT_CHARS:
        raise Refused(
            Refusal.MESSAGE_TOO_BIG, f"Expected at most {MAX_TEXT_CHARS} characters of JSON, got {len(data)}."
        )
    try:
        message = json.loads(data, object_pairs_hook=_object)
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


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; raises ValueError for a name that comes twice and for text that UTF-8 cannot write."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("expected each name once")
    for name, value in pairs:
        name.encode()
        if isinstance(value, str):
            value.encode()
    return values


def _decode_hello(message: dict[str, Any]) -> Hello:
    version = message.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise Refused(Refusal.WRONG_VERSION, f"Got {version!r:.20}." if isinstance(version, int | float | str) else "")
    ticket = _text(message, "ticket")
    if ticket is None:
        raise Refused(Refusal.BAD_FIELD, "hello needs a ticket.")
    return Hello(ticket, _clock(message), _text(message, "language"), _text(message, "resume"))


def _decode_set(message: dict[str, Any]) -> Set:
    revision = message.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 < revision < 2**32:
        raise Refused(Refusal.BAD_FIELD, "set needs a revision from 1 to 4294967295.")
    style = message.get("style")
    strength = None if message.get("strength") is None else _weight(message, "strength")
    return Set(revision, None if style is None else _decode_mix(style), strength)


def _decode_mix(style: object) -> dict[str, float]:
    if not isinstance(style, dict) or not 0 < len(style) <= MAX_STYLES_IN_MIX:
        raise Refused(Refusal.BAD_MIX, f"Expected an object of 1 to {MAX_STYLES_IN_MIX} weights.")
    if any(len(name) > _MAX_STYLE_CHARS for name in style):
        raise Refused(Refusal.UNKNOWN_STYLE, f"No style's id is longer than {_MAX_STYLE_CHARS} characters.")
    mix = {name: _weight(style, name) for name in style}
    if sum(mix.values()) <= 0:
        raise Refused(Refusal.BAD_MIX, "Got a sum of 0.")
    return mix


def _decode_telemetry(message: dict[str, Any]) -> Telemetry:
    dropped = {} if message.get("dropped") is None else message["dropped"]
    if not isinstance(dropped, dict) or len(dropped) > _MAX_REASONS or not all(map(_REASON.fullmatch, dropped)):
        raise Refused(Refusal.BAD_FIELD, f"dropped must be an object of at most {_MAX_REASONS} reasons, each a word.")
    return Telemetry(
        fps=_measure(message, "fps"),
        glass_p50_ms=_measure(message, "glass_p50_ms"),
        glass_p95_ms=_measure(message, "glass_p95_ms"),
        dropped={reason: int(_measure(dropped, reason)) for reason in dropped},
        now_ms=None if message.get("now_ms") is None else _clock(message),
        warp=None if message.get("warp") is None else _decode_warp(message["warp"]),
    )


def _decode_warp(warp: object) -> Warp:
    if not isinstance(warp, dict) or warp.get("mode") not in list(WarpMode):
        modes = " or ".join(f'"{mode}"' for mode in WarpMode)
        raise Refused(Refusal.BAD_FIELD, f"warp must be an object whose mode is {modes}.")
    return Warp(WarpMode(warp["mode"]), _measure(warp, "p50_ms"), _measure(warp, "p95_ms"))


def _number(message: Mapping[str, Any], name: str, refusal: Refusal = Refusal.BAD_FIELD) -> float:
    """A number of any size; NaN and the infinities are for the caller to refuse."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(refusal, f"{name!r} must be a number.")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _clock(message: Mapping[str, Any]) -> float:
    now_ms = _number(message, "now_ms")
    if not 0 <= now_ms <= MAX_TIME_MS:
        raise Refused(Refusal.TIME_INVALID, f"Got {now_ms}.")
    return now_ms


def _weight(message: Mapping[str, Any], name: str) -> float:
    weight = _number(message, name, Refusal.BAD_MIX)
    if not 0 <= weight <= 1:
        raise Refused(Refusal.BAD_MIX, f"Got {weight} for {name!r}.")
    return weight


def _measure(message: Mapping[str, Any], name: str) -> float:
    measure = _number(message, name)
    if not 0 <= measure < _MAX_MEASURE:
        raise Refused(Refusal.BAD_FIELD, f"{name!r} must be from 0 to {_MAX_MEASURE:.0f}, got {measure}.")
    return measure


def _text(message: Mapping[str, Any], name: str) -> str | None:
    value = message.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > _MAX_FIELD_CHARS):
        raise Refused(Refusal.BAD_FIELD, f"{name!r} must be a text of at most {_MAX_FIELD_CHARS} characters.")
    return value


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
        opens_at=refused.opens_at,
    )
