"""From the draft to the visitors: publishing, going back, previews, and the log of who did what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_house import House
from api_seat import Seat
from editions import lens, station

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("passing_time")]


def at(house: House, **later: float) -> str:
    return (datetime.fromtimestamp(house.now, UTC) + timedelta(**later)).isoformat()


async def titled(seat: Seat, show: str, title: str) -> None:
    """Save another title in the draft."""
    read = await seat.get(f"/exhibitions/{show}")
    content = read.json["content"] | {"title": {"en": title, "ar": title}}
    assert (await seat.put(f"/exhibitions/{show}", content, read.revision)).status == 200


async def published(seat: Seat, show: str, **more: Any) -> Any:
    answer = await seat.post(f"/exhibitions/{show}/versions", more)
    assert answer.status == 201, answer.body
    return answer.json


def seen(house: House, show: str) -> str | None:
    """What visitors read above the door."""
    shown = house.on_show.exhibition(show)
    return shown.title.by_language["en"] if shown else None


# -- publishing --------------------------------------------------------------------------------------------------------


async def test_a_draft_is_seen_by_nobody_until_it_is_published(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    assert seen(house, show) is None
    version = await published(curator, show, note="For the opening")
    assert (version["number"], version["state"], version["shown"], version["note"]) == (
        1,
        "published",
        True,
        "For the opening",
    )
    assert version["made_by"] == curator.person["id"]
    assert seen(house, show) == "Winter (en)"
    await titled(curator, show, "Spring")
    assert seen(house, show) == "Winter (en)"
    assert (await curator.get(f"/exhibitions/{show}")).json["shown"] == 1


async def test_what_is_incomplete_is_refused_with_station_language_and_field(house: House, curator: Seat) -> None:
    show = house.fresh()
    content = {"title": {"en": "Winter"}, "languages": ["en", "ar"]}
    await curator.post("/exhibitions", {"id": show, "content": content})
    await curator.post(
        f"/exhibitions/{show}/stations", {"id": "harbour", "content": {"number": 1, "title": {"ar": "م"}}}
    )
    answer = await curator.post(f"/exhibitions/{show}/versions", {})
    assert (answer.status, answer.code) == (422, "incomplete")
    places = {(error["station"], error["language"], error["field"]) for error in answer.json["errors"]}
    assert places == {
        ("", "ar", "title"),
        ("harbour", "en", "title"),
        ("harbour", "en", "label"),
        ("harbour", "ar", "label"),
        ("harbour", "en", "artwork.alt"),
        ("harbour", "ar", "artwork.alt"),
        ("harbour", "", "artwork.picture"),
        ("harbour", "", "experience.styles"),
    }
    assert answer.fields and answer.json["count"] == len(places)
    told = (await curator.get(f"/exhibitions/{show}/completeness")).json
    assert {(lack["station"], lack["language"], lack["field"]) for lack in told["missing"]} == places
    assert told["languages"] == {"en": 0.25, "ar": 0.25}
    assert (await curator.get(f"/exhibitions/{show}/versions")).json == []


async def test_a_style_or_a_picture_that_is_not_there_keeps_it_from_being_published(
    house: House, curator: Seat
) -> None:
    show = await house.exhibition(station("harbour", 1, lens("unheard_of")))
    read = await curator.get(f"/exhibitions/{show}/stations/harbour")
    content = read.json["content"]
    content["artwork"]["picture"] = f"{'f' * 64}.jpg"
    await curator.put(f"/exhibitions/{show}/stations/harbour", content, read.revision)
    answer = await curator.post(f"/exhibitions/{show}/versions", {})
    assert (answer.status, sorted(answer.fields)) == (422, ["artwork.picture", "experience.styles"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"note": "a" * 401}, "note"),
        ({"note": "<b>"}, "note"),
        ({"note": "a\0"}, "note"),
        ({"note": 7}, "note"),
        ({"at": "tomorrow"}, "at"),
        ({"at": "2027-06-01T10:00:00"}, "at"),
        ({"at": "2027-06-01"}, "at"),
        ({"at": 1_900_000_000}, "at"),
        ({"at": "1900000000"}, "at"),
        ({"at": "2020-01-01T10:00:00Z"}, "at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "2200-01-01T00:00:00Z"}, "at"),
        ({"now": True}, "now"),
    ],
)
async def test_a_publication_that_cannot_be_is_refused_where_it_stands(
    house: House, curator: Seat, body: dict[str, Any], field: str
) -> None:
    show = await house.exhibition()
    answer = await curator.post(f"/exhibitions/{show}/versions", body)
    assert (answer.status, answer.fields) == (422, [field])
    assert (await curator.get(f"/exhibitions/{show}/versions")).json == []


async def test_a_scheduled_version_is_shown_when_its_time_has_come(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    await published(curator, show)
    await titled(curator, show, "Spring")
    version = await published(curator, show, at=at(house, hours=1))
    assert (version["state"], version["shown"]) == ("scheduled", False)
    assert version["goes_live_at"] == at(house, hours=1).replace("+00:00", ".000Z")
    await house.stagehand.look()
    assert seen(house, show) == "Winter (en)"
    house.now += 3600
    await house.stagehand.look()
    assert seen(house, show) == "Spring"
    assert [v["state"] for v in (await curator.get(f"/exhibitions/{show}/versions")).json] == ["published"] * 2


async def test_a_scheduled_version_that_is_cancelled_is_never_shown(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    await published(curator, show, at=at(house, hours=1))
    one = f"/exhibitions/{show}/versions/1"
    assert (await curator.post(f"{one}/show")).code == "taken"
    assert (await curator.post(f"{one}/cancel")).json["state"] == "cancelled"
    assert (await curator.post(f"{one}/cancel")).code == "taken"
    house.now += 3601
    await house.stagehand.look()
    assert seen(house, show) is None
    assert (await curator.post(f"{one}/show")).status == 409


async def test_a_version_that_was_shown_can_be_shown_again(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    await published(curator, show)
    await titled(curator, show, "Spring")
    await published(curator, show)
    assert seen(house, show) == "Spring"
    back = await curator.post(f"/exhibitions/{show}/versions/1/show")
    assert (back.json["number"], back.json["shown"]) == (1, True)
    assert seen(house, show) == "Winter (en)"
    listed = (await curator.get(f"/exhibitions/{show}/versions")).json
    assert [(v["number"], v["shown"]) for v in listed] == [(2, False), (1, True)]


async def test_a_version_is_read_and_copied_into_the_draft(house: House, curator: Seat, viewer: Seat) -> None:
    show = await house.exhibition()
    await published(curator, show)
    await titled(curator, show, "Spring")
    held = (await viewer.get(f"/exhibitions/{show}/versions/1")).json
    assert held["exhibition"]["title"]["en"] == "Winter (en)"
    assert [one["id"] for one in held["stations"]] == ["harbour"]
    assert (await curator.post(f"/exhibitions/{show}/versions/1/copy")).status == 204
    assert (await curator.get(f"/exhibitions/{show}")).json["content"] == held["exhibition"]


async def test_an_exhibition_is_taken_off_show_before_it_can_be_removed(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    await published(curator, show)
    assert (await curator.delete(f"/exhibitions/{show}")).code == "on_show"
    assert (await curator.post(f"/exhibitions/{show}/withdraw")).status == 204
    assert seen(house, show) is None
    assert (await curator.delete(f"/exhibitions/{show}")).status == 204
    for path in ("", "/stations", "/versions", "/completeness", "/archive", "/versions/1"):
        assert (await curator.get(f"/exhibitions/{show}{path}")).status == 404, path


@pytest.mark.parametrize("what", ["show", "cancel", "copy"])
async def test_a_version_that_is_not_there_cannot_be_used(house: House, curator: Seat, what: str) -> None:
    show = await house.exhibition()
    assert (await curator.post(f"/exhibitions/{show}/versions/7/{what}")).code == "not_there"
    assert (await curator.post(f"/exhibitions/nowhere/versions/1/{what}")).code == "not_there"


# -- previews ----------------------------------------------------------------------------------------------------------


async def test_a_preview_opens_the_draft_and_a_code_in_print_does_not(
    house: House, viewer: Seat, stranger: Seat
) -> None:
    show = await house.exhibition()
    preview = await viewer.post(f"/exhibitions/{show}/preview", {"station": "harbour"})
    ticket = preview.json["address"].rpartition("/v/")[2]
    assert preview.json["code"].startswith("<svg ") and preview.json["ends_at"] == at(house, minutes=30).replace(
        "+00:00", ".000Z"
    )
    opened = (await stranger.get(f"/tickets/{ticket}")).json
    assert (opened["draft"], opened["station"]["id"]) == (True, "harbour")
    printed = house.on_show.keyring.sign(show, 1)
    assert (await stranger.get(f"/tickets/{printed}")).status == 404
    assert seen(house, show) is None
    house.now += 1801
    assert (await stranger.get(f"/tickets/{ticket}")).status == 410
    await house.stagehand.look()
    assert (await stranger.get(f"/tickets/{ticket}")).status == 404


async def test_a_preview_s_ticket_does_not_open_what_is_on_show_nor_another_draft(
    house: House, curator: Seat, stranger: Seat
) -> None:
    shown, draft = await house.exhibition(), await house.exhibition()
    await published(curator, shown)
    await titled(curator, shown, "Spring")
    for show in (shown, draft):
        preview = await curator.post(f"/exhibitions/{show}/preview", {"station": "harbour"})
        opened = (await stranger.get(f"/tickets/{preview.json['address'].rpartition('/v/')[2]}")).json
        assert opened["draft"] is True and opened["exhibition"]["id"] == show
    assert seen(house, shown) == "Winter (en)"


async def test_only_what_could_be_shown_can_be_previewed(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    await curator.post(f"/exhibitions/{show}/stations", {"id": "bare", "content": {"number": 2}})
    path = f"/exhibitions/{show}/preview"
    assert (await curator.post(path, {"station": "bare"})).code == "not_ready"
    assert (await curator.post(path, {"station": "nothing"})).code == "not_there"
    assert (await curator.post(path, {"station": "../x"})).fields == ["station"]
    assert (await curator.post("/exhibitions/nowhere/preview", {"station": "x"})).code == "not_there"
