"""One simulated phone: camera, credits, newest wins and resume over a real WebSocket, as the visitor's page does it."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import Counter
from enum import Enum
from typing import Any

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from exhibit.protocol import (
    SUBPROTOCOL,
    VERSION,
    Binary,
    Frame,
    decode_overlay,
    decode_pose,
    decode_texture,
    encode_frame,
    encode_text,
    kind_of,
)
from server.visitors.camera import Allowed, Camera, Habits
from server.visitors.diary import Diary
from server.visitors.door import Door
from server.visitors.film import Film
from server.visitors.window import Window

_OPEN_S = 15.0
_BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0)
_MAX_MESSAGE_BYTES = 8 << 20


class Leave(Enum):
    """How a visit ends."""

    BYE = "says bye"
    VANISH = "vanishes without a word"


class TurnedAwayError(Exception):
    """The server refused for good; the visitor does not try again."""


class Phone:
    """One visitor's phone. `visit` may be called once; `lose_connection` at any time."""

    def __init__(self, door: Door, film: Film, habits: Habits, diary: Diary, tls: ssl.SSLContext | None = None) -> None:
        self.diary = diary
        self._door, self._film, self._habits, self._tls = door, film, habits, tls
        self._resume: str | None = None  # token of the session held, from the first welcome on
        self._socket: ClientConnection | None = None  # the connection that is open now
        self._window = Window(1)  # a new one with every welcome: sequence numbers start anew
        self._camera = self._new_camera()
        self._wake = asyncio.Event()  # set when there may be something to send

    async def visit(self, until_s: float, leave: Leave = Leave.BYE) -> None:
        """Connect and stay until then (seconds of the loop's clock); come back whenever the connection is lost."""
        failures = 0
        while asyncio.get_running_loop().time() < until_s:
            came_in = self.diary.connected
            try:
                await self._connect(until_s, leave)
            except TurnedAwayError:
                return
            except InvalidStatus as error:
                self.diary.refused[f"http_{error.response.status_code}"] += 1
                return
            except (OSError, TimeoutError, InvalidHandshake):
                self.diary.errors["no_connection"] += 1
            except ConnectionClosed:
                self.diary.errors["connection_lost"] += 1
            finally:
                self.diary.note_not_live(_now_s())
            failures = 0 if self.diary.connected > came_in else failures + 1
            pause_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
            await asyncio.sleep(min(pause_s, max(0.0, until_s - asyncio.get_running_loop().time())))

    def lose_connection(self) -> None:
        """Cut the connection without a close frame, as a phone does that walks out of the Wi-Fi."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _connect(self, until_s: float, leave: Leave) -> None:
        async with connect(
            self._door.url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            ssl=self._tls,
            proxy=None,
            open_timeout=_OPEN_S,
            close_timeout=1.0,
            max_size=_MAX_MESSAGE_BYTES,
        ) as socket:
            self._socket = socket
            try:
                if await self._converse(socket, until_s):
                    await self._leave(socket, leave)
            finally:
                self._socket = None

    async def _leave(self, socket: ClientConnection, leave: Leave) -> None:
        if leave is Leave.BYE:
            await socket.send(encode_text("bye"))
        else:
            socket.transport.abort()

    async def _converse(self, socket: ClientConnection, until_s: float) -> bool:
        """Talk until the time has come (True) or the server closes (False, or ConnectionClosed)."""
        self._camera = self._new_camera()
        await socket.send(
            encode_text("hello", version=VERSION, ticket=self._door.ticket, now_ms=_now_ms(), resume=self._resume)
        )
        tasks = [asyncio.create_task(task) for task in (self._camera.run(), self._send_frames(socket))]
        if self._habits.telemetry:
            tasks.append(asyncio.create_task(self._send_telemetry(socket)))
        try:
            async with asyncio.timeout_at(until_s):
                async for message in socket:
                    self._hear(message)
            return False
        except TimeoutError:
            return True
        finally:
            await _end(tasks)

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self._hear_binary(message)
            return
        words = json.loads(message)
        match words.get("type"):
            case "welcome":
                self._hear_welcome(words)
            case "status":
                self._hear_status(words)
            case "dropped":
                self.diary.note_dropped(words["reason"], _now_s(), self._window.dropped(words["seq"]))
                self._wake.set()
            case "error":
                self._hear_error(words)

    def _hear_binary(self, message: bytes) -> None:
        """An overlay or a pose answers a frame; a texture answers none."""
        kind = kind_of(message)
        if kind is Binary.TEXTURE:
            decode_texture(message)
            self.diary.textures += 1
            return
        answer = decode_pose(message) if kind is Binary.POSE else decode_overlay(message)
        replaced = self._window.shown(answer.seq, answer.capture_ms)
        if replaced is None:
            self.diary.out_of_order += 1
            return
        self.diary.note_answer(_now_ms() - answer.capture_ms, replaced, _now_s())
        self._wake.set()

    def _hear_welcome(self, words: dict[str, Any]) -> None:
        diary = self.diary
        diary.connected += 1
        diary.sessions.add(str(words["session"]))
        diary.resumed += bool(words["resumed"])
        diary.sessions_lost += self._resume is not None and not words["resumed"]
        self._resume = words["resume"]
        self._window = Window(words["credits"] if self._habits.keeps_credits else None)

    def _hear_status(self, words: dict[str, Any]) -> None:
        live = words["state"] in ("live", "slow")
        if not live:
            self._camera.allowed = Allowed()
            self.diary.waited |= words["state"] == "waiting"
            self.diary.note_not_live(_now_s())
            return
        self._camera.allowed = Allowed(True, words["fps"], words["width"], words["height"])
        self.diary.reduced.update(words.get("reduced", ()))
        self.diary.note_live(_now_s())
        self._wake.set()

    def _hear_error(self, words: dict[str, Any]) -> None:
        if not words["fatal"]:
            self.diary.errors[words["code"]] += 1
            return
        if words["code"] != "stopping":  # that one says when to come back
            self.diary.refused[words["code"]] += 1
            raise TurnedAwayError(words["code"])

    def _new_camera(self) -> Camera:
        return Camera(self._film, self._habits, self._on_picture, self._on_replaced)

    def _on_picture(self) -> None:
        self._wake.set()

    def _on_replaced(self) -> None:
        self.diary.note_dropped("no_credit", _now_s())

    async def _send_frames(self, socket: ClientConnection) -> None:
        """Send the newest picture whenever a credit is free. Ends when the connection does."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._camera.has_picture and self._window.may_send(_now_ms()):
                    await socket.send(self._next_frame())
        except ConnectionClosed:
            return

    def _next_frame(self) -> bytes:
        shot = self._camera.shoot()
        self.diary.note_sent(_now_s())
        seq = self._window.send(shot.capture_ms, _now_ms())
        return encode_frame(Frame(seq, shot.capture_ms, shot.width_px, shot.height_px, shot.jpeg))

    async def _send_telemetry(self, socket: ClientConnection) -> None:
        """Each second, what a page reports: overlays shown and their ages."""
        try:
            told, dropped = 0, Counter[str]()
            while True:
                await asyncio.sleep(1.0)
                ages = self.diary.ages_ms[told:]
                told += len(ages)
                lost = self.diary.dropped - dropped
                dropped = self.diary.dropped.copy()
                p50, p95 = np.percentile(ages, (50, 95)) if ages else (0.0, 0.0)
                await socket.send(
                    encode_text(
                        "telemetry", fps=len(ages), glass_p50_ms=float(p50), glass_p95_ms=float(p95), dropped=lost
                    )
                )
        except ConnectionClosed:
            return


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel the tasks; one that failed before fails here."""
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


def _now_ms() -> float:
    return _now_s() * 1000


def _now_s() -> float:
    return asyncio.get_running_loop().time()
