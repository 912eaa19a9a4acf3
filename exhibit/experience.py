"""What a Station does: the experiences, and how an exhibition's file says them. Knows not which styles exist."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple

from exhibit.errors import ExhibitionError
from exhibit.protocol import MAX_STYLES_IN_MIX
from exhibit.table import ID, Table

_OVERLAY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(jpg|jpeg|png|webp|mp4|webm)")


class Region(StrEnum):
    """Which part of the camera view a lens repaints."""

    ALL = "all"
    INSIDE = "inside"  # the artwork only
    OUTSIDE = "outside"  # what is around it


@dataclass(frozen=True, slots=True)
class Lens:
    """The experience that repaints the camera view."""

    kind: ClassVar[str] = "lens"
    styles: tuple[str, ...]
    default: Mapping[str, float]  # style to weight, each of `styles`
    strength: float  # 0: the camera picture, 1: all paint
    region: Region = Region.ALL

    @property
    def tracked(self) -> bool:
        """Whether it has to know where the artwork is."""
        return self.region is not Region.ALL


@dataclass(frozen=True, slots=True)
class Canvas:
    """The experience that hangs an overlay on the artwork's plane: the artwork repainted, or the curator's own."""

    kind: ClassVar[str] = "canvas"
    styles: tuple[str, ...] = ()  # none beside an overlay of the curator's
    default: Mapping[str, float] = field(default_factory=dict)
    strength: float = 1.0
    overlay: str | None = None  # a file's name in the exhibition's folder; None: the artwork is repainted
    tracked: ClassVar[bool] = True


Experience = Lens | Canvas


class _Offer(NamedTuple):
    """What visitors may choose from, and what they begin with."""

    styles: tuple[str, ...]
    default: Mapping[str, float]
    strength: float


def read_experience(station: Table) -> Experience:
    """The one experience of a station's table. Raises ExhibitionError."""
    named = [kind for kind in (Lens.kind, Canvas.kind) if kind in station.names()]
    if len(named) != 1:
        fault = "cannot both be there" if named else "is missing"
        raise ExhibitionError(f"{station.place}: {Lens.kind} {'and' if named else 'or'} {Canvas.kind} {fault}")
    return _lens(station.table(Lens.kind)) if named == [Lens.kind] else _canvas(station.table(Canvas.kind))


def _lens(table: Table) -> Lens:
    with table:
        return Lens(*_offer(table), Region(table.choice("region", tuple(Region), default=Region.ALL)))


def _canvas(table: Table) -> Canvas:
    with table:
        if "overlay" not in table.names():
            return Canvas(*_offer(table))
        overlay = table.text("overlay")
        if _OVERLAY.fullmatch(overlay) is None:
            kinds = "a .jpg, .jpeg, .png, .webp, .mp4 or .webm file"
            raise table.refuse("overlay", f"the name of {kinds}, without folders", overlay)
        if beside := [key for key in ("styles", "default", "strength") if key in table.names()]:
            raise ExhibitionError(f"{table.place}: canvas.{beside[0]} has no meaning beside canvas.overlay")
        return Canvas(overlay=overlay)


def _offer(table: Table) -> _Offer:
    styles = table.texts("styles")
    if unfit := [style for style in styles if ID.fullmatch(style) is None]:
        raise table.refuse("styles", "a list of style ids, each 1 to 64 of a-z, 0-9, - and _", unfit[0])
    with table.table("default") as weights:
        default = {style: weights.share(style) for style in weights.names()}
    if strange := sorted(default.keys() - set(styles)):
        raise table.refuse("default", f"a mix of the styles offered ({', '.join(styles)})", strange[0])
    if not 0 < len(default) <= MAX_STYLES_IN_MIX or not any(default.values()):
        raise table.refuse("default", f"1 to {MAX_STYLES_IN_MIX} styles with a sum above 0", default)
    return _Offer(styles, default, table.share("strength", default=1.0))
