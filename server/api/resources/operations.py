"""What an operator can do, over the API: a decision holds at once, and at every other machine a second later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from exhibit.content import Content, PictureName, PlainText
from server.api.answers import Answer, Instant
from server.api.body import sentence_of
from server.api.call import Call, CallError
from server.api.contract import Operation
from server.degradation import Brush
from server.on_show import OnShow
from server.operations import Operations as Decided
from server.permission import Permission
from server.store.decisions import Decision, StationKey
from server.store.errors import NotThereError
from server.store.open import Store

MAX_CHARS = 200  # of what visitors are told


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("expected one line, got a line feed or a tab")
    return text


Line = Annotated[PlainText, StringConstraints(max_length=MAX_CHARS), AfterValidator(_one_line)]


class OffRequest(Content):
    """A station is switched off."""

    message: Line = ""  # what its visitors are told


class FallbackRequest(Content):
    """What phones show while no worker is there."""

    picture: PictureName


class BrushRequest(Content):
    """Which network paints."""

    brush: Brush


class AnnouncementRequest(Content):
    """What every phone shows."""

    text: Annotated[Line, StringConstraints(min_length=1)]


class OffStation(Answer):
    """A station that is switched off."""

    exhibition: str
    station: str
    message: str
    by: str
    at: Instant


class FallbackPicture(Answer):
    """A picture for while no worker is there."""

    exhibition: str
    station: str
    picture: str
    by: str
    at: Instant


class PinnedBrush(Answer):
    """Which network paints."""

    brush: Brush
    lighter: bool  # whether there is a lighter one at all, as far as it was measured
    by: str | None  # None: nobody pinned one
    at: Instant | None


class AnnouncementAnswer(Answer):
    """What every phone shows."""

    text: str
    by: str
    at: Instant


class Draining(Answer):
    """That nobody new is let in."""

    by: str
    at: Instant


class OperationsAnswer(Answer):
    """All that operators decided and that holds."""

    off: tuple[OffStation, ...]
    fallbacks: tuple[FallbackPicture, ...]
    brush: PinnedBrush
    announcement: AnnouncementAnswer | None
    draining: Draining | None


class Operations:
    """The operations on what is decided while visitors are here; each answers with all that holds then."""

    def __init__(
        self,
        store: Store,
        on_show: OnShow,
        decided: Decided,
        *,
        has_lighter: Callable[[], bool],
        restart: Callable[[str], Callable[[], None] | None],
    ) -> None:
        """`restart` gives what starts a worker again, by its number, or the dreamer; None where there is none."""
        self._store, self._kept, self._on_show, self._decided = store, store.operations, on_show, decided
        self._has_lighter, self._restart = has_lighter, restart

    def operations(self) -> list[Operation]:
        """All of them."""
        see, operate = Permission.SEE, Permission.OPERATE
        station = "/operate/stations/{exhibition}/{station}"
        off, fallback = f"{station}/off", f"{station}/fallback"
        brush, announcement, draining = "/operate/brush", "/operate/announcement", "/operate/draining"
        every = OperationsAnswer
        return [
            Operation("GET", "/operate/operations", "readOperations", "What operators decided and what holds",
                      self.read, see, answer=every),
            Operation("PUT", off, "switchStationOff", "Close a station, with a message for its visitors",
                      self.switch_off, operate, body=OffRequest, answer=every),
            Operation("DELETE", off, "switchStationOn", "Let a station be as its curator wants it", self.switch_on,
                      operate, answer=every),
            Operation("PUT", fallback, "setFallback", "Have phones show a picture while no worker is there",
                      self.set_fallback, operate, body=FallbackRequest, answer=every),
            Operation("DELETE", fallback, "removeFallback", "Have phones show no picture while no worker is there",
                      self.remove_fallback, operate, answer=every),
            Operation("PUT", brush, "pinBrush", "Have the full or the lighter network paint, or either as needed",
                      self.pin, operate, body=BrushRequest, answer=every),
            Operation("PUT", announcement, "announce", "Tell every phone something", self.announce, operate,
                      body=AnnouncementRequest, answer=every),
            Operation("DELETE", announcement, "endAnnouncement", "Take back what every phone was told",
                      self.end_announcement, operate, answer=every),
            Operation("PUT", draining, "beginDraining", "Let nobody new in; who is in goes on", self.drain, operate,
                      answer=every),
            Operation("DELETE", draining, "endDraining", "Let visitors in again", self.end_drain, operate,
                      answer=every),
            Operation("POST", "/operate/workers/{worker}/restart", "restartWorker",
                      "End a worker's process and start it again", self.restart, operate, status=202),
        ]  # fmt: skip

    async def read(self, _call: Call) -> OperationsAnswer:
        decisions = self._decided.decisions
        brush, told, draining = decisions.brush, decisions.announcement, decisions.draining
        return OperationsAnswer(
            off=tuple(_off(place, one) for place, one in sorted(decisions.off.items())),
            fallbacks=tuple(_fallback(place, one) for place, one in sorted(decisions.fallbacks.items())),
            brush=PinnedBrush(
                brush=decisions.pinned,
                lighter=self._has_lighter(),
                by=brush.by if brush else None,
                at=brush.at if brush else None,
            ),
            announcement=AnnouncementAnswer.of(told) if told else None,
            draining=Draining.of(draining) if draining else None,
        )

    async def switch_off(self, call: Call) -> OperationsAnswer:
        await self._kept.switch_off(*self._place_on_show(call), call.body.message, call.user.id)
        return await self._all(call)

    async def switch_on(self, call: Call) -> OperationsAnswer:
        await self._kept.switch_on(*_place(call), call.user.id)
        return await self._all(call)

    async def set_fallback(self, call: Call) -> OperationsAnswer:
        place, picture = self._place_on_show(call), call.body.picture
        try:
            await self._store.pictures.get(picture)
        except NotThereError as error:
            raise CallError(422, "unknown_picture", sentence_of(str(error)), field="picture") from None
        await self._kept.set_fallback(*place, picture, call.user.id)
        return await self._all(call)

    async def remove_fallback(self, call: Call) -> OperationsAnswer:
        await self._kept.remove_fallback(*_place(call), call.user.id)
        return await self._all(call)

    async def pin(self, call: Call) -> OperationsAnswer:
        await self._kept.pin(call.body.brush, call.user.id)
        return await self._all(call)

    async def announce(self, call: Call) -> OperationsAnswer:
        await self._kept.announce(call.body.text, call.user.id)
        return await self._all(call)

    async def end_announcement(self, call: Call) -> OperationsAnswer:
        await self._kept.end_announcement(call.user.id)
        return await self._all(call)

    async def drain(self, call: Call) -> OperationsAnswer:
        await self._kept.drain(call.user.id)
        return await self._all(call)

    async def end_drain(self, call: Call) -> OperationsAnswer:
        await self._kept.end_drain(call.user.id)
        return await self._all(call)

    async def restart(self, call: Call) -> None:
        worker = call.part("worker")
        restart = self._restart(worker)
        if restart is None:
            raise NotThereError(f"there is no worker {worker[:40]}")
        await self._kept.note_restart(worker, call.user.id)
        restart()

    async def _all(self, call: Call) -> OperationsAnswer:
        """All that holds, once it holds here."""
        await self._decided.look()
        return await self.read(call)

    def _place_on_show(self, call: Call) -> StationKey:
        """Raises NotThereError for a station that no visitor can be at."""
        exhibition, station = _place(call)
        shown = self._on_show.exhibition(exhibition)
        if shown is None or shown.station_by_id(station) is None:
            raise NotThereError("there is no such station on show")
        return exhibition, station


def _place(call: Call) -> StationKey:
    return call.part("exhibition"), call.part("station")


def _off(place: StationKey, decision: Decision) -> OffStation:
    return OffStation(exhibition=place[0], station=place[1], message=decision.text, by=decision.by, at=decision.at)


def _fallback(place: StationKey, decision: Decision) -> FallbackPicture:
    return FallbackPicture(exhibition=place[0], station=place[1], picture=decision.text, by=decision.by, at=decision.at)
