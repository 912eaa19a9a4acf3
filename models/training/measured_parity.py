"""Precision of `bench style`: what each runtime and each number format paints, against torch in fp32, same input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from models.runtime.onnxruntime import OnnxRuntimeEngine
from models.runtime.openvino import OpenVinoEngine
from models.style.model import SIZES
from models.style.network import load_network
from models.style.painter import Frames
from models.style.parity import psnr_db
from models.style.table import StyleTable
from models.training.half import HalfNetwork


class Compared(Protocol):
    """What is compared: the least of an engine."""

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Frames:
        """Paint the inputs of the graph."""

    def close(self) -> None:
        """Give back what it holds."""


class HalfTorch:
    """torch in fp16: it rounds whatever a card rounds. ONNX Runtime computes in fp32 where the CPU knows no fp16."""

    def __init__(self, size: str) -> None:
        self._network = HalfNetwork(load_network(SIZES[size].with_suffix(".safetensors"))).eval()

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> Frames:
        names = ("frames", "style", "strength")
        with torch.no_grad():
            painted: Frames = self._network(*(torch.from_numpy(inputs[name]) for name in names)).numpy()
        return painted

    def close(self) -> None:
        """Nothing to give back."""


FORMS: Mapping[str, Mapping[str, Callable[[str], Compared]]] = {
    "psnr_fp32": {
        "OpenVINO": lambda size: OpenVinoEngine(SIZES[size], precision="f32"),
        "ONNX Runtime": lambda size: OnnxRuntimeEngine(SIZES[size]),
    },
    "psnr_bf16": {"OpenVINO": lambda size: OpenVinoEngine(SIZES[size], precision="bf16")},
    "psnr_fp16": {
        "ONNX Runtime": lambda size: OnnxRuntimeEngine(SIZES[size].with_suffix(".fp16.onnx")),
        "torch": HalfTorch,
    },
}


@dataclass(frozen=True, slots=True)
class Parity:
    """The worst PSNR over runtimes, sizes of the network, styles and photos, and where it was."""

    worst_db: float
    where: str
    painted: int


def measure_parity(form: str, photos: Sequence[Frames], every: int) -> Parity:
    """Paint photos in every style, or every so manieth. Raises EngineError."""
    worst, where, painted = float("inf"), "", 0
    strength = np.ones(1, np.float32)
    for size, onnx in SIZES.items():
        network, table = (
            load_network(onnx.with_suffix(".safetensors")),
            StyleTable.load(onnx.with_suffix(".safetensors")),
        )
        engines = {name: opened(size) for name, opened in FORMS[form].items()}
        for id_ in table.ids[::every]:
            row = table.row(id_)[None]
            for photo in photos:
                with torch.no_grad():
                    inputs = (torch.from_numpy(values) for values in (photo[None], row, strength))
                    wanted = network(*inputs).numpy()
                for name, engine in engines.items():
                    got = engine.run({"frames": photo[None], "style": row, "strength": strength})
                    found = psnr_db(wanted, got)
                    painted += 1
                    if found < worst:
                        worst, where = found, f"{size}, {id_}, {name}"
        for engine in engines.values():
            engine.close()
    return Parity(min(worst, 200.0), where, painted)  # 200: equal to the last bit
