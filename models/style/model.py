"""The style networks that ship, as models for runtimes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.runtime.model import Model, Tensor
from models.style.library import SHIPPED

if TYPE_CHECKING:
    import torch

SIZES: Mapping[str, Path] = {"fine": SHIPPED / "fine.onnx", "swift": SHIPPED / "swift.onnx"}
"""The sizes of the network that ship, best first; each has its fp16 form and its weights beside it."""

SHIPPED_MODEL = SIZES["fine"]


def style_model(onnx: Path = SHIPPED_MODEL) -> Model:
    """The model of an ONNX file that has its fp16 form (.fp16.onnx) and its weights (.safetensors) beside it."""
    weights = onnx.with_suffix(".safetensors")

    def module() -> torch.nn.Module:
        from models.style.polyphase import load_polyphase

        return load_polyphase(weights)

    return Model(
        name=onnx.stem,
        onnx=onnx,
        onnx_fp16=onnx.with_suffix(".fp16.onnx"),
        module=module,
        inputs=(
            Tensor("frames", "uint8", ("batch", "height", "width", 3)),
            Tensor("style", "float32", ("batch", "style_numbers")),
            Tensor("strength", "float32", ("batch",)),
        ),
        output=Tensor("painted", "uint8", ("batch", "height", "width", 3)),
    )
