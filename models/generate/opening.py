"""Opens a generator by name: the model that ships, one of the shelf, or the stub; each part with a runtime."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.errors import EngineError, FolderError
from models.generate.diffusion import DiffusionGenerator, Engines
from models.generate.folder import read_folder
from models.generate.generator import Generator
from models.generate.parts import parts_of
from models.generate.rows import Rows
from models.generate.settings import Settings, read_facts
from models.generate.shelf import SHIPPED_FOLDER, Shelf
from models.generate.stub import StubGenerator
from models.runtime.choice import AUTO, COMPILED, RUNTIMES, find_runtime, open_engine
from models.runtime.engine import Engine, Runtime, Terms
from models.runtime.model import Model

STUB = "stub"
_NO_SHELF = Shelf(SHIPPED_FOLDER / "none")  # an empty one
MOST_ROWS: Mapping[str, int] = {"cpu": 16, "card": 32}  # of the denoiser at once; two a picture where it is guided


def open_generator(
    name: str,
    shelf: Shelf | None,
    runtime: str,
    terms: Terms,
    *,
    stub_step_ms: float = 20.0,
    stub_row_ms: float = 5.0,
) -> Generator:
    """The generator of a model: pigment, which ships, or one that stands on the shelf.

    `runtime` is torch, openvino or onnxruntime, auto for the fastest of them, or stub, which loads no model and sleeps
    for a known time. Raises ModelError, with what to do about it: LibraryError for a model that is not there,
    FolderError for one that is damaged, EngineError for a runtime that cannot be used.
    """
    if runtime == STUB:
        return StubGenerator(stub_step_ms, stub_row_ms, name=name)
    return open_folder((shelf or _NO_SHELF).path(name), runtime, terms)


def open_folder(path: Path, runtime: str, terms: Terms) -> DiffusionGenerator:
    """The generator of a model's folder, whatever it is called."""
    folder = read_folder(path)
    facts = read_facts(path)
    parts = parts_of(folder, Settings.read(folder).size)
    with ExitStack() as opened:

        def open_part(model: Model, what: str) -> Rows:
            engine = _open(runtime, model, terms)
            opened.callback(engine.close)
            rows = Rows(engine, what, MOST_ROWS["card" if engine.in_flight > 1 else "cpu"])
            rows.warm({t.name: np.zeros(t.shape({"batch": 1}), t.dtype) for t in model.inputs})
            return rows

        engines = Engines(
            tuple(open_part(text, "read") for text in parts.texts),
            open_part(parts.denoiser, "compute"),
            open_part(parts.decoder, "decode"),
            open_part(parts.encoder, "encode"),
        )
        generator = DiffusionGenerator(folder, facts, engines)
        opened.pop_all()
    return generator


def _open(runtime: str, model: Model, terms: Terms) -> Engine:
    if runtime in COMPILED:
        raise EngineError(f"pictures are made with {', '.join(_USED)}, not yet with {runtime}")
    if not model.onnx.is_file():
        file = f"{model.onnx.parent.name}/{model.onnx.name}"
        raise FolderError(f"expected the graph {file}, it is missing: vernissage models add writes it")
    return open_engine(runtime, model, replace(terms, profiles=()), find=_find).engine


_USED = (AUTO, *(name for name in RUNTIMES if name not in COMPILED))


class _NotYet:
    """A runtime that opens style networks only."""

    def __init__(self, name: str) -> None:
        self.name = name

    def obstacle(self) -> str:
        return "pictures are not made with it yet"

    def open(self, model: Model, terms: Terms) -> Engine:  # noqa: ARG002
        raise EngineError(f"{self.name} cannot open {model.name}: {self.obstacle()}")


def _find(name: str) -> Runtime:
    return _NotYet(name) if name in COMPILED else find_runtime(name)
