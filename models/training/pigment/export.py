"""Writes the folder that ships, in diffusers' format: fp16 safetensors, tokenizer, vocabulary, vernissage.json.

    python -m models.training.pigment.export --latents runs/latents --decoder runs/decoder \
        --diffusion runs/diffusion --out models/generate/weights/pigment
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch

from models.training.pigment.decoder import load_autoencoder
from models.training.pigment.diffusion import Pair
from models.training.pigment.parts import scheduler
from models.training.pigment.sampling import GUIDANCE, STEPS
from models.training.pigment.tokens import WORDS_FILE, tokenizer

CARD = {
    "name": "pigment",
    "title": "Pigment",
    "licence": "Apache-2.0",
    "training_data": (
        "Pictures drawn by this project's own code, many of them painted by its own style network, and pieces of 18 "
        "photographs of paintings in the public domain (makers died before 1956): Degas, Gauguin, Hokusai, Kandinsky, "
        "Leger, Mondrian, Monet, Munch, Picabia, Turner, Van Gogh. "
        "Captions were measured from the pictures. Nothing of a visitor was used."
    ),
    "steps": STEPS,
    "guidance": GUIDANCE,
    "width": 256,
    "height": 256,
    "vocabulary": "vocabulary.json",
}


def load_pair(checkpoint: Path) -> tuple[Pair, Any]:
    """The averaged weights of a run, and the tokenizer."""
    tokens = tokenizer()
    pair = Pair(len(tokens))
    saved = torch.load(checkpoint, weights_only=True, map_location="cpu")
    pair.load_state_dict(saved["mean"])
    return pair.eval(), tokens


def export(autoencoder: Any, diffusion: Path, out: Path) -> None:
    """Write the folder, over one that is there."""
    from diffusers import StableDiffusionPipeline

    pair, tokens = load_pair(diffusion / "checkpoint.pt")
    pipeline = StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=pair.text,
        tokenizer=tokens,
        unet=pair.unet,
        scheduler=scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).to(torch.float16)
    shutil.rmtree(out, ignore_errors=True)
    pipeline.save_pretrained(out, safe_serialization=True)
    _forget_where_from(out / "vae" / "config.json")
    shutil.copyfile(WORDS_FILE, out / "vocabulary.json")
    (out / "vernissage.json").write_text(json.dumps(CARD, indent=2) + "\n", encoding="utf-8")


def _forget_where_from(config: Path) -> None:
    """A part says which folder it was loaded from, which is nobody else's affair."""
    written = json.loads(config.read_text(encoding="utf-8"))
    written.pop("_name_or_path", None)
    config.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--latents", type=Path, required=True)
    parser.add_argument("--decoder", type=Path, required=True)
    parser.add_argument("--diffusion", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    export(load_autoencoder(given.latents, given.decoder), given.diffusion, given.out)


if __name__ == "__main__":
    main()
