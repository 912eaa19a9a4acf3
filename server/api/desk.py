"""The API's front: takes a request for an operation, lets it be done, and writes the answer. Knows no operation."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import ETag, web
from pydantic import TypeAdapter

from server.api.call import COOKIE, Call, Reply, read_body, read_call
from server.api.contract import PREFIX, File, Operation
from server.api.openapi import openapi
from server.api.problem import Problem
from server.api.reception import Reception
from server.store.accounts import Accounts
from server.store.session_rows import LASTS_S

_PACKED_APART_BYTES = 16_384  # from which on an answer is packed in a thread


class Desk:
    """Routes for operations, and the document that describes them."""

    def __init__(
        self,
        operations: Sequence[Operation],
        accounts: Accounts,
        reception: Reception,
        version: str,
    ) -> None:
        self._operations, self._accounts, self._reception = operations, accounts, reception
        self._document = json.dumps(openapi(operations, version, Problem), ensure_ascii=False).encode()

    def routes(self) -> list[web.RouteDef]:
        """One for each operation."""
        own = [web.route(o.method, PREFIX + o.path, self._handler(o)) for o in self._operations]
        return [web.get(f"{PREFIX}/openapi.json", self._describe), *own]

    async def _describe(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._document, content_type="application/json", headers={"Cache-Control": "no-cache"})

    def _handler(self, operation: Operation) -> Callable[[web.Request], Any]:
        structured = operation.answer is not None and not isinstance(operation.answer, File)
        adapter: TypeAdapter[Any] | None = TypeAdapter(operation.answer) if structured else None

        async def handle(request: web.Request) -> web.StreamResponse:
            call = await read_call(operation, request, self._accounts, self._reception)
            try:
                return await self._answer(operation, call, adapter)
            finally:
                for step in call.after:
                    step()

        handle.reads_body = True  # type: ignore[attr-defined]
        handle.within_s = operation.within_s  # type: ignore[attr-defined]
        return handle

    async def _answer(self, operation: Operation, call: Call, adapter: TypeAdapter[Any] | None) -> web.StreamResponse:
        await read_body(operation, call)
        answer = await operation.handler(call)
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        response = _response(operation, call.request, reply, adapter)
        if reply.cookie is not None:
            _set_cookie(response, reply.cookie, secure=self._reception.is_secure(call.request))
        return response


def _response(
    operation: Operation, request: web.Request, reply: Reply, adapter: TypeAdapter[Any] | None
) -> web.StreamResponse:
    if reply.path is not None:
        return web.FileResponse(reply.path, headers=_headers(reply))
    if reply.content_type:
        return web.Response(body=reply.file or reply.data, headers=_headers(reply))
    if adapter is None or reply.answer is None:
        return web.Response(status=operation.status, headers={"Cache-Control": "no-store"})
    return _json(operation, request, reply.answer, adapter)


def _headers(reply: Reply) -> dict[str, str]:
    """Of a file. What was uploaded is never a page of this server's (Content-Security-Policy: sandbox)."""
    headers = {"Content-Type": reply.content_type, "Cache-Control": reply.cache, "Content-Security-Policy": "sandbox"}
    return headers | ({"Content-Disposition": f'attachment; filename="{reply.name}"'} if reply.name else {})


def _json(operation: Operation, request: web.Request, answer: Any, adapter: TypeAdapter[Any]) -> web.Response:
    revision = getattr(answer, "revision", None)
    tag = str(revision) if revision is not None else None
    if operation.method == "GET" and tag and any(seen.value == tag for seen in request.if_none_match or ()):
        response = web.Response(status=304, headers={"Cache-Control": "no-cache"})
    else:
        response = web.Response(
            status=operation.status,
            body=adapter.dump_json(answer),
            content_type="application/json",
            headers={"Cache-Control": "no-cache" if tag else "no-store"},
            zlib_executor_size=_PACKED_APART_BYTES,
        )
        response.enable_compression()
    if tag:
        response.etag = ETag(tag)
    return response


def _set_cookie(response: web.StreamResponse, secret: str, *, secure: bool) -> None:
    """Readable by no script, sent to no other site; over TLS only where the page came over TLS."""
    options: dict[str, Any] = {"httponly": True, "secure": secure, "samesite": "Strict", "path": "/"}
    if secret:
        response.set_cookie(COOKIE, secret, max_age=round(LASTS_S), **options)
    else:
        response.del_cookie(COOKIE, **options)
