"""Which frames of a connection are unanswered, whether another may be sent, and whether an overlay is in order.

The client's half of the rules in exhibit/PROTOCOL.md. Pure: the time comes in as an argument.
"""

from __future__ import annotations

from dataclasses import dataclass

PATIENCE_MS = 2000.0  # a frame that got no answer for so long counts as answered
_MAX_REMEMBERED = 1024


@dataclass(slots=True)
class _Sent:
    capture_ms: float
    sent_ms: float
    answered: bool = False  # from `dropped` on; an overlay of an older frame may still be under way


class Window:
    """The frames of one connection that may still get an overlay; `allowed` at once, None where nobody cares."""

    def __init__(self, allowed: int | None) -> None:
        self._allowed = allowed
        self._sent: dict[int, _Sent] = {}  # by seq, in the order sent; up to the last overlay they are forgotten
        self._last_seq = 0  # newest frame sent
        self._last_shown = 0  # newest overlay received

    def may_send(self, now_ms: float) -> bool:
        """Whether a credit is left."""
        if self._allowed is None:
            return True
        unanswered = (sent for sent in self._sent.values() if not sent.answered)
        return sum(now_ms - sent.sent_ms < PATIENCE_MS for sent in unanswered) < self._allowed

    def send(self, capture_ms: float, now_ms: float) -> int:
        """Note that a frame goes out now; returns its sequence number."""
        self._last_seq += 1
        self._sent[self._last_seq] = _Sent(capture_ms, now_ms)
        if len(self._sent) > _MAX_REMEMBERED:
            del self._sent[next(iter(self._sent))]
        return self._last_seq

    def shown(self, seq: int, capture_ms: float) -> int | None:
        """Note an overlay. How many older frames it answers too, or None if it is not in order or not ours."""
        sent = self._sent.get(seq)
        if sent is None or seq <= self._last_shown or sent.capture_ms != capture_ms:
            return None
        self._last_shown = seq
        older = [number for number in self._sent if number < seq]
        replaced = sum(not self._sent.pop(number).answered for number in older)
        del self._sent[seq]
        return replaced

    def dropped(self, seq: int) -> int:
        """Note that the server dropped this frame and any before it. How many were answered by that."""
        answered = [sent for number, sent in self._sent.items() if number <= seq and not sent.answered]
        for sent in answered:
            sent.answered = True
        return len(answered)
