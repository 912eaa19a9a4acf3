"""The page of a kept picture: for who has the link, and nobody who tries; changed by its owner alone."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio
from api_house import House
from api_seat import Answer, Seat
from dreams_at_hand import DREAM, LASTS_S, MADE, Link, keep, on_show
from editions import lens

from server.on_show import OnShow
from server.store.kept_rows import OnWall

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODYS = "/kept/AAAAAAAAAAAAAAAAAAAAAA"


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="show")
async def _show(house: House) -> str:
    return await on_show(house)


@pytest_asyncio.fixture(loop_scope="module", name="link")
async def _link(house: House, show: str) -> Link:
    return await keep(house, show)


async def ask_owner(seat: Seat, link: Link, what: str, owner: str = "", **headers: str) -> Answer:
    return await seat.post(f"{link.path}/{what}", {"owner": owner or link.receipt.owner}, **headers)


# -- who has the link ---------------------------------------------------------------------------------------------


async def test_who_has_the_link_sees_the_page_the_picture_and_how_it_was_made(stranger: Seat, link: Link) -> None:
    page, picture = await stranger.get(link.path), await stranger.get(f"{link.path}/picture.jpg")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (picture.status, picture.headers["Content-Type"], picture.body) == (200, "image/jpeg", link.jpeg)
    card = (await stranger.get(f"{link.path}/card")).json
    assert card["made"] == MADE.as_json()
    assert (card["wall"], card["may_offer"]) == ("private", True)
    assert card["expires_at"] == "2027-01-16T08:00:00.000Z"


async def test_its_code_leads_to_the_page_and_has_no_owner_in_it(stranger: Seat, link: Link) -> None:
    answer = await stranger.get(f"{link.path}/code.svg")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    assert b"<path" in answer.body


@pytest.mark.parametrize("part", ["", "/card", "/picture.jpg", "/code.svg"])
async def test_nothing_of_it_is_kept_by_browsers_listed_or_told_to_other_sites(
    stranger: Seat, link: Link, part: str
) -> None:
    headers = (await stranger.get(link.path + part)).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_neither_secret_is_in_what_is_answered(stranger: Seat, link: Link) -> None:
    bodies = [(await stranger.get(link.path + part)).body for part in ("", "/card", "/code.svg")]
    for secret in (link.receipt.owner, link.receipt.token):
        assert all(secret.encode() not in body for body in bodies)


async def test_a_link_that_leads_nowhere_says_so_on_a_page_of_its_own(stranger: Seat) -> None:
    page = await stranger.get(NOBODYS, Accept="text/html")
    assert page.status == 404
    assert b"kept.js" in page.body
    answer = await stranger.get(f"{NOBODYS}/card")
    assert (answer.status, answer.code) == (404, "not_there")
    assert answer.sentence == "This picture was deleted, or its time is over."


@pytest.mark.parametrize("odd", ["%00", "%ff", "..%2f", "a" * 2000, "%ed%a0%80"])
async def test_odd_links_lead_nowhere(stranger: Seat, odd: str) -> None:
    assert (await stranger.get(f"/kept/{odd}/card")).status == 404


async def test_after_its_time_it_is_gone(house: House, stranger: Seat, show: str) -> None:
    link = await keep(house, show)
    house.now += LASTS_S + 1  # and stays there: misses are counted by this clock
    for part in ("", "/card", "/picture.jpg", "/code.svg"):
        assert (await stranger.get(link.path + part)).status == 404


# -- its owner ----------------------------------------------------------------------------------------------------


async def test_its_owner_deletes_it(stranger: Seat, link: Link) -> None:
    assert (await ask_owner(stranger, link, "delete")).status == 204
    assert (await stranger.get(f"{link.path}/picture.jpg")).status == 404


async def test_its_owner_offers_it_and_takes_it_back(house: House, stranger: Seat, link: Link) -> None:
    offered = await ask_owner(stranger, link, "offer")
    assert (offered.status, offered.json["wall"]) == (200, "offered")
    withdrawn = await ask_owner(stranger, link, "withdraw")
    assert (withdrawn.status, withdrawn.json["wall"]) == (200, "private")


@pytest.mark.parametrize("what", ["delete", "offer", "withdraw"])
async def test_who_has_the_link_alone_changes_nothing(house: House, stranger: Seat, link: Link, what: str) -> None:
    answer = await ask_owner(stranger, link, what, owner=link.receipt.token)
    assert (answer.status, answer.code) == (403, "not_yours")
    assert answer.sentence == "Only who kept this picture can change it."
    kept = await house.store.kept.find(link.receipt.token)
    assert kept is not None
    assert kept.wall is OnWall.PRIVATE


async def test_who_tries_one_owner_after_another_is_turned_away_and_the_owner_is_not(
    stranger: Seat, link: Link
) -> None:
    answers = [await ask_owner(stranger, link, "delete", owner=f"wrong {number}") for number in range(8)]
    assert answers[-1].code == "throttled"
    assert (await ask_owner(stranger, link, "delete")).status == 204


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
async def test_changes_that_another_site_asks_for_are_refused(
    stranger: Seat, link: Link, headers: dict[str, str]
) -> None:
    answer = await stranger.send("POST", f"{link.path}/delete", json={"owner": link.receipt.owner}, headers=headers)
    assert (answer.status, answer.code) == (403, "cross_site")
    assert (await stranger.get(f"{link.path}/card")).status == 200


@pytest.mark.parametrize(
    ("body", "kind", "answered"),
    [
        (b"", "application/json", (400, "bad_json")),
        (b"{", "application/json", (400, "bad_json")),
        (b'{"owner": "a", "owner": "b"}', "application/json", (400, "bad_json")),
        (b"{}", "application/json", (422, "bad_field")),
        (b'{"owner": ""}', "application/json", (422, "bad_field")),
        (b'{"owner": 7}', "application/json", (422, "bad_field")),
        (json.dumps({"owner": "a" * 65}).encode(), "application/json", (422, "bad_field")),
        (json.dumps({"owner": "a" * 300}).encode(), "application/json", (413, "body_too_large")),
        (b"owner=a", "application/x-www-form-urlencoded", (415, "not_json")),
    ],
    ids=str,
)
async def test_bad_bodies_are_refused(
    stranger: Seat, link: Link, body: bytes, kind: str, answered: tuple[int, str]
) -> None:
    answer = await stranger.say("POST", f"{link.path}/delete", body, kind)
    assert (answer.status, answer.code) == answered


async def test_a_station_without_a_wall_takes_no_offer(house: House, stranger: Seat) -> None:
    link = await keep(house, await on_show(house, DREAM.model_copy(update={"wall": False})))
    assert (await stranger.get(f"{link.path}/card")).json["may_offer"] is False
    answer = await ask_owner(stranger, link, "offer")
    assert (answer.status, answer.code) == (409, "no_wall")


async def test_nor_does_a_station_that_does_something_else_by_now_and_the_picture_stays(
    house: House, stranger: Seat
) -> None:
    link = await keep(house, await on_show(house, lens("udnie")))
    assert (await ask_owner(stranger, link, "offer")).code == "no_wall"
    assert (await stranger.get(f"{link.path}/picture.jpg")).status == 200


async def test_a_rejected_picture_cannot_be_offered_again(house: House, stranger: Seat, show: str) -> None:
    link = await keep(house, show, offered=True)
    await house.store.kept.decide(show, link.kept.id, "command", approve=False)
    card = (await stranger.get(f"{link.path}/card")).json
    assert (card["wall"], card["may_offer"]) == ("rejected", False)
    assert (await ask_owner(stranger, link, "offer")).code == "no_wall"


async def test_a_visit_elsewhere_is_not_needed_to_look_at_ones_picture(house: House, link: Link) -> None:
    """The page asks for no ticket: the exhibition may be over."""
    assert isinstance(house.on_show, OnShow)
    house.on_show.hide(link.kept.exhibition)
    try:
        assert (await (await house.seat()).get(f"{link.path}/picture.jpg")).status == 200
    finally:
        house.stagehand.restage()
        await house.stagehand.look()


async def test_who_tries_one_link_after_another_is_turned_away_and_nobody_else_at_that_address_is(
    stranger: Seat, link: Link
) -> None:
    answers = [(await stranger.get(f"/kept/{number:022}/card")) for number in range(60)]
    assert answers[-1].code == "throttled"
    assert answers[-1].sentence == "Too many tries; wait a moment."
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert (await stranger.get(f"{link.path}/card")).status == 200
    assert (await ask_owner(stranger, link, "delete")).status == 204
