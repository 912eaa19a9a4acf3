"""Pictures over the API: what is taken, what is refused, and what is made of them."""

from __future__ import annotations

import asyncio
import io
import zlib
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from api_house import House, jpeg
from api_seat import NOWHERE, Seat
from editions import station
from PIL import Image, PngImagePlugin

from server.api.contract import MAX_UPLOAD_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

MP4 = b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(64)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def png(width: int = 96, height: int = 72, **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (90, 120, 80, 128)).save(file, "PNG", **more)
    return file.getvalue()


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 900 megapixels."""
    header = (30_000).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(3_000_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        for kind, content in parts
    )


NO_PICTURES = {
    "empty": b"",
    "text": b"not a picture",
    "svg": SVG,
    "html": b"<!doctype html><script>alert(1)</script>",
    "three bytes": b"\xff\xd8\xff",
    "cut short": jpeg()[:400],
    "gif": b"GIF89a" + bytes(100),
    "bmp": b"BM" + bytes(100),
    "pdf": b"%PDF-1.7" + bytes(100),
    "zip": b"PK\x03\x04" + bytes(100),
    "heic": b"\0\0\0\x18ftypheic" + bytes(100),
    "webp": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(16),
    "8 px": png(8, 8),
    "thin": png(2000, 70),
    "bomb": bomb(),
}


async def uploaded(seat: Seat, data: bytes, path: str = "/pictures", kind: str = "image/jpeg") -> Any:
    return await seat.say("POST", path, data, kind)


async def test_a_picture_is_kept_by_what_is_in_it_and_can_be_seen(curator: Seat, viewer: Seat) -> None:
    data = jpeg(blue=7)
    answer = await uploaded(curator, data, "/pictures?title=..%2F%E2%80%AEold%20masters%2Fharbour.jpg")
    assert answer.status == 201
    told = answer.json
    assert (told["width"], told["height"], told["title"], told["made_by"]) == (
        96,
        72,
        "harbour.jpg",
        curator.person["id"],
    )
    read = await viewer.get(f"/pictures/{told['name']}")
    assert (read.status, read.headers["Content-Type"]) == (200, "image/jpeg")
    assert told["name"] == sha256(read.body).hexdigest() + ".jpg" and told["bytes"] == len(read.body)
    assert read.headers["Content-Security-Policy"] == "sandbox"
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Cache-Control"].startswith("private")
    small = await viewer.get(f"/pictures/{told['name']}/preview")
    assert small.headers["Content-Type"] == "image/webp" and small.body[8:12] == b"WEBP"
    assert told["name"] in {one["name"] for one in (await viewer.get("/pictures")).json}


async def test_nothing_is_kept_of_what_a_camera_says_beside_the_picture(curator: Seat) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 39.0)}
    file = io.BytesIO()
    Image.open(io.BytesIO(jpeg(blue=8))).save(file, "JPEG", exif=exif, comment=b"taken at home")
    name = (await uploaded(curator, file.getvalue())).json["name"]
    kept = (await curator.get(f"/pictures/{name}")).body
    assert b"Exif" not in kept and b"taken at home" not in kept


@pytest.mark.parametrize("path", ["/pictures", "/overlays"])
@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES.keys())
async def test_what_is_no_picture_is_refused_with_the_reason(curator: Seat, data: bytes, path: str) -> None:
    before = (await curator.get("/pictures")).json
    answer = await uploaded(curator, data, path, "image/png")
    assert (answer.status, answer.code) == (422, "picture_refused")
    assert len(answer.sentence) > 20
    assert (await curator.get("/pictures")).json == before


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "image/gif", "application/json", "multipart/form-data"])
async def test_a_file_says_that_it_is_a_picture(curator: Seat, kind: str) -> None:
    answer = await uploaded(curator, jpeg(), kind=kind)
    assert (answer.status, answer.code) == (415, "wrong_type")


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(house: House, curator: Seat) -> None:
    host, port = house.base.removeprefix("http://").rstrip("/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /api/v1/pictures HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: image/png\r\n"
    head += f"Cookie: vernissage={curator.cookie}\r\nX-CSRF-Token: {curator.csrf}\r\n"
    writer.write(f"{head}Content-Length: {MAX_UPLOAD_BYTES + 1}\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n")  # with none of it sent
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("title", ["a" * 201, "%00".join("ab") * 100])
async def test_a_title_that_is_too_long_is_refused(curator: Seat, title: str) -> None:
    answer = await uploaded(curator, jpeg(), f"/pictures?title={title}")
    assert (answer.status, answer.fields) == (422, ["title"])


async def test_overlays_may_be_transparent_or_move_and_pictures_of_artworks_may_not(curator: Seat) -> None:
    clear, clip = png(), MP4
    assert (await uploaded(curator, clear, "/overlays", "image/png")).json["name"].endswith(".png")
    assert (await uploaded(curator, clear, "/pictures", "image/png")).json["name"].endswith(".jpg")
    kept = await uploaded(curator, clip, "/overlays", "video/mp4")
    assert kept.json["name"].endswith(".mp4") and kept.json["width"] == 0
    assert (await uploaded(curator, clip, "/pictures", "image/png")).status == 422
    assert (await uploaded(curator, clip, "/pictures", "video/mp4")).status == 415
    for path in ("preview", "crop"):
        method, body = ("GET", {}) if path == "preview" else ("POST", {"json": {"corners": WHOLE}})
        assert (await curator.send(method, f"/pictures/{kept.json['name']}/{path}", **body)).status == 422


async def test_a_picture_that_swells_when_it_is_unpacked_is_refused_by_its_header(curator: Seat) -> None:
    file = io.BytesIO()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "a" * 5_000_000, zip=True)
    Image.fromarray(np.zeros((72, 96, 3), np.uint8)).save(file, "PNG", pnginfo=text)
    answer = await uploaded(curator, file.getvalue(), kind="image/png")
    assert answer.status in {201, 422}
    if answer.status == 201:
        assert answer.json["bytes"] < 10_000  # nothing of it was kept


# -- what is made of them ----------------------------------------------------------------------------------------------


async def test_a_painting_is_cut_out_of_a_photo(house: House, curator: Seat) -> None:
    photo = (await uploaded(curator, jpeg(blue=9, size=400))).json["name"]
    corners = [[0.25, 0.25], [0.75, 0.25], [0.75, 0.75], [0.25, 0.75]]
    cut = await curator.post(f"/pictures/{photo}/crop", {"corners": corners, "title": "cut"})
    assert (cut.status, cut.json["width"], cut.json["height"], cut.json["title"]) == (201, 200, 150, "cut")


@pytest.mark.parametrize(
    ("corners", "field"),
    [
        (None, "corners"),
        (WHOLE[:3], "corners.3"),
        ([*WHOLE, [0, 0]], "corners"),
        ([*WHOLE[:3], [0]], "corners.3.1"),
        ([*WHOLE[:3], [0, "1"]], "corners.3.1"),
        ([*WHOLE[:3], [0, 1.2]], "corners.3.1"),
        ([*WHOLE[:3], [-1e300, 1]], "corners.3.0"),
    ],
)
async def test_corners_that_are_none_are_refused_where_they_stand(curator: Seat, corners: Any, field: str) -> None:
    answer = await curator.post(f"/pictures/{NOWHERE['picture']}/crop", {"corners": corners})
    assert (answer.status, answer.fields) == (422, [field])


@pytest.mark.parametrize("corners", [WHOLE[::-1], [WHOLE[0]] * 4, [[0, 0], [1, 1], [1, 0], [0, 1]]])
async def test_corners_that_span_no_painting_are_refused(house: House, curator: Seat, corners: Any) -> None:
    answer = await curator.post(f"/pictures/{await house.picture()}/crop", {"corners": corners})
    assert (answer.status, answer.code) == (422, "picture_refused")


async def test_a_picture_that_is_not_there_is_said_to_be_so(house: House, curator: Seat) -> None:
    for path in ("", "/preview", "/target"):
        assert (await curator.get(f"/pictures/{NOWHERE['picture']}{path}")).code == "not_there"
    gone = await house.picture(blue=11)
    house.store.pictures.path(gone).unlink()  # the disk lost it: a fault that the log has, and no empty picture
    for path in ("", "/preview"):
        answer = await curator.get(f"/pictures/{gone}{path}")
        assert (answer.status, answer.code) == (500, "fault")


# -- as targets --------------------------------------------------------------------------------------------------------


async def test_a_picture_is_judged_beside_those_that_it_would_hang_with(house: House, viewer: Seat) -> None:
    mine = await house.picture(blue=12)
    show = await house.exhibition(station("harbour", 1))
    beside = (await viewer.get(f"/exhibitions/{show}/stations/harbour")).json["content"]["artwork"]["picture"]
    house.scores = {mine: {"value": 61, "remarks": [["alike", beside]]}, beside: {"value": 90, "remarks": []}}
    answer = await viewer.get(f"/pictures/{mine}/target?exhibition={show}")
    assert answer.json == {"score": 61, "remarks": [{"reason": "alike", "other": beside}]}
    assert house.asked[-1] == [mine, beside]
    assert (await viewer.get(f"/pictures/{mine}/target")).json["score"] == 61
    assert house.asked[-1] == [mine]
    assert (await viewer.get(f"/pictures/{mine}/target?exhibition=nowhere")).code == "not_there"


async def test_a_picture_that_nothing_can_be_followed_in_is_said_to_be_so(house: House, viewer: Seat) -> None:
    house.scores = {}
    answer = await viewer.get(f"/pictures/{await house.picture()}/target")
    assert (answer.status, answer.code) == (422, "not_trackable")


async def test_while_the_engine_starts_nothing_is_judged(house: House, viewer: Seat) -> None:
    house.ready = False
    try:
        answer = await viewer.get(f"/pictures/{await house.picture()}/target")
    finally:
        house.ready = True
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "not_ready", "5")
