"""One visit that is over, as far as it is counted. Lives for a moment only: it is added to sums, and gone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """From hello to the end. Holds nothing that says who it was."""

    exhibition: str
    station: str
    experience: str  # lens, canvas, dream
    language: str
    styles: tuple[str, ...]  # ids of those that the visitor saw last
    began_at: float  # seconds since 1970
    dwell_s: float  # from hello to the end, the time away at its end left out
    waited_s: float  # in the waiting room
    live: bool  # whether the visitor was ever let in
    slow: bool  # whether it went slowly for them when they left
