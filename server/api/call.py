"""One request to an operation, read and checked: who calls, from where, with which body. Knows no operation.

Cross-site requests are refused three times over: the session's cookie is SameSite=Strict, a change must carry the
session's own token in a header that no form can set, and where a browser says which site a request comes from it must
be this one (OWASP's Cross-Site Request Forgery Prevention Cheat Sheet; Fetch Metadata).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from server.api.body import BodyError, Fault, FieldsError, faults_of, read_json
from server.api.contract import MAX_DOOR_BYTES, MAX_DOOR_VALUES, MAX_JSON_BYTES, MAX_VALUES, Operation, Upload
from server.api.reception import Reception
from server.permission import Permission, may
from server.store.account import Session, User
from server.store.accounts import Accounts

COOKIE = "vernissage"
TOKEN_HEADER = "X-CSRF-Token"
_ETAG = re.compile(r'"([1-9][0-9]{0,9})"')
_PART = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_CHUNK = 65_536
_AT_ONCE = 16_384  # bytes of JSON that are read on the event loop; more are read in a thread


class CallError(Exception):
    """The request is not taken: status, a word for programs, a sentence; where one field is to blame, which."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        retry_after_s: int | None = None,
        *,
        field: str | None = None,
        **more: str,
    ) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.retry_after_s = status, code, sentence, retry_after_s
        self.faults: Sequence[Fault] = () if field is None else [{"field": field, "sentence": sentence}]
        self.more = more  # for programs


@dataclass
class Call:
    """What a handler works with."""

    request: web.Request
    address: str  # of whoever calls
    session: Session | None
    token: str  # the session's secret; "": there is none
    body: Any = None  # of the operation's body type; bytes of an upload, or an open file
    query: Any = None
    revision: int = 0  # what If-Match says
    after: list[Callable[[], None]] = field(default_factory=list)  # what is done when it was answered, or was not

    @property
    def user(self) -> User:
        """Who calls."""
        assert self.session is not None, "an operation for everybody asked who calls"
        return self.session.user

    def part(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def number(self, name: str) -> int:
        """A part of the path that is a number; what is none stands for nothing that there is."""
        text = self.part(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with more to it than a value."""

    answer: Any = None
    cookie: str | None = None  # the session's secret from now on; "": log out here
    path: Path | None = None  # a file to send
    file: IO[bytes] | None = None  # or one that is open, and closed when it was sent
    data: bytes = b""  # or what to send as it is
    content_type: str = ""
    name: str = ""  # what the file is to be called when it is saved; "": it is shown
    cache: str = "no-store"


def csrf_of(token: str) -> str:
    """What a page sends along with changes: made of the session's secret, and telling nothing of it."""
    return hmac.digest(token.encode(), b"csrf", hashlib.sha256).hex()


async def read_call(operation: Operation, request: web.Request, accounts: Accounts, reception: Reception) -> Call:
    """The request, its body aside, checked as far as any operation asks. Raises CallError, and FieldsError for a
    query."""
    if operation.changes and not reception.is_own(request):
        raise CallError(403, "cross_site", "Changes are taken from this server's own pages only.")
    token = request.cookies.get(COOKIE, "")
    session = await accounts.session_of(token) if token else None
    call = Call(request, reception.address_of(request), session, token if session else "")
    _check_caller(operation, call)
    _check_address(request)
    if operation.query is not None:
        call.query = _query(operation.query, dict(request.query))
    if operation.revised:
        call.revision = _revision(request)
    return call


def _check_caller(operation: Operation, call: Call) -> None:
    if not operation.logged_in:
        return
    if call.session is None:
        raise CallError(401, "not_logged_in", "Log in first.")
    token = call.request.headers.get(TOKEN_HEADER, "").encode(errors="replace")
    if operation.changes and not hmac.compare_digest(token, csrf_of(call.token).encode()):
        raise CallError(403, "token_missing", f"A change must carry the session's token in {TOKEN_HEADER}.")
    if operation.needs is not None and not may(call.user.role, operation.needs):
        raise CallError(403, "not_allowed", _not_allowed(operation.needs, call.user))


def _not_allowed(needed: Permission, user: User) -> str:
    return f"This needs the permission to {needed}; a {user.role} does not have it."


def _check_address(request: web.Request) -> None:
    """No id and no name of ours has other signs in it; some of these no database takes."""
    if any(_PART.fullmatch(part) is None for part in request.match_info.values()):
        raise CallError(404, "not_there", "There is nothing at this address.")


def _query(model: type[BaseModel], query: dict[str, str]) -> BaseModel:
    try:
        return model.model_validate_strings(query)
    except ValidationError as error:
        raise FieldsError(faults_of(error, query)) from None


def _revision(request: web.Request) -> int:
    given = request.headers.get("If-Match", "")
    found = _ETAG.fullmatch(given)
    if not given:
        raise CallError(428, "revision_missing", 'A change must say in If-Match what it was made from, such as "7".')
    if found is None:
        raise CallError(400, "bad_revision", f'If-Match must be one revision, such as "7", got {given[:40]!r}.')
    return int(found[1])


async def read_body(operation: Operation, call: Call) -> None:
    """Read what goes with it. Raises CallError, and FieldsError for a body that is not as the operation asks."""
    call.body = await _body(operation, call)


async def _body(operation: Operation, call: Call) -> BaseModel | bytes | IO[bytes] | None:
    request = call.request
    if operation.body is None:
        if request.can_read_body and await request.content.read(1):
            raise CallError(413, "body_unwanted", "This request carries no body.")
        return None
    if isinstance(operation.body, Upload):
        return await _upload(operation.body, call)
    if request.content_type != "application/json":
        raise CallError(415, "not_json", f"Expected application/json, got {request.content_type[:60]}.")
    return await _json(operation.body, request, operation.logged_in)


async def _json(model: type[BaseModel], request: web.Request, logged_in: bool) -> BaseModel:
    most, values = (MAX_JSON_BYTES, MAX_VALUES) if logged_in else (MAX_DOOR_BYTES, MAX_DOOR_VALUES)
    body = await read_bounded(request, most)
    try:
        if len(body) <= _AT_ONCE:
            return read_json(model, body, values)
        return await asyncio.to_thread(read_json, model, body, values)
    except BodyError as error:
        raise CallError(400, "bad_json", str(error)) from None


async def _upload(upload: Upload, call: Call) -> bytes | IO[bytes]:
    request = call.request
    if request.content_type not in upload.types:
        raise CallError(
            415, "wrong_type", f"Expected one of {', '.join(upload.types)}, got {request.content_type[:60]}."
        )
    if not upload.to_file:
        return await read_bounded(request, upload.most_bytes)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when the call was answered
    call.after.append(file.close)
    async for chunk in _chunks(request, upload.most_bytes):
        await asyncio.to_thread(file.write, chunk)
    await asyncio.to_thread(file.seek, 0)
    return file


async def read_bounded(request: web.Request, most: int) -> bytes:
    """The body, of which no more than `most` bytes are ever held. Raises CallError."""
    body = bytearray()
    async for chunk in _chunks(request, most):
        body += chunk
    return bytes(body)


async def _chunks(request: web.Request, most: int) -> AsyncIterator[bytes]:
    too_long = CallError(413, "body_too_large", f"Expected at most {most:,} bytes.")
    if (request.content_length or 0) > most:
        raise too_long
    read = 0
    try:
        async for chunk in request.content.iter_chunked(_CHUNK):
            read += len(chunk)
            if read > most:
                raise too_long
            yield chunk
    except ConnectionError:
        raise CallError(400, "broken_off", "The request was broken off.") from None
