"""Dreams repainted in the styles that their visitors mix: by the very engine that paints for lenses, in its lane.

Every picture is one visitor's own, so that nothing is kept of what was painted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from exhibit.experience import Dream
from exhibit.protocol import Texture
from server.config import CanvasConfig
from server.costs import Size
from server.degradation import texture_size
from server.dreams.dreaming import Finished
from server.dreams.dreams import Dreams
from server.register import Register, Visitor
from server.scheduler import WaitingTexture
from server.textures import PATIENCE_MS

_SQUARE = Size(1, 1)

Names = Callable[[Mapping[str, float]], Mapping[str, float]]  # of a mix: the styles by their names


class Repainting:
    """Asks for finished dreams in their visitors' mixes, and hangs what comes."""

    def __init__(
        self, canvas: CanvasConfig, register: Register, dreams: Dreams, names: Names, now_ms: Callable[[], float]
    ) -> None:
        self._canvas, self._register, self._dreams = canvas, register, dreams
        self._names, self._now_ms = names, now_ms
        self._lost: set[int] = set()  # sessions whose picture has to be asked for again

    def request(self, visitor: Visitor) -> None:
        """Hang the finished dream as the visitor wants it now: as it was made, or once it is repainted."""
        session, experience = visitor.session, visitor.station.experience
        finished = self._dreams.finished(visitor)
        self.forget(visitor)
        if finished is None or not isinstance(experience, Dream):
            return
        visitor.dispatch.paint.lane.withdraw(session.number)
        revision = max(session.revision, finished.revision)  # a new connection counts anew
        if not session.mix.weights or not session.mix.strength or not finished.shown:
            self._hang(visitor, finished, finished.marked, {}, revision)
        elif not visitor.textures:  # in a new connection it comes again as it was
            self._hang(visitor, finished, finished.shown, finished.made.styles, revision)
        if session.mix.weights and session.mix.strength:
            self._offer(visitor, finished, experience)

    def _offer(self, visitor: Visitor, finished: Finished, experience: Dream) -> None:
        session = visitor.session
        now_ms = self._now_ms()
        visitor.dispatch.offer(
            WaitingTexture(
                session=session.number,
                connection=session.connections,
                artwork="",
                size=texture_size(self._canvas, _SQUARE),
                mix=session.mix,
                revision=max(session.revision, finished.revision),
                arrived_ms=now_ms,
                deadline_ms=now_ms + PATIENCE_MS,
                picture=finished.plain,
                mark=experience.mark,
            )
        )

    def painted(self, waiting: WaitingTexture, texture: Texture) -> None:
        """A dream is repainted: it hangs, if it is still the visitor's."""
        visitor = self._register.in_connection(waiting.session, waiting.connection)
        finished = self._dreams.finished(visitor) if visitor is not None else None
        if visitor is not None and finished is not None and finished.plain is waiting.picture:
            self._hang(visitor, finished, texture.picture, self._names(waiting.mix.weights), waiting.revision)

    def _hang(
        self, visitor: Visitor, finished: Finished, picture: bytes, styles: Mapping[str, float], revision: int
    ) -> None:
        finished.shown = picture
        finished.made = replace(finished.made, styles=styles)
        self._dreams.hang(visitor, picture, revision)

    def dropped(self, waiting: WaitingTexture, reason: str) -> None:
        """It was not repainted; it is asked for again, unless it was replaced."""
        if reason not in {"replaced", "bad_picture"}:
            self._lost.add(waiting.session)

    def repeat(self) -> None:
        """Ask again for what was lost."""
        lost, self._lost = self._lost, set()
        for session in lost:
            visitor = self._register.by_number(session)
            if visitor is not None and visitor.link is not None:
                self.request(visitor)

    def forget(self, visitor: Visitor) -> None:
        """The visitor wants another one, or none any more."""
        self._lost.discard(visitor.session.number)
