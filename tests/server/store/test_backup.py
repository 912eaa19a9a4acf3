"""The whole store as one file: written while others write, checked, and brought back into either database."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from pictures_at_hand import jpeg
from sqlalchemy import Column, func, insert, select, text

from exhibit.content import ExhibitionContent, StationContent
from server.store import backup, migrating, state_files
from server.store.backup import Backup, back_up
from server.store.backup_form import kept_tables
from server.store.database import Database, open_database
from server.store.drafts import Drafts
from server.store.errors import StoreError, TakenError
from server.store.pictures import Pictures
from server.store.restore import restore
from server.store.tables import AUDIT, KEPT_PICTURES, METADATA, PICTURES, PRESENCE, SESSIONS, STATIONS
from server.store.zip_door import RefusedArchiveError

NOW_S = 1_800_000_000.0
KEY = "ab" * 32 + "\n"
VALUES: dict[type, Any] = {int: 3, float: 1.5, bool: True, bytes: b"\0\xff\n"}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Rows = dict[str, list[dict[str, Any]]]


def value_of(column: Column[Any]) -> Any:
    """Something that the column takes, the same as in the column that it refers to."""
    if column.foreign_keys:
        return value_of(next(iter(column.foreign_keys)).column)
    kind = column.type.python_type
    return VALUES.get(kind, f"\u0634\n{column.name}"[: getattr(column.type, "length", None)])


async def furnish(database: Database, folder: Path) -> None:
    """A row in every table, a picture, and what lies in the state folder."""
    await Pictures(database, folder / "pictures", lambda: NOW_S).keep(jpeg(), "a.jpg", "anna")
    async with database.write() as connection:
        for table in METADATA.sorted_tables:
            if table is not PICTURES:
                await connection.execute(insert(table).values({c.name: value_of(c) for c in table.columns}))
    style = folder / "styles" / "dusk"
    style.mkdir(parents=True)
    (folder / "targets").mkdir()
    for path in (folder / "signing.key", style / "style.json", folder / "targets" / "cache", folder / "store.db"):
        path.write_text(KEY, encoding="utf-8")


async def rows_of(database: Database) -> Rows:
    async with database.read() as connection:
        return {
            table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()]
            for table in METADATA.sorted_tables
        }


@pytest.fixture
async def elsewhere(bare_url: str) -> AsyncIterator[Database]:
    """Another store, in which nothing ever happened."""
    opened = await open_database(bare_url)
    yield opened
    await opened.close()


async def backed_up(database: Database, tmp_path: Path, **options: Any) -> Backup:
    target = tmp_path / "backup.zip"
    return await back_up(database, tmp_path / "pictures", tmp_path, target, now_s=NOW_S, **options)


async def restored(database: Database, file: Path | bytes, tmp_path: Path, **options: Any) -> None:
    opened = io.BytesIO(file) if isinstance(file, bytes) else file.open("rb")
    with opened:
        await restore(database, tmp_path / "new" / "pictures", tmp_path / "new", opened, **options)


def drafts_in(folder: Path) -> list[Path]:
    """What was begun and left lying."""
    return list(folder.rglob(".*"))


def changed(file: Path, change: Callable[[dict[str, bytes]], None], told: dict[str, Any] | None = None) -> bytes:
    """The backup with other members, of which the manifest tells rightly, or with `told` in the manifest instead."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members)
    manifest["members"] = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in members.items()
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in {**members, "manifest.json": json.dumps(manifest | (told or {})).encode()}.items():
            archive.writestr(name, data)
    return packed.getvalue()


# -- there and back -----------------------------------------------------------------------------------------------


async def test_a_backup_of_either_database_is_restored_into_either(
    database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    await restored(elsewhere, written.file, tmp_path)
    there, here = await rows_of(elsewhere), await rows_of(database)
    assert (here.pop("sessions"), there.pop("sessions")) == ([{c.name: value_of(c) for c in SESSIONS.columns}], [])
    assert (len(here.pop("presence")), there.pop("presence")) == (1, [])
    for left_out in ("kept_pictures", "minutes", "events"):
        assert (len(here.pop(left_out)), there.pop(left_out)) == (1, [])
    assert there == here
    assert all(here.values())
    new = tmp_path / "new"
    assert [path.read_bytes() for path in (new / "pictures").iterdir()] == [jpeg()]
    assert sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()) == [
        f"pictures/{hashlib.sha256(jpeg()).hexdigest()}.jpg",
        "signing.key",
        "styles/dusk/style.json",
    ]
    assert (new / "signing.key").read_text(encoding="utf-8") == KEY
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in new.rglob("*") if path.is_file())


