"""Pictures that wait until a curator lets them through. In memory: of visitors who are here now; keeps nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

MOST = 200  # pictures that wait at the same time

Decided = Callable[[bool], None]  # whether it was let through; must neither wait nor fail


class ApprovalsFullError(Exception):
    """So many wait that no other one is taken."""


@dataclass(frozen=True, slots=True)
class Held:
    """A picture that waits, and what a curator has to know of it. Names no visitor."""

    id: str
    exhibition: str
    station: str
    station_title: str
    words: str  # that it was made from
    picture: bytes = field(repr=False)  # JPEG
    since_ms: float  # on the server's clock, when it began to wait


class Approvals:
    """Those that wait, the longest first."""

    def __init__(self, now_ms: Callable[[], float], most: int = MOST) -> None:
        self._now_ms, self._most = now_ms, most
        self._waiting: dict[str, tuple[Held, Decided]] = {}

    def hold(
        self, exhibition: str, station: str, station_title: str, words: str, *, picture: bytes, decided: Decided
    ) -> str:
        """Let a picture wait; its id. `decided` is called once, unless it is withdrawn. Raises ApprovalsFullError."""
        if len(self._waiting) >= self._most:
            raise ApprovalsFullError(f"expected at most {self._most} pictures to wait for a curator, got one more")
        held = Held(secrets.token_hex(8), exhibition, station, station_title, words, picture, self._now_ms())
        self._waiting[held.id] = (held, decided)
        return held.id

    def withdraw(self, held_id: str) -> None:
        """Nobody waits for it any more. One that is gone already is no error."""
        self._waiting.pop(held_id, None)

    def get(self, held_id: str) -> Held | None:
        """One of them."""
        found = self._waiting.get(held_id)
        return found[0] if found else None

    def waiting(self, exhibition: str | None = None) -> list[Held]:
        """Those of an exhibition, or all."""
        return [held for held, _ in self._waiting.values() if exhibition in {None, held.exhibition}]

    def waited_s(self, held: Held) -> float:
        """For how long its visitor has waited."""
        return (self._now_ms() - held.since_ms) / 1000

    def decide(self, held_id: str, *, approve: bool) -> bool:
        """Let it through, or not. False: it is gone, because its visitor is or somebody else decided."""
        found = self._waiting.pop(held_id, None)
        if found is None:
            return False
        found[1](approve)
        return True
