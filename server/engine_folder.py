"""How the compiled engines on disk stand to a configuration: which are good, which are not, which are missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from models.building import BuildOrder
from models.errors import EngineError, NotBuiltError
from models.runtime.card import Card, find_card
from models.runtime.choice import COMPILED, find_compiler, find_runtime
from models.runtime.engine import Terms
from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore, Health, Kept
from models.style.engine import open_painter
from models.style.model import SHIPPED_MODEL
from server.config import Config
from server.engine_profiles import engine_profiles


class Standing(StrEnum):
    """What is to be said of an engine."""

    GOOD = "good"
    MISSING = "missing"  # this machine wants it, and it is not built
    OUTDATED = "outdated"  # something that it depends on has changed
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    FAILING = "failing"  # it does not open on this card, or paints otherwise than the CPU
    UNUSED = "unused"  # whole, but nothing here can use it


UNFIT = (Standing.OUTDATED, Standing.DAMAGED, Standing.FOREIGN, Standing.FAILING)


@dataclass(frozen=True)
class Found:
    """An engine, on disk or wanted there."""

    name: str
    standing: Standing
    reason: str
    kept: Kept | None = None  # None where it is missing

    @property
    def key(self) -> EngineKey | None:
        """What it depends on; None where its record cannot be trusted, or where it is missing."""
        return self.kept.key if self.kept else None

    @property
    def fine(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.standing in {Standing.GOOD, Standing.UNUSED}

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        size, built_s = (self.kept.engine_bytes, self.kept.built_s) if self.kept else (None, None)
        key = self.key.as_json() if self.key else None
        return {"name": self.name, "standing": self.standing.value, "reason": self.reason, "engine_bytes": size} | {
            "built_s": built_s,
            "key": key,
        }


class EngineFolder:
    """The compiled engines of one installation."""

    def __init__(self, config: Config, folder: Path, card: Callable[[], Card | None] = find_card) -> None:
        self._runtime = config.style.runtime
        self._onnx = Path(config.style.model) if config.style.model else SHIPPED_MODEL
        self._profiles = engine_profiles(config)
        self._find_card = card
        self.store = EngineStore(folder)

    def orders(self, runtime: str = "", targets: Sequence[int] = ()) -> tuple[BuildOrder, ...]:
        """What has to be built: for this machine's card, or without one for the compute capabilities that are named.

        `runtime` is one of COMPILED; "" stands for the configured one, or with auto for all that can be used. Raises
        EngineError, with what to do about it, if nothing can be built.
        """
        named = runtime or (self._runtime if self._runtime in COMPILED else "")
        reasons = {name: self._obstacle(name, targets) for name in ((named,) if named else COMPILED)}
        usable = [name for name, reason in reasons.items() if not reason]
        if not usable:
            advice = "" if targets else "; to build for another machine's card, name it: --target 89"
            raise EngineError(f"no engine can be built here: {'; '.join(reasons.values())}{advice}")
        return tuple(self._order(name, target) for name in usable for target in (targets or (0,)))

    def look(self) -> tuple[Found, ...]:
        """Every engine on disk, and those that are missing for this machine's card."""
        found = tuple(self._judge(kept) for kept in self.store.list())
        there = {one.name for one in found}
        return found + tuple(one for one in self._wanted() if one.name not in there)

    def check(self) -> tuple[Found, ...]:
        """The same, and each engine of this machine's card is opened and paints a picture, held against the CPU's."""
        return tuple(self._tried(one) if one.standing is Standing.GOOD else one for one in self.look())

    def clean(self, everything: bool = False) -> tuple[Found, ...]:
        """Delete what is unfit, or all there is, and what interrupted builds left; returns what was deleted."""
        found = [one for one in self.look() if one.kept and (everything or one.standing in UNFIT)]
        for one in found:
            assert one.kept is not None
            self.store.remove(one.kept.file)
        self.store.sweep_all()
        return tuple(found)

    def _tried(self, one: Found) -> Found:
        if one.key is None or find_runtime(one.key.flavour).obstacle():
            return one
        terms = Terms(profiles=self._profiles, store=self.store)
        try:
            open_painter(one.key.flavour, self._onnx, terms).close()
        except NotBuiltError:  # it is another card's
            return one
        except EngineError as error:
            return replace(one, standing=Standing.FAILING, reason=str(error))
        return one

    def _obstacle(self, name: str, targets: Sequence[int]) -> str:
        if not targets:
            return find_runtime(name).obstacle()
        try:
            for target in targets:
                self._key(name, target)
        except EngineError as error:
            return str(error)
        return ""

    def _order(self, runtime: str, target: int) -> BuildOrder:
        return BuildOrder(runtime, self._onnx, self.store.folder, self._profiles, target)

    def _key(self, runtime: str, target: int) -> EngineKey:
        return self._order(runtime, target).key(find_compiler(runtime))

    def _wanted(self) -> tuple[Found, ...]:
        """What the configured runtime, or with auto each that can be used, would open here."""
        try:
            names = [order.key(find_compiler(order.flavour)).file_name for order in self.orders()]
        except EngineError:
            return ()
        words = "build it with: vernissage engines build"
        return tuple(Found(name, Standing.MISSING, words) for name in names)

    def _judge(self, kept: Kept) -> Found:
        if kept.health is not Health.GOOD or kept.key is None:
            return Found(kept.file.stem, Standing(kept.health), kept.reason, kept)
        standing, reason = self._judge_key(kept.key)
        return Found(kept.file.stem, standing, reason, kept)

    def _judge_key(self, key: EngineKey) -> tuple[Standing, str]:
        if key.model != self._onnx.stem:
            return Standing.UNUSED, f"the configured model is {self._onnx.stem}"
        card = self._find_card()
        if key.card and (card is None or card.name != key.card):
            return Standing.UNUSED, f"it was built for {key.card}, which is not here"
        try:
            now = self._key(key.flavour, 0 if key.card else key.compute_capability)
        except EngineError as error:
            return Standing.UNUSED, str(error)
        changed = key.differences(now)
        return (Standing.OUTDATED, f"changed since: {', '.join(changed)}") if changed else (Standing.GOOD, "")
