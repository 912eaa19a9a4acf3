"""The wall page of a station: a screen that shows what curators approved of what visitors made there.

Needs no account and shows nothing that was not approved. The page asks again every few seconds, also where the station
does something else at the moment, so that a screen that hangs in a room comes back by itself.
"""

from __future__ import annotations

from typing import Any

from aiohttp import ETag, web

from exhibit.exhibition import Exhibition, Station
from exhibit.experience import Dream
from server.api.call import CallError
from server.api.document import read_document
from server.api.wall import CONSOLE
from server.on_show import OnShow
from server.store.kept import KeptPictures
from server.store.kept_rows import OnWall


class DreamWallPages:
    """The page, the list that it asks for, and the pictures."""

    def __init__(self, kept: KeptPictures, on_show: OnShow) -> None:
        self._kept, self._on_show = kept, on_show
        self._page = read_document(CONSOLE / "dream_wall.html")

    def routes(self) -> list[web.RouteDef]:
        """All of them; where two exhibitions have the station, ?exhibition=ID says which."""
        return [
            web.get("/wall/{station}", self._show),
            web.get("/wall/{station}/pictures", self._list),
            web.get("/wall/{station}/pictures/{picture}.jpg", self._picture),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        page = self._page.answer(request)
        page.headers["X-Robots-Tag"] = "noindex"
        try:
            self._place(request)
        except CallError as error:
            page = web.Response(body=self._page.body, headers={"Content-Type": self._page.content_type})
            page.set_status(error.status)  # the page goes on asking
        return page

    async def _list(self, request: web.Request) -> web.Response:
        """As JSON: the station's and the exhibition's titles by language, and the pictures, the newest first."""
        exhibition, station = self._place(request)
        shown = await self._kept.on_wall(exhibition.id, station.id)
        told: dict[str, Any] = {
            "exhibition": dict(exhibition.title.by_language),
            "station": dict(station.title.by_language),
            "languages": list(exhibition.languages),
            "pictures": [{"id": kept.id, "words": kept.made.words, "model": kept.made.model} for kept in shown],
        }
        return web.json_response(told, headers={"Cache-Control": "no-store"})

    async def _picture(self, request: web.Request) -> web.Response:
        """One of them, for as long as it is approved: a browser asks each time whether it still is."""
        exhibition, station = self._place(request)
        kept = await self._kept.get(request.match_info["picture"])
        if (
            kept is None
            or kept.wall is not OnWall.APPROVED
            or (kept.exhibition, kept.station)
            != (
                exhibition.id,
                station.id,
            )
        ):
            raise CallError(404, "not_there", "This picture is not on the wall any more.")
        headers = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
        if any(tag.value == kept.id for tag in request.if_none_match or ()):
            response = web.Response(status=304, headers=headers)
        else:
            data = await self._kept.picture(kept)
            response = web.Response(body=data, content_type="image/jpeg", headers=headers)
        response.etag = ETag(kept.id)
        return response

    def _place(self, request: web.Request) -> tuple[Exhibition, Station]:
        """The station, as it is on show now. Raises CallError."""
        wanted = request.query.get("exhibition")
        found = [
            (exhibition, station)
            for exhibition in self._on_show.exhibitions
            if wanted in {None, exhibition.id}
            and (station := exhibition.station_by_id(request.match_info["station"])) is not None
            and isinstance(station.experience, Dream)
            and station.experience.wall
        ]
        if not found:
            raise CallError(404, "no_wall", "There is no wall at this address at the moment.")
        if len(found) > 1:
            raise CallError(409, "which_exhibition", "Several exhibitions have this station: add ?exhibition=ID.")
        return found[0]
