"""What visitors are shown: stations, their artworks and what each does. Knows no database and no style."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from exhibit.errors import ExhibitionError
from exhibit.experience import Canvas, Dream, Experience, read_experience
from exhibit.jpeg import picture_size
from exhibit.media import fault_of_media
from exhibit.table import ID, Table
from exhibit.texts import Texts, choose_language, is_language_tag

MAX_STATION_NUMBER = 0xFFFF  # a ticket has two bytes for it
_PICTURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(jpg|jpeg|png)")


@dataclass(frozen=True, slots=True)
class Artwork:
    """The flat thing on the wall: its picture's file name in the exhibition's folder, and what it shows, in words."""

    picture: str
    alt: Texts
    width: int = 0  # of the picture, in pixels; 0 where its header does not say
    height: int = 0


@dataclass(frozen=True, slots=True)
class More:
    """What is told of a station beyond its text; each may be missing."""

    description: Texts | None = None
    caption: Texts | None = None
    audio_description: Texts | None = None
    notes: Texts | None = None  # on accessibility
    step_free: bool | None = None
    seating: bool | None = None
    flicker: bool = False  # whether what is shown may flash or flicker


@dataclass(frozen=True, slots=True)
class Station:
    """A place with a code."""

    id: str
    number: int  # what tickets carry
    title: Texts
    text: Texts
    artwork: Artwork
    experience: Experience
    open: bool = True
    more: More = More()
    opens_at: datetime | None = None  # UTC; when it is known that a closed station opens
    rotating: bool = False  # whether only tickets that expire open it: those on a screen beside it
    off: str | None = None  # an operator switched it off, with these words for visitors, perhaps ""; None: nobody did
    fallback: str | None = None  # the picture that phones show while no worker is there to paint or to track

    @property
    def does(self) -> tuple[object, ...]:
        """What a visitor who is there notices when it changes: everything but when it opens."""
        return self.title, self.text, self.artwork, self.experience, self.more


@dataclass(frozen=True, slots=True)
class HouseWords:
    """What this exhibition changes in the lists of words that are refused, by language."""

    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exhibition:
    """A set of stations."""

    id: str
    title: Texts
    languages: tuple[str, ...]  # the first one is for visitors who speak none of them
    stations: tuple[Station, ...]
    folder: Path  # where the pictures are
    version: int = 0  # as published; 0: it never was
    draft: bool = False  # a curator's preview, which its own tickets open
    house_words: HouseWords = HouseWords()
    keep_days: int = 30  # how long the pictures are kept that visitors wish to keep; 0: none is
    glimpses: bool = False  # whether operators may see, coarsely, what visitors are shown
    inspected: bool = False  # as the doctor visits it; a draft, too: nobody counts such visits, and nothing is kept

    @property
    def subject(self) -> str:
        """What its tickets are made out to: a draft's open nothing but the draft."""
        if self.inspected:
            return f"doctor:{self.id}"
        return f"draft:{self.id}" if self.draft else self.id

    def for_inspection(self) -> Exhibition:
        """The same with every station open, before opening hours too: what a doctor's ticket opens."""
        stations = tuple(replace(station, open=True, opens_at=None) for station in self.stations)
        return replace(self, stations=stations, draft=True, inspected=True)

    def station_by_number(self, number: int) -> Station | None:
        """The station that a ticket speaks of."""
        return next((station for station in self.stations if station.number == number), None)

    def station_by_id(self, station_id: str) -> Station | None:
        """The station that an address or a log speaks of."""
        return next((station for station in self.stations if station.id == station_id), None)

    def language(self, tag: str | None) -> str:
        """The exhibition's language nearest to the one that a visitor asks for."""
        return choose_language(tag, self.languages, self.languages[0])

    def picture(self, station: Station) -> Path:
        """The file of a station's picture."""
        return self.folder / station.artwork.picture

    def media(self) -> set[str]:
        """The names of all pictures and clips that visitors may be shown."""
        overlays = {path.name for station in self.stations if (path := self.overlay(station)) is not None}
        overlays |= {e.fallback for s in self.stations if isinstance(e := s.experience, Dream) and e.fallback}
        overlays |= {station.fallback for station in self.stations if station.fallback}
        return overlays | {station.artwork.picture for station in self.stations}

    def overlay(self, station: Station) -> Path | None:
        """The file of the curator's own overlay; None where the station has none."""
        experience = station.experience
        if not isinstance(experience, Canvas) or experience.overlay is None:
            return None
        return self.folder / experience.overlay


