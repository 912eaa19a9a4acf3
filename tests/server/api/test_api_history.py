"""What is kept of days, over the API: charts, events, visits; and the steps that phones tell of."""

from __future__ import annotations

import csv
import io

import pytest
from api_house import House
from api_seat import Seat

from server.api.resources import steps
from server.instant import instant_of
from server.watch.journal import Event
from server.watch.minutes import MinuteRow
from server.watch.visits import Measure, Place, VisitRow

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(house: House, curator: Seat) -> tuple[str, str]:
    """An exhibition that is open, and a ticket of its station."""
    show = await house.exhibition()
    assert (await curator.post(f"/exhibitions/{show}/versions", {})).status == 201
    return show, house.on_show.keyring.sign(show, 1)


async def written(house: House) -> None:
    """What is counted is added to the store, as it is once a minute."""
    chronicle = house.watching.chronicle
    await chronicle.end()


async def test_a_station_s_minutes_are_a_chart(house: House, viewer: Seat) -> None:
    at = house.now - house.now % 60
    row = MinuteRow(at - 60, "winter", "harbour", {"condition": "live", "live": 2})
    await house.watching.chronicle.history.write([row])
    path = f"/operate/history?exhibition=winter&station=harbour&from={instant_of(at - 120)}&to={instant_of(at)}"
    chart = (await viewer.get(path)).json
    assert (chart["start"], chart["step_s"], chart["points"]) == (instant_of(at - 120), 60, 2)
    assert chart["lines"] == {"condition": [None, "live"], "live": [None, 2]}
    assert (await viewer.get(f"{path}&points=1")).json["lines"]["live"] == [2]
    assert (await viewer.get("/operate/history")).json["points"] == 1440


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("points=1501", "points"),
        ("from=yesterday", "from"),
        ("from=2027-01-02T00:00:00Z&to=2027-01-01T00:00:00Z", "from"),
        ("from=2027-01-01T00:00:00Z&to=2027-03-01T00:00:00Z", "from"),
        ("exhibition=winter", "station"),
    ],
)
async def test_a_chart_of_nothing_sensible_is_refused(viewer: Seat, query: str, field: str) -> None:
    answer = await viewer.get(f"/operate/history?{query}")
    assert (answer.status, answer.fields) == (422, [field])


async def test_events_are_listed_by_what_is_asked_for(house: House, operator: Seat) -> None:
    heard = [Event(0, house.now, level, "worker", f"{level}.", detail={"pid": 7}) for level in ("info", "error")]
    await house.watching.chronicle.events.write(heard)
    newest, older = (await operator.get("/operate/events?kind=worker")).json
    assert (newest["sentence"], newest["at"], newest["detail"]) == ("error.", instant_of(house.now), {"pid": 7})
    assert (await operator.get(f"/operate/events?kind=worker&before={newest['id']}")).json == [older]
    assert (await operator.get("/operate/events?kind=worker&level=warning")).json == [newest]
    assert (await operator.get("/operate/events?level=loud")).fields == ["level"]


async def test_visits_are_read_in_sums_and_as_a_table(house: House, curator: Seat) -> None:
    show, hour = await house.exhibition(), house.now - house.now % 3600
    rows = [VisitRow(hour, Place(show, "harbour", Measure.VISITS), 4, 0.0)]
    rows += [VisitRow(hour, Place(show, "harbour", Measure.LANGUAGE, "ar"), 3, 0.0)]
    await house.watching.chronicle.visit_book.write(rows)
    (station,) = (await curator.get(f"/exhibitions/{show}/visits")).json["stations"]
    assert (station["station"], station["sums"]["visits"], station["sums"]["languages"]) == ("harbour", 4, {"ar": 3})
    assert [one["hour"] for one in station["hours"]] == [instant_of(hour)]
    table = await curator.get(f"/exhibitions/{show}/visits.csv")
    assert table.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert f'filename="visits-{show}-' in table.headers["Content-Disposition"]
    _, visits, language = sorted(csv.reader(io.StringIO(table.body.decode(), newline="")), key=len)
    assert {tuple(line[1:5]) for line in (visits, language)} == {
        ("harbour", "visits", "", "4"),
        ("harbour", "language", "ar", "3"),
    }
    assert (await curator.get("/exhibitions/nowhere/visits.csv")).code == "not_there"


# -- steps ------------------------------------------------------------------------------------------------------------


async def test_a_step_is_counted_without_anything_that_says_whose_it_was(
    house: House, curator: Seat, stranger: Seat
) -> None:
    show, ticket = await shown(house, curator)
    for step in ("opened", "opened", "opened", "began", "began", "camera"):
        answer = await stranger.send("POST", f"/steps/{ticket}/{step}")
        assert (answer.status, answer.body, "Set-Cookie" in answer.headers) == (204, b"", False)
    await written(house)
    (station,) = (await curator.get(f"/exhibitions/{show}/visits")).json["stations"]
    assert station["sums"]["steps"] == {"opened": 3, "began": 2, "camera": 1}
    assert station["sums"]["gave_up"] == {"consent": 1, "permission": 1, "waiting": 0, "slow": 0}


async def test_steps_of_a_draft_are_not_counted(house: House, curator: Seat, stranger: Seat) -> None:
    show, _ = await shown(house, curator)
    preview = (await curator.post(f"/exhibitions/{show}/preview", {"station": "harbour"})).json["address"]
    assert (await stranger.send("POST", f"/steps/{preview.rpartition('/')[2]}/opened")).status == 204
    await written(house)
    assert (await curator.get(f"/exhibitions/{show}/visits")).json["stations"] == []


async def test_steps_that_are_none_are_refused(house: House, curator: Seat, stranger: Seat) -> None:
    _, ticket = await shown(house, curator)
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert (await stranger.send("POST", f"/steps/{ticket}/danced")).code == "not_there"
    assert (await stranger.send("POST", f"/steps/{'A' * 43}/opened")).code == "ticket_forged"
    assert (await stranger.send("POST", f"/steps/{ticket}/opened", headers=elsewhere)).code == "cross_site"
    assert (await stranger.send("POST", f"/steps/{ticket}/opened", data=b"x")).code == "body_unwanted"


async def test_who_tries_tickets_has_to_wait(house: House, curator: Seat, stranger: Seat, passing_time: None) -> None:
    _, ticket = await shown(house, curator)
    codes = [(await stranger.send("POST", f"/steps/{'B' * 43}/opened")).code for _ in range(7)]
    assert codes[0] == "ticket_forged" and codes[-1] == "throttled"
    assert (await stranger.send("POST", f"/steps/{ticket}/opened")).status == 204


async def test_an_address_tells_so_many_steps_a_minute(
    house: House, curator: Seat, stranger: Seat, passing_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "MOST_A_MINUTE", 2)
    _, ticket = await shown(house, curator)
    house.now += 60
    answers = [(await stranger.send("POST", f"/steps/{ticket}/opened")).status for _ in range(3)]
    assert answers == [204, 204, 429]
    house.now += 60
    assert (await stranger.send("POST", f"/steps/{ticket}/opened")).status == 204
