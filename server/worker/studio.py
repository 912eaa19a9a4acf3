"""What a worker paints with: opened from its settings, timed, and described; and the faster one that is being built."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.building import BuildOrder, build_apart
from models.errors import NotBuiltError
from models.runtime.choice import AUTO, COMPILED
from models.runtime.engine import Terms
from models.runtime.engine_store import EngineStore
from models.runtime.profile import Profile
from models.style.engine import OpenedPainter, open_best_painter
from models.style.model import SHIPPED_MODEL
from models.style.painter import Painter
from models.style.shelf import Shelf
from server.worker.jpegs import Jpegs, open_jpegs
from server.worker.trial import measure

log = logging.getLogger("vernissage.worker")

CODEC_THREADS = 8  # at most, beside a card; a painter on the cores needs them itself
STUB_LIGHTER = 3  # a stub that stands for the lighter network is so many times as fast
MEGABYTE = 1_048_576


@dataclass(frozen=True)
class Studio:
    """A painter that is warm, with what goes with it."""

    painter: Painter
    jpegs: Jpegs
    costs: list[dict[str, Any]]
    better: str | None = None  # the runtime whose engine is worth building
    lighter: Painter | None = None  # for a crowded room
    lighter_costs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def description(self) -> dict[str, Any]:
        """What the server is told of it."""
        return {
            "styles": list(self.painter.styles),
            "engine": f"{self.painter.description}; {self.jpegs.description}",
            "costs": self.costs,
            "lighter_costs": self.lighter_costs,
            "in_flight": self.painter.in_flight,
            "device_bytes": self.painter.device_bytes,
        }


def open_studio(settings: dict[str, Any]) -> Studio:
    """Load the model and time it. A runtime that was named is waited for while its engine is built; with `auto` another
    one paints meanwhile. Raises ModelError."""
    try:
        return _open(settings, settings["runtime"])
    except NotBuiltError as error:
        log.warning("%s: building it now, which takes up to minutes", error)
        _build(settings, settings["runtime"])
        return _open(settings, settings["runtime"])


def open_better(settings: dict[str, Any], runtime: str) -> Studio:
    """Build the engine of a faster runtime, and open it. Takes seconds to minutes. Raises ModelError."""
    _build(settings, runtime)
    return _open(settings, runtime)


def _open(settings: dict[str, Any], runtime: str) -> Studio:
    opened = _open_painter(settings, runtime, settings["model"])
    painter = opened.painter
    on_card = runtime in (AUTO, "torch", *COMPILED) and painter.in_flight > 1
    threads = max(1, min(CODEC_THREADS, (os.cpu_count() or 1) // 2)) if on_card else 1
    sizes = settings["sizes"]
    jpegs = open_jpegs(settings["jpeg"], on_card, threads, tuple(sizes[0]))
    studio = Studio(painter, jpegs, measure(painter, sizes, settings["counts"]), opened.better)
    return studio if on_card or not settings["lighter"] else _with_lighter(studio, settings, runtime)


def _with_lighter(studio: Studio, settings: dict[str, Any], runtime: str) -> Studio:
    """A crowded room is painted at the smallest size, and cores gain nothing by batches: only this is timed."""
    quicker = {name: settings[name] / STUB_LIGHTER for name in ("stub_base_ms", "stub_frame_ms")}
    painter = _open_painter(settings | quicker, runtime, settings["lighter"]).painter
    costs = measure(painter, settings["sizes"][-1:], [1])
    return replace(studio, lighter=painter, lighter_costs=costs)


def _open_painter(settings: dict[str, Any], runtime: str, model: str) -> OpenedPainter:
    return open_best_painter(
        runtime,
        Path(model) if model else None,
        _terms(settings),
        shelf=Shelf(Path(settings["shelf"])) if settings["shelf"] else None,
        stub_base_ms=settings["stub_base_ms"],
        stub_frame_ms=settings["stub_frame_ms"],
    )


def _terms(settings: dict[str, Any]) -> Terms:
    profiles = tuple(Profile.from_json(profile) for profile in settings["profiles"])
    store = EngineStore(Path(settings["engines"])) if settings["engines"] else None
    return Terms(settings["threads"], settings["memory_mb"] * MEGABYTE, profiles, store)


def _build(settings: dict[str, Any], runtime: str) -> None:
    terms = _terms(settings)
    model = Path(settings["model"]) if settings["model"] else SHIPPED_MODEL
    folder = terms.store.folder if terms.store else Path("engines")
    built = build_apart(BuildOrder(runtime, model, folder, terms.profiles), _progress)
    log.info("the engine %s is ready%s", built.name, f", built in {built.seconds:.1f} s" if built.fresh else "")


def _progress(doing: str, share: float) -> None:
    log.info("building the engine: %s, %d %%", doing, round(100 * share))
