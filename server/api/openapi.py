"""The OpenAPI document (3.1), made from the operations themselves, so that it cannot say anything else. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from server.api.contract import PREFIX, File, Operation, Upload
from server.api.openapi_public import PROBLEM, public_paths

_REF = "#/components/schemas/{model}"
_PART = re.compile(r"\{([a-z]+)\}")
_ALWAYS = (400, 413, 500, 503)
_TITLES = {
    400: "The request cannot be read",
    401: "Nobody is logged in",
    403: "Not allowed",
    404: "Not there",
    409: "It does not fit with what is there",
    410: "Not there any more",
    412: "Somebody else saved meanwhile",
    413: "Too large",
    415: "Of the wrong kind",
    422: "Something in it is not right",
    428: "If-Match is missing",
    429: "Too many tries",
    500: "A fault of the server",
    503: "Not now",
}
_WAITS = {"Retry-After": {"description": "Seconds until it is worth another try", "schema": {"type": "integer"}}}
_ETAG = {"ETag": {"description": "The revision", "schema": {"type": "string"}}}
_PARTS = {  # of addresses: what can lead anywhere
    "exhibition": "^[a-z0-9][a-z0-9_-]{0,63}$",
    "station": "^[a-z0-9][a-z0-9_-]{0,63}$",
    "version": "^[1-9][0-9]{0,8}$",
    "key": "^[1-9][0-9]{0,2}$",
    "worker": "^([0-9]{1,3}|dreamer)$",
    "picture": r"^[0-9a-f]{64}\.(jpg|png|webp|mp4|webm)$",
    "person": "^[0-9a-f]{16}$",
    "session": "^[0-9a-f]{64}$",
    "link": "^[0-9a-f]{64}$",
    "token": "^[A-Za-z0-9._~-]{1,128}$",
    "job": "^[0-9a-f]{16}$",
    "held": "^[0-9a-f]{16}$",
    "kept": "^[0-9a-f]{64}$",
    "ticket": "^[A-Za-z0-9_-]{43}$",
    "step": "^(opened|began|camera)$",
}


def openapi(operations: Sequence[Operation], version: str, problem: type[BaseModel]) -> dict[str, Any]:
    """The document as JSON values."""
    known, definitions = _schemas(operations, problem)
    paths: dict[str, dict[str, Any]] = public_paths()
    for operation in operations:
        paths.setdefault(PREFIX + operation.path, {})[operation.method.lower()] = _operation(operation, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vernissage", "version": version, "description": _DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "vernissage"},
                "token": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


_DESCRIPTION = (
    "What the console is made with. Log in, keep the cookie, and send the `csrf` of `GET /me` as `X-CSRF-Token` with "
    "every change. What has a revision comes with an ETag; a change to it says in `If-Match` what it was made from. "
    "Errors are problem documents (RFC 9457) that name the field."
)


def _schemas(operations: Sequence[Operation], problem: type[BaseModel]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of every body and answer, and what they refer to."""
    adapters: list[tuple[Any, JsonSchemaMode]] = [(problem, "serialization")]
    for operation in operations:
        if operation.body is not None and not isinstance(operation.body, Upload):
            adapters.append((operation.body, "validation"))
        if operation.answer is not None and not isinstance(operation.answer, File):
            adapters.append((operation.answer, "serialization"))
    schemas, found = TypeAdapter.json_schemas(
        [(_key(kind, mode), mode, TypeAdapter(kind)) for kind, mode in adapters], ref_template=_REF
    )
    return {key: value for (key, _mode), value in schemas.items()}, found.get("$defs", {})


def _key(kind: Any, mode: str) -> str:
    return f"{mode}:{kind!r}"


def _operation(operation: Operation, known: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.path.split("/")[1]],
        "parameters": _parameters(operation),
        "responses": _responses(operation, known),
    }
    if operation.needs is not None:
        described["description"] = f"Needs the permission to {operation.needs}."
    if operation.logged_in:
        described["security"] = [{"session": [], "token": []} if operation.changes else {"session": []}]
    if isinstance(operation.body, Upload):
        content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in operation.body.types}
        described["requestBody"] = {"required": True, "content": content}
    elif operation.body is not None:
        schema = known[_key(operation.body, "validation")]
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": _PARTS[name]}}
        for name in _PART.findall(operation.path)
    ]
    if operation.revised:
        schema = {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$'}
        parts.append({"name": "If-Match", "in": "header", "required": True, "schema": schema})
    if _is_kept(operation):
        parts.append({"name": "If-None-Match", "in": "header", "schema": {"type": "string"}})
    if operation.query is not None:
        asked = operation.query.model_json_schema()
        required = asked.get("required", [])
        for name, value in asked.get("properties", {}).items():
            parts.append({"name": name, "in": "query", "required": name in required, "schema": value})
    return parts


def _responses(operation: Operation, known: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": operation.summary}
    if isinstance(operation.answer, File):
        schema = {"type": "string", "format": "binary"}
        answer["content"] = {kind: {"schema": schema} for kind in operation.answer.types}
    elif operation.answer is not None:
        answer["content"] = {"application/json": {"schema": known[_key(operation.answer, "serialization")]}}
    if _has_revision(operation):
        answer["headers"] = _ETAG
    responses = {str(operation.status): answer}
    if _is_kept(operation):
        responses["304"] = {"description": "It is as it was", "headers": _ETAG}
    return responses | {str(status): _fault(status) for status in sorted(_statuses(operation))}


def _fault(status: int) -> dict[str, Any]:
    described = {"description": _TITLES[status], "content": PROBLEM}
    return described | ({"headers": _WAITS} if status in {429, 503} else {})


def _has_revision(operation: Operation) -> bool:
    return "revision" in getattr(operation.answer, "model_fields", {})


def _is_kept(operation: Operation) -> bool:
    """Whether a client that has it already is told so."""
    return operation.method == "GET" and _has_revision(operation)


def _statuses(operation: Operation) -> set[int]:
    """Every status that an operation may answer with beside its own."""
    statuses = {*_ALWAYS, *operation.problems}
    if operation.logged_in:
        statuses |= {401, 403}
    if operation.changes:
        statuses |= {403}
    if _PART.search(operation.path):
        statuses |= {404}
    if operation.body is not None:
        statuses |= {415, 422}
    if operation.query is not None:
        statuses |= {422}
    if operation.revised:
        statuses |= {412, 428}
    return statuses
