"""Every style that a gallery has: those that ship, and those it added, as far as the networks can read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.style.library import StyleInfo, read_library
from models.style.model import SIZES
from models.style.shelf import Shelf
from models.style.table import StyleTable


@dataclass(frozen=True)
class Collection:
    """Styles by where they come from."""

    shipped: tuple[StyleInfo, ...]
    added: tuple[StyleInfo, ...]
    outdated: tuple[StyleInfo, ...]  # added to other networks, or their ids ship now: have to be added again

    @property
    def usable(self) -> tuple[StyleInfo, ...]:
        """What exhibitions may use."""
        return self.shipped + self.added


def collect(shelf: Shelf, model: Path | None = None) -> Collection:
    """Look through the library that ships and a shelf: what `model` can paint, by default every size that ships.

    Raises LibraryError where a file is missing or malformed.
    """
    library, styles = read_library(), shelf.styles()
    known, unread = {style.id for style in library}, set[str]()
    for onnx in [model] if model else SIZES.values():
        shipped = StyleTable.load(onnx.with_suffix(".safetensors"))
        known.intersection_update(shipped.ids)
        unread.update(shelf.table(onnx.stem, shipped)[1])
    return Collection(
        tuple(style for style in library if style.id in known),
        tuple(style for style in styles if style.id not in unread),
        tuple(style for style in styles if style.id in unread),
    )