def load_exhibition(path: Path) -> Exhibition:
    """Read an exhibition's TOML file. Raises ExhibitionError that names the station and the key.

    Pictures and clips must lie beside the file.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExhibitionError(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # TOMLDecodeError and UnicodeDecodeError among them
        raise ExhibitionError(f"{path}: {error}") from error
    with Table(values, path.name) as table:
        languages = _languages(table)
        exhibition = Exhibition(
            id=_id(table),
            title=_texts(table, "title", languages),
            languages=languages,
            stations=tuple(
                _station(station, f"{path.name}: station {place}", languages, path.parent)
                for place, station in enumerate(table.tables("station"), start=1)
            ),
            folder=path.parent,
        )
    _check_stations(exhibition, path.name)
    return exhibition


def open_exhibition(file: str) -> Exhibition:
    """The exhibition of a TOML file that an operator named, or the demo if none was. Raises ExhibitionError."""
    return load_exhibition(Path(file) if file else demo_file())


def demo_file() -> Path:
    """The exhibition that ships with the program."""
    return Path(__file__).parent / "demo" / "exhibition.toml"


def _check_stations(exhibition: Exhibition, place: str) -> None:
    """What only all stations together, and the folder, can tell."""
    ids: set[str] = set()
    numbers: set[int] = set()
    for station in exhibition.stations:
        here = f"{place}: station {station.id!r}"
        if station.id in ids:
            raise ExhibitionError(f"{here}: id is already another station's")
        if station.number in numbers:
            raise ExhibitionError(f"{here}: number {station.number} is already another station's")
        ids.add(station.id)
        numbers.add(station.number)
        _check_file(exhibition.picture(station), f"{here}: artwork.picture")
        overlay = exhibition.overlay(station)
        if overlay is not None:
            _check_file(overlay, f"{here}: canvas.overlay")
            if fault := fault_of_media(overlay):
                raise ExhibitionError(f"{here}: canvas.overlay: {overlay.name} {fault}")


def _check_file(path: Path, key: str) -> None:
    """That it lies in the exhibition's folder: a link out of it would publish whatever it points at."""
    if not path.is_file():
        raise ExhibitionError(f"{key}: there is no {path.name} beside the file")
    if path.resolve().parent != path.parent.resolve():
        raise ExhibitionError(f"{key}: {path.name} is a link out of the exhibition's folder")


def _station(values: object, place: str, languages: tuple[str, ...], folder: Path) -> Station:
    """One [[station]]; `place` counts stations until the id is known."""
    with Table(values, place) as table:
        station_id = _id(table)
        table.place = f"{place} {station_id!r}"
        return Station(
            id=station_id,
            number=table.whole_number("number", 1, MAX_STATION_NUMBER),
            title=_texts(table, "title", languages),
            text=_texts(table, "text", languages),
            artwork=_artwork(table.table("artwork"), languages, folder),
            experience=read_experience(table),
            open=table.truth("open", default=True),
        )


def _artwork(table: Table, languages: tuple[str, ...], folder: Path) -> Artwork:
    with table:
        picture = table.text("picture")
        if _PICTURE.fullmatch(picture) is None:
            raise table.refuse("picture", "the name of a .jpg or .png file, without folders", picture)
        return Artwork(picture, _texts(table, "alt", languages), *_size(folder / picture))


def _size(path: Path) -> tuple[int, int]:
    """Of a picture's file, as its header says; a file that is not there is refused later, with the station's name."""
    return (picture_size(path.read_bytes()) if path.is_file() else None) or (0, 0)


def _languages(table: Table) -> tuple[str, ...]:
    languages = table.texts("languages")
    if unknown := [language for language in languages if not is_language_tag(language)]:
        raise table.refuse("languages", "a list of language tags such as 'en' or 'zh-Hans'", unknown[0])
    return languages


def _texts(table: Table, key: str, languages: tuple[str, ...]) -> Texts:
    """A text in each of the exhibition's languages, and in no other."""
    with table.table(key) as texts:
        return Texts({language: texts.text(language) for language in languages})


def _id(table: Table) -> str:
    value = table.text("id")
    if ID.fullmatch(value) is None:
        raise table.refuse("id", "1 to 64 of a-z, 0-9, - and _", value)
    return value
