"""Trains the conditional style network on paintings; resumes from its checkpoint, logs, and draws a contact sheet.

    python -m models.training.train_style --recipe models/training/recipe.toml --paintings DIR --photos DIR \
        --perceptual squeezenet1_0.safetensors --out runs/style

Writes to --out: checkpoint.pt, log.jsonl, sheet.jpg, and at the end weights.safetensors.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from safetensors.torch import save_file
from torch import Tensor

from models.style.network import StyleNetwork
from models.training.loss import StyleLoss
from models.training.perceptual import Perceptual, to_tensor
from models.training.pictures import list_pictures, load_picture, random_crop
from models.training.recipe import Recipe

CHECKPOINT_EVERY = 100
SHEET_EVERY = 500


class Training:
    """The state of one run: network, optimiser, schedule, step. Saved and restored whole."""

    def __init__(self, recipe: Recipe, out: Path) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.out, self.step = recipe, out, 0
        self.network = StyleNetwork(recipe.shape, len(recipe.styles))
        self.optimiser = torch.optim.Adam(self.network.parameters(), recipe.rate)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, recipe.rate, total_steps=recipe.iterations, pct_start=0.15
        )

    def resume(self) -> None:
        """Continue from checkpoint.pt if there is one."""
        path = self.out / "checkpoint.pt"
        if path.exists():
            state: dict[str, Any] = torch.load(path, weights_only=True)
            self.network.load_state_dict(state["network"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.schedule.load_state_dict(state["schedule"])
            self.step = state["step"]

    def save(self) -> None:
        """Write checkpoint.pt in one rename, so that a kill never leaves half of one."""
        part = self.out / "checkpoint.part"
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "schedule": self.schedule.state_dict(),
                "step": self.step,
            },
            part,
        )
        part.replace(self.out / "checkpoint.pt")

    def advance(self, photos: Tensor, style_index: Tensor, loss: StyleLoss) -> dict[str, float]:
        """One optimiser step on N x 3 x H x W photos, each with the style of its index. Returns the loss terms."""
        style = self.network.table[style_index]
        painted = self.network.paint(photos, style)
        terms = loss(photos, painted, style_index)
        if self.recipe.noise_weight > 0:
            noisy = (photos + torch.randn_like(photos) * (4 / 255)).clamp(0, 1)
            steady = F.mse_loss(self.network.paint(noisy, style), painted.detach())
            terms["noise"] = self.recipe.noise_weight * steady
        self.optimiser.zero_grad(set_to_none=True)
        torch.stack(list(terms.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.schedule.step()
        self.step += 1
        return {name: round(float(value.detach()), 4) for name, value in terms.items()}


def contact_sheet(network: StyleNetwork, photos: list[np.ndarray], path: Path) -> None:
    """A row per photo: the photo, then it painted in each style."""
    styles = network.table.shape[0]
    with torch.no_grad():
        rows = []
        for photo in photos:
            frames = torch.from_numpy(np.stack([photo] * styles))
            painted = network(frames, network.table, torch.ones(styles)).numpy()
            rows.append(np.hstack([photo, *painted]))
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])


def train(recipe: Recipe, paintings: Path, photos: Path, perceptual: Path, out: Path) -> None:
    """Train to the end of the recipe, from the last checkpoint if there is one."""
    out.mkdir(parents=True, exist_ok=True)
    training = Training(recipe, out)
    training.resume()
    loss = StyleLoss(recipe, Perceptual(perceptual), paintings)
    pictures = [load_picture(path) for path in list_pictures(photos)]
    samples = [cv2.resize(pictures[i], (320, 240), interpolation=cv2.INTER_AREA) for i in (0, 1, len(pictures) // 2)]
    random = np.random.default_rng(recipe.seed + training.step)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress, (out / "log.jsonl").open("a", encoding="utf-8") as log:
        bar = progress.add_task("training", total=recipe.iterations, completed=training.step)
        while training.step < recipe.iterations:
            started = time.perf_counter()
            chosen = random.integers(0, len(pictures), recipe.batch)
            batch = torch.cat([to_tensor(random_crop(pictures[i], recipe.crop_px, random)) for i in chosen])
            index = torch.from_numpy(random.permutation(len(recipe.styles))[: recipe.batch])
            terms = training.advance(batch, index, loss)
            if training.step % 10 == 0:
                record = {"step": training.step, "seconds": round(time.perf_counter() - started, 3), **terms}
                log.write(json.dumps(record) + "\n")
                log.flush()
                progress.update(bar, completed=training.step, description=f"loss {sum(terms.values()):.2f}")
            if training.step % CHECKPOINT_EVERY == 0 or training.step == recipe.iterations:
                training.save()
            if training.step % SHEET_EVERY == 0 or training.step == recipe.iterations:
                contact_sheet(training.network, samples, out / "sheet.jpg")
    save_file(training.network.state_dict(), str(out / "weights.safetensors"))


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description="Train the conditional style network.")
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--paintings", type=Path, required=True, help="folder with the paintings named in the recipe")
    parser.add_argument("--photos", type=Path, required=True, help="folder with content photos")
    parser.add_argument("--perceptual", type=Path, required=True, help="SqueezeNet 1.0 convolutions, safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, log, contact sheet and weights")
    given = parser.parse_args()
    train(Recipe.load(given.recipe), given.paintings, given.photos, given.perceptual, given.out)


if __name__ == "__main__":
    main()
