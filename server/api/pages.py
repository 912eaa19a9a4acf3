"""Pages and API over HTTP: which address answers what. Knows no WebSocket; what is open on it, the gateway says."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from exhibit.experience import Canvas
from server.address import base_url
from server.api.card import Catalogue, card
from server.api.codes import make_code
from server.api.document import AN_HOUR, Document, document, read_document, read_folder
from server.api.headers import dress
from server.api.light import measure_light
from server.api.media import Media
from server.api.preview import make_preview
from server.api.problem import errors_to_problems, problem
from server.api.wall import CONSOLE, Wall
from server.config import ServerConfig

__all__ = ["Catalogue", "Room", "build_pages"]

CLIENT = Path(__file__).parents[2] / "mobile_client"
_MAX_BODY_BYTES = 1024  # nothing here reads one
_CODES_KEPT = 256
_MAX_LANGUAGE_CHARS = 35  # what RFC 5646, section 4.4.1, asks of a buffer for one


class Room(Protocol):
    """How full it is, and whether anybody can be painted for yet."""

    ready: asyncio.Event

    @property
    def live(self) -> int: ...

    @property
    def waiting(self) -> int: ...


def build_pages(
    server: ServerConfig, catalogue: Catalogue, *, hall: Room, stats: Callable[[], dict[str, Any]]
) -> web.Application:
    """The application for the port. Reads every file that it will serve but clips, so that hardly a request touches
    the disk."""
    pages = _Pages(server, catalogue, hall, stats)
    app = web.Application(middlewares=[pages.lost, errors_to_problems], client_max_size=_MAX_BODY_BYTES)
    app.on_response_prepare.append(dress)
    app.add_routes(
        [
            web.get("/", pages.wall),
            web.get("/codes/{number:[1-9][0-9]{0,4}}.svg", pages.code),
            web.get("/v/{ticket}", pages.visit),
            web.get("/client/{path:.+}", pages.client),
            web.get("/console/{path:.+}", pages.console),
            web.get("/media/{name}", pages.media.answer),
            web.get("/previews/{name}.webp", pages.preview),
            web.get("/thumbnails/{name}", pages.thumbnail),
            web.get("/api/v1/tickets/{ticket}", pages.ticket),
            web.get("/api/v1/stats", pages.statistics),
            web.get("/healthz", pages.alive),
            web.get("/readyz", pages.ready),
            web.get("/ws", pages.misdirected),
        ]
    )
    return app


class _Pages:
    """The handlers, and the documents that they answer with."""

    def __init__(
        self, server: ServerConfig, catalogue: Catalogue, hall: Room, stats: Callable[[], dict[str, Any]]
    ) -> None:
        self._server, self._catalogue, self._hall, self._stats = server, catalogue, hall, stats
        self._wall = Wall(catalogue)
        self._client = read_folder(CLIENT)
        self._console = {name: found for name, found in read_folder(CONSOLE).items() if not name.endswith(".html")}
        self.media = Media(catalogue.exhibition)
        self._thumbnails = {f"{style.id}.jpg": read_document(style.thumbnail, AN_HOUR) for style in catalogue.library}

    async def wall(self, request: web.Request) -> web.Response:
        return _html(request, self._wall.render(_language(request)))

    async def code(self, request: web.Request) -> web.Response:
        station = self._catalogue.exhibition.station_by_number(int(request.match_info["number"]))
        if station is None or not station.open or not self._catalogue.show_codes:
            raise web.HTTPNotFound
        address = self._public_url(request, self._catalogue.signer.sign(station.number))
        return (await asyncio.to_thread(_code_document, address)).answer(request)

    async def visit(self, request: web.Request) -> web.Response:
        return self._client["index.html"].answer(request)  # which says so itself where the ticket is not valid

    async def client(self, request: web.Request) -> web.Response:
        return _found(self._client, request.match_info["path"]).answer(request)

    async def console(self, request: web.Request) -> web.Response:
        return _found(self._console, request.match_info["path"]).answer(request)

    async def preview(self, request: web.Request) -> web.Response:
        by_stem = {Path(s.artwork.picture).stem: s for s in self._catalogue.exhibition.stations}
        station = by_stem.get(request.match_info["name"])
        if station is None:
            raise web.HTTPNotFound
        picture = self._catalogue.exhibition.picture(station)
        return document(await asyncio.to_thread(make_preview, picture), ".webp", AN_HOUR).answer(request)

    async def thumbnail(self, request: web.Request) -> web.Response:
        return _found(self._thumbnails, request.match_info["name"]).answer(request)

    async def ticket(self, request: web.Request) -> web.Response:
        ticket = request.match_info["ticket"]
        station = self._catalogue.station_of(ticket)
        room = {"live": self._hall.live, "waiting": self._hall.waiting}
        target = None
        if isinstance(station.experience, Canvas):
            target = await asyncio.to_thread(measure_light, self._catalogue.exhibition.picture(station))
        return _json(request, card(self._catalogue, station, room, self._public_url(request, ticket), target))

    async def statistics(self, request: web.Request) -> web.Response:
        if not _is_local(request):
            raise web.HTTPForbidden
        return _json(request, self._stats())

    async def alive(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(self, _request: web.Request) -> web.Response:
        ready = self._hall.ready.is_set()
        return web.Response(text="ready\n" if ready else "warming up\n", status=200 if ready else 503)

    async def misdirected(self, _request: web.Request) -> web.Response:
        """A handshake over a connection that has carried pages: the port hands those to the gateway only as a first."""
        response = problem(421, "misdirected", "Open the WebSocket over a connection of its own.")
        response.force_close()
        return response

    @web.middleware
    async def lost(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A person at an address that is none gets a page to read, where a program gets a problem."""
        response = await handler(request)
        if response.status == 404 and "text/html" in request.headers.get("Accept", ""):
            page = _html(request, self._wall.render(_language(request), lost=True))
            page.set_status(404)
            return page
        return response

    def _public_url(self, request: web.Request, ticket: str) -> str:
        port: int = request.get_extra_info("sockname")[1]
        return f"{base_url(self._server, port)}/v/{ticket}"


@lru_cache(maxsize=_CODES_KEPT)
def _code_document(address: str) -> Document:
    return document(make_code(address).svg().encode(), ".svg")


def _found(documents: dict[str, Document], name: str) -> Document:
    if name not in documents:
        raise web.HTTPNotFound
    return documents[name]


def _html(request: web.Request, page: str) -> web.Response:
    return document(page.encode(), ".html").answer(request)


def _json(request: web.Request, values: dict[str, Any]) -> web.Response:
    response = web.json_response(values, headers={"Cache-Control": "no-store"})
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.enable_compression(web.ContentCoding.gzip)
    return response


def _language(request: web.Request) -> str:
    """What the visitor chose, or what the browser asks for first; no longer than a tag is."""
    accepted = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    return (request.query.get("lang") or accepted)[:_MAX_LANGUAGE_CHARS]


def _is_local(request: web.Request) -> bool:
    """Whether it comes from this machine itself, and not through a proxy on it."""
    peer = request.get_extra_info("peername")
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return bool(peer) and ipaddress.ip_address(peer[0]).is_loopback and not forwarded
