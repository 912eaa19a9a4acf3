"""The server as the page sees it, played in the browser's network: the ticket's address and the WebSocket.

Speaks PROTOCOL.md through `exhibit.protocol`, so that the page and the real server are held to the same words. Paints
by turning pictures into their negative, which no camera does, and sees every artwork hang in the middle of the picture.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import simplejpeg
from cards import STYLES, card
from playwright.sync_api import Page, Route, WebSocketRoute

from exhibit.protocol import (
    CREDITS,
    RESUME_S,
    VERSION,
    Bye,
    Cancel,
    Frame,
    FromPhone,
    Hello,
    Keep,
    Overlay,
    PoseAnswer,
    Set,
    Telemetry,
    Texture,
    Wish,
    decode_from_phone,
    encode_overlay,
    encode_pose,
    encode_text,
    encode_texture,
)
from exhibit.refusal import Refusal
from exhibit.track.pose import TrackState

PACE = {"fps": 15, "width": 480, "height": 360, "reduced": []}


def picture(colour: str, width: int = 96, height: int = 96) -> bytes:
    """A JPEG of one colour, written like #27408b."""
    rgb = bytes.fromhex(colour[1:])
    return simplejpeg.encode_jpeg(np.full((height, width, 3), list(rgb), np.uint8), quality=80)


def negative(frame: Frame) -> bytes:
    """The painted picture: each channel turned round."""
    return simplejpeg.encode_jpeg(255 - simplejpeg.decode_jpeg(frame.picture), quality=90)


def hanging(frame: Frame) -> PoseAnswer:
    """The artwork found in the middle of the frame, half as wide and half as high as it."""
    middle = (0.5, 0.0, 0.25, 0.0, 0.5, 0.25, 0.0, 0.0, 1.0)
    return _seen(frame, TrackState.LOCKED, confidence=0.9, error_px=0.4, homography=middle)


def nowhere(frame: Frame) -> PoseAnswer:
    """No artwork in the frame."""
    return _seen(frame, TrackState.LOOKING)


def _seen(frame: Frame, state: TrackState, **found: Any) -> PoseAnswer:
    size = (frame.width, frame.height)
    return PoseAnswer(frame.seq, frame.capture_ms, *size, state, orientation=frame.orientation, **found)


def _words(station: dict[str, Any]) -> dict[str, Any]:
    """A station as `welcome` and `changed` tell it, in English."""
    told = {name: station[name] for name in ("id", "number", "experience")}
    styles = [style["id"] for style in station["styles"]]
    return {**told, "title": station["title"]["en"], "text": station["text"]["en"], "styles": styles}


@dataclass
class Connection:
    """One WebSocket of the page."""

    socket: WebSocketRoute
    heard: list[FromPhone] = field(default_factory=list)
    station: dict[str, Any] = field(default_factory=dict)  # of the ticket that it greeted with
    textures: int = 0

    def tell(self, kind: str, **fields: object) -> None:
        """Send a JSON message."""
        self.socket.send(encode_text(kind, **fields))

    def hang(self, picture: bytes, revision: int) -> None:
        """Send a texture."""
        self.textures += 1
        self.socket.send(encode_texture(Texture(self.textures, 320, 240, picture, revision)))

    def dreams(self, state: str, **told: object) -> None:
        """Say how the newest wish goes on."""
        wishes = [message for message in self.heard if isinstance(message, Wish)]
        self.tell("dream", revision=wishes[-1].revision, state=state, **told)

    def refuse(self, refusal: Refusal, retry_after_s: int | None = None, opens_at: str | None = None) -> None:
        """Send a fatal error and close as the document says."""
        more = {"retry_after_s": retry_after_s, "opens_at": opens_at}
        self.tell("error", code=refusal.code, message="", fatal=True, **more)
        self.socket.close(code=refusal.close or 1000)


