"""The wall of codes in a real browser: readable for everyone and by phones, in each language and on each screen."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from server.bench.chromium import chromium_path, launch_args
from server.bench.running import RunningServer

pytestmark = pytest.mark.browser

NARROW, PHONE, LAPTOP = (320, 568), (390, 844), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module", name="wall")
def _wall() -> Iterator[str]:
    with RunningServer({"style": {"runtime": "stub"}, "server": {"http": False}}) as running:
        yield running.url


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=launch_args())
        yield chromium
        chromium.close()


def hang(browser: Browser, wall: str, screen: tuple[int, int], language: str = "en", colours: str = "light") -> Page:
    """The wall on a screen; what its policy forbids, and what it misses, fails the test."""
    context = browser.new_context(
        viewport={"width": screen[0], "height": screen[1]},
        locale=language,
        color_scheme=colours,  # type: ignore[arg-type]
        ignore_https_errors=True,
    )
    page = context.new_page()
    page.on("console", lambda message: pytest.fail(message.text) if message.type == "error" else None)
    page.goto(wall)
    return page


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", pytest.param("zh-CN", marks=pytest.mark.slow), "ar"])
def test_axe_finds_nothing(browser: Browser, wall: str, language: str, colours: str) -> None:
    page = hang(browser, wall, PHONE, language, colours)
    found = Axe().run(page, options=RULES).response
    assert found["passes"]
    assert [(rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]] == []


@pytest.mark.parametrize("screen", [NARROW, PHONE, LAPTOP])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_runs_off_the_side(browser: Browser, wall: str, screen: tuple[int, int], language: str) -> None:
    page = hang(browser, wall, screen, language)
    assert page.evaluate("document.documentElement.scrollWidth") == screen[0]


def test_a_code_on_the_screen_leads_where_its_link_leads(browser: Browser, wall: str) -> None:
    page = hang(browser, wall, LAPTOP, colours="dark")
    work = page.locator("article").first
    code = work.locator("img.code")
    expect(code).to_have_js_property("complete", True)
    shown = cv2.imdecode(np.frombuffer(code.screenshot(scale="device"), np.uint8), cv2.IMREAD_COLOR)
    text = cv2.QRCodeDetectorAruco().detectAndDecode(cv2.resize(shown, None, fx=3, fy=3))[0]
    assert urlsplit(text).path == work.locator(".door a").get_attribute("href")


def test_the_link_opens_the_visitor_s_page(browser: Browser, wall: str) -> None:
    page = hang(browser, wall, PHONE)
    page.locator(".door a").first.click()
    expect(page.locator("body")).to_have_attribute("data-state", "consent")


def test_every_language_is_one_tap_away(browser: Browser, wall: str) -> None:
    page = hang(browser, wall, PHONE)
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h2").first).to_have_text("Harbour at Dusk")
