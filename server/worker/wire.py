"""Messages between the server and a worker over a socket pair: a JSON head and the pictures it speaks of. Pure.

JPEGs cross, never raw frames: 30 kB a picture instead of 520 kB, so copying costs microseconds and shared memory would
save nothing that can be measured; and when either side dies the other sees the end of the stream at once.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PREFIX = struct.Struct(">II")  # bytes of the head, bytes of all pictures


class Kind(StrEnum):
    """What a message is about: the head's `kind`."""

    PAINT = "paint"  # a batch to paint, and its answer
    TRACK = "track"  # a batch to find artworks in, and its answer
    FORGET = "forget"  # a session has ended
    RENEW = "renew"  # styles were added: open the painter anew
    SEEN = "seen"  # a code was read in a session's frame
    APPRAISE = "appraise"  # artworks whose targets are to be made and scored
    SCORED = "scored"  # how well they can be tracked
    DREAM = "dream"  # a picture to make of words, and all that is said of it
    READY = "ready"  # the worker can work
    BEAT = "beat"  # it lives; and whether it is at something that may keep it from saying so
    ENGINE = "engine"  # it goes on with a faster engine
    FAILED = "failed"  # it cannot start


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object and the byte strings that go with it."""

    head: dict[str, Any]
    pictures: tuple[bytes, ...] = ()

    @property
    def kind(self) -> Kind:
        """What it is about. Raises ValueError for a kind that is not known."""
        return Kind(self.head["kind"])


def pack(kind: Kind, head: dict[str, Any], pictures: Sequence[bytes] = ()) -> bytes:
    """One message as bytes."""
    text = json.dumps({"kind": kind} | head | {"lengths": [len(p) for p in pictures]}).encode()
    return b"".join([PREFIX.pack(len(text), sum(map(len, pictures))), text, *pictures])


def unpack(text: bytes, body: bytes) -> Message:
    """A message from its two parts."""
    head = json.loads(text)
    pictures, at = [], 0
    for length in head.pop("lengths"):
        pictures.append(body[at : at + length])
        at += length
    return Message(head, tuple(pictures))
