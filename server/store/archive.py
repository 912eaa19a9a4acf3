"""One exhibition as a ZIP file, to keep or to carry to another house: its draft and all its pictures.

    exhibition.json   {"format": 1, "id": ..., "edition": Edition, "titles": {picture: its file's name once}}
    pictures/NAME     each picture and clip that the edition speaks of, and no other

The same draft gives the same bytes. What comes from elsewhere is bounded before it is read (zip_door.py), and its
pictures are checked as uploads are.
"""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, Literal

from pydantic import Field, StringConstraints, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from exhibit.content import MAX_STATIONS, Content, Edition, Id
from exhibit.table import ID
from server.store import audit
from server.store.draft_rows import edition_of, put_edition
from server.store.errors import RefusedPictureError, StoreUnusableError, TakenError
from server.store.picture_check import MAX_BYTES
from server.store.tables import EXHIBITIONS
from server.store.zip_door import Limits, RefusedArchiveError, open_zip, read_entry, zip_entry

if TYPE_CHECKING:
    from server.store.open import Store
    from server.store.pictures import Pictures

FORMAT: Final = 1
DOCUMENT = "exhibition.json"
FOLDER = "pictures/"
LIMITS = Limits(entries=4 * MAX_STATIONS, entry_bytes=64 << 20, bytes=8 << 30, ratio=200)

_AT_ONCE = 1 << 20
_Title = Annotated[str, StringConstraints(max_length=200)]


class Document(Content):
    """What exhibition.json says."""

    format: Literal[1] = FORMAT
    id: Id
    edition: Edition
    titles: Annotated[Mapping[str, _Title], Field(max_length=LIMITS.entries)] = Field(default_factory=dict)


async def export_exhibition(store: Store, exhibition: str, file: BinaryIO) -> None:
    """Write an exhibition's draft, as it is at this moment. Raises NotThereError, also where a picture is missing, and
    StoreUnusableError where one is damaged; what was written until then is of no use."""
    async with store.database.read() as connection:
        edition = await edition_of(connection, exhibition)
    titles = {name: (await store.pictures.get(name)).title for name in sorted(edition.pictures())}
    document = Document(id=exhibition, edition=edition, titles=titles)
    await asyncio.to_thread(_write, file, document, store.pictures)


async def import_exhibition(
    store: Store, file: BinaryIO, who: str, *, exhibition: str | None = None, replace: bool = False
) -> str:
    """Take an exhibition from a file; its id, which is the file's where no other is asked for. It is not published.

    All or nothing, but for pictures that were kept before something was refused: `collect` removes them.
    Raises RefusedArchiveError, and TakenError where there is such an exhibition already and it may not be replaced.
    """
    with ExitStack() as stack:
        archive = await asyncio.to_thread(stack.enter_context, open_zip(file, LIMITS))
        document = await asyncio.to_thread(_document, archive)
        for name in sorted(document.edition.pictures()):
            data = await asyncio.to_thread(_picture, archive, name)
            await _keep(store.pictures, name, data, document.titles.get(name, ""), who)
    return await put_draft(store, exhibition or document.id, document.edition, who, replace=replace)


async def put_draft(store: Store, exhibition: str, edition: Edition, who: str, *, replace: bool) -> str:
    """Make the draft, or make it another one where that is allowed; its id. Raises RefusedArchiveError, TakenError."""
    if ID.fullmatch(exhibition) is None:
        raise RefusedArchiveError(f"expected an id of 1 to 64 of a-z, 0-9, - and _, got {exhibition[:80]!r}")

    async def work(connection: AsyncConnection) -> str:
        taken = select(EXHIBITIONS.c.id).where(EXHIBITIONS.c.id == exhibition)
        if not replace and (await connection.execute(taken)).first() is not None:
            raise TakenError(f"there is an exhibition {exhibition} already", "id")
        await put_edition(connection, exhibition, edition, who, store.now_s())
        await audit.record(connection, store.now_s(), who, "exhibition.import", exhibition=exhibition)
        return exhibition

    return await store.database.change(work)


# -- writing ------------------------------------------------------------------------------------------------------


def _write(file: BinaryIO, document: Document, pictures: Pictures) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        text = document.model_dump_json(indent=2).encode()
        archive.writestr(zip_entry(DOCUMENT, packed=True), text)
        for name in document.titles:
            with archive.open(zip_entry(FOLDER + name), "w") as entry:
                for part in _parts(pictures, name):
                    entry.write(part)


def _parts(pictures: Pictures, name: str) -> Iterator[bytes]:
    """A picture's file, a mebibyte at a time, and at its end whether it still is what its name says."""
    digest = hashlib.sha256()
    try:
        with pictures.path(name).open("rb") as file:
            while part := file.read(_AT_ONCE):
                digest.update(part)
                yield part
    except OSError as error:
        raise StoreUnusableError(f"the picture {name} cannot be read: {error.strerror}") from error
    if not name.startswith(digest.hexdigest()):
        raise StoreUnusableError(f"the picture {name} is damaged")


# -- reading ------------------------------------------------------------------------------------------------------


def _document(archive: zipfile.ZipFile) -> Document:
    """What the file says, every entry being one that it speaks of."""
    try:
        document = Document.model_validate_json(read_entry(archive, DOCUMENT, LIMITS.entry_bytes))
    except ValidationError as error:
        raise _refusal(error) from error
    wanted = {DOCUMENT, *(FOLDER + name for name in document.edition.pictures())}
    there = {info.filename for info in archive.infolist() if not (info.filename == FOLDER and not info.file_size)}
    if strange := sorted(there - wanted):
        raise RefusedArchiveError(f"expected pictures of the exhibition and nothing else, got {strange[0][:120]!r}")
    if lacking := sorted(wanted - there):
        raise RefusedArchiveError(f"{lacking[0]} is missing")
    return document


def _refusal(error: ValidationError) -> RefusedArchiveError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["loc"] == ("format",):
        return RefusedArchiveError(f"{DOCUMENT}: expected format {FORMAT}; was it made by a newer Vernissage?")
    where = ": ".join(filter(None, [DOCUMENT, ".".join(map(str, first["loc"]))]))
    return RefusedArchiveError(f"{where}: {first['msg'].removeprefix('Value error, ')}")


def _picture(archive: zipfile.ZipFile, name: str) -> bytes:
    data = read_entry(archive, FOLDER + name, MAX_BYTES)
    if not name.startswith(hashlib.sha256(data).hexdigest()):
        raise RefusedArchiveError(f"{FOLDER}{name}: expected the content that its name says, got another")
    return data


async def _keep(pictures: Pictures, name: str, data: bytes, title: str, who: str) -> None:
    keep = pictures.keep if name.endswith(".jpg") else pictures.keep_overlay
    try:
        kept = await keep(data, title, who)
    except RefusedPictureError as error:
        raise RefusedArchiveError(f"{FOLDER}{name}: {error}") from error
    if kept.name != name:
        raise RefusedArchiveError(f"{FOLDER}{name}: expected a picture that was cleaned, got one that says more")
