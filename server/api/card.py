"""A ticket as the visitor's page gets it: the station, its styles and texts in every language, as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from exhibit.exhibition import Artwork, More
from exhibit.experience import Canvas, Dream, Experience, Lens, Region
from exhibit.media import media_kind
from exhibit.texts import Texts
from exhibit.words.check import MAX_CHARS
from models.style.library import StyleInfo
from server.api.catalogue import Catalogue
from server.instant import instant_of
from server.on_show import Place


def card(
    catalogue: Catalogue,
    place: Place,
    room: Mapping[str, int],
    public_url: str,
    target: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that the page shows before it connects; `target` is what it must know of a canvas's artwork."""
    exhibition = place.exhibition
    return {
        "exhibition": {"id": exhibition.id, "title": _words(exhibition.title)},
        "languages": list(exhibition.languages),
        "version": exhibition.version,
        "draft": exhibition.draft,
        "expires_at": instant_of(place.expires_at, "seconds") if place.expires_at is not None else None,
        "station": _station(catalogue, place, target),
        "room": dict(room),
        "public_url": public_url,
    }


def _station(catalogue: Catalogue, place: Place, target: Mapping[str, Any] | None) -> dict[str, Any]:
    station, experience = place.station, place.station.experience
    return {
        "id": station.id,
        "number": station.number,
        "title": _words(station.title),
        "text": _words(station.text),
        "experience": experience.kind,
        "region": experience.region if isinstance(experience, Lens) else Region.ALL,
        "open": station.open,
        "opens_at": instant_of(station.opens_at.timestamp(), "seconds") if station.opens_at else None,
        "notice": station.off or None,
        "artwork": _artwork(station.artwork),
        "target": target,
        "overlay": _overlay(experience),
        "dream": _dream(catalogue, place),
        "styles": [_style(style) for style in catalogue.styles_of(station)],
        "default_style": dict(experience.default),
        "strength": experience.strength,
        **_more(station.more),
    }


def _more(more: More) -> dict[str, Any]:
    return {
        "description": _words(more.description),
        "caption": _words(more.caption),
        "audio_description": _words(more.audio_description),
        "accessibility": {
            "step_free": more.step_free,
            "seating": more.seating,
            "flicker": more.flicker,
            "notes": _words(more.notes),
        },
    }


def _artwork(artwork: Artwork) -> dict[str, Any]:
    return {
        "url": f"/media/{artwork.picture}",
        "preview": f"/previews/{PurePath(artwork.picture).stem}.webp",
        "alt": _words(artwork.alt),
    }


def _dream(catalogue: Catalogue, place: Place) -> dict[str, Any] | None:
    """What may be wished for; None at another experience."""
    experience = place.station.experience
    if not isinstance(experience, Dream):
        return None
    return {
        "mode": experience.mode,
        "words": [_words(word) for word in experience.words],
        "from": list(experience.sources),
        "max_chars": MAX_CHARS,
        "pictures": experience.pictures_per_visit,
        "keep": bool(place.exhibition.keep_days) and not place.exhibition.draft,
        "wall": experience.wall,
        **catalogue.model,
    }


def _overlay(experience: Experience) -> dict[str, str] | None:
    """The curator's own; None where there is none."""
    if not isinstance(experience, Canvas) or experience.overlay is None:
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


def _words(texts: Texts | None) -> dict[str, str] | None:
    return dict(texts.by_language) if texts is not None else None
