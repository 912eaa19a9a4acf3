"""From an empty state folder to what a visitor sees, a change of it, and the way back; in two browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_house import PASSWORD, desk, first_link, open_browser
from playwright.sync_api import Browser, Page, expect

from server.bench.running import RunningServer

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[2] / "exhibit" / "demo"
PHONE = {"width": 390, "height": 780}
SLOW_MS = 60_000
TEXTS = {
    "en": {"title": "The frozen pond", "label": "Ice, and a light far off.", "artwork.alt": "A pond in winter."},
    "zh-Hans": {"title": "冰封的池塘", "label": "冰面，远处有一点光。", "artwork.alt": "冬天的池塘。"},
}
WATCH = """() => {
    window.blank = 0; window.fades = 0;
    const look = () => {
        const painted = document.querySelector("#painted");
        const covers = [...document.querySelectorAll(".cover")].filter((cover) => !cover.hidden);
        if (covers.length) window.fades += 1;
        if (!covers.length && getComputedStyle(painted).opacity === "0") window.blank += 1;
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture
def server() -> Iterator[RunningServer]:
    lens = {"width": 192, "min_width": 192, "fps": 8}
    style = {"runtime": "stub", "stub_base_ms": 5.0, "stub_frame_ms": 1.0}
    with RunningServer({"style": style, "lens": lens, "room": {"max_live": 8}}) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


def test_from_nothing_to_a_visitor_and_back(browser: Browser, server: RunningServer) -> None:
    with desk(browser) as curator, desk(browser, size=PHONE) as phone:
        set_up(curator, server)
        make_exhibition(curator)
        make_station(curator)
        open_by_the_week(curator)
        see_the_draft(curator, phone)
        phone.goto(f"{server.url}/exhibitions/winter")
        expect(phone.get_by_text("There is nothing at this address.")).to_be_visible()
        mend_what_is_missing(curator)
        publish(curator, "The opening")
        sockets = visit(phone, server)
        phone.evaluate(WATCH)
        offer(curator, "Great wave")
        publish(curator, "With a wave")
        expect(styles(phone)).to_have_count(2, timeout=SLOW_MS)
        show_again(curator, "The opening")
        expect(styles(phone)).to_have_count(1, timeout=SLOW_MS)
        expect(phone.locator("body")).to_have_attribute("data-state", re.compile("live|slow"))
        assert len(sockets) == 1, "the visitor never reconnected"
        assert phone.evaluate("window.fades") > 0
        assert phone.evaluate("window.blank") == 0


def set_up(page: Page, server: RunningServer) -> None:
    page.goto(first_link(server))
    page.get_by_label("Login").fill("ada")
    page.get_by_label("Your name").fill("Ada Lind")
    page.get_by_label("New password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Borrowed Eyes")).to_be_visible()


def make_exhibition(page: Page) -> None:
    page.get_by_role("button", name="New exhibition").click()
    page.get_by_label("Title (English)").fill("Winter")
    page.get_by_label("Chinese (Simplified)").check()
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/e/winter")


def make_station(page: Page) -> None:
    page.get_by_role("button", name="Add a station").click()
    page.get_by_label("Title, English").fill("The frozen pond")
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/the-frozen-pond")
    page.locator("#section-artwork input[type=file]").set_input_files(DEMO / "harbour.jpg")
    expect(page.locator(".gauge")).to_contain_text("of 100", timeout=SLOW_MS)
    page.locator(".style-add", has_text="Scream").click()
    for language, texts in TEXTS.items():
        for name, words in texts.items():
            page.locator(f'#section-texts [data-field="{name}.{language}"] :is(input, textarea)').fill(words)
    save(page)


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator(".save-state")).to_contain_text("Saved by")


def open_by_the_week(page: Page) -> None:
    """Every day around the clock, and closed on one date that is long past."""
    go(page, "/schedule")
    page.get_by_role("button", name="Add a special date").click()
    page.get_by_label("Name").last.fill("Stocktaking")
    save(page)


def see_the_draft(curator: Page, phone: Page) -> None:
    go(curator, "/s/the-frozen-pond")
    curator.get_by_role("button", name="Open preview").click()
    expect(curator.get_by_role("img", name="QR code of the preview")).to_be_visible()
    phone.goto(curator.locator("dialog a[href*='/v/']").get_attribute("href") or "")
    expect(phone.get_by_role("heading", name="The frozen pond")).to_be_visible()
    expect(phone.get_by_text(re.compile("Draft"))).to_be_visible()
    curator.keyboard.press("Escape")


def mend_what_is_missing(page: Page) -> None:
    go(page, "/versions")
    page.get_by_role("link", name="Title, Chinese (Simplified)").click()
    page.locator('[data-field="title.zh-Hans"] :is(input, textarea)').fill("冬天")
    save(page)


def publish(page: Page, note: str) -> None:
    go(page, "/versions")
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Note").fill(note)
    page.locator("dialog").get_by_role("button", name="Publish").click()
    expect(page.locator(".version", has_text=note)).to_contain_text("On show")


def show_again(page: Page, note: str) -> None:
    page.locator(".version", has_text=note).get_by_role("button", name=re.compile("^Show version")).click()
    page.locator("dialog").get_by_role("button", name="Show this one").click()
    expect(page.locator(".version", has_text=note)).to_contain_text("On show")


def offer(page: Page, style: str) -> None:
    go(page, "/s/the-frozen-pond")
    page.locator(".style-add", has_text=style).click()
    save(page)


def go(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = `#/e/winter${place}`; }", place)
    page.locator("main:not([aria-busy]) h1").wait_for()


def visit(phone: Page, server: RunningServer) -> list[str]:
    """A visitor scans the code, agrees, and is live; the sockets that the page opens."""
    sockets: list[str] = []
    phone.on("websocket", lambda socket: sockets.append(socket.url))
    phone.goto(f"{server.url}/exhibitions/winter")
    phone.locator("a[href^='/v/']").click()
    expect(phone.locator("p.draft")).to_be_hidden()
    phone.locator("body[data-state=consent] button.primary").click()
    phone.wait_for_selector("#painted[data-shown-seq]", timeout=SLOW_MS)
    return sockets


def styles(phone: Page):  # type: ignore[no-untyped-def]
    return phone.get_by_role("group", name="Styles").get_by_role("radio")
