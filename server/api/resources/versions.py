"""Publishing over the API: versions, now or at a set time, back again, and a draft on the curator's own phone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from exhibit.content import Content, Edition, Id, PlainText
from server.api.answers import Answer, Instant, VersionAnswer
from server.api.call import Call, CallError
from server.api.contract import Operation
from server.api.reception import Reception
from server.codes.code import make_code
from server.instant import moment_of
from server.permission import Permission
from server.stagehand import Stagehand
from server.store.open import Store

MAX_NOTE_CHARS = 400
LATE_S = 60.0  # a time to come may have passed by so much when it arrives: then it is published at once


class Publication(Content):
    """What is published: the draft as it stands, now or at a time to come."""

    note: Annotated[PlainText, StringConstraints(max_length=MAX_NOTE_CHARS)] = ""
    at: Annotated[datetime, BeforeValidator(moment_of)] | None = None


class PreviewRequest(Content):
    """Which station of the draft is to be opened."""

    station: Id


class Preview(Answer):
    """An address that opens the draft, for a while."""

    address: str
    ends_at: Instant
    code: str  # of the address, as SVG


class Versions:
    """The operations on versions."""

    def __init__(
        self,
        store: Store,
        stagehand: Stagehand,
        styles: Callable[[], Collection[str]],
        reception: Reception,
    ) -> None:
        self._store, self._versions, self._stagehand = store, store.versions, stagehand
        self._styles, self._reception = styles, reception

    def operations(self) -> list[Operation]:
        """All of them."""
        see, publish = Permission.SEE, Permission.PUBLISH
        exhibition = "/exhibitions/{exhibition}"
        all_, one = f"{exhibition}/versions", f"{exhibition}/versions/{{version}}"
        return [
            Operation("GET", all_, "listVersions", "Every version, the newest first", self.history, see,
                      answer=list[VersionAnswer]),
            Operation("POST", all_, "publish", "Publish the draft, now or at a set time", self.publish, publish,
                      body=Publication, answer=VersionAnswer, status=201, problems=(409,)),
            Operation("GET", one, "readVersion", "What a version holds", self.edition, see, answer=Edition),
            Operation("POST", f"{one}/show", "showVersion", "Show a version again: roll back, or forward", self.show,
                      publish, answer=VersionAnswer, problems=(409,)),
            Operation("POST", f"{one}/cancel", "cancelVersion", "Let a scheduled version not be shown", self.cancel,
                      publish, answer=VersionAnswer, problems=(409,)),
            Operation("POST", f"{one}/copy", "copyVersion", "Make the draft what a version says", self.copy,
                      Permission.EDIT, status=204, problems=(409,)),
            Operation("POST", f"{exhibition}/withdraw", "withdrawExhibition", "Take the exhibition off show",
                      self.withdraw, publish, status=204),
            Operation("POST", f"{exhibition}/preview", "previewStation",
                      "An address that opens the draft, for 30 minutes", self.preview, see, body=PreviewRequest,
                      answer=Preview, problems=(409,)),
        ]  # fmt: skip

    async def history(self, call: Call) -> list[VersionAnswer]:
        draft = await self._store.drafts.read(call.part("exhibition"))
        return [VersionAnswer.about(version, draft.shown) for version in await self._versions.history(draft.id)]

    async def publish(self, call: Call) -> VersionAnswer:
        asked: Publication = call.body
        at_s = asked.at.timestamp() if asked.at is not None else None
        if at_s is not None and at_s < self._store.now_s() - LATE_S:
            raise CallError(422, "bad_field", f"Expected a time to come, got {asked.at}.", field="at")
        published = await self._versions.publish(
            call.part("exhibition"), self._styles(), call.user.id, note=asked.note, at=at_s
        )
        await self._stagehand.look()
        return await self._answer(published.exhibition, published.number)

    async def edition(self, call: Call) -> Edition:
        return await self._versions.edition(call.part("exhibition"), call.number("version"))

    async def show(self, call: Call) -> VersionAnswer:
        shown = await self._versions.roll_back(call.part("exhibition"), call.number("version"), call.user.id)
        await self._stagehand.look()
        return await self._answer(shown.exhibition, shown.number)

    async def cancel(self, call: Call) -> VersionAnswer:
        cancelled = await self._versions.cancel(call.part("exhibition"), call.number("version"), call.user.id)
        return await self._answer(cancelled.exhibition, cancelled.number)

    async def copy(self, call: Call) -> None:
        show, number = call.part("exhibition"), call.number("version")
        edition = await self._versions.edition(show, number)
        await self._store.drafts.replace(show, edition, call.user.id, "version.copy", str(number))
        self._stagehand.nudge()

    async def withdraw(self, call: Call) -> None:
        await self._versions.withdraw(call.part("exhibition"), call.user.id)
        await self._stagehand.look()

    async def preview(self, call: Call) -> Preview:
        staged, ends_at = await self._stagehand.preview(call.part("exhibition"))
        station = staged.station_by_id(call.body.station)
        if station is None:
            await self._store.drafts.station(call.part("exhibition"), call.body.station)
            raise CallError(409, "not_ready", "This station needs a picture and a style before it can be previewed.")
        ticket = self._stagehand.sign(staged, station, ends_at)
        address = self._reception.public(call.request, f"/v/{ticket}")
        code = await asyncio.to_thread(make_code, address)
        return Preview(address=address, ends_at=ends_at, code=code.svg())

    async def _answer(self, exhibition: str, number: int) -> VersionAnswer:
        draft = await self._store.drafts.read(exhibition)
        found = next(v for v in await self._versions.history(exhibition) if v.number == number)
        return VersionAnswer.about(found, draft.shown)
