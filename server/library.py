"""The styles that can be painted in: those that ship, and those that the gallery added."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from models.style.collection import collect
from models.style.library import StyleInfo
from models.style.shelf import Shelf


class Library:
    """What there is on this machine. Reading it takes a moment: keep `refresh` off an event loop."""

    def __init__(self, shelf: Path, model: Path | None = None) -> None:
        """Raises LibraryError where a file is missing or malformed."""
        self.shelf = Shelf(shelf)
        self._model = model
        self.styles: tuple[StyleInfo, ...] = ()
        self.added: frozenset[str] = frozenset()  # ids of those that the gallery added
        self.refresh()

    def refresh(self) -> None:
        """Look again. Raises LibraryError, and keeps what it had."""
        found = collect(self.shelf, self._model)
        self.styles, self.added = found.usable, frozenset(style.id for style in found.added)

    @property
    def ids(self) -> set[str]:
        """What exhibitions may name."""
        return {style.id for style in self.styles}

    def named(self, mix: Mapping[str, float]) -> dict[str, float]:
        """A mix by the names of its styles instead of their ids."""
        return {self.name_of(style): weight for style, weight in mix.items()}

    def name_of(self, style: str) -> str:
        """Its name in English, or in the language that it has one in; its id, where it is gone."""
        found = self.by_id(style)
        return found.name.get("en") or next(iter(found.name.values())) if found is not None else style

    def by_id(self, style: str) -> StyleInfo | None:
        """The style of that id."""
        return next((one for one in self.styles if one.id == style), None)
