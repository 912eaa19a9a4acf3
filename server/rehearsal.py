"""A picture painted for a curator, by the very engine that paints for visitors, in the same lane. Knows no session.

Each painting counts as one visitor's frame: it waits like theirs and takes no more than its share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from exhibit.protocol import Texture
from exhibit.style_mix import StyleMix
from server.costs import Size
from server.dispatch import Dispatch, Outcomes, least_loaded
from server.scheduler import Waiting, WaitingTexture

AT_ONCE = 2
PATIENCE_MS = 20_000.0


class RehearsalError(Exception):
    """The picture was not painted; the message says why."""


class Rehearsal:
    """Asks workers, and hands what they answer to who waits. Its rows have numbers below those of all sessions."""

    def __init__(self, workers: Sequence[Dispatch], now_ms: Callable[[], float]) -> None:
        self._workers, self._now_ms = workers, now_ms
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._last = 0
        self._waiting: dict[int, asyncio.Future[bytes]] = {}

    async def paint(self, picture: str, size: Size, mix: StyleMix) -> bytes:
        """A JPEG of the picture (a name in the folder of pictures, or a whole path of ours). Raises RehearsalError."""
        async with self._turn:
            dispatch = least_loaded(self._workers)
            if dispatch.worker.ready is None:
                raise RehearsalError("The engine is starting; try again in a moment.")
            self._last -= 1
            number, now_ms = self._last, self._now_ms()
            self._waiting[number] = answer = asyncio.get_running_loop().create_future()
            asked = WaitingTexture(number, 1, picture, size, mix, 0, now_ms, now_ms + PATIENCE_MS)
            try:
                dispatch.offer(asked)
                async with asyncio.timeout(PATIENCE_MS / 1000):
                    painted: bytes = await answer
                    return painted
            except TimeoutError:
                raise RehearsalError("The room is too crowded to paint this now; try again in a moment.") from None
            finally:
                del self._waiting[number]
                dispatch.withdraw(number)

    def beside(self, outcomes: Outcomes) -> Outcomes:
        """The outcomes of visitors' work, with those of rehearsals taken out."""

        def textured(waiting: WaitingTexture, texture: Texture) -> None:
            if waiting.session >= 0:
                outcomes.textured(waiting, texture)
            else:
                self._painted(waiting.session, texture.picture)

        def dropped(waiting: Waiting, reason: str) -> None:
            if waiting.session >= 0:
                outcomes.dropped(waiting, reason)
            else:
                self._dropped(waiting.session, reason)

        return replace(outcomes, textured=textured, dropped=dropped)

    def _painted(self, number: int, picture: bytes) -> None:
        answer = self._waiting.get(number)
        if answer is not None and not answer.done():
            answer.set_result(picture)

    def _dropped(self, number: int, reason: str) -> None:
        answer = self._waiting.get(number)
        if answer is not None and not answer.done():
            sentence = (
                "This picture cannot be opened." if reason == "bad_picture" else "It could not be painted; try again."
            )
            answer.set_exception(RehearsalError(sentence))
