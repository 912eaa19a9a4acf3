"""All sessions of this server: who is live, who waits, which worker works for whom, and what each phone is told.

Knows phones only as links to tell things to, and frames only as things to pass on; what comes back is delivery.py's.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Dream
from exhibit.protocol import Frame, Hello, Set, Telemetry
from exhibit.refusal import Refusal, Refused
from exhibit.session import State
from server import notices
from server.approvals import Approvals
from server.config import Config
from server.delivery import Delivery
from server.dispatch import Dispatch, Outcomes, least_loaded
from server.dreams.dreams import Dreams
from server.dreams.repainting import Names, Repainting
from server.guidance import Guidance
from server.instant import instant_of
from server.intake import check_picture, waiting_frame, work_of, work_of_station
from server.link import Link
from server.nearby import Nearby
from server.on_show import Place
from server.register import Register, Visitor, note_of
from server.room import Room
from server.scheduler import Waiting, WaitingTexture
from server.session_notes import SessionNote
from server.standby import Standby
from server.store.decisions import NOTHING_DECIDED, Decisions
from server.tally import Tally
from server.textures import Textures, texture_key
from server.watch.glimpses import Glimpses
from server.watch.ledger import Ledger

DRAIN_RETRY_S = 30  # for who comes while nobody new is let in
STOP_RETRY_S = 2  # a restart takes little more; phones spread over the seconds after it

Scored = Callable[[int, Sequence[Mapping[str, Any]]], None]


class Hall:
    """Sessions from hello to the end."""

    def __init__(
        self,
        config: Config,
        workers: Sequence[Dispatch],
        nearby: Nearby,
        *,
        tally: Tally,
        now_ms: Callable[[], float],
        approvals: Approvals | None = None,
        style_names: Names = dict,
        ledger: Ledger | None = None,
    ) -> None:
        self._config, self._workers = config, workers
        self._tally, self._now_ms = tally, now_ms
        self.register = Register()  # everybody who is in
        self.ledger = ledger or Ledger(now_ms, time.time)
        self.glimpses = Glimpses(now_ms)
        self._textures = Textures(config.canvas, self.register, tally, now_ms)
        self.approvals = approvals or Approvals(now_ms)
        self.dreams = Dreams(self.register, self.approvals, tally, now_ms)
        self._repainting = Repainting(config.canvas, self.register, self.dreams, style_names, now_ms)
        self.dreams.on_finished = self._repainting.request
        self._delivery = Delivery(
            self.register, self._textures, nearby, tally, ledger=self.ledger, glimpses=self.glimpses, now_ms=now_ms
        )
        self._room = Room(0, config.room.max_waiting)  # nobody is let in before an engine is ready
        self._guidance = Guidance(config, workers)
        self._advised: Counter[str] = Counter()  # who was live when advice was worked out last, by kind of experience
        self._standby = Standby(self.register, workers, now_ms)
        self._decisions = NOTHING_DECIDED
        self._stopping = False
        self.ready = asyncio.Event()  # set once the first engine can paint

    # -- arriving and leaving ------------------------------------------------------------------------------------

    def enter(self, hello: Hello, place: Place, link: Link) -> Visitor:
        """Resume the session that hello speaks of, or begin one. Raises Refused."""
        self._check_open(place.station)
        visitor = self.resumable(hello, place)
        resumed = visitor is not None
        if visitor is None:
            visitor = self._begin(place)
        else:
            visitor.session.token = hello.resume or ""  # which only its digest was known of after a restart
        if visitor.link is not None:
            self._close(visitor.link, Refused(Refusal.RESUMED_ELSEWHERE))
            self._detach(visitor)
        language = place.exhibition.language(hello.language)
        visitor.connect(link, language, self._now_ms(), hello.now_ms)
        self.ledger.came(visitor)
        was_live = visitor.session.state is State.LIVE
        link.tell(notices.welcome(visitor.session, place.station, language, self._config.limits, resumed=resumed))
        if self._decisions.announcement is not None:
            link.tell(notices.announcement(self._decisions.announcement))
        self._tally.add("sessions", "resumed" if resumed else "begun")
        if visitor not in self._promote():
            self._tell_state(visitor)
        if was_live:
            self._hang(visitor)
            self.dreams.tell_done(visitor)
        return visitor

    def _check_open(self, station: Station) -> None:
        if self._stopping:
            raise Refused(Refusal.STOPPING)
        if not station.open:
            raise closed(station)

    def resumable(self, hello: Hello, place: Place) -> Visitor | None:
        """Whose session hello wants to take up again; None where there is none at this place."""
        visitor = self.register.by_token(hello.resume)
        if visitor is None or visitor.session.station != place.station.number:
            return None
        return visitor if visitor.exhibition.subject == place.exhibition.subject else None

    def _begin(self, place: Place) -> Visitor:
        if self.draining and not place.exhibition.inspected:
            raise Refused(Refusal.DRAINING, retry_after_s=DRAIN_RETRY_S)
        if self._room.full:
            raise Refused(Refusal.ROOM_FULL)
        visitor = self.register.begin(place, least_loaded(self._workers))
        visitor.dispatch.sessions += 1
        self._room.arrive(visitor.session.number)
        return visitor

    def revive(self, note: SessionNote, exhibition: Exhibition | None, away_ms: float) -> bool:
        """Have a session of before a restart back, away for so long already, in its slot or at the end of the waiting
        room. False where nothing is left of its place, as `changed` would find."""
        station = exhibition.station_by_id(note.station) if exhibition is not None else None
        if exhibition is None or station is None or station.number != note.station_number or not station.open:
            return False
        now_ms = self._now_ms()
        place, dispatch = Place(exhibition, station), least_loaded(self._workers)
        visitor = self.register.revive(note, place, dispatch, now_ms - away_ms)
        dispatch.sessions += 1
        if note.place:
            self._room.arrive(visitor.session.number)
        else:
            self._room.readmit(visitor.session.number, now_ms)
        return True

    def notes(self) -> list[SessionNote]:
        """What a restart has to know of everybody who is in."""
        now_ms, places = self._now_ms(), dict(self._room.places())
        return [note_of(visitor, places.get(visitor.session.number, 0), now_ms) for visitor in self.register]

    def lose(self, visitor: Visitor, link: Link) -> None:
        """The connection ended without a bye. Means nothing if another connection has taken over already."""
        if visitor.link is link:
            self._detach(visitor)

    def _detach(self, visitor: Visitor) -> None:
        visitor.link = None
        visitor.dispatch.withdraw(visitor.session.number)
        self._textures.forget(visitor)
        self._repainting.forget(visitor)
        self.dreams.lose(visitor)
        visitor.session.lose(self._now_ms())
        self.ledger.lost(visitor)

    def leave(self, visitor: Visitor, link: Link) -> None:
        """The visitor ends the session, or the server does. Means nothing if another connection has taken over."""
        if visitor.link is link:
            self._end(visitor)

    def _end(self, visitor: Visitor) -> None:
        session = visitor.session
        self.ledger.ended(visitor)
        session.move(State.ENDED)
        visitor.link = None
        visitor.dispatch.forget(session.number)
        visitor.dispatch.sessions -= 1
        self._textures.forget(visitor)
        self._repainting.forget(visitor)
        self.dreams.forget(visitor)
        self.register.remove(visitor)
        self._room.leave(session.number, self._now_ms())
        self._tally.add("sessions", "ended")
        self._promote()

    # -- while connected ------------------------------------------------------------------------------------------

    def choose(self, visitor: Visitor, chosen: Set) -> None:
        """A visitor's style, mix or strength. Raises Refused."""
        session = visitor.session
        artwork = visitor.station.artwork.picture
        before = texture_key(artwork, session.mix)
        session.choose(chosen)
        if session.state is State.LIVE and texture_key(artwork, session.mix) != before:
            self._hang(visitor)

    def _hang(self, visitor: Visitor) -> None:
        """Have what belongs on the artwork's plane painted as the visitor wants it now."""
        dreaming = isinstance(visitor.station.experience, Dream)
        (self._repainting if dreaming else self._textures).request(visitor)

    def hear(self, visitor: Visitor, telemetry: Telemetry) -> None:
        """What the phone measured in the last second; its clock, too."""
        visitor.telemetry = telemetry
        self.ledger.heard(visitor, telemetry)
        if telemetry.now_ms is not None:
            visitor.session.set_clock(self._now_ms(), telemetry.now_ms)

    def take(self, visitor: Visitor, frame: Frame) -> None:
        """A camera frame: check it, and put it into its slot. Raises Refused."""
        self._tally.add("frames")
        now_ms = self._now_ms()
        captured_ms = visitor.session.accept(frame, now_ms)
        check_picture(frame, self._config.limits.picture_px)
        self.ledger.framed(visitor)
        waiting = waiting_frame(visitor, frame, captured_ms, now_ms, self._config)
        self.dreams.frame(visitor, frame)
        visitor.dispatch.offer(waiting, work_of(visitor))

    # -- what is on show changes -----------------------------------------------------------------------------------

    def changed(self, subject: str, exhibition: Exhibition | None) -> None:
        """Visitors of an exhibition go on in another version of it, or hear that their station is closed or gone.

        Those who wait come first: nobody is let in for the moment before the station closes for them, too.
        """
        there = [visitor for visitor in self.register if visitor.exhibition.subject == subject]
        for visitor in sorted(there, key=lambda v: v.session.state in (State.LIVE, State.LIVE_AWAY)):
            self._move(visitor, exhibition)

    def _move(self, visitor: Visitor, exhibition: Exhibition | None) -> None:
        station = exhibition.station_by_id(visitor.station.id) if exhibition is not None else None
        if exhibition is None or station is None or station.number != visitor.station.number:
            self._show_out(visitor, Refused(Refusal.STATION_UNKNOWN))
        elif not station.open:
            self._show_out(visitor, closed(station))
        else:
            before, visitor.exhibition, visitor.station = visitor.station, exhibition, station
            if station.does != before.does:
                self._change(visitor, before)

    def _show_out(self, visitor: Visitor, refused: Refused) -> None:
        if visitor.link is not None:
            self._close(visitor.link, refused)
        self._end(visitor)

    def _change(self, visitor: Visitor, before: Station) -> None:
        """The station does something else from now on; the session and its connection stay."""
        session, station = visitor.session, visitor.station
        visitor.language = visitor.exhibition.language(visitor.language)
        if not isinstance(station.experience, Dream):
            self.dreams.forget(visitor)
        session.offer(station.experience)
        if work_of(visitor) is not work_of_station(before):
            for waiting in visitor.dispatch.withdraw(session.number):
                self._dropped(waiting, "changed")
        self._tally.add("sessions", "changed")
        if visitor.link is not None:
            visitor.link.tell(notices.changed(session, station, visitor.language))
            if session.state is State.LIVE:
                self._tell_state(visitor)
                visitor.hung_revision = -1
                self._hang(visitor)

    # -- what operators decide -------------------------------------------------------------------------------------

    def operate(self, decisions: Decisions) -> None:
        """Let this hold from now on: which network paints, whether anybody new is let in, what every phone shows."""
        before, self._decisions = self._decisions, decisions
        self._guidance.brush = decisions.pinned
        if decisions.announcement != before.announcement:
            for visitor in self.register:
                if visitor.link is not None:
                    visitor.link.tell(notices.announcement(decisions.announcement))

    @property
    def draining(self) -> bool:
        """Whether nobody new is let in."""
        return self._decisions.draining is not None

    @property
    def has_lighter(self) -> bool:
        """Whether there is a lighter network to paint with, as far as it was measured."""
        return self._guidance.has_lighter

    # -- what comes back ------------------------------------------------------------------------------------------

    def outcomes(self, scored: Scored, ready: Callable[[], None] = lambda: None) -> Outcomes:
        """Where workers report to; what they say of the artworks is for somebody else."""
        back = self._delivery

        def is_ready() -> None:
            self.ready.set()
            self.tick()
            ready()

        return Outcomes(
            painted=back.painted,
            tracked=back.tracked,
            textured=lambda waiting, texture: self._painting_of(waiting).painted(waiting, texture),
            dropped=self._dropped,
            seen=back.seen,
            worked=back.worked,
            ready=is_ready,
            scored=scored,
        )

    def _painting_of(self, waiting: WaitingTexture) -> Textures | Repainting:
        """Who asked for it: a dream comes as a picture of its own."""
        return self._repainting if waiting.picture else self._textures

    def _dropped(self, waiting: Waiting, reason: str) -> None:
        if isinstance(waiting, WaitingTexture):
            self._painting_of(waiting).dropped(waiting, reason)
        else:
            self._delivery.dropped(waiting, reason)

    # -- twice a second -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let go of who stayed away too long, follow the engines' measured speed, tell who waits."""
        now_ms = self._now_ms()
        for visitor in self.register:
            if visitor.session.expired(now_ms):
                self._end(visitor)
        self._room.max_live = self._guidance.held()
        self._promote(measured=True)
        for session, place in self._room.places():
            waiting = self.register.by_number(session)
            if waiting is not None and waiting.told_place != place:
                self._tell_place(waiting, place)
        self._standby.tick()
        self._textures.repeat()
        self._repainting.repeat()
        self.dreams.tick()

    def _promote(self, *, measured: bool = False) -> list[Visitor]:
        """Let in whom there is room for, and tell everyone whose state changed by it; returns who was told. Nothing has
        to be advised anew where nobody else is live than before, unless the engines' speed was `measured` meanwhile."""
        numbers = self._room.promote(self._now_ms())
        promoted = [visitor for number in numbers if (visitor := self.register.by_number(number)) is not None]
        for visitor in promoted:
            visitor.session.admit()
            self.ledger.admitted(visitor)
        live = self.register.live()
        if not promoted and not measured and live == self._advised:
            return []
        self._advised = live
        changed = self._guidance.follow(live.__getitem__)
        told = promoted
        if changed:
            told = [v for v in self.register if v.station.experience.kind in changed or v in promoted]
        for visitor in told:
            self._tell_state(visitor)
        for visitor in promoted:
            if visitor.link is not None:
                self._hang(visitor)
        return told

    # -- what phones are told -------------------------------------------------------------------------------------

    def _tell_state(self, visitor: Visitor) -> None:
        if visitor.link is None:
            return
        if visitor.session.state is State.WAITING:
            self._tell_place(visitor, self._room.place(visitor.session.number))
        else:
            visitor.link.tell(notices.live(self._guidance[visitor.station.experience.kind]))

    def _tell_place(self, visitor: Visitor, place: int) -> None:
        if visitor.link is not None:
            visitor.told_place = place
            visitor.link.tell(notices.waiting(place, self._room.estimate_s(place)))

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
    def max_live(self) -> int:
        """How many may be live."""
        return self._room.max_live

    def stop(self) -> None:
        """Tell every phone that the server stops and when to come back; nobody enters from now on."""
        self._stopping = True
        for visitor in self.register:
            if visitor.link is not None:
                visitor.link.tell(notices.stopping(STOP_RETRY_S))
                self._close(visitor.link, Refused(Refusal.STOPPING), STOP_RETRY_S)

    def _close(self, link: Link, refused: Refused, retry_after_s: int | None = None) -> None:
        self._tally.add("refused", refused.refusal.code)
        link.end(refused, retry_after_s)


def closed(station: Station) -> Refused:
    """The refusal of a station that is closed, with the time when it opens or an operator's words, if there are any."""
    opens_at = instant_of(station.opens_at.timestamp(), "seconds") if station.opens_at else None
    return Refused(Refusal.STATION_CLOSED, opens_at=opens_at, notice=station.off or None)
