"""What a worker is started with, and what it says of itself. Plain values: they cross a socket as JSON."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker process is started with."""

    runtime: str
    model: str
    threads: int
    quality: int
    sizes: tuple[tuple[int, int], ...]  # width, height: measured at start
    counts: tuple[int, ...]  # batch sizes, likewise
    stub_base_ms: float
    stub_frame_ms: float
    pictures: str = ""  # the folder of artworks' pictures
    targets: str = ""  # the folder that keeps compiled targets; "": none does
    jpeg: str = "auto"  # where JPEGs are decoded and encoded: cores, card, or whichever is quicker
    memory_mb: int = 0  # of a card, at most; 0: all it has
    engines: str = ""  # the folder that keeps compiled engines; "": none does
    shelf: str = ""  # the folder of styles that the gallery added; "": none
    lighter: str = ""  # the ONNX file of the network that paints when the room is crowded; "": none
    profiles: tuple[dict[str, Any], ...] = ()  # models.runtime.profile.Profile as JSON: what engines are compiled for


@dataclass(frozen=True, slots=True)
class Ready:
    """What a worker says of itself when it can work."""

    styles: tuple[str, ...]
    engine: str
    costs: tuple[dict[str, Any], ...]
    in_flight: int = 1  # batches that its painter holds at a time
    device_bytes: int = 0  # memory of a card that its painter holds
    lighter_costs: tuple[dict[str, Any], ...] = ()  # of the lighter network; empty: there is none

    @staticmethod
    def from_head(head: dict[str, Any]) -> Ready:
        """What a message of the kind ready or engine says."""
        costs, lighter_costs = tuple(head["costs"]), tuple(head["lighter_costs"])
        numbers = head["in_flight"], head["device_bytes"]
        return Ready(tuple(head["styles"]), head["engine"], costs, *numbers, lighter_costs)


def fewer_measures(settings: WorkerSettings) -> WorkerSettings:
    """Everything is measured once; one that is started again only warms up, so that it is back sooner."""
    ends = (settings.sizes[0], settings.sizes[-1])
    return replace(settings, sizes=tuple(dict.fromkeys(ends)), counts=(1,))
