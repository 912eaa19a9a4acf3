"""The models that a gallery brought itself: a folder with a folder for each, written whole or not at all.

    SHELF/
      sd-turbo/
        vernissage.json   name, title, licence, size, steps, guidance, sha256 of every file
        model_index.json  and the parts, as diffusers writes them, in safetensors
        unet/model.onnx   the graph of each part, which points into the safetensors file beside it

Knows no network: who brings a model here is adding.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import FolderError, LibraryError
from models.generate.settings import RECORD, read_record
from models.whole_folder import drafted, named_folders, sweep, take_away

SHIPPED = "pigment"
SHIPPED_FOLDER = Path(__file__).parent / "weights" / SHIPPED
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Shelf:
    """A folder of added models; it need not exist while there are none."""

    folder: Path

    def names(self) -> tuple[str, ...]:
        """The models that are there, in the order of their names."""
        return named_folders(self.folder, _NAME)

    def path(self, name: str) -> Path:
        """Where a model is, the one that ships among them. Raises LibraryError with the names that there are."""
        if name == SHIPPED:
            return SHIPPED_FOLDER
        if name not in self.names():
            raise LibraryError(f"expected a model of {', '.join((SHIPPED, *self.names()))}, got {name!r}")
        return self.folder / name

    def record(self, name: str) -> Mapping[str, Any]:
        """What a model's vernissage.json says. Raises LibraryError or FolderError."""
        return read_record(self.path(name))

    @contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """A folder to write a new model into. It takes its place when the block ends well; else nothing of it is left.

        Raises LibraryError if the name is taken or cannot be one.
        """
        self.check_free(name)
        with drafted(self.folder, name, lambda: self.check_free(name)) as part:
            yield part

    def sweep(self) -> None:
        """Remove what processes that were killed left unfinished."""
        sweep(self.folder)

    def check_free(self, name: str) -> None:
        """Raise LibraryError unless a model may be called so here."""
        if not _NAME.fullmatch(name):
            raise LibraryError(f"expected a name of small letters, digits, _ and -, 40 at most, got {name!r}")
        if name == SHIPPED:
            raise LibraryError(f"the model {SHIPPED} ships already; give another --name")
        if name in self.names():
            raise LibraryError(f"the model {name} is there already; remove it first, or give another --name")

    def remove(self, name: str) -> None:
        """Take a model away. Raises LibraryError if it is not here."""
        if name not in self.names():
            added = ", ".join(self.names()) or "none"
            raise LibraryError(f"expected an added model ({added}), got {name!r}; the one that ships cannot be removed")
        take_away(self.folder, name)


def name_of(text: str) -> str:
    """A model's name made of a folder's or a repository's: `stabilityai/sd-turbo` becomes sd-turbo."""
    last = text.rstrip("/").rsplit("/", maxsplit=1)[-1]
    return re.sub(r"[^a-z0-9_-]+", "-", last.lower()).strip("-_")[:40]


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a model but its record, by its path in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != RECORD)
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """Write a model's vernissage.json."""
    text = json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def check_files(folder: Path) -> int:
    """Hold every file against the record; how many there are. Raises FolderError naming the first that differs."""
    recorded = read_record(folder).get("files")
    if not isinstance(recorded, dict):
        raise FolderError(f"{RECORD}: expected the digests of the model's files, they are missing")
    found = digests(folder)
    for name in sorted(recorded.keys() | found.keys()):
        if name not in found:
            raise FolderError(f"expected the file {name}, it is missing: remove the model and add it again")
        if found[name] != recorded.get(name):
            raise FolderError(f"{name} is not the file that was added: remove the model and add it again")
    return len(found)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
