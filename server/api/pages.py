"""Pages and API over HTTP: which address answers what. Knows no WebSocket; what is open on it, the gateway says."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web
from aiohttp.typedefs import Handler

from exhibit.exhibition import Exhibition
from exhibit.experience import Canvas, Dream
from exhibit.media import media_kind
from server.address import base_url
from server.api.card import card
from server.api.catalogue import Catalogue
from server.api.document import AN_HOUR, Document, document, read_document, read_folder
from server.api.headers import dress
from server.api.light import measure_light
from server.api.media import Media
from server.api.preview import make_preview
from server.api.problem import errors_to_problems, problem
from server.api.wall import CONSOLE, Wall
from server.codes.code import make_code
from server.config import ServerConfig

__all__ = ["Catalogue", "Room", "build_pages"]

CLIENT = Path(__file__).parents[2] / "mobile_client"
_MAX_BODY_BYTES = 1024  # nothing here reads one
_CODES_KEPT = 256
_MAX_LANGUAGE_CHARS = 35  # what RFC 5646, section 4.4.1, asks of a buffer for one


class Room(Protocol):
    """How full it is, whether anybody can be painted for yet, and whether somebody new is let in."""

    ready: asyncio.Event

    @property
    def live(self) -> int: ...

    @property
    def waiting(self) -> int: ...

    @property
    def draining(self) -> bool: ...


def build_pages(
    server: ServerConfig,
    catalogue: Catalogue,
    *,
    hall: Room,
    stats: Callable[[], dict[str, Any]],
    more: Sequence[web.RouteDef] = (),
) -> web.Application:
    """The application for the port, with more routes of others'. Reads every page and script that it will serve."""
    pages = _Pages(server, catalogue, hall, stats)
    app = web.Application(middlewares=[pages.lost, errors_to_problems], client_max_size=_MAX_BODY_BYTES)
    app.on_response_prepare.append(dress)
    app.add_routes(
        [
            web.get("/", pages.wall),
            web.get("/exhibitions/{exhibition}", pages.exhibition),
            web.get("/codes/{exhibition}/{number:[1-9][0-9]{0,4}}.svg", pages.code),
            web.get("/v/{ticket}", pages.visit),
            web.get("/s/{short}", pages.short),
            web.get("/client/{path:.+}", pages.client),
            web.get("/console", pages.console_entrance),
            web.get("/console/", pages.console_front),
            web.get("/console/{path:.+}", pages.console),
            web.get("/media/{name}", pages.media.answer),
            web.get("/previews/{name}.webp", pages.preview),
            web.get("/thumbnails/{name}", pages.thumbnail),
            web.get("/api/v1/tickets/{ticket}", pages.ticket),
            web.get("/api/v1/stats", pages.statistics),
            web.get("/healthz", pages.alive),
            web.get("/readyz", pages.ready),
            web.get("/ws", pages.misdirected),
            *more,
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
        console = read_folder(CONSOLE)
        self._console = {name: found for name, found in console.items() if not name.endswith(".html")}
        self._fronts = {name: found for name, found in console.items() if name.endswith(".html")}
        self.media = Media(catalogue.on_show, catalogue.pictures)
        self._thumbnails: dict[Path, Document] = {}

    async def wall(self, request: web.Request) -> web.Response:
        return _html(request, self._wall.front(_language(request)))

    async def exhibition(self, request: web.Request) -> web.Response:
        return _html(request, self._wall.render(self._exhibition(request), _language(request)))

    def _exhibition(self, request: web.Request) -> Exhibition:
        exhibition = self._catalogue.on_show.exhibition(request.match_info["exhibition"])
        if exhibition is None:
            raise web.HTTPNotFound
        return exhibition

    async def code(self, request: web.Request) -> web.Response:
        exhibition = self._exhibition(request)
        station = exhibition.station_by_number(int(request.match_info["number"]))
        if station is None or not station.open or station.rotating or not self._catalogue.show_codes:
            raise web.HTTPNotFound
        address = self._public_url(request, self._catalogue.on_show.sign(exhibition, station))
        return (await asyncio.to_thread(_code_document, address)).answer(request)

    async def short(self, request: web.Request) -> web.Response:
        """What is typed where a code cannot be scanned leads to the same page as the code."""
        on_show = self._catalogue.on_show
        place = on_show.place_of_short(request.match_info["short"])
        raise web.HTTPFound(f"/v/{on_show.sign(place.exhibition, place.station)}")

    async def visit(self, request: web.Request) -> web.Response:
        return self._client["index.html"].answer(request)  # which says so itself where the ticket is not valid

    async def client(self, request: web.Request) -> web.Response:
        return _found(self._client, request.match_info["path"]).answer(request)

    async def console_entrance(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound("/console/")

    async def console_front(self, request: web.Request) -> web.Response:
        return _found(self._fronts, "index.html").answer(request)

    async def console(self, request: web.Request) -> web.Response:
        return _found(self._console, request.match_info["path"]).answer(request)

    async def preview(self, request: web.Request) -> web.Response:
        wanted = request.match_info["name"]
        name = next(
            (n for n in self._catalogue.on_show.media if Path(n).stem == wanted and media_kind(n) == "picture"), ""
        )
        if not name:
            raise web.HTTPNotFound
        preview = await asyncio.to_thread(make_preview, self._catalogue.pictures / name)
        return document(preview, ".webp", AN_HOUR).answer(request)

    async def thumbnail(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        path = next((style.thumbnail for style in self._catalogue.library if f"{style.id}.jpg" == name), None)
        if path is None:
            raise web.HTTPNotFound
        if path not in self._thumbnails:
            self._thumbnails[path] = await asyncio.to_thread(read_document, path, AN_HOUR)
        return self._thumbnails[path].answer(request)

    async def ticket(self, request: web.Request) -> web.Response:
        ticket = request.match_info["ticket"]
        place = self._catalogue.on_show.place(ticket)
        room = {"live": self._hall.live, "waiting": self._hall.waiting}
        target = None
        if isinstance(place.station.experience, Canvas | Dream):
            target = await asyncio.to_thread(measure_light, place.exhibition.picture(place.station))
        return _json(request, card(self._catalogue, place, room, self._public_url(request, ticket), target))

    async def statistics(self, request: web.Request) -> web.Response:
        if not _is_local(request):
            raise web.HTTPForbidden
        return _json(request, self._stats())

    async def alive(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(self, _request: web.Request) -> web.Response:
        """For a proxy, which sends nobody here meanwhile."""
        if not self._hall.ready.is_set():
            return web.Response(text="warming up\n", status=503)
        return web.Response(text="draining\n", status=503) if self._hall.draining else web.Response(text="ready\n")

    async def misdirected(self, _request: web.Request) -> web.Response:
        """A handshake over a connection that has carried pages: the port hands those to the gateway only as a first."""
        response = problem(421, "misdirected", "Open the WebSocket over a connection of its own.")
        response.force_close()
        return response

    @web.middleware
    async def lost(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A person at an address that is none gets a page to read, where a program gets a problem."""
        response = await handler(request)
        is_page = response.content_type == "text/html"  # some pages say so themselves
        if response.status == 404 and not is_page and "text/html" in request.headers.get("Accept", ""):
            page = _html(request, self._wall.lost(_language(request)))
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
