"""Builds compiled engines, in a process of their own: a compiler that crashes or is killed takes nothing with it.

The child holds the engine's lock, so that two never build the same; who comes second finds it built. It says what it
does in lines of JSON on its standard output: {"doing": ..., "share": ...}, and at the end {"built": ...} or
{"failed": ...}.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.catalogue import model_of
from models.child import messages, say
from models.errors import EngineError, ModelError
from models.runtime.card import Card, find_card
from models.runtime.choice import find_compiler
from models.runtime.compiler import Compiler, Progress
from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore
from models.runtime.profile import Profile


@dataclass(frozen=True)
class BuildOrder:
    """What is to be built, and where it is kept."""

    flavour: str
    onnx: Path  # the model's fp32 file; the others lie beside it
    folder: Path
    profiles: tuple[Profile, ...]
    target: int = 0  # a compute capability; 0: this machine's card

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "flavour": self.flavour,
            "onnx": str(self.onnx),
            "folder": str(self.folder),
            "profiles": [profile.as_json() for profile in self.profiles],
            "target": self.target,
        }

    @staticmethod
    def from_json(value: dict[str, Any]) -> BuildOrder:
        """The order that as_json wrote."""
        profiles = tuple(Profile.from_json(profile) for profile in value["profiles"])
        paths = {"onnx": Path(value["onnx"]), "folder": Path(value["folder"])}
        return BuildOrder(**{**value, **paths, "profiles": profiles})

    def key(self, compiler: Compiler) -> EngineKey:
        """What the engine depends on. Raises EngineError."""
        card = None if self.target else self._card()
        target = self.target or (card.compute_capability if card else 0)
        return compiler.key(model_of(self.onnx), self.profiles, card, target)

    def _card(self) -> Card:
        card = find_card()
        if card is None:
            raise EngineError("expected an NVIDIA card, or a compute capability to build for, found neither")
        return card


@dataclass(frozen=True)
class Built:
    """What came of an order."""

    name: str
    fresh: bool  # False: it was there
    engine_bytes: int
    seconds: float


def build(order: BuildOrder, progress: Progress) -> Built:
    """Build in this process, unless the engine is there. Raises EngineError."""
    compiler = find_compiler(order.flavour)
    key, store = order.key(compiler), EngineStore(order.folder)
    with store.lock(key):
        found = store.find(key)
        if found is not None:
            return Built(key.file_name, False, len(found), 0.0)
        store.sweep(key)
        started_s = time.monotonic()
        engine = compiler.compile(model_of(order.onnx), key, progress)
        seconds = time.monotonic() - started_s
        store.keep(key, engine, seconds)
        store.drop_outdated(key)
    return Built(key.file_name, True, len(engine), seconds)


def unheard(doing: str, share: float) -> None:
    """Progress of no interest to anybody."""


def build_apart(order: BuildOrder, progress: Progress = unheard) -> Built:
    """Build in a child process and wait for it. Raises EngineError with what the compiler said."""
    command = [sys.executable, "-m", "models.building", json.dumps(order.as_json())]
    last: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        for last in messages(child.stdout):
            if "doing" in last:
                progress(last["doing"], last["share"])
    if "built" in last:
        return Built(**last["built"])
    raise EngineError(last.get("failed") or f"the build of {order.flavour} ended with status {child.returncode}")


def _say(message: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # nobody listens any more; the engine is built for the next start all the same
        say(message)


def main(arguments: Sequence[str]) -> int:
    """Build what the first argument orders, as JSON."""
    order = BuildOrder.from_json(json.loads(arguments[0]))
    try:
        built = build(order, lambda doing, share: _say({"doing": doing, "share": round(share, 3)}))
    except ModelError as error:
        _say({"failed": str(error)})
        return 1
    _say({"built": vars(built)})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
