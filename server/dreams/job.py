"""A picture on its way from a visitor's wish to the wall, as values. Knows no process and no phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from exhibit.dream import Mark, Source


@dataclass(frozen=True, slots=True)
class Job:
    """A picture that is wanted."""

    number: int
    session: int
    connection: int  # of the session: what an earlier one wanted means nothing in a later one
    revision: int
    station: tuple[str, str]  # the exhibition's subject and the station's id
    words: str  # for the model
    told: str  # the same, as the visitor knows them
    seed: int
    mark: Mark
    source: Source = Source.WORDS
    change: float = 0.6
    artwork: str = ""  # the name of the picture that it begins from
    picture: bytes = field(default=b"", repr=False)  # or that picture itself, a JPEG
    tries: int = 1  # it is tried twice: the first process may have died of another's picture

    def head(self) -> dict[str, Any]:
        """What the dreamer has to know."""
        head = {"words": self.words, "seed": self.seed, "change": self.change, "mark": self.mark}
        return head | {"artwork": self.artwork} if self.artwork else head


@dataclass(frozen=True, slots=True)
class Outcome:
    """A picture that was made."""

    may_be_shown: bool
    marked: bytes = field(default=b"", repr=False)  # JPEG, as visitors see it
    plain: bytes = field(default=b"", repr=False)  # JPEG without the visible mark, to be repainted
    steps: int = 0
    understood: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    spent_ms: float = 0.0
