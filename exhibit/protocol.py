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
from collections.abc import Callable, Mapping
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
from exhibit.dream import Source
from exhibit.messages import (
    Binary,
    Bye,
    Cancel,
    Codec,
    Frame,
    FromPhone,
    Hello,
    Keep,
    Overlay,
    PoseAnswer,
    Set,
    Telemetry,
    Texture,
    Warp,
    WarpMode,
    Wish,
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
    "Cancel",
    "Codec",
    "Frame",
    "FromPhone",
    "Hello",
    "Keep",
    "Overlay",
    "PoseAnswer",
    "Set",
    "Telemetry",
    "Texture",
    "Warp",
    "WarpMode",
    "Wish",
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
MAX_WORDS_IN_WISH = 12
MAX_SEED = 2**32 - 1
USUAL_CHANGE = 0.6
MAX_TEXT_CHARS = 16_384  # of one JSON message
_MAX_FIELD_CHARS = 512
_MAX_STYLE_CHARS = 64
_MAX_MEASURE = 1e9
_MAX_REASONS = 16
_REASON = re.compile(r"[A-Za-z0-9_]{1,40}")


def decode_from_phone(data: str | bytes) -> FromPhone:
    """Parse one message from a phone. Raises Refused for anything that is not one."""
    return decode_frame(data) if isinstance(data, bytes) else _decode_text(data)


def _decode_text(data: str) -> FromPhone:
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
    decode = _FROM_PHONE.get(message["type"])
    if decode is None:
        raise Refused(Refusal.UNKNOWN_TYPE, f"Got {message['type'][:40]!r}.")
    return decode(message)


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
    revision = _revision(message)
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


def _revision(message: dict[str, Any]) -> int:
    revision = message.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or not 0 < revision < 2**32:
        raise Refused(Refusal.BAD_FIELD, f"{message['type']} needs a revision from 1 to 4294967295.")
    return revision


def _decode_wish(message: dict[str, Any]) -> Wish:
    source, change, seed = message.get("from") or Source.WORDS, message.get("change"), message.get("seed")
    if source not in list(Source):
        raise Refused(Refusal.BAD_FIELD, f"'from' must be one of {', '.join(Source)}.")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED):
        raise Refused(Refusal.BAD_FIELD, f"'seed' must be a whole number from 0 to {MAX_SEED}.")
    return Wish(
        revision=_revision(message),
        words=_decode_words(message.get("words")),
        text=_text(message, "text"),
        source=Source(source),
        change=USUAL_CHANGE if change is None else _share(message, "change"),
        seed=seed,
    )


def _decode_words(words: object) -> tuple[int, ...]:
    if words is None:
        return ()
    sound = isinstance(words, list) and len(words) <= MAX_WORDS_IN_WISH
    if not isinstance(words, list) or not sound or not all(type(word) is int and 0 <= word < 2**16 for word in words):
        raise Refused(Refusal.BAD_FIELD, f"'words' must be a list of at most {MAX_WORDS_IN_WISH} places in the list.")
    return tuple(dict.fromkeys(words))


def _decode_keep(message: dict[str, Any]) -> Keep:
    wall = message.get("wall") or False
    if not isinstance(wall, bool):
        raise Refused(Refusal.BAD_FIELD, "'wall' must be true or false.")
    return Keep(wall)


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


def _share(message: Mapping[str, Any], name: str) -> float:
    share = _number(message, name)
    if not 0 <= share <= 1:
        raise Refused(Refusal.BAD_FIELD, f"{name!r} must be from 0 to 1, got {share}.")
    return share


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


_FROM_PHONE: Mapping[str, Callable[[dict[str, Any]], FromPhone]] = {
    "hello": _decode_hello,
    "set": _decode_set,
    "wish": _decode_wish,
    "cancel": lambda _: Cancel(),
    "keep": _decode_keep,
    "telemetry": _decode_telemetry,
    "bye": lambda _: Bye(),
}


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
        retry_after_s=refused.retry_after_s if retry_after_s is None else retry_after_s,
        opens_at=refused.opens_at,
        notice=refused.notice,
    )
