"""The operator's page, live: readings pushed as server-sent events (WHATWG HTML, section 9.2).

A stream ends after a while and the browser comes back by itself, so that who was logged out meanwhile sees no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter

from server.api.call import CallError, read_call
from server.api.contract import PREFIX, Operation
from server.api.reception import Reception
from server.permission import Permission
from server.store.accounts import Accounts
from server.watch.reading import Reading

LASTS_S = 300.0
MOST = 40  # streams at the same time
AGAIN_MS = 1000  # after which a browser comes back
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


async def _unused(_call: object) -> None:
    """A stream answers by itself."""


class Stream:
    """The route, and who listens."""

    def __init__(self, changes: Callable[[], AsyncIterator[Reading]], accounts: Accounts, reception: Reception) -> None:
        self._changes, self._accounts, self._reception = changes, accounts, reception
        self._adapter = TypeAdapter(Reading)
        self._open: set[asyncio.Task[Any]] = set()  # that answer
        self._operation = Operation(
            "GET", "/operate/stream", "streamReadings", "Readings as they are taken", _unused, Permission.SEE
        )

    def routes(self) -> list[web.RouteDef]:
        """The one."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self.answer(request)

        handle.within_s = LASTS_S + 30  # type: ignore[attr-defined]
        return [web.get(PREFIX + self._operation.path, handle)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Send readings until the time is up or the browser goes."""
        await read_call(self._operation, request, self._accounts, self._reception)
        if len(self._open) >= MOST:
            raise CallError(503, "too_many_streams", f"Expected at most {MOST} pages that watch at once.", 10)
        response = web.StreamResponse(headers=_HEADERS)
        task = asyncio.current_task()
        assert task is not None, "a coroutine that runs has one"
        self._open.add(task)
        try:
            await response.prepare(request)
            await response.write(f"retry: {AGAIN_MS}\n\n".encode())
            async with asyncio.timeout(LASTS_S):
                async for reading in self._changes():
                    await response.write(b"data: " + self._adapter.dump_json(reading) + b"\n\n")
        except TimeoutError:
            pass  # the browser comes back
        except ConnectionError:
            pass  # it has gone
        finally:
            self._open.discard(task)
        return response

    async def end(self, _pages: web.Application) -> None:
        """The server ends: no stream is waited for."""
        for task in tuple(self._open):
            task.cancel()
