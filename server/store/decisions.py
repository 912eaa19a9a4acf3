"""What operators decided, as values. Knows no database and no station."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from server.degradation import Brush

StationKey = tuple[str, str]  # ids of an exhibition and of a station in it


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided, and when."""

    text: str  # a message, a picture's name, a brush; "" where there is nothing more to say
    by: str  # a user's id
    at: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that holds at this moment."""

    off: Mapping[StationKey, Decision] = field(default_factory=lambda: MappingProxyType({}))  # with words for visitors
    fallbacks: Mapping[StationKey, Decision] = field(default_factory=lambda: MappingProxyType({}))  # names of pictures
    brush: Decision | None = None  # None: nobody pinned one
    announcement: Decision | None = None  # None: there is none
    draining: Decision | None = None  # None: whoever comes is let in

    @property
    def pinned(self) -> Brush:
        """Which network paints."""
        return Brush(self.brush.text) if self.brush is not None else Brush.AUTO

    @property
    def announced(self) -> str:
        """What every phone shows; "": nothing."""
        return self.announcement.text if self.announcement is not None else ""

    def speak_of(self, exhibition: str) -> bool:
        """Whether anything is decided of a station of this exhibition."""
        return any(place[0] == exhibition for place in (*self.off, *self.fallbacks))


NOTHING_DECIDED = Decisions()
