"""An exhibition whose every text carries one number, so that a mixture of two is recognised; and who looks for it."""

from __future__ import annotations

import re

from exhibit.content import (
    Accessibility,
    ArtworkContent,
    Edition,
    ExhibitionContent,
    LensContent,
    NumberedStation,
    StationContent,
)
from exhibit.exhibition import Exhibition

NAME = "marked"
STYLES = ("wave", "scream")
LANGUAGES = ("en", "zh-Hans")
STATIONS = 12
_MARKS_A_STATION, _MARKS_OF_ALL = 7, 2  # texts in each language
_MARK = re.compile(r"#(\d+)#")


class TornError(Exception):
    """What was read is of two moments, or a part of it is missing."""


def marked(marker: int, picture: str) -> Edition:
    """The exhibition, complete, every text of it with the marker."""
    head = ExhibitionContent(
        title=_words("Title", marker), introduction=_words("Introduction", marker), languages=LANGUAGES
    )
    return Edition(
        exhibition=head, stations=tuple(_station(place, marker, picture) for place in range(1, STATIONS + 1))
    )


def marker_of(edition: Edition) -> int:
    """The one marker of all texts. Raises TornError."""
    return _one_marker(edition.model_dump_json(), STATIONS * _MARKS_A_STATION + _MARKS_OF_ALL)


def marker_on_show(exhibition: Exhibition) -> int:
    """The same of what visitors see, who are told everything but the introduction. Raises TornError."""
    return _one_marker(repr(exhibition), STATIONS * _MARKS_A_STATION + _MARKS_OF_ALL - 1)


def _one_marker(text: str, texts: int) -> int:
    markers = _MARK.findall(text)
    expected = texts * len(LANGUAGES)
    if len(markers) != expected or len(set(markers)) != 1:
        raise TornError(f"expected one marker {expected} times, got {len(markers)} of {sorted(set(markers))[:5]}")
    return int(markers[0])


def _station(place: int, marker: int, picture: str) -> NumberedStation:
    content = StationContent(
        number=place,
        title=_words(f"Station {place}", marker),
        label=_words("Label", marker),
        description=_words("Description " * 20, marker),
        caption=_words("Caption", marker),
        audio_description=_words("What is heard", marker),
        artwork=ArtworkContent(picture=picture, alt=_words("What it shows", marker)),
        experience=LensContent(styles=STYLES, default={STYLES[0]: 1.0}),
        accessibility=Accessibility(notes=_words("Notes", marker)),
    )
    return NumberedStation(id=f"station-{place}", content=content)


def _words(text: str, marker: int) -> dict[str, str]:
    return {language: f"{text} ({language}) #{marker}#" for language in LANGUAGES}
