"""Merges a LoRA into the weights it was made for, once, so that nothing has to know of it later. Needs torch.

Hu et al. 2021: W becomes W + scale * alpha / rank * up @ down. Takes the names that diffusers, peft and kohya give; a
tensor that belongs to none of the model's layers is refused, because half a LoRA is another picture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import FolderError
from models.generate.tensors import TensorFile

if TYPE_CHECKING:
    import torch

LARGEST_BYTES = 4 * 2**30
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("lora_A.weight", "lora.down.weight", "lora_down.weight", "down.weight"), "down"),
    **dict.fromkeys(("lora_B.weight", "lora.up.weight", "lora_up.weight", "up.weight"), "up"),
    "alpha": "alpha",
}
_PREFIXES: Mapping[str, str] = {
    **{"lora_unet_": "unet", "unet.": "unet"},
    **{"lora_te1_": "text_encoder", "lora_te2_": "text_encoder_2", "lora_te_": "text_encoder"},
    **{"text_encoder_2.": "text_encoder_2", "text_encoder.": "text_encoder"},
}
_OLD_ATTENTION = re.compile(r"\.processor\.(to_[qkv]|to_out)_lora$")


@dataclass(frozen=True)
class Lora:
    """A file and how much of it is merged."""

    path: Path
    scale: float = 1.0

    @staticmethod
    def parse(text: str) -> Lora:
        """From FILE.safetensors or FILE.safetensors:0.8. Raises FolderError."""
        name, colon, scale = text.rpartition(":")
        if not colon or not name.endswith(".safetensors"):
            name, scale = text, "1"
        try:
            lora = Lora(Path(name), float(scale))
        except ValueError as error:
            raise FolderError(f"expected FILE.safetensors or FILE.safetensors:SCALE, got {text!r}") from error
        if lora.path.suffix != ".safetensors" or not -4 <= lora.scale <= 4:
            raise FolderError(f"expected FILE.safetensors, and a scale from -4 to 4, got {text!r}")
        return lora


def merge(lora: Lora, weights: Mapping[str, Path]) -> int:
    """Write the weights of the parts (name to file) that a LoRA changes anew, in fp16, with it merged into them.

    Returns how many layers it changed. Raises FolderError for a file that does not fit.
    """
    from safetensors.torch import load_file, save_file

    if not lora.path.is_file() or lora.path.stat().st_size > LARGEST_BYTES:
        raise FolderError(f"expected a LoRA of at most {LARGEST_BYTES} bytes at {lora.path}")
    TensorFile.read(lora.path)
    layers = _by_layer(load_file(lora.path))
    for part in sorted({part for part, _ in layers}):
        if part not in weights:
            raise FolderError(f"{lora.path.name}: expected a LoRA for {', '.join(weights)}, it has layers of {part}")
        tensors = load_file(weights[part])
        names = _names(tensors)
        for (of, layer), pair in layers.items():
            if of == part:
                name = _find(names, layer, lora.path.name)
                tensors[name] = _merged(tensors[name], pair, lora, layer)
        save_file({n: t.half() if t.is_floating_point() else t for n, t in tensors.items()}, weights[part])
    return len(layers)


Pair = dict[str, Any]  # down, up, and where it is said, alpha


def _by_layer(tensors: Mapping[str, Any]) -> dict[tuple[str, str], Pair]:
    """The LoRA's tensors by part and layer; layers without what the names have in front, and with _ for every dot."""
    layers: dict[tuple[str, str], Pair] = {}
    for name, tensor in tensors.items():
        ending = next((ending for ending in _KINDS if name.endswith(f".{ending}")), None)
        prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), None)
        if ending is None or prefix is None:
            raise FolderError(f"expected a LoRA with the names of diffusers, peft or kohya, got {name[:100]!r}")
        layer = name.removeprefix(prefix).removesuffix(f".{ending}")
        layer = _OLD_ATTENTION.sub(r".\1", layer)
        layers.setdefault((_PREFIXES[prefix], _flat(layer)), {})[_KINDS[ending]] = tensor
    return layers


def _flat(name: str) -> str:
    return name.replace(".", "_").removeprefix("text_model_")


def _names(tensors: Mapping[str, Any]) -> dict[str, str]:
    """The model's weights by the flat name of their layer; to_out.0 also as to_out."""
    names = {_flat(name.removesuffix(".weight")): name for name in tensors if name.endswith(".weight")}
    return names | {flat.removesuffix("_0"): name for flat, name in names.items() if flat.endswith("to_out_0")}


def _find(names: Mapping[str, str], layer: str, file: str) -> str:
    if layer not in names:
        raise FolderError(f"{file}: it has the layer {layer[:100]}, which this model has not: it is for another one")
    return names[layer]


def _merged(weight: torch.Tensor, pair: Pair, lora: Lora, layer: str) -> torch.Tensor:
    try:
        down, up = pair["down"].float(), pair["up"].float()
        rank = down.shape[0]
        share = lora.scale * (float(pair["alpha"]) / rank if "alpha" in pair else 1.0)
        change = (up.flatten(1) @ down.flatten(1)).reshape(weight.shape)
    except (KeyError, RuntimeError, ValueError, IndexError) as error:
        raise FolderError(f"{lora.path.name}: its layer {layer[:100]} does not fit {tuple(weight.shape)}") from error
    return weight.float() + share * change
