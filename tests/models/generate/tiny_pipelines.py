"""Tiny random pipelines, made and written by diffusers itself. Takes seconds to import, so one test file does."""

from __future__ import annotations

import json

import diffusers
import torch
import transformers

LETTERS = [chr(code) for code in range(97, 123)]
WORDS = [*LETTERS, *(f"{letter}</w>" for letter in LETTERS), "bl", "re", "blu", "blue</w>", "red</w>"]
MERGES = "#version: 0.2\nb l\nbl u\nblu e</w>\nr e\nre d</w>\n"


def write_pipeline(path, *, lcm=False, tiny=True):
    """A StableDiffusionPipeline of 64 x 64 pixels with random weights, and its files at path."""
    torch.manual_seed(0)
    tokenizer = write_tokenizer(path / "words")
    parts = (_vae(tiny), _text(len(WORDS) + 2), tokenizer, _unet(lcm), diffusers.EulerDiscreteScheduler())
    pipeline = diffusers.StableDiffusionPipeline(*parts, None, None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.save_pretrained(path / "model")
    return pipeline, path / "model"


def write_double(path):
    """A StableDiffusionXLPipeline of the same size, with two text encoders."""
    torch.manual_seed(0)
    tokenizer = write_tokenizer(path / "words")
    second = transformers.CLIPTextModelWithProjection(_text_config(len(WORDS) + 2, 48)).eval()
    told = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8}
    unet = _unet(False, cross_attention_dim=80, **told, projection_class_embeddings_input_dim=6 * 8 + 48)
    scheduler = diffusers.EulerAncestralDiscreteScheduler(beta_schedule="scaled_linear", timestep_spacing="trailing")
    parts = (_vae(False), _text(len(WORDS) + 2), second, tokenizer, tokenizer, unet, scheduler)
    pipeline = diffusers.StableDiffusionXLPipeline(*parts, add_watermarker=False)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.save_pretrained(path / "model")
    return pipeline, path / "model"


def write_tokenizer(path):
    path.mkdir(parents=True)
    words = [*WORDS, "<|startoftext|>", "<|endoftext|>"]
    (path / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (path / "merges.txt").write_text(MERGES)
    (path / "tokenizer_config.json").write_text('{"model_max_length": 16}')
    files = {"vocab": str(path / "vocab.json"), "merges": str(path / "merges.txt")}
    return transformers.CLIPTokenizer(**files, model_max_length=16)


def _text(words):
    return transformers.CLIPTextModel(_text_config(words, 32)).eval()


def _text_config(words, width):
    sizes = {"hidden_size": width, "projection_dim": width, "intermediate_size": 64, "max_position_embeddings": 16}
    special = {"bos_token_id": words - 2, "eos_token_id": words - 1, "pad_token_id": words - 1}
    return transformers.CLIPTextConfig(vocab_size=words, **sizes, num_hidden_layers=2, num_attention_heads=4, **special)


def _unet(lcm, *, cross_attention_dim=32, **told):
    return diffusers.UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        cross_attention_dim=cross_attention_dim,
        attention_head_dim=8,
        norm_num_groups=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        time_cond_proj_dim=16 if lcm else None,
        **told,
    ).eval()


def _vae(tiny):
    if tiny:
        levels = {"encoder_block_out_channels": (16,) * 4, "decoder_block_out_channels": (16,) * 4}
        return diffusers.AutoencoderTiny(**levels, num_encoder_blocks=(1,) * 4, num_decoder_blocks=(1,) * 4).eval()
    levels = {"down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4}
    return diffusers.AutoencoderKL(**levels, block_out_channels=(16,) * 4, norm_num_groups=8, latent_channels=4).eval()
