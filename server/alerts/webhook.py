"""Messages by webhook: one POST of JSON, signed where there is a secret. Follows no redirect and reads no answer.

Whoever receives it recomputes HMAC-SHA256 (RFC 2104) over the bytes of the body with the shared secret, and compares it
with the header. The body holds an id and the time, so that an old one that is sent again can be told from a new one.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from server.alerts.channel import NotSentError
from server.alerts.messages import Message

SIGNATURE = "X-Vernissage-Signature"
TIMEOUT_S = 5.0
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


def signature(secret: str, body: bytes) -> str:
    """What the header says of a body."""
    return f"sha256={hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"


class Webhook:
    """One address. It may itself be a secret: nothing but its host is ever said of it."""

    name = "webhook"

    def __init__(self, url: str, secret: str = "", timeout_s: float = TIMEOUT_S) -> None:
        self._url, self._secret, self._timeout_s = url, secret, timeout_s
        self._host = urlsplit(url).hostname or ""

    async def send(self, message: Message) -> str:
        """Post it. Raises NotSentError."""
        body = message.body
        headers = {"Content-Type": "application/json", "User-Agent": "Vernissage"}
        if self._secret:
            headers[SIGNATURE] = signature(self._secret, body)
        status = await self._post(body, headers)
        if 200 <= status < 300:
            return f"The webhook at {self._host} took it ({status})."
        again = status >= 500 or status in _LATER
        raise NotSentError(f"The webhook at {self._host} did not take it: it answered {status}.", again=again)

    async def _post(self, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                ClientSession(timeout=ClientTimeout(total=self._timeout_s)) as http,
                http.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                return response.status
        except TimeoutError:
            said = f"it did not answer within {self._timeout_s:g} s"
        except (ClientError, OSError) as error:
            said = f"it cannot be reached ({type(error).__name__})"
        raise NotSentError(f"The webhook at {self._host} did not take it: {said}.", again=True)
