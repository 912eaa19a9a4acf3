"""Teaches a small network to answer as SqueezeNet does: a perceptual loss from weights that this project may ship.

    python -m models.training.train_perceptual --perceptual squeezenet1_0.safetensors --paintings DIR --photos DIR \
        --out runs/perceptual

First each layer learns alone, from what SqueezeNet's own layer before it says; then all of them in a row. It sees
crops of the recipe's photos and paintings, a third of them painted. Writes perceptual.safetensors (fp16), log.jsonl
and, of pictures that it has not seen, agreement.json; resumes from checkpoint.pt.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from rich.progress import Progress
from safetensors.torch import save
from torch import Tensor

from models.style.model import SHIPPED_MODEL
from models.style.network import StyleNetwork, load_network
from models.training.perceptual import LAYERS, Perceptual, gram, pool, to_tensor
from models.training.pictures import Picture, list_pictures, load_picture, random_crop
from models.training.recipe import SHIPPED_RECIPE, Recipe
from models.training.train_style import one_cycle

# (inputs, squeeze, each of the two expands): inputs and expands are SqueezeNet's, squeezes half as wide again
FIRES = {
    "fire2": (96, 24, 64),
    "fire3": (128, 24, 64),
    "fire4": (128, 48, 128),
    "fire5": (256, 48, 128),
    "fire6": (256, 64, 192),
    "fire7": (384, 64, 192),
}
STEPS = 2400
ALONE = 0.6  # share of the steps in which each layer learns from SqueezeNet's inputs
BATCH, CROP_PX = 4, 160
RATE = 3e-3
SEED = 4
CHECKPOINT_EVERY = 100


def untrained() -> dict[str, Tensor]:
    """Weights to begin with (He et al. 2015)."""
    convolutions = {"conv1": (96, 3, 7)}
    for name, (inputs, squeeze, expand) in FIRES.items():
        convolutions |= {f"{name}.squeeze": (squeeze, inputs, 1)}
        convolutions |= {f"{name}.expand{k}x{k}": (expand, squeeze, k) for k in (1, 3)}
    weights: dict[str, Tensor] = {}
    for name, (outputs, inputs, kernel) in convolutions.items():
        spread = (2 / (inputs * kernel * kernel)) ** 0.5
        weights[f"{name}.weight"] = torch.randn(outputs, inputs, kernel, kernel) * spread
        weights[f"{name}.bias"] = torch.zeros(outputs)
    return {name: weight.requires_grad_() for name, weight in weights.items()}


def disagreement(got: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> Tensor:
    """Mean over layers: squared difference of features over their own variance, and the same of Gram matrices."""
    terms = []
    for layer, there in wanted.items():
        here = got[layer]
        terms.append((here - there).square().mean() / there.var())
        terms.append(0.3 * (gram(here) - gram(there)).square().mean() / gram(there).square().mean())
    return torch.stack(terms).mean()


def answers(student: Perceptual, wanted: Mapping[str, Tensor], x: Tensor, *, alone: bool) -> dict[str, Tensor]:
    """What the student's layers say of x: each from SqueezeNet's layer before it, or in a row."""
    if not alone:
        return student.features(x)
    before = [student.centred(x), *(pool(wanted[layer], layer) for layer in LAYERS[:-1])]
    return {layer: student.layer(y, layer) for layer, y in zip(LAYERS, before, strict=True)}


def draw_batch(pictures: Sequence[Picture], painter: StyleNetwork, random: Generator) -> Tensor:
    """Crops, a third of them painted in a style of the painter."""
    x = torch.cat(
        [to_tensor(random_crop(pictures[i], CROP_PX, random)) for i in random.integers(0, len(pictures), BATCH)]
    )
    painted = torch.from_numpy(random.random(BATCH) < 1 / 3)
    if painted.any():
        rows = torch.from_numpy(random.integers(0, len(painter.table), int(painted.sum())))
        with torch.no_grad():
            x[painted] = painter.paint(x[painted], painter.table[rows])
    return x


def agreement(student: Perceptual, teacher: Perceptual, pictures: Sequence[Picture]) -> dict[str, float]:
    """By layer, the share of the features' variance that the student explains (R squared), over whole pictures."""
    errors, spreads = dict.fromkeys(LAYERS, 0.0), dict.fromkeys(LAYERS, 0.0)
    with torch.no_grad():
        for picture in pictures:
            x = to_tensor(picture)
            wanted, got = teacher.features(x), student.features(x)
            for layer in LAYERS:
                errors[layer] += float((got[layer] - wanted[layer]).square().mean())
                spreads[layer] += float(wanted[layer].var())
    return {layer: round(1 - errors[layer] / spreads[layer], 4) for layer in LAYERS}


def train(teacher: Perceptual, pictures: Sequence[Picture], painter: StyleNetwork, out: Path) -> Perceptual:
    """Train to the end, from the last checkpoint if there is one."""
    torch.manual_seed(SEED)
    weights, step = untrained(), 0
    optimiser = torch.optim.Adam(weights.values(), RATE)
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        step = state["step"]
        optimiser.load_state_dict(state["optimiser"])
        for name, weight in weights.items():
            weight.data.copy_(state["weights"][name])
    student, random = Perceptual(weights), np.random.default_rng(SEED + step)
    with Progress() as progress, (out / "log.jsonl").open("a", encoding="utf-8") as log:
        bar = progress.add_task("imitating", total=STEPS, completed=step)
        while step < STEPS:
            alone = step < ALONE * STEPS
            share = step / (ALONE * STEPS) if alone else (step / STEPS - ALONE) / (1 - ALONE)
            optimiser.param_groups[0]["lr"] = RATE * one_cycle(share) * (1.0 if alone else 0.3)
            x = draw_batch(pictures, painter, random)
            with torch.no_grad():
                wanted = teacher.features(x)
            loss = disagreement(answers(student, wanted, x, alone=alone), wanted)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
            optimiser.step()
            step += 1
            if step % 10 == 0:
                log.write(json.dumps({"step": step, "alone": alone, "loss": round(float(loss.detach()), 4)}) + "\n")
                log.flush()
                progress.update(bar, completed=step)
            if step % CHECKPOINT_EVERY == 0:
                torch.save({"step": step, "weights": weights, "optimiser": optimiser.state_dict()}, checkpoint)
    return student


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Teach a small network to answer as SqueezeNet does.")
    parser.add_argument("--perceptual", type=Path, required=True, help="SqueezeNet 1.0 convolutions, safetensors")
    parser.add_argument("--paintings", type=Path, required=True)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--painter", type=Path, default=SHIPPED_MODEL.with_suffix(".safetensors"), help="style network")
    parser.add_argument("--recipe", type=Path, default=SHIPPED_RECIPE)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe.load(given.recipe)
    seen = {*recipe.photos, *(style.picture for style in recipe.styles)}
    everything = {
        path.name: load_picture(path, 640)
        for folder in (given.photos, given.paintings)
        for path in list_pictures(folder)
    }
    teacher = Perceptual.load(given.perceptual)
    student = train(
        teacher, [everything[name] for name in everything if name in seen], load_network(given.painter), given.out
    )
    halves = {name: weight.detach().half().contiguous() for name, weight in student._weights.items()}
    (given.out / "perceptual.safetensors").write_bytes(save(halves))
    shipped = Perceptual.load(given.out / "perceptual.safetensors")
    unseen = agreement(shipped, teacher, [everything[name] for name in everything if name not in seen])
    (given.out / "agreement.json").write_text(json.dumps(unseen, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
