"""A ticket as the visitor's page gets it: the station, its styles and texts in every language, as JSON values."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from exhibit.exhibition import Artwork, Exhibition, Station
from exhibit.experience import Experience, Lens, Region
from exhibit.media import media_kind
from exhibit.refusal import Refusal, Refused
from exhibit.texts import Texts
from exhibit.ticket import Signer
from models.style.library import StyleInfo
from server.appraisals import Appraisal


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the pages tell of: the exhibition, the key to its tickets, the styles it can paint in."""

    exhibition: Exhibition
    signer: Signer
    library: tuple[StyleInfo, ...]
    appraisals: Mapping[int, Appraisal] = field(default_factory=dict)  # by station number, as they come in
    show_codes: bool = True

    def station_of(self, ticket: str) -> Station:
        """The station that a ticket opens. Raises Refused."""
        station = self.exhibition.station_by_number(self.signer.read(ticket, time.time()).station)
        if station is None:
            raise Refused(Refusal.STATION_UNKNOWN)
        return station

    def styles_of(self, station: Station) -> list[StyleInfo]:
        """The station's styles, in the order in which it offers them."""
        by_id = {style.id: style for style in self.library}
        return [by_id[name] for name in station.experience.styles]


def card(
    catalogue: Catalogue,
    station: Station,
    room: Mapping[str, int],
    public_url: str,
    target: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that the page shows before it connects; `target` is what it must know of a canvas's artwork."""
    exhibition, experience = catalogue.exhibition, station.experience
    return {
        "exhibition": {"id": exhibition.id, "title": _words(exhibition.title)},
        "languages": list(exhibition.languages),
        "station": {
            "id": station.id,
            "number": station.number,
            "title": _words(station.title),
            "text": _words(station.text),
            "experience": experience.kind,
            "region": experience.region if isinstance(experience, Lens) else Region.ALL,
            "open": station.open,
            "artwork": _artwork(station.artwork),
            "target": target,
            "overlay": _overlay(experience),
            "styles": [_style(style) for style in catalogue.styles_of(station)],
            "default_style": dict(experience.default),
            "strength": experience.strength,
        },
        "room": dict(room),
        "public_url": public_url,
    }


def _artwork(artwork: Artwork) -> dict[str, Any]:
    return {
        "url": f"/media/{artwork.picture}",
        "preview": f"/previews/{PurePath(artwork.picture).stem}.webp",
        "alt": _words(artwork.alt),
    }


def _overlay(experience: Experience) -> dict[str, str] | None:
    """The curator's own; None where there is none."""
    if isinstance(experience, Lens) or experience.overlay is None:
        return None
    return {"kind": media_kind(experience.overlay), "url": f"/media/{experience.overlay}"}


def _style(style: StyleInfo) -> dict[str, Any]:
    return {
        "id": style.id,
        "name": dict(style.name),
        "painter": style.painter,
        "year": style.year,
        "thumbnail": f"/thumbnails/{style.id}.jpg",
    }


def _words(texts: Texts) -> dict[str, str]:
    return dict(texts.by_language)
