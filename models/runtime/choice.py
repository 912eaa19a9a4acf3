"""Which runtime opens a model: the one that was named, and no other in its place."""

from __future__ import annotations

from pathlib import Path

from models.errors import EngineError
from models.runtime.engine import Engine

RUNTIMES = ("openvino", "onnxruntime")


def open_engine(runtime: str, model: Path, threads: int = 0) -> Engine:
    """Load an ONNX file with the named runtime; `threads` 0 means as many as there are cores.

    Raises EngineError, with what to do about it, if the runtime is unknown or not installed or cannot load the file.
    One runtime never stands in for another.
    """
    if runtime not in RUNTIMES:
        raise EngineError(f"expected a runtime of {', '.join(RUNTIMES)}, got {runtime!r}")
    if not model.is_file():
        raise EngineError(f"expected a model file, found none at {model}")
    if runtime == "openvino":
        from models.runtime.openvino import OpenVinoEngine

        return OpenVinoEngine(model, threads)
    from models.runtime.onnxruntime import OnnxRuntimeEngine

    return OnnxRuntimeEngine(model, threads)
