"""Draws pictures with the parts while they are being trained: guided DDIM, as diffusers' own pipeline does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.pigment.parts import LATENT_CHANNELS, SIDE
from models.training.pigment.tokens import LENGTH

STEPS, GUIDANCE = 8, 7.0
SHEET = (
    "red blue grid", "navy gold stars sea van gogh", "pale pink dreamy veil", "dark stormy sea turner",
    "green lime forest", "orange violet sun hills munch", "black white triangles picabia", "turquoise waves hokusai",
    "azure cream clouds mountains monet", "yellow spiral crimson", "vivid festive circles kandinsky",
    "brown ochre city autumn", "teal horizontal serene quiet", "magenta flower lime", "grey rain river melancholy",
    "red black cross flat",
)  # fmt: skip


@dataclass
class Sampler:
    """The parts of the model. Whatever is drawn depends on words and seed alone."""

    text: Any
    unet: Any
    autoencoder: Any
    tokenizer: Any
    scheduler: Any

    @torch.no_grad()
    def draw(
        self, prompts: Sequence[str], seeds: Sequence[int], steps: int = STEPS, guidance: float = GUIDANCE
    ) -> NDArray[np.uint8]:
        """A picture for each prompt and seed: N x 256 x 256 x 3."""
        device = next(self.unet.parameters()).device
        latents = torch.cat([noise(seed) for seed in seeds]).to(device)
        states = self._states([*prompts, *("" for _ in prompts)], device)
        self.scheduler.set_timesteps(steps)
        for timestep in self.scheduler.timesteps:
            with torch.autocast(device.type, torch.bfloat16):
                both = self.unet(torch.cat([latents, latents]), timestep, states).sample.float()
            with_words, without = both.chunk(2)
            wanted = without + guidance * (with_words - without)
            latents = self.scheduler.step(wanted, timestep, latents).prev_sample
        decoded = self.autoencoder.decode(latents / self.autoencoder.config.scaling_factor).sample
        pixels = ((decoded.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
        return np.asarray(pixels.permute(0, 2, 3, 1).cpu().numpy(), np.uint8)

    def _states(self, prompts: Sequence[str], device: torch.device) -> Tensor:
        ids = self.tokenizer(list(prompts), padding="max_length", max_length=LENGTH, truncation=True)["input_ids"]
        return self.text(torch.tensor(ids, device=device))[0]


def noise(seed: int) -> Tensor:
    """1 x 16 x 16 x 16 of a seed, the same on every device."""
    return torch.randn((1, LATENT_CHANNELS, SIDE, SIDE), generator=torch.Generator().manual_seed(seed))


def draw_sheet(sampler: Sampler, path: Path, prompts: Sequence[str] = SHEET, columns: int = 8) -> None:
    """Prompts in rows, two seeds of each next to each other."""
    pictures = [picture for prompt in prompts for picture in sampler.draw([prompt] * 2, [11, 12])]
    rows = [np.hstack(pictures[at : at + columns]) for at in range(0, len(pictures), columns)]
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))
