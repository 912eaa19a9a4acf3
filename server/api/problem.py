"""Errors as responses (RFC 9457), in one place. Knows which status a refusal has over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import OperationalError

from exhibit.refusal import Refusal, Refused
from server.api.body import FieldsError, sentence_of
from server.api.call import CallError
from server.password_rules import PasswordRefusedError
from server.passwords import BusyError
from server.store import account
from server.store.errors import (
    IncompleteError,
    NotThereError,
    RefusedPictureError,
    ShownError,
    StaleError,
    StoreError,
    TakenError,
)
from server.store.zip_door import RefusedArchiveError

_STATUS = {
    Refusal.TICKET_FORGED: HTTPStatus.NOT_FOUND,
    Refusal.TICKET_FOREIGN: HTTPStatus.NOT_FOUND,
    Refusal.STATION_UNKNOWN: HTTPStatus.NOT_FOUND,
    Refusal.TICKET_EXPIRED: HTTPStatus.GONE,
}
_STORE_STATUS: Mapping[type[StoreError], tuple[int, str]] = {
    NotThereError: (404, "not_there"),
    StaleError: (412, "stale"),
    TakenError: (409, "taken"),
    ShownError: (409, "on_show"),
    IncompleteError: (422, "incomplete"),
    RefusedPictureError: (422, "picture_refused"),
    RefusedArchiveError: (422, "archive_refused"),
    account.AccountFieldError: (422, "bad_field"),
    account.LoginRefusedError: (401, "login_refused"),
    account.ThrottledError: (429, "throttled"),
    account.InvitationEndedError: (410, "link_ended"),
    account.LastAdminError: (409, "last_admin"),
}
_MOST_ERRORS = 100
HANDLER_S = 20.0
log = logging.getLogger("vernissage.pages")


class FieldFault(BaseModel):
    """What is wrong with one field."""

    field: str  # dotted, as in the body; "": the whole
    sentence: str
    station: str = ""
    language: str = ""


class Problem(BaseModel):
    """A problem document."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str  # for programs
    detail: str = ""
    errors: list[FieldFault] = []


def problem(status: int, code: str, title: str, detail: str = "", **more: Any) -> web.Response:
    """A problem document."""
    body = {"type": "about:blank", "title": title, "status": int(status), "code": code}
    return web.Response(
        status=status,
        text=json.dumps(body | ({"detail": detail} if detail else {}) | more, ensure_ascii=False),
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


@web.middleware
async def errors_to_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever a handler raises; a fault is logged with its traceback and tells the client nothing more."""
    reads_body = getattr(request.match_info.handler, "reads_body", False)
    leads_somewhere = request.match_info.http_exception is None
    if request.can_read_body and leads_somewhere and not reads_body:
        response: web.StreamResponse = problem(413, "body_unwanted", "Requests to this server carry no body.")
        response.force_close()
        return response
    try:
        async with asyncio.timeout(getattr(request.match_info.handler, "within_s", HANDLER_S)):
            return await handler(request)
    except Refused as refused:
        status = _STATUS.get(refused.refusal, HTTPStatus.BAD_REQUEST)
        return problem(status, refused.refusal.code, refused.refusal.sentence, refused.detail)
    except web.HTTPException as error:
        response = _of_http(error)
        if request.can_read_body:
            response.force_close()
        return response
    except Exception as error:
        answered = problem_of(error)
        if answered.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            log.exception("a page failed", extra={"path": request.path})
        if request.can_read_body:
            answered.force_close()  # what is left of the body is not read
        return answered


def _of_http(error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:  # a redirection
        return web.Response(
            status=error.status, headers={"Location": error.headers["Location"], "Cache-Control": "no-store"}
        )
    response = problem(error.status, error.reason.lower().replace(" ", "_"), error.reason)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def problem_of(error: Exception) -> web.Response:
    """The document for an error; of one that nobody raised on purpose it tells nothing."""
    match error:
        case CallError():
            more: dict[str, Any] = {"errors": error.faults} if error.faults else {}
            return _with_wait(
                problem(error.status, error.code, error.sentence, **error.more, **more), error.retry_after_s
            )
        case FieldsError():
            return problem(422, "bad_field", str(error), errors=error.faults)
        case PasswordRefusedError():
            faults = [{"field": "password", "sentence": sentence_of(str(error))}]
            return problem(422, "bad_field", faults[0]["sentence"], errors=faults, reason=str(error.reason))
        case BusyError():
            return _with_wait(problem(503, "busy", sentence_of(str(error))), 5)
        case TimeoutError() | OperationalError():
            return _for_now(error)
    return _of_store(error)


def _for_now(error: Exception) -> web.Response:
    """What may go well a moment later."""
    if isinstance(error, TimeoutError):
        return problem(503, "too_slow", "It took too long; try again.")
    return _with_wait(problem(503, "store_away", "The store cannot be used at the moment; try again."), 5)


def _of_store(error: Exception) -> web.Response:
    status, code = next(((s, c) for kind, (s, c) in _STORE_STATUS.items() if isinstance(error, kind)), (500, "fault"))
    if status == 500:
        return problem(500, code, "The server could not answer.")
    sentence = sentence_of(str(error))
    if isinstance(error, StaleError):
        return problem(status, code, sentence, revision=error.revision)
    if isinstance(error, IncompleteError):
        lacking = [
            {"field": m.field, "sentence": m.sentence, "station": m.station, "language": m.language}
            for m in error.missing
        ]
        return problem(status, code, sentence, errors=lacking[:_MOST_ERRORS], count=len(lacking))
    if isinstance(error, TakenError | account.AccountFieldError):
        return problem(status, code, sentence, errors=[{"field": error.field, "sentence": sentence}])
    if isinstance(error, account.ThrottledError):
        return _with_wait(problem(status, code, sentence), math.ceil(error.wait_s))
    return problem(status, code, sentence)


def _with_wait(response: web.Response, retry_after_s: int | None) -> web.Response:
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
