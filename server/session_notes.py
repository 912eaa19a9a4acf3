"""What is noted of sessions so that they survive a restart, and how the notes are written. Pure.

Nobody who reads the notes can take a session up: they hold the SHA-256 of its token alone, and a token is 128 random
bits.

NotesError
└── (the notes cannot be read; the message says what was expected)
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

FORMAT = "vernissage sessions 1"
MAX_BYTES = 8 << 20  # 4000 sessions take two megabytes at most
MAX_SESSIONS = 10_000
_MAX_CHARS = 200  # of a subject, a station's or style's id, a language
_MAX_STYLES = 16  # in a mix
_MAX_NUMBER = 2**53
_DIGEST_CHARS = 64
_DIGITS = frozenset("0123456789abcdef")


class NotesError(Exception):
    """These are no notes of sessions."""


@dataclass(frozen=True, slots=True)
class SessionNote:
    """One session, as it was when the notes were taken."""

    digest: str  # of its token
    number: int
    subject: str  # of the exhibition
    station: str  # its id
    station_number: int  # a station that has another one by now is another station
    weights: Mapping[str, float]
    strength: float
    chosen: bool
    language: str
    place: int  # in the waiting room, from 1; 0: it was live
    away_ms: float  # since its connection was lost; 0 while connected


@dataclass(frozen=True, slots=True)
class Notes:
    """Everybody who was in."""

    written_at: float  # unix seconds
    last_number: int  # of all sessions there have been
    sessions: tuple[SessionNote, ...]

    def age_ms(self, now_s: float) -> float:
        """How old they are; a clock that was set back meanwhile makes them new."""
        return max(0.0, now_s - self.written_at) * 1000


_FIELDS = tuple(field.name for field in fields(SessionNote))


def digest_of(token: str) -> str:
    """What stands for a token where it must not be written down. Any text is a token that nobody has."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def encode_notes(notes: Notes) -> bytes:
    """As JSON."""
    sessions = [{name: getattr(note, name) for name in _FIELDS} for note in notes.sessions]
    head = {"format": FORMAT, "written_at": notes.written_at, "last_number": notes.last_number}
    return json.dumps(head | {"sessions": sessions}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode_notes(data: bytes) -> Notes:
    """Read what `encode_notes` wrote. Raises NotesError for anything else."""
    _check(len(data) <= MAX_BYTES, f"at most {MAX_BYTES} bytes", f"{len(data)}")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        raise NotesError("expected JSON") from None
    _check(isinstance(values, dict) and values.get("format") == FORMAT, f"the format {FORMAT!r}", "another one")
    sessions = values.get("sessions")
    _check(isinstance(sessions, list) and len(sessions) <= MAX_SESSIONS, f"at most {MAX_SESSIONS} sessions", "others")
    notes = Notes(
        written_at=_number(values, "written_at", 0, _MAX_NUMBER),
        last_number=_whole(values, "last_number"),
        sessions=tuple(_session(session) for session in sessions),
    )
    _check_distinct("digest", (note.digest for note in notes.sessions))
    _check_distinct("number", (note.number for note in notes.sessions))
    return notes


def _session(values: Any) -> SessionNote:
    _check(isinstance(values, dict), "an object for each session", type(values).__name__)
    digest = _text(values, "digest")
    _check(len(digest) == _DIGEST_CHARS and _DIGITS.issuperset(digest), "digest to be a SHA-256", "another text")
    weights = values.get("weights")
    _check(
        isinstance(weights, dict) and len(weights) <= _MAX_STYLES, f"weights of at most {_MAX_STYLES} styles", "others"
    )
    chosen = values.get("chosen")
    _check(isinstance(chosen, bool), "chosen to be true or false", type(chosen).__name__)
    return SessionNote(
        digest=digest,
        number=_whole(values, "number", 1),
        subject=_text(values, "subject"),
        station=_text(values, "station"),
        station_number=_whole(values, "station_number"),
        weights={style: _number(weights, style, 0, 1) for style in weights if len(style) <= _MAX_CHARS},
        strength=_number(values, "strength", 0, 1),
        chosen=chosen,
        language=_text(values, "language"),
        place=_whole(values, "place"),
        away_ms=_number(values, "away_ms", 0, _MAX_NUMBER),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    _check(isinstance(value, str) and len(value) <= _MAX_CHARS, f"{name} to be a short text", type(value).__name__)
    return str(value)


def _whole(values: Mapping[str, Any], name: str, low: int = 0) -> int:
    value = values.get(name)
    right = isinstance(value, int) and not isinstance(value, bool) and low <= value <= _MAX_NUMBER
    _check(right, f"{name} to be a whole number from {low}", type(value).__name__)
    return int(value or 0)


def _number(values: Mapping[str, Any], name: str, low: float, high: float) -> float:
    value = values.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    _check(
        is_number and math.isfinite(value or 0) and low <= (value or 0) <= high,
        f"{name} from {low} to {high}",
        "another",
    )
    return float(value or 0)


def _check_distinct(name: str, values: Iterable[object]) -> None:
    found = list(values)
    _check(len(set(found)) == len(found), f"each {name} once", "one twice")


def _check(holds: bool, expected: str, got: str) -> None:
    if not holds:
        raise NotesError(f"expected {expected}, got {got}")
