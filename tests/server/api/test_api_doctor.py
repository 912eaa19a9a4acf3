"""The doctor over the API: who may send for it, and what it found."""

from __future__ import annotations

import asyncio

import pytest
from api_house import House

from server.doctor.check import HOUSE, answered, fault, well
from server.doctor.report import Report
from server.permission import Role

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHECKS = (answered("disk", HOUSE, well("Room.")), answered("lock", "demo/valley", fault("Not found.", "Look.")))


async def test_a_round_is_asked_for_and_read_when_it_is_over(house: House) -> None:
    house.report = Report(house.now, 2.5, "https://art.example", CHECKS)
    rounds = asyncio.create_task(house.rounds.run())
    seat = await house.seat(Role.OPERATOR)
    try:
        assert (await seat.get("/operate/doctor")).json == {"running": False, "failure": "", "report": None}
        asked = await seat.post("/operate/doctor")
        assert (asked.status, asked.json["running"]) == (202, True)
        async with asyncio.timeout(10):
            while (told := (await seat.get("/operate/doctor")).json)["running"]:
                await asyncio.sleep(0.002)
    finally:
        rounds.cancel()
    report = told["report"]
    assert (report["state"], report["sentence"]) == ("fault", "1 station in 2 s: 1 fault")
    assert [(c["exhibition"], c["station"], c["id"]) for c in report["checks"]] == [
        ("", "", "disk"),
        ("demo", "valley", "lock"),
    ]
    assert report["checks"][1]["advice"] == "Look."
    assert house.watching.journal.newest(1)[0].level == "error"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CURATOR])
async def test_who_does_not_operate_may_read_but_not_send(house: House, role: Role) -> None:
    seat = await house.seat(role)
    assert (await seat.get("/operate/doctor")).status == 200
    assert (await seat.post("/operate/doctor")).code == "not_allowed"
