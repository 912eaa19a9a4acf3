"""ONNX Runtime as an engine: one session for every shape of inputs. Knows no styles."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError
from models.runtime.engine import Array, Done, Inputs, Pending, Terms, missing
from models.runtime.model import Model
from models.runtime.profile import Profile

_ERRORS_ONLY = 3


class OnnxRuntimeRuntime:
    """Opens models with ONNX Runtime."""

    name = "onnxruntime"

    def obstacle(self) -> str:
        installed = find_spec("onnxruntime")
        return "" if installed else "ONNX Runtime is not installed: pip install 'vernissage[onnxruntime]'"

    def open(self, model: Model, terms: Terms) -> OnnxRuntimeEngine:
        return OnnxRuntimeEngine(model.onnx, terms.threads)


class OnnxRuntimeEngine:
    """An ONNX model on the CPU through ONNX Runtime, in fp32."""

    def __init__(self, model: Path, threads: int = 0) -> None:
        try:
            import onnxruntime
            from onnxruntime.capi import onnxruntime_pybind11_state as state
        except ImportError as error:
            raise missing("onnxruntime", "vernissage[onnxruntime]") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _ERRORS_ONLY
        self._refusals = (
            state.Fail,
            state.InvalidArgument,
            state.InvalidGraph,
            state.InvalidProtobuf,
            state.RuntimeException,
        )
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except self._refusals as error:
            raise EngineError(f"ONNX Runtime cannot read {model}: {error}") from error
        self._description = f"ONNX Runtime {onnxruntime.__version__} on CPU, {threads or 'all'} threads, fp32"

    @property
    def description(self) -> str:
        return self._description

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return ()

    @property
    def in_flight(self) -> int:
        return 1

    @property
    def device_bytes(self) -> int:
        return 0

    def buffer(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        return np.empty(shape, np.uint8)

    def enqueue(self, inputs: Inputs) -> Pending:
        return Done(self.run(inputs))

    def run(self, inputs: Inputs) -> Array:
        if self._session is None:
            raise EngineError("this engine is closed")
        try:
            output: Array = self._session.run(None, dict(inputs))[0]
        except self._refusals as error:
            raise EngineError(f"ONNX Runtime cannot run this model: {error}") from error
        return output

    def warm(self, inputs: Inputs) -> None:
        self.run(inputs)

    def close(self) -> None:
        self._session = None
