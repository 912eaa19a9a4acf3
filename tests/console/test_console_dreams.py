"""Visitors' pictures are decided with the keyboard alone, as they come; and a warning is read before publishing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_house import desk, open_browser
from dream_desk import WARNING, DreamDesk, dream_desk, held, offered
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture
def room() -> Iterator[DreamDesk]:
    with dream_desk(
        held=[held("h1", "calm sea", waits_s=34), held("h2", "red city")],
        offered=[offered("o1", "blue moon"), offered("o2", "قمر")],
        warnings=(WARNING,),
    ) as opened:
        yield opened


def go(page: Page, room: DreamDesk, place: str) -> None:
    page.goto(f"{room.url}/console/#/e/winter{place}")
    page.locator("main:not([aria-busy]) h1").wait_for()


def test_pictures_are_decided_with_the_keyboard_as_they_come_and_go(browser: Browser, room: DreamDesk) -> None:
    with desk(browser) as page:
        page.clock.install()
        go(page, room, "")
        expect(page.get_by_role("link", name="Pictures (4 to decide about)")).to_be_visible()
        page.get_by_role("link", name="Pictures").click()
        said, focused = page.locator("#announcer"), page.locator(":focus")
        expect(page.get_by_text("Its visitor has been waiting for 34 seconds.")).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(focused).to_contain_text("calm sea")
        for key, words in (("j", "red city"), ("ArrowDown", "blue moon"), ("k", "red city"), ("ArrowUp", "calm sea")):
            page.keyboard.press(key)
            expect(focused).to_contain_text(words)
        page.keyboard.press("a")
        expect(focused).to_contain_text("red city")
        page.clock.run_for(100)
        expect(said).to_have_text("Approved: calm sea. 3 pictures wait.")

        room.held[:] = [held("h3", "a green hill")]  # who waited for the red city has left, and somebody else came
        page.clock.run_for(3200)
        expect(focused).to_contain_text("a green hill")
        page.keyboard.press("r")  # meant for the red city
        page.clock.run_for(800)
        expect(said).to_have_text(
            "The picture is gone: its visitor has left or withdrew it, or somebody else decided. 1 new picture waits."
        )
        room.held.clear()
        page.keyboard.press("a")  # too late
        expect(focused).to_contain_text("blue moon")
        page.clock.run_for(800)
        page.keyboard.press("r")
        expect(focused).to_contain_text("قمر")
        page.keyboard.press("a")
        expect(page.locator(".of-shown")).to_contain_text("Approved by Ada Lind")
        expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
        expect(page.locator(".tab-count")).to_be_hidden()
    assert room.decided == [("h1", True), ("o1", False), ("o2", True)]


@pytest.mark.slow
def test_what_was_rejected_or_hangs_can_be_decided_again(browser: Browser, room: DreamDesk) -> None:
    with desk(browser) as page:
        go(page, room, "/dreams")
        page.locator(".of-offered li").first.get_by_role("button", name="Reject").click()
        page.get_by_role("button", name="Approve it after all").click()
        page.get_by_role("button", name="Take it off the wall").click()
        expect(page.locator(".of-shown")).to_be_hidden()
        assert room.decided == [("o1", False), ("o1", True), ("o1", False)]
        wall = page.get_by_role("link", name="The garden")
        expect(wall).to_have_attribute("href", "/wall/garden?exhibition=winter")


def test_the_page_is_for_everyone_and_the_licence_is_read_before_publishing(browser: Browser, room: DreamDesk) -> None:
    with desk(browser, size=PHONE, color_scheme="dark", has_touch=True) as page:
        go(page, room, "/dreams")
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        room.station = room.station.model_copy(
            update={"experience": room.experience.model_copy(update={"words": ({"en": "calm"},)})}
        )
        go(page, room, "/versions")
        page.get_by_role("button", name="Publish").click()
        expect(page.locator("dialog")).to_contain_text("The licence of the model Pigment (CC-BY-NC-4.0) allows no")
