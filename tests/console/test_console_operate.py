"""The operator's pages in a real browser on a real server: one look, a station off and on, a dead worker, everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_house import PASSWORD, WAIT_MS, desk, first_link, join, log_in, open_browser
from playwright.sync_api import Browser, Page, expect

from server.bench.form import BenchError
from server.bench.running import RunningServer

pytestmark = pytest.mark.browser

PHONE: Any = {"width": 360, "height": 740}
PAGES = (
    "operate",
    "operate/s/demo/harbour",
    "operate/history",
    "operate/history/demo/harbour",
    "operate/events",
    "operate/doctor",
    "e/demo/visits",
)
PHONE_PAGES = ("operate", "operate/s/demo/harbour", "operate/history/demo/harbour", "e/demo/visits")
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
DARK_RULES: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}}
MINUTES = {
    "start": "2026-03-03T09:00:00Z",
    "step_s": 60,
    "points": 4,
    "lines": {
        "condition": ["ready", "live", None, "failed"],
        "live_most": [0, 3, None, 5],
        "glass_p95_ms": [None, 180.0, None, 420.0],
        "glass_p50_ms": [None, 90.0, None, 200.0],
    },
}
SUMS: dict[str, Any] = {
    "visits": 12,
    "dwell_mean_s": 140.0,
    "dwell": {"60-120": 5, "120-300": 4, "other": 3},
    "experiences": {"lens": 12},
    "styles": {"wave": 7},
    "languages": {"de": 8, "other": 4},
    "steps": {"opened": 20, "began": 14, "camera": 12},
    "gave_up": {"consent": 6, "permission": 2, "waiting": 1, "slow": 0},
}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with RunningServer({"style": {"runtime": "stub"}}) as running:
        join(running, first_link(running), "maria", "Maria Sibylla")
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def maria(server: RunningServer, browser: Browser) -> Any:
    """Who runs the house, logged in."""
    with desk(browser) as page:
        log_in(page, server, "maria")
        return page.context.storage_state()


def go(page: Page, server: RunningServer, place: str) -> None:
    page.goto(f"{server.url}/console/#/{place}")
    page.locator("main:not([aria-busy]) h1").wait_for()


def headline(page: Page) -> Any:
    return expect(page.locator("h1.headline"))


def tile(page: Page, title: str) -> Any:
    return page.locator(".tile", has_text=title)


def put_down(page: Page, server: RunningServer, sentence: str) -> str:
    """Kill the worker, and again where it was back before anybody looked; what the page said meanwhile."""
    page.evaluate(
        """() => {
            const main = document.querySelector("main");
            window.seen = [];
            new MutationObserver(() => window.seen.push(main.innerText))
                .observe(main, { subtree: true, childList: true, characterData: true });
        }"""
    )
    for _ in range(8):
        with suppress(BenchError):  # it is being started
            server.kill_worker()
        page.wait_for_timeout(2500)
        if said := page.evaluate("(sentence) => window.seen.find((text) => text.includes(sentence))", sentence):
            return str(said)
    raise AssertionError(f"the page never said {sentence!r}")


def test_one_look_says_whether_every_station_works(browser: Browser, maria: Any, server: RunningServer) -> None:
    with desk(browser, maria) as page:
        go(page, server, "operate")
        headline(page).to_have_text("All 5 stations work.")
        expect(page.locator(".tile .condition")).to_have_text(["Never seen"] * 5)

        said = put_down(page, server, "None of the 5 stations works: Harbour at Dusk, ")
        assert said.count("Failed") == said.count("No worker can paint or track.") == 5
        headline(page).to_have_text("All 5 stations work.", timeout=WAIT_MS)
        worker = page.locator(".stacked tr", has_text="Worker 0")
        expect(worker).to_contain_text("Last fault:")
        page.get_by_role("button", name="Restart: Worker 0").click()
        expect(page.locator("dialog")).to_contain_text("Nobody is there at the moment.")
        page.locator("dialog").get_by_role("button", name="Cancel").click()

        tile(page, "Harbour").get_by_role("link").press("Enter")
        page.get_by_role("button", name="Switch it off").press("Enter")
        page.get_by_label("Message for visitors").fill("Back at three.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("“Harbour at Dusk” is switched off.")).to_be_visible()
        expect(page.get_by_text("Visitors read: “Back at three.”")).to_be_visible()
        expect(page.get_by_text("By Maria Sibylla")).to_be_visible()
        expect(page.get_by_role("button", name="Switch it on")).to_be_focused()
        page.go_back()
        headline(page).to_have_text("All 4 open stations work.")
        expect(page.locator(".headline-more")).to_have_text("One is switched off: Harbour at Dusk.")
        expect(tile(page, "Harbour")).to_contain_text("Back at three.")
        page.locator(".headline-more").get_by_role("link").click()
        page.get_by_role("button", name="Switch it on").click()
        expect(page.locator(".page-head .condition")).to_have_text("Never seen")


def test_the_house_is_told_what_to_do(browser: Browser, maria: Any, server: RunningServer) -> None:
    with desk(browser, maria) as page:
        go(page, server, "operate")
        page.get_by_role("button", name="Announce").click()
        page.get_by_label("Announcement", exact=True).fill("The house closes in ten minutes.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Every phone shows: “The house closes in ten minutes.”")).to_be_visible()
        page.get_by_role("button", name="Take it back").click()
        expect(page.locator("[data-key=announcement]")).to_have_count(0)

        page.locator(".house-acts summary").click()
        page.get_by_role("button", name="Let nobody in").click()
        page.locator("dialog").get_by_role("button", name="Let nobody in").click()
        expect(page.get_by_text("Nobody new is let in. Who is in goes on.")).to_be_visible()
        page.get_by_role("button", name="Let visitors in again").click()
        expect(page.locator("[data-key=draining]")).to_have_count(0)

        page.locator(".house-acts summary").click()
        page.get_by_role("button", name="Send a test alert").click()
        expect(page.locator("dialog")).to_contain_text("No way is configured")


def test_who_may_only_look_is_offered_nothing_to_do(browser: Browser, maria: Any, server: RunningServer) -> None:
    with desk(browser, maria) as page:
        page.route("**/api/v1/me", lambda route: route.fulfill(json=route.fetch().json() | {"permissions": ["see"]}))
        go(page, server, "operate")
        headline(page).to_contain_text("stations")
        expect(page.locator("main button")).to_have_count(0)
        go(page, server, "operate/s/demo/harbour")
        expect(page.get_by_role("heading", name="Fallback picture")).to_be_visible()
        expect(page.locator("main button")).to_have_count(0)


def test_every_page_is_for_everyone(browser: Browser, maria: Any, server: RunningServer) -> None:
    """Nothing that axe finds, on a laptop; in the dark on a phone contrast, targets, and nothing wider than it."""
    with desk(browser, maria) as laptop, desk(browser, maria, size=PHONE, color_scheme="dark", has_touch=True) as phone:
        for page, rules in ((laptop, RULES), (phone, DARK_RULES)):
            page.route("**/operate/history?*", lambda route: route.fulfill(json=MINUTES))
            page.route(re.compile(r"/visits\?"), lambda route: route.fulfill(json=_visits()))
            for place in PAGES if page is laptop else PHONE_PAGES:
                go(page, server, place)
                assert _faults(page, rules) == [], place
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, place
        with laptop.expect_download() as table:
            laptop.get_by_role("link", name="As CSV").click()
        assert table.value.suggested_filename.startswith("visits-demo-")
        go(laptop, server, "operate/s/demo/harbour")
        laptop.get_by_role("button", name="Choose a picture").click()
        laptop.get_by_role("button", name="The artwork’s own picture").click()
        assert _faults(laptop, RULES) == [], "a dialog"
        laptop.get_by_role("button", name="Save").click()
        expect(laptop.locator("main").get_by_alt_text("The picture that phones show")).to_be_visible()


def _visits() -> dict[str, Any]:
    hour = {"hour": "2026-03-03T09:00:00Z", "sums": SUMS}
    station = {"station": "harbour", "sums": SUMS, "hours": [hour]}
    return {"begins_at": "2026-02-25T00:00:00Z", "ends_at": "2026-03-04T00:00:00Z", "stations": [station]}


def _faults(page: Page, rules: dict[str, Any]) -> list[Any]:
    found = Axe().run(page, options=rules).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


def test_who_was_logged_out_logs_in_over_the_page(browser: Browser, maria: Any, server: RunningServer) -> None:
    with desk(browser, maria) as page:
        page.add_init_script(
            "window.EventSource = class extends EventSource { constructor(url) { super(url); window.source = this; } };"
        )
        go(page, server, "operate")
        headline(page).to_contain_text("stations")
        page.context.clear_cookies()
        page.evaluate("window.source.dispatchEvent(new Event('error'))")
        again = page.locator("dialog", has_text="Please log in again")
        again.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(again).to_have_count(0)
        headline(page).to_contain_text("stations")
        expect(page.locator(".operate.old")).to_have_count(0)
