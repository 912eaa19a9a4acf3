"""The page of a picture that a visitor keeps: who has its link sees it, and its owner may delete it. Knows no account.

A link cannot be guessed (128 bits). Who tries one after another is turned away as who guesses passwords is; a right
link opens all the same, or anybody in the museum's Wi-Fi, who has everybody's address, could shut the others out. The
owner's secret is in the address' fragment, which browsers do not send; it comes in the body of a change.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import StringConstraints

from exhibit.content import Content
from exhibit.experience import Dream
from server.api.body import BodyError, read_json
from server.api.call import CallError, read_bounded
from server.api.document import read_document
from server.api.reception import Reception
from server.api.wall import CONSOLE
from server.codes.code import make_code
from server.instant import instant_of
from server.on_show import OnShow
from server.store.kept import KeptPictures
from server.store.kept_rows import Kept, OnWall
from server.throttle import Throttle

MAX_BODY_BYTES = 256
log = logging.getLogger("vernissage.kept")
Handler = TypeVar("Handler", bound=Callable[..., Any])
_QUIET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


class Owner(Content):
    """Who may change it."""

    owner: Annotated[str, StringConstraints(min_length=1, max_length=64)]


def _reads_body(handler: Handler) -> Handler:
    """Say of a handler that it takes a body, and bounds it itself."""
    handler.reads_body = True  # type: ignore[attr-defined]
    return handler


class KeptPages:
    """The page, what it shows, and what its owner may do."""

    def __init__(self, kept: KeptPictures, on_show: OnShow, reception: Reception) -> None:
        self._kept, self._on_show, self._reception = kept, on_show, reception
        self._page = read_document(CONSOLE / "kept.html", "no-store")
        self._links, self._owners = Throttle(), Throttle()

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.get("/kept/{token}", self._show),
            web.get("/kept/{token}/card", self._card),
            web.get("/kept/{token}/picture.jpg", self._picture),
            web.get("/kept/{token}/code.svg", self._code),
            web.post("/kept/{token}/delete", self._delete),
            web.post("/kept/{token}/offer", self._offer),
            web.post("/kept/{token}/withdraw", self._withdraw),
        ]

    # -- who has the link -----------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.Response:
        there = await self._found(request) is not None
        page = self._page.answer(request)
        page.headers.update(_QUIET)
        if not there:
            page.set_status(404)  # the page says so kindly, in the visitor's language
        return page

    async def _card(self, request: web.Request) -> web.Response:
        """How it was made, until when it is kept, and whether it may hang on the wall."""
        kept = await self._expected(request)
        return web.json_response(self._told(kept), headers=_QUIET)

    async def _picture(self, request: web.Request) -> web.Response:
        data = await self._kept.picture(await self._expected(request))
        return web.Response(body=data, content_type="image/jpeg", headers=_QUIET)

    async def _code(self, request: web.Request) -> web.Response:
        """The link as a code, to take the picture along on another device; the owner's secret is not in it."""
        await self._expected(request)
        address = self._reception.public(request, f"/kept/{request.match_info['token']}")
        svg = await asyncio.to_thread(_svg, address)
        return web.Response(text=svg, content_type="image/svg+xml", headers=_QUIET)

    def _told(self, kept: Kept) -> dict[str, Any]:
        return {
            "made": kept.made.as_json(),
            "kept_at": instant_of(kept.kept_at),
            "expires_at": instant_of(kept.expires_at),
            "wall": str(kept.wall),
            "may_offer": self._may_offer(kept),
        }

    def _may_offer(self, kept: Kept) -> bool:
        """Whether the station has a wall, as it is shown now, and no curator said no."""
        exhibition = self._on_show.exhibition(kept.exhibition)
        station = exhibition.station_by_id(kept.station) if exhibition is not None else None
        has_wall = station is not None and isinstance(station.experience, Dream) and station.experience.wall
        return has_wall and kept.wall is not OnWall.REJECTED

    # -- its owner ------------------------------------------------------------------------------------------------

    @_reads_body
    async def _delete(self, request: web.Request) -> web.Response:
        _, token, owner = await self._changed(request)
        self._own(request, await self._kept.remove(token, owner))
        return web.Response(status=204, headers=_QUIET)

    @_reads_body
    async def _offer(self, request: web.Request) -> web.Response:
        kept, token, owner = await self._changed(request)
        if not self._may_offer(kept):
            raise CallError(409, "no_wall", "This picture cannot be offered for a wall.")
        self._own(request, await self._kept.offer(token, owner))
        return web.json_response(self._told(await self._expected(request)), headers=_QUIET)

    @_reads_body
    async def _withdraw(self, request: web.Request) -> web.Response:
        _, token, owner = await self._changed(request)
        self._own(request, await self._kept.withdraw(token, owner))
        return web.json_response(self._told(await self._expected(request)), headers=_QUIET)

    async def _changed(self, request: web.Request) -> tuple[Kept, str, str]:
        """The picture that is to be changed, its token, and who claims to own it. Raises CallError, FieldsError."""
        if not self._reception.is_own(request):
            raise CallError(403, "cross_site", "Changes are taken from this server's own pages only.")
        kept = await self._expected(request)
        if request.content_type != "application/json":
            raise CallError(415, "not_json", f"Expected application/json, got {request.content_type[:60]}.")
        try:
            body = read_json(Owner, await read_bounded(request, MAX_BODY_BYTES), most_values=4)
        except BodyError as error:
            raise CallError(400, "bad_json", str(error)) from None
        return kept, request.match_info["token"], body.owner

    def _own(self, request: web.Request, done: bool) -> None:
        """Raises CallError where the secret was another's."""
        if not done:
            self._missed(self._owners, request)
            raise CallError(403, "not_yours", "Only who kept this picture can change it.")

    # -- links ----------------------------------------------------------------------------------------------------

    async def _expected(self, request: web.Request) -> Kept:
        kept = await self._found(request)
        if kept is None:
            raise CallError(404, "not_there", "This picture was deleted, or its time is over.")
        return kept

    async def _found(self, request: web.Request) -> Kept | None:
        """The picture of the link, if there is one. Raises CallError for who tries one after another."""
        kept = await self._kept.find(request.match_info["token"])
        if kept is None:
            self._missed(self._links, request)
        return kept

    def _missed(self, throttle: Throttle, request: web.Request) -> None:
        """Count a secret that was wrong. Raises CallError for who has tried too many."""
        token, address, now_s = request.match_info["token"], self._reception.address_of(request), self._on_show.now_s()
        wait_s = throttle.allowed_in_s(token, address, now_s)
        if wait_s <= 0:
            throttle.failed(token, address, now_s)
            return
        if throttle.turned_away(token, address):
            log.warning("somebody tries links of kept pictures, one after another", extra={"address": address})
        raise CallError(429, "throttled", "Too many tries; wait a moment.", math.ceil(wait_s))


@lru_cache(maxsize=64)
def _svg(address: str) -> str:
    return make_code(address).svg()
