"""Accounts over the API: cookies, sessions, wrong logins, passwords and people."""

from __future__ import annotations

from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from api_house import House
from api_seat import OTHER_PASSWORD, PASSWORD, Seat

from server.api.contract import PREFIX
from server.config import ServerConfig
from server.permission import Role

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("passing_time")]


def cookie_of(headers: str) -> dict[str, str]:
    """The session's cookie with its attributes."""
    morsel = SimpleCookie(headers)["vernissage"]
    return {"value": morsel.value} | {name: str(value) for name, value in morsel.items() if value}


# -- cookies and sessions ----------------------------------------------------------------------------------------------


async def test_the_session_s_cookie_is_hidden_from_scripts_and_other_sites(
    house: House, admin: Seat, stranger: Seat
) -> None:
    answer = await stranger.post("/login", {"login": await house.person(Role.VIEWER), "password": PASSWORD})
    cookie = cookie_of(answer.headers["Set-Cookie"])
    assert len(cookie.pop("value")) == 43
    assert cookie == {"httponly": "True", "samesite": "Strict", "path": "/", "max-age": str(12 * 3600)}
    gone = cookie_of(
        (await stranger.send("POST", "/logout", headers={"X-CSRF-Token": answer.json["csrf"]})).headers["Set-Cookie"]
    )
    assert gone["max-age"] == "0" and gone["value"] == ""
    assert gone["httponly"] and gone["samesite"] == "Strict"


async def test_behind_a_public_address_with_tls_the_cookie_goes_over_tls_only(tables: Path, tmp_path: Path) -> None:
    async with House.open(tmp_path, tables, ServerConfig(public_url="https://art.example")) as secure:
        login = await secure.person(Role.ADMIN)
        async with TestClient(TestServer(secure.app)) as client:
            answer = await client.post(f"{PREFIX}/login", json={"login": login, "password": PASSWORD})
            assert cookie_of(answer.headers["Set-Cookie"])["secure"] == "True"


async def test_who_is_logged_in_is_told_with_what_they_may_do(viewer: Seat) -> None:
    told = (await viewer.get("/me")).json
    assert (told["person"], told["permissions"]) == (viewer.person, ["see"])
    assert told["csrf"] == viewer.csrf and viewer.cookie not in (told["csrf"], "")
    assert told["ends_at"].endswith("Z")
    assert not {"password", "token"} & set(told["person"])


async def test_logging_out_ends_the_session_for_whoever_kept_the_cookie(house: House, admin: Seat) -> None:
    seat = await house.seat(Role.VIEWER)
    kept = seat.cookie
    assert (await seat.post("/logout")).status == 204
    assert (await seat.get("/me")).status == 401
    assert (await seat.get("/me", Cookie=f"vernissage={kept}")).status == 401


async def test_a_session_elsewhere_can_be_seen_and_ended(house: House, admin: Seat) -> None:
    login = await house.person(Role.CURATOR)
    here, there = await house.seat(login=login), await house.seat(login=login)
    listed = (await here.get("/me/sessions")).json
    assert [one["current"] for one in listed].count(True) == 1 and len(listed) == 2
    other = next(one["id"] for one in listed if not one["current"])
    assert (await here.delete(f"/me/sessions/{other}")).status == 204
    assert (await there.get("/me")).status == 401
    assert (await here.get("/me")).status == 200
    assert (await here.delete(f"/me/sessions/{other}")).status == 404


async def test_nobody_ends_another_person_s_session(house: House, admin: Seat, curator: Seat, viewer: Seat) -> None:
    theirs = (await viewer.get("/me/sessions")).json[0]["id"]
    assert (await curator.delete(f"/me/sessions/{theirs}")).status == 404
    assert (await viewer.get("/me")).status == 200


async def test_a_session_ends_after_a_working_day(house: House, admin: Seat) -> None:
    seat = await house.seat(Role.VIEWER)
    for hour in range(11):
        house.now += 3600
        assert (await seat.get("/me")).status == 200, hour
    house.now += 3600
    assert (await seat.get("/me")).code == "not_logged_in"


# -- logging in --------------------------------------------------------------------------------------------------------


async def test_wrong_logins_and_wrong_passwords_cannot_be_told_apart(house: House, admin: Seat, stranger: Seat) -> None:
    login = await house.person(Role.VIEWER)
    wrong = await stranger.log_in(login, "not the password")
    nobody = await stranger.log_in("nobody-here", PASSWORD)
    assert wrong.status == nobody.status == 401
    assert wrong.body == nobody.body and "Set-Cookie" not in wrong.headers
    assert wrong.code == "login_refused"


async def test_who_guesses_has_to_wait_and_is_told_how_long(house: House, admin: Seat, stranger: Seat) -> None:
    login = await house.person(Role.VIEWER)
    for _ in range(5):
        assert (await stranger.log_in(login, "a guess")).status == 401
    answer = await stranger.log_in(login, PASSWORD)  # not even looked at
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "throttled", "1")
    house.now += 1
    assert (await stranger.log_in(login, PASSWORD)).status == 200
    assert (await stranger.post("/logout")).status == 204


