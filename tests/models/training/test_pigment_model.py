"""The model that ships: its folder as diffusers reads it, and the stages that make one."""

import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'vernissage[train]'")
diffusers = pytest.importorskip("diffusers", reason="the model is in diffusers' format")

from models.training.pigment.parts import autoencoder  # noqa: E402
from models.training.pigment.projection import Projection, pieces_of, write_encoder  # noqa: E402
from models.training.pigment.tokens import LENGTH, tokenizer, vocabulary_words  # noqa: E402
from models.training.pigment.workers import Workers  # noqa: E402

SHIPPED = Path(__file__).parents[3] / "models/generate/weights/pigment"


def test_the_folder_is_small_and_safe():
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 40_000_000
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".onnx"}
    card = json.loads((SHIPPED / "vernissage.json").read_text(encoding="utf-8"))
    assert card["licence"] == "Apache-2.0"
    assert (SHIPPED / card["vocabulary"]).exists()


def test_the_encoder_that_is_written_projects_exactly_and_to_unit_variance():
    random = np.random.default_rng(0)
    pictures = random.integers(0, 255, (4, 8, 8, 3), np.uint8).repeat(32, axis=1).repeat(32, axis=2)
    pictures = np.clip(pictures + random.normal(0, 20, pictures.shape), 0, 255).astype(np.uint8)
    projection = Projection.of(pieces_of(pictures))
    model = autoencoder(2.0)
    write_encoder(model.encoder, projection, 2.0)
    with torch.no_grad():
        encoded = model.encode(torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1).latents
    latents = projection.latents(pictures)
    assert latents.shape == (4, 16, 16, 16)
    assert np.allclose(2.0 * encoded.numpy(), latents, atol=1e-3)
    assert latents.std() == pytest.approx(1, abs=0.05)


def test_a_worker_alone_keeps_its_gradients():
    parameter = torch.nn.Parameter(torch.ones(3))
    parameter.grad = torch.full((3,), 2.0)
    assert Workers.join().average([parameter], 7.0) == 7.0
    assert parameter.grad.tolist() == [2.0, 2.0, 2.0]


def test_every_word_is_one_token_and_other_words_are_spelt():
    tokens = tokenizer()
    for word in vocabulary_words():
        assert len(tokens(word)["input_ids"]) == 2 + len(word.split())
    assert len(tokens("zebra")["input_ids"]) > 3
    assert len(tokens("blue " * 60, truncation=True, padding="max_length")["input_ids"]) == LENGTH


def test_diffusers_own_pipeline_draws_with_it_and_words_change_the_picture():
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(
        SHIPPED, safety_checker=None, torch_dtype=torch.float32, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    drawn = [
        pipeline(
            words, num_inference_steps=1, guidance_scale=3.0, height=256, width=256, output_type="np",
            generator=torch.Generator().manual_seed(1),
        ).images[0]
        for words in ("red", "blue", "red")
    ]  # fmt: skip
    assert drawn[0].shape == (256, 256, 3)
    assert np.array_equal(drawn[0], drawn[2])
    assert np.abs(drawn[0] - drawn[1]).mean() > 0.02
