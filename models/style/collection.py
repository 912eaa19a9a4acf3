"""Every style that a gallery has: those that ship, and those it added, as far as the networks can read them."""

from __future__ import annotations

from dataclasses import dataclass

from models.style.library import StyleInfo, read_library
from models.style.model import SIZES
from models.style.shelf import Shelf
from models.style.table import StyleTable


@dataclass(frozen=True)
class Collection:
    """Styles by where they come from."""

    shipped: tuple[StyleInfo, ...]
    added: tuple[StyleInfo, ...]
    outdated: tuple[StyleInfo, ...]  # added to networks that ship no more: their paintings have to be added again

    @property
    def usable(self) -> tuple[StyleInfo, ...]:
        """What exhibitions may use."""
        return self.shipped + self.added


def collect(shelf: Shelf) -> Collection:
    """Look through the library that ships and a shelf. Raises LibraryError where a file is missing or malformed."""
    unread: set[str] = set()
    for size, onnx in SIZES.items():
        unread.update(shelf.table(size, StyleTable.load(onnx.with_suffix(".safetensors")))[1])
    styles = shelf.styles()
    return Collection(
        read_library(),
        tuple(style for style in styles if style.id not in unread),
        tuple(style for style in styles if style.id in unread),
    )
