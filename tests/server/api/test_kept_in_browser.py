"""The page of a kept picture and the wall in a real browser, by who uses them: an owner, a friend, a screen."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from api_house import House
from axe_playwright_python.async_playwright import Axe
from dreams_at_hand import keep, on_show
from playwright.async_api import Browser, Page, async_playwright, expect

from server.api.wall import CONSOLE
from server.bench.chromium import chromium_path, launch_args

pytestmark = pytest.mark.browser
in_this_loop = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="browser")
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=launch_args())
        yield chromium
        await chromium.close()


async def open_page(browser: Browser, language: str = "en") -> Page:
    """A phone's; an error in its scripts fails the test."""
    context = await browser.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def at(house: House, path: str) -> str:
    return house.base.rstrip("/") + path


async def faults(page: Page) -> list[tuple[str, str]]:
    found: dict[str, Any] = (await Axe().run(page, options=RULES)).response
    assert found["passes"]
    return [(rule["id"], node["html"]) for rule in found["violations"] for node in rule["nodes"]]


@in_this_loop
async def test_an_owner_offers_and_deletes_and_the_secret_leaves_the_address(house: House, browser: Browser) -> None:
    show = await on_show(house)
    link = await keep(house, show)
    page = await open_page(browser)
    await page.goto(at(house, f"{link.path}#owner={link.receipt.owner}"))
    await expect(page.locator("#picture")).to_have_js_property("naturalWidth", 256)
    assert page.url == at(house, link.path)
    await page.reload()  # the browser remembers whose it is
    await page.get_by_role("button", name="Offer it for the wall").click()
    await expect(page.locator("#wall_state")).to_contain_text("A curator decides")
    assert [one.id for one in await house.store.kept.offered(show)] == [link.kept.id]
    await page.get_by_role("button", name="Delete it").click()
    await page.get_by_role("button", name="Keep it").click()
    await page.get_by_role("button", name="Delete it").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.get_by_role("heading", name="The picture is deleted")).to_be_visible()
    assert await house.store.kept.find(link.receipt.token) is None


@in_this_loop
async def test_a_friend_sees_how_it_was_made_and_can_change_nothing(house: House, browser: Browser) -> None:
    link = await keep(house, await on_show(house))
    page = await open_page(browser)
    await page.goto(at(house, link.path))
    await expect(page.locator("#card")).to_contain_text("Paintings in the public domain")
    await expect(page.locator("#how")).to_contain_text("from words and a view of the room")
    await expect(page.locator("#own")).to_be_hidden()
    await page.locator("summary").click()
    await expect(page.locator("#code")).to_have_js_property("complete", True)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Save the picture").click()
    assert (await download.value).suggested_filename == "vernissage-2026-11-28.jpg"


@in_this_loop
@pytest.mark.slow
async def test_axe_finds_nothing_and_nothing_is_left_untranslated(house: House, browser: Browser) -> None:
    link = await keep(house, await on_show(house))
    page = await open_page(browser, "ar")
    await page.goto(at(house, f"{link.path}#owner={link.receipt.owner}"))
    await expect(page.locator("#own")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert await page.locator("[data-word]").evaluate_all("all => all.filter((one) => !one.textContent).length") == 0
    assert await faults(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@in_this_loop
@pytest.mark.slow
async def test_a_link_that_leads_nowhere_is_told_kindly(house: House, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(at(house, "/kept/AAAAAAAAAAAAAAAAAAAAAA#owner=a"))
    await expect(page.get_by_role("heading", name="This picture is not here any more")).to_be_visible()


@in_this_loop
async def test_a_wall_shows_what_is_approved_within_seconds_and_lets_go_of_what_is_withdrawn(
    house: House, browser: Browser
) -> None:
    show = await on_show(house, name="screen")
    page = await open_page(browser)
    await page.emulate_media(reduced_motion="reduce")  # without a fade there is nothing to wait for
    await page.clock.install()
    await page.goto(at(house, "/wall/screen"))
    await expect(page.get_by_role("heading", name="Title of screen (en)")).to_be_visible()
    assert await faults(page) == []
    link = await keep(house, show, "screen", offered=True)
    await house.store.kept.decide(show, link.kept.id, "command", approve=True)
    await _wait_for_answer(page)
    shown = page.locator("figure.shown")
    await expect(shown).to_have_count(1)
    await expect(shown.locator("img")).to_have_attribute("src", re.compile(link.kept.id))
    await expect(shown.locator("figcaption")).to_have_text(link.kept.made.words)
    await house.store.kept.withdraw(link.receipt.token, link.receipt.owner)
    await _wait_for_answer(page)
    await expect(shown).to_have_count(0)
    await expect(page.locator("#empty")).to_have_class(re.compile("shown"))


async def _wait_for_answer(page: Page) -> None:
    """Let ten seconds go by until it asks, and one more until it looks."""
    async with page.expect_response(re.compile("/pictures$")):
        await page.clock.run_for(11_000)
    await page.wait_for_timeout(100)
    await page.clock.run_for(2000)


@pytest.mark.parametrize("name", ["kept_words", "dream_wall"])
def test_every_language_says_everything(name: str) -> None:
    script = (CONSOLE / f"{name}.js").read_text(encoding="utf-8")
    table = script[script.index("const WORDS = {") :].split("\n};\n")[0]
    languages = re.split(r'^  "?[a-zA-Z-]+"?: \{$', table, flags=re.MULTILINE)[1:]
    said = [re.findall(r"^    (\w+):", language, re.MULTILINE) for language in languages]
    assert len(said) == 3
    assert said[0] == said[1] == said[2]
