"""Trains the decoder of the projection's latents: 16 x 16 to 256 px. Resumes from its checkpoint, logs, draws a sheet.

    python -m models.training.pigment.decoder --latents runs/latents --pictures runs/pictures --paintings DIR \
        --perceptual FILE --out runs/decoder --minutes 40

L1, features and Gram matrices of a perceptual network (FILM, Reda 2022: Gram matrices make textures crisp). Latents are
decoded with a little noise in them, since the diffusion model's are not exact either.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from models.training.muon import Muon
from models.training.perceptual import Perceptual, gram
from models.training.pictures import Picture
from models.training.pigment.crops import load_paintings, piece_of
from models.training.pigment.schedule import pace
from models.training.pigment.workers import Workers

CROP_PX = 128
BATCH = 4
RATE = 1e-3  # Adam's, of ends and biases
KERNEL_RATE = 0.01  # Muon's
GRAM_FROM = 0.08  # share of the run
NOISE = 0.12  # standard deviation, of the latents' own 1
CHECKPOINT_EVERY = 100
LAYERS = ("conv1", "fire2", "fire3", "fire4", "fire5")


class Training:
    """The state of one run. Saved and restored whole."""

    def __init__(
        self,
        coder: Any,
        perceptual: Perceptual,
        out: Path,
        minutes: float,
        *,
        device: str = "cpu",
        workers: Workers | None = None,
    ) -> None:
        torch.manual_seed(1)  # the same noise in every run
        self.workers = workers or Workers()
        self.out, self.limit_s, self.device = out, 60 * minutes, torch.device(device)
        self.step, self.elapsed_s = 0, 0.0
        self.encoder = coder.encoder.to(self.device)
        self.factor = float(coder.config.scaling_factor)
        self.model = coder.decoder.to(self.device, memory_format=torch.channels_last)
        self.mean = copy.deepcopy(coder.decoder)  # moving average of the weights: what ships
        ends = (self.model.layers[0], self.model.layers[-1])
        kernels = [p for p in self.model.parameters() if p.ndim == 4 and all(p is not end.weight for end in ends)]
        rest = [p for p in self.model.parameters() if all(p is not kernel for kernel in kernels)]
        self.kernel_optimiser = Muon(kernels, KERNEL_RATE)
        self.optimiser = torch.optim.Adam(rest, RATE, betas=(0.9, 0.99))
        self.perceptual = perceptual

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        return min(1.0, self.elapsed_s / self.limit_s)

    def state(self) -> dict[str, Any]:
        """What a checkpoint holds."""
        parts = ("model", "mean", "optimiser", "kernel_optimiser")
        return {name: getattr(self, name).state_dict() for name in parts}

    def save(self) -> None:
        """Write checkpoint.pt in one rename."""
        part = self.out / "checkpoint.part"
        torch.save({**self.state(), "step": self.step, "elapsed_s": self.elapsed_s}, part)
        part.replace(self.out / "checkpoint.pt")

    def resume(self) -> bool:
        """Go on from checkpoint.pt; False if there is none."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return False
        saved = torch.load(path, weights_only=True, map_location=self.device)
        for name in self.state():
            getattr(self, name).load_state_dict(saved[name])
        self.step, self.elapsed_s = saved["step"], saved["elapsed_s"]
        return True

    def advance(self, real: Tensor) -> dict[str, float]:
        """One step on N x 3 x H x W pictures, -1 to 1. Returns the terms of the loss."""
        rate = pace(self.share)
        self.optimiser.param_groups[0]["lr"] = RATE * rate
        self.kernel_optimiser.param_groups[0]["lr"] = KERNEL_RATE * rate
        with torch.no_grad():
            latents = self.encoder(real)
            given = latents + NOISE / self.factor * torch.randn_like(latents)
        with torch.autocast(self.device.type, torch.bfloat16):
            made = self.model(given).float()
            terms = self._likeness(made, real)
        self.model.zero_grad(set_to_none=True)
        torch.stack(list(terms.values())).sum().backward()
        self.elapsed_s = self.workers.average(self.model.parameters(), self.elapsed_s)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.kernel_optimiser.step()
        self._average()
        self.step += 1
        return {name: round(float(value.detach()), 4) for name, value in terms.items()}

    def _likeness(self, made: Tensor, wanted: Tensor) -> dict[str, Tensor]:
        terms = {"l1": 3.0 * (made - wanted).abs().mean()}
        with torch.no_grad():
            right = self.perceptual.features((wanted + 1) / 2, LAYERS[-1])
        got = self.perceptual.features((made + 1) / 2, LAYERS[-1])
        features, grams = made.new_zeros(()), made.new_zeros(())
        for layer in LAYERS:
            a, b = got[layer].float(), right[layer].float()
            features = features + (a - b).square().mean() / (b.square().mean() + 1e-3)
            if self.share >= GRAM_FROM:
                x, y = gram(a), gram(b)
                grams = grams + ((x - y).square().mean((1, 2)) / (y.square().mean((1, 2)) + 1e-3)).mean()
        return {**terms, "features": 0.6 * features, "gram": 0.3 * grams}

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(0.998, (1 + self.step) / (10 + self.step))
        for mean, now in zip(self.mean.parameters(), self.model.parameters(), strict=True):
            mean.lerp_(now, 1 - keep)


