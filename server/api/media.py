"""Pictures and clips by name: artworks, and what curators hang over them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from server.api.document import AN_HOUR
from server.on_show import OnShow

MEDIA_TYPES = {  # by a file name's suffix
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}


class Media:
    """What an exhibition on show names; nothing else is served, whatever else is in the folder."""

    def __init__(self, on_show: OnShow, folder: Path) -> None:
        self._on_show, self._folder = on_show, folder

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A picture or a clip, in parts where a player asks for ranges of it (RFC 9110, section 14)."""
        name = request.match_info["name"]
        if name not in self._on_show.media:
            raise web.HTTPNotFound
        return file_response(self._folder / name, AN_HOUR)


def file_response(path: Path, cache: str) -> web.FileResponse:
    """A picture's or clip's file as it is."""
    headers = {"Content-Type": MEDIA_TYPES[path.suffix], "Cache-Control": cache, "Accept-Ranges": "bytes"}
    return web.FileResponse(path, headers=headers)
