"""Notes of sessions: written, read again, and everything else refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from server.session_notes import (
    FORMAT,
    MAX_BYTES,
    Notes,
    NotesError,
    SessionNote,
    decode_notes,
    digest_of,
    encode_notes,
)

NOTE = SessionNote(
    digest=digest_of("token"),
    number=7,
    subject="demo",
    station="mill",
    station_number=1,
    weights={"wave": 0.25, "scream": 0.75},
    strength=0.5,
    chosen=True,
    language="zh-Hans",
    place=0,
    away_ms=1500.0,
)
NOTES = Notes(1_800_000_000.5, 12, (NOTE, replace(NOTE, digest=digest_of("other"), number=8, place=1)))


def written(**session: Any) -> bytes:
    """The notes of one session with some of its fields as a test wants them."""
    values = json.loads(encode_notes(replace(NOTES, sessions=(NOTE,))))
    values["sessions"][0] |= session
    return json.dumps(values).encode()


def test_what_was_written_is_read_again() -> None:
    assert decode_notes(encode_notes(NOTES)) == NOTES


def test_a_token_is_not_in_them() -> None:
    assert b"token" not in encode_notes(NOTES)


@pytest.mark.parametrize(
    "now_s, age_ms", [(1_800_000_003.5, 3000.0), (1_799_996_400.0, 0.0)], ids=["later", "set back"]
)
def test_their_age_is_never_negative(now_s: float, age_ms: float) -> None:
    assert NOTES.age_ms(now_s) == age_ms


@pytest.mark.parametrize(
    "data, expected",
    [
        (b"", "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "format"),
        (b'{"format": "another"}', "format"),
        (json.dumps({"format": FORMAT, "sessions": {}}).encode(), "sessions"),
        (json.dumps({"format": FORMAT, "sessions": [], "written_at": "now"}).encode(), "written_at"),
        (b" " * (MAX_BYTES + 1), "bytes"),
        (written(digest="0" * 63), "digest"),
        (written(digest="G" * 64), "digest"),
        (written(number=0), "number"),
        (written(number=True), "number"),
        (written(number=2**60), "number"),
        (written(subject=7), "subject"),
        (written(station="x" * 1000), "station"),
        (written(weights={"wave": "much"}), "wave"),
        (written(weights={"wave": float("nan")}), "wave"),
        (written(weights=dict.fromkeys(map(str, range(99)), 0.1)), "weights"),
        (written(strength=2), "strength"),
        (written(chosen=None), "chosen"),
        (written(place=-1), "place"),
        (written(away_ms=float("inf")), "away_ms"),
        (written(language=None), "language"),
        (encode_notes(replace(NOTES, sessions=(NOTE, NOTE))), "digest"),
        (encode_notes(replace(NOTES, sessions=(NOTE, replace(NOTE, digest=digest_of("b"))))), "number"),
    ],
)
def test_everything_else_is_refused_in_a_sentence(data: bytes, expected: str) -> None:
    with pytest.raises(NotesError, match=rf"^expected .*{expected}|^expected each {expected}"):
        decode_notes(data)
