"""A stranger's model folder, read with suspicion: what is in it, whether it fits together. Loads no weights, no torch.

The layout is the one that diffusers writes: model_index.json names the parts, each a folder with a config.json and its
weights. Only safetensors are taken: the other formats are pickles, which run code when they are read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import FolderError
from models.generate.schedule import Schedule
from models.generate.tensors import TensorFile

LARGEST_JSON_BYTES = 1_000_000
LARGEST_TOKENIZER_BYTES = 32_000_000
LARGEST_WEIGHTS_BYTES = 16 * 2**30
PIPELINES = (
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusionXLImg2ImgPipeline",
    "LatentConsistencyModelPipeline",
)
WEIGHTS = {
    "text_encoder": "model.safetensors",
    "text_encoder_2": "model.safetensors",
    "unet": "diffusion_pytorch_model.safetensors",
    "vae": "diffusion_pytorch_model.safetensors",
}
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_TOKENIZERS = ("CLIPTokenizer", "CLIPTokenizerFast")
_VAES = ("AutoencoderKL", "AutoencoderTiny")


@dataclass(frozen=True)
class TextPart:
    """A text encoder and its tokenizer."""

    name: str
    tokenizer: str
    width: int  # numbers a token becomes
    length: int  # tokens, at most and always
    pooled: int  # numbers that the whole prompt becomes; 0: none
    weights: TensorFile


@dataclass(frozen=True)
class DenoiserPart:
    """A UNet."""

    channels: int  # of the latents
    context: int  # numbers a token has
    pooled: int  # SDXL: numbers of the whole prompt; 0: none
    guidance: int  # LCM: numbers that tell it the guidance; 0: none
    side: int  # of the latents that it was made for
    downs: int  # how often it halves them
    weights: TensorFile


@dataclass(frozen=True)
class LatentPart:
    """What turns latents to pictures, and back."""

    kind: str  # AutoencoderKL or AutoencoderTiny
    channels: int
    factor: int  # pixels a latent has on a side
    weights: TensorFile


@dataclass(frozen=True)
class ModelFolder:
    """A model whose parts are all there and fit together."""

    path: Path
    texts: tuple[TextPart, ...]
    denoiser: DenoiserPart
    latent: LatentPart
    schedule: Schedule
    blank_is_zero: bool  # SDXL: no words are zeros rather than what the encoder says of none


def read_folder(path: Path) -> ModelFolder:
    """What is in a folder. Raises FolderError, with the part and what is wrong, for what is not taken."""
    if not path.is_dir():
        raise FolderError(f"expected a model's folder, found none at {path}")
    index = read_json(path, "model_index.json")
    _check_pipeline(index)
    double = "text_encoder_2" in index and index["text_encoder_2"] != [None, None]
    names = (("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2"))[: 2 if double else 1]
    texts = tuple(_read_text(path, index, *name, pooled=name[0] == "text_encoder_2") for name in names)
    latent, schedule = _read_latent(path, index), Schedule.read(read_json(path, "scheduler/scheduler_config.json"))
    folder = ModelFolder(
        path, texts, _read_denoiser(path, index), latent, schedule, bool(index.get("force_zeros_for_empty_prompt"))
    )
    _check_fit(folder)
    return folder


def read_json(root: Path, name: str) -> dict[str, Any]:
    """An object of a bounded file. Raises FolderError."""
    content = find_file(root, name, LARGEST_JSON_BYTES).read_bytes()
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FolderError(f"{name} is not JSON that can be read: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise FolderError(f"{name}: expected an object, got {type(value).__name__}")
    return value


def find_file(root: Path, name: str, most_bytes: int) -> Path:
    """A file of the folder that is in the folder. Raises FolderError if it is missing, elsewhere, or too large."""
    path = root / name
    if not path.is_file():
        raise FolderError(f"expected the file {name} in {root}, it is missing")
    if not path.resolve().is_relative_to(root.resolve()):
        raise FolderError(f"{name} is a link out of the folder: copy the folder with what it links to (cp -rL)")
    size = path.stat().st_size
    if size > most_bytes:
        raise FolderError(f"{name}: expected at most {most_bytes} bytes, got {size}")
    return path


def find_weights(root: Path, part: str, name: str = "") -> Path:
    """A part's weights, the fp16 ones where there are both. name: of the file, where the part is none that is known.

    Raises FolderError, above all for pickles.
    """
    name = name or WEIGHTS[part]
    for found in (name.replace(".safetensors", ".fp16.safetensors"), name):
        if (root / part / found).exists():
            return find_file(root, f"{part}/{found}", LARGEST_WEIGHTS_BYTES)
    here = sorted((root / part).iterdir()) if (root / part).is_dir() else []
    if any(".safetensors.index" in file.name for file in here):
        raise FolderError(f"{part}: expected its weights in one file, they are in several: bring the fp16 ones")
    pickles = [file.name for file in here if file.suffix in _PICKLES]
    if pickles:
        raise FolderError(f"{part}: expected safetensors, got {pickles[0]}, a pickle: reading one can run its code")
    raise FolderError(f"expected the weights {part}/{name} in {root}, they are missing")


def _check_pipeline(index: Mapping[str, Any]) -> None:
    if "transformer" in index:
        raise FolderError(f"expected a UNet, got the transformer {_class_of(index, 'transformer')}")
    kind = index.get("_class_name")
    if kind not in PIPELINES:
        raise FolderError(f"expected a pipeline of {', '.join(PIPELINES)}, got {kind!r}")
    for part, known in (
        ("text_encoder", ("CLIPTextModel",)),
        ("tokenizer", _TOKENIZERS),
        ("unet", ("UNet2DConditionModel",)),
        ("vae", _VAES),
    ):
        if _class_of(index, part) not in known:
            raise FolderError(f"{part}: expected {' or '.join(known)}, got {_class_of(index, part)!r}")


def _class_of(index: Mapping[str, Any], part: str) -> str:
    value = index.get(part)
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[1], str):
        raise FolderError(f"model_index.json: expected the part {part}, it is missing")
    return value[1]


def _read_text(path: Path, index: Mapping[str, Any], part: str, tokenizer: str, *, pooled: bool) -> TextPart:
    if pooled and _class_of(index, part) != "CLIPTextModelWithProjection":
        raise FolderError(f"{part}: expected CLIPTextModelWithProjection, got {_class_of(index, part)!r}")
    config = read_json(path, f"{part}/config.json")
    width, length = _count(part, config, "hidden_size"), _count(part, config, "max_position_embeddings")
    weights = TensorFile.read(find_weights(path, part))
    _check_shape(weights, part, _embedding(weights, "token"), (_count(part, config, "vocab_size"), width))
    _check_shape(weights, part, _embedding(weights, "position"), (length, width))
    return TextPart(part, tokenizer, width, length, _count(part, config, "projection_dim") if pooled else 0, weights)


def _embedding(weights: TensorFile, of: str) -> str:
    """Its name; since transformers 5 without text_model in front."""
    name = f"embeddings.{of}_embedding.weight"
    return name if name in weights.places else f"text_model.{name}"


def _read_denoiser(path: Path, index: Mapping[str, Any]) -> DenoiserPart:  # noqa: ARG001
    config = read_json(path, "unet/config.json")
    for name in ("class_embed_type", "encoder_hid_dim_type", "num_class_embeds"):
        if config.get(name) is not None:
            raise FolderError(f"unet: expected one without {name}, got {config[name]!r}")
    kind = config.get("addition_embed_type")
    if kind not in (None, "text_time"):
        raise FolderError(f"unet: expected an addition_embed_type of text_time or none, got {kind!r}")
    channels, context = _count("unet", config, "in_channels"), _count("unet", config, "cross_attention_dim")
    blocks = _counts("unet", config, "block_out_channels")
    weights = TensorFile.read(find_weights(path, "unet"))
    _check_shape(weights, "unet", "conv_in.weight", (blocks[0], channels))
    _check_shape(weights, "unet", "conv_out.weight", (_count("unet", config, "out_channels"), blocks[0]))
    for name in weights.places:
        if name.endswith("attn2.to_k.weight"):
            _check_shape(weights, "unet", name, (weights.shape(name)[0], context))
    pooled = 0
    if kind:
        times = 6 * _count("unet", config, "addition_time_embed_dim")
        pooled = _count("unet", config, "projection_class_embeddings_input_dim") - times
    guidance = _count("unet", config, "time_cond_proj_dim") if config.get("time_cond_proj_dim") else 0
    side = _count("unet", config, "sample_size")
    return DenoiserPart(channels, context, pooled, guidance, side, len(blocks) - 1, weights)


def _read_latent(path: Path, index: Mapping[str, Any]) -> LatentPart:
    config, kind = read_json(path, "vae/config.json"), _class_of(index, "vae")
    tiny = kind == "AutoencoderTiny"
    channels = _count("vae", config, "latent_channels")
    levels = _counts("vae", config, "decoder_block_out_channels" if tiny else "block_out_channels")
    weights = TensorFile.read(find_weights(path, "vae"))
    first = "decoder.layers.0.weight" if tiny else "decoder.conv_in.weight"
    _check_shape(weights, "vae", first, (weights.shape(first)[0], channels))
    return LatentPart(kind, channels, 2 ** (len(levels) - 1), weights)


def _check_fit(folder: ModelFolder) -> None:
    denoiser, latent = folder.denoiser, folder.latent
    outputs = denoiser.weights.shape("conv_out.weight")[0]
    if not denoiser.channels == outputs == latent.channels:
        raise FolderError(
            f"expected a unet whose inputs, outputs and the vae's latents have as many channels, got "
            f"{denoiser.channels}, {outputs} and {latent.channels}"
        )
    width = sum(text.width for text in folder.texts)
    if denoiser.context != width:
        raise FolderError(f"expected a unet of cross_attention_dim {width}, as its text has, got {denoiser.context}")
    pooled = sum(text.pooled for text in folder.texts)
    if denoiser.pooled != pooled:
        raise FolderError(f"expected a unet that takes {pooled} numbers of the whole prompt, got {denoiser.pooled}")


def _check_shape(weights: TensorFile, part: str, name: str, start: tuple[int, ...]) -> None:
    shape = weights.shape(name)
    if shape[: len(start)] != start:
        raise FolderError(f"{part}: expected {name} to begin with {start}, as its config.json says, got {shape}")


def _count(part: str, config: Mapping[str, Any], name: str) -> int:
    value = config.get(name)
    if type(value) is not int or not 0 < value <= 1_000_000:
        raise FolderError(f"{part}/config.json: expected a number for {name}, got {value!r}")
    return value


def _counts(part: str, config: Mapping[str, Any], name: str) -> list[int]:
    value = config.get(name)
    if not isinstance(value, list) or not value or len(value) > 16 or any(type(item) is not int for item in value):
        raise FolderError(f"{part}/config.json: expected a list of numbers for {name}, got {value!r}")
    return value
