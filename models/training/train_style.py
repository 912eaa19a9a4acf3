"""Trains one size of the style network on paintings; resumes from its checkpoint, logs, and draws a contact sheet.

    vernissage styles train --size fine --paintings DIR --photos DIR --perceptual squeezenet1_0.safetensors \
        --out runs/fine

Writes checkpoint.pt, log.jsonl, sheet.jpg, and at the end weights.safetensors. May begin with the weights of another
run, rows of styles matched by their ids; with a teacher, the network also learns to paint as a larger one does.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.random import Generator
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from safetensors.torch import save
from torch import Tensor

from models.style.network import StyleNetwork, load_network
from models.style.table import StyleTable
from models.training.disturbance import LARGEST_SHIFT_PX, Disturbance
from models.training.loss import StyleLoss
from models.training.muon import Muon
from models.training.perceptual import Perceptual, to_tensor
from models.training.pictures import Picture, fitted, load_picture, random_crop
from models.training.recipe import Course, Recipe

CHECKPOINT_EVERY = 100
SHEET_EVERY = 500
RISING = 0.1  # share of the schedule
LOWEST_RATE = 0.01  # of the highest
SHEET_PX = (320, 240)


@dataclass(frozen=True)
class Sources:
    """Where a run reads from."""

    paintings: Path  # folder
    photos: Path  # folder
    perceptual: Path  # SqueezeNet 1.0 convolutions, safetensors
    start: Path | None = None  # weights to begin with, where there is no checkpoint
    teacher: Path | None = None  # weights of the larger network to learn from


class Training:
    """The state of one run: network, optimisers, step, time. Saved and restored whole.

    limit_s: the run ends after this time, whatever its step; the schedule is as much shorter. bf16: steps are computed
    in bfloat16 where that is good enough, the weights stay float32.
    """

    def __init__(
        self,
        course: Course,
        styles: Sequence[str],
        out: Path,
        device: str = "cpu",
        limit_s: float = math.inf,
        *,
        bf16: bool = False,
    ) -> None:
        torch.manual_seed(course.seed)
        self.course, self.styles, self.out = course, tuple(styles), out
        self.step, self.elapsed_s, self.limit_s = 0, 0.0, limit_s
        self.device, self.bf16 = torch.device(device), bf16
        self.network = StyleNetwork(course.network, len(styles)).to(self.device)
        kernels = self.network.kernels()
        rest = [p for p in self.network.parameters() if all(p is not kernel for kernel in kernels)]
        self.optimisers = (Muon(kernels, course.kernel_rate), torch.optim.Adam(rest, course.rate))

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        return min(1.0, max(self.step / self.course.iterations, self.elapsed_s / self.limit_s))

    def start_from(self, weights: Path) -> None:
        """Take over the weights of another run; a style that it does not know begins as the mean of those it knows.

        Raises LibraryError if it cannot be read, ValueError if its network has another shape.
        """
        known, other = StyleTable.load(weights).ids, load_network(weights)
        if other.shape != self.course.network:
            raise ValueError(f"{weights}: expected {self.course.network}, got {other.shape}")
        rows = dict(zip(known, other.table.detach(), strict=True))
        mean = other.table.detach().mean(dim=0)
        state = other.state_dict()
        state["table"] = torch.stack([rows.get(style, mean) for style in self.styles])
        self.network.load_state_dict(state)

    def resume(self) -> bool:
        """Continue from checkpoint.pt; False if there is none."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return False
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
        self.network.load_state_dict(state["network"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        return True

    def save(self) -> None:
        """Write checkpoint.pt in one rename, so that a kill never leaves half of one."""
        part = self.out / "checkpoint.part"
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                "step": self.step,
                "elapsed_s": self.elapsed_s,
            },
            part,
        )
        part.replace(self.out / "checkpoint.pt")

    def save_weights(self) -> None:
        """Write weights.safetensors: the network, and the ids of its styles."""
        state = {name: value.cpu().contiguous() for name, value in self.network.state_dict().items()}
        metadata = {"styles": json.dumps(self.styles)}
        (self.out / "weights.safetensors").write_bytes(save(state, metadata))

    def advance(
        self, scene: Tensor, style_index: Tensor, change: Disturbance, loss: StyleLoss, teacher: StyleNetwork | None
    ) -> dict[str, float]:
        """One optimiser step. scene: N x 3 x H x W, LARGEST_SHIFT_PX larger on each side than what is painted.

        Every picture is painted in the style of its index; half of them, in turn, once more after the camera's change.
        Returns the terms of the loss, their means over the batch.
        """
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            terms = self._terms(scene, style_index, change, loss, teacher)
        self.network.zero_grad(set_to_none=True)
        torch.stack([term.float() for term in terms.values()]).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        for optimiser, rate in zip(self.optimisers, (self.course.kernel_rate, self.course.rate), strict=True):
            optimiser.param_groups[0]["lr"] = rate * one_cycle(self.share)
            optimiser.step()
        self.step += 1
        return {name: round(float(value.detach()), 4) for name, value in terms.items()}

    def _terms(
        self, scene: Tensor, style_index: Tensor, change: Disturbance, loss: StyleLoss, teacher: StyleNetwork | None
    ) -> dict[str, Tensor]:
        photos = change.before(scene)
        painted = self.network.paint(photos, self.network.table[style_index])
        terms = {name: term.mean() for name, term in loss(loss.content_of(photos), painted, style_index).items()}
        if self.course.steady > 0:
            half = slice(self.step % min(2, len(scene)), None, 2)
            again = self.network.paint(change.after(scene[half]), self.network.table[style_index[half]])
            terms["steady"] = self.course.steady * change.difference(painted[half], again)
        if teacher is not None:
            with torch.no_grad():
                shown = teacher.paint(photos, teacher.table[style_index])
            terms["teacher"] = self.course.teacher * (painted - shown).abs().mean()
        return terms


