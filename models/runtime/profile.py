"""Which inputs an engine has to be ready for: ranges of the model's free dimensions, one profile a lane. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.errors import EngineError


@dataclass(frozen=True, slots=True)
class Range:
    """The sizes of one free dimension: whatever lies from `least` to `most` is taken, and `best` is tuned for."""

    least: int
    best: int
    most: int

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.best <= self.most:
            raise EngineError(f"expected sizes that ascend from 1, got {self.least}, {self.best}, {self.most}")

    def __contains__(self, size: int) -> bool:
        return self.least <= size <= self.most


@dataclass(frozen=True)
class Profile:
    """What one lane sends: a range for each free dimension of the model, by its name in the ONNX file."""

    lane: str
    ranges: Mapping[str, Range]

    def takes(self, sizes: Mapping[str, int]) -> bool:
        """Whether inputs of these sizes, by dimension, belong to this profile."""
        return all(size in self.ranges[name] for name, size in sizes.items() if name in self.ranges)

    def as_json(self) -> dict[str, object]:
        """As JSON values, in an order that does not depend on how it was made."""
        ranges = {name: [r.least, r.best, r.most] for name, r in sorted(self.ranges.items())}
        return {"lane": self.lane, "ranges": ranges}

    @staticmethod
    def from_json(value: Mapping[str, object]) -> Profile:
        """The profile that as_json wrote."""
        ranges = value["ranges"]
        assert isinstance(ranges, dict)
        return Profile(str(value["lane"]), {name: Range(*sizes) for name, sizes in ranges.items()})


def profile_for(profiles: Sequence[Profile], sizes: Mapping[str, int]) -> int | None:
    """The number of the first profile that takes inputs of these sizes; None if none does."""
    return next((number for number, profile in enumerate(profiles) if profile.takes(sizes)), None)
