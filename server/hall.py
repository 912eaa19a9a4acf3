"""All sessions of this server: who is live, who waits, which worker paints for whom, and what each phone is told.

Knows phones only as links to tell things to, and frames only as things to pass on.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from exhibit.exhibition import Exhibition, Station
from exhibit.jpeg import jpeg_size
from exhibit.protocol import Frame, Hello, Overlay, Set, Telemetry
from exhibit.refusal import Refusal, Refused
from exhibit.session import Session, State
from exhibit.style_mix import StyleMix
from server import notices
from server.config import Config
from server.costs import Size
from server.degradation import advise, paint_size, visitors_held
from server.dispatch import Dispatch, Outcomes, least_loaded
from server.link import Link
from server.room import Room
from server.scheduler import WaitingFrame
from server.tally import Tally

STOP_RETRY_S = 15
_NOTABLE = 0.15  # phones are told of a new frame rate when it changed by this share


@dataclass(eq=False)
class Visitor:
    """A session with what the server keeps for it."""

    session: Session
    station: Station
    dispatch: Dispatch
    link: Link | None = None  # None while away
    told_place: int = 0
    telemetry: Telemetry | None = None  # the last


class Hall:
    """Sessions from hello to the end."""

    def __init__(
        self,
        config: Config,
        exhibition: Exhibition,
        workers: Sequence[Dispatch],
        tally: Tally,
        now_ms: Callable[[], float],
    ) -> None:
        self._config, self._exhibition, self._workers = config, exhibition, workers
        self._tally, self._now_ms = tally, now_ms
        self._visitors: dict[int, Visitor] = {}
        self._tokens: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._room = Room(0, config.room.max_waiting)  # nobody is let in before an engine is ready
        self._advice = advise(config.lens, self._rate, 0)
        self._stopping = False
        self.ready = asyncio.Event()  # set once the first engine can paint

    # -- arriving and leaving ------------------------------------------------------------------------------------

    def enter(self, hello: Hello, station_number: int, link: Link) -> Visitor:
        """Resume the session that hello speaks of, or begin one. Raises Refused."""
        if self._stopping:
            raise Refused(Refusal.STOPPING)
        station = self._exhibition.station_by_number(station_number)
        if station is None:
            raise Refused(Refusal.STATION_UNKNOWN)
        if not station.open:
            raise Refused(Refusal.STATION_CLOSED)
        visitor = self._resumable(hello, station)
        resumed = visitor is not None
        if visitor is None:
            visitor = self._begin(station)
        visitor.link = link
        visitor.session.connect(self._now_ms(), hello.now_ms)
        language = self._exhibition.language(hello.language)
        link.tell(notices.welcome(visitor.session, station, language, self._config.limits, resumed=resumed))
        self._tally.add("sessions", "resumed" if resumed else "begun")
        if visitor not in self._promote():
            self._tell_state(visitor)
        return visitor

    def _resumable(self, hello: Hello, station: Station) -> Visitor | None:
        visitor = self._visitors.get(self._tokens.get(hello.resume or "", 0))
        if visitor is None or visitor.session.station != station.number:
            return None
        if visitor.link is not None:
            self._close(visitor.link, Refused(Refusal.RESUMED_ELSEWHERE))
            self._detach(visitor)
        return visitor

    def _begin(self, station: Station) -> Visitor:
        if self._room.full:
            raise Refused(Refusal.ROOM_FULL)
        offered = frozenset(station.experience.styles)
        session = Session(
            number=next(self._numbers),
            token=secrets.token_urlsafe(16),
            station=station.number,
            offered=offered,
            mix=StyleMix.of(station.experience.default, station.experience.strength, offered),
        )
        visitor = Visitor(session, station, least_loaded(self._workers))
        visitor.dispatch.sessions += 1
        self._visitors[session.number] = visitor
        self._tokens[session.token] = session.number
        self._room.arrive(session.number)
        return visitor

    def lose(self, visitor: Visitor, link: Link) -> None:
        """The connection ended without a bye. Means nothing if another connection has taken over already."""
        if visitor.link is link:
            self._detach(visitor)

    def _detach(self, visitor: Visitor) -> None:
        visitor.link = None
        visitor.dispatch.lane.withdraw(visitor.session.number)
        visitor.session.lose(self._now_ms())

    def leave(self, visitor: Visitor, link: Link) -> None:
        """The visitor ends the session, or the server does. Means nothing if another connection has taken over."""
        if visitor.link is link:
            self._end(visitor)

    def _end(self, visitor: Visitor) -> None:
        session = visitor.session
        session.move(State.ENDED)
        visitor.link = None
        visitor.dispatch.lane.withdraw(session.number)
        visitor.dispatch.sessions -= 1
        del self._visitors[session.number], self._tokens[session.token]
        self._room.leave(session.number, self._now_ms())
        self._tally.add("sessions", "ended")
        self._promote()

    # -- while connected ------------------------------------------------------------------------------------------

    def choose(self, visitor: Visitor, chosen: Set) -> None:
        """A visitor's style, mix or strength. Raises Refused."""
        visitor.session.choose(chosen)

    def hear(self, visitor: Visitor, telemetry: Telemetry) -> None:
        """What the phone measured in the last second; its clock, too."""
        visitor.telemetry = telemetry
        if telemetry.now_ms is not None:
            visitor.session.set_clock(self._now_ms(), telemetry.now_ms)

    def take(self, visitor: Visitor, frame: Frame) -> None:
        """A camera frame: check it, and put it into its slot. Raises Refused."""
        self._tally.add("frames")
        now_ms = self._now_ms()
        captured_ms = visitor.session.accept(frame, now_ms)
        self._check_size(frame)
        size = paint_size(self._config.lens, Size(frame.width, frame.height))
        session = visitor.session
        waiting = WaitingFrame(
            session=session.number,
            connection=session.connections,
            frame=frame,
            size=size,
            mix=session.mix,
            revision=session.revision,
            arrived_ms=now_ms,
            deadline_ms=captured_ms + self._config.lens.deadline_ms,
        )
        visitor.dispatch.offer(waiting)

    def _check_size(self, frame: Frame) -> None:
        found = jpeg_size(frame.picture)
        if found is None:
            raise Refused(Refusal.BAD_PICTURE, "", frame.seq)
        limit = self._config.limits.picture_px
        if max(*found, frame.width, frame.height) > limit:
            raise Refused(Refusal.PICTURE_TOO_LARGE, f"Got {found[0]} x {found[1]}, at most {limit}.", frame.seq)
        if found != (frame.width, frame.height):
            detail = f"Expected {frame.width} x {frame.height}, got {found[0]} x {found[1]}."
            raise Refused(Refusal.SIZE_MISMATCH, detail, frame.seq)

    # -- what comes back from the workers -------------------------------------------------------------------------

    def outcomes(self) -> Outcomes:
        """Where workers report to."""
        return Outcomes(self._painted, self._dropped, self._worked, self._ready)

    def _painted(self, waiting: WaitingFrame, overlay: Overlay) -> None:
        link = self._link_of(waiting)
        if link is None:
            self._tally.add("dropped", "left")
            return
        self._tally.add("overlays")
        if link.show(overlay):
            self._tally.add("dropped", "slow_reader")

    def _dropped(self, waiting: WaitingFrame, reason: str) -> None:
        self._tally.add("dropped", reason)
        link = self._link_of(waiting)
        if reason != "replaced" and link is not None:
            link.tell(notices.dropped(waiting.frame.seq, reason))

    def _link_of(self, waiting: WaitingFrame) -> Link | None:
        """The connection that the frame came in, if it is still the session's."""
        visitor = self._visitors.get(waiting.session)
        return visitor.link if visitor is not None and visitor.session.connections == waiting.connection else None

    def _worked(self, spent_ms: Mapping[str, float], frames: int) -> None:
        self._tally.add("batches")
        for step, milliseconds in spent_ms.items():
            self._tally.add("work_ms", step, milliseconds)
        self._tally.add("work_frames", amount=frames)

    def _ready(self) -> None:
        self.ready.set()
        self.tick()

    # -- twice a second -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let go of who stayed away too long, follow the engines' measured speed, tell who waits."""
        now_ms = self._now_ms()
        for visitor in [v for v in self._visitors.values() if v.session.expired(now_ms)]:
            self._end(visitor)
        self._room.max_live = self._held()
        self._promote()
        for session, place in self._room.places():
            visitor = self._visitors[session]
            if visitor.told_place != place:
                self._tell_state(visitor)

    def _rate(self, size: Size) -> float:
        return sum(dispatch.rate(size) for dispatch in self._workers)

    def _held(self) -> int:
        """How many may be live: nobody before an engine was measured."""
        held = visitors_held(self._config.lens, self._rate)
        return (self._config.room.max_live or held) if held else 0

    def _promote(self) -> list[Visitor]:
        """Let in whom there is room for, and tell everyone whose state changed by it; returns who was told."""
        promoted = [self._visitors[session] for session in self._room.promote(self._now_ms())]
        for visitor in promoted:
            visitor.session.admit()
        told = list(self._visitors.values()) if self._follow_load() else promoted
        for visitor in told:
            self._tell_state(visitor)
        return told

    def _follow_load(self) -> bool:
        """Work out what phones should send; returns whether they have to be told."""
        advice = advise(self._config.lens, self._rate, self._room.live)
        before = self._advice
        same_kind = (advice.width, advice.reduced) == (before.width, before.reduced)
        if same_kind and abs(advice.fps - before.fps) <= _NOTABLE * before.fps:
            return False
        self._advice = advice
        return True

    # -- what phones are told -------------------------------------------------------------------------------------

    def _tell_state(self, visitor: Visitor) -> None:
        if visitor.link is None:
            return
        if visitor.session.state is State.WAITING:
            place = self._room.place(visitor.session.number)
            visitor.told_place = place
            visitor.link.tell(notices.waiting(place, self._room.estimate_s(place)))
        else:
            visitor.link.tell(notices.live(self._advice))

    # -- numbers, and the end -------------------------------------------------------------------------------------

    @property
    def live(self) -> int:
        """Sessions that are live, those away included."""
        return self._room.live

    @property
    def waiting(self) -> int:
        """Sessions in the waiting room."""
        return self._room.waiting

    @property
    def away(self) -> int:
        """Sessions whose connection was lost and that may still be resumed."""
        return sum(visitor.session.away for visitor in self._visitors.values())

    @property
    def max_live(self) -> int:
        """How many may be live."""
        return self._room.max_live

    def glass_p95_ms(self) -> float | None:
        """The worst 95th percentile of glass-to-glass that a phone reported last; None if none did."""
        reported = [v.telemetry.glass_p95_ms for v in self._visitors.values() if v.telemetry is not None]
        return max(reported, default=None)

    def stop(self) -> None:
        """Tell every phone that the server stops and when to come back; nobody enters from now on."""
        self._stopping = True
        for visitor in list(self._visitors.values()):
            if visitor.link is not None:
                visitor.link.tell(notices.stopping(STOP_RETRY_S))
                self._close(visitor.link, Refused(Refusal.STOPPING), STOP_RETRY_S)

    def _close(self, link: Link, refused: Refused, retry_after_s: int | None = None) -> None:
        self._tally.add("refused", refused.refusal.code)
        link.end(refused, retry_after_s)
