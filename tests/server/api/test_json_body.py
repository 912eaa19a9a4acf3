"""JSON bodies read strictly: how much is in them is known before they are parsed, and faults bear the body's names."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from exhibit.content import Content, Id
from server.api.body import BodyError, FieldsError, count_values, faults_of, read_json


class Lens(Content):
    kind: Literal["lens"]
    strength: float = 1.0


class Canvas(Content):
    kind: Literal["canvas"]
    overlay: Id


class Thing(Content):
    name: Id | Annotated[str, Field(max_length=0)]
    parts: tuple[Annotated[Lens | Canvas, Field(discriminator="kind")], ...] = ()
    by_name: dict[Id, Lens | Canvas] = Field(default_factory=dict)


def fields(**values: Any) -> set[str]:
    with pytest.raises(FieldsError) as caught:
        read_json(Thing, json.dumps(values).encode(), 100)
    return {fault["field"] for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("7", 1),
        ("{}", 2),
        ("[1, 2, 3]", 4),
        ('{"a": 1, "b": [2, 3]}', 5),
        (r'{"a": "[,,{\"[,\\", "b": "\\"}', 3),
        ('"[[[[', 1),
        ("", 1),
    ],
)
def test_a_text_has_at_most_as_many_values_as_signs_between_them(text: str, count: int) -> None:
    assert count_values(text.encode()) == count


@pytest.mark.parametrize("text", [b'"' + b'\\"' * 500_000, b'"\\' * 500_000, b'"a' * 500_000, b"\\" * 1_000_000])
def test_strings_without_an_end_cost_no_more_than_others(text: bytes) -> None:
    began = perf_counter()
    assert count_values(text) == 1
    assert perf_counter() - began < 2


def test_a_body_with_too_many_values_is_not_parsed() -> None:
    with pytest.raises(BodyError, match=r"Expected at most 3 values in it\."):
        read_json(Thing, b'{"name": "a", "parts": [', 3)


def test_alternatives_are_no_part_of_a_field_s_name() -> None:
    assert fields(name="A B") == {"name"}
    assert fields(name="a", parts=[{"kind": "lens", "strength": "x"}]) == {"parts.0.strength"}
    assert fields(name="a", parts=[{"kind": "lens"}, {"kind": "canvas"}]) == {"parts.1.overlay"}
    assert fields(name="a", parts=[{"kind": "mirror"}]) == {"parts.0"}
    assert fields(name="a", by_name={"b": {"kind": "lens", "strength": []}}) >= {"by_name.b.strength"}
    assert fields(name="a", by_name={"B!": {"kind": "lens"}}) == {"by_name.B!"}


def test_what_is_missing_or_unknown_is_named() -> None:
    assert fields() == {"name"}
    assert fields(name="a", lens=1) == {"lens"}
    with pytest.raises(ValidationError) as caught:
        Thing.model_validate_json("[]")
    assert [fault["field"] for fault in faults_of(caught.value, [])] == [""]


def test_nothing_of_what_was_sent_is_sent_back_but_what_our_own_sentences_quote() -> None:
    with pytest.raises(FieldsError) as caught:
        read_json(Thing, b'{"name": ["secret"], "parts": "secret"}', 100)
    assert "secret" not in str(caught.value.faults)
