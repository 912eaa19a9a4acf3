"""What worker processes are started with, from the configuration and the state folder. Pure but for counting cores."""

from __future__ import annotations

import os
from pathlib import Path

from models.style.engine import STUB
from models.style.model import SIZES
from server.config import Config, StyleConfig
from server.degradation import size_of, widths
from server.dreamer.settings import DreamerSettings
from server.engine_profiles import engine_profiles
from server.store.open import PICTURES
from server.worker.settings import WorkerSettings

SHELF = "styles"  # in the state folder
MODELS = "models"  # there, too: those that make pictures from words


def worker_settings(config: Config, folder: Path) -> WorkerSettings:
    """What each worker is started with. Without a number of threads, workers share the cores evenly."""
    style, lens = config.style, config.lens
    sizes = [size_of(width) for width in widths(lens)]
    return WorkerSettings(
        runtime=style.runtime,
        model=style.model,
        threads=style.threads or max(1, (os.cpu_count() or 1) // style.workers),
        quality=lens.jpeg_quality,
        sizes=tuple((size.width, size.height) for size in sizes),
        counts=style.batch_sizes,
        stub_base_ms=style.stub_base_ms,
        stub_frame_ms=style.stub_frame_ms,
        pictures=str(folder / PICTURES),
        targets=str(folder / "targets"),
        jpeg=style.jpeg,
        memory_mb=style.gpu_memory_mb,
        engines=str(folder / "engines"),
        shelf=str(folder / SHELF),
        lighter=_lighter(style),
        profiles=tuple(profile.as_json() for profile in engine_profiles(config)),
    )


def _lighter(style: StyleConfig) -> str:
    """The small network that ships, which goes with the large one that ships and with nothing else."""
    wanted = style.lighter == "on" or (style.lighter == "auto" and style.runtime != STUB)
    return str(SIZES["swift"]) if wanted and not style.model else ""


def dreamer_settings(config: Config, folder: Path) -> DreamerSettings:
    """What the dreamer is started with. Without a number of threads it has half of the cores."""
    dream = config.dream
    return DreamerSettings(
        model=dream.model,
        runtime=dream.runtime,
        threads=dream.threads or max(1, (os.cpu_count() or 1) // 2),
        steps=dream.steps,
        memory_mb=dream.gpu_memory_mb,
        quality=dream.jpeg_quality,
        pictures=str(folder / PICTURES),
        shelf=str(folder / MODELS),
        engines=str(folder / "engines"),
        stub_step_ms=dream.stub_step_ms,
        stub_row_ms=dream.stub_row_ms,
    )
