"""A model's parts as runtimes take them: text encoders, denoiser, decoder, encoder; their inputs, and where they lie.

Each ONNX file lies beside the safetensors file of its part and holds no weights of its own (see export.py); so does
its form in half precision (see halving.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.generate.folder import ModelFolder, TextPart, find_weights
from models.runtime.model import Model, Tensor

if TYPE_CHECKING:
    import torch

TIME_IDS = 6  # SDXL: size of the original, its crop, size that is wanted


@dataclass(frozen=True)
class Parts:
    """The models of one folder, for pictures of one size."""

    texts: tuple[Model, ...]
    denoiser: Model
    decoder: Model
    encoder: Model

    @property
    def all(self) -> tuple[Model, ...]:
        return (*self.texts, self.denoiser, self.decoder, self.encoder)


def parts_of(folder: ModelFolder, size: tuple[int, int]) -> Parts:
    """The parts of a folder, for pictures of this width and height. Raises FolderError where weights are missing."""
    width, height = size
    factor, channels = folder.latent.factor, folder.denoiser.channels
    latents = Tensor("latents", "float32", ("batch", channels, height // factor, width // factor))
    pictures = Tensor("pictures", "uint8", ("batch", height, width, 3))
    return Parts(
        tuple(_text(folder, text) for text in folder.texts),
        _denoiser(folder, latents),
        _model(folder, "vae/decoder", (latents,), pictures),
        _model(folder, "vae/encoder", (pictures,), latents),
    )


def _text(folder: ModelFolder, text: TextPart) -> Model:
    """Its output holds a row's embeddings, length x width, and after them, where it has any, the whole prompt's."""
    ids = Tensor("ids", "int64", ("batch", text.length))
    embeddings = Tensor("embeddings", "float32", ("batch", text.length * text.width + text.pooled))
    return _model(folder, f"{text.name}/model", (ids,), embeddings)


def _denoiser(folder: ModelFolder, latents: Tensor) -> Model:
    part, length = folder.denoiser, folder.texts[0].length
    inputs = [latents, Tensor("timestep", "float32", ("batch",))]
    inputs.append(Tensor("context", "float32", ("batch", length, part.context)))
    if part.pooled:
        inputs.append(Tensor("pooled", "float32", ("batch", part.pooled)))
        inputs.append(Tensor("time_ids", "float32", ("batch", TIME_IDS)))
    if part.guidance:
        inputs.append(Tensor("guidance", "float32", ("batch", part.guidance)))
    return _model(folder, "unet/model", tuple(inputs), Tensor("estimate", "float32", latents.dimensions))


def _model(folder: ModelFolder, name: str, inputs: tuple[Tensor, ...], output: Tensor) -> Model:
    onnx = folder.path / f"{name}.onnx"
    return Model(
        name=f"{folder.path.name}-{name.replace('/', '-')}",
        onnx=onnx,
        onnx_fp16=onnx.with_suffix(".fp16.onnx"),
        module=_module_of(folder.path, name, tuple(tensor.name for tensor in inputs)),
        inputs=inputs,
        output=output,
        weights=(find_weights(folder.path, onnx.parent.name),),
    )


def _module_of(path: Path, name: str, inputs: tuple[str, ...]) -> Callable[[], torch.nn.Module]:
    def module() -> torch.nn.Module:
        from models.generate.modules import load_module

        return load_module(path, name, inputs)

    return module
