"""Trains the UNet and the text encoder together on latents. Resumes from its checkpoint, logs, draws a sheet.

    python -m models.training.pigment.diffusion --latents runs/latents --out runs/diffusion --minutes 60

Velocities (Salimans and Ho 2022) at the scheduler's timesteps; a tenth of the captions is empty,
for guidance without a classifier (Ho and Salimans 2022). Captions are drawn anew each time. Matrices by Muon, the rest
by Adam; a moving average of the weights is what ships.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from models.training.muon import Muon
from models.training.pigment.captions import Words, load_words
from models.training.pigment.decoder import load_autoencoder
from models.training.pigment.parts import scheduler, text_encoder, unet
from models.training.pigment.sampling import Sampler, draw_sheet
from models.training.pigment.schedule import pace
from models.training.pigment.tokens import FILLERS, LENGTH, tokenizer
from models.training.pigment.workers import Workers

BATCH = 24  # of each worker
RATE, KERNEL_RATE = 1e-3, 0.02
EMPTY = 0.1  # of the captions
SENTENCES = 0.15
TIMESTEPS, NOISY = 1000, 0.75  # more of the noisy ones, where a picture is laid out
KEEP = 0.998  # of the moving average, at most
CHECKPOINT_EVERY = 100
SHEET_EVERY = 400


class Pair(nn.Module):
    """The text encoder and the UNet, trained as one."""

    def __init__(self, vocab_size: int) -> None:
        from diffusers.models.attention_processor import AttnProcessor

        super().__init__()
        self.text, self.unet = text_encoder(vocab_size), unet()
        self.text.set_attn_implementation("eager")  # on a CPU, for so few tokens, the faster way back
        self.unet.set_attn_processor(AttnProcessor())

    def forward(self, latents: Tensor, timesteps: Tensor, tokens: Tensor) -> Tensor:
        """latents: N x 16 x 16 x 16, tokens: N x LENGTH. Returns the velocities."""
        return self.unet(latents, timesteps, self.text(tokens)[0]).sample


class Training:
    """The state of one run. Saved and restored whole.

    variances: of the latents' channels. Errors are weighted by them: what a channel says of pixels, roughly.
    """

    def __init__(
        self, variances: Sequence[float], out: Path, minutes: float, device: str = "cpu", workers: Workers | None = None
    ) -> None:
        torch.manual_seed(2)  # the same weights in every worker
        self.out, self.limit_s, self.device = out, 60 * minutes, torch.device(device)
        self.step, self.elapsed_s = 0, 0.0
        self.workers = workers or Workers()
        self.weights = torch.tensor(variances, device=self.device)[:, None, None]
        self.tokenizer, self.scheduler = tokenizer(), scheduler()
        self.model = Pair(len(self.tokenizer)).to(self.device, memory_format=torch.channels_last)
        self.mean = Pair(len(self.tokenizer)).to(self.device)
        self.mean.load_state_dict(self.model.state_dict())
        self.kernels, rest = self._parted()
        self.kernel_optimiser = Muon(self.workers.own(self.kernels), KERNEL_RATE)
        self.optimiser = torch.optim.Adam(rest, RATE, betas=(0.9, 0.99))

    def _parted(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Matrices within the UNet, and the rest: its ends, norms, the text encoder."""
        ends = ("conv_in", "conv_out", "time_embedding")
        named = list(self.model.named_parameters())
        inner = {n for n, p in named if n.startswith("unet") and p.ndim >= 2 and not any(end in n for end in ends)}
        return [p for n, p in named if n in inner], [p for n, p in named if n not in inner]

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1."""
        return min(1.0, self.elapsed_s / self.limit_s)

    @property
    def _momentum(self) -> Path:
        """Where this worker's part of the kernels' momentum is kept."""
        return self.out / f"momentum_{self.workers.rank}_of_{self.workers.count}.pt"

    def save(self) -> None:
        """Write checkpoint.pt in one rename, by the first worker, and each worker's own momentum."""
        torch.save(self.kernel_optimiser.state_dict(), self._momentum)
        if self.workers.rank > 0:
            return
        part = self.out / "checkpoint.part"
        parts = ("model", "mean", "optimiser")
        state = {name: getattr(self, name).state_dict() for name in parts}
        torch.save({**state, "step": self.step, "elapsed_s": self.elapsed_s}, part)
        part.replace(self.out / "checkpoint.pt")

    def resume(self) -> bool:
        """Go on from checkpoint.pt; False if there is none."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return False
        saved: dict[str, Any] = torch.load(path, weights_only=True, map_location=self.device)
        for name in ("model", "mean", "optimiser"):
            getattr(self, name).load_state_dict(saved[name])
        if self._momentum.exists():  # else another number of workers made it: momentum grows again in few steps
            saved_momentum = torch.load(self._momentum, weights_only=True, map_location=self.device)
            self.kernel_optimiser.load_state_dict(saved_momentum)
        self.step, self.elapsed_s = saved["step"], saved["elapsed_s"]
        return True

    def start_from(self, checkpoint: Path) -> None:
        """Begin with the averaged weights of another run; attention that its UNet had not begins silent."""
        saved = torch.load(checkpoint, weights_only=True, map_location=self.device)["mean"]
        missing = self.model.load_state_dict(saved, strict=False).missing_keys
        for name, parameter in self.model.named_parameters():
            if name in missing and "proj_out" in name:
                nn.init.zeros_(parameter)
        self.mean.load_state_dict(self.model.state_dict())

    def advance(self, latents: Tensor, captions: Sequence[str]) -> float:
        """One step on N x 16 x 16 x 16 latents and as many captions. Returns the loss."""
        tokens = torch.tensor(
            self.tokenizer(list(captions), padding="max_length", max_length=LENGTH, truncation=True)["input_ids"]
        )
        noise = torch.randn_like(latents)
        timesteps = (TIMESTEPS * torch.rand(len(latents), device=self.device) ** NOISY).long()
        noisy = self.scheduler.add_noise(latents, noise, timesteps)
        wanted = self.scheduler.get_velocity(latents, noise, timesteps)
        with torch.autocast(self.device.type, torch.bfloat16):
            got = self.model(noisy.contiguous(memory_format=torch.channels_last), timesteps, tokens.to(self.device))
        loss = ((got.float() - wanted).square() * self.weights).mean()
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        self.elapsed_s = self.workers.average(self.model.parameters(), self.elapsed_s)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        rate = pace(self.share)
        self.optimiser.param_groups[0]["lr"] = RATE * rate
        self.kernel_optimiser.param_groups[0]["lr"] = KERNEL_RATE * rate
        self.optimiser.step()
        with torch.autocast(self.device.type, torch.bfloat16):  # orthogonal enough, and twice as fast
            self.kernel_optimiser.step()
        self.workers.exchange(self.kernels)
        self._average()
        self.step += 1
        return float(loss.detach())

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(KEEP, (1 + self.step) / (10 + self.step))
        now = list(self.model.parameters())
        torch._foreach_lerp_(list(self.mean.parameters()), now, 1 - keep)


class Source:
    """Latents with captions, at random."""

    def __init__(self, folder: Path, random: Generator) -> None:
        self._latents, self._words = np.load(folder / "latents.npy"), load_words(folder)
        self._random = random

    def batch(self, count: int) -> tuple[Tensor, list[str]]:
        """N x 16 x 16 x 16, and a caption for each."""
        chosen = self._random.integers(0, len(self._latents), count)
        latents = torch.from_numpy(self._latents[chosen]).float()
        return latents, [self._caption(self._words[i]) for i in chosen]

    def _caption(self, words: Words) -> str:
        if self._random.random() < EMPTY:
            return ""
        caption = words.caption(self._random)
        if self._random.random() < SENTENCES:  # with words between, which mean nothing
            for _ in range(int(self._random.integers(1, 5))):
                caption.insert(int(self._random.integers(0, len(caption) + 1)), str(self._random.choice(FILLERS)))
        return " ".join(caption)


def train(training: Training, source: Source, coder: Callable[[], Any] | None = None) -> None:
    """Train to the end of the time, from where the run is. coder: the autoencoder to draw sheets with."""
    with (training.out / "log.jsonl").open("a", encoding="utf-8") as log:
        losses: list[float] = []
        while training.share < 1:
            started_s = time.perf_counter()
            latents, captions = source.batch(BATCH)
            losses.append(training.advance(latents.to(training.device), captions))
            seconds = time.perf_counter() - started_s
            training.elapsed_s += seconds
            if not math.isfinite(losses[-1]):
                raise ValueError(f"the loss is no number at step {training.step}; go on from the checkpoint")
            if training.step % CHECKPOINT_EVERY == 0 or training.share == 1:
                training.save()
            if training.workers.rank > 0:  # the first writes for all
                continue
            if training.step % 20 == 0:
                mean = round(sum(losses) / len(losses), 4)
                log.write(json.dumps({"step": training.step, "seconds": round(seconds, 3), "loss": mean}) + "\n")
                log.flush()
                losses.clear()
            if coder is not None and (training.step % SHEET_EVERY == 0 or training.share == 1):
                parts = training.mean
                sampler = Sampler(parts.text, parts.unet, coder(), training.tokenizer, training.scheduler)
                draw_sheet(sampler, training.out / "sheet.png")


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--latents", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="checkpoint.pt of a run to begin with")
    parser.add_argument("--decoder", type=Path, help="a run of decoder.py, to draw sheets with")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    workers = Workers.join()
    variances = np.load(given.latents / "latents.npy", mmap_mode="r")[::16].astype(np.float32).var((0, 2, 3))
    training = Training(variances.tolist(), given.out, given.minutes, given.device, workers)
    if not training.resume() and given.start is not None:
        training.start_from(given.start)
    seed = training.step * workers.count + workers.rank
    torch.manual_seed(seed)
    coder = partial(load_autoencoder, given.latents, given.decoder) if given.decoder else None
    train(training, Source(given.latents, np.random.default_rng(seed)), coder)


if __name__ == "__main__":
    main()
