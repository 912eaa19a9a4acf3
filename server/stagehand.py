"""Keeps what visitors see in step with the store and the schedule: puts exhibitions on show and takes them off.

Looks at the store once a second, which also finds what another machine or the command line published, and at once
when nudged. While the store cannot be read, visitors go on with what they have.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from exhibit.content import Edition
from exhibit.exhibition import Exhibition, Station
from exhibit.opening import Standing
from exhibit.staging import Wings, stage, stage_draft
from server.on_show import OnShow
from server.store.errors import NotThereError, StoreUnusableError
from server.store.open import Store

log = logging.getLogger("vernissage.stagehand")

LOOK_S = 1.0
A_DAY = timedelta(days=1)
_FAULT_CHARS = 200
PREVIEW_S = 1800.0  # how long a preview's ticket is good


@dataclass(frozen=True)
class _Shown:
    """A version that is on show, and until when its staging holds."""

    number: int
    edition: Edition
    until: datetime | None = None
    since: datetime | None = None  # when it was staged: a clock that was set back to before that asks for another


@dataclass
class _Preview:
    """A draft that somebody previews."""

    ends_at: float
    changed_at: float = -1.0  # of the draft that was staged


class Stagehand:
    """Owns what is on show. `run` is its task; everything else may be called beside it."""

    def __init__(
        self,
        store: Store,
        on_show: OnShow,
        styles: Callable[[], Collection[str]],
        now_s: Callable[[], float],
        before: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        """`before` is brought up to date at the beginning of each look."""
        self._store, self._on_show, self._styles, self._now_s = store, on_show, styles, now_s
        self._before = before
        self._shown: dict[str, _Shown] = {}
        self._previews: dict[str, _Preview] = {}
        self._nudged = asyncio.Event()
        self._looking = asyncio.Lock()
        self._fault = ""  # of the last look
        self._damaged: set[tuple[str, int]] = set()  # versions that were found so

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self._nudged.clear()  # before looking: what changes meanwhile is looked at next
            try:
                await self.look()
                self._fault = ""
            except Exception as error:
                if not self._fault:
                    log.exception("the store cannot be read; visitors go on with what they have")
                self._fault = f"{type(error).__name__}: {error}"[:_FAULT_CHARS]
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._nudged.wait()

    @property
    def fault(self) -> str:
        """Why the store could not be looked at the last time; "": it could."""
        return self._fault

    def nudge(self) -> None:
        """Something was changed: look at once."""
        self._nudged.set()

    def restage(self) -> None:
        """Other styles are there by now: look at every exhibition anew."""
        past = datetime.fromtimestamp(0, UTC)
        self._shown = {exhibition: replace(shown, until=past) for exhibition, shown in self._shown.items()}
        self.nudge()

    async def look(self) -> None:
        """Bring what is on show up to date."""
        async with self._looking:
            for look in self._before:
                await look()
            await self._store.versions.advance()
            shown = await self._store.versions.shown()
            for gone in self._shown.keys() - shown.keys():
                del self._shown[gone]
                self._on_show.hide(gone)
                log.info("%s is off show", gone)
            for exhibition, number in shown.items():
                await self._keep_up_or_say(exhibition, number)
            for exhibition in list(self._previews):
                await self._keep_up_preview(exhibition)

    async def _keep_up_or_say(self, exhibition: str, number: int) -> None:
        """A version that is damaged troubles no other exhibition; what was shown before it stays."""
        try:
            await self._keep_up(exhibition, number)
            self._damaged.discard((exhibition, number))
        except StoreUnusableError as error:
            if (exhibition, number) not in self._damaged:
                log.error("%s goes on as it was: %s", exhibition, error)
            self._damaged.add((exhibition, number))

    async def _keep_up(self, exhibition: str, number: int) -> None:
        now = datetime.fromtimestamp(self._now_s(), UTC)
        shown = self._shown.get(exhibition)
        if shown is None or shown.number != number:
            shown = _Shown(number, await self._store.versions.edition(exhibition, number))
        elif shown.until is None or (shown.since is not None and shown.since <= now < shown.until):
            return
        standing = shown.edition.exhibition.schedule.at(now)
        staged = await self._stage(exhibition, shown, standing)
        until = standing.until or now + A_DAY  # a schedule looks only so far ahead
        self._shown[exhibition] = replace(shown, until=until, since=now)
        if staged != self._on_show.staged(exhibition):
            log.info("%s is on show: version %d%s", exhibition, number, _words(standing))
            self._on_show.show(staged)

    async def _stage(self, exhibition: str, shown: _Shown, standing: Standing) -> Exhibition:
        wings = await self._wings(shown.edition)
        staged = await asyncio.to_thread(stage, exhibition, shown.number, shown.edition, standing, wings)
        there = {station.id for station in staged.stations}
        for station in shown.edition.stations:
            if station.id not in there:
                log.error("station %s is not shown: its picture or its styles are gone", station.id)
        return staged

    async def _wings(self, edition: Edition) -> Wings:
        sizes = await self._store.pictures.sizes(edition.pictures())
        return Wings(self._store.pictures.folder, sizes, self._styles(), self._store.rules.dreams)

    def sign(self, exhibition: Exhibition, station: Station, expires_at: int | None = None) -> str:
        """The text of a ticket for a station that is on show, or previewed."""
        return self._on_show.sign(exhibition, station, expires_at)

    # -- previews -------------------------------------------------------------------------------------------------

    async def preview(self, exhibition: str) -> tuple[Exhibition, int]:
        """Show the draft to who has a ticket of its own; returns it, and when such tickets end. Follows changes of the
        draft meanwhile. Raises NotThereError."""
        async with self._looking:
            ends_at = self._now_s() + PREVIEW_S
            self._previews.setdefault(exhibition, _Preview(ends_at)).ends_at = ends_at
            try:
                return await self._show_draft(exhibition), int(ends_at)
            except NotThereError:
                self._end_preview(exhibition)
                raise

    async def _keep_up_preview(self, exhibition: str) -> None:
        preview = self._previews[exhibition]
        if self._now_s() >= preview.ends_at:
            self._end_preview(exhibition)
            return
        try:
            draft = await self._store.drafts.read(exhibition)
            if draft.changed_at != preview.changed_at:
                await self._show_draft(exhibition)
        except NotThereError:
            self._end_preview(exhibition)

    def _end_preview(self, exhibition: str) -> None:
        del self._previews[exhibition]
        self._on_show.hide(f"draft:{exhibition}")

    async def _show_draft(self, exhibition: str) -> Exhibition:
        draft = await self._store.drafts.read(exhibition)
        edition = await self._store.drafts.edition(exhibition)
        staged = await asyncio.to_thread(stage_draft, exhibition, edition, await self._wings(edition))
        self._previews[exhibition].changed_at = draft.changed_at
        self._on_show.show(staged)
        return staged


def _words(standing: Standing) -> str:
    if not standing.open:
        return ", closed by its schedule"
    return f", programme {standing.programme}" if standing.programme else ""
