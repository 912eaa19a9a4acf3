"""Pictures and clips of an exhibition by name: artworks, and what curators hang over them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from exhibit.exhibition import Exhibition
from exhibit.media import media_kind
from server.api.document import AN_HOUR, Document, read_document

_CLIP_TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}


class Media:
    """What is named in the exhibition's file; nothing else is served. Pictures are kept in memory, clips are not."""

    def __init__(self, exhibition: Exhibition) -> None:
        overlays = [path for s in exhibition.stations if (path := exhibition.overlay(s)) is not None]
        pictures = [exhibition.picture(station) for station in exhibition.stations]
        self._clips = {path.name: path for path in overlays if media_kind(path.name) == "clip"}
        self._pictures: dict[str, Document] = {
            path.name: read_document(path, AN_HOUR) for path in {*pictures, *overlays} - set(self._clips.values())
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A picture, or a clip in parts: players ask for ranges of it (RFC 9110, section 14)."""
        name = request.match_info["name"]
        if name in self._pictures:
            return self._pictures[name].answer(request)
        if name in self._clips:
            return _clip(self._clips[name])
        raise web.HTTPNotFound


def _clip(path: Path) -> web.FileResponse:
    headers = {"Content-Type": _CLIP_TYPES[path.suffix], "Cache-Control": AN_HOUR, "Accept-Ranges": "bytes"}
    return web.FileResponse(path, headers=headers)
