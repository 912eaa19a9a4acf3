"""Requests to the API over a connection that stays open, as a browser's does, each timed."""

from __future__ import annotations

import http.client
import json
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from server.api.call import COOKIE, TOKEN_HEADER, csrf_of
from server.api.contract import PREFIX
from server.bench.form import BenchError

_TIMEOUT_S = 30.0
_GLANCE_S = 0.002  # between two requests of somebody else's


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and how long it took from the request's first byte to the answer's last."""

    status: int
    body: bytes  # as it came, deflated perhaps
    ms: float

    def json(self) -> Any:
        """Its values. Raises BenchError where it is a problem."""
        text = self.body if self.body[:1] in {b"", b"{", b"["} else zlib.decompress(self.body, 47)  # zlib's or gzip's
        if self.status >= 400:
            raise BenchError(f"expected an answer, got {self.status}: {text[:300].decode(errors='replace')}")
        return json.loads(text) if text else None


class Browser:
    """Somebody at an address of this machine; logged in where there is a session's secret."""

    def __init__(self, port: int, session: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
        self._headers = {"Accept-Encoding": "gzip, deflate"}
        if session:
            self._headers |= {"Cookie": f"{COOKIE}={session}", TOKEN_HEADER: csrf_of(session)}

    def get(self, path: str) -> Answered:
        """Raises BenchError where nobody answers."""
        return self._ask("GET", path, None, {})

    def change(self, method: str, path: str, body: object, revision: int | None = None) -> Answered:
        """The same for a change; `revision` is what it was made from."""
        more = {"Content-Type": "application/json"} | ({"If-Match": f'"{revision}"'} if revision is not None else {})
        return self._ask(method, path, json.dumps(body).encode(), more)

    def _ask(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> Answered:
        started_s = time.perf_counter()
        try:
            self._connection.request(method, PREFIX + path, body, {**self._headers, **more})
            answer = self._connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise BenchError(f"{method} {path}: {type(error).__name__}: {error}") from error
        return Answered(answer.status, data, (time.perf_counter() - started_s) * 1000)

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


@contextmanager
def somebody_else(port: int, path: str) -> Iterator[list[float]]:
    """Have another visitor ask for a small thing again and again during the block.

    Gives how long each answer took, in ms: what holds the server's event loop holds them up.
    """
    waits_ms: list[float] = []
    ended, browser = threading.Event(), Browser(port)

    def ask() -> None:
        with suppress(BenchError):  # where the server has ended, whoever measures is told
            while not ended.wait(_GLANCE_S):
                waits_ms.append(browser.get(path).ms)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    try:
        yield waits_ms
    finally:
        ended.set()
        thread.join(_TIMEOUT_S)
        browser.close()
