"""Pictures in the store: kept once, found again, cut out of photos, and removed when nobody needs them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pictures_at_hand import HIGH, WIDE, drawn, glassy, jpeg, saved
from sqlalchemy import select

from exhibit.content import (
    ArtworkContent,
    CanvasContent,
    Edition,
    ExhibitionContent,
    NumberedStation,
    ProgrammeContent,
    StationContent,
)
from server.store import audit, references
from server.store.database import Database, connect
from server.store.drafts import Drafts
from server.store.errors import NotThereError, RefusedPictureError
from server.store.pictures import A_DAY_S, Pictures
from server.store.tables import PICTURES, VERSIONS

CLIP = b"\0\0\0\x18ftypisom" + bytes(40)


class Clock:
    """Says what time it is made to be; it begins now, for files have real times."""

    def __init__(self) -> None:
        self.now_s = time.time()

    def __call__(self) -> float:
        return self.now_s

    def tomorrow(self) -> None:
        self.now_s += A_DAY_S + 60


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def pictures(database: Database, tmp_path: Path, clock: Clock) -> AsyncIterator[Pictures]:
    opened = Pictures(database, tmp_path / "pictures", clock)
    yield opened
    opened.close()


def files(pictures: Pictures) -> list[str]:
    return sorted(path.name for path in pictures.folder.iterdir())


def numbered(blue: int) -> bytes:
    """A picture unlike those of other numbers."""
    return saved(drawn(blue=blue), "PNG")


def station(id_: str, number: int, picture: str | None = None, overlay: str | None = None) -> NumberedStation:
    content = StationContent(
        number=number, artwork=ArtworkContent(picture=picture), experience=CanvasContent(overlay=overlay)
    )
    return NumberedStation(id=id_, content=content)


async def publish(database: Database, number: int, edition: Edition) -> None:
    """A version without what publishing asks for."""
    values = {"state": "published", "goes_live_at": 0.0, "made_at": 0.0, "made_by": "anna", "note": ""}
    content = edition.model_dump_json()
    digest = hashlib.sha256(content.encode()).hexdigest()
    async with database.write() as connection:
        row = {"exhibition": "winter", "number": number, "content": content, "digest": digest, **values}
        await connection.execute(VERSIONS.insert().values(**row))


# -- kept ---------------------------------------------------------------------------------------------------------


async def test_a_picture_is_a_file_named_by_its_content_and_a_row(pictures: Pictures, clock: Clock) -> None:
    data = jpeg()
    kept = await pictures.keep(data, "C:\\photos\\harbour.jpg", "anna")
    assert kept.name == hashlib.sha256(data).hexdigest() + ".jpg"
    assert (kept.bytes, kept.width, kept.height, kept.title) == (len(data), WIDE, HIGH, "harbour.jpg")
    assert (kept.made_at, kept.made_by) == (clock.now_s, "anna")
    assert pictures.path(kept.name).read_bytes() == data
    assert pictures.path(kept.name).stat().st_mode & 0o777 == 0o600
    assert await pictures.get(kept.name) == kept
    assert list(await pictures.list()) == [kept]
    assert files(pictures) == [kept.name]


async def test_keeping_is_in_the_audit_log_and_keeping_again_changes_only_how_new_it_is(
    pictures: Pictures, database: Database, clock: Clock
) -> None:
    first = await pictures.keep(jpeg(), "a.jpg", "anna")
    clock.tomorrow()
    again = await pictures.keep(jpeg(), "b.jpg", "ben")
    assert (again.name, again.title, again.made_by) == (first.name, "a.jpg", "anna")
    assert again.made_at == clock.now_s
    assert len(await pictures.list()) == 1
    entries = await audit.entries(database)
    assert [(entry.who, entry.action, entry.subject) for entry in entries] == [("anna", "picture.keep", first.name)]


async def test_the_same_picture_many_times_at_once_is_one(pictures: Pictures) -> None:
    kept = await asyncio.gather(*(pictures.keep(jpeg(), "a.jpg", "anna") for _ in range(6)))
    assert len({picture.name for picture in kept}) == 1
    assert len(await pictures.list()) == 1
    assert files(pictures) == [kept[0].name]


async def test_overlays_are_kept_beside_them(pictures: Pictures) -> None:
    glass = await pictures.keep_overlay(saved(glassy(), "PNG"), "glass.png", "anna")
    clip = await pictures.keep_overlay(CLIP, "snow.mp4", "anna")
    assert (glass.name[-4:], clip.name[-4:], clip.width, clip.height) == (".png", ".mp4", 0, 0)
    names = {glass.name, clip.name, "0" * 64 + ".jpg"}
    assert await pictures.sizes(names) == {glass.name: (WIDE, HIGH), clip.name: (0, 0)}


async def test_of_what_is_refused_nothing_stays(pictures: Pictures) -> None:
    with pytest.raises(RefusedPictureError):
        await pictures.keep(b"no picture", "a.jpg", "anna")
    assert not pictures.folder.exists()
    assert list(await pictures.list()) == []


async def test_a_title_is_what_a_person_reads(pictures: Pictures) -> None:
    kept = await pictures.keep(jpeg(), "/home/anna/\u202eImage\x00\n \ud800" + "a" * 300, "anna")
    assert kept.title == "Image" + " " + "a" * 194


@pytest.mark.parametrize(
    "name", ["", "../store.db", "a" * 64, "A" * 64 + ".jpg", "a" * 64 + ".jpg/..", "a" * 64 + ".svg"]
)
async def test_what_is_no_name_leads_to_no_file(tmp_path: Path, name: str) -> None:
    pictures = Pictures(connect("sqlite:///nowhere".replace("sqlite", "sqlite+aiosqlite")), tmp_path, time.time)
    with pytest.raises(NotThereError, match="there is no picture"):
        pictures.path(name)
    with pytest.raises(NotThereError, match="there is no picture"):
        await pictures.get(name)


async def test_a_picture_that_is_not_there_is_said_to_be_so(pictures: Pictures) -> None:
    with pytest.raises(NotThereError, match=f"there is no picture {'0' * 64}.jpg"):
        await pictures.get("0" * 64 + ".jpg")


async def test_a_painting_is_cut_out_of_a_photo(pictures: Pictures) -> None:
    photo = await pictures.keep(saved(drawn(width=400, height=300), "PNG"), "wall.png", "anna")
    cut = await pictures.crop(photo.name, [(0.25, 0.2), (0.75, 0.2), (0.75, 0.8), (0.25, 0.8)], "painting", "ben")
    assert (cut.width, cut.height, cut.title, cut.made_by) == (200, 180, "painting", "ben")
    assert len(await pictures.list()) == 2


async def test_nothing_is_cut_out_of_a_clip(pictures: Pictures) -> None:
    clip = await pictures.keep_overlay(CLIP, "snow.mp4", "anna")
    with pytest.raises(RefusedPictureError, match="got a clip"):
        await pictures.crop(clip.name, [(0, 0), (1, 0), (1, 1), (0, 1)], "", "anna")


# -- collected ----------------------------------------------------------------------------------------------------


async def test_what_a_draft_or_a_version_speaks_of_stays_and_the_rest_goes(
    pictures: Pictures, database: Database, clock: Clock
) -> None:
    names = [(await pictures.keep(numbered(blue), f"{blue}.png", "anna")).name for blue in range(0, 250, 50)]
    of_draft, of_programme, of_version, of_old_version, of_nobody = names
    overlay = (await pictures.keep_overlay(CLIP, "snow.mp4", "anna")).name
    drafts = Drafts(database, clock)
    programme = ProgrammeContent(id="night", name="Night", experiences={"pier": CanvasContent(overlay=of_programme)})
    draft = Edition(
        exhibition=ExhibitionContent(programmes=(programme,)),
        stations=(station("harbour", 1, of_draft, overlay), station("pier", 2)),
    )
    await drafts.replace("winter", draft, "anna", "exhibition.import")
    await publish(database, 1, Edition(exhibition=ExhibitionContent(), stations=(station("a", 1, of_old_version),)))
    await publish(database, 2, Edition(exhibition=ExhibitionContent(), stations=(station("a", 1, of_version),)))
    assert await pictures.collect() == []
    clock.tomorrow()
    assert await pictures.collect() == [of_nobody]
    assert files(pictures) == sorted({*names, overlay} - {of_nobody})
    assert {picture.name for picture in await pictures.list()} == {*names, overlay} - {of_nobody}
    assert (await audit.entries(database))[0].action == "pictures.collect"
    await drafts.remove("winter", "anna")
    assert await pictures.collect() == sorted({*names, overlay} - {of_nobody})
    assert files(pictures) == []


def test_every_picture_of_an_edition_is_found_in_its_text() -> None:
    name = [f"{number:064x}" for number in range(4)]
    programme = ProgrammeContent(id="night", name="Night", experiences={"b": CanvasContent(overlay=f"{name[3]}.webm")})
    edition = Edition(
        exhibition=ExhibitionContent(programmes=(programme,)),
        stations=(station("a", 1, f"{name[0]}.jpg", f"{name[1]}.mp4"), station("b", 2, f"{name[2]}.png")),
    )
    assert references.names_in([edition.model_dump_json()]) == edition.pictures()


async def test_files_without_a_row_go_when_they_are_old_and_strange_files_stay(
    pictures: Pictures, clock: Clock
) -> None:
    kept = await pictures.keep(jpeg(), "a.jpg", "anna")
    stray, draft = "0" * 64 + ".png", "." + "0" * 64 + ".png." + "a" * 16 + ".draft"
    for name in (stray, draft, "README", ".png"):
        (pictures.folder / name).write_bytes(b"x")
    assert await pictures.collect() == []
    os.utime(pictures.path(kept.name), (0, 0))
    os.utime(pictures.folder / stray, (0, 0))
    os.utime(pictures.folder / draft, (0, 0))
    assert await pictures.collect() == sorted([stray, draft])
    assert files(pictures) == sorted([kept.name, "README", ".png"])


async def test_a_picture_that_is_taken_up_while_others_are_collected_stays(
    pictures: Pictures, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = (await pictures.keep(jpeg(), "a.jpg", "anna")).name
    drafts, looked = Drafts(database, clock), references.in_versions
    edition = Edition(exhibition=ExhibitionContent(), stations=(station("a", 1, name),))

    async def look_and_be_overtaken(connection):  # type: ignore[no-untyped-def]
        found = await looked(connection)
        await drafts.replace("winter", edition, "anna", "exhibition.import")
        return found

    monkeypatch.setattr(references, "in_versions", look_and_be_overtaken)
    clock.tomorrow()
    assert await pictures.collect() == []
    assert pictures.path(name).exists()


async def test_so_does_one_that_a_version_has_taken_up(
    pictures: Pictures, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = (await pictures.keep(jpeg(), "a.jpg", "anna")).name
    await Drafts(database, clock).make("winter", ExhibitionContent(), "anna")
    looked = references.in_versions

    async def look_and_be_overtaken(connection):  # type: ignore[no-untyped-def]
        found = await looked(connection)
        await publish(database, 1, Edition(exhibition=ExhibitionContent(), stations=(station("a", 1, name),)))
        return found

    monkeypatch.setattr(references, "in_versions", look_and_be_overtaken)
    clock.tomorrow()
    assert await pictures.collect() == []


async def test_a_picture_that_is_kept_again_between_its_row_and_its_file_stays_whole(
    pictures: Pictures, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = (await pictures.keep(jpeg(), "a.jpg", "anna")).name
    forget = pictures._forget

    async def forget_and_be_overtaken(before_s: float) -> list[str]:
        forgotten = await forget(before_s)
        await pictures.keep(jpeg(), "a.jpg", "anna")
        return forgotten

    monkeypatch.setattr(pictures, "_forget", forget_and_be_overtaken)
    clock.tomorrow()
    await pictures.collect()
    assert (await pictures.get(name)).name == name
    assert pictures.path(name).read_bytes() == jpeg()


async def test_keeping_and_collecting_at_the_same_time_leaves_every_row_its_file(
    pictures: Pictures, database: Database, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.store.pictures._TRIES", 50)  # somebody tidies up far more often than anybody does
    other = Pictures(database, tmp_path / "pictures", lambda: clock.now_s + 10 * A_DAY_S)  # to whom all is old
    data = [numbered(blue) for blue in (0, 100, 200)]

    async def keep(times: int) -> None:
        for _ in range(times):
            await asyncio.gather(*(pictures.keep(one, "a.png", "anna") for one in data))

    async def collect(times: int) -> None:
        for _ in range(times):
            await other.collect()

    await asyncio.gather(keep(4), collect(8))
    rows = {picture.name for picture in await pictures.list()}
    assert rows <= set(files(pictures))
    assert not [name for name in files(pictures) if name.endswith(".draft")]
    other.close()


# -- whatever happens ---------------------------------------------------------------------------------------------

KEEPER = """
import asyncio, os, signal, sys, time
from pathlib import Path
from pictures_at_hand import drawn, saved
from server.store.database import connect
from server.store.pictures import Pictures

