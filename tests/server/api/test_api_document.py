"""The OpenAPI document: valid, complete, and saying of each operation what it does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import jsonschema_rs
import pytest
import schemathesis
from aiohttp import web
from api_house import OPERATIONS, House
from api_seat import Answer, Seat

from server.api.answers import instant_of
from server.api.contract import PREFIX
from server.api.desk import Desk
from server.api.openapi import openapi
from server.api.problem import Problem
from server.permission import Permission

DOCUMENT: dict[str, Any] = openapi(OPERATIONS, "0.1", Problem)
OF_OPERATION = {o["operationId"]: o for path in DOCUMENT["paths"].values() for o in path.values()}


def test_the_document_is_valid_by_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_schema_in_it_is_valid_by_json_schema_2020_12() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"})


def test_whatever_it_refers_to_is_in_it() -> None:
    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(re.findall(r"'\$ref': '([^']+)'", repr(DOCUMENT))) <= known


def test_every_route_is_in_the_document_and_the_other_way_round(tmp_path: Path) -> None:
    """Those of the whole application, in which others have routes below the same prefix."""
    house = House(tmp_path, MagicMock())
    routes = {
        (route.method.lower(), route.resource.canonical)
        for route in house.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith(PREFIX) and route.method != "HEAD"
    }
    described = {(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert described == routes


def test_every_operation_has_a_name_of_its_own_and_a_summary() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names) == len(OF_OPERATION) - 3
    for operation in OF_OPERATION.values():
        assert re.fullmatch(r"[a-z][A-Za-z]+", operation["operationId"])
        assert operation["summary"][0].isupper() and not operation["summary"].endswith(".")
        assert operation["tags"] != [""]


def test_only_login_links_and_steps_are_open_to_everybody() -> None:
    assert {o.name for o in OPERATIONS if not o.logged_in} == {"logIn", "readLink", "acceptLink", "noteStep"}
    public = {name for name, o in OF_OPERATION.items() if "security" not in o}
    assert public == {"logIn", "readLink", "acceptLink", "noteStep", "readTicket", "readStatistics", "readDocument"}


def test_what_anybody_who_is_logged_in_may_do_is_about_themselves() -> None:
    own = {o.path.split("/")[1] for o in OPERATIONS if o.logged_in and o.needs is None}
    assert own == {"me", "logout"}


def test_what_looks_like_a_change_and_takes_no_more_than_to_see_changes_nothing() -> None:
    looks = {o.name for o in OPERATIONS if o.changes and o.needs is Permission.SEE}
    assert looks == {"notePresence", "previewStation", "paint"}


def test_a_change_asks_for_the_token_and_a_saved_one_for_the_revision() -> None:
    save = OF_OPERATION["saveStation"]
    assert save["security"] == [{"session": [], "token": []}]
    assert {"If-Match"} == {p["name"] for p in save["parameters"] if p["in"] == "header"}
    assert {"412", "428", "409", "422"} <= set(save["responses"])
    read = OF_OPERATION["readStation"]
    assert read["security"] == [{"session": []}] and "304" in read["responses"]
    assert "ETag" in read["responses"]["200"]["headers"]
    assert "Retry-After" in OF_OPERATION["logIn"]["responses"]["429"]["headers"]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_document_is_there_for_everybody(house: House, stranger: Seat) -> None:
    answer: Answer = await stranger.get("/openapi.json")
    assert answer.json == DOCUMENT
    assert answer.headers["Cache-Control"] == "no-cache"


def test_two_operations_cannot_share_an_address() -> None:
    app = web.Application()
    app.add_routes(Desk(OPERATIONS, MagicMock(), MagicMock(), "0.1").routes())
    addresses = [(r.method, r.resource.canonical) for r in app.router.routes() if r.resource is not None]
    assert len(set(addresses)) == len(addresses)


def test_times_are_said_in_utc_to_the_millisecond() -> None:
    assert instant_of(1_800_000_000.0004) == "2027-01-15T08:00:00.000Z"
