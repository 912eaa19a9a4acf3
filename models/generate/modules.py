"""A model's parts as torch modules that take and give what parts.py says. Needs torch, diffusers, transformers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import EngineError, FolderError
from models.generate.folder import WEIGHTS, read_json

if TYPE_CHECKING:
    import torch

INSTALL = "pip install 'vernissage[generate]'"


def load_module(folder: Path, name: str, inputs: tuple[str, ...]) -> torch.nn.Module:
    """The part that parts.py names so, in fp32, ready to run. Raises EngineError, or FolderError for other weights."""
    part = name.split("/", maxsplit=1)[0]
    try:
        network = _load(folder, part)
        return _wrapped(network, _FORWARDS[_kind_of(folder, name)](network, inputs))
    except ImportError as error:
        raise EngineError(f"this needs {error.name}, which is not installed: {INSTALL}") from error


def _kind_of(folder: Path, name: str) -> str:
    part, form = name.split("/")
    if part == "vae":
        return form
    if part == "text_encoder" and "text_encoder_2" in read_json(folder, "model_index.json"):
        return "text_encoder_2"
    return part


def _load(folder: Path, part: str) -> torch.nn.Module:
    """With every weight that its config.json asks for: diffusers itself would make up what is missing."""
    import torch

    asked: dict[str, Any] = {"use_safetensors": True, "local_files_only": True, "output_loading_info": True}
    if not part.startswith("text_encoder"):
        asked["low_cpu_mem_usage"] = False  # which would want one more package
    try:
        network, info = _class_of(folder, part).from_pretrained(folder / part, torch_dtype=torch.float32, **asked)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise FolderError(f"{part}: {WEIGHTS[part]} does not fit its config.json: {_first_line(error)}") from error
    missing = [*info["missing_keys"], *info["mismatched_keys"]]
    if missing:
        raise FolderError(f"{part}: expected {missing[0]} in {WEIGHTS[part]}, it is not there")
    return network.float().eval().requires_grad_(False)


def _class_of(folder: Path, part: str) -> Any:
    name = str(read_json(folder, "model_index.json")[part][1])
    if part.startswith("text_encoder"):
        import transformers

        return getattr(transformers, name)
    import diffusers

    return getattr(diffusers, name)


Forward = Callable[..., Any]


def _wrapped(network: torch.nn.Module, forward: Forward) -> torch.nn.Module:
    from torch import nn

    class Part(nn.Module):  # type: ignore[misc, unused-ignore]
        """A network, called as its runtime calls it."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            return forward(*tensors)

    return Part().eval()


def _text(encoder: Any, inputs: tuple[str, ...]) -> Forward:  # noqa: ARG001
    """SD: the last layer, after its norm."""

    def forward(ids: torch.Tensor) -> torch.Tensor:
        return encoder(ids).last_hidden_state.flatten(1).float()

    return forward


def _text_of_two(encoder: Any, inputs: tuple[str, ...]) -> Forward:  # noqa: ARG001
    """SDXL: the last layer but one, and from the second encoder the whole prompt's embedding."""
    import torch

    def forward(ids: torch.Tensor) -> torch.Tensor:
        said = encoder(ids, output_hidden_states=True)
        hidden = said.hidden_states[-2].flatten(1)
        pooled = getattr(said, "text_embeds", None)
        return (hidden if pooled is None else torch.cat([hidden, pooled], 1)).float()

    return forward


def _denoiser(unet: Any, inputs: tuple[str, ...]) -> Forward:
    def forward(*tensors: torch.Tensor) -> torch.Tensor:
        given = dict(zip(inputs, tensors, strict=True))
        dtype = unet.dtype
        more: dict[str, Any] = {}
        if "pooled" in given:
            more["added_cond_kwargs"] = {"text_embeds": given["pooled"].to(dtype), "time_ids": given["time_ids"]}
        if "guidance" in given:
            more["timestep_cond"] = given["guidance"].to(dtype)
        latents, context = given["latents"].to(dtype), given["context"].to(dtype)
        return unet(latents, given["timestep"], context, return_dict=False, **more)[0].float()

    return forward


def _decoder(vae: Any, inputs: tuple[str, ...]) -> Forward:  # noqa: ARG001
    import torch

    def forward(latents: torch.Tensor) -> torch.Tensor:
        scaled = latents.to(vae.dtype) / vae.config.scaling_factor
        picture = vae.decode(scaled, return_dict=False)[0].float()
        return ((picture / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)

    return forward


def _encoder(vae: Any, inputs: tuple[str, ...]) -> Forward:  # noqa: ARG001
    """The mean where it gives a distribution: the same source gives the same latents."""

    def forward(pictures: torch.Tensor) -> torch.Tensor:
        scaled = (pictures.permute(0, 3, 1, 2).float() / 127.5 - 1).to(vae.dtype)
        said = vae.encode(scaled)
        latents = said.latents if hasattr(said, "latents") else said.latent_dist.mode()
        return (latents * vae.config.scaling_factor).float()

    return forward


_FORWARDS: Mapping[str, Callable[[Any, tuple[str, ...]], Forward]] = {
    "text_encoder": _text,
    "text_encoder_2": _text_of_two,
    "unet": _denoiser,
    "decoder": _decoder,
    "encoder": _encoder,
}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
