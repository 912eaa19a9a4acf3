"""Malformed messages without end: valid ones, bent until the protocol refuses them. Seeded; knows no socket."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator

from visitor import HEIGHT_PX, WIDTH_PX, flat_jpeg, patched_jpeg_size

from exhibit.protocol import Frame, PoseAnswer, Texture, decode_from_phone, encode_frame, encode_pose, encode_texture
from exhibit.refusal import Refusal, Refused
from exhibit.track.pose import TrackState

Message = str | bytes
SIZE_PX = (WIDTH_PX, HEIGHT_PX)
NASTY: tuple[object, ...] = (
    *(None, True, False, -1, 0, 2**31, 2**32, 2**64, 10**400, 1e308, math.nan, math.inf, -math.inf, 0.5),
    *("", "x" * 600, "\ud800", "\x00", "NaN", [], {}, [[]], {"type": "set"}, [1] * 50),
)
_WARP: dict[str, object] = {"mode": "tracked", "p50_ms": 4.0, "p95_ms": 9.0}
NOT_JSON = ("", "{", "}", "[" * 5000, '{"type":', "null", "NaN", '"hello"', '{"type":"set","type":"set"}', "\x00", "{}")
NOT_JPEG = (b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBP", bytes(300))


class Bender:
    """Makes malformed messages; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        jpeg = flat_jpeg()
        self._jpegs = (jpeg, jpeg[:100], patched_jpeg_size(jpeg, 30000, 30000), patched_jpeg_size(jpeg, 1, 1))
        self._texts: tuple[dict[str, object], ...] = (
            {"type": "hello", "version": 1, "ticket": "t", "now_ms": 1.0, "language": "en", "resume": "r"},
            {"type": "set", "revision": 1, "style": {"night": 1.0, "wave": 0.5}, "strength": 1.0},
            {"type": "telemetry", "fps": 15, "glass_p50_ms": 50.0, "glass_p95_ms": 90.0, "dropped": {"late": 1}},
            {"type": "telemetry", "fps": 9, "glass_p50_ms": 9.0, "glass_p95_ms": 9.0, "warp": dict(_WARP)},
            {"type": "bye"},
        )
        self._ways: tuple[Callable[[], Message], ...] = (
            *(self._bent_header, self._bent_header, self._noise, self._wrong_picture, self._wrong_size),
            self._servers_own,
            *(self._bent_fields, self._bent_fields, self._bent_text, self._no_json),
        )

    def messages(self) -> Iterator[tuple[Message, Refusal]]:
        """Messages that are refused, each with the reason; those that a server would take are left out."""
        while True:
            message = self._chance.choice(self._ways)()
            try:
                taken = decode_from_phone(message)
            except Refused as refused:
                yield message, refused.refusal
            else:
                if isinstance(taken, Frame) and (taken.width, taken.height) != SIZE_PX:
                    yield message, Refusal.SIZE_MISMATCH

    def _frame(self) -> bytes:
        jpeg = self._chance.choice(self._jpegs)
        return encode_frame(Frame(self._chance.randrange(1, 2**32), 1000.0, *SIZE_PX, jpeg))

    def _wrong_size(self) -> bytes:
        seq, width_px, height_px = (self._chance.randrange(1, limit) for limit in (2**32, 2**16, 2**16))
        return encode_frame(Frame(seq, 1000.0, width_px, height_px, self._chance.choice(self._jpegs)))

    def _bent_header(self) -> bytes:
        """A frame with a few bits of its header turned over."""
        frame = bytearray(self._frame())
        for _ in range(self._chance.randint(1, 4)):
            frame[self._chance.randrange(32)] ^= 1 << self._chance.randrange(8)
        return bytes(frame[: self._chance.choice((len(frame), len(frame), self._chance.randrange(len(frame))))])

    def _servers_own(self) -> bytes:
        """What only a server may send."""
        pose = PoseAnswer(1, 1000.0, *SIZE_PX, TrackState.LOOKING)
        return self._chance.choice((encode_pose(pose), encode_texture(Texture(1, *SIZE_PX, self._jpegs[0]))))

    def _noise(self) -> bytes:
        return self._chance.randbytes(self._chance.choice((0, 1, 31, 32, 33, 200)))

    def _wrong_picture(self) -> bytes:
        picture = self._chance.choice(NOT_JPEG) + self._chance.randbytes(self._chance.randrange(40))
        return encode_frame(Frame(1, 1000.0, *SIZE_PX, picture))

    def _bent_fields(self) -> str:
        """A message whose fields have values that nobody expects, are missing, or are too many."""
        fields = dict(self._chance.choice(self._texts))
        for _ in range(self._chance.randint(1, 3)):
            name = self._chance.choice([*fields, "style", "dropped", "warp", "unknown"])
            if name == "warp" and self._chance.random() < 0.5:
                fields[name] = _WARP | {self._chance.choice([*_WARP]): self._chance.choice(NASTY)}
            elif self._chance.random() < 0.25:
                fields.pop(name, None)
            else:
                fields[name] = self._chance.choice(NASTY)
        return json.dumps(fields)

    def _bent_text(self) -> str:
        """A message with a piece of its text cut out, doubled or replaced."""
        text = json.dumps(self._chance.choice(self._texts))
        start, end = sorted(self._chance.randrange(len(text)) for _ in range(2))
        return text[:start] + self._chance.choice(("", text[start:end] * 2, "\u202e", '"', "{", "1e999")) + text[end:]

    def _no_json(self) -> str:
        return self._chance.choice(NOT_JSON)
