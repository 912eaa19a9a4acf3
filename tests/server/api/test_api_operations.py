"""What an operator does over the API: it holds at once, is logged, and takes the permission to operate."""

from __future__ import annotations

import pytest
import pytest_asyncio
from api_house import House
from api_seat import Answer, Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")

LATER = {"message": "Wir hängen um: 两点见。"}
NOTHING = {
    "off": [],
    "fallbacks": [],
    "brush": {"brush": "auto", "lighter": False, "by": None, "at": None},
    "announcement": None,
    "draining": None,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def show(house: House, admin: Seat) -> str:
    """An exhibition that visitors see, with one station."""
    name = await house.exhibition()
    await house.store.versions.publish(name, house.library.ids, "command")
    await house.stagehand.look()
    return name


def station(show: str, what: str) -> str:
    return f"/operate/stations/{show}/harbour/{what}"


async def logged(seat: Seat, count: int = 1) -> list[tuple[str, str, str]]:
    """The newest entries: who did what to what."""
    return [(e["who"], e["action"], e["subject"]) for e in (await seat.get(f"/audit?count={count}")).json]


async def test_a_station_is_switched_off_with_words_for_its_visitors_and_on_again(
    house: House, operator: Seat, viewer: Seat, stranger: Seat, show: str
) -> None:
    ticket = house.on_show.keyring.sign(show, 1)
    answer = await operator.put(station(show, "off"), LATER)
    (off,) = answer.json["off"]
    who = operator.person["id"]
    assert off == {"exhibition": show, "station": "harbour", "by": who, "at": "2027-01-15T08:00:00.000Z"} | LATER
    card = (await stranger.get(f"/tickets/{ticket}")).json["station"]
    assert (card["open"], card["opens_at"], card["notice"]) == (False, None, LATER["message"])
    assert (await viewer.get("/operate/operations")).json == answer.json
    assert await logged(viewer) == [(who, "station.off", "harbour")]
    assert (await operator.delete(station(show, "off"))).json == NOTHING
    card = (await stranger.get(f"/tickets/{ticket}")).json["station"]
    assert (card["open"], card["notice"]) == (True, None)
    assert await logged(viewer) == [(who, "station.on", "harbour")]


async def test_only_a_station_on_show_is_switched_off(operator: Seat, viewer: Seat, show: str) -> None:
    before = await logged(viewer)
    for path in ("nowhere/harbour", f"{show}/nothing"):
        for what, body in (("off", LATER), ("fallback", {"picture": f"{'0' * 64}.jpg"})):
            answer = await operator.put(f"/operate/stations/{path}/{what}", body)
            assert (answer.status, answer.code) == (404, "not_there")
    assert await logged(viewer) == before


async def test_a_station_has_a_picture_for_while_no_worker_is_there(
    house: House, operator: Seat, viewer: Seat, stranger: Seat, show: str
) -> None:
    picture = await house.picture(blue=7)
    missing = await operator.put(station(show, "fallback"), {"picture": f"{'0' * 64}.jpg"})
    assert (missing.status, missing.code, missing.fields) == (422, "unknown_picture", ["picture"])
    assert (await operator.put(station(show, "fallback"), {"picture": picture})).json["fallbacks"][0][
        "picture"
    ] == picture
    assert picture in house.on_show.media
    assert (await operator.delete(station(show, "fallback"))).json == NOTHING
    assert [action for _, action, _ in await logged(viewer, 2)] == ["station.no_fallback", "station.fallback"]


async def test_a_brush_is_pinned_and_the_answer_says_whether_there_is_a_lighter_one(
    house: House, operator: Seat, viewer: Seat
) -> None:
    answer = await operator.put("/operate/brush", {"brush": "light"})
    assert (answer.json["brush"]["brush"], answer.json["brush"]["lighter"]) == ("light", False)
    house.lighter = True
    assert (await viewer.get("/operate/operations")).json["brush"]["lighter"] is True
    house.lighter = False
    assert (await operator.put("/operate/brush", {"brush": "auto"})).json == NOTHING
    assert (await operator.put("/operate/brush", {"brush": "broad"})).fields == ["brush"]
    assert [action for _, action, _ in await logged(viewer, 2)] == ["brush.free", "brush.pin"]


async def test_an_announcement_is_made_and_taken_back(house: House, operator: Seat, viewer: Seat) -> None:
    answer = await operator.put("/operate/announcement", {"text": "يُغلق المعرض بعد عشر دقائق."})
    assert answer.json["announcement"]["text"] == house.operations.decisions.announced == "يُغلق المعرض بعد عشر دقائق."
    assert (await operator.delete("/operate/announcement")).json == NOTHING
    assert [action for _, action, _ in await logged(viewer, 2)] == ["announcement.end", "announcement.make"]


@pytest.mark.parametrize(
    "text", ["", "   ", "a" * 201, "one\ntwo", "a\ttab", "a\u0007bell", "a\u0085line", "<b>bold</b>"]
)
async def test_what_visitors_are_told_is_a_line_of_plain_text(operator: Seat, show: str, text: str) -> None:
    answer = await operator.put("/operate/announcement", {"text": text})
    assert (answer.status, answer.fields) == (422, ["text"])
    if text.strip():
        assert (await operator.put(station(show, "off"), {"message": text})).fields == ["message"]


async def test_the_house_is_drained_until_that_is_taken_back(house: House, operator: Seat, viewer: Seat) -> None:
    answer = await operator.put("/operate/draining", None)
    assert answer.json["draining"]["by"] == operator.person["id"]
    assert (await operator.delete("/operate/draining")).json == NOTHING
    assert [action for _, action, _ in await logged(viewer, 2)] == ["drain.end", "drain.begin"]


async def test_a_worker_is_restarted_by_its_number_and_that_is_logged(
    house: House, operator: Seat, viewer: Seat
) -> None:
    answer: Answer = await operator.post("/operate/workers/0/restart")
    assert (answer.status, house.restarted) == (202, ["0"])
    assert await logged(viewer) == [(operator.person["id"], "worker.restart", "0")]
    assert (await operator.post("/operate/workers/7/restart")).code == "not_there"
    assert await logged(viewer) == [(operator.person["id"], "worker.restart", "0")]


async def test_a_curator_decides_none_of_it(curator: Seat, show: str) -> None:
    answers = [
        await curator.put(station(show, "off"), LATER),
        await curator.delete(station(show, "off")),
        await curator.put("/operate/brush", {"brush": "full"}),
        await curator.put("/operate/announcement", {"text": "Hello."}),
        await curator.put("/operate/draining", None),
        await curator.post("/operate/workers/0/restart"),
    ]
    assert {(answer.status, answer.code) for answer in answers} == {(403, "not_allowed")}
    assert (await curator.get("/operate/operations")).json == NOTHING
