"""What anybody may ask of the API, as the OpenAPI document says it: written by hand, since pages.py answers it."""

from __future__ import annotations

from typing import Any

from server.api.contract import PREFIX

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

_WORDS = {"type": "object", "additionalProperties": {"type": "string"}}  # by language
_NUMBER = {"type": "integer", "minimum": 0}
_CARD = {
    "type": "object",
    "required": ["exhibition", "languages", "version", "draft", "station", "room", "public_url"],
    "properties": {
        "exhibition": {
            "type": "object",
            "required": ["id", "title"],
            "properties": {"id": {"type": "string"}, "title": _WORDS},
        },
        "languages": {"type": "array", "items": {"type": "string"}},
        "version": _NUMBER,
        "draft": {"type": "boolean"},
        "expires_at": {"type": ["string", "null"], "format": "date-time"},
        "station": {
            "type": "object",
            "required": ["id", "number", "title", "text", "artwork", "experience", "open"],
            "properties": {
                "id": {"type": "string"},
                "number": _NUMBER,
                "title": _WORDS,
                "text": _WORDS,
                "artwork": {"type": "object"},
                "experience": {"type": "string"},
                "open": {"type": "boolean"},
            },
        },
        "room": {
            "type": "object",
            "required": ["live", "waiting"],
            "properties": {"live": _NUMBER, "waiting": _NUMBER},
        },
        "public_url": {"type": "string"},
    },
}


def public_paths() -> dict[str, dict[str, Any]]:
    """Addresses with what they answer, as the document has them."""
    ticket = {"name": "ticket", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        f"{PREFIX}/tickets/{{ticket}}": {
            "get": _operation("readTicket", "The station that a code opens", _CARD, {404, 410}, ticket)
        },
        f"{PREFIX}/stats": {
            "get": _operation("readStatistics", "Everything counted, for this machine alone", {"type": "object"}, {403})
        },
        f"{PREFIX}/openapi.json": {"get": _operation("readDocument", "This document", {"type": "object"}, set())},
    }


def _operation(
    name: str, summary: str, answer: dict[str, Any], problems: set[int], *parameters: dict[str, Any]
) -> dict[str, Any]:
    faults = {400, 413, 500, 503} | problems
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["public"],
        "parameters": list(parameters),
        "responses": {
            "200": {"description": summary, "content": {"application/json": {"schema": answer}}},
            **{str(status): {"description": _FAULTS[status], "content": PROBLEM} for status in sorted(faults)},
        },
    }


_FAULTS = {
    400: "The request cannot be read",
    403: "Not from here",
    404: "Not there",
    410: "Not there any more",
    413: "It carries a body",
    500: "A fault of the server",
    503: "Not now",
}
