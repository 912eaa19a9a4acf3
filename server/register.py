"""Everybody who is in: sessions with what the server keeps for each, by number and by token. Decides nothing."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from exhibit.exhibition import Exhibition, Station
from exhibit.protocol import Telemetry
from exhibit.session import Session, State
from exhibit.style_mix import StyleMix
from server.dispatch import Dispatch
from server.link import Link
from server.on_show import Place
from server.session_notes import SessionNote, digest_of


@dataclass(eq=False)
class Visitor:
    """A session with what the server keeps for it."""

    session: Session
    exhibition: Exhibition  # the version that this visitor was told of last
    station: Station
    dispatch: Dispatch
    digest: str  # of the session's token
    language: str = ""  # of the exhibition's, the one asked for
    link: Link | None = None  # None while away
    told_place: int = 0
    telemetry: Telemetry | None = None  # the last
    textures: int = 0  # sent in this connection
    hung_revision: int = -1  # of the texture sent last in this connection; -1: none was
    told_nearby_ms: dict[int, float] = field(default_factory=dict)  # station -> when this connection was told of it

    def connect(self, link: Link, language: str, now_ms: float, phone_now_ms: float) -> None:
        """A connection begins."""
        self.link, self.language = link, language
        self.textures, self.hung_revision, self.told_nearby_ms = 0, -1, {}
        self.session.connect(now_ms, phone_now_ms)


class Register:
    """Visitors from hello to the end."""

    def __init__(self) -> None:
        self._visitors: dict[int, Visitor] = {}
        # Tokens are looked up by their digest: a guess learns nothing from the time that it takes.
        self._digests: dict[str, int] = {}
        self.last_number = 0  # of all sessions there have been; those of before a restart count

    def __iter__(self) -> Iterator[Visitor]:
        return iter(list(self._visitors.values()))

    def begin(self, place: Place, dispatch: Dispatch) -> Visitor:
        """A new session, with the station's own settings."""
        station = place.station
        experience = station.experience
        offered = frozenset(experience.styles)
        session = Session(
            number=self.last_number + 1,
            token=secrets.token_urlsafe(16),
            station=station.number,
            offered=offered,
            mix=StyleMix.of(experience.default, experience.strength, offered),
        )
        visitor = Visitor(session, place.exhibition, station, dispatch, digest_of(session.token))
        self._add(visitor)
        return visitor

    def revive(self, note: SessionNote, place: Place, dispatch: Dispatch, away_since_ms: float) -> Visitor:
        """A session of before a restart, away; what its visitor chose counts where the station still offers it. Its
        token is known again when its phone says it."""
        session = Session(
            number=note.number,
            token="",
            station=place.station.number,
            offered=frozenset(note.weights),
            mix=StyleMix(note.weights, note.strength),
            state=State.WAITING_AWAY if note.place else State.LIVE_AWAY,
            chosen=note.chosen,
            away_since_ms=away_since_ms,
        )
        session.offer(place.station.experience)
        visitor = Visitor(session, place.exhibition, place.station, dispatch, note.digest, note.language)
        self._add(visitor)
        return visitor

    def _add(self, visitor: Visitor) -> None:
        number = visitor.session.number
        self.last_number = max(self.last_number, number)
        self._visitors[number] = visitor
        self._digests[visitor.digest] = number

    def remove(self, visitor: Visitor) -> None:
        """The session is over."""
        del self._visitors[visitor.session.number], self._digests[visitor.digest]

    def by_number(self, session: int) -> Visitor | None:
        """Whose session it is; None if it is over."""
        return self._visitors.get(session)

    def by_token(self, token: str | None) -> Visitor | None:
        """Who may be resumed with this token."""
        return self._visitors.get(self._digests.get(digest_of(token), 0)) if token else None

    def in_connection(self, session: int, connection: int) -> Visitor | None:
        """Who is still there in that very connection: what an earlier one asked for means nothing in a later one."""
        visitor = self._visitors.get(session)
        there = visitor is not None and visitor.link is not None and visitor.session.connections == connection
        return visitor if there else None

    @property
    def away(self) -> int:
        """How many have lost their connection and may still be resumed."""
        return sum(visitor.session.away for visitor in self._visitors.values())

    def glass_p95_ms(self) -> float | None:
        """The worst 95th percentile of glass-to-glass that a phone reported last; None if none did."""
        return max((telemetry.glass_p95_ms for telemetry in self._telemetry()), default=None)

    def warps(self) -> dict[str, int]:
        """How phones at canvases keep the overlay in place between two poses, by what each reported last."""
        return dict(Counter(telemetry.warp.mode.value for telemetry in self._telemetry() if telemetry.warp))

    def _telemetry(self) -> Iterator[Telemetry]:
        return (visitor.telemetry for visitor in self._visitors.values() if visitor.telemetry is not None)

    def live(self) -> Counter[str]:
        """How many are live by the kind of experience of their stations, those away included."""
        states = (State.LIVE, State.LIVE_AWAY)
        return Counter(v.station.experience.kind for v in self._visitors.values() if v.session.state in states)


def note_of(visitor: Visitor, place: int, now_ms: float) -> SessionNote:
    """What is noted of a visitor who is at that place in the waiting room; 0: who is live."""
    session = visitor.session
    return SessionNote(
        digest=visitor.digest,
        number=session.number,
        subject=visitor.exhibition.subject,
        station=visitor.station.id,
        station_number=session.station,
        weights=session.mix.weights,
        strength=session.mix.strength,
        chosen=session.chosen,
        language=visitor.language,
        place=place,
        away_ms=max(0.0, now_ms - session.away_since_ms) if session.away else 0.0,
    )
