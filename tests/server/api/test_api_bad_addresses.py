"""Addresses, queries and headers that lead nowhere, or try to: each is refused, and nothing breaks."""

from __future__ import annotations

import asyncio
import json
import re
from urllib.parse import quote

import pytest
from api_house import OPERATIONS, House
from api_seat import Seat, address
from editions import station
from sqlalchemy.exc import OperationalError

from server.api.contract import PREFIX, Operation

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITH_PARTS = [o for o in OPERATIONS if "{" in o.path]
WITH_QUERY = [o for o in OPERATIONS if o.query is not None]


def each(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


ODD_PARTS = ["%2E%2E%2F", "..%2f..%2fetc%2fpasswd", "%00", "a%00b", "%ff", "%ed%a0%80", "%0d%0a", "a" * 2500]
ODD_PARTS += [quote("é"), quote("'; DROP TABLE users; --"), "%25%32%65", "*", "@", "a%20b", "%7B%7D"]


@each(WITH_PARTS)
async def test_an_odd_address_leads_nowhere(house: House, admin: Seat, operation: Operation) -> None:
    for odd in ODD_PARTS:
        path = PREFIX + odd.join(re.split(r"\{\w+\}", operation.path))
        assert (await spoken(house, admin, f"{operation.method} {path}"))[0] == 404, odd


@each(WITH_PARTS)
async def test_dots_lead_to_no_other_place(house: House, admin: Seat, operation: Operation) -> None:
    """Whoever takes them for steps upwards arrives where nothing is, or where it is said what is missing."""
    for dots in ("%2e%2e", "%2e", ".."):
        path = PREFIX + re.sub(r"\{\w+\}", dots, operation.path)
        status, _ = await spoken(house, admin, f"{operation.method} {path}", b"Content-Type: text/plain\r\n", b"x")
        assert 400 <= status < 500, dots


@pytest.mark.parametrize("number", ["0", "-1", "1.0", "1e3", "٣", "9" * 20, "0x1", "+1"])
async def test_a_number_that_is_none_leads_nowhere(house: House, admin: Seat, number: str) -> None:
    show = await house.exhibition()
    assert (await admin.get(f"/exhibitions/{show}/versions/{quote(number)}")).code == "not_there"
    assert (await admin.delete(f"/keys/{quote(number)}")).code == "not_there"


async def test_what_belongs_to_another_exhibition_is_not_found_there(house: House, curator: Seat) -> None:
    mine, theirs = await house.exhibition(station("mine", 1)), await house.exhibition(station("theirs", 1))
    await curator.post(f"/exhibitions/{theirs}/versions", {})
    for path in (f"/exhibitions/{mine}/stations/theirs", f"/exhibitions/{mine}/versions/1"):
        assert (await curator.get(path)).code == "not_there"


@each(WITH_QUERY)
async def test_a_query_that_is_not_understood_is_refused(admin: Seat, operation: Operation) -> None:
    answer = await admin.send(
        operation.method,
        address(operation) + "?unheard_of=1",
        data=b"",
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.status == 422 and "unheard_of" in answer.fields


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/audit?count=0", "count"),
        ("/audit?count=201", "count"),
        ("/audit?count=1.5", "count"),
        ("/audit?before=99999999999", "before"),
        ("/audit?before=-1", "before"),
        ("/audit?exhibition=../x", "exhibition"),
        ("/exhibitions/x/schedule?first=1999-12-31", "first"),
        ("/exhibitions/x/schedule?first=2200-01-01", "first"),
        ("/exhibitions/x/schedule?first=0001-01-01", "first"),
        ("/exhibitions/x/schedule?first=1700000000", "first"),
        ("/exhibitions/x/schedule?first=2026-02-30", "first"),
        ("/exhibitions/x/schedule?first=2026-01-01T00:00:00", "first"),
        ("/exhibitions/x/schedule?first=2026-01-01&days=43", "days"),
        ("/exhibitions/x/schedule?first=2026-01-01&days=NaN", "days"),
        ("/exhibitions/x/schedule", "first"),
        (f"/pictures/{'0' * 64}.jpg/target?exhibition=%00", "exhibition"),
    ],
)
async def test_what_is_asked_for_out_of_range_is_refused(viewer: Seat, path: str, field: str) -> None:
    answer = await viewer.get(path)
    assert (answer.status, answer.fields) == (422, [field])


async def test_the_first_and_the_last_week_of_a_schedule_can_be_seen(house: House, viewer: Seat) -> None:
    show = await house.exhibition()
    for first in ("2000-01-01", "2199-12-31"):
        answer = await viewer.get(f"/exhibitions/{show}/schedule?first={first}&days=42")
        assert len(answer.json) == 42 and answer.json[0]["on"] == first


# -- headers -----------------------------------------------------------------------------------------------------------


async def spoken(house: House, seat: Seat, line: str, headers: bytes = b"", body: bytes = b"") -> tuple[int, bytes]:
    """Say it byte by byte, as no client would."""
    host, port = house.base.removeprefix("http://").rstrip("/").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    cookie = f"Cookie: vernissage={seat.cookie}\r\nX-CSRF-Token: {seat.csrf}\r\n".encode() if seat.csrf else b""
    writer.write(f"{line} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n".encode())
    writer.write(cookie + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    answer = await reader.read()
    writer.close()
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"X-CSRF-Token: \xff\xfe", 403),
        (b"Cookie: vernissage=\xff\xfe", 401),
        (b"Cookie: \xff=\xfe; ;;=", 401),
        (b"Cookie: vernissage=" + b"a" * 7000, 401),
    ],
)
async def test_bytes_that_are_no_text_let_nobody_in(
    house: House, stranger: Seat, curator: Seat, header: bytes, status: int
) -> None:
    cookie = f"Cookie: vernissage={curator.cookie}\r\n".encode() if header.startswith(b"X") else b""
    told, body = await spoken(house, stranger, f"POST {PREFIX}/exhibitions", cookie + header + b"\r\n")
    assert told == status and json.loads(body)["status"] == status


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: \xff\xfe",
        b"Content-Type: application/json\xff",
        b"Content-Type: application/json; charset=\xff",
        b'If-Match: "\xff"',
        b"User-Agent: \xff\xfe",
        b"Accept: \xff",
        b"Accept-Encoding: \xff",
        b"X-Forwarded-For: \xff, ::1%lo, [::1]:7",
    ],
)
async def test_headers_that_are_no_text_break_nothing(house: House, curator: Seat, header: bytes) -> None:
    status, body = await spoken(house, curator, f"PUT {PREFIX}/exhibitions/x", header + b"\r\n", b"{}")
    assert status in {400, 415, 428} and json.loads(body)["status"] == status
    login = json.dumps({"login": "x", "password": "y"}).encode()
    status, body = await spoken(house, curator, f"POST {PREFIX}/login", header + b"\r\n", login)
    assert status in {401, 415, 429}


async def test_while_the_store_is_away_a_page_is_told_to_come_again(
    house: House, admin: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def locked(*_: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("server.api.resources.records.audit.entries", locked)
    answer = await admin.get("/audit")
    assert (answer.status, answer.json["code"]) == (503, "store_away")
    assert answer.headers["Retry-After"] == "5"
    assert "database is locked" not in caplog.text, "each page that asks would write it again"
