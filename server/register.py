"""Everybody who is in: sessions with what the server keeps for each, by number and by token. Decides nothing."""

from __future__ import annotations

import itertools
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


@dataclass(eq=False)
class Visitor:
    """A session with what the server keeps for it."""

    session: Session
    exhibition: Exhibition  # the version that this visitor was told of last
    station: Station
    dispatch: Dispatch
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
        self._tokens: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def __iter__(self) -> Iterator[Visitor]:
        return iter(list(self._visitors.values()))

    def begin(self, place: Place, dispatch: Dispatch) -> Visitor:
        """A new session, with the station's own settings."""
        station = place.station
        experience = station.experience
        offered = frozenset(experience.styles)
        session = Session(
            number=next(self._numbers),
            token=secrets.token_urlsafe(16),
            station=station.number,
            offered=offered,
            mix=StyleMix.of(experience.default, experience.strength, offered),
        )
        visitor = Visitor(session, place.exhibition, station, dispatch)
        self._visitors[session.number] = visitor
        self._tokens[session.token] = session.number
        return visitor

    def remove(self, visitor: Visitor) -> None:
        """The session is over."""
        del self._visitors[visitor.session.number], self._tokens[visitor.session.token]

    def by_number(self, session: int) -> Visitor | None:
        """Whose session it is; None if it is over."""
        return self._visitors.get(session)

    def by_token(self, token: str | None) -> Visitor | None:
        """Who may be resumed with this token."""
        return self._visitors.get(self._tokens.get(token or "", 0))

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

    def live(self, kind: str) -> int:
        """How many are live at stations with this kind of experience, those away included."""
        states = (State.LIVE, State.LIVE_AWAY)
        return sum(v.session.state in states and v.station.experience.kind == kind for v in self._visitors.values())
