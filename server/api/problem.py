"""Errors as responses (RFC 9457), in one place. Knows which status a refusal has over HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from exhibit.refusal import Refusal, Refused

_STATUS = {
    Refusal.TICKET_FORGED: HTTPStatus.NOT_FOUND,
    Refusal.TICKET_FOREIGN: HTTPStatus.NOT_FOUND,
    Refusal.STATION_UNKNOWN: HTTPStatus.NOT_FOUND,
    Refusal.TICKET_EXPIRED: HTTPStatus.GONE,
}
_HANDLER_S = 20.0
log = logging.getLogger("vernissage.pages")


def problem(status: int, code: str, title: str, detail: str = "") -> web.Response:
    """A problem document."""
    body = {"type": "about:blank", "title": title, "status": int(status), "code": code}
    return web.Response(
        status=status,
        text=json.dumps(body | ({"detail": detail} if detail else {})),
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


@web.middleware
async def errors_to_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever a handler raises; a fault is logged with its traceback and tells the client nothing more."""
    if request.can_read_body:
        response: web.StreamResponse = problem(413, "body_unwanted", "Requests to this server carry no body.")
        response.force_close()
        return response
    try:
        async with asyncio.timeout(_HANDLER_S):
            return await handler(request)
    except Refused as refused:
        status = _STATUS.get(refused.refusal, HTTPStatus.BAD_REQUEST)
        return problem(status, refused.refusal.code, refused.refusal.sentence, refused.detail)
    except web.HTTPException as error:
        response = problem(error.status, error.reason.lower().replace(" ", "_"), error.reason)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        log.exception("a page failed", extra={"path": request.path})
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", "The server could not answer.")
