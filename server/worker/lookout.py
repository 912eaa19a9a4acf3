"""Where each session's artwork is: one tracker a session, so that nobody's pose is made from another's frames."""

from __future__ import annotations

import logging
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from exhibit.track.pose import LOOKING, Pose
from exhibit.track.target import Target
from exhibit.track.tracker import Tracker
from server.worker.codec import Grey
from server.worker.presence import Presence
from server.worker.targets import Targets

log = logging.getLogger("vernissage.lookout")

KEPT = 1024  # sessions; the one that sent nothing for longest is let go
LEAST_PX = 32  # of a frame's side: in less there is nothing to find
MOST = 1e4  # of a homography's entry: beyond it the artwork is nowhere that could be drawn


class Follows(Protocol):
    """What follows one target: exhibit.track's Tracker."""

    def track(self, grey: Grey, captured_ms: float) -> Pose: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose frame it is, of which artwork, and when it was captured."""

    session: int
    connection: int
    artwork: str  # the name of its picture
    captured_ms: float  # on the phone's clock


@dataclass
class Followed:
    """What is kept of one session: used by one thread at a time, since a session has one kind of work."""

    connection: int
    artwork: str
    tracker: Follows | None = None  # None until the target is there
    captured_ms: float = 0.0  # of the newest frame
    presence: Presence = field(default_factory=Presence)


class Lookout:
    """Trackers by session. Each session's frames come from one thread; different ones may come from several."""

    def __init__(self, targets: Targets, make: Callable[[Target], Follows] = Tracker, kept: int = KEPT) -> None:
        self._targets, self._make, self._kept = targets, make, kept
        self._followed: OrderedDict[int, Followed] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._followed)

    def pose(self, sight: Sight, grey: Grey) -> Pose:
        """The artwork's pose in a frame; looking where the target is not there yet."""
        followed = self._follow(sight)
        if followed.tracker is None and (target := self._targets.target(sight.artwork)) is not None:
            followed.tracker = self._make(target)
        if followed.tracker is None or min(grey.shape) < LEAST_PX:
            return LOOKING
        followed.captured_ms = max(followed.captured_ms, sight.captured_ms)
        try:
            pose = followed.tracker.track(grey, followed.captured_ms)
        except Exception:  # one visitor's picture must not take the worker from all others
            log.exception("session %d: the tracker begins anew", sight.session)
            followed.tracker = None
            return LOOKING
        return pose if _is_drawable(pose) else LOOKING

    def presence(self, sight: Sight, pose: Pose) -> Presence:
        """How far the artwork is let in or out of a lens's paint, as of this frame's pose."""
        presence = self._follow(sight).presence
        presence.follow(pose, sight.captured_ms)
        return presence

    def forget(self, session: int) -> None:
        """The session has ended."""
        with self._lock:
            self._followed.pop(session, None)

    def _follow(self, sight: Sight) -> Followed:
        """What is kept of the session; begun anew with every connection, whose clock may be another, and artwork."""
        with self._lock:
            followed = self._followed.get(sight.session)
            if followed is None or (followed.connection, followed.artwork) != (sight.connection, sight.artwork):
                followed = self._followed[sight.session] = Followed(sight.connection, sight.artwork)
            self._followed.move_to_end(sight.session)
            while len(self._followed) > self._kept:
                self._followed.popitem(last=False)
            return followed


def _is_drawable(pose: Pose) -> bool:
    """Whether all its numbers are such as a phone can draw with: finite, and not beyond all measure."""
    if pose.homography is None:
        return True
    numbers = [*pose.homography.ravel().tolist(), pose.confidence, pose.error_px]
    return all(math.isfinite(number) and abs(number) < MOST for number in numbers)
