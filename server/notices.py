"""What phones are told: the texts of PROTOCOL.md that the server sends, from the domain's values."""

from __future__ import annotations

from typing import Any

from exhibit.exhibition import Station
from exhibit.protocol import CREDITS, RESUME_S, VERSION, encode_text
from exhibit.session import Session
from server.config import Limits
from server.degradation import Advice
from server.instant import instant_of
from server.store.decisions import Decision


def welcome(session: Session, station: Station, language: str, limits: Limits, *, resumed: bool) -> str:
    """The answer to hello, the station's texts in one of the exhibition's languages."""
    return encode_text(
        "welcome",
        version=VERSION,
        session=session.number,
        resume=session.token,
        resume_s=RESUME_S,
        resumed=resumed,
        credits=CREDITS,
        station=_station(station, language),
        settings=_settings(session),
        limits={"max_bytes": limits.message_bytes, "max_px": limits.picture_px},
    )


def changed(session: Session, station: Station, language: str) -> str:
    """The station does something else from now on; the session and its connection stay."""
    return encode_text("changed", station=_station(station, language), settings=_settings(session))


def _station(station: Station, language: str) -> dict[str, Any]:
    return {
        "id": station.id,
        "number": station.number,
        "title": station.title.in_language(language, language),
        "text": station.text.in_language(language, language),
        "experience": station.experience.kind,
        "styles": list(station.experience.styles),
    }


def _settings(session: Session) -> dict[str, Any]:
    return {
        "revision": session.revision,
        "style": dict(session.mix.weights),
        "strength": session.mix.strength,
    }


def live(advice: Advice) -> str:
    """The visitor is live, and what the phone should send at most."""
    return encode_text(
        "status",
        state="slow" if advice.reduced else "live",
        fps=advice.fps,
        width=advice.width,
        height=advice.height,
        reduced=list(advice.reduced),
    )


def waiting(place: int, estimate_s: int) -> str:
    """The visitor waits, at which place and for about how long."""
    return encode_text("status", state="waiting", place=place, estimate_s=estimate_s)


def stopping(retry_after_s: int) -> str:
    """The server goes away and expects to be back."""
    return encode_text("status", state="stopping", retry_after_s=retry_after_s)


def dropped(seq: int, reason: str) -> str:
    """A frame, and any before it, gets no answer."""
    return encode_text("dropped", seq=seq, reason=reason)


def nearby(station: Station, ticket: str, language: str) -> str:
    """The code of another station is in view: which, and the ticket to go there with."""
    told = {"id": station.id, "number": station.number, "title": station.title.in_language(language, language)}
    return encode_text("nearby", station=told, ticket=ticket)


def announcement(told: Decision | None) -> str:
    """What the house tells every visitor; None: nothing any more."""
    if told is None:
        return encode_text("announcement", text="")
    return encode_text("announcement", text=told.text, at=instant_of(told.at))


def fallback(picture: str | None) -> str:
    """The worker is away: the name of the picture to show meanwhile, or None where there is none."""
    return encode_text("fallback", on=True, picture=f"/media/{picture}" if picture else None)


def no_fallback() -> str:
    """The worker is there again."""
    return encode_text("fallback", on=False)