def one_cycle(share: float) -> float:
    """The learning rate at a share of the run, of the highest: up and down on half cosines (Smith 2018)."""
    phase = share / RISING if share < RISING else (1 - share) / (1 - RISING)
    return LOWEST_RATE + (1 - LOWEST_RATE) * (1 - math.cos(math.pi * phase)) / 2


def draw_batch(pictures: Sequence[Picture], styles: int, course: Course, random: Generator) -> tuple[Tensor, Tensor]:
    """Random crops, N x 3 x H x W in 0..1, and for each the index of a style, all styles as often as each other."""
    chosen = random.integers(0, len(pictures), course.batch)
    side = course.crop_px + 2 * LARGEST_SHIFT_PX
    scene = torch.cat([to_tensor(random_crop(pictures[i], side, random)) for i in chosen])
    return scene, torch.from_numpy(np.resize(random.permutation(styles), course.batch))


def contact_sheet(network: StyleNetwork, photos: Sequence[Picture], path: Path) -> None:
    """A row per photo: the photo, then it painted in each style."""
    device = network.table.device
    rows = []
    with torch.no_grad():
        for photo in photos:
            frame, one = torch.from_numpy(photo)[None].to(device), torch.ones(1, device=device)
            painted = [network(frame, row[None], one).cpu().numpy()[0] for row in network.table]
            rows.append(np.hstack([photo, *painted]))
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 85])


def train(
    training: Training, loss: StyleLoss, pictures: Sequence[Picture], teacher: StyleNetwork | None = None
) -> None:
    """Train to the end of the course, from the step where `training` is."""
    course, out = training.course, training.out
    out.mkdir(parents=True, exist_ok=True)
    samples = [fitted(pictures[i], *SHEET_PX) for i in (0, 1, len(pictures) // 2)]
    random = np.random.default_rng(course.seed + training.step)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with (
        Progress(*columns, console=Console(stderr=True)) as progress,
        (out / "log.jsonl").open("a", encoding="utf-8") as log,
    ):
        bar = progress.add_task("training", total=1.0)
        progress.update(bar, completed=training.share)
        while training.share < 1:
            started_s = time.perf_counter()
            scene, index = draw_batch(pictures, len(training.styles), course, random)
            change = Disturbance.draw(random)
            terms = training.advance(scene.to(training.device), index.to(training.device), change, loss, teacher)
            seconds = time.perf_counter() - started_s
            training.elapsed_s += seconds
            if training.step % 10 == 0:
                log.write(json.dumps({"step": training.step, "seconds": round(seconds, 3), **terms}) + "\n")
                log.flush()
                progress.update(bar, completed=training.share, description=f"loss {sum(terms.values()):.2f}")
            if training.step % CHECKPOINT_EVERY == 0 or training.share == 1:
                training.save()
            if training.step % SHEET_EVERY == 0 or training.share == 1:
                contact_sheet(training.network, samples, out / "sheet.jpg")
    training.save_weights()


def run(
    size: str,
    recipe: Recipe,
    folders: Sources,
    out: Path,
    *,
    device: str = "cpu",
    minutes: float = math.inf,
    bf16: bool = False,
) -> Training:
    """Train a size of a recipe's network, from its checkpoint or its start.

    Raises OSError, ValueError or LibraryError, each naming what is missing or wrong.
    """
    styles = [style.id for style in recipe.styles]
    training = Training(recipe.courses[size], styles, out, device, 60 * minutes, bf16=bf16)
    if not training.resume() and folders.start is not None:
        training.start_from(folders.start)
    loss = StyleLoss.of_recipe(recipe, Perceptual.load(folders.perceptual, device), folders.paintings)
    pictures = [load_picture(folders.photos / name) for name in recipe.photos]
    teacher = load_network(folders.teacher).to(training.device) if folders.teacher is not None else None
    train(training, loss, pictures, teacher)
    return training
