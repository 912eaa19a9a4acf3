"""Opens a generator by name: the model that ships, one of the shelf, or the stub; each part with a runtime.

A compiled runtime that is named builds the engines that it lacks there and then, in a process of their own, and logs
how far it is. With auto nothing is built: such a runtime is passed over, and the log says why.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.building import BuildOrder, build_apart
from models.errors import EngineError, FolderError, NotBuiltError
from models.generate.diffusion import DiffusionGenerator, Engines
from models.generate.folder import read_folder
from models.generate.generator import Generator
from models.generate.parts import parts_of
from models.generate.rows import ROWS, Rows, most_rows, profile_for_size
from models.generate.settings import Settings, read_facts
from models.generate.shelf import SHIPPED_FOLDER, Shelf
from models.generate.stub import StubGenerator
from models.runtime.choice import COMPILED, find_runtime, open_engine
from models.runtime.compiler import Progress
from models.runtime.engine import Engine, Runtime, Terms
from models.runtime.model import Model
from models.runtime.nvidia.flavour import BUILD

log = logging.getLogger("vernissage.generate")

STUB = "stub"
_NO_SHELF = Shelf(SHIPPED_FOLDER / "none")  # an empty one


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

    `runtime` is tensorrt, tensorrt_rtx, torch, openvino or onnxruntime, auto for the fastest of them that is ready, or
    stub, which loads no model and sleeps for a known time. Takes minutes where an engine has to be built.

    Raises ModelError, with what to do about it: LibraryError for a model that is not there, FolderError for one that is
    damaged, EngineError for a runtime that cannot be used.
    """
    if runtime == STUB:
        return StubGenerator(stub_step_ms, stub_row_ms, name=name)
    return open_folder((shelf or _NO_SHELF).path(name), runtime, terms)


def open_folder(path: Path, runtime: str, terms: Terms) -> DiffusionGenerator:
    """The generator of a model's folder, whatever it is called."""
    folder = read_folder(path)
    facts = read_facts(path)
    size = Settings.read(folder).size
    parts, terms = parts_of(folder, size), replace(terms, profiles=(profile_for_size(size),))
    with ExitStack() as opened:

        def open_part(model: Model, what: str) -> Rows:
            engine = _open(runtime, model, terms)
            opened.callback(engine.close)
            rows = Rows(engine, what, most_rows(engine))
            rows.warm({t.name: np.zeros(t.shape({ROWS: 1}), t.dtype) for t in model.inputs})
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
    for graph in (model.onnx, model.onnx_fp16) if runtime in COMPILED else (model.onnx,):
        if not graph.is_file():
            file = f"{graph.parent.name}/{graph.name}"
            raise FolderError(f"expected the graph {file}, it is missing: vernissage models add writes it")
    try:
        return open_engine(runtime, model, terms, find=_find).engine
    except NotBuiltError as error:
        log.warning("%s: it is built now, which takes up to minutes", error)
        _build(runtime, model, terms)
        return open_engine(runtime, model, terms, find=_find).engine


def _build(runtime: str, model: Model, terms: Terms) -> None:
    if terms.store is None:
        raise EngineError(f"expected a folder to keep the engine of {model.name} for {runtime} in, got none")
    built = build_apart(BuildOrder(runtime, model.onnx, terms.store.folder, terms.profiles), _teller(model.name))
    log.info("the engine %s is ready%s", built.name, f", built in {built.seconds:.1f} s" if built.fresh else "")


def _teller(name: str) -> Progress:
    """Tells the log of every tenth."""
    told = -1

    def tell(doing: str, share: float) -> None:
        nonlocal told
        if int(10 * share) > told:
            told = int(10 * share)
            log.info("building the engine of %s: %s, %d %%", name, doing, round(100 * share))

    return tell


class _Compiled:
    """A runtime whose engines of a generator are built when it is named: no command builds them ahead of time."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @property
    def name(self) -> str:
        return self._runtime.name

    def obstacle(self) -> str:
        return self._runtime.obstacle()

    def open(self, model: Model, terms: Terms) -> Engine:
        try:
            return self._runtime.open(model, terms)
        except NotBuiltError as error:
            advice = f'runtime = "{self.name}" builds it when the model is opened'
            raise NotBuiltError(str(error).replace(BUILD, advice)) from error


def _find(name: str) -> Runtime:
    return _Compiled(find_runtime(name)) if name in COMPILED else find_runtime(name)
