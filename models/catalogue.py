"""Every network that ships, as a model for runtimes; and which network a file of somebody's own is."""

from __future__ import annotations

from pathlib import Path

from models.runtime.model import Model
from models.style.model import SIZES, style_model


def shipped_models() -> tuple[Model, ...]:
    """All that ships: the networks of every family, in all sizes."""
    return tuple(style_model(onnx) for onnx in SIZES.values())


def model_of(onnx: Path) -> Model:
    """The model of an ONNX file. There is one family so far: a file of somebody's own is a style network."""
    return style_model(onnx)