async def test_what_visitors_keep_stays_where_its_exhibition_comes_back(database: Database, tmp_path: Path) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    before = (await rows_of(database))["kept_pictures"]
    await Drafts(database, lambda: NOW_S).make("later", ExhibitionContent(), "anna")
    async with database.write() as connection:
        later = before[0] | {"token": "of what goes", "exhibition": "later"}
        await connection.execute(insert(KEPT_PICTURES).values(later))
    await restored(database, written.file, tmp_path, replace=True)
    assert (await rows_of(database))["kept_pictures"] == before


async def test_what_happens_afterwards_gets_numbers_of_its_own(database: Database, tmp_path: Path) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    await restored(database, written.file, tmp_path, replace=True)
    await Drafts(database, lambda: NOW_S).make("winter", ExhibitionContent(), "anna")
    async with database.read() as connection:
        numbers = list((await connection.execute(select(AUDIT.c.id).order_by(AUDIT.c.id))).scalars())
    assert numbers == [1, 3, 4]


async def test_it_is_of_one_moment_though_others_write_meanwhile(database: Database, tmp_path: Path) -> None:
    drafts, stop = Drafts(database, lambda: NOW_S), asyncio.Event()
    await drafts.make("winter", ExhibitionContent(), "anna")

    async def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            await drafts.add_station("winter", f"s{number}", StationContent(number=number), "anna")

    writing = asyncio.create_task(write())
    try:
        for place in range(3):
            await asyncio.sleep(0.02)
            written = await back_up(database, tmp_path / "pictures", tmp_path, tmp_path / f"{place}.zip", now_s=NOW_S)
            rows = written.manifest.rows
            assert rows["stations"] == rows["audit"] - 1
    finally:
        stop.set()
        await writing
    assert rows["stations"] > 0


