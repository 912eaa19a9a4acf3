"""What a model does best with: size, steps, guidance; and its facts, as vernissage.json tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import FolderError
from models.generate.facts import ModelFacts
from models.generate.folder import ModelFolder, read_json
from models.generate.wish import MAX_GUIDANCE, MAX_STEPS

RECORD = "vernissage.json"
LARGEST_PX = 2048
OTHERWISE_STEPS = 8
OTHERWISE_GUIDANCE = 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How a model's pictures are made where the wish says nothing."""

    size: tuple[int, int]  # width and height in pixels
    steps: int
    guidance: float  # at most 1: none

    @staticmethod
    def read(folder: ModelFolder) -> Settings:
        """From the folder's vernissage.json if it has one, else as the UNet's own configuration says.

        Raises FolderError for values out of range, or a size that the model cannot make.
        """
        record = read_record(folder.path)
        side = folder.denoiser.side * folder.latent.factor
        size = tuple(_whole(record, name, side, LARGEST_PX) for name in ("width", "height"))
        grain = folder.latent.factor * 2**folder.denoiser.downs
        if any(px % grain for px in size):
            raise FolderError(f"{RECORD}: expected a width and height that {grain} divides, got {size[0]} x {size[1]}")
        guidance = record.get("guidance", OTHERWISE_GUIDANCE)
        if isinstance(guidance, bool) or not isinstance(guidance, int | float) or not 0 <= guidance <= MAX_GUIDANCE:
            raise FolderError(f"{RECORD}: expected a guidance from 0 to {MAX_GUIDANCE:g}, got {guidance!r}")
        steps = _whole(record, "steps", OTHERWISE_STEPS, min(MAX_STEPS, folder.schedule.most_steps))
        return Settings((size[0], size[1]), steps, float(guidance))


def read_record(path: Path) -> Mapping[str, Any]:
    """What vernissage.json says; nothing where there is none."""
    return read_json(path, RECORD) if (path / RECORD).exists() else {}


def read_facts(path: Path) -> ModelFacts:
    """Whose a model is, and what it was taught. Raises FolderError where the record lacks its name or its licence."""
    record = read_record(path)
    for name in ("name", "licence"):
        if not isinstance(record.get(name), str) or not record[name].strip():
            raise FolderError(f"{RECORD}: expected a {name}, got {record.get(name)!r}")
    name = record["name"]
    title, taught = (str(record.get(key, "")) for key in ("title", "training_data"))
    vocabulary = None
    if record.get("vocabulary"):
        from models.generate.folder import LARGEST_JSON_BYTES, find_file
        from models.generate.vocabulary import Vocabulary

        vocabulary = Vocabulary.load(find_file(path, str(record["vocabulary"]), LARGEST_JSON_BYTES))
    commercial = not record.get("non_commercial", False)
    return ModelFacts(name, title or name, record["licence"], not commercial, taught, vocabulary)


def _whole(record: Mapping[str, Any], name: str, otherwise: int, most: int) -> int:
    value = record.get(name, otherwise)
    if type(value) is not int or not 1 <= value <= most:
        raise FolderError(f"{RECORD}: expected a {name} from 1 to {most}, got {value!r}")
    return value
