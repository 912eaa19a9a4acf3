"""What a draft still lacks before it may be published, by station and language. Knows no database and no network."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from exhibit.content import (
    CanvasContent,
    DreamContent,
    Edition,
    ExhibitionContent,
    ExperienceContent,
    ProgrammeContent,
    StationContent,
    Words,
)
from exhibit.dream import Mark, WordsMode

NO_MODEL = "This server has no model that makes pictures from words; choose another experience."


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing or does not fit."""

    field: str  # dotted, as in the document
    sentence: str
    station: str = ""  # id; "": the exhibition itself
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every exhibition of this server, as its configuration says."""

    dreams: bool = False  # whether there is a model that makes pictures from words
    mark_needed: bool = True  # whether pictures that were made must say so visibly


NO_DREAMS = Rules()


@dataclass(frozen=True, slots=True)
class House:
    """What there is to publish with."""

    pictures: Collection[str]  # names
    styles: Collection[str]  # ids
    rules: Rules = NO_DREAMS


def missing(edition: Edition, house: House) -> list[Missing]:
    """Everything that keeps this edition from being published; empty: nothing does."""
    found = list(_of_exhibition(edition.exhibition))
    if not edition.stations:
        found.append(Missing("stations", "There is no station yet."))
    for station in edition.stations:
        of_station = _of_station(station.content, edition.exhibition.languages, house)
        found += [replace(one, station=station.id) for one in of_station]
    ids = {station.id for station in edition.stations}
    return found + list(_of_programmes(edition.exhibition, ids, house))


def completeness(edition: Edition) -> dict[str, float]:
    """By language, the share of the texts that publishing asks for which are there: 0 to 1."""
    shares = {}
    for language in edition.exhibition.languages:
        texts = [edition.exhibition.title] + [text for s in edition.stations for text in _required(s.content).values()]
        shares[language] = sum(bool(text.get(language)) for text in texts) / len(texts)
    return shares


def _required(station: StationContent) -> dict[str, Words]:
    return {"title": station.title, "label": station.label, "artwork.alt": station.artwork.alt}


def _optional(station: StationContent) -> dict[str, Words]:
    return {
        "description": station.description,
        "caption": station.caption,
        "audio_description": station.audio_description,
        "accessibility.notes": station.accessibility.notes,
    }


def _of_exhibition(exhibition: ExhibitionContent) -> Iterator[Missing]:
    yield from _texts({"title": exhibition.title}, exhibition.languages)
    yield from _all_or_none({"introduction": exhibition.introduction}, exhibition.languages)


def _texts(texts: dict[str, Words], languages: tuple[str, ...]) -> Iterator[Missing]:
    for field, words in texts.items():
        for language in languages:
            if not words.get(language):
                yield Missing(field, "This text is missing.", language=language)


def _all_or_none(texts: dict[str, Words], languages: tuple[str, ...]) -> Iterator[Missing]:
    begun = {field: words for field, words in texts.items() if any(words.get(language) for language in languages)}
    for one in _texts(begun, languages):
        yield replace(one, sentence="This text is there in another language, but not in this one.")


def _of_station(station: StationContent, languages: tuple[str, ...], house: House) -> Iterator[Missing]:
    yield from _texts(_required(station), languages)
    yield from _all_or_none(_optional(station), languages)
    picture = station.artwork.picture
    if picture is None:
        yield Missing("artwork.picture", "The artwork has no picture yet.")
    elif picture not in house.pictures:
        yield Missing("artwork.picture", "The artwork's picture is not in the store.")
    yield from _of_experience(station.experience, "experience", house)


def _of_experience(experience: ExperienceContent, field: str, house: House) -> Iterator[Missing]:
    if isinstance(experience, DreamContent):
        yield from _of_dream(experience, field, house)
        return
    if isinstance(experience, CanvasContent) and experience.overlay is not None:
        if experience.overlay not in house.pictures:
            yield Missing(f"{field}.overlay", "The overlay's file is not in the store.")
        return
    if not experience.styles:
        yield Missing(f"{field}.styles", "There is no style to choose from yet.")
    elif sum(experience.default.values()) <= 0:
        yield Missing(f"{field}.default", "No style is chosen to begin with.")
    for style in sorted(set(experience.styles) - set(house.styles)):
        yield Missing(f"{field}.styles", f"The style {style} is not on this server.")


def _of_dream(dream: DreamContent, field: str, house: House) -> Iterator[Missing]:
    if not house.rules.dreams:
        yield Missing(f"{field}.kind", NO_MODEL)
        return
    if dream.mode is WordsMode.CHOSEN and not any(any(word.values()) for word in dream.words):
        yield Missing(f"{field}.words", "There is no word to choose from yet.")
    if dream.mark is Mark.NONE and house.rules.mark_needed:
        yield Missing(f"{field}.mark", "Pictures that a model made must say so here: choose where their mark stands.")
    if dream.fallback is not None and dream.fallback not in house.pictures:
        yield Missing(f"{field}.fallback", "The fallback picture is not in the store.")
    for style in sorted(set(dream.styles) - set(house.styles)):
        yield Missing(f"{field}.styles", f"The style {style} is not on this server.")


def _of_programmes(exhibition: ExhibitionContent, stations: set[str], house: House) -> Iterator[Missing]:
    known = {programme.id for programme in exhibition.programmes}
    for unknown in sorted(exhibition.schedule.programmes() - known):
        yield Missing("schedule", f"The schedule names the programme {unknown}, which is not there.")
    for place, programme in enumerate(exhibition.programmes):
        yield from _of_programme(programme, f"programmes.{place}", stations, house)


def _of_programme(programme: ProgrammeContent, field: str, stations: set[str], house: House) -> Iterator[Missing]:
    for station in sorted((set(programme.closed) | set(programme.experiences)) - stations):
        yield Missing(field, f"The programme {programme.name} speaks of the station {station}, which is not there.")
    for station, experience in programme.experiences.items():
        for one in _of_experience(experience, f"{field}.experiences.{station}", house):
            yield replace(one, station=station if station in stations else "")
