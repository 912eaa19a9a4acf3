"""Fields of the wrong kind, and texts that try something: each is refused with a sentence, where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from api_house import House
from api_seat import Seat

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOUND = {"number": 1}
LONG = "a" * 4001
STATIONS: list[tuple[dict[str, Any], str]] = [
    ({}, "number"),
    ({"number": None}, "number"),
    ({"number": "1"}, "number"),
    ({"number": 1.5}, "number"),
    ({"number": True}, "number"),
    ({"number": 0}, "number"),
    ({"number": 65536}, "number"),
    ({"number": 10**30}, "number"),
    (SOUND | {"id": "x"}, "id"),
    (SOUND | {"open": "yes"}, "open"),
    (SOUND | {"open": 1}, "open"),
    (SOUND | {"title": "Harbour"}, "title"),
    (SOUND | {"title": ["Harbour"]}, "title"),
    (SOUND | {"title": {"en": 7}}, "title.en"),
    (SOUND | {"title": {"en": None}}, "title.en"),
    (SOUND | {"title": {"en": LONG}}, "title.en"),
    (SOUND | {"title": {"en": "\u0958" * 4000}}, "title.en"),
    (SOUND | {"title": {"en": "a\0b"}}, "title.en"),
    (SOUND | {"title": {"en": "a\x1b[31mb"}}, "title.en"),
    (SOUND | {"title": {"en": "<script>alert(1)</script>"}}, "title.en"),
    (SOUND | {"label": {"en": "<img src=x onerror=alert(1)>"}}, "label.en"),
    (SOUND | {"description": {"en": "a <!-- b"}}, "description.en"),
    (SOUND | {"title": {"English": "Harbour"}}, "title.English"),
    (SOUND | {"title": {"../en": "Harbour"}}, "title.../en"),
    (SOUND | {"title": {"": "Harbour"}}, "title."),
    (SOUND | {"title": {f"{a}{b}": "x" for a in "abcd" for b in "abcd"}}, "title"),
    (SOUND | {"artwork": {"picture": "../../etc/passwd"}}, "artwork.picture"),
    (SOUND | {"artwork": {"picture": f"{'0' * 64}.svg"}}, "artwork.picture"),
    (SOUND | {"artwork": {"picture": f"{'0' * 64}.jpg\n"}}, "artwork.picture"),
    (SOUND | {"artwork": {"picture": f"{'A' * 64}.jpg"}}, "artwork.picture"),
    (SOUND | {"artwork": {"alt": {"en": "a\u0007"}}}, "artwork.alt.en"),
    (SOUND | {"artwork": {"title": "x"}}, "artwork.title"),
    (SOUND | {"experience": {"kind": "mirror"}}, "experience"),
    (SOUND | {"experience": {}}, "experience"),
    (SOUND | {"experience": "lens"}, "experience"),
    (SOUND | {"experience": {"kind": "lens", "strength": 1.01}}, "experience.strength"),
    (SOUND | {"experience": {"kind": "lens", "strength": "1"}}, "experience.strength"),
    (SOUND | {"experience": {"kind": "lens", "styles": ["A B"]}}, "experience.styles.0"),
    (SOUND | {"experience": {"kind": "lens", "styles": ["wave", "wave"]}}, "experience"),
    (SOUND | {"experience": {"kind": "lens", "default": {"wave": 1}}}, "experience"),
    (SOUND | {"experience": {"kind": "lens", "styles": ["a"], "default": {"a": 2}}}, "experience.default.a"),
    (SOUND | {"experience": {"kind": "lens", "region": "ceiling"}}, "experience.region"),
    (SOUND | {"experience": {"kind": "lens", "overlay": None}}, "experience.overlay"),
    (SOUND | {"experience": {"kind": "canvas", "overlay": "http://elsewhere.example/x.mp4"}}, "experience.overlay"),
    (SOUND | {"experience": {"kind": "dream", "words": [{"en": "<b>"}]}}, "experience.words.0.en"),
    (SOUND | {"code": {"distance_cm": 9}}, "code.distance_cm"),
    (SOUND | {"code": {"admission": "anybody"}}, "code.admission"),
    (SOUND | {"accessibility": {"step_free": "perhaps"}}, "accessibility.step_free"),
]
AN_EVENT = {"name": "x", "starts": "2026-01-01", "ends": "2026-01-01"}
EXHIBITIONS: list[tuple[dict[str, Any], str]] = [
    ({"languages": []}, "languages"),
    ({"languages": ["en", "EN"]}, ""),
    ({"languages": "en"}, "languages"),
    ({"languages": [f"{a}{b}" for a in "abcd" for b in "abcd"]}, "languages"),
    ({"programmes": [{"id": "a", "name": " "}]}, "programmes.0.name"),
    ({"programmes": [{"id": "a", "name": "x"}] * 2}, ""),
    ({"programmes": [{"id": "../a", "name": "x"}]}, "programmes.0.id"),
    ({"programmes": [{"name": "x"}]}, "programmes.0.id"),
    ({"programmes": [{"id": "a", "name": "x", "experiences": {"h": {"kind": "no"}}}]}, "programmes.0.experiences.h"),
    (
        {"programmes": [{"id": "a", "name": "x", "experiences": {"h": {"kind": "canvas", "strength": 2}}}]},
        "programmes.0.experiences.h.strength",
    ),
    ({"schedule": {"timezone": "Mars/Olympus"}}, "schedule.timezone"),
    ({"schedule": {"timezone": "../../etc/passwd"}}, "schedule.timezone"),
    ({"schedule": {"weekly": {"mon": [{"opens": "25:00", "closes": "02:00"}]}}}, "schedule.weekly.mon.0.opens"),
    ({"schedule": {"events": [AN_EVENT | {"starts": "1999-01-01"}]}}, "schedule.events.0.starts"),
    ({"schedule": {"events": [AN_EVENT | {"starts": 7}]}}, "schedule.events.0.starts"),
    ({"schedule": {"events": [AN_EVENT | {"name": "a\0"}]}}, "schedule.events.0.name"),
    ({"id": "x"}, "id"),
]


@pytest.mark.parametrize(("content", "field"), STATIONS, ids=lambda value: str(value)[:60])
async def test_what_a_station_cannot_be_is_refused_where_it_stands(
    curator: Seat, content: dict[str, Any], field: str
) -> None:
    answer = await curator.put("/exhibitions/x/stations/y", content, 1)
    assert (answer.status, answer.code) == (422, "bad_field")
    assert field in answer.fields and len(set(answer.fields)) == 1
    inside = await curator.post("/exhibitions/x/stations", {"id": "y", "content": content})
    assert f"content.{field}" in inside.fields


@pytest.mark.parametrize(("content", "field"), EXHIBITIONS, ids=lambda value: str(value)[:60])
async def test_what_an_exhibition_cannot_be_is_refused_where_it_stands(
    curator: Seat, content: dict[str, Any], field: str
) -> None:
    answer = await curator.put("/exhibitions/x", content, 1)
    assert (answer.status, answer.code) == (422, "bad_field")
    assert set(answer.fields) == {field}


IDS = ["", "..", "../x", "%2e%2e", "a/b", "A", "é", "-a", "a b", "a\0", "a\n", "a" * 65, "a" * 100_000, 7, None, ["a"]]


@pytest.mark.parametrize("name", IDS, ids=lambda name: repr(name)[:20])
async def test_nothing_is_made_with_an_odd_id(house: House, curator: Seat, name: object) -> None:
    answer = await curator.post("/exhibitions", {"id": name})
    assert (answer.status, answer.fields) == (422, ["id"])
    show = await house.exhibition()
    answer = await curator.post(f"/exhibitions/{show}/stations", {"id": name, "content": {"number": 7}})
    assert (answer.status, answer.fields) == (422, ["id"])
    answer = await curator.post(f"/exhibitions/{show}/order", {"ids": ["harbour", name]})
    assert (answer.status, answer.fields) == (422, ["ids.1"])


async def test_a_text_is_kept_in_one_form_and_as_text(house: House, curator: Seat) -> None:
    path = f"/exhibitions/{await house.exhibition()}/stations/harbour"
    read = await curator.get(path)
    odd = {"en": " e\u0301 & \"x\" < y > 'z' {{7*7}} ${a} \u202e \U0001f5bc\r\nnext ", "ar": "ليلة"}
    saved = await curator.put(path, read.json["content"] | {"title": odd}, read.revision)
    assert saved.json["content"]["title"] == {
        "en": "\u00e9 & \"x\" < y > 'z' {{7*7}} ${a} \u202e \U0001f5bc\nnext",
        "ar": "ليلة",
    }
    assert (await curator.get(path)).json == saved.json
