"""What a Station does: the experiences, and how an exhibition's file says them. Knows not which styles exist."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple

from exhibit.dream import Mark, Source, WordsMode
from exhibit.errors import ExhibitionError
from exhibit.protocol import MAX_STYLES_IN_MIX
from exhibit.table import ID, Table
from exhibit.texts import Texts, is_language_tag

MAX_WORDS = 64  # that a station offers for dreams
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


@dataclass(frozen=True, slots=True)
class Dream:
    """The experience that makes a picture from words and hangs it on the artwork's plane."""

    kind: ClassVar[str] = "dream"
    words: tuple[Texts, ...] = ()  # to choose from, or suggestions
    mode: WordsMode = WordsMode.CHOSEN
    styles: tuple[str, ...] = ()  # that a picture may be repainted in
    default: Mapping[str, float] = field(default_factory=dict)  # empty: it stays as it was made
    strength: float = 1.0
    from_artwork: bool = False
    from_camera: bool = False
    pictures_per_visit: int = 20
    mark: Mark = Mark.BOTTOM_RIGHT
    wall: bool = False
    fallback: str | None = None  # a file's name in the exhibition's folder
    tracked: ClassVar[bool] = True

    @property
    def sources(self) -> tuple[Source, ...]:
        """What a visitor's dream may begin from."""
        asked = {Source.ARTWORK: self.from_artwork, Source.CAMERA: self.from_camera}
        return (Source.WORDS, *(source for source, may in asked.items() if may), Source.PICTURE)


Experience = Lens | Canvas | Dream


class _Offer(NamedTuple):
    """What visitors may choose from, and what they begin with."""

    styles: tuple[str, ...]
    default: Mapping[str, float]
    strength: float


def read_experience(station: Table) -> Experience:
    """The one experience of a station's table. Raises ExhibitionError."""
    readers: dict[str, Callable[[Table], Experience]] = {Lens.kind: _lens, Canvas.kind: _canvas, Dream.kind: _dream}
    named = [kind for kind in readers if kind in station.names()]
    if not named:
        raise ExhibitionError(f"{station.place}: {', '.join(list(readers)[:-1])} or {Dream.kind} is missing")
    if len(named) > 1:
        raise ExhibitionError(f"{station.place}: {' and '.join(named)} cannot both be there")
    return readers[named[0]](station.table(named[0]))


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


def _dream(table: Table) -> Dream:
    with table:
        offer = _offer(table) if "styles" in table.names() else _Offer((), {}, 1.0)
        mode = WordsMode(table.choice("mode", tuple(WordsMode), default=WordsMode.CHOSEN))
        return Dream(
            words=_chosen_words(table) if mode is WordsMode.CHOSEN or "words" in table.names() else (),
            mode=mode,
            styles=offer.styles,
            default=offer.default,
            strength=offer.strength,
            from_artwork=table.truth("from_artwork", default=False),
            from_camera=table.truth("from_camera", default=False),
            wall=table.truth("wall", default=False),
        )


def _chosen_words(table: Table) -> tuple[Texts, ...]:
    """Each word as a table of language to text; a language that is missing reads the first one."""
    found = []
    for word in table.tables("words"):
        fits = len(word) > 0 and all(
            is_language_tag(tag) and isinstance(text, str) and text for tag, text in word.items()
        )
        if not fits:
            raise table.refuse("words", "a list of tables, each of language to word", word)
        found.append(Texts(dict(word)))
    if len(found) > MAX_WORDS:
        raise table.refuse("words", f"at most {MAX_WORDS} words", len(found))
    return tuple(found)


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
