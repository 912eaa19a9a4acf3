"""Two curators at once: nothing is overwritten that nobody saw, and each knows of the other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from api_house import House
from api_seat import NOWHERE, Seat
from editions import station

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("passing_time")]


def titled(content: dict[str, Any], title: str) -> dict[str, Any]:
    return content | {"title": {"en": title, "ar": title}}


async def test_what_is_read_says_its_revision_and_what_is_saved_the_next(house: House, curator: Seat) -> None:
    path = f"/exhibitions/{await house.exhibition()}"
    read = await curator.get(path)
    assert read.revision == read.json["revision"] and read.headers["Cache-Control"] == "no-cache"
    saved = await curator.put(path, titled(read.json["content"], "Spring"), read.revision)
    assert (saved.status, saved.revision) == (200, read.revision + 1)
    assert saved.json["content"]["title"]["en"] == "Spring"
    assert saved.json["changed_by"] == curator.person["id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", ""), ("PUT", "/stations/harbour"), ("DELETE", "/stations/harbour")],
)
async def test_a_change_that_does_not_say_what_it_was_made_from_is_refused(
    house: House, curator: Seat, method: str, path: str
) -> None:
    whole = f"/exhibitions/{await house.exhibition()}{path}"
    content = (await curator.get(whole)).json["content"]
    body = {"json": content} if method == "PUT" else {}
    answer = await curator.send(method, whole, **body)
    assert (answer.status, answer.code) == (428, "revision_missing")
    for given in ("7", "*", '"0"', '"-1"', '"1", "2"', 'W/"1"', '"1e3"', '"' + "9" * 11 + '"', "\xff"):
        answer = await curator.send(method, whole, headers={"If-Match": given}, **body)
        assert (answer.status, answer.code) == (400, "bad_revision"), given
    assert (await curator.get(whole)).json["content"] == content


async def test_what_a_browser_has_already_is_not_sent_again(house: House, curator: Seat) -> None:
    for path in ("", "/stations/harbour"):
        whole = f"/exhibitions/{await house.exhibition()}{path}"
        etag = (await curator.get(whole)).headers["ETag"]
        again = await curator.get(whole, If_None_Match=f'"999", {etag}')
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
        assert (await curator.get(whole, If_None_Match='"999"')).status == 200


async def test_of_two_curators_at_one_station_the_second_is_told_and_loses_nothing(
    house: House, curator: Seat, other_curator: Seat
) -> None:
    path = f"/exhibitions/{await house.exhibition()}/stations/harbour"
    mine, theirs = await curator.get(path), await other_curator.get(path)
    assert mine.revision == theirs.revision
    first = await curator.put(path, titled(mine.json["content"], "Mine"), mine.revision)
    second = await other_curator.put(path, titled(theirs.json["content"], "Theirs"), theirs.revision)
    assert first.status == 200
    assert (second.status, second.code, second.json["revision"]) == (412, "stale", first.revision)
    assert second.sentence.startswith("The station harbour was changed meanwhile: expected revision")
    present = await other_curator.get(path)
    assert (present.json["content"]["title"]["en"], present.revision) == ("Mine", first.revision)
    assert (await other_curator.put(path, titled(present.json["content"], "Both"), present.revision)).status == 200


async def test_of_many_who_save_at_the_same_moment_one_wins(house: House, curator: Seat, other_curator: Seat) -> None:
    path = f"/exhibitions/{await house.exhibition()}/stations/harbour"
    read = await curator.get(path)
    tries = [
        (curator, other_curator)[n % 2].put(path, titled(read.json["content"], f"No. {n}"), read.revision)
        for n in range(8)
    ]
    answers = await asyncio.gather(*tries)
    assert sorted(answer.status for answer in answers) == [200, *[412] * 7]
    winner = next(n for n, answer in enumerate(answers) if answer.status == 200)
    assert (await curator.get(path)).json["content"]["title"]["en"] == f"No. {winner}"


async def test_curators_at_two_stations_do_not_meet(house: House, curator: Seat, other_curator: Seat) -> None:
    base = f"/exhibitions/{await house.exhibition(station('harbour', 1), station('valley', 2))}/stations"
    for seat, name in ((curator, "harbour"), (other_curator, "valley")):
        read = await seat.get(f"{base}/{name}")
        assert (await seat.put(f"{base}/{name}", titled(read.json["content"], "New"), read.revision)).status == 200


async def test_a_station_that_was_removed_and_made_anew_is_another(
    house: House, curator: Seat, other_curator: Seat
) -> None:
    """Its revision never was the old one's, so neither a save nor a browser's cache takes one for the other."""
    base = f"/exhibitions/{await house.exhibition()}/stations"
    old = await other_curator.get(f"{base}/harbour")
    assert (await curator.delete(f"{base}/harbour", old.revision)).status == 204
    anew = await curator.post(base, {"id": "harbour", "content": titled(old.json["content"], "Anew")})
    assert anew.status == 201 and anew.revision != old.revision
    late = await other_curator.put(f"{base}/harbour", old.json["content"], old.revision)
    assert (late.status, late.code) == (412, "stale")
    cached = await other_curator.get(f"{base}/harbour", If_None_Match=old.headers["ETag"])
    assert cached.status == 200 and cached.json["content"]["title"]["en"] == "Anew"


async def test_an_exhibition_that_was_removed_and_made_anew_is_another(
    house: House, curator: Seat, other_curator: Seat
) -> None:
    path = f"/exhibitions/{await house.exhibition()}"
    old, at_station = await other_curator.get(path), await other_curator.get(f"{path}/stations/harbour")
    assert (await curator.delete(path)).status == 204
    assert (await curator.post("/exhibitions", {"id": path.rsplit("/", maxsplit=1)[-1]})).status == 201
    await curator.post(f"{path}/stations", {"id": "harbour", "content": at_station.json["content"]})
    assert (await other_curator.put(path, old.json["content"], old.revision)).status == 412
    late = await other_curator.put(f"{path}/stations/harbour", at_station.json["content"], at_station.revision)
    assert late.status == 412


async def test_a_draft_that_was_replaced_as_a_whole_is_another(
    house: House, curator: Seat, other_curator: Seat
) -> None:
    path = f"/exhibitions/{await house.exhibition()}"
    assert (await curator.post(f"{path}/versions", {})).status == 201
    old, at_station = await other_curator.get(path), await other_curator.get(f"{path}/stations/harbour")
    assert (await curator.post(f"{path}/versions/1/copy")).status == 204
    assert (await other_curator.put(path, old.json["content"], old.revision)).status == 412
    late = await other_curator.put(f"{path}/stations/harbour", at_station.json["content"], at_station.revision)
    assert late.status == 412


async def test_a_station_that_is_gone_cannot_be_saved(house: House, curator: Seat) -> None:
    path = f"/exhibitions/{await house.exhibition()}/stations/harbour"
    read = await curator.get(path)
    assert (await curator.delete(path, read.revision)).status == 204
    assert (await curator.put(path, read.json["content"], read.revision)).code == "not_there"
    assert (await curator.delete(path, read.revision)).status == 404


async def test_a_station_somebody_else_changed_is_not_removed(house: House, curator: Seat, other_curator: Seat) -> None:
    path = f"/exhibitions/{await house.exhibition()}/stations/harbour"
    read = await curator.get(path)
    await other_curator.put(path, titled(read.json["content"], "Changed"), read.revision)
    answer = await curator.delete(path, read.revision)
    assert (answer.status, answer.json["revision"]) == (412, read.revision + 1)
    assert (await curator.get(path)).status == 200


# -- numbers, ids and order --------------------------------------------------------------------------------------------


async def test_two_stations_have_neither_the_same_id_nor_the_same_number(house: House, curator: Seat) -> None:
    base = f"/exhibitions/{await house.exhibition(station('harbour', 1), station('valley', 2))}/stations"
    for body, field in (
        ({"id": "harbour", "content": {"number": 3}}, "id"),
        ({"id": "x", "content": {"number": 2}}, "number"),
    ):
        answer = await curator.post(base, body)
        assert (answer.status, answer.code, answer.fields) == (409, "taken", [field])
    read = await curator.get(f"{base}/valley")
    answer = await curator.put(f"{base}/valley", read.json["content"] | {"number": 1}, read.revision)
    assert (answer.status, answer.fields) == (409, ["number"])


async def test_stations_are_listed_in_the_order_they_were_put_into(house: House, curator: Seat) -> None:
    names = ["harbour", "valley", "summit"]
    base = f"/exhibitions/{await house.exhibition(*(station(name, n) for n, name in enumerate(names, 1)))}"
    ordered = await curator.post(f"{base}/order", {"ids": names[::-1]})
    assert [one["id"] for one in ordered.json] == names[::-1]
    assert [one["id"] for one in (await curator.get(f"{base}/stations")).json] == names[::-1]


@pytest.mark.parametrize(
    "ids", [[], ["harbour"], ["harbour", "harbour"], ["harbour", "valley", "valley"], ["valley", "x"]]
)
async def test_an_order_of_other_stations_changes_nothing(house: House, curator: Seat, ids: list[str]) -> None:
    base = f"/exhibitions/{await house.exhibition(station('harbour', 1), station('valley', 2))}"
    answer = await curator.post(f"{base}/order", {"ids": ids})
    assert (answer.status, answer.code) == (412, "stale")
    assert [one["id"] for one in (await curator.get(f"{base}/stations")).json] == ["harbour", "valley"]


# -- presence ----------------------------------------------------------------------------------------------------------


async def test_curators_at_one_exhibition_see_each_other_for_a_minute(
    house: House, curator: Seat, other_curator: Seat
) -> None:
    path = f"/exhibitions/{await house.exhibition()}/presence"
    assert (await curator.put(path, {"station": "harbour"})).json == []
    seen = (await other_curator.put(path, {"station": ""})).json
    assert [(one["person"], one["station"]) for one in seen] == [(curator.person["id"], "harbour")]
    assert [one["station"] for one in (await curator.put(path, {})).json] == [""]
    house.now += 61
    assert (await other_curator.put(path, {})).json == []


@pytest.mark.parametrize("station_id", ["../x", "A", "a" * 65, "a\0", " ", 7, None])
async def test_nobody_is_at_a_station_that_cannot_be(house: House, viewer: Seat, station_id: object) -> None:
    answer = await viewer.put(f"/exhibitions/{await house.exhibition()}/presence", {"station": station_id})
    assert answer.status == 422 and set(answer.fields) == {"station"}


async def test_nobody_is_present_at_an_exhibition_that_is_not_there(viewer: Seat) -> None:
    assert (await viewer.put(f"/exhibitions/{NOWHERE['exhibition']}/presence", {})).status == 404
