"""A way by which messages go out, and the patience with it. Knows no protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from server.alerts.messages import Message

PAUSES_S = (1.0, 4.0)  # before the second try, and before the third


class NotSentError(Exception):
    """A message did not go out; the sentence says why, and holds no secret. `again`: another try may help."""

    def __init__(self, sentence: str, *, again: bool) -> None:
        super().__init__(sentence)
        self.again = again


class Channel(Protocol):
    """One way."""

    @property
    def name(self) -> str:
        """webhook or mail."""

    async def send(self, message: Message) -> str:
        """One try, bounded in time. Says in a sentence what became of it. Raises NotSentError."""


async def deliver(channel: Channel, message: Message, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> str:
    """Try three times where that may help. Raises NotSentError."""
    for pause_s in PAUSES_S:
        try:
            return await channel.send(message)
        except NotSentError as error:
            if not error.again:
                raise
        await sleep(pause_s)
    return await channel.send(message)
