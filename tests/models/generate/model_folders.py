"""A model's folder as small as it can be: configurations, and the tensors that are looked at. Made without torch."""

from __future__ import annotations

import json

import numpy as np
from safetensors.numpy import save_file

WIDTH, LENGTH, CHANNELS, WORDS = 8, 6, 4, 58
SCHEDULER = {
    "_class_name": "EulerDiscreteScheduler",
    "beta_schedule": "scaled_linear",
    "timestep_spacing": "trailing",
    "prediction_type": "epsilon",
}
INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderTiny"],
    "scheduler": ["diffusers", "EulerDiscreteScheduler"],
    "safety_checker": [None, None],
}
TEXT = {"hidden_size": WIDTH, "max_position_embeddings": LENGTH, "vocab_size": WORDS}
UNET = {
    "in_channels": CHANNELS,
    "out_channels": CHANNELS,
    "cross_attention_dim": WIDTH,
    "block_out_channels": [8, 8],
    "sample_size": 8,
}
VAE = {"latent_channels": CHANNELS, "decoder_block_out_channels": [8, 8, 8], "scaling_factor": 1.0}


def write_folder(path, *, record=True, **changes):
    """Write it; changes: of index, scheduler, text, unet or vae, laid over what they are. record: whether it has one,
    or what is laid over it."""
    path.mkdir(parents=True, exist_ok=True)
    _json(path / "model_index.json", INDEX | changes.get("index", {}))
    _json(path / "scheduler/scheduler_config.json", SCHEDULER | changes.get("scheduler", {}))
    _json(path / "text_encoder/config.json", TEXT | changes.get("text", {}))
    _json(path / "unet/config.json", UNET | changes.get("unet", {}))
    _json(path / "vae/config.json", VAE | changes.get("vae", {}))
    write_words(path / "tokenizer")
    _weights(path / "text_encoder/model.safetensors", _text())
    _weights(path / "unet/diffusion_pytorch_model.safetensors", _unet())
    _weights(path / "vae/diffusion_pytorch_model.safetensors", {"decoder.layers.0.weight": (8, CHANNELS, 3, 3)})
    if record:
        told = {"name": "tiny", "licence": "MIT", "steps": 3, "guidance": 1.0}
        _json(path / "vernissage.json", told if record is True else told | record)
    return path


def write_words(path):
    """A tokenizer whose words are letters, blue and red."""
    letters = [chr(code) for code in range(97, 123)]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "bl", "re", "blu", "red</w>"]
    words += ["<|startoftext|>", "<|endoftext|>"]
    _json(path / "vocab.json", {word: number for number, word in enumerate(words)})
    _json(path / "tokenizer_config.json", {"model_max_length": LENGTH})
    (path / "merges.txt").write_text("#version: 0.2\nb l\nbl u\nr e\nre d</w>\n")


def _text():
    return {
        "text_model.embeddings.token_embedding.weight": (WORDS, WIDTH),
        "text_model.embeddings.position_embedding.weight": (LENGTH, WIDTH),
        "text_model.encoder.layers.0.self_attn.q_proj.weight": (WIDTH, WIDTH),
    }


def _unet():
    return {
        "conv_in.weight": (8, CHANNELS, 3, 3),
        "conv_out.weight": (CHANNELS, 8, 3, 3),
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": (8, WIDTH),
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_out.0.weight": (8, 8),
    }


def _weights(path, shapes):
    generator = np.random.default_rng(0)
    save_file({name: generator.standard_normal(shape).astype(np.float16) for name, shape in shapes.items()}, path)


def _json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