class Source:
    """Crops to learn from: made pictures (N x 256 x 256 x 3 in pictures.npy) and fresh pieces of the paintings."""

    def __init__(self, made: Path, paintings: Sequence[Picture], random: Generator) -> None:
        self._made = np.load(made / "pictures.npy", mmap_mode="r")
        self._paintings, self._random = paintings, random

    def batch(self, count: int) -> Tensor:
        """N x 3 x CROP_PX x CROP_PX, -1 to 1."""
        crops = np.stack([self._crop(self._picture()) for _ in range(count)])
        tensor = torch.from_numpy(crops).permute(0, 3, 1, 2).float() / 127.5 - 1
        return tensor.contiguous(memory_format=torch.channels_last)

    def _picture(self) -> Picture:
        if self._random.random() < 0.1:
            return piece_of(self._paintings[int(self._random.integers(len(self._paintings)))], self._random)
        return np.asarray(self._made[self._random.integers(len(self._made))])

    def _crop(self, picture: Picture) -> Picture:
        top, left = self._random.integers(0, picture.shape[0] - CROP_PX + 1, 2)
        crop = picture[top : top + CROP_PX, left : left + CROP_PX]
        return crop[:, ::-1] if self._random.random() < 0.5 else crop


@torch.no_grad()
def draw_sheet(training: Training, pictures: Sequence[Picture], path: Path) -> None:
    """Pictures above, decoded below."""
    batch = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    made = training.mean(training.encoder(batch.to(training.device))).clamp(-1, 1).add(1).mul(127.5)
    rows = [np.hstack(list(pictures)), np.hstack(list(made.permute(0, 2, 3, 1).cpu().numpy().astype(np.uint8)))]
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def train(training: Training, source: Source, samples: Sequence[Picture]) -> None:
    """Train to the end of the time, from where the run is."""
    with (training.out / "log.jsonl").open("a", encoding="utf-8") as log:
        while training.share < 1:
            started_s = time.perf_counter()
            terms = training.advance(source.batch(BATCH).to(training.device))
            seconds = time.perf_counter() - started_s
            training.elapsed_s += seconds
            if not math.isfinite(terms["l1"]):
                raise ValueError(f"the loss is no number at step {training.step}; go on from the checkpoint")
            if training.workers.rank > 0:  # the first writes for all
                continue
            if training.step % 20 == 0:
                log.write(json.dumps({"step": training.step, "seconds": round(seconds, 3), **terms}) + "\n")
                log.flush()
            if training.step % CHECKPOINT_EVERY == 0 or training.share == 1:
                training.save()
                draw_sheet(training, samples, training.out / "sheet.png")


def load_autoencoder(latents: Path, decoder: Path) -> Any:
    """The projection as encoder, and the averaged weights of the decoder's run."""
    from diffusers import AutoencoderTiny

    model = AutoencoderTiny.from_pretrained(latents / "autoencoder")
    saved = torch.load(decoder / "checkpoint.pt", weights_only=True, map_location="cpu")
    model.decoder.load_state_dict(saved["mean"])
    return model.eval()


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--latents", type=Path, required=True, help="of projection.py")
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--paintings", type=Path, required=True)
    parser.add_argument("--perceptual", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    from diffusers import AutoencoderTiny

    workers = Workers.join()
    perceptual = Perceptual.load(given.perceptual, given.device)
    coder = AutoencoderTiny.from_pretrained(given.latents / "autoencoder")
    training = Training(coder, perceptual, given.out, given.minutes, device=given.device, workers=workers)
    training.resume()
    seed = training.step * workers.count + workers.rank
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    paintings = [painting for _, painting in load_paintings(given.paintings)]
    made = np.load(given.pictures / "pictures.npy", mmap_mode="r")
    fixed = np.random.default_rng(3)
    samples = [piece_of(paintings[i], fixed) for i in (2, 5, 15)] + [np.asarray(made[i]) for i in (5, 50, 100, 150)]
    train(training, Source(given.pictures, paintings, random), samples)


if __name__ == "__main__":
    main()
