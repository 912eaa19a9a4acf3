"""Which runtime opens a model: the one that was named, or with `auto` the fastest that this machine has.

Nothing stands in for anything unseen: a named runtime that cannot be used is an error, and `auto` logs why each faster
runtime was passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from models.errors import EngineError, NotBuiltError
from models.runtime.compiler import Compiler
from models.runtime.engine import Engine, Runtime, Terms
from models.runtime.model import Model

log = logging.getLogger("vernissage.engines")

AUTO = "auto"
_CLASSES: Mapping[str, str] = {  # the fastest first, as auto tries them
    "tensorrt": "TensorRtRuntime",
    "tensorrt_rtx": "TensorRtRtxRuntime",
    "torch": "TorchRuntime",
    "openvino": "OpenVinoRuntime",
    "onnxruntime": "OnnxRuntimeRuntime",
}
RUNTIMES = tuple(_CLASSES)
COMPILED = ("tensorrt", "tensorrt_rtx")  # whose engines are built ahead of time

Find = Callable[[str], Runtime]
Check = Callable[[Engine], None]  # raises EngineError for an engine that must not be used


@dataclass(frozen=True)
class Opened:
    """An engine, and the faster runtime whose own engine of this model has yet to be built, if there is one."""

    engine: Engine
    better: str | None = None


def find_runtime(name: str) -> Runtime:
    """The runtime of this name; imports nothing of it yet. Raises EngineError for a name that there is not."""
    if name not in _CLASSES:
        raise EngineError(f"expected a runtime of {', '.join((AUTO, *RUNTIMES))}, got {name!r}")
    runtime: Runtime = getattr(import_module(f"models.runtime.{name}"), _CLASSES[name])()
    return runtime


def find_compiler(name: str) -> Compiler:
    """What builds the engines of a runtime of COMPILED."""
    if name not in COMPILED:
        raise EngineError(f"expected a runtime whose engines are built, {' or '.join(COMPILED)}, got {name!r}")
    return cast(Compiler, find_runtime(name))


def open_engine(
    name: str,
    model: Model,
    terms: Terms | None = None,
    *,
    check: Check | None = None,
    find: Find = find_runtime,
) -> Opened:
    """Open a model with the runtime that is named, or for `auto` with the fastest whose engine passes the check.

    Raises EngineError, with what to do about it; of it NotBuiltError where a named runtime's engine is not built yet.
    """
    terms = terms or Terms()
    if name == AUTO:
        return _open_fastest(model, terms, check, find)
    runtime = find(name)
    if not model.onnx.is_file():
        raise EngineError(f"expected a model file, found none at {model.onnx}")
    return Opened(_open_checked(runtime, model, terms, check))


def _open_checked(runtime: Runtime, model: Model, terms: Terms, check: Check | None) -> Engine:
    engine = runtime.open(model, terms)
    try:
        if check is not None:
            check(engine)
    except BaseException:
        engine.close()
        raise
    return engine


def _open_fastest(model: Model, terms: Terms, check: Check | None, find: Find) -> Opened:
    reasons: list[str] = []
    better: str | None = None
    for name in RUNTIMES:
        runtime = find(name)
        reason = runtime.obstacle()
        if not reason:
            try:
                opened = Opened(_open_checked(runtime, model, terms, check), better)
            except NotBuiltError as error:
                reason, better = str(error), better or name
            except EngineError as error:
                log.warning("%s cannot be used: %s", name, error)
                reason = str(error)
            else:
                log.info("%s opens the model %s (%s)", name, model.name, "; ".join(reasons) or "the fastest there is")
                return opened
        reasons.append(f"not {name}: {reason}")
    raise EngineError(f"no runtime can open the model {model.name}: {'; '.join(reasons)}")
