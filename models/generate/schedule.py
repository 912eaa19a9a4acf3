"""The few steps from noise to a picture, as numbers: every step of every scheduler here is linear. No diffusers.

With x what there is and out what the denoiser says of scale * x:

    x0   = a x + b out                     what the picture would be if it stopped now
    next = c x0 + d x + e out + f noise    what there is after the step

so that rows at different steps, of different visitors, are one batch. The settings are those of scheduler_config.json,
and the steps are those of diffusers' EulerDiscreteScheduler, EulerAncestralDiscreteScheduler, DDIMScheduler (eta = 0)
and LCMScheduler, which the tests hold them against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.errors import FolderError, GenerateError
from models.generate.noise_levels import Floats, number, sigmas_of, signal_levels, spaced

PREDICTIONS = ("epsilon", "v_prediction", "sample")
_REFUSED = ("thresholding", "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas")
_LCM_SIGMA_DATA = 0.5  # Luo et al. 2023, as LCMScheduler has it


@dataclass(frozen=True, slots=True)
class Step:
    """One step's numbers."""

    timestep: float
    scale: float  # what the denoiser is given is scale * x
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    clip: float = math.inf  # x0 is kept within this


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of one picture, and what it starts from: alone * noise, or source * its source + noise * noise."""

    steps: tuple[Step, ...]
    alone: float
    source: float  # what the source's latents are multiplied with
    noise: float


@dataclass(frozen=True)
class Schedule:
    """How a model was taught to go from noise to a picture."""

    kind: str  # the scheduler's class in diffusers
    config: Mapping[str, Any]
    prediction: str

    @staticmethod
    def read(config: Mapping[str, Any]) -> Schedule:
        """From a scheduler_config.json. Raises FolderError, with what is known, for a scheduler that is not."""
        kind = config.get("_class_name")
        if not isinstance(kind, str) or kind not in _PLANS:
            raise FolderError(f"expected a scheduler of {', '.join(_PLANS)}, got {kind!r}")
        prediction = config.get("prediction_type", "epsilon")
        if prediction not in PREDICTIONS:
            raise FolderError(f"expected a prediction_type of {', '.join(PREDICTIONS)}, got {prediction!r}")
        for name in _REFUSED:
            if config.get(name):
                raise FolderError(f"expected a scheduler without {name}, got one with it")
        schedule = Schedule(kind, config, prediction)
        schedule.plan(2)
        return schedule

    def plan(self, steps: int, change: float | None = None) -> Plan:
        """The steps of a picture from noise, or where `change` (0 to 1) is given, from a source.

        From a source, the last `change` of the steps are made, as diffusers does, and at least one: where `steps` are
        too few for that, more are planned. Raises GenerateError for more steps than there are.
        """
        if change is None:
            return _PLANS[self.kind](self, steps, 0)
        planned = steps if int(steps * change) else min(self.most_steps, math.ceil(1 / max(change, 0.01)))
        made = max(1, min(int(planned * change), planned))
        return _PLANS[self.kind](self, planned, planned - made)

    @property
    def most_steps(self) -> int:
        """How many steps can be planned."""
        if self.kind == "LCMScheduler":
            return int(number(self.config, "original_inference_steps", 50))
        return int(number(self.config, "num_train_timesteps", 1000))

    def check(self, steps: int) -> None:
        """Raise GenerateError for more steps than there are."""
        if not 1 <= steps <= self.most_steps:
            raise GenerateError(f"expected 1 to {self.most_steps} steps, got {steps}")

    def spaced(self, steps: int, levels: Floats, otherwise: str) -> Floats:
        """The timesteps, the noisiest first; by the configuration, else as its class would."""
        self.check(steps)
        offset = int(number(self.config, "steps_offset", 0))
        timesteps = spaced(str(self.config.get("timestep_spacing", otherwise)), len(levels), steps, offset)
        return np.clip(timesteps, 0, len(levels) - 1)

    @property
    def clip(self) -> float:
        """The range of x0, where it is kept in one."""
        by_default = self.kind == "DDIMScheduler"
        if not self.config.get("clip_sample", by_default):
            return math.inf
        return number(self.config, "clip_sample_range", 1.0)

    def final_level(self, levels: Floats) -> float:
        """The share of signal after the last step."""
        return 1.0 if self.config.get("set_alpha_to_one", True) else float(levels[0])


def _said(prediction: str, level: float) -> tuple[float, float, float, float]:
    """x0 = a x + b out and the noise = r x + s out, at a share of signal (Salimans and Ho 2022)."""
    signal, noise = math.sqrt(level), math.sqrt(1 - level)
    if prediction == "v_prediction":
        return signal, -noise, noise, signal
    if prediction == "sample":
        return 0.0, 1.0, 1 / noise, -signal / noise
    if not level:
        raise FolderError("expected a scheduler with v_prediction where the first timestep has no signal, got epsilon")
    return 1 / signal, -noise / signal, 0.0, 1.0


def _ddim(schedule: Schedule, steps: int, first: int) -> Plan:
    """Song et al. 2020, "Denoising Diffusion Implicit Models", with eta = 0."""
    levels = signal_levels(schedule.config, 0.0001, 0.02, "linear")
    timesteps = np.round(schedule.spaced(steps, levels, "leading")).astype(int)
    made = []
    for timestep in timesteps[first:]:
        before = timestep - len(levels) // steps
        level = float(levels[before]) if before >= 0 else schedule.final_level(levels)
        a, b, r, s = _said(schedule.prediction, float(levels[timestep]))
        noise = math.sqrt(1 - level)
        made.append(Step(timestep, 1.0, a, b, math.sqrt(level), noise * r, noise * s, 0.0, schedule.clip))
    return _plan(made, levels)


def _lcm(schedule: Schedule, steps: int, first: int) -> Plan:
    """Luo et al. 2023, "Latent Consistency Models", multistep sampling."""
    schedule.check(steps)
    levels = signal_levels(schedule.config, 0.00085, 0.012, "scaled_linear")
    stride = len(levels) // schedule.most_steps
    if not stride:
        raise FolderError(f"expected at most {len(levels)} original_inference_steps, got {schedule.most_steps}")
    visited = (np.arange(1, schedule.most_steps + 1) * stride - 1)[::-1]
    timesteps = visited[np.floor(np.linspace(0, len(visited), steps, endpoint=False)).astype(int)]
    scaling = number(schedule.config, "timestep_scaling", 10.0)
    made = []
    for place in range(first, steps):
        timestep, last = int(timesteps[place]), place == steps - 1
        level = 1.0 if last else float(levels[timesteps[place + 1]])
        a, b, _, _ = _said(schedule.prediction, float(levels[timestep]))
        skip = _LCM_SIGMA_DATA**2 / ((timestep * scaling) ** 2 + _LCM_SIGMA_DATA**2)
        out = timestep * scaling / math.hypot(timestep * scaling, _LCM_SIGMA_DATA)
        signal = math.sqrt(level)
        made.append(Step(timestep, 1.0, a, b, signal * out, signal * skip, 0.0, math.sqrt(1 - level), schedule.clip))
    return _plan(made, levels)


def _plan(made: Sequence[Step], levels: Floats) -> Plan:
    """Where the numbers are shares of signal and noise whose squares add up to one."""
    level = float(levels[int(made[0].timestep)])
    return Plan(tuple(made), 1.0, math.sqrt(level), math.sqrt(1 - level))


def _euler(schedule: Schedule, steps: int, first: int) -> Plan:
    return _by_sigma(schedule, steps, first, lambda _, after: (after, 0.0))


def _ancestral(schedule: Schedule, steps: int, first: int) -> Plan:
    def fresh(sigma: float, after: float) -> tuple[float, float]:
        up = math.sqrt(after**2 * (sigma**2 - after**2)) / sigma
        return math.sqrt(after**2 - up**2), up

    return _by_sigma(schedule, steps, first, fresh)


def _by_sigma(schedule: Schedule, steps: int, first: int, fresh: Callable[[float, float], tuple[float, float]]) -> Plan:
    """Karras et al. 2022, Euler's method: x is the picture with sigma times noise added.

    fresh: of a step's sigma and the next one, how far it goes down, and how much new noise it adds."""
    levels = signal_levels(schedule.config, 0.0001, 0.02, "linear")
    if schedule.config.get("timestep_type", "discrete") != "discrete":
        raise FolderError(f"expected a timestep_type of discrete, got {schedule.config['timestep_type']!r}")
    timesteps = schedule.spaced(steps, levels, "linspace")
    every = sigmas_of(levels)
    last = {"zero": 0.0, "sigma_min": float(every[0])}.get(str(schedule.config.get("final_sigmas_type", "zero")), 0.0)
    sigmas = [*np.interp(timesteps, np.arange(len(every)), every).tolist(), last]
    made = []
    for timestep, sigma, after in zip(timesteps[first:].tolist(), sigmas[first:-1], sigmas[first + 1 :], strict=True):
        down, up = fresh(sigma, after)
        a, b = _said_by_sigma(schedule.prediction, sigma)
        made.append(Step(timestep, 1 / math.hypot(sigma, 1), a, b, 1 - down / sigma, down / sigma, 0.0, up))
    leading = schedule.config.get("timestep_spacing", "linspace") == "leading"
    alone = math.hypot(sigmas[0], 1) if leading else sigmas[0]
    return Plan(tuple(made), alone, 1.0, sigmas[first])


def _said_by_sigma(prediction: str, sigma: float) -> tuple[float, float]:
    """x0 = a x + b out."""
    if prediction == "v_prediction":
        return 1 / (sigma**2 + 1), -sigma / math.hypot(sigma, 1)
    if prediction == "sample":
        return 0.0, 1.0
    return 1.0, -sigma


_PLANS: Mapping[str, Callable[[Schedule, int, int], Plan]] = {
    "EulerDiscreteScheduler": _euler,
    "EulerAncestralDiscreteScheduler": _ancestral,
    "DDIMScheduler": _ddim,
    "LCMScheduler": _lcm,
}
SCHEDULERS = tuple(_PLANS)