class ServerDouble:
    """Answers a page's requests; a test sets what it answers before it opens the page."""

    def __init__(self, page: Page) -> None:
        self.card: dict[str, Any] | None = card()
        self.cards: dict[str, dict[str, Any]] = {}  # of tickets that lead elsewhere than to `card`
        self.refused: dict[str, str] = {}  # tickets that lead nowhere, and why
        self.status = 200
        self.live: dict[str, Any] = {"state": "live", **PACE}
        self.refusal: Refusal | None = None
        self.retry_after_s: int | None = None
        self.paint: Callable[[Frame], bytes] | None = negative
        self.look: Callable[[Frame], PoseAnswer] | None = hanging
        self.dream: Callable[[Connection, Wish], None] | None = None  # what is done with a wish
        self.texture = picture("#c04080", 320, 240)
        self.revision = 0
        self.connections: list[Connection] = []
        self.cards_read = 0
        self.steps: list[str] = []  # that the page told of
        self.step_status = 204
        self.settings: dict[str, Any] = {"revision": 0, "style": {"night": 1.0}, "strength": 1.0}
        page.route("**/api/v1/tickets/*", self._answer_ticket)
        page.route("**/api/v1/steps/*/*", self._answer_step)
        page.route("**/thumbnails/*", self._answer_thumbnail)
        page.route(
            "**/media/*", lambda route: route.fulfill(body=picture("#3f5a6b", 640, 480), content_type="image/jpeg")
        )
        page.route_web_socket("**/ws", self._accept)

    @property
    def connection(self) -> Connection:
        """The newest one."""
        return self.connections[-1]

    def heard(self, kind: type[FromPhone]) -> list[Any]:
        """All messages of a kind, over all connections."""
        return [message for one in self.connections for message in one.heard if isinstance(message, kind)]

    def publish(self, card: dict[str, Any]) -> None:
        """What the station does changes under the live picture; the visitor's style stays where it is still offered."""
        offered = {style["id"] for style in card["station"]["styles"]}
        if not offered.issuperset(self.settings["style"]) or not self.settings["style"]:
            self.settings = {**self.settings, "style": card["station"]["default_style"]}
        self.card, self.connection.station = card, card["station"]
        settings = {**self.settings, "revision": self.revision}
        self.connection.tell("changed", station=_words(card["station"]), settings=settings)
        self._hang_texture(self.connection)

    def _answer_ticket(self, route: Route) -> None:
        self.cards_read += 1
        ticket = route.request.url.rpartition("/")[2]
        status, body = self.status, self.cards.get(ticket, self.card)
        if ticket in self.refused:
            status, body = 403, {"code": self.refused[ticket]}
        route.fulfill(status=status, body=json.dumps(body), content_type="application/json")

    def _answer_step(self, route: Route) -> None:
        assert route.request.method == "POST" and route.request.post_data is None
        self.steps.append(route.request.url.rpartition("/")[2])
        route.fulfill(status=self.step_status)

    def _answer_thumbnail(self, route: Route) -> None:
        name = route.request.url.rpartition("/")[2].removesuffix(".jpg")
        colour = next(colour for style, colour, *_ in STYLES if style == name)
        route.fulfill(body=picture(colour), content_type="image/jpeg")

    def _accept(self, socket: WebSocketRoute) -> None:
        connection = Connection(socket)
        self.connections.append(connection)
        socket.on_message(lambda data: self._hear(connection, data))

    def _hear(self, connection: Connection, data: str | bytes) -> None:
        message = decode_from_phone(data)
        connection.heard.append(message)
        match message:
            case Hello():
                self._greet(connection, message)
            case Set():
                self.revision = message.revision
                self.settings = {**self.settings, "style": message.style or self.settings["style"]}
                self._hang_texture(connection)
            case Frame():
                self._answer_frame(connection, message)
            case Wish():
                self.revision = message.revision
                if self.dream:
                    self.dream(connection, message)
            case Telemetry() | Bye() | Cancel() | Keep():
                pass

    def _greet(self, connection: Connection, hello: Hello) -> None:
        if self.refusal:
            connection.refuse(self.refusal, self.retry_after_s)
            return
        connection.station = self.cards.get(hello.ticket, self.card or {})["station"]
        connection.tell(
            "welcome",
            version=VERSION,
            session=1,
            resume="again",
            resume_s=RESUME_S,
            resumed=hello.resume is not None,
            credits=CREDITS,
            station=_words(connection.station),
            settings={**self.settings, "revision": self.revision},
        )
        connection.tell("status", **self.live)
        self._hang_texture(connection)

    def _hang_texture(self, connection: Connection) -> None:
        """At a canvas with styles the artwork comes repainted, once and again after each choice."""
        if connection.station["experience"] != "canvas" or not connection.station["styles"]:
            return
        connection.hang(self.texture, self.revision)

    def _answer_frame(self, connection: Connection, frame: Frame) -> None:
        if connection.station["experience"] in ("canvas", "dream"):
            if self.look:
                connection.socket.send(encode_pose(replace(self.look(frame), revision=self.revision)))
            return
        if self.paint is None:
            return
        painted = self.paint(frame)
        height, width = cv2.imdecode(np.frombuffer(painted, np.uint8), cv2.IMREAD_COLOR).shape[:2]
        overlay = Overlay(frame.seq, frame.capture_ms, width, height, painted, revision=self.revision)
        connection.socket.send(encode_overlay(overlay))