async def test_a_login_of_half_a_megabyte_is_not_read(stranger: Seat) -> None:
    answer = await stranger.say("POST", "/login", b'{"login":"' + b"a" * 500_000 + b'","password":"x"}')
    assert (answer.status, answer.code) == (413, "body_too_large")


# -- passwords ---------------------------------------------------------------------------------------------------------


async def test_a_new_password_ends_all_other_sessions(house: House, admin: Seat) -> None:
    login = await house.person(Role.CURATOR)
    here, there = await house.seat(login=login), await house.seat(login=login)
    changed = await here.post("/me/password", {"old": PASSWORD, "new": OTHER_PASSWORD})
    assert changed.status == 204
    assert (await here.get("/me")).status == 200
    assert (await there.get("/me")).status == 401
    assert (await there.log_in(login)).status == 401
    assert (await there.log_in(login, OTHER_PASSWORD)).status == 200


@pytest.mark.parametrize(
    ("new", "reason"),
    [("short", "too_short"), ("q\0" * 10, "unreadable"), ("ab" * 200, "too_long"), ("a" * 14, "repeated")],
)
async def test_a_password_that_is_not_taken_is_refused_where_it_stands(viewer: Seat, new: str, reason: str) -> None:
    answer = await viewer.post("/me/password", {"old": PASSWORD, "new": new})
    assert (answer.status, answer.code, answer.fields) == (422, "bad_field", ["new"])
    assert answer.json["reason"] == reason


async def test_who_mistypes_the_present_password_stays_logged_in(viewer: Seat) -> None:
    answer = await viewer.post("/me/password", {"old": "not it", "new": OTHER_PASSWORD})
    assert (answer.status, answer.code, answer.fields) == (422, "bad_field", ["old"])
    assert (await viewer.get("/me")).status == 200


# -- people ------------------------------------------------------------------------------------------------------------


async def test_who_is_disabled_is_out_at_once_and_in_again_when_enabled(house: House, admin: Seat) -> None:
    seat = await house.seat(Role.CURATOR)
    person = f"/people/{seat.person['id']}"
    assert (await admin.patch(person, {"disabled": True})).json["disabled"] is True
    assert (await seat.get("/exhibitions")).status == 401
    assert (await seat.log_in(seat.person["login"])).code == "login_refused"
    assert (await admin.patch(person, {"disabled": False})).status == 200
    assert (await seat.log_in(seat.person["login"])).status == 200


async def test_another_role_counts_from_the_next_request_on(house: House, admin: Seat) -> None:
    seat = await house.seat(Role.VIEWER)
    assert (await seat.post("/exhibitions", {"id": house.fresh()})).status == 403
    assert (await admin.patch(f"/people/{seat.person['id']}", {"role": "curator"})).json["role"] == "curator"
    assert (await seat.post("/exhibitions", {"id": house.fresh()})).status == 201


async def test_a_change_of_a_person_is_done_whole_or_not_at_all(house: House, admin: Seat) -> None:
    me = f"/people/{admin.person['id']}"
    refused = await admin.patch(me, {"name": "Another", "role": "viewer"})
    assert (refused.status, refused.code) == (409, "last_admin")
    odd = await admin.patch(me, {"name": "  ", "disabled": False})
    assert (odd.status, odd.fields) == (422, ["name"])
    assert (await admin.get("/me")).json["person"] == admin.person


async def test_the_last_admin_cannot_be_disabled_or_removed(admin: Seat) -> None:
    me = f"/people/{admin.person['id']}"
    assert (await admin.patch(me, {"disabled": True})).code == "last_admin"
    assert (await admin.delete(me)).code == "last_admin"
    assert (await admin.get("/me")).status == 200


async def test_who_is_removed_is_out_and_no_longer_listed(house: House, admin: Seat) -> None:
    seat = await house.seat(Role.OPERATOR)
    assert (await admin.delete(f"/people/{seat.person['id']}")).status == 204
    assert (await seat.get("/me")).status == 401
    assert seat.person["id"] not in {person["id"] for person in (await admin.get("/people")).json}
    assert (await admin.delete(f"/people/{seat.person['id']}")).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a" * 121}, "name"),
        ({"name": "Eve\u202e"}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"role": "owner"}, "role"),
        ({"role": ["admin"]}, "role"),
        ({"disabled": "yes"}, "disabled"),
        ({"disabled": 1}, "disabled"),
        ({"password": "x"}, "password"),
    ],
)
async def test_what_a_person_cannot_be_is_refused(
    viewer: Seat, admin: Seat, body: dict[str, object], field: str
) -> None:
    answer = await admin.patch(f"/people/{viewer.person['id']}", body)
    assert (answer.status, answer.fields) == (422, [field])
