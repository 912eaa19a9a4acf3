"""Compiled engines without a card: every shipped network for three kinds of cards, and builds that are killed."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from models.building import BuildOrder, Built, build_apart
from models.catalogue import shipped_models
from models.errors import EngineError
from models.runtime.choice import find_compiler
from models.runtime.engine_store import EngineStore
from server.bench.form import BenchError
from server.config import Config
from server.engine_profiles import engine_profiles

FLAVOUR = "tensorrt_rtx"
TARGETS = (86, 89, 120)  # Ampere, Ada and Blackwell as galleries buy them
_SEED = 4
_SAME_SIZE = 0.02  # how much two builds of one engine may differ in length


@dataclass(frozen=True, slots=True)
class Builds:
    """What came of building everything."""

    wanted: int
    built: tuple[Built, ...]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kills:
    """What was found after builds that were killed."""

    kills: int
    found: int  # engines that were whole, and could be loaded
    torn: int  # engines that would have been loaded and were not what the compiler gave
    left: int  # times that unfinished files were left, which are never looked at and are swept by the next build


def compiler_version() -> str:
    """Of what compiles without a card. Raises BenchError where it is not installed."""
    try:
        order = _order(Path("engines"), shipped_models()[0].onnx, TARGETS[0])
        return order.key(find_compiler(FLAVOUR)).version
    except EngineError as error:
        raise BenchError(str(error)) from error


def build_all() -> Builds:
    """Build every shipped network for every target, each in a process of its own."""
    built, failures = [], []
    pairs = [(model.onnx, target) for model in shipped_models() for target in TARGETS]
    with TemporaryDirectory(prefix="vernissage-") as folder:
        for onnx, target in pairs:
            try:
                built.append(build_apart(_order(Path(folder), onnx, target)))
            except EngineError as error:
                failures.append(f"{onnx.stem} for SM{target}: {error}")
    return Builds(len(pairs), tuple(built), tuple(failures))


def kill_builds(kills: int) -> Kills:
    """Kill builds at random moments, half of them near their end, where files are written."""
    draw = random.Random(_SEED)
    with TemporaryDirectory(prefix="vernissage-") as name:
        order = _order(Path(name), shipped_models()[0].onnx, TARGETS[1])
        started_s = time.monotonic()
        size = build_apart(order).engine_bytes
        whole_s = time.monotonic() - started_s
        found = torn = left = 0
        for number in range(kills):
            store = EngineStore(order.folder)
            for kept in store.list():
                store.remove(kept.file)
            _kill_one(order, draw.uniform(0.2, 1.0) * whole_s if number % 2 else draw.uniform(0.9, 1.05) * whole_s)
            engine = store.find(order.key(find_compiler(FLAVOUR)))
            found += engine is not None
            torn += engine is not None and not _is_whole(store, engine, size)
            left += bool(list(order.folder.glob("*.part")))
    return Kills(kills, found, torn, left)


def _kill_one(order: BuildOrder, after_s: float) -> None:
    command = [sys.executable, "-m", "models.building", json.dumps(order.as_json())]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as child:
        time.sleep(after_s)
        child.kill()


def _is_whole(store: EngineStore, engine: bytes, size: int) -> bool:
    """Whether an engine is as long as the undisturbed one was, and is what its record says."""
    (record,) = store.folder.glob("*.json")
    recorded = json.loads(json.loads(record.read_bytes())["record"])["sha256"]
    return abs(len(engine) / size - 1) < _SAME_SIZE and hashlib.sha256(engine).hexdigest() == recorded


def _order(folder: Path, onnx: Path, target: int) -> BuildOrder:
    return BuildOrder(FLAVOUR, onnx, folder, engine_profiles(Config()), target)
