"""Codes over the API: in print, on paper of several kinds, and on a screen where they change."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from api_house import STYLES, House
from api_seat import Answer, Seat
from editions import lens, station
from pypdfium2 import PdfDocument

from exhibit.content import CodeContent

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("passing_time")]


def decoded(png: bytes) -> str:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0])


async def shown(house: House, seat: Seat, *stations: Any) -> str:
    show = await house.exhibition(*stations)
    assert (await seat.post(f"/exhibitions/{show}/versions", {})).status == 201
    return show


# -- in print ----------------------------------------------------------------------------------------------------------


async def test_a_printed_code_opens_its_station(house: House, curator: Seat, viewer: Seat, stranger: Seat) -> None:
    show = await shown(house, curator)
    code = await viewer.get(f"/exhibitions/{show}/stations/harbour/code.png")
    assert (code.status, code.headers["Content-Type"], code.headers["Cache-Control"]) == (200, "image/png", "no-store")
    address = decoded(code.body)
    assert address.startswith(house.base + "v/")
    opened = (await stranger.get(f"/tickets/{address.rpartition('/v/')[2]}")).json
    assert (opened["exhibition"]["id"], opened["station"]["id"], opened["draft"]) == (show, "harbour", False)


async def test_a_label_s_texts_are_texts_in_its_picture(house: House, viewer: Seat) -> None:
    odd = {"en": "\"A & B\" < C > 'D'", "ar": "ليلة"}
    show = await house.exhibition(station("harbour", 1, title=odd))
    drawn = await viewer.get(f"/exhibitions/{show}/stations/harbour/code.svg?language=en&second=ar")
    assert (drawn.status, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "script" not in drawn.body.decode()
    assert ElementTree.fromstring(drawn.body).tag == "{http://www.w3.org/2000/svg}svg"


async def test_a_sheet_has_the_stations_whose_codes_are_printed(house: House, viewer: Seat) -> None:
    rotating = station("valley", 2, code=CodeContent(admission="rotating"))
    show = await house.exhibition(station("harbour", 1), rotating, station("summit", 3))
    sheet = await viewer.get(f"/exhibitions/{show}/codes.pdf?paper=a4&skip=5&language=en")
    assert (sheet.status, sheet.headers["Content-Type"]) == (200, "application/pdf")
    assert sheet.headers["Content-Disposition"] == f'attachment; filename="{show}-codes.pdf"'
    assert len(PdfDocument(sheet.body)) == 2  # the first label took the first page's last place


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?paper=a3", "paper"),
        ("?paper=../a4", "paper"),
        ("?paper=a4&skip=6", "skip"),
        ("?paper=a4-card&skip=1", "skip"),
        ("?skip=-1", "skip"),
        ("?skip=201", "skip"),
        ("?skip=x", "skip"),
        ("?language=English", "language"),
        ("?second=../..", "second"),
        ("?font=/etc/passwd", "font"),
    ],
)
async def test_a_sheet_that_cannot_be_printed_is_refused_at_once(
    house: House, viewer: Seat, query: str, field: str
) -> None:
    answer = await viewer.get(f"/exhibitions/{await house.exhibition()}/codes.pdf{query}")
    assert (answer.status, answer.fields) == (422, [field])


async def test_without_a_code_in_print_there_is_no_sheet(house: House, viewer: Seat) -> None:
    show = await house.exhibition(station("harbour", 1, code=CodeContent(admission="rotating")))
    assert (await viewer.get(f"/exhibitions/{show}/codes.pdf")).code == "no_codes"
    for path in ("codes.pdf", "stations/harbour/code.svg", "stations/harbour/code.png"):
        assert (await viewer.get(f"/exhibitions/nowhere/{path}")).code == "not_there"
    assert (await viewer.get(f"/exhibitions/{show}/stations/x/code.svg")).code == "not_there"


async def test_a_code_that_does_not_fit_on_its_label_is_refused_with_what_would(house: House, viewer: Seat) -> None:
    answer = await viewer.get(f"/exhibitions/{await house.exhibition()}/codes.pdf?paper=l7160")
    assert (answer.status, answer.code) == (422, "cannot_be_printed")
    assert answer.sentence.startswith("Station 1: a code read from 50 cm is 50 mm wide")


async def test_the_papers_are_those_that_can_be_printed_on(viewer: Seat) -> None:
    papers = (await viewer.get("/code-papers")).json
    assert {"a4", "letter", "l7160", "a5-card"} <= {paper["id"] for paper in papers}
    assert all(paper["per_page"] > 0 and paper["width_mm"] > 0 for paper in papers)


# -- on a screen -------------------------------------------------------------------------------------------------------


@pytest.fixture
def rotating() -> Any:
    return station("harbour", 1, lens(*STYLES), code=CodeContent(admission="rotating"))


async def screen_of(house: House, seat: Seat, show: str) -> str:
    """The path of a station's screen."""
    answer = await seat.post(f"/exhibitions/{show}/stations/harbour/kiosk")
    assert answer.status == 200, answer.body
    return str(answer.json["address"].removeprefix(house.base.rstrip("/")))


