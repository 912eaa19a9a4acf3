"""Who may do what over the API: a session for each operation, a permission by role, and nothing for other sites."""

from __future__ import annotations

import pytest
from api_house import OPERATIONS, House
from api_seat import NOWHERE, Seat, address

from server.api.contract import Operation
from server.permission import PERMISSIONS, Role

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELSEWHERE = "https://elsewhere.example"
INSIDE = [operation for operation in OPERATIONS if operation.logged_in]
CHANGES = [operation for operation in INSIDE if operation.changes]


def each(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


@each(INSIDE)
async def test_nobody_gets_in_without_a_session(stranger: Seat, operation: Operation) -> None:
    answer = await stranger.send(operation.method, address(operation))
    assert (answer.status, answer.code) == (401, "not_logged_in")
    answer = await stranger.send(operation.method, address(operation), headers={"Cookie": f"vernissage={'a' * 43}"})
    assert (answer.status, answer.code) == (401, "not_logged_in")


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_may_do_what_its_permissions_say_and_nothing_else(seats: dict[Role, Seat], role: Role) -> None:
    refused, expected = set(), set()
    for operation in INSIDE:
        if operation.name == "logOut":  # it would end this test
            continue
        answer = await seats[role].send(operation.method, address(operation), headers={"Content-Type": "text/plain"})
        assert answer.status != 401 and answer.status < 500, (operation.name, answer)
        refused |= {operation.name} if answer.status == 403 and answer.code == "not_allowed" else set()
        expected |= {operation.name} if operation.needs not in {None, *PERMISSIONS[role]} else set()
    assert refused == expected


async def test_who_is_refused_learns_which_permission_it_takes(viewer: Seat) -> None:
    answer = await viewer.post("/exhibitions", {"id": "x"})
    assert answer.sentence == "This needs the permission to edit; a viewer does not have it."


@each(CHANGES)
async def test_a_change_is_not_taken_without_the_session_s_token(
    admin: Seat, stranger: Seat, operation: Operation
) -> None:
    for token in ("", "0" * 64, "\xff", admin.csrf[:-1]):
        answer = await admin.send(operation.method, address(operation), headers={"X-CSRF-Token": token})
        assert (answer.status, answer.code) == (403, "token_missing")


async def test_a_token_of_another_session_does_not_count(admin: Seat, curator: Seat) -> None:
    answer = await admin.send("POST", "/logout", headers={"X-CSRF-Token": curator.csrf})
    assert (answer.status, answer.code) == (403, "token_missing")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ELSEWHERE},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://art.example.elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "unheard-of"},
        {"Origin": "https://art.example", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
async def test_changes_that_another_site_asks_for_are_refused(
    admin: Seat, stranger: Seat, headers: dict[str, str]
) -> None:
    """The login too: nobody may be logged in to somebody else's account without knowing it."""
    for seat, method, path in (
        (admin, "POST", "/exhibitions"),
        (admin, "DELETE", f"/people/{NOWHERE['person']}"),
        (admin, "POST", "/logout"),
        (stranger, "POST", "/login"),
        (stranger, "POST", f"/links/{NOWHERE['token']}"),
    ):
        answer = await seat.send(method, path, headers=headers)
        assert (answer.status, answer.code) == (403, "cross_site")
    assert (await admin.get("/me")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://art.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://{host}"},
        {"Origin": "https://{host}"},
    ],
    ids=str,
)
async def test_changes_from_this_server_s_own_pages_are_taken(
    house: House, curator: Seat, headers: dict[str, str]
) -> None:
    host = house.base.removeprefix("http://").rstrip("/")
    told = {name: value.format(host=host) for name, value in headers.items()}
    answer = await curator.send("POST", "/exhibitions", json={"id": house.fresh()}, headers=told)
    assert answer.status == 201


async def test_what_is_not_there_is_said_to_who_may_see_it_only(viewer: Seat, stranger: Seat) -> None:
    assert (await viewer.get("/exhibitions/nowhere")).code == "not_there"
    assert (await stranger.get("/exhibitions/nowhere")).code == "not_logged_in"


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/login"), ("PUT", "/exhibitions"), ("GET", "/logout")])
async def test_other_methods_are_refused_with_those_that_there_are(admin: Seat, method: str, path: str) -> None:
    answer = await admin.send(method, path)
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


async def test_answers_are_kept_by_nobody_on_the_way(curator: Seat) -> None:
    for path in ("/me", "/exhibitions", "/people", "/audit"):
        assert (await curator.get(path)).headers["Cache-Control"] == "no-store"
