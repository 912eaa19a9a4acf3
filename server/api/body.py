"""A JSON body, read strictly: bounded before it is parsed, every fault named by the field it is in. Knows no operation.

JSON leaves open what readers make of a name that comes twice, of numbers that are none and of lone surrogates (RFC
8259, sections 4, 6 and 8.2); here all of these are refused, so that nothing is kept that was not meant.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # one without an end reaches to the body's
_MOST_FAULTS = 100

Fault = Mapping[str, str]
Model = TypeVar("Model", bound=BaseModel)


class BodyError(Exception):
    """It is no JSON that is taken here; the message says why."""


class FieldsError(Exception):
    """Fields of it are not right."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("Something in it is not right.")
        self.faults = faults


def read_json(model: type[Model], body: bytes, most_values: int) -> Model:
    """The body as the model has it. Raises BodyError and FieldsError.

    `most_values` bounds the work: what is wrong with a million values takes half a minute to say.
    """
    if count_values(body) > most_values:
        raise BodyError(f"Expected at most {most_values:,} values in it.")
    value = _parsed(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] == "json_invalid":  # what Python takes and pydantic does not: surrogates, deep nesting
            raise BodyError(sentence_of(first["msg"])) from None
        raise FieldsError(faults_of(error, value)) from None


def count_values(body: bytes) -> int:
    """How many values a JSON text has in it at most: one for each comma and each bracket outside of strings."""
    bones = _STRING.sub(b"", body)
    return 1 + sum(bones.count(sign) for sign in (b",", b"[", b"{"))


def _parsed(body: bytes) -> Any:
    """The values, to tell fields by. Raises BodyError."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_once_each, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BodyError(f"Expected UTF-8, got another byte at {error.start}.") from None
    except RecursionError:
        raise BodyError("Expected values that are less deeply nested.") from None
    except ValueError as error:
        raise BodyError(f"Expected JSON: {error}." if body else "Expected JSON, got an empty body.") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise BodyError(f"Expected each name once, got {twice[:80]!r} twice.")
    return values


def _no_number(word: str) -> Any:
    raise BodyError(f"Expected a number, got {word}.")


def faults_of(error: ValidationError, value: Any) -> Sequence[Fault]:
    """Each field with its sentence; of what was sent, nothing but what a validator of ours quotes is sent back."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[:_MOST_FAULTS]
    return [
        {"field": _field(one["loc"], value, missing=one["type"] == "missing"), "sentence": sentence_of(one["msg"])}
        for one in found
    ]


def _field(place: Sequence[int | str], value: Any, *, missing: bool) -> str:
    """Where it is, as clients write it: pydantic names the alternatives of a union too, which are no fields."""
    *steps, last = place or ("",)
    names = []
    for step in steps if missing else place:
        there = step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int)
        if there:
            value = value[step]
            names.append(str(step))
    return ".".join([*names, str(last)] if missing else names)


def sentence_of(text: str) -> str:
    """A message as a sentence."""
    text = text.removeprefix("Value error, ")
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
