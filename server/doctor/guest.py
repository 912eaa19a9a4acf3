"""The doctor as a visitor: goes in at a station, shows it its own artwork, and notes what comes back. Judges
nothing."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Origin, Subprotocol

from exhibit.protocol import (
    SUBPROTOCOL,
    VERSION,
    Binary,
    Frame,
    Overlay,
    PoseAnswer,
    Texture,
    decode_overlay,
    decode_pose,
    decode_texture,
    encode_frame,
    encode_text,
    kind_of,
)
from exhibit.track.pose import TrackState
from server.doctor.sight import FRAMES
from server.visitors.door import Door
from server.visitors.film import Film

SHOWN = 12  # frames
SETTLING = 3  # of them, at first, whose age says nothing: the engine and the tracker wake up
LOCK_S = 6.0  # until a picture that was never looked for before is found: it is prepared first
REGION_S = 3.0  # the same, where only the painting tells
ANSWER_S = 2.0  # for one frame; PROTOCOL.md lets a phone wait as long
TEXTURE_S = 8.0  # for the artwork repainted
LIVE_S = 5.0  # to be let in
WISH_S = 60.0
_OPEN_S = 5.0
_MOST_FPS = 15.0
_MOST_BYTES = 8 << 20
_ENDS = {"done", "fallback", "refused", "failed", "cancelled", "held"}


@dataclass(frozen=True, slots=True)
class Told:
    """A refusal, as the server words it."""

    code: str
    message: str


@dataclass
class Notes:
    """What happened, in the order of the fields; a visit that broke off leaves the later ones as they are."""

    unopened: str = ""  # why the WebSocket did not open
    status: int = 0  # of the HTTP answer where it should have opened; 0: there was none
    welcome: dict[str, Any] | None = None
    refused: Told | None = None
    waiting: int | None = None  # place in the waiting room, if told
    live_s: float = 0.0  # from the first byte to being let in
    live: bool = False
    size: tuple[int, int] = (0, 0)  # width and height of the frames
    sent: int = 0
    overlays: list[tuple[int, Overlay]] = field(default_factory=list)  # with the frame's place in the film
    poses: list[tuple[int, PoseAnswer]] = field(default_factory=list)
    textures: list[Texture] = field(default_factory=list)
    ages_ms: list[float] = field(default_factory=list)  # capture to answer; settled frames only
    lost: Counter[str] = field(default_factory=Counter)  # frames without an answer, by reason
    errors: list[Told] = field(default_factory=list)  # that ended nothing
    cut: bool = False  # the connection ended by itself
    dream: dict[str, Any] | None = None  # the last that was heard of the wish


@dataclass
class Guest:
    """One visit. `notes` may be read whenever it ends, also where it was cut short."""

    door: Door
    origin: str  # of the page that phones have
    film: Film
    textured: bool  # whether a texture is to come
    posed: bool  # whether frames are answered by poses
    least_s: float = 0.0  # how long frames are shown, whatever comes back
    wish: dict[str, Any] | None = None  # to be wished for; None: nothing
    notes: Notes = field(default_factory=Notes)
    _seq: int = 0  # of the frame sent last
    _dropped: set[int] = field(default_factory=set)  # frames that get no answer

    async def visit(self) -> None:
        """Go in, look, leave."""
        began_s = _now_s()
        try:
            async with connect(
                self.door.url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                origin=Origin(self.origin),
                compression=None,
                ssl=self.door.tls(),
                proxy=None,
                open_timeout=_OPEN_S,
                close_timeout=1.0,
                max_size=_MOST_BYTES,
            ) as socket:
                await self._look_around(socket, began_s)
        except InvalidStatus as error:
            self.notes.status = error.response.status_code
            self.notes.unopened = bytes(error.response.body or b"").decode(errors="replace").strip()[:200]
        except (OSError, InvalidHandshake, TimeoutError) as error:
            self.notes.unopened = str(error) or type(error).__name__

    async def _look_around(self, socket: ClientConnection, began_s: float) -> None:
        try:
            await socket.send(encode_text("hello", version=VERSION, ticket=self.door.ticket, now_ms=_now_ms()))
            await self._until(socket, lambda: self.notes.live or self.notes.refused is not None, LIVE_S)
            self.notes.live_s = _now_s() - began_s
            if self.notes.live:
                await asyncio.to_thread(self.film.develop, *self.notes.size)  # so that no age is the encoder's
                await self._show(socket)
                if self.textured:
                    await self._until(socket, lambda: bool(self.notes.textures), TEXTURE_S)
                if self.wish is not None:
                    await self._dream(socket, self.wish)
            await socket.send(encode_text("bye"))
        except ConnectionClosed:
            self.notes.cut = True

    async def _show(self, socket: ClientConnection) -> None:
        """Frame after frame, each once the one before was answered or lost."""
        notes, began_s, place = self.notes, _now_s(), -1
        while self._goes_on(place := place + 1, _now_s() - began_s):
            captured_s = _now_s()
            width, height = notes.size
            picture = self.film.jpeg(place, width, height)
            self._seq += 1
            await socket.send(encode_frame(Frame(self._seq, captured_s * 1000, width, height, picture)))
            notes.sent += 1
            came = await self._until(socket, lambda: self._is_answered(self._seq), ANSWER_S)
            if not came:
                notes.lost["no_answer"] += 1
            elif self._answer_to(self._seq) and place >= SETTLING:
                notes.ages_ms.append((_now_s() - captured_s) * 1000)
            await asyncio.sleep(max(0.0, captured_s + 1 / _MOST_FPS - _now_s()))

    def _goes_on(self, shown: int, for_s: float) -> bool:
        """Whether one more frame is shown."""
        locked = any(pose.state is TrackState.LOCKED for _, pose in self.notes.poses)
        return shown < SHOWN or for_s < self.least_s or (self.posed and not locked and for_s < LOCK_S)

    def _is_answered(self, seq: int) -> bool:
        return self._answer_to(seq) or seq in self._dropped

    def _answer_to(self, seq: int) -> bool:
        answers: list[Overlay | PoseAnswer] = [answer for _, answer in self.notes.overlays[-1:]]
        answers += [answer for _, answer in self.notes.poses[-1:]]
        return any(answer.seq >= seq for answer in answers)

    async def _dream(self, socket: ClientConnection, wish: dict[str, Any]) -> None:
        textures = len(self.notes.textures)
        await socket.send(encode_text("wish", revision=1, **wish))

        def made() -> bool:
            state = (self.notes.dream or {}).get("state")
            return state in _ENDS and (state != "done" or len(self.notes.textures) > textures)

        await self._until(socket, made, WISH_S)

    async def _until(self, socket: ClientConnection, holds: Callable[[], bool], within_s: float) -> bool:
        """Listen until it holds, for no longer than that; whether it does."""
        try:
            async with asyncio.timeout(within_s):
                while not holds():
                    self._hear(await socket.recv())
        except TimeoutError:
            pass
        return holds()

    # -- what comes in --------------------------------------------------------------------------------------------

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self._hear_binary(message)
            return
        words = json.loads(message)
        kind = words.get("type")
        if kind == "welcome":
            self.notes.welcome = words
        elif kind == "status":
            self._hear_status(words)
        elif kind == "dropped":
            self._dropped.add(words["seq"])
            self.notes.lost[words["reason"]] += 1
        elif kind == "dream":
            self.notes.dream = words
        elif kind == "error":
            self._hear_error(words)

    def _hear_binary(self, message: bytes) -> None:
        kind, place = kind_of(message), (self._seq - 1) % FRAMES
        if kind is Binary.TEXTURE:
            self.notes.textures.append(decode_texture(message))
        elif kind is Binary.POSE:
            self.notes.poses.append((place, decode_pose(message)))
        else:
            self.notes.overlays.append((place, decode_overlay(message)))

    def _hear_status(self, words: dict[str, Any]) -> None:
        self.notes.live = words["state"] in {"live", "slow"}
        if self.notes.live:
            self.notes.size = words["width"], words["height"]
        elif words["state"] == "waiting":
            self.notes.waiting = words["place"]

    def _hear_error(self, words: dict[str, Any]) -> None:
        told = Told(words["code"], words["message"])
        if words["fatal"]:
            self.notes.refused = told
        else:
            self.notes.errors.append(told)
            self._dropped.add(words.get("seq") or 0)


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _now_ms() -> float:
    return _now_s() * 1000
