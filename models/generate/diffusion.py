"""The few-step loop over a model's parts: rows of many visitors, each at a step of its own. No runtime.

Ho et al. 2020 and Rombach et al. 2022 for what is computed, Ho and Salimans 2022 for guidance; schedule.py has the
numbers, colouring.py what words for colours do besides. A row's noise comes from its own seed and step alone, so that
its picture does not depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import GenerateError
from models.generate.colouring import Colouring
from models.generate.facts import ModelFacts
from models.generate.folder import ModelFolder
from models.generate.generator import Pictures, Read, Sketch, reader_of
from models.generate.prompts import Embedding, Prompts
from models.generate.readout import ReadOut
from models.generate.rows import Rows
from models.generate.schedule import Plan, Step
from models.generate.settings import Settings
from models.generate.sources import fitted
from models.generate.wish import Wish
from models.runtime.engine import Inputs

Floats = NDArray[np.float32]
_GUIDANCE_SCALE = 1000.0  # of LCM's guidance embedding, as diffusers has it
_GUIDANCE_PERIOD = 10_000.0


class DiffusionSketch(Sketch):
    """A picture on its way, as latents."""

    def __init__(
        self, wish: Wish, read: Read, plan: Plan, start: Floats, seen: Floats, *, colouring: Colouring | None = None
    ) -> None:
        super().__init__(wish, read, len(plan.steps))
        self.plan = plan
        self._colouring = colouring  # None: its colours are what the denoiser makes of the words
        self.latents = start  # channels x height x width, with the noise of its step
        self.seen = seen  # the latents that it would have if it stopped now

    @property
    def next(self) -> Step:
        """The step that it is about to make."""
        return self.plan.steps[self.step]

    @property
    def ends(self) -> list[tuple[str, float]]:
        """The prompts that it is made of, and how much each of them counts."""
        if self.toward is None:
            return [(self.reading.prompt, 1.0)]
        return [(self.reading.prompt, 1 - self.wish.share), (self.toward.prompt, self.wish.share)]

    def advance(self, estimate: Floats) -> None:
        """Make the step that the denoiser has estimated."""
        step = self.next
        seen = np.clip(step.a * self.latents + step.b * estimate, -step.clip, step.clip)
        if self._colouring is not None:
            seen = self._colouring.drawn(seen, self.ends, self.step / self.steps)
        latents = step.c * seen + step.d * self.latents + step.e * estimate
        if step.f:
            latents = latents + step.f * noise_of(self.wish.seed, self.step + 1, latents.shape)
        self.latents, self.seen = latents.astype(np.float32), seen.astype(np.float32)
        self.step += 1


@dataclass(frozen=True)
class Engines:
    """What runs a model's parts."""

    texts: tuple[Rows, ...]
    denoiser: Rows
    decoder: Rows
    encoder: Rows

    @property
    def all(self) -> tuple[Rows, ...]:
        return (*self.texts, self.denoiser, self.decoder, self.encoder)


