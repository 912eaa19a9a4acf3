"""Styles over the API: which there are, what they make of a picture, and paintings made into new ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from exhibit.content import Content, Id, PictureName, PlainText, Share
from exhibit.protocol import MAX_STYLES_IN_MIX
from exhibit.style_mix import StyleMix
from models.adding import AddOrder
from models.errors import ModelError, PaintingError
from models.style.library import StyleInfo
from models.style.shelf import id_of
from server.api.answers import Answer
from server.api.body import sentence_of
from server.api.call import Call, CallError, Reply
from server.api.contract import File, Operation
from server.apprenticeship import Apprenticeship, BusyError, Job, JobState
from server.costs import Size
from server.library import Library
from server.permission import Permission
from server.rehearsal import Rehearsal, RehearsalError
from server.store import audit
from server.store.errors import NotThereError
from server.store.open import Store
from server.store.pictures import Picture

SAMPLE = "sample"  # the picture of ours that a style can be tried on


class StyleAnswer(Answer):
    """A style."""

    id: str
    name: Mapping[str, str]
    painter: str
    year: int | None
    thumbnail: str
    added: bool  # by the gallery

    @staticmethod
    def about(style: StyleInfo, *, added: bool) -> StyleAnswer:
        """The same, for a client."""
        thumbnail = f"/thumbnails/{style.id}.jpg"
        return StyleAnswer(
            id=style.id, name=style.name, painter=style.painter, year=style.year, thumbnail=thumbnail, added=added
        )


class PaintRequest(Content):
    """Which picture is painted, and how."""

    picture: PictureName | Annotated[str, StringConstraints(pattern=f"^{SAMPLE}$")] = SAMPLE
    style: Annotated[Mapping[Id, Share], Field(min_length=1, max_length=MAX_STYLES_IN_MIX)]
    strength: Share = 1.0


class NewStyle(Content):
    """A painting that is made into a style."""

    picture: PictureName
    name: Annotated[PlainText, StringConstraints(min_length=1, max_length=80)]
    painter: Annotated[PlainText, StringConstraints(max_length=80)] = "Unknown"
    year: Annotated[int, Field(ge=-5000, le=2200)] | None = None
    licence: Annotated[PlainText, StringConstraints(max_length=400)] = ""


class JobAnswer(Answer):
    """A painting on its way to become a style."""

    id: str
    style: str
    name: str
    state: JobState
    doing: str
    share: float
    sentence: str


@dataclass(frozen=True)
class Studio:
    """Who paints, and who learns."""

    library: Library
    rehearsal: Rehearsal
    apprenticeship: Apprenticeship
    paint_size: Callable[[Size], Size]  # of a picture's size: what it is painted at
    sample: Path  # the picture of ours that styles can be tried on


class Styles:
    """The operations on styles."""

    def __init__(self, store: Store, studio: Studio) -> None:
        self._store, self._studio, self._library = store, studio, studio.library

    def operations(self) -> list[Operation]:
        """All of them."""
        see, edit = Permission.SEE, Permission.EDIT
        job = "/styles/jobs/{job}"
        return [
            Operation("GET", "/styles", "listStyles", "Every style that exhibitions may use", self.all, see,
                      answer=list[StyleAnswer]),
            Operation("POST", "/paintings", "paint", "A picture painted by the engine that paints for visitors",
                      self.paint, see, body=PaintRequest, answer=File(("image/jpeg",)), within_s=60.0),
            Operation("POST", "/styles/jobs", "learnStyle", "Make a painting into a style: takes minutes", self.learn,
                      edit, body=NewStyle, answer=JobAnswer, status=202, problems=(409,)),
            Operation("GET", "/styles/jobs", "listJobs", "Paintings that are or were being learned", self.jobs, see,
                      answer=list[JobAnswer]),
            Operation("GET", job, "readJob", "How far a painting is learned", self.job, see, answer=JobAnswer),
            Operation("DELETE", job, "cancelJob", "Stop learning; nothing of it is kept", self.cancel, edit,
                      status=204),
        ]  # fmt: skip

    async def all(self, _call: Call) -> list[StyleAnswer]:
        added = self._library.added
        return [StyleAnswer.about(style, added=style.id in added) for style in self._library.styles]

    async def paint(self, call: Call) -> Reply:
        asked: PaintRequest = call.body
        if unknown := sorted(set(asked.style) - self._library.ids):
            raise CallError(422, "unknown_style", f"There is no style {unknown[0]}.", field="style")
        if sum(asked.style.values()) <= 0:
            raise CallError(422, "bad_mix", "Expected weights with a sum above 0.", field="style")
        mix = StyleMix.of(asked.style, asked.strength, self._library.ids)
        name, size = await self._subject(asked.picture)
        try:
            painted = await self._studio.rehearsal.paint(name, self._studio.paint_size(size), mix)
        except RehearsalError as error:
            raise CallError(503, "not_painted", str(error), retry_after_s=2) from error
        return Reply(data=painted, content_type="image/jpeg")

    async def _subject(self, picture: str) -> tuple[str, Size]:
        if picture == SAMPLE:
            return str(self._studio.sample), Size(4, 3)
        found = await self._picture(picture)
        if not found.width:
            raise CallError(422, "no_picture", "A clip cannot be painted.", field="picture")
        return found.name, Size(found.width, found.height)

    async def _picture(self, name: str) -> Picture:
        try:
            return await self._store.pictures.get(name)
        except NotThereError as error:
            raise CallError(422, "unknown_picture", sentence_of(str(error)), field="picture") from None

    async def learn(self, call: Call) -> JobAnswer:
        asked: NewStyle = call.body
        picture = await self._picture(asked.picture)
        order = AddOrder(
            picture=str(self._store.pictures.path(picture.name)),
            shelf=str(self._library.shelf.folder),
            id=self._free_id(asked.name),
            name=asked.name,
            painter=asked.painter or "Unknown",
            year=asked.year,
        )
        try:
            job = await self._studio.apprenticeship.begin(replace(order, licence=asked.licence or order.licence))
        except BusyError as error:
            raise CallError(409, "busy", str(error)) from error
        except ModelError as error:
            field = "picture" if isinstance(error, PaintingError) else None
            raise CallError(422, "painting_refused", sentence_of(str(error)), field=field) from error
        await self._note(call, "style.learn", order.id)
        return JobAnswer.of(job)

    def _free_id(self, name: str) -> str:
        """The id of a new style: of a name that has none of an id's letters, such as a Chinese one, a digest."""
        style = id_of(name) or f"style_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
        if style in self._library.ids:
            raise CallError(422, "name_taken", "There is a style of this name; choose another.", field="name")
        return style

    async def _note(self, call: Call, action: str, style: str) -> None:
        async with self._store.database.write() as connection:
            await audit.record(connection, self._store.now_s(), call.user.id, action, subject=style)

    async def jobs(self, _call: Call) -> list[JobAnswer]:
        return [JobAnswer.of(job) for job in self._studio.apprenticeship.jobs]

    async def job(self, call: Call) -> JobAnswer:
        return JobAnswer.of(self._found(call))

    async def cancel(self, call: Call) -> None:
        job = self._found(call)
        if self._studio.apprenticeship.cancel(job.id):
            await self._note(call, "style.cancel", job.style)

    def _found(self, call: Call) -> Job:
        job = self._studio.apprenticeship.job(call.part("job"))
        if job is None:
            raise CallError(404, "not_there", "There is no such job any more.")
        return job
