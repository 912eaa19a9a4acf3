"""An exhibition that was written as a TOML file, as the document that curators go on with. Knows no store."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from exhibit.content import (
    ArtworkContent,
    CanvasContent,
    DreamContent,
    Edition,
    ExhibitionContent,
    ExperienceContent,
    LensContent,
    NumberedStation,
    StationContent,
)
from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Dream, Experience, Lens


def edition_of_file(exhibition: Exhibition, stored: Mapping[str, str]) -> Edition:
    """The same exhibition; `stored` has for each picture and clip of the file the name under which it is kept.

    Raises ExhibitionError for what a file may say and a document may not, such as a text of 5000 characters.
    """
    try:
        content = ExhibitionContent(title=exhibition.title.by_language, languages=exhibition.languages)
    except ValidationError as error:
        raise _refusal(exhibition.id, error) from error
    return Edition(exhibition=content, stations=tuple(_station(station, stored) for station in exhibition.stations))


def _station(station: Station, stored: Mapping[str, str]) -> NumberedStation:
    try:
        content = StationContent(
            number=station.number,
            title=station.title.by_language,
            label=station.text.by_language,
            artwork=ArtworkContent(picture=stored[station.artwork.picture], alt=station.artwork.alt.by_language),
            experience=_experience(station.experience, stored),
            open=station.open,
        )
        return NumberedStation(id=station.id, content=content)
    except ValidationError as error:
        raise _refusal(f"station {station.id!r}", error) from error


def _experience(experience: Experience, stored: Mapping[str, str]) -> ExperienceContent:
    styles, default, strength = experience.styles, experience.default, experience.strength
    if isinstance(experience, Lens):
        return LensContent(styles=styles, default=default, strength=strength, region=experience.region)
    if isinstance(experience, Dream):
        return DreamContent(
            styles=styles,
            default=default,
            strength=strength,
            mode=experience.mode,
            words=tuple(word.by_language for word in experience.words),
            from_artwork=experience.from_artwork,
            from_camera=experience.from_camera,
            wall=experience.wall,
        )
    overlay = stored[experience.overlay] if experience.overlay else None
    return CanvasContent(styles=styles, default=default, strength=strength, overlay=overlay)


def _refusal(place: str, error: ValidationError) -> ExhibitionError:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"]))
    return ExhibitionError(f"{place}: {where}: {first['msg'].removeprefix('Value error, ')}")
