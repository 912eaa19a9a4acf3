"""ONNX Runtime as an engine: one session for every shape of inputs. Knows no styles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.errors import EngineError
from models.runtime.engine import Array, Inputs, missing

_ERRORS_ONLY = 3


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