@SQLITE
async def test_it_says_what_it_is_and_only_its_owner_reads_it(database: Database, tmp_path: Path) -> None:
    await furnish(database, tmp_path)
    shares: list[float] = []
    written = await backed_up(database, tmp_path, progress=lambda _, share: shares.append(share))
    assert written.file.stat().st_mode & 0o777 == 0o600
    assert written.bytes == written.file.stat().st_size
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with zipfile.ZipFile(written.file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for name, member in manifest["members"].items():
            data = archive.read(name)
            assert member == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        assert set(archive.namelist()) == {*manifest["members"], "manifest.json"}
        assert not {"tables/sessions.jsonl", "tables/presence.jsonl", "state/targets/cache"} & set(archive.namelist())
    assert (manifest["revision"], manifest["made_at"]) == (migrating.revisions()[-1], NOW_S)
    assert set(manifest["rows"]) == {table.name for table in kept_tables()}
    assert not drafts_in(tmp_path)
    shares.clear()
    await restored(database, written.file, tmp_path, replace=True, progress=lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@SQLITE
async def test_in_a_folder_it_is_named_by_the_time_and_nothing_is_written_over(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    written = await back_up(database, tmp_path / "pictures", tmp_path, folder, now_s=NOW_S)
    assert written.file == folder / "vernissage-2027-01-15T080000Z.zip"
    for target in (folder, written.file):
        with pytest.raises(FileExistsError):
            await back_up(database, tmp_path / "pictures", tmp_path, target, now_s=NOW_S)
    assert [path.name for path in folder.iterdir()] == [written.file.name]


@SQLITE
async def test_a_backup_that_fails_leaves_no_file(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(database, tmp_path)
    monkeypatch.setattr(backup, "state_files", lambda folder: ["nowhere"])
    with pytest.raises(FileNotFoundError):
        await backed_up(database, tmp_path)
    assert not drafts_in(tmp_path)
    assert not (tmp_path / "backup.zip").exists()


# -- pictures that are not there ----------------------------------------------------------------------------------


@SQLITE
@pytest.mark.parametrize("rot", [True, False])
async def test_a_picture_that_is_lost_is_told_of_and_does_not_stop_it(
    database: Database, tmp_path: Path, rot: bool
) -> None:
    await furnish(database, tmp_path)
    (picture,) = (tmp_path / "pictures").iterdir()
    picture.write_bytes(b"rot") if rot else picture.unlink()
    written = await backed_up(database, tmp_path)
    assert written.manifest.missing == (picture.name,)
    assert written.manifest.rows["pictures"] == 1
    await restored(database, written.file, tmp_path, replace=True)


@SQLITE
async def test_a_picture_that_was_collected_meanwhile_is_missed_by_nobody(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = Pictures(database, tmp_path / "pictures", lambda: NOW_S)
    await pictures.keep(jpeg(), "a.jpg", "anna")
    add = backup._add_pictures

    async def collect_first(*arguments: Any) -> set[str]:
        await Pictures(database, tmp_path / "pictures", lambda: NOW_S * 2).collect()
        return await add(*arguments)

    monkeypatch.setattr(backup, "_add_pictures", collect_first)
    written = await backed_up(database, tmp_path)
    assert written.manifest.missing == ()
    assert written.manifest.rows["pictures"] == 0
    await restored(database, written.file, tmp_path)


# -- an older program's -------------------------------------------------------------------------------------------

LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "later", "{before}"
branch_labels = depends_on = None


def upgrade():
    op.add_column("pictures", sa.Column("stars", sa.Integer(), nullable=False, server_default="5"))
"""


@SQLITE
async def test_a_backup_of_an_older_program_is_brought_up_to_date(
    database: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    later = tmp_path / "migrations"
    shutil.copytree(Path(migrating.__file__).parent / "migrations", later)
    (later / "versions" / "later.py").write_text(LATER.format(before=migrating.revisions()[-1]), encoding="utf-8")
    monkeypatch.setattr(migrating, "_FOLDER", later)
    await restored(elsewhere, written.file, tmp_path)
    async with elsewhere.read() as connection:
        assert (await connection.execute(text("SELECT stars FROM pictures"))).scalars().all() == [5]
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "later"
        assert (await connection.execute(select(func.count()).select_from(STATIONS))).scalar_one() == 1


@SQLITE
async def test_one_of_a_newer_program_is_refused(database: Database, tmp_path: Path) -> None:
    written = await backed_up(database, tmp_path)
    for told in ({"revision": "9999"}, {"format": 2}):
        with pytest.raises(RefusedArchiveError, match="made by a newer Vernissage"):
            await restored(database, changed(written.file, lambda members: None, told), tmp_path)


# -- all or nothing -----------------------------------------------------------------------------------------------


def line(change: Callable[[dict[str, Any]], Any], table: str = "audit") -> Callable[[dict[str, bytes]], None]:
    """Change the last row of a table."""

    def apply(members: dict[str, bytes]) -> None:
        *before, last = members[f"tables/{table}.jsonl"].splitlines(keepends=True)
        row = json.loads(last)
        change(row)
        members[f"tables/{table}.jsonl"] = b"".join(before) + json.dumps(row).encode() + b"\n"

    return apply


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.__setitem__(name, data)


WRONG: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "text for a number": (line(lambda row: row.update(at="now")), "audit.jsonl, line 2: at: expected float, got str"),
    "a number twice": (line(lambda row: row.update(id=1)), "audit.jsonl: the database does not take it"),
    "a huge number": (line(lambda row: row.update(id=1 << 80)), "audit.jsonl: the database does not take it"),
    "half a letter": (line(lambda row: row.update(who="\ud800")), "audit.jsonl: the database does not take it"),
    "of nobody": (line(lambda row: row.update(exhibition="x"), "stations"), "the database does not take it"),
    "too few rows": (put("tables/audit.jsonl", b""), "audit.jsonl: expected 2 rows, got 0"),
    "another table": (put("tables/walls.jsonl", b""), "tables/walls.jsonl: there is no such table in"),
    "migrations": (put("tables/alembic_version.jsonl", b""), "there is no such table in"),
    "another picture": (put("pictures/" + "0" * 64 + ".jpg", b"x"), "expected the content that its name says"),
    "a way out": (put("state/../../evil", b"x"), "expected the name of a part of a backup, got 'state/../../evil'"),
    "a way out of styles": (put("state/styles/../x/evil", b"x"), "expected the name of a part of a backup"),
    "the database itself": (put("state/store.db", b"x"), "expected the name of a part of a backup"),
    "something else": (put("notes.txt", b"x"), "expected the name of a part of a backup, got 'notes.txt'"),
}


@SQLITE
async def test_a_backup_with_something_wrong_in_it_changes_nothing(database: Database, tmp_path: Path) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    before = await rows_of(database)
    new = tmp_path / "new"
    new.mkdir()
    (new / "signing.key").write_text("another", encoding="utf-8")
    for change, sentence in WRONG.values():
        with pytest.raises(StoreError) as refused:
            await restored(database, changed(written.file, change), tmp_path, replace=True)
        assert sentence in str(refused.value)
        assert await rows_of(database) == before
    assert [path.name for path in new.rglob("*") if path.is_file() and path.suffix != ".jpg"] == ["signing.key"]
    assert (new / "signing.key").read_text(encoding="utf-8") == "another"


async def test_a_transaction_that_fails_at_its_end_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    before = await rows_of(database)

    def fail(staged: state_files.Staged) -> None:
        raise OSError(28, "no space left", str(staged.path))

    monkeypatch.setattr(state_files.Staged, "place", fail)
    with pytest.raises(OSError, match="no space left"):
        await restored(database, written.file, tmp_path, replace=True)
    assert await rows_of(database) == before
    assert not drafts_in(tmp_path / "new")
    assert not (tmp_path / "new" / "signing.key").exists()


@SQLITE
async def test_a_damaged_backup_is_refused_before_anything_is_touched(database: Database, tmp_path: Path) -> None:
    await furnish(database, tmp_path)
    whole = (await backed_up(database, tmp_path)).file.read_bytes()
    before = await rows_of(database)
    for at in range(40, len(whole), len(whole) // 25):
        data = bytearray(whole)
        data[at] ^= 0x10
        for broken in (bytes(data), whole[:at]):
            try:
                await restored(database, broken, tmp_path, replace=True)
            except StoreError as refused:
                assert str(refused)
    left_out: Rows = {name: [] for name in ("sessions", "presence", "minutes", "events")}
    assert await rows_of(database) | left_out == before | left_out


@SQLITE
async def test_a_store_that_is_in_use_is_replaced_only_when_asked(database: Database, tmp_path: Path) -> None:
    await furnish(database, tmp_path)
    written = await backed_up(database, tmp_path)
    with pytest.raises(TakenError, match="expected an empty store, this one has exhibitions"):
        await restored(database, written.file, tmp_path)
    assert not (tmp_path / "new").exists()
    await restored(database, written.file, tmp_path, replace=True)


@SQLITE
async def test_so_is_a_key_that_is_there(database: Database, tmp_path: Path) -> None:
    (tmp_path / "signing.key").write_text(KEY, encoding="utf-8")
    written = await backed_up(database, tmp_path)
    new = tmp_path / "new"
    new.mkdir()
    (new / "signing.key").write_text("another", encoding="utf-8")
    with pytest.raises(TakenError, match=r"signing\.key is there already, and is another one"):
        await restored(database, written.file, tmp_path)
    await restored(database, written.file, tmp_path, replace=True)
    assert (new / "signing.key").read_text(encoding="utf-8") == KEY
    await restored(database, written.file, tmp_path)


async def test_tables_of_other_programs_in_the_same_database_stay(database: Database, tmp_path: Path) -> None:
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE somebody_elses (id INTEGER PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO somebody_elses VALUES (7)"))
    written = await backed_up(database, tmp_path)
    await restored(database, written.file, tmp_path, replace=True)
    with pytest.raises(RefusedArchiveError, match="there is no such table"):
        data = changed(written.file, put("tables/somebody_elses.jsonl", b""))
        await restored(database, data, tmp_path, replace=True)
    async with database.write() as connection:
        assert (await connection.execute(text("SELECT id FROM somebody_elses"))).scalars().all() == [7]
        await connection.execute(text("DROP TABLE somebody_elses"))


def test_links_and_strange_names_are_no_state_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    (tmp_path / "signing.key").symlink_to(tmp_path / "secret")
    (tmp_path / "styles" / "dusk.12.part").mkdir(parents=True)
    (tmp_path / "styles" / "dusk.12.part" / "fine").write_text("x", encoding="utf-8")
    (tmp_path / "certificate.pem").write_text("x", encoding="utf-8")
    assert state_files.state_files(tmp_path) == ["certificate.pem"]
    assert PRESENCE not in kept_tables()
