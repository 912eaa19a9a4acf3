"""How the tests of documents ask for the places and sentences with which one is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from exhibit.content import Content, ExhibitionContent, StationContent


def refusals(kind: type[Content], document: str) -> list[tuple[str, str]]:
    """The places and sentences with which a document is refused."""
    with pytest.raises(ValidationError) as caught:
        kind.model_validate_json(document)
    errors = caught.value.errors(include_url=False, include_context=False, include_input=False)
    return [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in errors]


def refusal_of_station(**fields: Any) -> tuple[str, str]:
    (refused,) = refusals(StationContent, json.dumps({"number": 1, **fields}))
    return refused


def refusal_of_exhibition(**fields: Any) -> tuple[str, str]:
    (refused,) = refusals(ExhibitionContent, json.dumps(fields))
    return refused
