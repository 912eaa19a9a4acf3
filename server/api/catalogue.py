"""What the visitor's pages tell of: exhibitions on show, styles, and how well artworks can be tracked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exhibit.exhibition import Station
from models.style.library import StyleInfo
from server.appraisals import Found
from server.on_show import OnShow


def _nothing(_subject: str) -> Found:
    return {}


@dataclass
class Catalogue:
    """Where the pages look things up."""

    on_show: OnShow
    library: tuple[StyleInfo, ...]  # replaced when the gallery added a style
    pictures: Path  # the folder of artworks' pictures, and of what curators hang over them
    appraisals: Callable[[str], Found] = _nothing  # by the subject of the exhibition's tickets
    show_codes: bool = True
    model: Mapping[str, str] = field(default_factory=dict)  # that makes pictures from words: its title and licence

    def styles_of(self, station: Station) -> list[StyleInfo]:
        """The station's styles, in the order in which it offers them; those that are gone by now are left out."""
        by_id = {style.id: style for style in self.library}
        return [by_id[name] for name in station.experience.styles if name in by_id]
