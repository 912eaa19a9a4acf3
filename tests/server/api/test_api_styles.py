"""Styles over the API: what there is, pictures painted in them, and paintings made into new ones."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from api_house import House
from api_players import Teacher
from api_seat import NOWHERE, Seat
from PIL import Image

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def teacher(house: House) -> AsyncIterator[Teacher]:
    """Who teaches styles; done, or sent away, at the end of the test."""
    yield house.teacher
    house.teacher.go_on.set()
    await house.apprenticeship.end()
    house.teacher.go_on.clear()
    house.teacher.failure = ""
    house.teacher.orders.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def painting(house: House) -> str:
    """A picture that something can be learned from."""
    noise = np.random.default_rng(7).integers(0, 255, (320, 400, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "JPEG", quality=90)
    return (await house.store.pictures.keep(file.getvalue(), "dusk.jpg", "command")).name


async def state_of(seat: Seat, job: str, wanted: str) -> dict[str, Any]:
    """The job, once it is there."""
    async with asyncio.timeout(10):
        while (told := (await seat.get(f"/styles/jobs/{job}")).json)["state"] != wanted:
            await asyncio.sleep(0.002)
    return dict(told)


# -- painting ----------------------------------------------------------------------------------------------------------


async def test_a_picture_is_painted_in_the_styles_that_were_asked_for(house: House, viewer: Seat) -> None:
    name = await house.picture()
    asked = {"picture": name, "style": {"udnie": 0.5, "scream": 0.5}, "strength": 0.8}
    painted = await viewer.post("/paintings", asked)
    assert (painted.status, painted.headers["Content-Type"]) == (200, "image/jpeg")
    assert painted.json == {"picture": name, "mix": {"udnie": 0.5, "scream": 0.5}, "strength": 0.8}
    sample = await viewer.post("/paintings", {"style": {"udnie": 1}})
    assert sample.json["picture"].endswith("kodim19.jpg")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"style": {"unheard_of": 1}}, "unknown_style", "style"),
        ({"style": {"udnie": 0}}, "bad_mix", "style"),
        ({"style": {"udnie": 1}, "picture": NOWHERE["picture"]}, "unknown_picture", "picture"),
        ({"style": {}}, "bad_field", "style"),
        ({"style": {"udnie": -1}}, "bad_field", "style.udnie"),
        ({"style": {"udnie": 1.1}}, "bad_field", "style.udnie"),
        ({"style": {"udnie": "1"}}, "bad_field", "style.udnie"),
        ({"style": {"../x": 1}}, "bad_field", "style.../x"),
        ({"style": dict.fromkeys("abcdefghij", 1)}, "bad_field", "style"),
        ({"style": {"udnie": 1}, "strength": 2}, "bad_field", "strength"),
        ({"style": {"udnie": 1}, "picture": "/etc/passwd"}, "bad_field", "picture"),
        ({"style": {"udnie": 1}, "picture": "sample\n"}, "bad_field", "picture"),
        ({}, "bad_field", "style"),
    ],
)
async def test_what_cannot_be_painted_is_refused_where_it_stands(
    viewer: Seat, body: dict[str, Any], code: str, field: str
) -> None:
    answer = await viewer.post("/paintings", body)
    assert (answer.status, answer.code) == (422, code)
    assert set(answer.fields) == {field}


async def test_a_clip_cannot_be_painted(curator: Seat) -> None:
    clip = b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(64)
    name = (await curator.say("POST", "/overlays", clip, "video/mp4")).json["name"]
    assert (await curator.post("/paintings", {"style": {"udnie": 1}, "picture": name})).status == 422


@pytest.mark.parametrize("refusal", ["late", "fault", "replaced", "bad_picture"])
async def test_a_worker_that_cannot_paint_is_said_to_be_busy(house: House, viewer: Seat, refusal: str) -> None:
    house.painter.refusal = refusal
    try:
        answer = await viewer.post("/paintings", {"style": {"udnie": 1}})
    finally:
        house.painter.refusal = ""
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "not_painted", "2")


async def test_while_the_engine_starts_nothing_is_painted(house: House, viewer: Seat) -> None:
    ready, house.painter.worker.ready = house.painter.worker.ready, None
    try:
        answer = await viewer.post("/paintings", {"style": {"udnie": 1}})
    finally:
        house.painter.worker.ready = ready
    assert (answer.status, answer.sentence) == (503, "The engine is starting; try again in a moment.")


async def test_every_style_that_is_listed_can_be_painted_in(viewer: Seat) -> None:
    styles = (await viewer.get("/styles")).json
    assert {"udnie", "great_wave"} <= {style["id"] for style in styles}
    assert not any(style["added"] for style in styles)
    assert (await viewer.get("/styles/jobs")).json == []
    for style in styles[:3]:
        assert (await viewer.post("/paintings", {"style": {style["id"]: 1}})).status == 200


# -- learning ----------------------------------------------------------------------------------------------------------


async def test_a_painting_becomes_a_style_and_says_how_far_it_is(
    house: House, curator: Seat, viewer: Seat, teacher: Teacher, painting: str
) -> None:
    before = house.learned
    asked = {"picture": painting, "name": "Dusk, 1908", "painter": "Ida", "year": 1908, "licence": "Ours"}
    begun = await curator.post("/styles/jobs", asked)
    assert (begun.status, begun.json["state"], begun.json["style"]) == (202, "running", "dusk_1908")
    job = begun.json["id"]
    async with asyncio.timeout(10):
        while not (told := (await viewer.get(f"/styles/jobs/{job}")).json)["share"]:
            await asyncio.sleep(0.002)
    assert (told["doing"], told["share"]) == ("fitting the strokes", 0.25)
    order = teacher.orders[0]
    assert (order.id, order.name, order.painter, order.year, order.licence) == (
        "dusk_1908",
        "Dusk, 1908",
        "Ida",
        1908,
        "Ours",
    )
    teacher.go_on.set()
    assert (await state_of(viewer, job, "done"))["share"] == 1
    assert house.learned == before + 1
    assert (await viewer.get("/styles/jobs")).json[0]["id"] == job


async def test_learning_can_be_cancelled_and_the_log_says_by_whom(
    house: House, curator: Seat, viewer: Seat, teacher: Teacher, painting: str
) -> None:
    before = house.learned
    job = (await curator.post("/styles/jobs", {"picture": painting, "name": "Night"})).json["id"]
    assert (await viewer.delete(f"/styles/jobs/{job}")).status == 403
    assert (await curator.delete(f"/styles/jobs/{job}")).status == 204
    assert "nothing of it was kept" in (await state_of(viewer, job, "cancelled"))["sentence"]
    assert (await curator.delete(f"/styles/jobs/{job}")).status == 204  # it has ended: nothing more is stopped
    log = (await viewer.get("/audit?count=3")).json
    told = [(entry["action"], entry["subject"], entry["who"]) for entry in log[:2]]
    assert told == [(f"style.{what}", "night", curator.person["id"]) for what in ("cancel", "learn")]
    assert house.learned == before


async def test_one_painting_is_learned_at_a_time(curator: Seat, teacher: Teacher, painting: str) -> None:
    asked = [curator.post("/styles/jobs", {"picture": painting, "name": f"No. {n}"}) for n in range(4)]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status for answer in answers) == [202, 409, 409, 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"busy"}


async def test_a_failure_is_told_with_its_reason(curator: Seat, teacher: Teacher, painting: str) -> None:
    teacher.failure = "no_2: fitting a style needs torch"
    job = (await curator.post("/styles/jobs", {"picture": painting, "name": "No. 2"})).json["id"]
    teacher.go_on.set()
    assert (await state_of(curator, job, "failed"))["sentence"] == "no_2: fitting a style needs torch"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "<b>"}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"name": "a\0"}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "Udnie"}, "name"),
        ({"year": 2201}, "year"),
        ({"year": "1908"}, "year"),
        ({"painter": "a" * 81}, "painter"),
        ({"licence": ["x"]}, "licence"),
        ({"picture": NOWHERE["picture"]}, "picture"),
        ({"picture": "../x.jpg"}, "picture"),
        ({"id": "x"}, "id"),
    ],
)
async def test_a_painting_that_cannot_be_learned_is_refused_where_it_stands(
    curator: Seat, teacher: Teacher, painting: str, change: dict[str, Any], field: str
) -> None:
    answer = await curator.post("/styles/jobs", {"picture": painting, "name": "Dawn"} | change)
    assert (answer.status, answer.fields) == (422, [field])
    assert teacher.orders == []


@pytest.mark.parametrize(("name", "style"), [("星夜", "style_40c591b038ea"), ("!?", "style_"), ("É Nu", "nu")])
async def test_a_name_in_any_script_will_do(
    curator: Seat, teacher: Teacher, painting: str, name: str, style: str
) -> None:
    begun = await curator.post("/styles/jobs", {"picture": painting, "name": name})
    assert (begun.status, begun.json["name"]) == (202, name)
    assert begun.json["style"].startswith(style)


async def test_a_picture_that_is_too_small_cannot_be_learned_from(
    house: House, curator: Seat, teacher: Teacher
) -> None:
    answer = await curator.post("/styles/jobs", {"picture": await house.picture(), "name": "Small"})
    assert (answer.status, answer.code, answer.fields) == (422, "painting_refused", ["picture"])
