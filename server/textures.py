"""Artworks repainted for canvases: which were painted already, who waits for one, and handing them out.

A texture is painted in the slot of the session that asks for it. The newest are kept, by artwork and mix rounded to
hundredths, so that many visitors with a station's own settings cost one painting.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from exhibit.exhibition import Station
from exhibit.experience import Canvas
from exhibit.protocol import Texture
from exhibit.style_mix import StyleMix
from server.config import CanvasConfig
from server.costs import Size
from server.degradation import texture_size
from server.register import Register, Visitor
from server.scheduler import WaitingTexture
from server.tally import Tally

KEPT = 64
PATIENCE_MS = 20_000.0  # a texture is late only after so long: a worker that starts again takes some seconds
_UNKNOWN = Size(4, 3)  # the aspect of a picture whose header says nothing; a texture may have any

Key = tuple[str, tuple[tuple[str, float], ...], float]


def texture_key(artwork: str, mix: StyleMix) -> Key:
    """What two visitors must have in common to be shown the same texture."""
    return artwork, tuple(sorted((style, round(w, 2)) for style, w in mix.weights.items())), round(mix.strength, 2)


def painted_size(canvas: CanvasConfig, station: Station) -> Size | None:
    """The size to paint the station's artwork at; None where no texture is painted of it."""
    experience, artwork = station.experience, station.artwork
    if not isinstance(experience, Canvas) or experience.overlay is not None:
        return None
    return texture_size(canvas, Size(artwork.width, artwork.height) if artwork.width else _UNKNOWN)


class Textures:
    """Hands textures to visitors at canvases."""

    def __init__(self, canvas: CanvasConfig, register: Register, tally: Tally, now_ms: Callable[[], float]) -> None:
        self._canvas, self._register, self._tally, self._now_ms = canvas, register, tally, now_ms
        self._painted: OrderedDict[Key, Texture] = OrderedDict()
        self._wanted: dict[int, WaitingTexture] = {}  # by session, until it is painted
        self._lost: set[int] = set()  # sessions whose texture has to be asked for again

    def request(self, visitor: Visitor) -> None:
        """Hang the artwork as the visitor wants it now: at once if it was painted so before, else when it is."""
        session = visitor.session
        size, artwork = painted_size(self._canvas, visitor.station), visitor.station.artwork.picture
        self.forget(visitor)
        if size is None:
            return
        visitor.dispatch.paint.lane.withdraw(session.number)
        painted = self._painted.get(texture_key(artwork, session.mix))
        if painted is not None:
            self._tally.add("textures", "kept")
            self._hang(visitor, painted, session.revision)
            return
        now_ms = self._now_ms()
        self._wanted[session.number] = waiting = WaitingTexture(
            session=session.number,
            connection=session.connections,
            artwork=artwork,
            size=size,
            mix=session.mix,
            revision=session.revision,
            arrived_ms=now_ms,
            deadline_ms=now_ms + PATIENCE_MS,
        )
        visitor.dispatch.offer(waiting)

    def painted(self, waiting: WaitingTexture, texture: Texture) -> None:
        """A texture is there: for who asked for it, and for all who wait for the same."""
        self._tally.add("textures", "painted")
        key = texture_key(waiting.artwork, waiting.mix)
        self._painted[key] = texture
        self._painted.move_to_end(key)
        while len(self._painted) > KEPT:
            self._painted.popitem(last=False)
        asked = self._register.in_connection(waiting.session, waiting.connection)
        if asked is not None and self._still_fits(asked, waiting):
            self._hang(asked, texture, waiting.revision)
        for wanted in [w for w in self._wanted.values() if texture_key(w.artwork, w.mix) == key]:
            self._serve(wanted, texture)

    def _still_fits(self, visitor: Visitor, waiting: WaitingTexture) -> bool:
        """Whether what was asked for is of the station as it is by now: an older choice of the visitor's is shown until
        the newer one is painted, what the station did before it was changed is not."""
        station, session = visitor.station, visitor.session
        if painted_size(self._canvas, station) is None or waiting.artwork != station.artwork.picture:
            return False
        present = texture_key(waiting.artwork, session.mix)
        return waiting.revision < session.revision or texture_key(waiting.artwork, waiting.mix) == present

    def _serve(self, wanted: WaitingTexture, texture: Texture) -> None:
        visitor = self._register.in_connection(wanted.session, wanted.connection)
        del self._wanted[wanted.session]
        self._lost.discard(wanted.session)
        if visitor is not None:
            visitor.dispatch.paint.lane.withdraw(wanted.session)
            self._hang(visitor, texture, wanted.revision)

    def _hang(self, visitor: Visitor, texture: Texture, revision: int) -> None:
        if visitor.link is None or revision <= visitor.hung_revision:
            return
        visitor.textures += 1
        visitor.hung_revision = revision
        if visitor.link.hang(replace(texture, number=visitor.textures, revision=revision)):
            self._tally.add("textures", "slow_reader")

    def dropped(self, waiting: WaitingTexture, reason: str) -> None:
        """A texture was not painted. It is asked for again, but where its artwork cannot be opened."""
        self._tally.add("textures", f"dropped_{reason}")
        if self._wanted.get(waiting.session) is not waiting:  # it was replaced, or nobody wants it any more
            return
        if reason == "bad_picture":
            del self._wanted[waiting.session]
        else:
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
        self._wanted.pop(visitor.session.number, None)
        self._lost.discard(visitor.session.number)
