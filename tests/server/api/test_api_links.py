"""Links that work once: invitations, and those to a new password."""

from __future__ import annotations

import pytest
from api_house import House
from api_seat import OTHER_PASSWORD, PASSWORD, Answer, Seat

from server.permission import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")


def token_of(answer: Answer) -> str:
    assert answer.status in {200, 201}, answer.body
    return str(answer.json["address"].rpartition("/")[2])


async def test_an_invitation_makes_one_account_and_then_leads_nowhere(house: House, admin: Seat) -> None:
    invited = await admin.post("/invitations", {"role": "curator", "login": house.fresh("ida")})
    token = token_of(invited)
    assert invited.json["address"].startswith(house.base + "console/#/link/")
    assert token not in str((await admin.get("/invitations")).json)
    seat = await house.seat()
    purpose = (await seat.get(f"/links/{token}")).json
    assert (purpose["role"], purpose["resets"]) == ("curator", False)
    accepted = await seat.post(f"/links/{token}", {"name": "Ida", "password": PASSWORD})
    assert accepted.status == 200 and accepted.json["person"]["role"] == "curator"
    assert (await seat.get("/exhibitions")).status == 200  # logged in already
    for again in (await seat.get(f"/links/{token}"), await seat.post(f"/links/{token}", {"password": PASSWORD})):
        assert (again.status, again.code) == (410, "link_ended")


async def test_an_invitation_that_is_withdrawn_leads_nowhere(admin: Seat, stranger: Seat) -> None:
    token = token_of(await admin.post("/invitations", {"role": "viewer"}))
    newest = (await admin.get("/invitations")).json[0]["id"]
    assert (await admin.delete(f"/invitations/{newest}")).status == 204
    assert (await stranger.get(f"/links/{token}")).status == 410
    assert (await admin.delete(f"/invitations/{newest}")).status == 404


async def test_a_link_to_a_new_password_sets_it_once_and_ends_the_sessions(house: House, admin: Seat) -> None:
    seat, later = await house.seat(Role.CURATOR), await house.seat()
    token = token_of(await admin.post(f"/people/{seat.person['id']}/reset"))
    assert (await later.get(f"/links/{token}")).json["resets"] is True
    assert (await later.post(f"/links/{token}", {"password": OTHER_PASSWORD})).status == 200
    assert (await seat.get("/me")).status == 401
    assert (await seat.log_in(seat.person["login"])).status == 401
    assert (await later.post(f"/links/{token}", {"password": PASSWORD})).status == 410


async def test_a_new_password_lets_nobody_in_who_is_disabled(house: House, admin: Seat) -> None:
    seat = await house.seat(Role.CURATOR)
    person = f"/people/{seat.person['id']}"
    await admin.patch(person, {"disabled": True})
    token = token_of(await admin.post(f"{person}/reset"))
    answer = await seat.post(f"/links/{token}", {"password": OTHER_PASSWORD})
    assert (answer.status, answer.code) == (403, "disabled") and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"login": "x", "name": "Ida", "password": PASSWORD}, "login"),
        ({"login": "i d a", "name": "Ida", "password": PASSWORD}, "login"),
        ({"login": "<b>ida</b>", "name": "Ida", "password": PASSWORD}, "login"),
        ({"login": "ida\0", "name": "Ida", "password": PASSWORD}, "login"),
        ({"login": "ida-may", "name": "", "password": PASSWORD}, "name"),
        ({"login": "ida-may", "name": "Ida", "password": "short"}, "password"),
        ({"login": "ida-may", "name": "Ida"}, "password"),
        ({"login": 7, "name": "Ida", "password": PASSWORD}, "login"),
        ({"login": "ida-may", "name": "Ida", "password": "x" * 5000}, "password"),
    ],
)
async def test_a_link_may_be_tried_again_after_a_mistake(
    house: House, admin: Seat, body: dict[str, object], field: str
) -> None:
    token = token_of(await admin.post("/invitations", {"role": "viewer"}))
    seat = await house.seat()
    answer = await seat.post(f"/links/{token}", body)
    assert (answer.status, answer.fields) == (422, [field])
    good = {"login": house.fresh("ida"), "name": "Ida", "password": PASSWORD}
    assert (await seat.post(f"/links/{token}", good)).status == 200


async def test_a_login_that_is_taken_is_another_s(house: House, admin: Seat, curator: Seat) -> None:
    taken = curator.person["login"]
    assert (await admin.post("/invitations", {"role": "viewer", "login": taken})).fields == ["login"]
    token = token_of(await admin.post("/invitations", {"role": "viewer"}))
    seat = await house.seat()
    answer = await seat.post(f"/links/{token}", {"login": taken.upper(), "name": "X", "password": PASSWORD})
    assert (answer.status, answer.code, answer.fields) == (409, "taken", ["login"])