class DiffusionGenerator:
    """A Generator on a model's parts; the engines are its own, and it closes them."""

    def __init__(self, folder: ModelFolder, facts: ModelFacts, engines: Engines) -> None:
        """Raises FolderError for settings out of range, or a tokenizer or read-out that cannot be read."""
        self._settings, self._schedule, self._part = Settings.read(folder), folder.schedule, folder.denoiser
        self._facts, self._read = facts, reader_of(facts)
        self._engines, self._denoiser = engines, engines.denoiser
        self._prompts = Prompts(folder, engines.texts)
        read_out = ReadOut.of_folder(folder)
        self._colouring = None if read_out is None else Colouring(read_out)
        width, height = self._settings.size
        self._shape = (folder.denoiser.channels, height // folder.latent.factor, width // folder.latent.factor)

    @property
    def name(self) -> str:
        return self._facts.name

    @property
    def description(self) -> str:
        return self._denoiser.engine.description

    @property
    def size(self) -> tuple[int, int]:
        return self._settings.size

    @property
    def max_batch(self) -> int:
        return max(1, self._denoiser.most // (2 if self._is_led(self._settings.guidance) else 1))

    @property
    def device_bytes(self) -> int:
        # torch tells the process's memory for each of its engines: so the same number counts once.
        return sum({rows.engine.device_bytes for rows in self._engines.all})

    @property
    def facts(self) -> ModelFacts:
        return self._facts

    def begin(self, wish: Wish) -> DiffusionSketch:
        wish.check()
        steps = wish.steps or self._settings.steps
        self._schedule.check(steps)
        noise = noise_of(wish.seed, 0, self._shape)
        if wish.source is None:
            plan = self._schedule.plan(steps)
            blank = np.zeros(self._shape, np.float32)
            return DiffusionSketch(wish, self._read, plan, plan.alone * noise, blank, colouring=self._colouring)
        plan = self._schedule.plan(steps, wish.change)
        source: Floats = self._engines.encoder.run({"pictures": fitted(wish.source, self.size)[None]})[0]
        start = (plan.source * source + plan.noise * noise).astype(np.float32)
        return DiffusionSketch(wish, self._read, plan, start, source, colouring=self._colouring)

    def step(self, sketches: Sequence[Sketch]) -> None:
        rows = [sketch for sketch in _own(sketches) if not sketch.done]
        if not rows:
            return
        guidance = [self._guidance(sketch) for sketch in rows]
        led = [row for row, strength in enumerate(guidance) if self._is_led(strength)]
        embeddings = [*(self._embed(sketch) for sketch in rows), *(self._prompts.blank() for _ in led)]
        estimates = self._denoiser.run(self._inputs([*rows, *(rows[row] for row in led)], embeddings, guidance))
        away = dict(zip(led, estimates[len(rows) :], strict=True))
        for number, sketch in enumerate(rows):
            estimate: Floats = estimates[number]
            if number in away:
                estimate = away[number] + guidance[number] * (estimate - away[number])
            sketch.advance(estimate)

    def preview(self, sketches: Sequence[Sketch]) -> Pictures:
        return self._decode([sketch.seen for sketch in _own(sketches)])

    def finish(self, sketches: Sequence[Sketch]) -> Pictures:
        for sketch in _own(sketches):
            if not sketch.done:
                raise GenerateError(f"expected a sketch that is done, got one at step {sketch.step} of {sketch.steps}")
            if not np.isfinite(sketch.latents).all():
                raise GenerateError(f"{self.name} computed what is no number: {self.description} is not exact enough")
        return self._decode([sketch.latents for sketch in _own(sketches)])

    def close(self) -> None:
        for rows in self._engines.all:
            rows.engine.close()

    def _guidance(self, sketch: Sketch) -> float:
        return self._settings.guidance if sketch.wish.guidance is None else sketch.wish.guidance

    def _is_led(self, guidance: float) -> bool:
        """Whether a row is run without its words as well; a model that is told its guidance needs no such thing."""
        return guidance > 1 and not self._part.guidance

    def _embed(self, sketch: Sketch) -> Embedding:
        embedding = self._prompts.embed(sketch.reading.prompt)
        if sketch.toward is None or not sketch.wish.share:
            return embedding
        return embedding.toward(self._prompts.embed(sketch.toward.prompt), sketch.wish.share)

    def _inputs(
        self, rows: Sequence[DiffusionSketch], embeddings: Sequence[Embedding], guidance: Sequence[float]
    ) -> Inputs:
        inputs = {
            "latents": np.stack([np.float32(row.next.scale) * row.latents for row in rows]),
            "timestep": np.array([row.next.timestep for row in rows], np.float32),
            "context": np.stack([embedding.context for embedding in embeddings]),
        }
        if self._part.pooled:
            inputs["pooled"] = np.stack([embedding.pooled for embedding in embeddings])
            inputs["time_ids"] = np.tile(self._time_ids(), (len(rows), 1))
        if self._part.guidance:
            inputs["guidance"] = np.stack([guidance_numbers(one, self._part.guidance) for one in guidance])
        return inputs

    def _time_ids(self) -> Floats:
        """SDXL: the original's height and width, where it was cut, and the height and width that are wanted."""
        width, height = self.size
        return np.array([[height, width, 0, 0, height, width]], np.float32)

    def _decode(self, latents: Sequence[Floats]) -> Pictures:
        if not latents:
            width, height = self.size
            return np.empty((0, height, width, 3), np.uint8)
        pictures: Pictures = self._engines.decoder.run({"latents": np.stack(latents)})
        return pictures


def _own(sketches: Iterable[Sketch]) -> list[DiffusionSketch]:
    own = []
    for sketch in sketches:
        if not isinstance(sketch, DiffusionSketch):
            raise GenerateError(f"expected a sketch that this generator began, got a {type(sketch).__name__}")
        own.append(sketch)
    return own


def noise_of(seed: int, step: int, shape: tuple[int, ...]) -> Floats:
    """Noise of unit variance that depends on seed and step alone (Philox, Salmon et al. 2011)."""
    generator = np.random.Generator(np.random.Philox(key=np.array([seed, step], np.uint64)))
    return generator.standard_normal(shape, np.float32)


def guidance_numbers(guidance: float, width: int) -> Floats:
    """LCM's embedding of a guidance: sines and cosines of it (Luo et al. 2023, as diffusers has it)."""
    half = width // 2
    rates = np.exp(np.arange(half) * -np.log(_GUIDANCE_PERIOD) / (half - 1))
    angles = (guidance - 1) * _GUIDANCE_SCALE * rates
    return np.concatenate([np.sin(angles), np.cos(angles), np.zeros(width % 2)]).astype(np.float32)
