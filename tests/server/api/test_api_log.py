"""The log of who changed what, and the keys that codes are signed with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from api_house import STYLES, House
from api_seat import Seat
from editions import lens, station

from exhibit.content import CodeContent

pytestmark = pytest.mark.asyncio(loop_scope="module")


def at(house: House, **later: float) -> str:
    return (datetime.fromtimestamp(house.now, UTC) + timedelta(**later)).isoformat()


async def published(seat: Seat, show: str, **more: Any) -> Any:
    answer = await seat.post(f"/exhibitions/{show}/versions", more)
    assert answer.status == 201, answer.body
    return answer.json


async def test_every_change_is_in_the_log_with_who_made_it(
    house: House, admin: Seat, curator: Seat, viewer: Seat
) -> None:
    before = (await viewer.get("/audit?count=1")).json[0]["id"]
    show = house.fresh()
    await curator.post("/exhibitions", {"id": show})
    read = await curator.get(f"/exhibitions/{show}")
    content = {"title": {"en": "Winter"}, "languages": ["en"]}
    await curator.put(f"/exhibitions/{show}", content, read.revision)
    a_station = station("harbour", 1, lens(*STYLES), code=CodeContent(admission="rotating")).content.model_dump(
        mode="json"
    )
    a_station["artwork"]["picture"] = await house.picture()
    added = await curator.post(f"/exhibitions/{show}/stations", {"id": "harbour", "content": a_station})
    path = f"/exhibitions/{show}/stations/harbour"
    saved = await curator.put(path, a_station | {"open": False}, added.revision)
    await curator.post(f"/exhibitions/{show}/order", {"ids": ["harbour"]})
    await published(curator, show)
    await published(curator, show, at=at(house, hours=1))
    await curator.post(f"/exhibitions/{show}/versions/2/cancel")
    await curator.post(f"/exhibitions/{show}/versions/1/show")
    await curator.post(f"/exhibitions/{show}/versions/1/copy")
    await curator.post(f"/exhibitions/{show}/withdraw")
    read = await curator.get(path)
    await curator.delete(path, read.revision)
    await curator.delete(f"/exhibitions/{show}")
    await admin.post("/keys")
    await admin.delete("/keys/1")
    await admin.patch(f"/people/{viewer.person['id']}", {"name": "Vera"})
    await admin.post("/invitations", {"role": "viewer", "login": "new@art.example"})
    assert saved.status == 200
    log = [entry for entry in (await viewer.get("/audit?count=200")).json if entry["id"] > before][::-1]
    mine = [entry["action"] for entry in log if entry["who"] == curator.person["id"]]
    assert mine == [
        "exhibition.make",
        "exhibition.save",
        "station.add",
        "station.save",
        "stations.order",
        "version.publish",
        "version.schedule",
        "version.cancel",
        "version.roll_back",
        "version.copy",
        "exhibition.withdraw",
        "station.remove",
        "exhibition.remove",
    ]
    theirs = [entry["action"] for entry in log if entry["who"] == admin.person["id"]]
    assert theirs == ["key.rotate", "key.withdraw", "user.rename", "invitation.make"]
    of_show = (await viewer.get(f"/audit?exhibition={show}&count=200")).json
    assert [entry["action"] for entry in of_show] == mine[::-1]
    numbers = [entry["subject"] for entry in of_show if entry["action"].startswith("version.")][::-1]
    assert numbers == ["1", "2", "2", "1", "1"]
    changed = next(entry for entry in of_show if entry["action"] == "station.save")
    assert (changed["subject"], changed["detail"]) == ("harbour", {"changed": ["open"]})


async def test_what_is_refused_is_not_in_the_log(house: House, curator: Seat) -> None:
    show = await house.exhibition()
    before = (await curator.get("/audit?count=1")).json
    await curator.post("/exhibitions", {"id": show})
    await curator.put(f"/exhibitions/{show}", {}, 77)
    await curator.post(f"/exhibitions/{show}/versions", {"at": "never"})
    await curator.get(f"/exhibitions/{show}")
    await curator.put(f"/exhibitions/{show}/presence", {})
    assert (await curator.get("/audit?count=1")).json == before


async def test_the_log_is_read_page_by_page(house: House, viewer: Seat) -> None:
    await house.exhibition()
    whole = (await viewer.get("/audit?count=6")).json
    first = (await viewer.get("/audit?count=3")).json
    second = (await viewer.get(f"/audit?count=3&before={first[-1]['id']}")).json
    assert first + second == whole


# -- keys --------------------------------------------------------------------------------------------------------------


async def test_a_key_that_is_withdrawn_takes_its_codes_with_it(
    house: House, admin: Seat, curator: Seat, stranger: Seat
) -> None:
    show = await house.exhibition()
    await published(curator, show)
    old = house.on_show.keyring.sign(show, 1)
    current = next(key["id"] for key in (await admin.get("/keys")).json if key["current"])
    assert (await admin.delete(f"/keys/{current}")).code == "taken"
    assert (await admin.post("/keys")).status == 201
    assert (await stranger.get(f"/tickets/{old}")).status == 200
    assert (await admin.delete(f"/keys/{current}")).status == 204
    assert (await stranger.get(f"/tickets/{old}")).status == 404
    assert (await stranger.get(f"/tickets/{house.on_show.keyring.sign(show, 1)}")).status == 200
    assert (await admin.delete(f"/keys/{current}")).code == "not_there"
    assert "secret" not in str((await admin.get("/keys")).json)
