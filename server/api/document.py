"""Documents: files read once, compressed once, and answered from memory. Knows no exhibition."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ETag, web

REVALIDATE = "no-cache"  # kept by the browser, asked about each time: a new release is seen at once
AN_HOUR = "public, max-age=3600"  # pictures: changed seldom, and a little late is no harm

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",  # a module is UTF-8 in any case
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMMENT_LINES = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*)[ \t]*$", re.MULTILINE | re.DOTALL)
_PACKED_ALREADY = {".jpg", ".jpeg", ".png", ".webp", ".woff2"}


@dataclass(frozen=True, slots=True)
class Document:
    """One file as it goes over the wire."""

    content_type: str
    cache: str
    etag: str
    body: bytes = field(repr=False)
    zipped: bytes | None = field(repr=False)  # None where it would not be smaller

    def answer(self, request: web.Request) -> web.Response:
        """The response to a GET or HEAD, or 304 where the client has it already (RFC 9110, section 13.1.2)."""
        headers = {"Cache-Control": self.cache, "Vary": "Accept-Encoding"}
        if any(tag.value in {self.etag, "*"} for tag in request.if_none_match or ()):
            response = web.Response(status=304, headers=headers)
        elif self.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers |= {"Content-Type": self.content_type, "Content-Encoding": "gzip"}
            response = web.Response(body=self.zipped, headers=headers)
        else:
            response = web.Response(body=self.body, headers=headers | {"Content-Type": self.content_type})
        response.etag = ETag(self.etag, is_weak=True)  # weak: the same for both encodings
        return response


def document(body: bytes, suffix: str, cache: str = REVALIDATE) -> Document:
    """A document of the kind that a file name's suffix stands for."""
    zipped = None if suffix in _PACKED_ALREADY else gzip.compress(body, 9, mtime=0)
    smaller = zipped if zipped is not None and len(zipped) < len(body) else None
    return Document(_TYPES[suffix], cache, hashlib.sha256(body).hexdigest()[:16], body, smaller)


def read_document(path: Path, cache: str = REVALIDATE) -> Document:
    """The document in a file; scripts without their comments, which are nearly a third of what a phone would fetch."""
    body = path.read_bytes()
    return document(without_comments(body) if path.suffix == ".js" else body, path.suffix, cache)


def without_comments(script: bytes) -> bytes:
    """The script with comments that have lines of their own left blank, so that its line numbers stay true.

    A line inside a template literal must not look like one; a test holds this project's scripts to that.
    """
    return _COMMENT_LINES.sub(lambda comment: "\n" * comment[0].count("\n"), script.decode()).encode()


def read_folder(folder: Path) -> dict[str, Document]:
    """Pages, scripts, style sheets and pictures below a folder, by path from there; other files are not served."""
    return {
        path.relative_to(folder).as_posix(): read_document(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES and path.is_file()
    }
