"""The style networks that ship, as models for runtimes; and which network any ONNX file is, style or generator."""

from __future__ import annotations

from pathlib import Path

from models.errors import EngineError
from models.generate.folder import read_folder
from models.generate.parts import parts_of
from models.generate.settings import Settings
from models.runtime.model import Model
from models.style.model import SIZES, style_model

_INDEX = "model_index.json"  # which a generator's folder has, as diffusers writes it


def shipped_models() -> tuple[Model, ...]:
    """The style networks that ship, in all sizes."""
    return tuple(style_model(onnx) for onnx in SIZES.values())


def model_of(onnx: Path) -> Model:
    """The model of an ONNX file: a part of a generator where it lies in one's folder, else a style network.

    Raises FolderError for a generator's folder that is damaged, EngineError for a file in it that is none of its parts.
    """
    path = onnx.absolute()
    return _part(path) if (path.parent.parent / _INDEX).is_file() else style_model(onnx)


def _part(onnx: Path) -> Model:
    folder = read_folder(onnx.parent.parent)
    parts = {part.onnx: part for part in parts_of(folder, Settings.read(folder).size).all}
    if onnx not in parts:
        known = ", ".join(f"{file.parent.name}/{file.name}" for file in parts)
        raise EngineError(f"expected a part of {folder.path.name}, {known}, got {onnx.parent.name}/{onnx.name}")
    return parts[onnx]
