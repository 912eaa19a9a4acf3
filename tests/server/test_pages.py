"""Pages and API: what each address answers, to whom, with which headers, and what is refused."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from exhibit.exhibition import Exhibition, demo_file, load_exhibition
from exhibit.ticket import Keyring
from models.style.library import read_library
from server.api.catalogue import Catalogue
from server.api.headers import content_security_policy
from server.api.pages import build_pages
from server.api.preview import MAX_BYTES
from server.codes.code import make_code
from server.config import ServerConfig
from server.on_show import OnShow

KEYRING = Keyring({1: bytes(range(32))}, 1)
STRANGER = Keyring({1: bytes(32)}, 1)
PUBLIC = ServerConfig(public_url="https://art.example")


class FakeHall:
    """A room with three painted for and one waiting."""

    def __init__(self) -> None:
        self.live, self.waiting, self.draining = 3, 1, False
        self.ready = asyncio.Event()


class Site:
    """The pages over a real socket, as a client sees them."""

    def __init__(self, client: TestClient[Any, Any], hall: FakeHall, on_show: OnShow) -> None:
        self.client, self.hall, self.on_show = client, hall, on_show

    async def get(self, path: str, **headers: str) -> ClientResponse:
        wanted = {"Accept_Encoding": "identity"} | headers
        return await self.client.get(path, headers={name.replace("_", "-"): text for name, text in wanted.items()})

    async def json(self, path: str) -> tuple[int, dict[str, Any]]:
        answer = await self.get(path)
        return answer.status, json.loads(await answer.text())


def demo() -> Exhibition:
    """The demo with its second station closed."""
    shown = load_exhibition(demo_file())
    first, second, *others = shown.stations
    return replace(shown, stations=(first, replace(second, open=False), *others))


def ticket(number: int) -> str:
    """What the code of a station says."""
    return KEYRING.sign("demo", number)


def broken_stats() -> dict[str, Any]:
    raise RuntimeError("the abacus fell down")


async def open_site(show_codes: bool = True, stats: Any = lambda: {"sessions": {"live": 3}}) -> AsyncIterator[Site]:
    hall, on_show = FakeHall(), OnShow(KEYRING)
    on_show.show(demo())
    catalogue = Catalogue(on_show, read_library(), demo().folder, show_codes=show_codes)
    pages = build_pages(PUBLIC, catalogue, hall=hall, stats=stats)
    async with TestClient(TestServer(pages), auto_decompress=False) as client:
        yield Site(client, hall, on_show)


@pytest.fixture(name="site")
async def _site() -> AsyncIterator[Site]:
    async for site in open_site():
        yield site


@pytest.fixture(name="discreet")
async def _discreet() -> AsyncIterator[Site]:
    async for site in open_site(show_codes=False):
        yield site


@pytest.fixture(name="broken")
async def _broken() -> AsyncIterator[Site]:
    async for site in open_site(stats=broken_stats):
        yield site


async def test_a_ticket_s_address_is_the_visitor_s_page(site: Site) -> None:
    answer = await site.get(f"/v/{ticket(1)}")
    assert (answer.status, answer.content_type) == (200, "text/html")
    assert '<script type="module" src="/client/main.js"' in await answer.text()


async def test_every_file_that_the_visitor_s_page_names_is_served(site: Site) -> None:
    page = await (await site.get("/v/x")).text()
    names = re.findall(r'(?:src|href)="(/[^"]+)"', page)
    assert "/client/styles.css" in names
    assert [name for name in names if (await site.get(name)).status != 200] == []


async def test_a_ticket_opens_its_station_in_all_languages(site: Site) -> None:
    status, card = await site.json(f"/api/v1/tickets/{ticket(1)}")
    assert status == 200
    assert card["languages"] == ["en", "zh-Hans", "ar"]
    assert card["room"] == {"live": 3, "waiting": 1}
    assert card["public_url"] == f"https://art.example/v/{ticket(1)}"
    station = card["station"]
    assert set(station["title"]) == set(station["text"]) == set(station["artwork"]["alt"]) == {"en", "zh-Hans", "ar"}
    assert (station["number"], station["experience"], station["open"]) == (1, "lens", True)
    assert set(station["default_style"]) <= {style["id"] for style in station["styles"]}


async def test_everything_that_a_card_points_at_is_served(site: Site) -> None:
    _, card = await site.json(f"/api/v1/tickets/{ticket(1)}")
    station = card["station"]
    for address in [station["artwork"]["url"], *(style["thumbnail"] for style in station["styles"])]:
        answer = await site.get(address)
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert (await answer.read()).startswith(b"\xff\xd8\xff")


async def test_every_artwork_has_a_preview_that_fits_the_first_screen(site: Site) -> None:
    for number in range(1, 6):
        _, card = await site.json(f"/api/v1/tickets/{ticket(number)}")
        answer = await site.get(card["station"]["artwork"]["preview"])
        picture = await answer.read()
        assert (answer.status, answer.content_type) == (200, "image/webp")
        assert picture[8:12] == b"WEBP" and len(picture) <= MAX_BYTES


async def test_a_card_is_compressed_for_those_who_take_it(site: Site) -> None:
    path = f"/api/v1/tickets/{ticket(1)}"
    answer = await site.get(path, Accept_Encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(await answer.read())) == (await site.json(path))[1]


async def test_a_closed_station_still_tells_what_it_is(site: Site) -> None:
    status, card = await site.json(f"/api/v1/tickets/{ticket(2)}")
    assert (status, card["station"]["open"]) == (200, False)


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("T1CKET", 404, "ticket_forged"),
        (STRANGER.sign("demo", 1), 404, "ticket_forged"),
        (KEYRING.sign("another", 1), 404, "ticket_foreign"),
        (KEYRING.sign("draft:demo", 1), 404, "ticket_foreign"),
        (KEYRING.sign("demo", 1, expires_at=1), 410, "ticket_expired"),
        (KEYRING.sign("demo", 999), 404, "station_unknown"),
    ],
)
async def test_a_ticket_that_is_refused_gets_a_problem_with_its_code(
    site: Site, text: str, status: int, code: str
) -> None:
    answer = await site.get(f"/api/v1/tickets/{text}")
    problem = json.loads(await answer.text())
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"].endswith(".")


async def test_the_wall_shows_every_open_station_with_code_and_link(site: Site) -> None:
    page = await (await site.get("/")).text()
    assert f'href="/v/{ticket(1)}"' in page
    assert 'src="/codes/demo/1.svg"' in page
    assert "Harbour at Dusk" in page
    assert "/codes/demo/2.svg" not in page
    assert "$" not in page


@pytest.mark.parametrize(
    ("path", "accepts", "root", "title"),
    [
        ("/", "ar-EG,en;q=0.5", 'lang="ar" dir="rtl"', "الميناء عند الغسق"),
        ("/", "zh-CN", 'lang="zh-Hans" dir="ltr"', "暮色港口"),
        ("/", "fr", 'lang="en" dir="ltr"', "Harbour at Dusk"),
        ("/?lang=zh-Hans", "ar", 'lang="zh-Hans" dir="ltr"', "暮色港口"),
        ("/?lang=%3Cscript%3E", "", 'lang="en" dir="ltr"', "Harbour at Dusk"),
    ],
)
async def test_the_wall_speaks_the_visitor_s_language(
    site: Site, path: str, accepts: str, root: str, title: str
) -> None:
    page = await (await site.get(path, Accept_Language=accepts)).text()
    assert f"<html {root}>" in page
    assert title in page
    assert "<script" not in page


async def test_without_show_codes_the_wall_gives_no_ticket_away(discreet: Site) -> None:
    page = await (await discreet.get("/")).text()
    assert "/v/" not in page
    assert (await discreet.get("/codes/demo/1.svg")).status == 404


async def test_a_code_leads_to_the_public_address(site: Site) -> None:
    answer = await site.get("/codes/demo/1.svg")
    assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    assert (await answer.text()) == make_code(f"https://art.example/v/{ticket(1)}").svg()


@pytest.mark.parametrize("number", ["2", "999", "0", "x", "99999"])
async def test_there_is_no_code_for_a_closed_or_unknown_station(site: Site, number: str) -> None:
    assert (await site.get(f"/codes/demo/{number}.svg")).status == 404


async def test_what_a_browser_has_already_is_not_sent_again(site: Site) -> None:
    first = await site.get("/client/main.js")
    again = await site.get("/client/main.js", If_None_Match=first.headers["ETag"])
    changed = await site.get("/client/main.js", If_None_Match='W/"another"')
    assert (again.status, await again.read()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert changed.status == 200


async def test_text_is_compressed_for_those_who_take_it_and_pictures_are_not(site: Site) -> None:
    zipped = await site.get("/client/main.js", Accept_Encoding="gzip, br")
    plain = await site.get("/client/main.js")
    picture = await site.get("/media/harbour.jpg", Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await zipped.read()) == await plain.read()
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in picture.headers


async def test_scripts_are_asked_about_each_time_and_pictures_each_hour(site: Site) -> None:
    assert (await site.get("/client/main.js")).headers["Cache-Control"] == "no-cache"
    assert (await site.get("/media/harbour.jpg")).headers["Cache-Control"] == "public, max-age=3600"
    assert (await site.get(f"/api/v1/tickets/{ticket(1)}")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/v/x", "/client/main.js", "/codes/demo/1.svg", "/healthz", "/media/harbour.jpg"]
)
async def test_head_answers_like_get_without_a_body(site: Site, path: str) -> None:
    got = await site.get(path)
    asked = await site.client.head(path, headers={"Accept-Encoding": "identity"})
    assert (asked.status, await asked.read()) == (got.status, b"")
    assert asked.headers["Content-Length"] == str(len(await got.read()))


@pytest.mark.parametrize("path", ["/", "/v/x", "/codes/demo/1.svg", "/client/icon.svg"])
async def test_every_page_says_what_a_browser_may_do_with_it(site: Site, path: str) -> None:
    headers = (await site.get(path)).headers
    assert headers["Permissions-Policy"].startswith("camera=(self)")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/", "/client/main.js", "/nowhere", "/api/v1/tickets/x", "/healthz", "/ws"])
async def test_no_response_is_guessed_at_or_says_who_made_it(site: Site, path: str) -> None:
    headers = (await site.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers


async def test_the_headers_of_a_script_weigh_little(site: Site) -> None:
    answer = await site.get("/client/main.js", Accept_Encoding="gzip")
    assert sum(len(name) + len(value) + 4 for name, value in answer.raw_headers) < 300


def test_the_policy_names_the_websocket_and_no_host_that_is_none() -> None:
    assert "connect-src 'self' ws://box:8443 wss://box:8443;" in content_security_policy("box:8443")
    assert "wss://[fd00::1]:8443;" in content_security_policy("[fd00::1]:8443")
    assert "connect-src 'self';" in content_security_policy("evil; script-src *")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/client/../pyproject.toml",
        "/client/%2e%2e/pyproject.toml",
        "/client/jsconfig.json",
        "/media/x.jpg",
        "/previews/x.webp",
    ],
)
async def test_what_is_not_published_is_not_there(site: Site, path: str) -> None:
    answer = await site.get(path)
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_a_person_who_is_lost_gets_a_page_to_read(site: Site) -> None:
    answer = await site.get("/nowhere", Accept="text/html,*/*", Accept_Language="zh-CN")
    assert (answer.status, answer.content_type) == (404, "text/html")
    assert "请扫描作品旁的二维码" in await answer.text()


async def test_other_methods_are_refused(site: Site) -> None:
    answer = await site.client.post("/healthz")
    assert (answer.status, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET,HEAD"


async def test_a_request_with_a_body_is_refused_and_its_connection_closed(site: Site) -> None:
    answer = await site.client.request("GET", "/healthz", data=b"x" * 10)
    assert (answer.status, answer.headers["Connection"]) == (413, "close")


async def test_a_websocket_handshake_that_comes_the_wrong_way_is_told_so(site: Site) -> None:
    answer = await site.get("/ws")
    assert (answer.status, answer.headers["Connection"]) == (421, "close")


async def test_a_proxy_is_given_a_new_connection_for_each_request(site: Site) -> None:
    assert (await site.get("/healthz", X_Forwarded_For="198.51.100.1")).headers["Connection"] == "close"
    assert "Connection" not in (await site.get("/healthz")).headers


async def test_health_and_readiness_are_told_apart(site: Site) -> None:
    assert ((await site.get("/healthz")).status, (await site.get("/readyz")).status) == (200, 503)
    site.hall.ready.set()
    assert (await site.get("/readyz")).status == 200


async def test_a_server_that_lets_nobody_new_in_is_not_ready_for_a_proxy(site: Site) -> None:
    site.hall.ready.set()
    site.hall.draining = True
    answer = await site.get("/readyz")
    assert (answer.status, await answer.text()) == (503, "draining\n")
    assert (await site.get("/healthz")).status == 200


async def test_statistics_are_for_this_machine_only(site: Site) -> None:
    assert await site.json("/api/v1/stats") == (200, {"sessions": {"live": 3}})
    assert (await site.get("/api/v1/stats", X_Forwarded_For="127.0.0.1")).status == 403


async def test_a_fault_is_logged_and_tells_the_client_nothing(broken: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await broken.get("/api/v1/stats")
    assert answer.status == 500
    assert "abacus" not in await answer.text()
    assert "the abacus fell down" in caplog.text
