"""A browser at the API: what somebody sends who sits there, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, CookieJar

from server.api.contract import PREFIX, Operation

PASSWORD, OTHER_PASSWORD = "vier blaue Stühle", "fünf gelbe Sessel"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Of a problem."""
        assert self.headers["Content-Type"].startswith("application/problem+json"), (self.status, self.body[:300])
        assert self.json["status"] == self.status
        return str(self.json["code"])

    @property
    def sentence(self) -> str:
        """Of a problem."""
        said: str = self.json["title"]
        assert said[0].isupper() and said.endswith("."), said
        return said

    @property
    def fields(self) -> list[str]:
        """What a problem names; each with a sentence."""
        errors = self.json["errors"]
        assert all(error["sentence"][0].isupper() and error["sentence"].endswith(".") for error in errors), errors
        return [error["field"] for error in errors]

    @property
    def revision(self) -> int:
        return int(self.headers["ETag"].strip('"'))


class Seat:
    """A browser at which one person sits, or nobody yet. Addresses are those below /api/v1, or whole ones."""

    def __init__(self, base: str) -> None:
        self._http = ClientSession(base, cookie_jar=CookieJar(unsafe=True), auto_decompress=True)
        self.csrf = ""
        self.person: dict[str, Any] = {}

    async def send(self, method: str, path: str, **options: Any) -> Answer:
        whole = path if path.startswith(("/v/", "/kiosk/", "/kept/", "/wall/", "/healthz")) else PREFIX + path
        headers = {"X-CSRF-Token": self.csrf} if self.csrf and method != "GET" else {}
        headers |= options.pop("headers", {})
        async with self._http.request(method, whole, headers=headers, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.send("GET", path, headers=_named(headers))

    async def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return await self.send("POST", path, json=body, headers=_named(headers))

    async def put(self, path: str, body: Any, revision: int | None = None, **headers: str) -> Answer:
        return await self.send("PUT", path, json=body, headers=_revised(revision) | _named(headers))

    async def patch(self, path: str, body: Any) -> Answer:
        return await self.send("PATCH", path, json=body)

    async def delete(self, path: str, revision: int | None = None) -> Answer:
        return await self.send("DELETE", path, headers=_revised(revision))

    async def say(self, method: str, path: str, body: bytes, kind: str = "application/json", **headers: str) -> Answer:
        """Send bytes as they are."""
        return await self.send(method, path, data=body, headers={"Content-Type": kind} | _named(headers))

    async def log_in(self, login: str, password: str = PASSWORD) -> Answer:
        answer = await self.post("/login", {"login": login, "password": password})
        if answer.status == 200:
            self.csrf, self.person = answer.json["csrf"], answer.json["person"]
        return answer

    @property
    def cookie(self) -> str:
        return next((cookie.value for cookie in self._http.cookie_jar), "")

    async def leave(self) -> None:
        await self._http.close()


NOWHERE = {
    "exhibition": "nowhere",
    "station": "nothing",
    "version": "7",
    "key": "77",
    "picture": f"{'0' * 64}.jpg",
    "person": "0" * 16,
    "session": "0" * 64,
    "link": "0" * 64,
    "token": "0" * 43,
    "job": "0" * 16,
    "held": "0" * 16,
    "kept": "0" * 64,
    "worker": "77",
    "ticket": "A" * 43,
    "step": "opened",
}


def address(operation: Operation, **parts: str) -> str:
    """Where an operation is, of something that is not there unless that is said."""
    return operation.path.format(**{**NOWHERE, **parts})


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _revised(revision: int | None) -> dict[str, str]:
    return {} if revision is None else {"If-Match": f'"{revision}"'}
