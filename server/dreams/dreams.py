"""What visitors wish for and what becomes of it: checked, queued, made, let through, hung, repainted and kept.

Knows visitors as the hall does. What takes time (errands.py) is asked for, and everything else happens at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from exhibit.dream import Made, Source, WordsMode
from exhibit.exhibition import Exhibition
from exhibit.experience import Dream
from exhibit.jpeg import jpeg_size
from exhibit.protocol import Frame, Keep, Texture, Wish
from exhibit.refusal import Refusal, Refused
from exhibit.session import State
from server.approvals import Approvals, ApprovalsFullError
from server.dreams import notices
from server.dreams.asks import Asks
from server.dreams.dreamer import Dreamer, Reports
from server.dreams.dreaming import Dreaming, Finished, Keeping
from server.dreams.job import Job, Outcome
from server.dreams.lane import StationBusyError
from server.dreams.requests import BUSY, FAULT, NO_MODEL, NotGrantedError, Request
from server.register import Register, Visitor
from server.tally import Tally

FRAME_WITHIN_MS = 3000.0  # so long a wish waits for a frame of the camera's
SEEDS = 2**32


About = Callable[[Visitor, Job, Outcome], Made]


def _nobody(_visitor: Visitor) -> None:
    """Nobody hangs it."""


class Dreams:
    """Wishes of all visitors."""

    def __init__(
        self,
        register: Register,
        approvals: Approvals,
        tally: Tally,
        now_ms: Callable[[], float],
    ) -> None:
        self._register, self._approvals, self._tally, self._now_ms = register, approvals, tally, now_ms
        self.asks = Asks()
        self._of: dict[int, Dreaming] = {}  # by session
        self._dreamer: Dreamer | None = None
        self._about: About | None = None
        self.on_finished: Callable[[Visitor], None] = _nobody  # a picture is to be hung

    def reports(self) -> Reports:
        """Where the dreamer reports to."""
        return Reports(self._forming, self._made, self._failed, self._tell_places)

    def open(self, dreamer: Dreamer, about: About) -> None:
        """Begin to take wishes; `about` tells how a picture was made. Before, and without, there is no model."""
        self._dreamer, self._about = dreamer, about

    # -- what visitors say ----------------------------------------------------------------------------------------

    def wish(self, visitor: Visitor, wish: Wish) -> None:
        """A picture is wanted; an older wish is forgotten. Raises Refused."""
        experience, session = visitor.station.experience, visitor.session
        if not isinstance(experience, Dream):
            raise Refused(Refusal.NOT_A_DREAM)
        if session.state is not State.LIVE:
            raise Refused(Refusal.NOT_LIVE)
        session.wish(wish)
        self._tally.add("dreams", "wished")
        dreaming = self._of.setdefault(session.number, Dreaming())
        self._drop(visitor, dreaming)
        try:
            self._check_granted(experience, dreaming, wish)
        except NotGrantedError as error:
            self._refuse(visitor, wish.revision, error)
            return
        dreaming.wish = wish
        self.asks.check(visitor)

    def _check_granted(self, experience: Dream, dreaming: Dreaming, wish: Wish) -> None:
        if self._dreamer is None or self._dreamer.fault:
            raise NotGrantedError("no_model", NO_MODEL)
        if dreaming.had >= experience.pictures_per_visit:
            raise NotGrantedError("too_many", f"A visit has {experience.pictures_per_visit} pictures here.")
        if wish.source not in experience.sources:
            raise NotGrantedError("source_missing", "This station does not begin from that.")
        if wish.source is Source.PICTURE and dreaming.finished is None:
            raise NotGrantedError("source_missing", "There is no picture yet to begin from.")

    def cancel(self, visitor: Visitor) -> None:
        """The newest wish is not wanted any more."""
        dreaming = self._of.get(visitor.session.number)
        if dreaming is not None and dreaming.wish is not None:
            revision = dreaming.wish.revision
            self._drop(visitor, dreaming)
            self._tell(visitor, notices.cancelled(revision))
            self._tally.add("dreams", "cancelled")

    def keep(self, visitor: Visitor, keep: Keep) -> None:
        """The finished picture is to be kept. Raises Refused."""
        if not isinstance(visitor.station.experience, Dream):
            raise Refused(Refusal.NOT_A_DREAM)
        dreaming = self._of.get(visitor.session.number)
        if dreaming is None or dreaming.finished is None:
            self._tell(visitor, notices.not_kept("nothing_to_keep", "There is no picture yet to keep."))
        elif not visitor.exhibition.keep_days or visitor.exhibition.draft:
            self._tell(visitor, notices.not_kept("keeping_off", "Pictures are not kept here."))
        else:
            wall = keep.wall and visitor.station.experience.wall
            self.asks.keep(Keeping(visitor, dreaming.finished, wall))

    def frame(self, visitor: Visitor, frame: Frame) -> None:
        """A frame of the camera's: a wish may wait for it. No frame is kept for a wish to come."""
        dreaming = self._of.get(visitor.session.number)
        if dreaming is not None and dreaming.seeks_frame_since_ms is not None and dreaming.request is not None:
            dreaming.seeks_frame_since_ms = None
            self._queue(visitor, dreaming, dreaming.request, frame.picture)

    # -- coming, going, and what is on show changes ------------------------------------------------------------------

    def lose(self, visitor: Visitor) -> None:
        """The connection is gone: nobody waits for the wish any more. The finished picture stays."""
        dreaming = self._of.get(visitor.session.number)
        if dreaming is not None:
            self._drop(visitor, dreaming)

    def forget(self, visitor: Visitor) -> None:
        """The session is over, or its station does something else: nothing stays."""
        self.lose(visitor)
        self._of.pop(visitor.session.number, None)
        self.asks.forget(visitor)
        if self._dreamer is not None:
            self._dreamer.lane.forget(visitor.session.number)

    def finished(self, visitor: Visitor) -> Finished | None:
        """The picture that was made last for a visitor who is at a dream."""
        dreaming = self._of.get(visitor.session.number)
        return dreaming.finished if dreaming is not None else None

    def on_show(self, _subject: str, exhibition: Exhibition | None) -> None:
        """The model is opened when the first station needs it."""
        stations = exhibition.stations if exhibition is not None else ()
        if self._dreamer is not None and any(isinstance(station.experience, Dream) for station in stations):
            self._dreamer.want()

    def _drop(self, visitor: Visitor, dreaming: Dreaming) -> None:
        """Forget the wish that is not a picture yet."""
        number = visitor.session.number
        self.asks.forget_wish(visitor)
        if dreaming.held:
            self._approvals.withdraw(dreaming.held)
        if dreaming.job is not None and self._dreamer is not None:
            self._dreamer.withdraw(number)
        dreaming.wish, dreaming.request, dreaming.job, dreaming.held = None, None, None, ""
        dreaming.seeks_frame_since_ms, dreaming.told_place = None, 0

    # -- wishes that were checked --------------------------------------------------------------------------------

    def wish_of(self, visitor: Visitor) -> Wish | None:
        """The newest, until its picture is there."""
        dreaming = self._of.get(visitor.session.number)
        return dreaming.wish if dreaming is not None else None

    def decline(self, visitor: Visitor, wish: Wish, error: NotGrantedError) -> None:
        """A wish is not made into a picture; if a newer one was said meanwhile, nobody needs to know."""
        dreaming = self._of.get(visitor.session.number)
        if dreaming is not None and dreaming.wish is wish:
            self._drop(visitor, dreaming)
            self._refuse(visitor, wish.revision, error)

    def fail(self, visitor: Visitor | None) -> None:
        """What was to be done for a visitor's wish failed, by a mistake of this program's."""
        wish = self.wish_of(visitor) if visitor is not None else None
        if visitor is not None and wish is not None:
            self.decline(visitor, wish, NotGrantedError("fault", FAULT))

    def accept(self, visitor: Visitor, wish: Wish, request: Request) -> None:
        """The words are good: the wish is queued, unless a newer one was said meanwhile."""
        dreaming = self._of.get(visitor.session.number)
        if dreaming is None or dreaming.wish is not wish:
            return
        dreaming.request = request
        if wish.source is Source.CAMERA:
            dreaming.seeks_frame_since_ms = self._now_ms()
        else:
            plain = dreaming.finished.plain if wish.source is Source.PICTURE and dreaming.finished else b""
            self._queue(visitor, dreaming, request, plain)

    def _queue(self, visitor: Visitor, dreaming: Dreaming, request: Request, picture: bytes) -> None:
        assert self._dreamer is not None and dreaming.wish is not None
        wish, station, experience = dreaming.wish, visitor.station, visitor.station.experience
        assert isinstance(experience, Dream)
        dreaming.job = Job(
            number=self._dreamer.number(),
            session=visitor.session.number,
            connection=visitor.session.connections,
            revision=wish.revision,
            station=(visitor.exhibition.subject, station.id),
            words=request.words,
            told=request.told,
            seed=secrets.randbelow(SEEDS) if wish.seed is None else wish.seed,
            mark=experience.mark,
            source=wish.source,
            change=wish.change,
            artwork=station.artwork.picture if wish.source is Source.ARTWORK else "",
            picture=picture,
        )
        try:
            self._dreamer.offer(dreaming.job)
        except StationBusyError:
            self._drop(visitor, dreaming)
            self._refuse(visitor, wish.revision, NotGrantedError("busy", BUSY))
            return
        self._tell_places()

    # -- what comes back --------------------------------------------------------------------------------------------

    def _asker(self, job: Job) -> tuple[Visitor, Dreaming] | None:
        """Whose job it is, if it is still what that visitor wants."""
        visitor = self._register.in_connection(job.session, job.connection)
        dreaming = self._of.get(job.session)
        if visitor is None or dreaming is None or dreaming.job is None or dreaming.job.number != job.number:
            return None
        return visitor, dreaming

    def _forming(self, job: Job, step: int, steps: int, preview: bytes) -> None:
        if (asker := self._asker(job)) is None:
            return
        visitor, dreaming = asker
        _count(dreaming, job)
        experience = visitor.station.experience
        self._tell(visitor, notices.forming(job.revision, step, steps))
        if preview and isinstance(experience, Dream) and experience.mode is not WordsMode.APPROVED:
            self.hang(visitor, preview, job.revision)

    def _made(self, job: Job, outcome: Outcome) -> None:
        self._tally.add("dreams", "made")
        self._tally.add("dream_ms", amount=outcome.spent_ms)
        if (asker := self._asker(job)) is None:
            return
        visitor, dreaming = asker
        _count(dreaming, job)
        dreaming.job = None
        if not outcome.may_be_shown:
            self._not_let_through(visitor, dreaming, job.revision)
        elif self._is_approved_first(visitor):
            self._hold(visitor, dreaming, job, outcome)
        else:
            self._show(visitor, dreaming, job, outcome)

    def _is_approved_first(self, visitor: Visitor) -> bool:
        experience = visitor.station.experience
        return isinstance(experience, Dream) and experience.mode is WordsMode.APPROVED

    def _hold(self, visitor: Visitor, dreaming: Dreaming, job: Job, outcome: Outcome) -> None:
        def decided(approved: bool) -> None:
            dreaming.held = ""
            if approved:
                self._show(visitor, dreaming, job, outcome)
            else:
                self._not_let_through(visitor, dreaming, job.revision)

        title = visitor.station.title.in_language(visitor.exhibition.languages[0], visitor.exhibition.languages[0])
        place = visitor.exhibition.id, visitor.station.id, title
        try:
            dreaming.held = self._approvals.hold(*place, job.told, picture=outcome.marked, decided=decided)
        except ApprovalsFullError:
            self._drop(visitor, dreaming)
            self._refuse(visitor, job.revision, NotGrantedError("busy", BUSY))
            return
        self._tally.add("dreams", "held")
        self._tell(visitor, notices.held(job.revision))

    def _show(self, visitor: Visitor, dreaming: Dreaming, job: Job, outcome: Outcome) -> None:
        assert self._about is not None, "a picture without a model"
        made = self._about(visitor, job, outcome)
        dreaming.wish, dreaming.request = None, None
        dreaming.finished = Finished(job.revision, outcome.plain, outcome.marked, made)
        self._tally.add("dreams", "shown")
        self.on_finished(visitor)
        self.tell_done(visitor)

    def tell_done(self, visitor: Visitor) -> None:
        """Say how the finished picture was made, if there is one: also to who comes back in a new connection."""
        if (finished := self.finished(visitor)) is not None:
            can_keep = bool(visitor.exhibition.keep_days) and not visitor.exhibition.draft
            self._tell(visitor, notices.done(finished.revision, finished.made, can_keep=can_keep))

    def _not_let_through(self, visitor: Visitor, dreaming: Dreaming, revision: int) -> None:
        self._tally.add("dreams", "not_let_through")
        dreaming.wish, dreaming.request = None, None
        self.asks.fall_back(visitor, revision)

    def _failed(self, job: Job, error: NotGrantedError) -> None:
        self._tally.add("dreams", f"failed_{error.code}")
        if (asker := self._asker(job)) is not None:
            visitor, dreaming = asker
            dreaming.job = None
            self._drop(visitor, dreaming)
            self._refuse(visitor, job.revision, error)

    def _tell_places(self) -> None:
        """Tell who waits of a new place."""
        if self._dreamer is None:
            return
        places = {session: place for place, session in enumerate(self._dreamer.lane.sessions(), start=1)}
        for number, dreaming in self._of.items():
            if dreaming.job is None:
                continue
            place, visitor = places.get(number, 0), self._register.by_number(number)
            if place and place != dreaming.told_place and visitor is not None:
                estimate_s = self._dreamer.estimate_s(place)
                self._tell(visitor, notices.queued(dreaming.job.revision, place, estimate_s))
            dreaming.told_place = place

    # -- twice a second ---------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Wishes that wait for a frame that does not come are given up."""
        now_ms = self._now_ms()
        for number, dreaming in list(self._of.items()):
            since_ms, wish = dreaming.seeks_frame_since_ms, dreaming.wish
            visitor = self._register.by_number(number)
            if since_ms is None or wish is None or visitor is None or now_ms - since_ms < FRAME_WITHIN_MS:
                continue
            self.decline(visitor, wish, NotGrantedError("source_missing", "The camera sent no picture."))

    # -- what phones are told and shown --------------------------------------------------------------------------------

    def hang(self, visitor: Visitor, picture: bytes, revision: int) -> None:
        """Send a picture as the texture to show."""
        if visitor.link is None:
            return
        width, height = jpeg_size(picture) or (0, 0)
        visitor.textures += 1
        visitor.hung_revision = max(visitor.hung_revision, revision)
        if visitor.link.hang(Texture(visitor.textures, width, height, picture, revision)):
            self._tally.add("textures", "slow_reader")

    def fall_back(self, visitor: Visitor, revision: int, picture: bytes) -> None:
        """In place of a picture that was not let through comes this one, if it is any."""
        if visitor.session.revision == revision:
            self._tell(visitor, notices.fallback(revision, texture=bool(picture)))
            if picture:
                self.hang(visitor, picture, revision)

    def tell_kept(self, visitor: Visitor, text: str) -> None:
        """What became of a picture that was to be kept."""
        self._tally.add("dreams", "keeping_answered")
        self._tell(visitor, text)

    def _refuse(self, visitor: Visitor, revision: int, error: NotGrantedError) -> None:
        self._tally.add("dreams", f"refused_{error.code}")
        self._tell(visitor, notices.refused(revision, error))

    def _tell(self, visitor: Visitor, text: str) -> None:
        if visitor.link is not None:
            visitor.link.tell(text)


def _count(dreaming: Dreaming, job: Job) -> None:
    """A picture that was begun is one of the visit's; one that only waited is none."""
    if dreaming.counted != job.number:
        dreaming.counted = job.number
        dreaming.had += 1
