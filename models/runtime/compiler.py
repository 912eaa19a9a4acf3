"""What compiles a model into an engine file, ahead of time: the part of a runtime that needs no card to be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from models.runtime.card import Card
from models.runtime.engine_key import EngineKey
from models.runtime.model import Model
from models.runtime.profile import Profile

Progress = Callable[[str, float], None]  # what is being done, and the share of it that is done, 0 to 1


class Compiler(Protocol):
    """Compiles ONNX files. Making one imports nothing; what it needs is imported when it is first asked."""

    @property
    def name(self) -> str:
        """The flavour of its engines, as the configuration names the runtime."""

    @property
    def targets(self) -> tuple[int, ...]:
        """Compute capabilities that it can compile for without such a card; () where it needs the card itself."""

    def key(self, model: Model, profiles: tuple[Profile, ...], card: Card | None, target: int) -> EngineKey:
        """What an engine depends on: for this machine's card, or without one for the compute capability `target`.

        Raises EngineError if the compiler is not installed or the model's file cannot be read.
        """

    def compile(self, model: Model, key: EngineKey, progress: Progress) -> bytes:
        """The engine file. Takes seconds to minutes. Raises EngineError, with the parser's or builder's own words."""
