"""The server as the page sees it, played in the browser's network: the ticket's address and the WebSocket.

Speaks PROTOCOL.md through `exhibit.protocol`, so that the page and the real server are held to the same words. Paints
by turning pictures into their negative, which no camera does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import simplejpeg
from playwright.sync_api import Page, Route, WebSocketRoute

from exhibit.protocol import (
    CREDITS,
    RESUME_S,
    VERSION,
    Bye,
    Frame,
    FromPhone,
    Hello,
    Overlay,
    Set,
    Telemetry,
    decode_from_phone,
    encode_overlay,
    encode_text,
)
from exhibit.refusal import Refusal

TICKET = "T1CKET"
PACE = {"fps": 15, "width": 480, "height": 360, "reduced": []}
STYLES = [
    (
        "night",
        "#27408b",
        {"en": "The Starry Night", "zh-Hans": "星月夜", "ar": "ليلة النجوم"},
        "Vincent van Gogh",
        1889,
    ),
    (
        "wave",
        "#5f8a9d",
        {"en": "The Great Wave", "zh-Hans": "神奈川冲浪里", "ar": "الموجة العظيمة"},
        "Katsushika Hokusai",
        1831,
    ),
    ("scream", "#b4532a", {"en": "The Scream", "zh-Hans": "呐喊", "ar": "الصرخة"}, "Edvard Munch", 1893),
    (
        "mist",
        "#8f93b5",
        {"en": "Charing Cross Bridge", "zh-Hans": "查令十字桥", "ar": "جسر تشارينغ كروس"},
        "Claude Monet",
        1903,
    ),
    (
        "forms",
        "#a03c32",
        {"en": "Contrast of Forms", "zh-Hans": "形式的对比", "ar": "تباين الأشكال"},
        "Fernand Léger",
        1913,
    ),
    ("udnie", "#4d4f45", {"en": "Udnie", "zh-Hans": "乌德尼", "ar": "أودني"}, "Francis Picabia", 1913),
]


def picture(colour: str, width: int = 96, height: int = 96) -> bytes:
    """A JPEG of one colour, written like #27408b."""
    rgb = bytes.fromhex(colour[1:])
    return simplejpeg.encode_jpeg(np.full((height, width, 3), list(rgb), np.uint8), quality=80)


def card(**station: Any) -> dict[str, Any]:
    """What the ticket's address answers; fields of the station may be replaced."""
    styles = [
        {"id": name, "name": words, "painter": painter, "year": year, "thumbnail": f"/thumbnails/{name}.jpg"}
        for name, _, words, painter, year in STYLES
    ]
    here = {
        "id": "harbour",
        "number": 3,
        "title": {"en": "The harbour at dusk", "zh-Hans": "黄昏的港口", "ar": "المرفأ عند الغسق"},
        "text": {
            "en": "Six painters looked at light on water. Look at this room as they might have.",
            "zh-Hans": "六位画家都曾凝视水面上的光。请像他们那样看一看这间展厅。",
            "ar": "نظر ستة رسامين إلى الضوء على الماء. انظر إلى هذه القاعة كما كانوا سينظرون إليها.",
        },
        "experience": "lens",
        "open": True,
        "artwork": {"url": "/media/harbour.jpg", "alt": {"en": "A harbour", "zh-Hans": "港口", "ar": "مرفأ"}},
        "styles": styles,
        "default_style": {"night": 1.0},
        "strength": 1.0,
    }
    return {
        "exhibition": {"id": "light", "title": {"en": "Light on water", "zh-Hans": "水上之光", "ar": "ضوء على الماء"}},
        "languages": ["en", "zh-Hans", "ar"],
        "station": {**here, **station},
        "room": {"live": 3, "waiting": 0},
        "public_url": f"https://gallery.example/v/{TICKET}",
    }


def negative(frame: Frame) -> bytes:
    """The painted picture: each channel turned round."""
    return simplejpeg.encode_jpeg(255 - simplejpeg.decode_jpeg(frame.picture), quality=90)


@dataclass
class Connection:
    """One WebSocket of the page."""

    socket: WebSocketRoute
    heard: list[FromPhone] = field(default_factory=list)

    def tell(self, kind: str, **fields: object) -> None:
        """Send a JSON message."""
        self.socket.send(encode_text(kind, **fields))

    def refuse(self, refusal: Refusal, retry_after_s: int | None = None) -> None:
        """Send a fatal error and close as the document says."""
        self.tell("error", code=refusal.code, message="", fatal=True, retry_after_s=retry_after_s)
        self.socket.close(code=refusal.close or 1000)


class ServerDouble:
    """Answers a page's requests; a test sets what it answers before it opens the page."""

    def __init__(self, page: Page) -> None:
        self.card: dict[str, Any] | None = card()
        self.status = 200
        self.live: dict[str, Any] = {"state": "live", **PACE}
        self.refusal: Refusal | None = None
        self.retry_after_s: int | None = None
        self.paint: Callable[[Frame], bytes] | None = negative
        self.revision = 0
        self.connections: list[Connection] = []
        self.settings: dict[str, Any] = {"revision": 0, "style": {"night": 1.0}, "strength": 1.0}
        page.route("**/api/v1/tickets/*", self._answer_ticket)
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

    def _answer_ticket(self, route: Route) -> None:
        route.fulfill(status=self.status, body=json.dumps(self.card), content_type="application/json")

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
            case Frame():
                self._answer_frame(connection, message)
            case Telemetry() | Bye():
                pass

    def _greet(self, connection: Connection, hello: Hello) -> None:
        if self.refusal:
            connection.refuse(self.refusal, self.retry_after_s)
            return
        connection.tell(
            "welcome",
            version=VERSION,
            session=1,
            resume="again",
            resume_s=RESUME_S,
            resumed=hello.resume is not None,
            credits=CREDITS,
            settings={**self.settings, "revision": self.revision},
        )
        connection.tell("status", **self.live)

    def _answer_frame(self, connection: Connection, frame: Frame) -> None:
        if self.paint is None:
            return
        painted = self.paint(frame)
        height, width = cv2.imdecode(np.frombuffer(painted, np.uint8), cv2.IMREAD_COLOR).shape[:2]
        overlay = Overlay(frame.seq, frame.capture_ms, width, height, painted, revision=self.revision)
        connection.socket.send(encode_overlay(overlay))
