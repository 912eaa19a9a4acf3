"""Bodies that are no JSON, or too much of it: refused before they are parsed, or where two readers would differ."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import AsyncIterator
from time import perf_counter
from typing import Any

import pytest
from api_house import OPERATIONS
from api_seat import Seat, address
from pydantic import BaseModel

from server.api.contract import MAX_JSON_BYTES, MAX_VALUES, Operation

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAKE_JSON = [o for o in OPERATIONS if isinstance(o.body, type) and issubclass(o.body, BaseModel)]


def each(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


async def said(seat: Seat, operation: Operation, body: bytes, kind: str = "application/json") -> Any:
    revision = {"If-Match": '"1"'} if operation.revised else {}
    return await seat.say(operation.method, address(operation), body, kind, **revision)


# -- bytes that are no JSON --------------------------------------------------------------------------------------------


@each(TAKE_JSON)
async def test_every_body_is_json_and_says_so(admin: Seat, operation: Operation) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "a/b/c"):
        answer = await said(admin, operation, b"{}", kind)
        assert (answer.status, answer.code) == (415, "not_json"), kind
    for body in (b"", b"nonsense", b"{", b"{}{}", b"'{}'", b'{"a":1,}'):
        answer = await said(admin, operation, body)
        assert (answer.status, answer.code) == (400, "bad_json"), body
    for body in (b"[]", b"null", b"7", b'"{}"'):
        assert (await said(admin, operation, body)).status == 422
    unknown = await said(admin, operation, b'{"unheard_of": 1}')
    assert unknown.status == 422 and "unheard_of" in unknown.fields


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b'{"number": NaN}', "Expected a number, got NaN."),
        (b'{"number": -Infinity}', "Expected a number, got -Infinity."),
        (b'{"number": 1, "number": 2}', "Expected each name once, got 'number' twice."),
        (b'{"number": 1, "title": {"en": "a", "en": "b"}}', "Expected each name once, got 'en' twice."),
        (b'{"number": 1, "title": {"en": "\xff"}}', "Expected UTF-8, got another byte at 31."),
        (b'{"number": 1, "title": {"en": "\xed\xa0\x80"}}', "Expected UTF-8, got another byte at 31."),
        ('{"number": 1}'.encode("utf-16"), "Expected UTF-8, got another byte at 0."),
        (b'\xef\xbb\xbf{"number": 1}', "Expected JSON: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1"),
        (b'{"number": 1, "title": {"en": "\\ud800"}}', "Invalid JSON: "),
        (b'{"number": 1, "title": {"en": "\\udc00\\ud800"}}', "Invalid JSON: "),
        (b'{"number": 1, "title": {"en": "a\nb"}}', "Expected JSON: Invalid control character at"),
        (b'{"number": 1, "title": {"en": "a\0b"}}', "Expected JSON: Invalid control character at"),
        (b'{"number": 1, "title": ' + b"[" * 18_000, "Expected values that are less deeply nested."),
        (b'{"title":' * 15_000, "Expected values that are less deeply nested."),
        (b'{"number": 1, "title": ' + b"[" * 400 + b"]" * 400 + b"}", "Invalid JSON: recursion limit exceeded"),
        (b'{"number": 1' + b"0" * 5000 + b"}", "Expected JSON: Exceeds the limit"),
        (b"[" + b"0," * MAX_VALUES + b"0]", f"Expected at most {MAX_VALUES:,} values in it."),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else None,
)
async def test_what_is_json_to_some_readers_only_is_refused(curator: Seat, body: bytes, sentence: str) -> None:
    answer = await curator.say("PUT", "/exhibitions/x/stations/y", body, If_Match='"1"')
    assert (answer.status, answer.code) == (400, "bad_json")
    assert answer.sentence.startswith(sentence)


# -- too much of it ----------------------------------------------------------------------------------------------------


async def test_a_text_of_ten_megabytes_is_refused_before_it_is_read(curator: Seat) -> None:
    body = b'{"id": "x", "content": {"title": {"en": "' + b"a" * 10_000_000 + b'"}}}'
    answer = await curator.say("POST", "/exhibitions", body)
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert answer.sentence == f"Expected at most {MAX_JSON_BYTES:,} bytes."


async def test_of_a_body_that_does_not_say_its_length_no_more_is_held_than_is_allowed(curator: Seat) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        part = b"a" * 65_536
        for _ in range(1000):
            sent += len(part)
            yield part

    tracemalloc.start()
    try:
        answer = await curator.send(
            "POST", "/exhibitions", data=endless(), headers={"Content-Type": "application/json"}
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (answer.status, answer.code) == (413, "body_too_large")
    assert peak < 4 * MAX_JSON_BYTES
    assert sent < 10_000_000


async def test_a_body_that_swells_when_it_is_unpacked_is_bounded_by_what_it_becomes(curator: Seat) -> None:
    bomb = gzip.compress(b'{"id": "x", "a": "' + bytes(50_000_000) + b'"}', 1)
    answer = await curator.say("POST", "/exhibitions", bomb, Content_Encoding="gzip")
    assert (answer.status, answer.code) == (413, "body_too_large")


@pytest.mark.parametrize(
    "body",
    [
        {f"unknown {n}": 0 for n in range(6_000)},
        {"id": "x", "content": {"title": {f"language {n}": 0 for n in range(6_000)}}},
        {"id": "x", "content": {"programmes": [{}] * 6_000}},
        {"id": "x", "content": [{}] * 6_000},
    ],
    ids=["names", "languages", "programmes", "lists"],
)
async def test_of_thousands_of_faults_a_hundred_are_said(curator: Seat, body: Any) -> None:
    answer = await curator.post("/exhibitions", body)
    assert (answer.status, answer.code) == (422, "bad_field")
    assert 1 <= len(answer.fields) <= 100


async def test_a_body_of_too_many_values_is_refused_before_they_are_looked_at(curator: Seat) -> None:
    """To say what is wrong with each of them took half a minute, in which nobody was painted for."""
    body = b'{"id": "x", "content": {"title": {' + b",".join(b'"%d": 0' % n for n in range(150_000)) + b"}}}"
    began = perf_counter()
    answer = await curator.say("POST", "/exhibitions", body)
    assert (answer.status, answer.code) == (400, "bad_json")
    assert perf_counter() - began < 5


async def test_who_is_not_logged_in_may_say_little(stranger: Seat) -> None:
    for path in ("/login", f"/links/{'a' * 43}"):
        large = await stranger.say("POST", path, b'{"login": "' + b"a" * 20_000 + b'"}')
        assert (large.status, large.code) == (413, "body_too_large")
        many = await stranger.post(path, {f"n{n}": 0 for n in range(200)})
        assert (many.status, many.code) == (400, "bad_json")


async def test_a_body_where_none_is_expected_is_refused(admin: Seat) -> None:
    for method, path in (("GET", "/me"), ("POST", "/keys"), ("DELETE", "/people/x"), ("POST", "/logout")):
        answer = await admin.say(method, path, b"{}")
        assert (answer.status, answer.code) == (413, "body_unwanted")
