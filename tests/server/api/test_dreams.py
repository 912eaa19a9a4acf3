"""Curators decide what visitors' pictures are shown; viewers see what waits; every decision is in the log."""

from __future__ import annotations

import pytest
import pytest_asyncio
from api_house import House
from api_seat import Seat
from dreams_at_hand import MADE, keep, on_show, picture

from server.store import audit

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", name="show")
async def _show(house: House) -> str:
    return await on_show(house)


def hold(house: House, show: str, heard: list[bool] | None = None) -> str:
    decided = (heard if heard is not None else []).append
    return house.approvals.hold(show, "harbour", "The harbour", "calm blue", picture=picture(1), decided=decided)


async def log_of(house: House, show: str) -> list[tuple[str, str]]:
    entries = await audit.entries(house.store.database, exhibition=show)
    return [(entry.action, entry.subject) for entry in entries if entry.action.startswith("dream.")]


async def test_who_may_see_sees_what_waits_with_its_picture(house: House, viewer: Seat, show: str) -> None:
    held_id, link = hold(house, show), await keep(house, show, offered=True)
    await keep(house, show)
    waiting = (await viewer.get(f"/exhibitions/{show}/dreams/waiting")).json
    (held,), (offered,) = waiting["held"], waiting["offered"]
    assert (held["id"], held["words"], held["waits_s"]) == (held_id, "calm blue", 0.0)
    assert (offered["id"], offered["made"]) == (link.kept.id, MADE.as_json())
    for one, expected in ((held, picture(1)), (offered, link.jpeg)):
        answer = await viewer.get(one["picture"].removeprefix("/api/v1"))
        assert (answer.status, answer.headers["Content-Type"], answer.body) == (200, "image/jpeg", expected)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("approve", [True, False])
async def test_a_held_picture_is_decided_once(house: House, curator: Seat, show: str, approve: bool) -> None:
    heard: list[bool] = []
    held_id = hold(house, show, heard)
    path = f"/exhibitions/{show}/dreams/held/{held_id}/decision"
    assert (await curator.post(path, {"approve": approve})).status == 204
    assert heard == [approve]
    again = await curator.post(path, {"approve": True})
    assert (again.status, again.code) == (404, "not_there")
    assert await log_of(house, show) == [("dream.approve" if approve else "dream.reject", held_id)]


async def test_a_held_picture_whose_visitor_left_cannot_be_decided_and_nothing_is_logged(
    house: House, curator: Seat, show: str
) -> None:
    held_id = hold(house, show)
    house.approvals.withdraw(held_id)
    answer = await curator.post(f"/exhibitions/{show}/dreams/held/{held_id}/decision", {"approve": True})
    assert answer.code == "not_there"
    assert "its visitor has gone on" in answer.sentence
    assert await log_of(house, show) == []


async def test_an_offered_picture_goes_onto_the_wall_and_off_it_again(
    house: House, curator: Seat, viewer: Seat, show: str
) -> None:
    link = await keep(house, show, offered=True)
    path = f"/exhibitions/{show}/dreams/offered/{link.kept.id}/decision"
    assert (await curator.post(path, {"approve": True})).status == 204
    (shown,) = (await viewer.get(f"/exhibitions/{show}/dreams/shown")).json
    assert (shown["id"], shown["decided_by"]) == (link.kept.id, curator.person["id"])
    assert (await curator.post(path, {"approve": False})).status == 204
    assert (await viewer.get(f"/exhibitions/{show}/dreams/shown")).json == []
    assert [action for action, _ in await log_of(house, show)] == ["dream.reject", "dream.approve"]


async def test_a_private_picture_is_nobodys_business(house: House, curator: Seat, show: str) -> None:
    link = await keep(house, show)
    path = f"/exhibitions/{show}/dreams/offered/{link.kept.id}"
    assert (await curator.get(f"{path}/picture")).code == "not_there"
    assert (await curator.post(f"{path}/decision", {"approve": True})).code == "not_there"


async def test_pictures_of_another_exhibition_are_not_found_there(house: House, curator: Seat, show: str) -> None:
    other = await on_show(house)
    held_id, link = hold(house, show), await keep(house, show, offered=True)
    assert (await curator.get(f"/exhibitions/{other}/dreams/waiting")).json == {"held": [], "offered": []}
    for path in (f"held/{held_id}", f"offered/{link.kept.id}"):
        assert (await curator.get(f"/exhibitions/{other}/dreams/{path}/picture")).code == "not_there"
        answer = await curator.post(f"/exhibitions/{other}/dreams/{path}/decision", {"approve": True})
        assert answer.code == "not_there"


@pytest.mark.parametrize("body", [{}, {"approve": "yes"}, {"approve": None}, {"approve": True, "why": ""}])
async def test_a_decision_is_yes_or_no(house: House, curator: Seat, show: str, body: dict[str, object]) -> None:
    held_id = hold(house, show)
    answer = await curator.post(f"/exhibitions/{show}/dreams/held/{held_id}/decision", body)
    assert (answer.status, answer.code) == (422, "bad_field")
    assert house.approvals.get(held_id) is not None


async def test_who_only_sees_decides_nothing(house: House, viewer: Seat, show: str) -> None:
    held_id = hold(house, show)
    answer = await viewer.post(f"/exhibitions/{show}/dreams/held/{held_id}/decision", {"approve": True})
    assert (answer.status, answer.code) == (403, "not_allowed")


async def test_an_exhibition_that_is_not_there_has_nothing_waiting(viewer: Seat) -> None:
    for what in ("waiting", "shown"):
        assert (await viewer.get(f"/exhibitions/nowhere/dreams/{what}")).code == "not_there"


async def test_the_model_tells_of_its_licence_and_its_words(house: House, viewer: Seat) -> None:
    assert (await viewer.get("/dreams/model")).json == {"model": None}
    house.generator = {
        "name": "pigment",
        "title": "Pigment",
        "licence": "Apache-2.0",
        "non_commercial": False,
        "training_data": "Paintings in the public domain",
        "vocabulary": [{"kind": "palette", "words": [{"word": "blue", "labels": {"en": "blue", "ar": "أزرق"}}]}],
    }
    assert (await viewer.get("/dreams/model")).json == {"model": house.generator}
    house.generator = house.generator | {"vocabulary": None}
    assert (await viewer.get("/dreams/model")).json == {"model": house.generator}
