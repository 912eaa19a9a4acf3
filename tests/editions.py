"""An exhibition as curators write it, complete in two languages, for tests that spoil or change it."""

from __future__ import annotations

from typing import Any

from exhibit.content import (
    Accessibility,
    ArtworkContent,
    CanvasContent,
    Edition,
    ExhibitionContent,
    ExperienceContent,
    LensContent,
    NumberedStation,
    StationContent,
)

HARBOUR, VALLEY = f"{'a' * 64}.jpg", f"{'b' * 64}.png"
FILM, SNOW = f"{'c' * 64}.mp4", f"{'d' * 64}.webp"
SIZES = {HARBOUR: (800, 600), VALLEY: (600, 900), FILM: (0, 0), SNOW: (300, 200)}
STYLES = ("wave", "scream", "udnie")
LANGUAGES = ("en", "ar")


def words(text: str) -> dict[str, str]:
    """The same in each language, with its tag."""
    return {language: f"{text} ({language})" for language in LANGUAGES}


def lens(*styles: str, **more: Any) -> LensContent:
    """A lens that begins with the first of these."""
    return LensContent(styles=styles, default={styles[0]: 1.0}, **more)


def canvas(*styles: str, **more: Any) -> CanvasContent:
    """A canvas that begins with the first of these."""
    return CanvasContent(styles=styles, default={styles[0]: 1.0}, **more)


def station(name: str, number: int, experience: ExperienceContent | None = None, **more: Any) -> NumberedStation:
    """A station that lacks nothing."""
    content: dict[str, Any] = {
        "number": number,
        "title": words(f"Title of {name}"),
        "label": words(f"Label of {name}"),
        "artwork": ArtworkContent(picture=HARBOUR, alt=words(f"What {name} shows")),
        "experience": experience or lens("wave", "scream"),
    }
    return NumberedStation(id=name, content=StationContent(**content | more))


def edition(*stations: NumberedStation, **more: Any) -> Edition:
    """These stations, or two that lack nothing, in an exhibition that lacks nothing."""
    head: dict[str, Any] = {"title": words("Winter"), "languages": LANGUAGES}
    return Edition(
        exhibition=ExhibitionContent(**head | more),
        stations=stations or (station("harbour", 1), station("valley", 2, canvas("scream", "udnie"))),
    )


FULL = station(
    "harbour",
    1,
    description=words("Description"),
    caption=words("Caption"),
    audio_description=words("What is heard"),
    accessibility=Accessibility(step_free=True, seating=False, flicker=True, notes=words("Notes")),
)