async def keep(first, told):
    pictures = Pictures(connect(sys.argv[1]), Path(sys.argv[2]), time.time)
    for number in range(first, first + 5000):
        picture = drawn(blue=number % 256, width=64 + number % 60)
        await pictures.keep(saved(picture, "JPEG"), f"{number}.jpg", "anna")
        os.write(told, b".")

for place, wait_s in enumerate(map(float, sys.argv[3:])):  # a process for each: all is imported but once
    reads, told = os.pipe()
    keeper = os.fork()
    if not keeper:
        asyncio.run(keep(1000 * place, told))
        os._exit(1)  # it was not killed in time
    os.read(reads, 1)
    time.sleep(wait_s)
    os.kill(keeper, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(keeper, 0)[1]) == -signal.SIGKILL
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_process_that_is_killed_while_it_keeps_pictures_leaves_a_sound_store(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    folder, here = tmp_path / "pictures", Path(__file__)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parents[3])])}
    words = [sys.executable, "-c", KEEPER, database_url, str(folder), "0.003", "0.007", "0.012", "0.02", "0.05"]
    await asyncio.to_thread(subprocess.run, words, env=environ, check=True, timeout=60)
    database = connect(database_url)
    pictures = Pictures(database, folder, clock)
    async with database.read() as connection:
        rows = dict(map(tuple, await connection.execute(select(PICTURES.c.name, PICTURES.c.bytes))))
    assert rows
    for name, size in rows.items():
        data = pictures.path(name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (size, name[:64])
    clock.tomorrow()
    await pictures.collect()
    assert files(pictures) == []
    await database.close()