def ticket_on(house: House, screen: Answer) -> str:
    """What the code that a screen shows would open: the drawing is decoded."""
    told = screen.json
    svg = ElementTree.fromstring(told["code"])
    side = int(svg.attrib["viewBox"].split()[2])
    modules = np.full((side, side), 255, np.uint8)
    for run in svg[1].attrib["d"].split("M")[1:]:
        start, _, rest = run.partition("h")
        x, y = map(int, start.split())
        modules[y, x : x + int(rest.partition("v")[0])] = 0
    big = np.kron(modules, np.ones((6, 6), np.uint8))
    return str(cv2.QRCodeDetectorAruco().detectAndDecode(big)[0]).removeprefix(house.base + "v/")


async def test_a_screen_s_code_opens_its_station_for_five_minutes(
    house: House, curator: Seat, stranger: Seat, rotating: Any
) -> None:
    show = await shown(house, curator, rotating)
    path = await screen_of(house, curator, show)
    page = await stranger.get(path)
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    screen = await stranger.get(f"{path}/code")
    assert (screen.status, screen.headers["Cache-Control"]) == (200, "no-store")
    assert (screen.json["number"], screen.json["open"], screen.json["languages"]) == (1, True, ["en", "ar"])
    ticket = ticket_on(house, screen)
    assert (await stranger.get(f"/tickets/{ticket}")).json["station"]["id"] == "harbour"
    house.now += 301
    assert (await stranger.get(f"/tickets/{ticket}")).status == 410
    assert (await stranger.get(f"/tickets/{house.on_show.keyring.sign(show, 1)}")).status == 410  # one that never ends


async def test_a_screen_shows_another_code_every_half_minute(
    house: House, curator: Seat, stranger: Seat, rotating: Any
) -> None:
    show = await shown(house, curator, rotating)
    path = await screen_of(house, curator, show)
    first = (await stranger.get(f"{path}/code")).json
    assert 0 < first["next_s"] <= 30
    house.now += first["next_s"] - 1
    assert (await stranger.get(f"{path}/code")).json["code"] == first["code"]
    house.now += 1
    assert (await stranger.get(f"{path}/code")).json["code"] != first["code"]


async def test_a_screen_whose_address_was_guessed_shows_nothing(
    house: House, curator: Seat, stranger: Seat, rotating: Any
) -> None:
    show = await shown(house, curator, rotating)
    secret = (await screen_of(house, curator, show)).rpartition("/")[2]
    for path in (
        f"/kiosk/{show}/1/{'a' * 24}/code",
        f"/kiosk/{show}/2/{secret}/code",
        f"/kiosk/nowhere/1/{secret}/code",
        f"/kiosk/{show}/1/%00/code",
        f"/kiosk/{show}/%ff/{secret}/code",
        f"/kiosk/{show}/{'9' * 30}/{secret}/code",
        f"/kiosk/{show}/-1/%C3%A9/code",
    ):
        assert (await stranger.get(path)).status == 404, path


async def test_a_screen_goes_dark_when_its_station_or_its_key_does(
    house: House, admin: Seat, curator: Seat, stranger: Seat, rotating: Any
) -> None:
    show = await shown(house, curator, rotating)
    path = await screen_of(house, curator, show)
    current = next(key["id"] for key in (await admin.get("/keys")).json if key["current"])
    await admin.post("/keys")
    assert (await stranger.get(f"{path}/code")).status == 200  # codes of the older key stay valid, and so do screens
    await admin.delete(f"/keys/{current}")
    assert (await stranger.get(f"{path}/code")).status == 404
    anew = await screen_of(house, curator, show)
    assert anew != path and (await stranger.get(f"{anew}/code")).status == 200
    await curator.post(f"/exhibitions/{show}/withdraw")
    assert (await stranger.get(f"{anew}/code")).status == 404


async def test_a_station_with_a_printed_code_has_no_screen(house: House, curator: Seat, viewer: Seat) -> None:
    show = await house.exhibition()
    answer = await curator.post(f"/exhibitions/{show}/stations/harbour/kiosk")
    assert (answer.status, answer.code) == (409, "not_rotating")
    assert (await viewer.post(f"/exhibitions/{show}/stations/harbour/kiosk")).status == 403


async def test_the_screen_s_words_are_text_whatever_they_are(house: House, curator: Seat, stranger: Seat) -> None:
    odd = {"en": '"a" & </b> \' ${x}'.replace("</b>", "< b"), "ar": "\u202eليلة"}
    one = station("harbour", 1, lens(*STYLES), title=odd, code=CodeContent(admission="rotating"))
    show = await shown(house, curator, one)
    screen = await stranger.get(f"{await screen_of(house, curator, show)}/code")
    assert screen.headers["Content-Type"].startswith("application/json")
    assert json.loads(screen.body)["title"] == odd
