"""Whole exhibitions as files over the API: out of this house, and into it."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Annotated, BinaryIO, cast

from pydantic import Field

from exhibit.content import Content, Id
from server.api.answers import ExhibitionAnswer
from server.api.call import Call, Reply
from server.api.contract import MAX_ARCHIVE_BYTES, UPLOAD_S, File, Operation, Upload
from server.permission import Permission
from server.store.archive import export_exhibition, import_exhibition
from server.store.open import Store

ZIP = "application/zip"
_ARCHIVE = Upload((ZIP, "application/octet-stream"), MAX_ARCHIVE_BYTES, to_file=True)


class ImportQuery(Content):
    """Under which id, the file's own by default; whether one that is there may be replaced."""

    id: Id | None = None
    replace: Annotated[bool, Field(strict=False)] = False


class Archives:
    """The operations on files of exhibitions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def operations(self) -> list[Operation]:
        """Both."""
        return [
            Operation("GET", "/exhibitions/{exhibition}/archive", "exportExhibition",
                      "The draft with its pictures, as one file", self.export, Permission.SEE, answer=File((ZIP,)),
                      within_s=UPLOAD_S),
            Operation("POST", "/exhibitions/import", "importExhibition",
                      "Take an exhibition from a file; it is not published", self.take, Permission.EDIT, body=_ARCHIVE,
                      query=ImportQuery, answer=ExhibitionAnswer, status=201, problems=(409,), within_s=UPLOAD_S),
        ]  # fmt: skip

    async def export(self, call: Call) -> Reply:
        draft = await self._store.drafts.read(call.part("exhibition"))
        file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - it is closed when it was sent
        try:
            await export_exhibition(self._store, draft.id, file)
            await asyncio.to_thread(file.seek, 0)
        except BaseException:
            file.close()
            raise
        return Reply(file=file, content_type=ZIP, name=f"{draft.id}.zip")

    async def take(self, call: Call) -> ExhibitionAnswer:
        asked: ImportQuery = call.query
        taken = await import_exhibition(
            self._store, call.body, call.user.id, exhibition=asked.id, replace=asked.replace
        )
        return ExhibitionAnswer.of(await self._store.drafts.read(taken))
