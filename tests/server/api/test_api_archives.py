"""Whole exhibitions as files: out of the house, into it again, and what is refused on the way."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_house import House
from api_seat import Seat
from editions import FULL, station

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def taken(seat: Seat, data: bytes, query: str = "", kind: str = "application/zip") -> Any:
    return await seat.say("POST", f"/exhibitions/import{query}", data, kind)


def packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def any_file_in(folder: Path) -> bool:
    return any(folder.iterdir())


async def whole(seat: Seat, show: str) -> tuple[Any, Any]:
    """What the draft says, without who changed it when."""
    stations = (await seat.get(f"/exhibitions/{show}/stations")).json
    content = (await seat.get(f"/exhibitions/{show}")).json["content"]
    return content, [(one["id"], one["content"]) for one in stations]


async def test_an_exhibition_leaves_as_a_file_and_comes_back_as_it_was(
    house: House, curator: Seat, viewer: Seat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    show = await house.exhibition(FULL, station("valley", 2))
    file = await viewer.get(f"/exhibitions/{show}/archive")
    assert (file.status, file.headers["Content-Type"]) == (200, "application/zip")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{show}.zip"'
    assert file.headers["Cache-Control"] == "no-store"
    again = await taken(curator, file.body, f"?id={show}-again")
    assert (again.status, again.json["id"], again.json["shown"]) == (201, f"{show}-again", None)
    assert await whole(curator, f"{show}-again") == await whole(curator, show)
    assert not any_file_in(tmp_path)
    assert (await curator.get("/me")).status == 200  # nor was a connection lost


async def test_an_exhibition_that_is_there_is_replaced_only_if_that_is_asked_for(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    file = (await curator.get(f"/exhibitions/{show}/archive")).body
    answer = await taken(curator, file)
    assert (answer.status, answer.code, answer.fields) == (409, "taken", ["id"])
    before = (await curator.get(f"/exhibitions/{show}")).revision
    assert (await taken(curator, file, "?replace=true")).revision == before + 1


async def test_an_export_whose_picture_is_gone_is_a_fault_and_leaves_no_file(
    house: House, curator: Seat, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    show = await house.exhibition()
    name = (await curator.get(f"/exhibitions/{show}/stations/harbour")).json["content"]["artwork"]["picture"]
    path = house.store.pictures.path(name)
    kept = path.read_bytes()
    path.unlink()
    try:
        assert (await curator.get(f"/exhibitions/{show}/archive")).code == "fault"
    finally:
        path.write_bytes(kept)
    assert not any_file_in(tmp_path)


@pytest.mark.parametrize(
    "query", ["?id=../x", "?id=", "?id=A", "?replace=perhaps", "?replace=2", f"?id={'a' * 65}", "?id=%00"]
)
async def test_an_odd_wish_is_refused(curator: Seat, query: str) -> None:
    answer = await taken(curator, packed({}), query)
    assert (answer.status, answer.fields) == (422, [query[1:].partition("=")[0]])


SPOILED: dict[str, Callable[[dict[str, bytes]], None]] = {
    "no document": lambda entries: entries.pop("exhibition.json") and None,
    "no picture": lambda entries: entries.pop(picture_in(entries)) and None,
    "another picture": lambda entries: entries.update({picture_in(entries): b"x"}),
    "a script beside it": lambda entries: entries.update({"pictures/x.svg": b"<svg/>"}),
    "a way out": lambda entries: entries.update({"../../evil.py": b"import os"}),
    "an absolute way": lambda entries: entries.update({"/etc/cron.d/evil": b"*"}),
    "a bomb": lambda entries: entries.update({"exhibition.json": bytes(4_000_000)}),
    "no JSON": lambda entries: entries.update({"exhibition.json": b"[NaN"}),
    "a newer format": lambda entries: said(entries, lambda document: document.update(format=2)),
    "an odd id": lambda entries: said(entries, lambda document: document.update(id="../x")),
    "markup": lambda entries: said(entries, lambda document: first_station(document)["title"].update(en="<script>")),
    "control characters": lambda entries: said(
        entries, lambda document: first_station(document)["title"].update(en="\0")
    ),
}


def picture_in(entries: dict[str, bytes]) -> str:
    return next(name for name in entries if name.startswith("pictures/"))


def first_station(document: Any) -> Any:
    return document["edition"]["stations"][0]["content"]


def said(entries: dict[str, bytes], change: Callable[[Any], None]) -> None:
    """Let the document say something else."""
    document = json.loads(entries["exhibition.json"])
    change(document)
    entries["exhibition.json"] = json.dumps(document).encode()


async def exported(house: House, seat: Seat) -> tuple[str, dict[str, bytes]]:
    show = await house.exhibition()
    return show, unpacked((await seat.get(f"/exhibitions/{show}/archive")).body)


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
async def test_a_file_that_was_tampered_with_is_refused(
    house: House, curator: Seat, spoil: Callable[[dict[str, bytes]], None]
) -> None:
    show, entries = await exported(house, curator)
    spoil(entries)
    answer = await taken(curator, packed(entries), f"?id={show}-x")
    assert (answer.status, answer.code) == (422, "archive_refused")
    assert len(answer.json["title"]) > 20
    assert (await curator.get(f"/exhibitions/{show}-x")).status == 404


async def test_a_file_with_one_station_twice_is_refused(house: House, curator: Seat) -> None:
    show, entries = await exported(house, curator)
    said(entries, lambda document: document["edition"].update(stations=document["edition"]["stations"] * 2))
    answer = await taken(curator, packed(entries), f"?id={show}-x")
    assert (answer.status, answer.code) == (409, "taken")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"x" * 100], ids=repr)
async def test_what_is_no_archive_is_refused(curator: Seat, data: bytes) -> None:
    answer = await taken(curator, data, kind="application/octet-stream")
    assert (answer.status, answer.code) == (422, "archive_refused")
    assert (await taken(curator, data, kind="text/plain")).code == "wrong_type"
