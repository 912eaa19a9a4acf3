"""The page of a screen beside a station: a code that changes, so that only who stands there gets in. Knows no account.

A ticket on it is good for five minutes, and a new one is shown every half minute: time enough to scan and agree, and
too short for a photo of it to be of use elsewhere. A session that has begun goes on.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache

from aiohttp import web

from server.api.document import read_document
from server.api.reception import Reception
from server.api.wall import CONSOLE
from server.codes.code import make_code
from server.on_show import OnShow

ROTATE_S = 30
VALID_S = 300


class KioskPages:
    """The page, and what it asks for every half minute."""

    def __init__(self, on_show: OnShow, reception: Reception) -> None:
        self._on_show, self._reception = on_show, reception
        self._page = read_document(CONSOLE / "kiosk.html")

    def routes(self) -> list[web.RouteDef]:
        """Both."""
        return [
            web.get("/kiosk/{exhibition}/{number}/{secret}", self._show),
            web.get("/kiosk/{exhibition}/{number}/{secret}/code", self._code),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return self._page.answer(request)  # which says so itself where the address is not valid

    async def _code(self, request: web.Request) -> web.Response:
        """The present code as JSON: title and language of the station, the code as SVG, seconds until the next."""
        parts = request.match_info
        place = self._on_show.kiosk_place(parts["exhibition"], parts["number"], parts["secret"])
        now_s = int(self._on_show.now_s())
        turn = now_s - now_s % ROTATE_S
        exhibition, station = place.exhibition, place.station
        ticket = self._on_show.sign(exhibition, station, turn + VALID_S)
        svg = await asyncio.to_thread(_svg, self._reception.public(request, f"/v/{ticket}"))
        language = exhibition.languages[0]
        return web.json_response(
            {
                "number": station.number,
                "open": station.open,
                "language": language,
                "title": dict(station.title.by_language),
                "exhibition": dict(exhibition.title.by_language),
                "languages": list(exhibition.languages),
                "code": svg,
                "next_s": turn + ROTATE_S - now_s,
            },
            headers={"Cache-Control": "no-store"},
        )


@lru_cache(maxsize=256)
def _svg(address: str) -> str:
    return make_code(address).svg()
