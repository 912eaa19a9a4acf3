"""Pictures over the API: uploaded, looked at, cut out of photos, and judged as targets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from pydantic import Field, StringConstraints

from exhibit.content import Content, Id
from server.api.answers import Answer, PictureAnswer
from server.api.call import Call, CallError, Reply
from server.api.contract import UPLOAD_S, File, Operation, Upload
from server.api.media import MEDIA_TYPES
from server.api.preview import make_preview
from server.appraisals import Appraisals
from server.permission import Permission
from server.store.errors import StoreUnusableError
from server.store.open import Store
from server.store.picture_cut import OUTSIDE

STILL = ("image/jpeg", "image/png", "image/webp", "image/tiff", "application/octet-stream")
MOVING = ("video/mp4", "video/webm")
APPRAISAL_S = 60.0
_FOREVER = "private, max-age=31536000, immutable"  # the name is the content's hash


_Place = Annotated[float, Field(ge=-OUTSIDE, le=1 + OUTSIDE)]
Corner = tuple[_Place, _Place]


class UploadQuery(Content):
    """What a file is called on the curator's computer."""

    title: Annotated[str, StringConstraints(max_length=200)] = ""


class Corners(Content):
    """The corners of a painting in a photo, clockwise from its upper left, in shares of the photo's sides."""

    corners: tuple[Corner, Corner, Corner, Corner]
    title: Annotated[str, StringConstraints(max_length=200)] = ""


class AppraisalQuery(Content):
    """Beside which other artworks it would hang; none: alone."""

    exhibition: Id | None = None


class TargetRemark(Answer):
    """Why a picture is hard to track."""

    reason: str
    other: str  # the name of another artwork's picture that it is too like; "": none


class Target(Answer):
    """How well a camera can hold on to a picture: 0 to 100."""

    score: int
    remarks: tuple[TargetRemark, ...]


class Pictures:
    """The operations on pictures."""

    def __init__(self, store: Store, appraisals: Appraisals, worker_ready: Callable[[], bool]) -> None:
        self._store, self._pictures = store, store.pictures
        self._appraisals, self._worker_ready = appraisals, worker_ready

    def operations(self) -> list[Operation]:
        """All of them."""
        see, edit = Permission.SEE, Permission.EDIT
        one = "/pictures/{picture}"
        return [
            Operation("GET", "/pictures", "listPictures", "Every picture and clip, the newest first", self.all, see,
                      answer=list[PictureAnswer]),
            Operation("POST", "/pictures", "uploadPicture", "Upload the picture of an artwork", self.upload, edit,
                      body=Upload(STILL), query=UploadQuery, answer=PictureAnswer, status=201, within_s=UPLOAD_S),
            Operation("POST", "/overlays", "uploadOverlay", "Upload what hangs over an artwork: a picture or a clip",
                      self.upload_overlay, edit, body=Upload(STILL + MOVING), query=UploadQuery, answer=PictureAnswer,
                      status=201, within_s=UPLOAD_S),
            Operation("GET", one, "readPicture", "A picture or a clip as it is", self.read, see,
                      answer=File(tuple(dict.fromkeys(MEDIA_TYPES.values())))),
            Operation("GET", f"{one}/preview", "previewPicture", "A picture made small", self.small, see,
                      answer=File(("image/webp",)), problems=(422,)),
            Operation("POST", f"{one}/crop", "cropPicture", "Cut a painting out of a photo", self.crop, edit,
                      body=Corners, answer=PictureAnswer, status=201, within_s=UPLOAD_S),
            Operation("GET", f"{one}/target", "appraisePicture", "How well a camera can hold on to a picture",
                      self.appraise, see, query=AppraisalQuery, answer=Target,
                      within_s=APPRAISAL_S + 5),
        ]  # fmt: skip

    async def all(self, _call: Call) -> list[PictureAnswer]:
        return [PictureAnswer.of(picture) for picture in await self._pictures.list()]

    async def upload(self, call: Call) -> PictureAnswer:
        return PictureAnswer.of(await self._pictures.keep(call.body, call.query.title, call.user.id))

    async def upload_overlay(self, call: Call) -> PictureAnswer:
        return PictureAnswer.of(await self._pictures.keep_overlay(call.body, call.query.title, call.user.id))

    async def read(self, call: Call) -> Reply:
        picture = await self._pictures.get(call.part("picture"))
        path = self._pictures.path(picture.name)
        if not await asyncio.to_thread(path.is_file):  # nobody is to keep an empty answer for ever
            raise StoreUnusableError(f"the file of the picture {picture.name} is missing")
        return Reply(path=path, content_type=MEDIA_TYPES[path.suffix], cache=_FOREVER)

    async def small(self, call: Call) -> Reply:
        picture = await self._pictures.get(call.part("picture"))
        if not picture.width:
            raise CallError(422, "no_picture", "A clip has no small picture.")
        data = await asyncio.to_thread(make_preview, self._pictures.path(picture.name))
        return Reply(data=data, content_type="image/webp", cache=_FOREVER)

    async def crop(self, call: Call) -> PictureAnswer:
        asked: Corners = call.body
        cut = await self._pictures.crop(call.part("picture"), asked.corners, asked.title, call.user.id)
        return PictureAnswer.of(cut)

    async def appraise(self, call: Call) -> Target:
        picture = await self._pictures.get(call.part("picture"))
        if not self._worker_ready():
            raise CallError(503, "not_ready", "The engine is starting; try again in a moment.", retry_after_s=5)
        others = await self._others(call.query.exhibition, picture.name)
        try:
            async with asyncio.timeout(APPRAISAL_S):
                found = await self._appraisals.appraise([picture.name, *others])
        except TimeoutError:
            raise CallError(503, "too_busy", "The picture could not be judged in time; try again.", 30) from None
        if picture.name not in found:
            raise CallError(422, "not_trackable", "Nothing that a camera could hold on to was found in this picture.")
        appraisal = found[picture.name]
        remarks = tuple(TargetRemark(reason=remark.reason, other=remark.other) for remark in appraisal.remarks)
        return Target(score=appraisal.value, remarks=remarks)

    async def _others(self, exhibition: str | None, picture: str) -> list[str]:
        if exhibition is None:
            return []
        stations = await self._store.drafts.stations(exhibition)
        names = {station.content.artwork.picture for station in stations} - {None, picture}
        return sorted(str(name) for name in names)
