"""An exhibition as a file: written, read again elsewhere, and refused where it is not what it should be."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pictures_at_hand import drawn, glassy, jpeg, saved

from exhibit.content import (
    ArtworkContent,
    CanvasContent,
    Edition,
    ExhibitionContent,
    LensContent,
    NumberedStation,
    StationContent,
)
from server.store import audit
from server.store.archive import DOCUMENT, FOLDER, export_exhibition, import_exhibition
from server.store.database import Database
from server.store.errors import NotThereError, StoreError, StoreUnusableError, TakenError
from server.store.open import Store, store_of
from server.store.zip_door import RefusedArchiveError, open_zip

CLIP = b"\x1a\x45\xdf\xa3" + bytes(40)
NOW_S = 1_800_000_000.0
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def store(database: Database, tmp_path: Path) -> Store:
    return store_of(database, tmp_path / "pictures", lambda: NOW_S)


async def furnished(store: Store) -> Edition:
    """An exhibition with a picture, a transparent overlay and a clip, in the store as `winter`."""
    picture = (await store.pictures.keep(jpeg(), "harbour.jpg", "anna")).name
    glass = (await store.pictures.keep_overlay(saved(glassy(), "PNG"), "glass.png", "anna")).name
    clip = (await store.pictures.keep_overlay(CLIP, "snow.webm", "anna")).name
    stations = (
        station("harbour", 1, picture, CanvasContent(overlay=glass)),
        station("pier", 2, picture, CanvasContent(overlay=clip)),
        station("hall", 3, None, LensContent(styles=("scream",), default={"scream": 1.0})),
    )
    edition = Edition(exhibition=ExhibitionContent(title={"en": "Winter", "ar": "شتاء"}), stations=stations)
    await store.drafts.replace("winter", edition, "anna", "exhibition.save")
    return edition


def station(id_: str, number: int, picture: str | None, experience: CanvasContent | LensContent) -> NumberedStation:
    content = StationContent(number=number, artwork=ArtworkContent(picture=picture), experience=experience)
    return NumberedStation(id=id_, content=content)


async def exported(store: Store, exhibition: str = "winter") -> bytes:
    file = io.BytesIO()
    await export_exhibition(store, exhibition, file)
    return file.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(entries: dict[str, bytes], **options: Any) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


async def refusal(store: Store, data: bytes, **options: Any) -> str:
    """What is said of a file that is refused, nothing having changed."""
    before = await store.drafts.all()
    with pytest.raises(StoreError) as refused:
        await import_exhibition(store, io.BytesIO(data), "ben", **options)
    assert await store.drafts.all() == before
    return str(refused.value)


# -- there and back -----------------------------------------------------------------------------------------------


async def test_what_was_written_is_read_into_another_store(store: Store, database: Database, tmp_path: Path) -> None:
    edition = await furnished(store)
    data = await exported(store)
    other = store_of(database, tmp_path / "other", lambda: NOW_S)
    await store.drafts.remove("winter", "anna")
    assert await import_exhibition(other, io.BytesIO(data), "ben") == "winter"
    assert await other.drafts.edition("winter") == edition
    for name in edition.pictures():
        assert other.pictures.path(name).read_bytes() == store.pictures.path(name).read_bytes()
    assert (await audit.entries(database, exhibition="winter", count=1))[0].action == "exhibition.import"


@SQLITE
async def test_the_same_draft_gives_the_same_file(store: Store) -> None:
    edition = await furnished(store)
    first = await exported(store)
    assert await exported(store) == first
    names = list(parts(first))
    assert names == [DOCUMENT, *(FOLDER + name for name in sorted(edition.pictures()))]
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        kinds = {info.filename: info.compress_type for info in archive.infolist()}
    assert kinds.pop(DOCUMENT) == zipfile.ZIP_DEFLATED
    assert set(kinds.values()) == {zipfile.ZIP_STORED}


@SQLITE
async def test_an_archive_that_somebody_packed_anew_is_read_as_well(store: Store) -> None:
    edition = await furnished(store)
    entries = parts(await exported(store))
    again = packed({FOLDER: b"", **entries}, compression=zipfile.ZIP_DEFLATED)
    assert await import_exhibition(store, io.BytesIO(again), "ben", exhibition="spring") == "spring"
    assert await store.drafts.edition("spring") == edition


@SQLITE
async def test_pictures_keep_the_names_that_they_had_on_a_curators_computer(
    store: Store, database: Database, tmp_path: Path
) -> None:
    await furnished(store)
    data = await exported(store)
    await store.drafts.remove("winter", "anna")
    await store_of(database, tmp_path / "pictures", lambda: NOW_S + 1e9).pictures.collect()
    assert not await store.pictures.list()
    await import_exhibition(store, io.BytesIO(data), "ben")
    assert {picture.title for picture in await store.pictures.list()} == {"harbour.jpg", "glass.png", "snow.webm"}


async def test_what_is_there_is_replaced_only_when_asked(store: Store) -> None:
    await furnished(store)
    data = await exported(store)
    revision = (await store.drafts.read("winter")).revision
    assert "there is an exhibition winter already" in await refusal(store, data)
    with pytest.raises(TakenError):
        await import_exhibition(store, io.BytesIO(data), "ben")
    await import_exhibition(store, io.BytesIO(data), "ben", replace=True)
    assert (await store.drafts.read("winter")).revision == revision + 1


@SQLITE
async def test_an_exhibition_whose_picture_is_gone_is_not_written(store: Store) -> None:
    with pytest.raises(NotThereError, match="there is no exhibition"):
        await exported(store)
    edition = await furnished(store)
    name = sorted(edition.pictures())[0]
    store.pictures.path(name).write_bytes(b"rotten")
    with pytest.raises(StoreUnusableError, match=f"the picture {name} is damaged"):
        await exported(store)
    store.pictures.path(name).unlink()
    with pytest.raises(StoreUnusableError, match=f"the picture {name} cannot be read"):
        await exported(store)


# -- refused ------------------------------------------------------------------------------------------------------


def changed(entries: dict[str, bytes], change: Callable[[Any], None]) -> bytes:
    """The archive with its document changed."""
    document = json.loads(entries[DOCUMENT])
    change(document)
    return packed({**entries, DOCUMENT: json.dumps(document).encode()})


@SQLITE
async def test_a_document_that_is_not_sound_is_refused_with_the_place(store: Store) -> None:
    await furnished(store)
    entries = parts(await exported(store))

    async def said(change: Callable[[Any], None]) -> str:
        return await refusal(store, changed(entries, change), exhibition="spring")

    def put(value: object, *path: str | int) -> Callable[[Any], None]:
        def change(document: Any) -> None:
            for key in path[:-1]:
                document = document[key]
            document[path[-1]] = value

        return change

    title = "edition", "stations", 0, "content", "title"
    assert await said(put({"en": "<script>"}, *title)) == (
        "exhibition.json: edition.stations.0.content.title.en: expected plain text, got what looks like an HTML tag"
    )
    assert "exhibition.json: edition.stations.0.content.number: " in await said(
        put(70_000, "edition", "stations", 0, "content", "number")
    )
    assert "exhibition.json: edition.walls: " in await said(put(4, "edition", "walls"))
    assert "exhibition.json: id: expected 1 to 64 of a-z" in await said(put("../etc", "id"))
    assert await said(put(2, "format")) == "exhibition.json: expected format 1; was it made by a newer Vernissage?"
    assert "have the same number 2" in await said(put(2, "edition", "stations", 0, "content", "number"))
    assert "the station pier is there twice" in await said(put("pier", "edition", "stations", 0, "id"))
    assert "exhibition.json: Invalid JSON" in await refusal(store, packed({**entries, DOCUMENT: b"{"}))
    assert "exhibition.json: Invalid JSON" in await refusal(store, packed({**entries, DOCUMENT: b"[" * 100_000}))
    assert "expected an id of 1 to 64" in await refusal(store, packed(entries), exhibition="no/where")


@SQLITE
async def test_pictures_that_are_not_what_their_names_say_are_refused(store: Store) -> None:
    await furnished(store)
    entries = parts(await exported(store))
    picture = next(name for name in entries if name.endswith(".jpg"))
    del_one = {name: data for name, data in entries.items() if name != picture}
    assert await refusal(store, packed(del_one)) == f"{picture} is missing"
    other = packed({**entries, picture: jpeg(comment=b"x")})
    assert await refusal(store, other) == f"{picture}: expected the content that its name says, got another"

    async def smuggled(data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest() + ".jpg"
        document = entries[DOCUMENT].replace(picture.removeprefix(FOLDER).encode(), name.encode())
        said = await refusal(store, packed({**del_one, DOCUMENT: document, FOLDER + name: data}))
        return said.removeprefix(FOLDER + name)

    assert await smuggled(jpeg(comment=b"x")) == ": expected a picture that was cleaned, got one that says more"
    assert await smuggled(saved(drawn(), "PNG")) == ": expected a picture that was cleaned, got one that says more"
    assert await smuggled(b"<html>") == ": expected a JPEG, PNG, WebP or TIFF picture, got a file that is no picture"
    assert (await smuggled(jpeg()[:900])).startswith(": expected a whole picture")


STRANGE = ["pictures/../evil.jpg", "/etc/passwd", "..\\evil", "pictures/a.jpg", "notes.txt", "EXHIBITION.JSON", "a/"]


@pytest.mark.parametrize("name", STRANGE)
@SQLITE
async def test_an_entry_that_is_not_of_the_exhibition_is_refused(store: Store, name: str) -> None:
    await furnished(store)
    entries = parts(await exported(store))
    said = await refusal(store, packed({**entries, name: b"x"}))
    assert said == f"expected pictures of the exhibition and nothing else, got {name!r}"
    assert not list(store.pictures.folder.parent.rglob("evil*"))


def with_duplicate() -> bytes:
    data = packed({DOCUMENT: b"{}", "exhibition.jsoN": b"{}"})
    return data.replace(b"exhibition.jsoN", b"exhibition.json")


def encrypted() -> bytes:
    data = bytearray(packed({DOCUMENT: b"{}"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def overlapping() -> bytes:
    """Two names for the same bytes."""
    entries = {"a" * 100: random.Random(1).randbytes(5000), "b" * 100: b""}
    data = bytearray(packed(entries))
    first, second = (data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02"))
    data[second + 16 : second + 28] = data[first + 16 : first + 28]
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def told(entry_bytes: int) -> bytes:
    """An entry that claims to have more than it has."""
    data = bytearray(packed({DOCUMENT: b"{}"}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = data[22:26] = struct.pack("<I", entry_bytes)
    return bytes(data)


def claiming_entries(count: int) -> bytes:
    data = bytearray(packed({DOCUMENT: b"{}"}))
    data[-14:-10] = struct.pack("<HH", count, count)
    return bytes(data)


def claiming_a_directory(size: int) -> bytes:
    """By the larger form that ZIP64 has for it."""
    end = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, 0)
    return end + struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1) + packed({})[-22:]


BROKEN: dict[str, Callable[[], tuple[bytes, str]]] = {
    "empty": lambda: (b"", "expected a ZIP file, got another one"),
    "a picture": lambda: (jpeg(), "expected a ZIP file, got another one"),
    "half": lambda: (packed({DOCUMENT: b"{}" * 500})[:-60], "expected a ZIP file"),
    "a comment behind it": lambda: (packed({DOCUMENT: b"{}"})[:-2] + b"\x02\0hi", "expected a ZIP file"),
    "nothing in it": lambda: (packed({}), "exhibition.json is missing"),
    "many entries": lambda: (packed({f"{n}": b"" for n in range(4001)}), "at most 4000 entries, got 4001"),
    "many entries told": lambda: (claiming_entries(60_000), "at most 4000 entries, got 60000"),
    "a large directory": lambda: (claiming_a_directory(1 << 40), "expected at most 4000 entries"),
    "one entry twice": lambda: (with_duplicate(), "expected each entry once"),
    "encrypted": lambda: (encrypted(), "it is encrypted"),
    "packed otherwise": lambda: (packed({DOCUMENT: b"{}"}, compression=zipfile.ZIP_LZMA), "it is packed otherwise"),
    "overlapping": lambda: (overlapping(), "some that overlap"),
    "a bomb": lambda: (packed({DOCUMENT: bytes(60 << 20)}, compression=zipfile.ZIP_DEFLATED), "at most 200 times"),
    "too large": lambda: (told(65 << 20), "expected at most 64 MiB, got 65 MiB"),
    "shorter than told": lambda: (told(300), "exhibition.json: expected 300 bytes, got 2"),
}


@pytest.mark.parametrize("name", BROKEN)
@SQLITE
async def test_a_file_that_is_no_archive_is_refused_before_it_is_unpacked(store: Store, name: str) -> None:
    data, sentence = BROKEN[name]()
    assert sentence in await refusal(store, data)


@SQLITE
async def test_whatever_happens_to_an_archive_it_is_refused_in_a_sentence(store: Store) -> None:
    await furnished(store)
    whole = await exported(store)
    await store.drafts.remove("winter", "anna")
    dice = random.Random(4)
    for _ in range(60):
        data = bytearray(whole)
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        try:
            await import_exhibition(store, io.BytesIO(bytes(data)), "ben", replace=True)
        except StoreError as refused:
            assert str(refused)
    for end in range(0, len(whole), 211):
        await refusal(store, whole[:end])


def test_more_than_may_be_in_it_is_not_even_opened() -> None:
    from server.store.zip_door import Limits

    data = packed({"a": bytes(700), "b": bytes(700)})
    with (
        pytest.raises(RefusedArchiveError, match="in all"),
        open_zip(io.BytesIO(data), Limits(entries=9, entry_bytes=1000, bytes=1000, ratio=9)),
    ):
        raise AssertionError("it was opened")
