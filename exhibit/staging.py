"""An edition as visitors see it at one moment: the programme that runs, the stations that are open. Pure.

A draft is staged too, for a curator's preview: a text that is missing in a language is then taken from another one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from exhibit.content import (
    Admission,
    CanvasContent,
    DreamContent,
    Edition,
    ExhibitionContent,
    ExperienceContent,
    LensContent,
    NumberedStation,
    ProgrammeContent,
    StationContent,
    Words,
)
from exhibit.exhibition import Artwork, Exhibition, HouseWords, More, Station
from exhibit.experience import Canvas, Dream, Experience, Lens
from exhibit.opening import Standing
from exhibit.texts import Texts


@dataclass(frozen=True, slots=True)
class Wings:
    """What there is to stage with."""

    folder: Path  # of the pictures
    sizes: Mapping[str, tuple[int, int]]  # width and height of each picture, by name
    styles: Collection[str]  # ids
    dreams: bool = False  # whether there is a model that makes pictures from words


def stage(exhibition_id: str, version: int, edition: Edition, standing: Standing, wings: Wings) -> Exhibition:
    """The exhibition as it stands at that moment."""
    shown = edition.exhibition
    programme = next((p for p in shown.programmes if p.id == standing.programme), None)
    stations = [_station(station, shown, wings) for station in edition.stations if _can_be_staged(station, wings)]
    return Exhibition(
        id=exhibition_id,
        title=_texts(shown.title, shown.languages, exhibition_id),
        languages=shown.languages,
        stations=tuple(_at(station, programme, standing, wings) for station in stations),
        folder=wings.folder,
        version=version,
        house_words=HouseWords(shown.refused_words, shown.allowed_words),
        keep_days=shown.keep_days,
        glimpses=shown.glimpses,
    )


def stage_draft(exhibition_id: str, edition: Edition, wings: Wings) -> Exhibition:
    """The draft, every station open, as its curator previews it. Stations without a picture or a style are left out."""
    always = Standing(open=True, programme="", event="", until=None, opens_at=None)
    staged = stage(exhibition_id, 0, edition, always, wings)
    return replace(staged, draft=True, stations=tuple(replace(s, open=True, opens_at=None) for s in staged.stations))


def _can_be_staged(station: NumberedStation, wings: Wings) -> bool:
    content = station.content
    return content.artwork.picture in wings.sizes and _experience(content.experience, wings) is not None


def _station(station: NumberedStation, shown: ExhibitionContent, wings: Wings) -> Station:
    content = station.content
    picture = content.artwork.picture or ""
    experience = _experience(content.experience, wings)
    assert experience is not None, "only what can be staged comes here"
    return Station(
        id=station.id,
        number=content.number,
        title=_texts(content.title, shown.languages, station.id),
        text=_texts(content.label, shown.languages, ""),
        artwork=Artwork(picture, _texts(content.artwork.alt, shown.languages, ""), *wings.sizes[picture]),
        experience=experience,
        open=content.open,
        more=_more(content, shown.languages),
        rotating=content.code.admission is Admission.ROTATING,
    )


def _at(station: Station, programme: ProgrammeContent | None, standing: Standing, wings: Wings) -> Station:
    """The station under the programme that runs now."""
    if programme is not None and station.id in programme.experiences:
        instead = _experience(programme.experiences[station.id], wings)
        station = replace(station, experience=instead or station.experience)
    if not standing.open:
        return replace(station, open=False, opens_at=_whole(standing.opens_at) if station.open else None)
    if programme is not None and station.id in programme.closed:
        return replace(station, open=False, opens_at=None)
    return station


def _whole(instant: datetime | None) -> datetime | None:
    return instant.replace(microsecond=0) if instant is not None else None


def _experience(content: ExperienceContent, wings: Wings) -> Experience | None:
    """None where it cannot be done here."""
    if isinstance(content, DreamContent):
        return _dream(content, wings) if wings.dreams else None
    if isinstance(content, CanvasContent) and content.overlay is not None:
        return Canvas(overlay=content.overlay) if content.overlay in wings.sizes else None
    styles = tuple(style for style in content.styles if style in wings.styles)
    if not styles:
        return None
    default = {style: weight for style, weight in content.default.items() if style in styles and weight > 0}
    offer = styles, default or {styles[0]: 1.0}, content.strength
    return Lens(*offer, content.region) if isinstance(content, LensContent) else Canvas(*offer)


def _dream(content: DreamContent, wings: Wings) -> Dream:
    styles = tuple(style for style in content.styles if style in wings.styles)
    return Dream(
        words=tuple(Texts(dict(word)) for word in content.words if any(word.values())),
        mode=content.mode,
        styles=styles,
        default={style: weight for style, weight in content.default.items() if style in styles and weight > 0},
        strength=content.strength,
        from_artwork=content.from_artwork,
        from_camera=content.from_camera,
        pictures_per_visit=content.pictures_per_visit,
        mark=content.mark,
        wall=content.wall,
        fallback=content.fallback if content.fallback in wings.sizes else None,
    )


def _more(content: StationContent, languages: tuple[str, ...]) -> More:
    access = content.accessibility
    return More(
        description=_if_any(content.description, languages),
        caption=_if_any(content.caption, languages),
        audio_description=_if_any(content.audio_description, languages),
        notes=_if_any(access.notes, languages),
        step_free=access.step_free,
        seating=access.seating,
        flicker=access.flicker,
    )


def _if_any(words: Words, languages: tuple[str, ...]) -> Texts | None:
    return _texts(words, languages, "") if any(words.get(language) for language in languages) else None


def _texts(words: Words, languages: tuple[str, ...], fallback: str) -> Texts:
    """In each language of the exhibition; where one is missing, the first that is there."""
    there = next((words[language] for language in languages if words.get(language)), fallback)
    return Texts({language: words.get(language) or there for language in languages})
