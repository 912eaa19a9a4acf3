"""Which frames of a connection are unanswered, whether another may be sent, and whether an overlay is in order.

The client's half of the rules in exhibit/PROTOCOL.md. Pure: the time comes in as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass

PATIENCE_MS = 2000.0  # a frame that got no answer for so long counts as answered
_MAX_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class _Sent:
    capture_ms: float
    sent_ms: float


class Window:
    """The unanswered frames of one connection; `allowed` frames at once, None where the phone does not care."""

    def __init__(self, allowed: int | None) -> None:
        self._allowed = allowed
        self._unanswered: dict[int, _Sent] = {}  # by seq, in the order sent
        self._last_seq = 0  # newest frame sent
        self._last_shown = 0  # newest overlay received

    def may_send(self, now_ms: float) -> bool:
        """Whether a credit is left."""
        if self._allowed is None:
            return True
        waiting = sum(now_ms - sent.sent_ms < PATIENCE_MS for sent in self._unanswered.values())
        return waiting < self._allowed

    def send(self, capture_ms: float, now_ms: float) -> int:
        """Note that a frame goes out now; returns its sequence number."""
        self._last_seq += 1
        self._unanswered[self._last_seq] = _Sent(capture_ms, now_ms)
        if len(self._unanswered) > _MAX_REMEMBERED:
            del self._unanswered[next(iter(self._unanswered))]
        return self._last_seq

    def shown(self, seq: int, capture_ms: float) -> int | None:
        """Note an overlay. How many older frames it answers too, or None if it is not in order or not ours."""
        sent = self._unanswered.get(seq)
        if sent is None or seq <= self._last_shown or sent.capture_ms != capture_ms:
            return None
        self._last_shown = seq
        return self._forget(seq) - 1

    def dropped(self, seq: int) -> int:
        """Note that the server dropped this frame and any before it. How many were answered by that."""
        return self._forget(seq)

    def _forget(self, seq: int) -> int:
        answered = [older for older in self._unanswered if older <= seq]
        for older in answered:
            del self._unanswered[older]
        return len(answered)
