"""A console whose server is played here: its pages from their files, its answers made of the API's own values.

Starts in no time, and a test says what visitors do. What the page saves has to be a document that the API would take.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from exhibit.completeness import House, Rules, missing
from exhibit.content import (
    DreamContent,
    Edition,
    ExhibitionContent,
    ExperienceContent,
    NumberedStation,
    StationContent,
)
from server.api.answers import Completeness, ExhibitionAnswer, Lack, StationAnswer
from server.api.resources.dreams import (
    Decision,
    DreamModel,
    HeldPicture,
    MadeAnswer,
    ModelFacts,
    OfferedPicture,
    Waiting,
)

ROOT = Path(__file__).parents[2]
PLACES = {"/console/": ROOT / "server" / "console", "/client/": ROOT / "mobile_client"}
PICTURE = ROOT / "exhibit" / "demo" / "valley.jpg"
ARTWORK, UPLOADED = f"{'a' * 64}.jpg", f"{'b' * 64}.jpg"
API = "/api/v1"
WARNING = (
    "The licence of the model Pigment (CC-BY-NC-4.0) allows no commercial use: "
    "show its pictures only where nobody pays for it."
)
MODEL = ModelFacts.model_validate(
    {
        "name": "pigment",
        "title": "Pigment",
        "licence": "Apache-2.0",
        "non_commercial": False,
        "training_data": "Paintings in the public domain",
        "vocabulary": [
            {"kind": "colour", "words": [{"word": "blue", "labels": {"en": "blue", "ar": "أزرق", "de": "blau"}}]},
            {"kind": "mood", "words": [{"word": "calm", "labels": {"en": "calm", "ar": "سكينة"}}]},
        ],
    }
)
ME = {
    "person": {"id": "ada", "login": "ada", "name": "Ada Lind", "role": "curator", "disabled": False, "made_at": "x"},
    "permissions": ["edit", "publish", "see"],
    "csrf": "token",
    "ends_at": "2126-11-28T10:00:00Z",
}
STYLES = [
    {
        "id": name,
        "name": {"en": name.title()},
        "painter": "Nobody",
        "year": 1900,
        "thumbnail": "/thumb.jpg",
        "added": False,
    }
    for name in ("wave", "scream")
]


def held(name: str, words: str, waits_s: float = 12.0) -> HeldPicture:
    """A picture whose visitor waits."""
    at = f"{API}/exhibitions/winter/dreams/held/{name}/picture"
    return HeldPicture(id=name, station="garden", station_title="The garden", words=words, waits_s=waits_s, picture=at)


def offered(name: str, words: str, **more: Any) -> OfferedPicture:
    """A picture that was offered for the wall."""
    made: dict[str, Any] = {
        "exhibition": "Winter",
        "station": "The garden",
        "artwork": "A garden by night",
        "words": words,
        "source": "camera",
        "model": "Pigment",
        "licence": "Apache-2.0",
        "training_data": "Paintings in the public domain",
        "seed": 7,
        "steps": 4,
        "styles": {"Wave": 0.5},
        "made_at": "2026-11-28T10:00:00Z",
        "understood": ("calm",),
        "unknown": ("pond",),
    }
    values: dict[str, Any] = {
        "id": name,
        "station": "garden",
        "made": MadeAnswer(**made),
        "kept_at": 1_795_860_000.0,
        "expires_at": 1_798_452_000.0,
        "decided_by": None,
        "decided_at": None,
        "picture": f"{API}/exhibitions/winter/dreams/offered/{name}/picture",
    }
    return OfferedPicture(**values | more)


@dataclass
class DreamDesk:
    """What the server knows, and what it was told."""

    url: str = ""
    experience: ExperienceContent = field(default_factory=lambda: DreamContent(wall=True))
    warnings: tuple[str, ...] = ()
    held: list[HeldPicture] = field(default_factory=list)
    offered: list[OfferedPicture] = field(default_factory=list)
    shown: list[OfferedPicture] = field(default_factory=list)
    decided: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        title, languages = {"en": "Winter", "ar": "شتاء"}, ("en", "ar")
        self.exhibition = ExhibitionContent(title=title, languages=languages)
        texts = {name: {"en": "The garden", "ar": "الحديقة"} for name in ("title", "label")}
        artwork = {"picture": ARTWORK, "alt": {"en": "A garden", "ar": "حديقة"}}
        content = {"number": 1, "artwork": artwork, **texts}
        self.station = StationContent.model_validate({**content, "experience": self.experience})
        self.revision = 1

    # -- answers --------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """A status, and bytes, a value of the API, or JSON."""
        if path.endswith("/decision"):
            return self._decide(path, Decision.model_validate_json(body).approve)
        if path.endswith(("/picture", "/preview")) or (method == "GET" and path.startswith("/pictures/")):
            return 200, PICTURE.read_bytes()
        if method == "POST" and path == "/pictures":
            return 201, {"name": UPLOADED, "bytes": 9, "width": 9, "height": 9, "title": "x"}
        if method == "PUT" and not path.endswith("/presence"):
            self._save(path, body)
        known = self._known()
        return (200, known[path]) if path in known else (404, {"code": "not_there", "status": 404, "title": "no"})

    def _known(self) -> dict[str, Any]:
        saved: dict[str, Any] = {"revision": self.revision, "changed_at": 1_795_860_000.0, "changed_by": "ada"}
        station = StationAnswer(id="garden", content=self.station, **saved)
        return {
            "/me": ME,
            "/people": [ME["person"]],
            "/styles": STYLES,
            "/dreams/model": DreamModel(model=MODEL),
            "/exhibitions/winter": ExhibitionAnswer(id="winter", content=self.exhibition, shown=1, **saved),
            "/exhibitions/winter/stations": [station],
            "/exhibitions/winter/stations/garden": station,
            "/exhibitions/winter/versions": [],
            "/exhibitions/winter/completeness": self._completeness(),
            "/exhibitions/winter/dreams/waiting": Waiting(held=tuple(self.held), offered=tuple(self.offered)),
            "/exhibitions/winter/dreams/shown": self.shown,
            "/exhibitions/winter/presence": [],
        }

    def _completeness(self) -> Completeness:
        edition = Edition(exhibition=self.exhibition, stations=(NumberedStation(id="garden", content=self.station),))
        lacking = missing(edition, House({ARTWORK, UPLOADED}, {"wave", "scream"}, Rules(dreams=True)))
        return Completeness(missing=tuple(map(Lack.of, lacking)), languages={"en": 1.0}, warnings=self.warnings)

    def _save(self, path: str, body: bytes) -> None:
        if path.endswith("/garden"):
            self.station = StationContent.model_validate_json(body)
        else:
            self.exhibition = ExhibitionContent.model_validate_json(body)
        self.revision += 1

    def _decide(self, path: str, approve: bool) -> tuple[int, Any]:
        name = path.split("/")[-2]
        known = {one.id for one in self.held} | {one.id for one in (*self.offered, *self.shown)}
        known |= {before for before, _ in self.decided}
        if name not in known:
            return 404, {"code": "not_there", "status": 404, "title": "this picture does not wait any more"}
        words = next((one.made.words for one in (*self.offered, *self.shown) if one.id == name), "again")
        self.decided.append((name, approve))
        self.held = [one for one in self.held if one.id != name]
        self.offered = [one for one in self.offered if one.id != name]
        self.shown = [one for one in self.shown if one.id != name]
        if "/offered/" in path and approve:
            self.shown.insert(0, offered(name, words, decided_by="ada", decided_at=1_795_860_600.0))
        return 204, b""


@contextmanager
def dream_desk(**known: Any) -> Iterator[DreamDesk]:
    """One that can be visited until the block ends."""
    desk = DreamDesk(**known)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            folder = next((folder for start, folder in PLACES.items() if path.startswith(start)), None)
            if folder is not None:
                name = path.split("/", 2)[2] or "index.html"
                self._send(200, (folder / name).read_bytes(), guess_type(name)[0] or "text/html")
            elif path == "/thumb.jpg":
                self._send(200, PICTURE.read_bytes(), "image/jpeg")
            else:
                self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.split("?")[0].removeprefix(API)
            status, value = desk.answer(self.command, path, body)
            if isinstance(value, bytes):
                self._send(status, value, "image/jpeg")
            else:
                self._send(status, json.dumps(_plain(value)).encode(), "application/json")

        def _send(self, status: int, data: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("ETag", f'"{desk.revision}"')
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        desk.url = f"http://127.0.0.1:{server.server_port}"
        yield desk
        server.shutdown()


def _plain(value: Any) -> Any:
    """As JSON values."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value
