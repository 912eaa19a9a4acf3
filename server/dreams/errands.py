"""What takes time in making dreams: words are checked, pictures kept, fallbacks fetched. One errand after the other.

Of each kind a visitor has at most one to be run, the newest: nothing piles up.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from exhibit.exhibition import Exhibition
from exhibit.experience import Dream
from exhibit.words.listed import WordLists
from server.dreams import notices
from server.dreams.dreaming import Keeping, NotKeptError
from server.dreams.dreams import Dreams
from server.dreams.requests import NotGrantedError, request_of
from server.register import Visitor

Lists = Callable[[Exhibition], Awaitable[WordLists]]
KeepPicture = Callable[[Keeping], Awaitable[tuple[str, str]]]  # its address, and until when; raises NotKeptError
Fallback = Callable[[Exhibition, str], Awaitable[bytes]]  # a picture of the exhibition's as JPEG; empty: there is none

log = logging.getLogger("vernissage.dreams")


class Errands:
    """Runs them; `run` is its task."""

    def __init__(self, dreams: Dreams, lists: Lists, keep: KeepPicture, fallback: Fallback) -> None:
        self._dreams = dreams
        self._for: Visitor | None = None  # whose errand is run
        self._lists, self._keep_picture, self._fallback = lists, keep, fallback

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._dreams.asks.news.wait()
            self._dreams.asks.news.clear()
            while self._dreams.asks.any:
                try:
                    await self._one()
                except Exception:
                    log.exception("an errand for a dream failed")
                    self._dreams.fail(self._for)

    async def _one(self) -> None:
        asks = self._dreams.asks
        if asks.to_check:
            await self._check(asks.to_check.pop(next(iter(asks.to_check))))
        elif asks.to_keep:
            await self._keep(asks.to_keep.pop(next(iter(asks.to_keep))))
        else:
            await self._fall_back(*asks.to_fall_back.pop(next(iter(asks.to_fall_back))))

    async def _check(self, visitor: Visitor) -> None:
        """The words of a visitor's newest wish; what was wished for meanwhile comes by itself."""
        self._for = visitor
        wish, experience = self._dreams.wish_of(visitor), visitor.station.experience
        if wish is None or not isinstance(experience, Dream):
            return
        lists = await self._lists(visitor.exhibition)
        try:
            request = await asyncio.to_thread(request_of, wish, experience, visitor.language, lists)
        except NotGrantedError as error:
            if error.code == "words_listed":
                log.info("a wish was refused: %s", error.detail, extra={"station": visitor.station.id})
            self._dreams.decline(visitor, wish, error)
            return
        self._dreams.accept(visitor, wish, request)

    async def _keep(self, keeping: Keeping) -> None:
        self._for = None
        try:
            url, expires_at = await self._keep_picture(keeping)
        except NotKeptError as error:
            answer = notices.not_kept("fault", str(error))
        else:
            answer = notices.kept(keeping.finished.revision, url, expires_at)
        self._dreams.tell_kept(keeping.visitor, answer)

    async def _fall_back(self, visitor: Visitor, revision: int) -> None:
        """The curator's own picture in place of one that was not let through."""
        self._for = visitor
        experience = visitor.station.experience
        name = experience.fallback if isinstance(experience, Dream) else None
        picture = await self._fallback(visitor.exhibition, name) if name is not None else b""
        self._dreams.fall_back(visitor, revision, picture)
