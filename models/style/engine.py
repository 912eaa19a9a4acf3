"""Paints with the style network: turns weights over styles into rows of its table, and runs it. Knows no runtime.

The mix of styles, `weights @ table`, happens here and not in the graph: the graph takes a row of numbers, so that a
style can be added to the table later without building any engine anew.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.runtime.choice import open_engine
from models.runtime.engine import Engine, Pending, Terms
from models.runtime.openvino import OpenVinoEngine
from models.style.model import SHIPPED_MODEL, SIZES, style_model
from models.style.painter import Floats, Frames, Painter, check_batch
from models.style.parity import check_agreement, trial_size
from models.style.shelf import Shelf
from models.style.stub import StubPainter
from models.style.table import StyleTable

log = logging.getLogger("vernissage.style")

STUB = "stub"


class StyleEngine:
    """A Painter on an engine."""

    def __init__(self, engine: Engine, table: StyleTable) -> None:
        self._engine, self._table = engine, table

    @property
    def styles(self) -> tuple[str, ...]:
        return self._table.ids

    @property
    def description(self) -> str:
        return self._engine.description

    @property
    def in_flight(self) -> int:
        return self._engine.in_flight

    @property
    def device_bytes(self) -> int:
        return self._engine.device_bytes

    def frames(self, count: int, height: int, width: int) -> Frames:
        return self._engine.buffer((count, height, width, 3))

    def begin(self, frames: Frames, weights: Floats, strength: Floats) -> Pending:
        check_batch(frames, weights, strength, len(self.styles))
        return self._engine.enqueue(self._inputs(frames, weights, strength))

    def paint(self, frames: Frames, weights: Floats, strength: Floats) -> Frames:
        return self.begin(frames, weights, strength).result()

    def warm(self, width: int, height: int, batch: int) -> None:
        frames = np.zeros((batch, height, width, 3), np.uint8)
        weights = np.ones((batch, len(self.styles)), np.float32)
        self._engine.warm(self._inputs(frames, weights, np.ones(batch, np.float32)))

    def close(self) -> None:
        self._engine.close()

    def _inputs(self, frames: Frames, weights: Floats, strength: Floats) -> dict[str, NDArray[Any]]:
        return {
            "frames": np.ascontiguousarray(frames),
            "style": self._table.mix(weights),
            "strength": strength.astype(np.float32, copy=False),
        }


@dataclass(frozen=True)
class OpenedPainter:
    """A painter, and the faster runtime that could paint once its engine is built, if there is one."""

    painter: Painter
    better: str | None = None


def one_style_painter(size: str, row: Floats) -> Painter:
    """The network of a size that ships, on the CPU, with one style: for looking at it and judging it."""
    return StyleEngine(OpenVinoEngine(SIZES[size]), StyleTable(("style",), row[None]))


def open_best_painter(
    runtime: str,
    model: Path | None = None,
    terms: Terms | None = None,
    *,
    shelf: Shelf | None = None,
    stub_base_ms: float = 20.0,
    stub_frame_ms: float = 5.0,
) -> OpenedPainter:
    """The painter for a runtime: one of models.runtime.choice, auto, or stub (sleeps for a known time instead).

    `model` is an ONNX file with its other forms and its table beside it (same name, .fp16.onnx and .safetensors); None
    is the network that ships. The styles of the shelf come after those of the table. What a card paints is held against
    what the CPU paints before anybody sees it. Raises EngineError or LibraryError, each saying what to do.
    """
    onnx = model or SHIPPED_MODEL
    table = _table(onnx, shelf)
    if runtime == STUB:
        return OpenedPainter(StubPainter(stub_base_ms, stub_frame_ms, table.ids))

    def check(engine: Engine) -> None:
        if engine.in_flight > 1:  # so it is on a card
            _check_card(engine, onnx, table)

    opened = open_engine(runtime, style_model(onnx), terms, check=check)
    return OpenedPainter(StyleEngine(opened.engine, table), opened.better)


def _table(onnx: Path, shelf: Shelf | None) -> StyleTable:
    shipped = StyleTable.load(onnx.with_suffix(".safetensors"))
    if shelf is None:
        return shipped
    table, outdated = shelf.table(onnx.stem, shipped)
    for id_ in outdated:
        log.warning("the style %s was fitted to another network: add its painting again", id_)
    return table


def _check_card(engine: Engine, onnx: Path, table: StyleTable) -> None:
    """Raise EngineError unless a card paints what the CPU paints. Takes the CPU a second."""
    reference = StyleEngine(OpenVinoEngine(onnx, threads=0), table)
    try:
        check_agreement(StyleEngine(engine, table), reference, trial_size(engine.profiles))
    finally:
        reference.close()


def open_painter(
    runtime: str,
    model: Path | None = None,
    terms: Terms | None = None,
    *,
    stub_base_ms: float = 20.0,
    stub_frame_ms: float = 5.0,
) -> Painter:
    """The same for whoever has no use for a faster one later."""
    return open_best_painter(runtime, model, terms, stub_base_ms=stub_base_ms, stub_frame_ms=stub_frame_ms).painter
