"""Paints with the style network: turns weights over styles into rows of its table, and runs it. Knows no runtime.

The mix of styles, `weights @ table`, happens here and not in the graph: the graph takes a row of numbers, so that a
style can be added to the table later without building any engine anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.runtime.choice import open_engine
from models.runtime.engine import Engine
from models.style.library import SHIPPED
from models.style.painter import Floats, Frames, Painter, check_batch
from models.style.stub import StubPainter
from models.style.table import StyleTable

SHIPPED_MODEL = SHIPPED / "fine.onnx"


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

    def paint(self, frames: Frames, weights: Floats, strength: Floats) -> Frames:
        check_batch(frames, weights, strength, len(self.styles))
        return self._engine.run(self._inputs(frames, weights, strength))

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


def open_painter(
    runtime: str, model: Path | None = None, threads: int = 0, *, stub_base_ms: float = 20.0, stub_frame_ms: float = 5.0
) -> Painter:
    """The painter for a runtime: openvino, onnxruntime, or stub (sleeps for a known time instead of painting).

    `model` is an ONNX file with its table beside it (same name, .safetensors); None is the network that ships.
    `threads` 0 means as many as there are cores. Raises EngineError or LibraryError, each saying what to do.
    """
    onnx = model or SHIPPED_MODEL
    table = StyleTable.load(onnx.with_suffix(".safetensors"))
    if runtime == "stub":
        return StubPainter(stub_base_ms, stub_frame_ms, table.ids)
    return StyleEngine(open_engine(runtime, onnx, threads), table)
