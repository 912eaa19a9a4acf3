"""The styles that a gallery added itself: a folder with a folder for each, written whole or not at all.

    SHELF/
      dusk/
        style.json        what a visitor reads, and how the style was judged
        dusk.jpg          thumbnail
        painting.jpg      what it was learned from, at the size at which it was learned
        preview.jpg       the painting, and sample photos in its manner
        fine.safetensors  its row for each size of the network, with the digest of that network
        swift.safetensors

Knows no network: who fits a style is models/training/fit_style.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import LibraryError
from models.style.library import StyleInfo, read_style
from models.style.table import StyleTable
from models.whole_folder import drafted, named_folders, sweep, take_away

_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Shelf:
    """A folder of added styles; it need not exist while there are none."""

    folder: Path

    def ids(self) -> tuple[str, ...]:
        """The styles that are there, in the order of their ids."""
        return named_folders(self.folder, _ID)

    def styles(self) -> tuple[StyleInfo, ...]:
        """What visitors read about them. Raises LibraryError where a file is missing or malformed."""
        return tuple(
            read_style(self.facts(id_), self.folder / id_, self.folder / id_ / "style.json") for id_ in self.ids()
        )

    def facts(self, id_: str) -> Mapping[str, Any]:
        """Everything in a style's style.json. Raises LibraryError."""
        path = self.folder / id_ / "style.json"
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise LibraryError(f"expected a style at {path}: {error.strerror}") from error
        except ValueError as error:
            raise LibraryError(f"{path} is not JSON: {error}") from error
        if not isinstance(facts, dict):
            raise LibraryError(f"{path}: expected an object, got {type(facts).__name__}")
        return facts

    def table(self, size: str, shipped: StyleTable) -> tuple[StyleTable, tuple[str, ...]]:
        """The shipped table of a size and the rows of all added styles that were fitted to its network; and the ids of
        those that were not, or whose id a shipped style has taken since: their paintings have to be added again.
        Raises LibraryError where a file is damaged."""
        table, outdated = shipped, []
        for id_ in self.ids():
            path = self.folder / id_ / f"{size}.safetensors"
            added = StyleTable.load(path) if path.exists() else None
            if added is None or added.network != shipped.network or id_ in shipped.ids:
                outdated.append(id_)
            else:
                table = table.with_rows(added)
        return table, tuple(outdated)

    @contextmanager
    def draft(self, id_: str, *, over: bool = False) -> Iterator[Path]:
        """A folder to write a new style into. It takes its place when the block ends well; else nothing of it is left.

        over: in place of one that is called so. Raises LibraryError if the id is taken or cannot be one.
        """
        self.check_free(id_, over=over)

        def make_room() -> None:
            self.check_free(id_, over=over)
            if id_ in self.ids():
                self.remove(id_)

        with drafted(self.folder, id_, make_room) as part:
            yield part

    def sweep(self) -> None:
        """Remove what processes that were killed left unfinished."""
        sweep(self.folder)

    def check_free(self, id_: str, *, over: bool = False) -> None:
        """Raise LibraryError unless a style may be called so here. over: though one is."""
        if not _ID.fullmatch(id_):
            raise LibraryError(f"expected an id of small letters, digits and _, 40 at most, got {id_!r}")
        if id_ in self.ids() and not over:
            raise LibraryError(f"the style {id_} is there already; remove it first, or give another --id")

    def remove(self, id_: str) -> None:
        """Take a style away. Raises LibraryError if it is not here."""
        if id_ not in self.ids():
            added = ", ".join(self.ids()) or "none"
            raise LibraryError(f"expected an added style ({added}), got {id_!r}; styles that ship cannot be removed")
        take_away(self.folder, id_)


def id_of(name: str) -> str:
    """An id made of a style's name: `Dusk, 1908` becomes dusk_1908. Empty where nothing of it can be used."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]
