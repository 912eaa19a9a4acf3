"""OpenVINO as an engine: one compiled model a shape of inputs, compiled when first met. Knows no styles.

The style network compiled for one shape takes a fifth less time than compiled for any shape (61 against 76 ms for a
frame of 480x360 on two cores), and compiling takes 0.15 to 0.4 s; so shapes are compiled as they come, and the least
recently used is let go. On a CPU a batch takes at least as long as its rows one by one (61 ms a frame alone, 69 in a
batch of two, 79 of four), and each compiled batch keeps 40 MB a row: so rows are run one by one.
"""

from __future__ import annotations

from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError
from models.runtime.engine import Array, Done, Inputs, Pending, Terms, missing
from models.runtime.model import Model
from models.runtime.profile import Profile

KEPT_SHAPES = 16

ShapeKey = tuple[tuple[str, tuple[int, ...]], ...]


class OpenVinoRuntime:
    """Opens models with OpenVINO."""

    name = "openvino"

    def obstacle(self) -> str:
        return "" if find_spec("openvino") else "OpenVINO is not installed: pip install 'openvino'"

    def open(self, model: Model, terms: Terms) -> OpenVinoEngine:
        return OpenVinoEngine(model.onnx, terms.threads)


class OpenVinoEngine:
    """An ONNX model on the CPU through OpenVINO, tuned for latency.

    `precision` is f32, bf16 or f16; empty leaves it to OpenVINO, which takes bf16 where the CPU computes in it.
    """

    def __init__(self, model: Path, threads: int = 0, kept_shapes: int = KEPT_SHAPES, precision: str = "") -> None:
        try:
            import openvino
        except ImportError as error:
            raise missing("openvino", "openvino") from error
        self._core = openvino.Core()
        self._settings: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if threads > 0:
            self._settings["INFERENCE_NUM_THREADS"] = threads
        if precision:
            self._settings["INFERENCE_PRECISION_HINT"] = precision
        try:
            self._model = self._core.read_model(str(model))
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot read {model}: {_first_line(error)}") from error
        self._kept_shapes = kept_shapes
        # An inference request by shape of inputs, the least recently used first.
        self._requests: OrderedDict[ShapeKey, Any] = OrderedDict()
        self._closed = False
        self._description = _describe(openvino.__version__, self._core, threads, precision)

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
        if self._closed:
            raise EngineError("this engine is closed")
        count = min(len(array) for array in inputs.values())
        rows = [{name: array[row : row + 1] for name, array in inputs.items()} for row in range(count)]
        return np.concatenate([self._run_row(row) for row in rows])

    def warm(self, inputs: Inputs) -> None:
        self._run_row({name: array[:1] for name, array in inputs.items()})

    def close(self) -> None:
        self._requests.clear()
        self._closed = True

    @property
    def compiled_shapes(self) -> tuple[ShapeKey, ...]:
        """Shapes of inputs by name that are compiled now, the least recently used first."""
        return tuple(self._requests)

    def _run_row(self, inputs: Inputs) -> Array:
        try:
            output: Array = self._request(inputs).infer(dict(inputs), share_inputs=True, share_outputs=False)[0]
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot run this model: {_first_line(error)}") from error
        return output

    def _request(self, inputs: Inputs) -> Any:
        key = tuple((name, array.shape) for name, array in sorted(inputs.items()))
        if key in self._requests:
            self._requests.move_to_end(key)
            return self._requests[key]
        while len(self._requests) >= self._kept_shapes:
            self._requests.popitem(last=False)
        request = self._requests[key] = self._compile(key)
        return request

    def _compile(self, key: ShapeKey) -> Any:
        model = self._model.clone()
        try:
            model.reshape({name: list(shape) for name, shape in key})
            return self._core.compile_model(model, "CPU", self._settings).create_infer_request()
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot compile this model for {dict(key)}: {_first_line(error)}") from error


def _describe(version: str, core: Any, threads: int, precision: str) -> str:
    device = str(core.get_property("CPU", "FULL_DEVICE_NAME")).strip()
    precision = precision or core.get_property("CPU", "INFERENCE_PRECISION_HINT").to_string()
    number = version.split("-", maxsplit=1)[0]
    return f"OpenVINO {number} on {device}, {threads or 'all'} threads, {precision}"


def _first_line(error: RuntimeError) -> str:
    return str(error).strip().splitlines()[-1]
