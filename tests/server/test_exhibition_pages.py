"""Several exhibitions, drafts and changing codes over HTTP: what the public is shown of them, and what a card tells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from exhibit.exhibition import Exhibition, More, demo_file, load_exhibition
from exhibit.texts import Texts
from exhibit.ticket import Keyring
from models.style.library import read_library
from server.api.catalogue import Catalogue
from server.api.pages import build_pages
from server.config import ServerConfig
from server.on_show import OnShow

NOW_S = 1_800_000_000
KEYRING = Keyring({1: bytes(range(32))}, 1)
DEMO = load_exhibition(demo_file())
WINTER = replace(DEMO, id="winter", title=Texts({"en": "Winter", "zh-Hans": "冬", "ar": "الشتاء"}), version=7)
DRAFT = replace(DEMO, draft=True, title=Texts({"en": "Secret", "zh-Hans": "秘密", "ar": "سر"}))
FIRST, SECOND = DEMO.stations[:2]


class Hall:
    """An empty room."""

    live = waiting = 0
    draining = False
    ready = asyncio.Event()


@dataclass
class Site:
    """The pages over a real socket."""

    client: TestClient[Any, Any]
    on_show: OnShow

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, allow_redirects=False, headers=headers)

    async def page(self, path: str = "/", **headers: str) -> str:
        answer = await self.get(path, **headers)
        assert (answer.status, answer.content_type) == (200, "text/html")
        return await answer.text()

    async def card(self, ticket: str) -> dict[str, Any]:
        answer = await self.get(f"/api/v1/tickets/{ticket}")
        assert answer.status == 200
        card: dict[str, Any] = json.loads(await answer.text())
        return card


@pytest.fixture(name="site")
async def _site() -> AsyncIterator[Site]:
    """A site with nothing on show."""
    on_show = OnShow(KEYRING, lambda: NOW_S)
    catalogue = Catalogue(on_show, read_library(), DEMO.folder)
    pages = build_pages(ServerConfig(public_url="https://art.example"), catalogue, hall=Hall(), stats=dict)
    async with TestClient(TestServer(pages)) as client:
        yield Site(client, on_show)


# -- the first page ----------------------------------------------------------------------------------------------------


async def test_without_an_exhibition_the_first_page_says_so_in_every_language(site: Site) -> None:
    for language, words in (("en", "There is no exhibition"), ("zh-CN", "目前没有展览"), ("ar", "لا يوجد معرض")):
        page = await site.page(**{"Accept-Language": language})
        assert words in page and "/v/" not in page
    assert "Vernissage" in await site.page()


async def test_of_several_exhibitions_a_visitor_chooses_one(site: Site) -> None:
    site.on_show.show(DEMO)
    site.on_show.show(WINTER)
    page = await site.page(**{"Accept-Language": "ar"})
    assert '<a href="/exhibitions/demo">' in page and '<a href="/exhibitions/winter">الشتاء</a>' in page
    assert "/v/" not in page
    chosen = await site.page("/exhibitions/winter")
    assert f'href="/v/{KEYRING.sign("winter", 1)}"' in chosen and 'src="/codes/winter/1.svg"' in chosen
    assert KEYRING.sign("demo", 1) not in chosen


async def test_the_first_page_follows_what_is_on_show(site: Site) -> None:
    site.on_show.show(DEMO)
    assert "Harbour at Dusk" in await site.page()
    site.on_show.show(replace(DEMO, stations=DEMO.stations[1:]))
    assert "Harbour at Dusk" not in await site.page()
    site.on_show.hide("demo")
    assert "There is no exhibition" in await site.page()
    assert (await site.get("/exhibitions/demo")).status == 404


async def test_a_page_of_an_exhibition_that_is_not_there_is_not_either(site: Site) -> None:
    site.on_show.show(DEMO)
    for path in ("/exhibitions/winter", "/codes/winter/1.svg", "/exhibitions/", "/exhibitions/%3Cb%3E"):
        assert (await site.get(path)).status == 404


# -- drafts ------------------------------------------------------------------------------------------------------------


async def test_the_public_finds_nothing_of_a_draft(site: Site) -> None:
    site.on_show.show(DRAFT)
    assert "Secret" not in await site.page()
    for path in ("/exhibitions/demo", "/exhibitions/draft:demo", "/codes/demo/1.svg", "/codes/draft:demo/1.svg"):
        assert (await site.get(path)).status == 404
    lost = await site.get("/nowhere", Accept="text/html")
    assert "Secret" not in await lost.text()


async def test_a_draft_s_card_says_that_it_is_one_and_when_it_ends(site: Site) -> None:
    site.on_show.show(WINTER)
    site.on_show.show(DRAFT)
    draft = await site.card(KEYRING.sign("draft:demo", 1, NOW_S + 60))
    assert (draft["draft"], draft["version"], draft["expires_at"]) == (True, 0, "2027-01-15T08:01:00Z")
    shown = await site.card(KEYRING.sign("winter", 1))
    assert (shown["draft"], shown["version"], shown["expires_at"]) == (False, 7, None)
    assert shown["exhibition"] == {"id": "winter", "title": {"en": "Winter", "zh-Hans": "冬", "ar": "الشتاء"}}


# -- stations ----------------------------------------------------------------------------------------------------------


def with_first(**changes: Any) -> Exhibition:
    return replace(DEMO, stations=(replace(FIRST, **changes), *DEMO.stations[1:]))


async def test_a_closed_station_s_card_says_when_it_opens(site: Site) -> None:
    site.on_show.show(with_first(open=False, opens_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC)))
    station = (await site.card(KEYRING.sign("demo", 1)))["station"]
    assert (station["open"], station["opens_at"]) == (False, "2026-12-01T09:00:00Z")
    assert (await site.card(KEYRING.sign("demo", 2)))["station"]["opens_at"] is None


async def test_a_card_tells_whatever_more_there_is_to_tell(site: Site) -> None:
    caption, notes = {"en": "Caption"}, {"en": "A step"}
    site.on_show.show(with_first(more=More(caption=Texts(caption), notes=Texts(notes), step_free=False, flicker=True)))
    station = (await site.card(KEYRING.sign("demo", 1)))["station"]
    assert (station["caption"], station["description"], station["audio_description"]) == (caption, None, None)
    assert station["accessibility"] == {"step_free": False, "seating": None, "flicker": True, "notes": notes}
    other = (await site.card(KEYRING.sign("demo", 2)))["station"]
    assert other["accessibility"] == {"step_free": None, "seating": None, "flicker": False, "notes": None}


async def test_a_station_whose_code_changes_has_none_on_the_wall(site: Site) -> None:
    site.on_show.show(with_first(rotating=True))
    page = await site.page()
    assert "/codes/demo/1.svg" not in page and "/codes/demo/2.svg" in page
    assert (await site.get("/codes/demo/1.svg")).status == 404
    assert (await site.get(f"/api/v1/tickets/{KEYRING.sign('demo', 1)}")).status == 410
    assert (await site.card(KEYRING.sign("demo", 1, NOW_S + 60)))["expires_at"] == "2027-01-15T08:01:00Z"


async def test_a_style_that_is_gone_is_not_on_a_card(site: Site) -> None:
    lens = replace(FIRST.experience, styles=("scream", "gone", "udnie"))
    site.on_show.show(with_first(experience=lens))
    styles = (await site.card(KEYRING.sign("demo", 1)))["station"]["styles"]
    assert [style["id"] for style in styles] == ["scream", "udnie"]


# -- short addresses ---------------------------------------------------------------------------------------------------


async def test_a_short_address_leads_to_the_page_of_its_code(site: Site) -> None:
    site.on_show.show(DEMO)
    short = site.on_show.short(DEMO, SECOND)
    for typed in (short, f"{short[:4]}-{short[4:]}".lower()):
        answer = await site.get(f"/s/{typed}")
        assert (answer.status, answer.headers["Location"]) == (302, f"/v/{KEYRING.sign('demo', 2)}")
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_short_address_that_leads_nowhere_is_not_there(site: Site) -> None:
    site.on_show.show(DEMO)
    assert (await site.get("/s/AAAAAAAA")).status == 404
    lost = await site.get("/s/AAAAAAAA", Accept="text/html")
    assert (lost.status, lost.content_type) == (404, "text/html")
    assert "There is nothing at this address" in await lost.text()
