"""What a compiled engine depends on, and the digest of it: two engines with one digest are interchangeable. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.runtime.profile import Profile

FORMAT = 1  # of what is digested: raised when an engine of an older release must not be used any more


@dataclass(frozen=True)
class EngineKey:
    """Everything that decides what a compiled engine is. Two builds differ in their bytes; their keys do not."""

    model: str
    model_sha256: str  # of the ONNX file, and after it of the files with its weights, where it has any
    flavour: str  # tensorrt or tensorrt_rtx
    version: str  # exact: engines do not outlive it
    cuda: str  # the newest that the driver knows; "" where the engine is the same for all
    card: str  # by name; "" where the engine fits every card of the compute capability
    compute_capability: int  # 89 stands for 8.9
    profiles: tuple[Profile, ...]
    flags: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256 of all of it, as hexadecimal digits."""
        text = json.dumps({"format": FORMAT, **self.as_json()}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def file_name(self) -> str:
        """Without a suffix; says what it is to people, and the digest's start makes it its own."""
        return f"{self.model}-{self.flavour}-sm{self.compute_capability}-{self.digest()[:16]}"

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "model": self.model,
            "model_sha256": self.model_sha256,
            "flavour": self.flavour,
            "version": self.version,
            "cuda": self.cuda,
            "card": self.card,
            "compute_capability": self.compute_capability,
            "profiles": [profile.as_json() for profile in self.profiles],
            "flags": list(self.flags),
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> EngineKey:
        """The key that as_json wrote."""
        profiles = tuple(Profile.from_json(profile) for profile in value["profiles"])
        return EngineKey(**{**value, "profiles": profiles, "flags": tuple(value["flags"])})

    def differences(self, other: EngineKey) -> tuple[str, ...]:
        """The names of what is not the same in another key."""
        mine, theirs = self.as_json(), other.as_json()
        return tuple(name for name in mine if mine[name] != theirs[name])
