"""Alerts over the API: what is read of them, and what the test button answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from api_house import House
from api_seat import Seat
from made_readings import FAILED

from server.alerts.alerts import Alerts
from server.alerts.channel import NotSentError
from server.alerts.messages import Message
from server.config import Config
from server.watching import open_watching

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Wire:
    """A channel that works, or does not."""

    def __init__(self, name: str, fault: str = "") -> None:
        self.name, self.fault = name, fault
        self.messages: list[Message] = []

    async def send(self, message: Message) -> str:
        if self.fault:
            raise NotSentError(self.fault, again=True)
        self.messages.append(message)
        return "It took it."


@pytest.fixture(name="alerts")
def _alerts(house: House) -> Iterator[Alerts]:
    """Those of the house, with two ways to send."""
    alerts: Alerts = house.watching.alerts
    alerts._channels = (Wire("webhook", "It is away."), Wire("mail"))
    yield alerts
    alerts._channels = ()


async def test_who_may_see_reads_what_stands_what_is_over_and_the_rules(viewer: Seat, alerts: Alerts) -> None:
    for second in range(20):
        alerts.take(replace(FAILED, at=FAILED.at + second))
    told = (await viewer.get("/operate/alerts")).json
    [alert] = told["standing"]
    expected = {"rule": "station_failed", "state": "firing", "exhibition": "winter", "station": "harbour"}
    assert expected.items() <= alert.items()
    assert alert["began_at"] == "2027-01-15T08:00:15.000Z" and alert["ended_at"] is None
    assert told["channels"] == ["webhook", "mail"] and told["past"] == []
    assert "station_failed" in {rule["id"] for rule in told["rules"]}
    alerts.take(replace(FAILED, at=FAILED.at + 20, stations=()))
    told = (await viewer.get("/operate/alerts")).json
    assert told["standing"] == [] and told["past"][0]["id"] == alert["id"]


async def test_an_operator_s_test_goes_by_every_way_and_a_viewer_s_by_none(
    operator: Seat, viewer: Seat, alerts: Alerts
) -> None:
    assert (await viewer.post("/operate/alerts/test")).code == "not_allowed"
    answer = await operator.send("POST", "/operate/alerts/test")
    assert answer.json == [
        {"channel": "webhook", "sent": False, "sentence": "It is away."},
        {"channel": "mail", "sent": True, "sentence": "It took it."},
    ]
    [message] = alerts._channels[1].messages  # type: ignore[attr-defined]
    assert f"a test that {operator.person['name']} asked for" in message.text


async def test_whatever_is_read_the_alerts_of_the_house_look_at(house: House, tmp_path: Path) -> None:
    watching = await open_watching(MagicMock(), Config(), tmp_path, house.store.database, house.now_s)
    assert watching.alerts.take in watching.watch.on_reading
    running = watching.tasks()
    assert "Alerts.run" in {coroutine.__qualname__ for coroutine in running}
    for coroutine in running:
        coroutine.close()
