"""What comes back from the workers, to the phones that it is for. Knows of a phone only its link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from exhibit.exhibition import Station
from exhibit.protocol import Overlay, PoseAnswer
from server import notices
from server.nearby import AGAIN_MS, Nearby
from server.register import Register, Visitor
from server.scheduler import WaitingFrame
from server.tally import Tally
from server.textures import Textures
from server.watch.glimpses import Glimpses
from server.watch.ledger import Ledger
from server.worker.wire import Kind


class Delivery:
    """Answers go to the connection that the frame came in, if it is still the session's; else they are counted."""

    def __init__(
        self,
        register: Register,
        textures: Textures,
        nearby: Nearby,
        tally: Tally,
        *,
        ledger: Ledger,
        glimpses: Glimpses,
        now_ms: Callable[[], float],
    ) -> None:
        self._register, self._textures, self._nearby = register, textures, nearby
        self._tally, self._ledger, self._now_ms = tally, ledger, now_ms
        self._glimpses = glimpses

    def painted(self, waiting: WaitingFrame, overlay: Overlay) -> None:
        """A lens's frame, painted."""
        self._show(waiting, overlay, "overlays")

    def tracked(self, waiting: WaitingFrame, pose: PoseAnswer) -> None:
        """Where the artwork is in a canvas's frame."""
        visitor = self._register.in_connection(waiting.session, waiting.connection)
        revision = max(0, visitor.hung_revision) if visitor is not None else 0
        self._tally.add("pose_states", pose.state.name.lower())
        if visitor is not None:
            self._ledger.looked(visitor, found=pose.homography is not None)
        self._show(waiting, replace(pose, revision=revision), "poses")

    def _show(self, waiting: WaitingFrame, answer: Overlay | PoseAnswer, counted: str) -> None:
        visitor = self._register.in_connection(waiting.session, waiting.connection)
        if visitor is None or visitor.link is None:
            self._tally.add("dropped", "left")
            return
        self._tally.add(counted)
        self._ledger.answered(visitor)
        if isinstance(answer, Overlay):
            self._glimpses.shown(visitor, answer)
        if visitor.link.show(answer):
            self._tally.add("dropped", "slow_reader")
            self._ledger.dropped(visitor, "slow_reader")

    def dropped(self, waiting: WaitingFrame, reason: str) -> None:
        """A frame gets no answer."""
        self._tally.add("dropped", reason)
        visitor = self._register.in_connection(waiting.session, waiting.connection)
        if visitor is not None:
            self._ledger.dropped(visitor, reason)
        if reason != "replaced" and visitor is not None and visitor.link is not None:
            visitor.link.tell(notices.dropped(waiting.frame.seq, reason))

    def seen(self, session: int, connection: int, text: str) -> None:
        """A code was read in a frame; the phone hears of it if it leads to another station of this exhibition."""
        visitor = self._register.in_connection(session, connection)
        found = self._nearby.station(text, visitor.exhibition) if visitor is not None else None
        self._tally.add("codes_seen", "strange" if found is None else "ours")
        if visitor is not None and found is not None:
            self._tell_nearby(visitor, *found)

    def _tell_nearby(self, visitor: Visitor, station: Station, ticket: str) -> None:
        now_ms = self._now_ms()
        told_ms = visitor.told_nearby_ms.get(station.number)
        if station is visitor.station or visitor.link is None or (told_ms is not None and now_ms - told_ms < AGAIN_MS):
            return
        visitor.told_nearby_ms[station.number] = now_ms
        visitor.link.tell(notices.nearby(station, ticket, visitor.language))

    def worked(self, kind: Kind, spent_ms: Mapping[str, float], frames: int) -> None:
        """A batch took so long."""
        painting = kind is Kind.PAINT
        self._tally.add("batches" if painting else "track_batches")
        for step, milliseconds in spent_ms.items():
            self._tally.add("work_ms" if painting else "track_ms", step, milliseconds)
        self._tally.add("work_frames" if painting else "track_frames", amount=frames)
