"""How long a start takes that finds everything compiled: a process of its own opens the network and makes it warm."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from models.building import BuildOrder, build_apart
from models.errors import EngineError, ModelError
from models.runtime.choice import AUTO
from models.runtime.engine import Terms
from models.runtime.engine_store import EngineStore
from models.style.engine import open_best_painter
from models.style.model import SHIPPED_MODEL
from server.bench.form import BenchError
from server.config import Config
from server.engine_profiles import engine_profiles

WIDTH_PX, HEIGHT_PX = 480, 360


@dataclass(frozen=True, slots=True)
class Start:
    """One start: seconds until a frame could be painted, and by what."""

    seconds: float
    engine: str


def measure_start(starts: int) -> Start:
    """Start once to fill the caches, then as often as asked; the slowest of these. Raises BenchError."""
    with TemporaryDirectory(prefix="vernissage-") as folder:
        _start(Path(folder))
        return max((_start(Path(folder)) for _ in range(starts)), key=lambda start: start.seconds)


def _start(folder: Path) -> Start:
    command = [sys.executable, "-m", "server.bench.engine_start", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"the start failed: {done.stderr.strip()[-500:]}")
    return Start(**json.loads(done.stdout.splitlines()[-1]))


def open_here(folder: Path) -> Start:
    """Open what auto opens in this process, building it if it has to be. Raises ModelError."""
    terms = Terms(profiles=engine_profiles(Config()), store=EngineStore(folder))
    started_s = time.monotonic()
    opened = open_best_painter(AUTO, None, terms)
    if opened.better is not None:
        opened.painter.close()
        build_apart(BuildOrder(opened.better, SHIPPED_MODEL, folder, terms.profiles))
        opened = open_best_painter(opened.better, None, terms)
    opened.painter.warm(WIDTH_PX, HEIGHT_PX, 1)
    seconds = time.monotonic() - started_s
    description = opened.painter.description
    opened.painter.close()
    return Start(seconds, description)


def main(arguments: Sequence[str]) -> int:
    """Open the network with the engines in the folder that is named, and print how long it took as JSON."""
    try:
        start = open_here(Path(arguments[0]))
    except (EngineError, ModelError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps({"seconds": start.seconds, "engine": start.engine}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
