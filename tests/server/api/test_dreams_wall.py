"""A station's wall page: everybody in the room sees what a curator approved there, and nothing else."""

from __future__ import annotations

import pytest
from api_house import House
from api_seat import Seat
from dreams_at_hand import DREAM, MADE, keep, on_show
from editions import lens

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def hung(house: House, name: str) -> tuple[str, str]:
    """A wall of its own for a test with one approved picture: the exhibition's id and the picture's."""
    show = await on_show(house, name=name)
    link = await keep(house, show, name, offered=True)
    await house.store.kept.decide(show, link.kept.id, "command", approve=True)
    return show, link.kept.id


async def test_it_tells_the_titles_and_the_approved_pictures_with_their_words(house: House, stranger: Seat) -> None:
    _, approved = await hung(house, "one")
    page = await stranger.get("/wall/one")
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    told = (await stranger.get("/wall/one/pictures")).json
    assert told["pictures"] == [{"id": approved, "words": MADE.words, "model": "Pigment"}]
    assert told["station"] == {"en": "Title of one (en)", "ar": "Title of one (ar)"}
    assert told["languages"] == ["en", "ar"]


async def test_what_is_private_offered_or_rejected_is_not_there(house: House, stranger: Seat) -> None:
    show, _ = await hung(house, "two")
    private, offered, rejected = [await keep(house, show, "two", offered=number > 0) for number in range(3)]
    await house.store.kept.decide(show, rejected.kept.id, "command", approve=False)
    for link in (private, offered, rejected):
        answer = await stranger.get(f"/wall/two/pictures/{link.kept.id}.jpg")
        assert (answer.status, answer.code) == (404, "not_there")
    assert len((await stranger.get("/wall/two/pictures")).json["pictures"]) == 1


async def test_a_picture_is_asked_for_again_each_time_and_sent_once(house: House, stranger: Seat) -> None:
    show, approved = await hung(house, "three")
    path = f"/wall/three/pictures/{approved}.jpg"
    first = await stranger.get(path)
    assert (first.status, first.headers["Content-Type"]) == (200, "image/jpeg")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await stranger.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    await house.store.kept.decide(show, approved, "command", approve=False)
    assert (await stranger.get(path, If_None_Match=first.headers["ETag"])).status == 404


async def test_a_picture_of_another_station_is_not_there(house: House, stranger: Seat) -> None:
    _, approved = await hung(house, "four")
    await hung(house, "five")
    assert (await stranger.get(f"/wall/five/pictures/{approved}.jpg")).status == 404


@pytest.mark.parametrize(
    "experience", [lens("udnie"), DREAM.model_copy(update={"wall": False})], ids=["a lens", "no wall"]
)
async def test_a_station_that_has_no_wall_is_not_there_and_its_page_goes_on_asking(
    house: House, stranger: Seat, experience: object
) -> None:
    name = f"none-{'lens' if experience.kind == 'lens' else 'dream'}"  # type: ignore[attr-defined]
    await on_show(house, experience, name)  # type: ignore[arg-type]
    page = await stranger.get(f"/wall/{name}", Accept="text/html")
    assert page.status == 404
    assert b"dream_wall.js" in page.body
    answer = await stranger.get(f"/wall/{name}/pictures")
    assert (answer.status, answer.code) == (404, "no_wall")


@pytest.mark.parametrize("odd", ["nowhere", "%00", "%ff", "a" * 500])
async def test_odd_addresses_lead_nowhere(house: House, stranger: Seat, odd: str) -> None:
    assert (await stranger.get(f"/wall/{odd}/pictures")).status == 404
    await hung(house, house.fresh("six"))
    assert (await stranger.get(f"/wall/six-1/pictures/{odd}.jpg")).status == 404


async def test_two_exhibitions_with_the_same_station_have_a_wall_each(house: House, stranger: Seat) -> None:
    (first, its), (second, other) = await hung(house, "seven"), await hung(house, "seven")
    answer = await stranger.get("/wall/seven/pictures")
    assert (answer.status, answer.code) == (409, "which_exhibition")
    assert answer.sentence == "Several exhibitions have this station: add ?exhibition=ID."
    for show, approved in ((first, its), (second, other)):
        told = (await stranger.get(f"/wall/seven/pictures?exhibition={show}")).json
        assert [one["id"] for one in told["pictures"]] == [approved]
    assert (await stranger.get(f"/wall/seven/pictures/{its}.jpg?exhibition={second}")).status == 404
    assert (await stranger.get("/wall/seven/pictures?exhibition=nowhere")).status == 404
