"""Pages and data over HTTP, as a phone asks for them: bounded, patient for a while, and trusting any certificate."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from server.visitors.door import unchecked_tls

PAGE_S = 5.0
_MOST_BYTES = 48 << 20  # of an artwork's picture, which may be large


@dataclass(frozen=True)
class Page:
    """An answer, or why there was none."""

    status: int = 0  # 0: there was no answer
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    date: str = ""  # the server's clock, as its header says it
    unreached: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return self.status == 200

    @property
    def values(self) -> dict[str, Any]:
        """JSON values; none where it is no JSON object."""
        try:
            values = json.loads(self.body)
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    @property
    def words(self) -> str:
        """Why it is not what was asked for, in words that follow a colon."""
        if self.unreached:
            return self.unreached
        told = self.values.get("detail") or self.values.get("title")
        return f"status {self.status}" + (f", {str(told)[:200]}" if told else "")


class Pages:
    """Asks for pages at one address."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url, self._session = base_url, session

    async def get(self, path: str, within_s: float = PAGE_S) -> Page:
        """The page at a path that begins with a slash."""
        try:
            async with self._session.get(
                self.base_url + path,
                timeout=aiohttp.ClientTimeout(total=within_s),
                allow_redirects=False,
                ssl=unchecked_tls() if self.base_url.startswith("https") else True,
            ) as answer:
                body = bytearray()
                async for chunk in answer.content.iter_chunked(65_536):
                    body += chunk
                    if len(body) > _MOST_BYTES:
                        return Page(unreached="more came than any page is long")
                date = answer.headers.get("Date", "")
                return Page(answer.status, bytes(body), answer.content_type, date)
        except TimeoutError:
            return Page(unreached=f"no answer within {within_s:.0f} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Page(unreached=" ".join(str(error).split())[:200] or type(error).__name__)


@asynccontextmanager
async def asking() -> AsyncIterator[aiohttp.ClientSession]:
    """A session whose connections end with the block."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield session
