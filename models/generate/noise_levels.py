"""How much noise there is at each timestep of training, and which timesteps few steps visit. Pure numbers.

Lin et al. 2023 ("Common diffusion noise schedules and sample steps are flawed") name the spacings and the rescaling to
no signal at all at the end; names of settings are those of a scheduler_config.json of diffusers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import FolderError

Floats = NDArray[np.float64]
MOST_TIMESTEPS = 10_000
_SMALLEST_SIGNAL = 2.0**-24  # diffusers' own, for schedules by sigma: with 0 the first would be infinite
_COSINE_SHIFT, _MOST_BETA = 0.008, 0.999  # Nichol and Dhariwal 2021


def signal_levels(config: Mapping[str, Any], start: float, end: float, kind: str) -> Floats:
    """The share of the signal that is left at each timestep (alphas_cumprod), from 1 down; the rest is noise.

    start, end and kind are what the scheduler assumes where its configuration says nothing. Raises FolderError.
    """
    count = config.get("num_train_timesteps", 1000)
    if not isinstance(count, int) or not 1 < count <= MOST_TIMESTEPS:
        raise FolderError(f"expected 2 to {MOST_TIMESTEPS} num_train_timesteps in the scheduler, got {count!r}")
    betas = _betas(config, count, start, end, kind)
    levels: Floats = np.cumprod(1 - betas, dtype=np.float64)
    return _without_signal(levels) if config.get("rescale_betas_zero_snr") else levels


def _betas(config: Mapping[str, Any], count: int, start: float, end: float, kind: str) -> Floats:
    if config.get("trained_betas") is not None:
        raise FolderError("expected a scheduler without trained_betas, got one with them")
    kind = config.get("beta_schedule", kind)
    start, end = number(config, "beta_start", start), number(config, "beta_end", end)
    if not 0 < start <= end < 1:
        raise FolderError(f"expected a beta_start below a beta_end, between 0 and 1, got {start:g} and {end:g}")
    if kind == "linear":
        return np.linspace(start, end, count)
    if kind == "scaled_linear":
        squared: Floats = np.linspace(start**0.5, end**0.5, count) ** 2
        return squared
    if kind == "squaredcos_cap_v2":
        signal = np.cos((np.arange(count + 1) / count + _COSINE_SHIFT) / (1 + _COSINE_SHIFT) * math.pi / 2) ** 2
        capped: Floats = np.minimum(1 - signal[1:] / signal[:-1], _MOST_BETA)
        return capped
    raise FolderError(f"expected a beta_schedule of linear, scaled_linear, squaredcos_cap_v2, got {kind!r}")


def _without_signal(levels: Floats) -> Floats:
    """The same, shifted and scaled so that the last timestep is noise alone."""
    roots = np.sqrt(levels)
    scaled: Floats = ((roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])) ** 2
    return scaled


def sigmas_of(levels: Floats) -> Floats:
    """Noise over signal at each timestep (Karras et al. 2022)."""
    signal = np.where(levels > 0, levels, _SMALLEST_SIGNAL)
    return np.sqrt((1 - signal) / signal)


def spaced(spacing: str, count: int, steps: int, offset: int) -> Floats:
    """The timesteps that so many steps visit, the noisiest first. Raises FolderError for a spacing that is unknown."""
    if spacing == "linspace":
        return np.linspace(0, count - 1, steps)[::-1]
    if spacing == "leading":
        return (np.arange(steps) * (count // steps))[::-1].astype(float) + offset
    if spacing == "trailing":
        return np.round(np.arange(count, 0, -count / steps))[:steps] - 1
    raise FolderError(f"expected a timestep_spacing of leading, trailing, linspace, got {spacing!r}")


def number(config: Mapping[str, Any], name: str, otherwise: float) -> float:
    """A setting that is a number. Raises FolderError if it is something else."""
    value = config.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FolderError(f"expected a number for {name} in the scheduler, got {value!r}")
    return float(value)
