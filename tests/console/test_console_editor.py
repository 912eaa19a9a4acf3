"""The editor of exhibitions, in a real browser on a real server: from a new station to what visitors see, and back."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.request import Request

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_house import LAPTOP, PASSWORD, TABLET, desk, first_link, open_browser
from playwright.sync_api import Browser, Page, expect

from server.bench.running import RunningServer

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[2] / "exhibit" / "demo"
ICON = Path(__file__).parents[2] / "mobile_client" / "icon.svg"
SLOW_MS = 60_000  # what a worker computes, beside everything else
INVITE = """async () => {
    const me = await (await fetch("/api/v1/me")).json();
    const headers = {"X-CSRF-Token": me.csrf, "Content-Type": "application/json"};
    const body = JSON.stringify({role: "curator"});
    return (await (await fetch("/api/v1/invitations", {method: "POST", headers, body})).json()).address;
}"""
ROTATING = {"distance_cm": 80, "admission": "rotating"}
TABS = ("", "/s/harbour", "/schedule", "/programmes", "/versions", "/codes", "/settings")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PUT = """async ([path, change]) => {
    const me = await (await fetch("/api/v1/me")).json();
    const { content, revision } = await (await fetch(path)).json();
    const headers = {"X-CSRF-Token": me.csrf, "Content-Type": "application/json", "If-Match": `"${revision}"`};
    return (await fetch(path, {method: "PUT", headers, body: JSON.stringify({...content, ...change})})).status;
}"""


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with RunningServer({"style": {"runtime": "stub"}}) as running:
        yield running
        # Pages that are left break their requests off, which a server must not call a fault.
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def ada(server: RunningServer) -> Any:
    """The first admin's browser."""
    return enter(server, first_link(server), "ada", "Ada Lind")


@pytest.fixture(scope="module")
def bruno(server: RunningServer, browser: Browser, ada: Any) -> Any:
    """A curator's browser."""
    with desk(browser, ada) as page:
        page.goto(f"{server.url}/console/")
        link: str = page.evaluate(INVITE)
    return enter(server, link, "bruno", "Bruno Weiss")


def enter(server: RunningServer, link: str, login: str, name: str) -> Any:
    """Somebody follows a link; what their browser keeps of it."""
    body = json.dumps({"login": login, "name": name, "password": PASSWORD}).encode()
    address = f"{server.url}/api/v1/links/{link.rsplit('/', 1)[1]}"
    with urllib.request.urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=20) as answer:
        cookie = SimpleCookie(answer.headers["Set-Cookie"])["vernissage"]
    kept = {"name": "vernissage", "value": cookie.value, "url": server.url, "httpOnly": True, "sameSite": "Strict"}
    return {"cookies": [kept], "origins": []}


@pytest.fixture
def page(browser: Browser, ada: Any) -> Iterator[Page]:
    """A page of hers. Of the codes only one is really drawn: each costs the server a process."""
    with desk(browser, ada) as page:
        page.route(re.compile("/stations/(?!harbour).*/code.svg"), lambda route: route.fulfill(path=ICON))
        yield page


def go(page: Page, server: RunningServer, place: str) -> None:
    page.goto(f"{server.url}/console/#/e/demo{place}")
    page.locator("main:not([aria-busy]) h1").wait_for()


def text(page: Page, field: str, language: str = "en") -> Any:
    """The field of a text, in the part of the page where all texts are."""
    return page.locator(f'#section-texts [data-field="{field}.{language}"] :is(input, textarea)')


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator(".save-state")).to_contain_text("Saved by")


def order(page: Page) -> list[str]:
    found: list[str] = page.locator(".station-tile").evaluate_all("tiles => tiles.map(tile => tile.dataset.id)")
    return found


@pytest.mark.slow
def test_a_station_is_made_and_published(page: Page, server: RunningServer) -> None:
    go(page, server, "")
    page.get_by_role("button", name="Add a station").click()
    page.get_by_label("Title, English").fill("Élan: Nº 7")
    expect(page.get_by_label("Name in addresses")).to_have_value("elan-no-7")
    expect(page.get_by_label("Number")).to_have_value("6")
    page.get_by_label("Number").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The number 1 is the station harbour's.")).to_be_visible()
    page.get_by_label("Number").fill("6")
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/elan-no-7")
    _hang_a_picture(page)
    _offer_styles(page)
    _write_texts(page)
    save(page)

    go(page, server, "")
    expect(page.locator(".station-tile[data-id=elan-no-7]")).to_contain_text("Missing in English: Description")
    page.get_by_role("button", name="Publish").click()
    page.locator("dialog").get_by_role("link", name="Description, Chinese (Simplified)").click()
    expect(text(page, "description", "zh-Hans")).to_be_focused()
    text(page, "description", "zh-Hans").fill("介绍")
    page.get_by_label("Language on the right").select_option("en")
    text(page, "description", "en").fill("Seven.")
    save(page)
    go(page, server, "/versions")
    expect(page.locator(".version-draft")).to_contain_text("New: title in en.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Note").fill("With Élan")
    page.locator("dialog").get_by_role("button", name="Publish").click()
    expect(page.locator(".version", has_text="With Élan")).to_contain_text("On show")
    page.goto(f"{server.url}/exhibitions/demo")
    expect(page.get_by_role("heading", name="title in en")).to_be_visible()


def _hang_a_picture(page: Page) -> None:
    upload = page.locator("#section-artwork input[type=file]")
    upload.set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"not a picture"})
    expect(page.locator("#section-artwork .upload .error")).not_to_be_empty()
    upload.set_input_files(DEMO / "valley.jpg")
    expect(page.locator(".gauge")).to_contain_text("of 100", timeout=SLOW_MS)
    page.get_by_role("button", name="Cut out of a photo").click()
    page.get_by_role("button", name="Lower right corner").focus()
    size = page.locator(".crop-side .hint")
    whole = size.text_content() or ""
    for _ in range(5):
        page.keyboard.press("Shift+ArrowLeft")
    expect(size).not_to_have_text(whole)
    page.get_by_role("button", name="Cut out", exact=True).click()
    expect(page.locator(".remarks")).to_contain_text("like “Valley, Folded”", timeout=SLOW_MS)


def _offer_styles(page: Page) -> None:
    for style in ("Scream", "Great wave", "Udnie"):
        page.locator(".style-add", has_text=style).click()
    tiles = page.locator(".style-tile")
    tiles.nth(1).get_by_label("Begin with it").check()
    page.get_by_label("Great wave", exact=True).fill("0.2")
    expect(page.locator(".share-row", has_text="Scream").locator("output")).to_have_text("80%")
    tiles.nth(0).locator(".drag").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#announcer")).to_have_text("Scream is now number 2 of 3.")
    expect(page.locator(".painted")).to_be_visible(timeout=SLOW_MS)


def _write_texts(page: Page) -> None:
    """The required ones in all languages, and the beginning of another."""
    page.get_by_label("Language on the right").select_option("ar")
    for language in ("en", "ar", "zh-Hans"):
        if language == "zh-Hans":
            page.get_by_label("Language on the left").select_option(language)
        for field in ("title", "label", "artwork.alt"):
            text(page, field, language).fill(f"{field} in {language}")
    expect(page.locator("#section-texts .completeness.whole")).to_have_count(3)
    text(page, "description", "ar").fill("وصف")
    expect(page.locator("#section-texts .lacking .gap")).to_contain_text("another language has it")


def test_versions_wait_for_their_time_and_come_back(page: Page, server: RunningServer) -> None:
    go(page, server, "/versions")
    page.get_by_role("button", name="Publish").click()
    before = page.locator(".version").count()
    page.locator("dialog").get_by_role("button", name="Publish").click()
    expect(page.locator(".version")).to_have_count(before + 1)
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("At a set time").check()
    page.get_by_label("Date and time in UTC").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Set the time").click()
    expect(page.get_by_text("Choose a time to come.")).to_be_visible()
    page.get_by_label("Date and time in UTC").fill("2126-07-01T10:00")
    expect(page.locator("dialog")).to_contain_text("1 Jul 2126, 12:00 in Berlin")
    page.get_by_role("button", name="Set the time").click()
    coming = page.locator(".version").first
    expect(coming).to_contain_text("Scheduled")
    coming.get_by_role("button", name="Cancel").click()
    page.locator("dialog").get_by_role("button", name="Cancel").last.click()
    expect(page.locator(".version").first).to_contain_text("Cancelled")
    page.get_by_role("button", name="Show version 1", exact=True).click()
    page.locator("dialog").get_by_role("button", name="Show this one").click()
    expect(page.locator(".version", has_text="The first version")).to_contain_text("On show")
    page.get_by_role("button", name="Copy version 1 into the draft").click()
    page.locator("dialog").get_by_role("button", name="Copy into the draft").click()
    expect(page.get_by_text("The draft is what visitors see.")).to_be_visible()


def test_stations_are_put_into_another_order(page: Page, server: RunningServer) -> None:
    go(page, server, "")
    first, second = order(page)[:2]
    handles = page.locator(".station-tile .drag")
    here, there = handles.nth(0).bounding_box(), handles.nth(1).bounding_box()
    assert here and there
    page.mouse.move(here["x"] + 10, here["y"] + 10)
    page.mouse.down()
    page.mouse.move(there["x"] + 5, there["y"] - 20, steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert order(page)[:2] == [first, second]
    page.mouse.move(here["x"] + 10, here["y"] + 10)
    page.mouse.down()
    page.mouse.move(there["x"] + 5, there["y"] - 20, steps=5)
    with page.expect_response("**/order") as answered:
        page.mouse.up()
    assert answered.value.ok
    assert order(page)[:2] == [second, first]
    page.locator(f".station-tile[data-id={first}] .drag").focus()
    with page.expect_response("**/order"):
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#announcer")).to_contain_text("is now number 1 of")
    expect(page.locator(f".station-tile[data-id={first}] .drag")).to_be_focused()
    page.reload()
    page.locator(".station-tile").first.wait_for()
    assert order(page)[:2] == [first, second]


def test_two_who_write_at_once_choose_field_by_field(
    browser: Browser, page: Page, server: RunningServer, bruno: Any
) -> None:
    go(page, server, "/s/valley")
    text(page, "label").fill("A label by Ada.")
    text(page, "title").fill("A title by Ada")
    with desk(browser, bruno) as other:
        go(other, server, "/s/valley")
        expect(other.locator(".others")).to_contain_text("Ada Lind has this station open, too.")
        text(other, "label").fill("A label by Bruno.")
        other.get_by_label("Painter").fill("Bruno's")
        save(other)
        page.keyboard.press("Control+s")
        conflict = page.locator("dialog.conflict")
        expect(conflict).to_contain_text("Bruno Weiss saved “Valley, Folded”")
        expect(conflict.locator(".clash")).to_have_count(2)
        conflict.get_by_role("button", name="Not now").click()
        expect(page.locator(".save-state")).to_have_text("Unsaved changes")
        page.keyboard.press("Control+s")
        conflict.get_by_role("group", name="Label").get_by_label("Yours").check()
        expect(conflict.get_by_role("group", name="Painter").get_by_label("By Bruno Weiss")).to_be_checked()
        conflict.get_by_role("button", name="Save this").click()
        expect(page.locator(".save-state")).to_contain_text("Saved by Ada Lind")
        expect(page.get_by_label("Painter")).to_have_value("Bruno's")
        go(other, server, "")
        go(other, server, "/s/valley")
        expect(text(other, "label")).to_have_value("A label by Ada.")
        expect(text(other, "title")).to_have_value("A title by Ada")
        expect(other.get_by_label("Painter")).to_have_value("Bruno's")


def test_what_is_not_saved_survives_a_closed_tab(page: Page, server: RunningServer) -> None:
    go(page, server, "/s/portrait")
    text(page, "label").fill("Begun on a train.")
    page.wait_for_timeout(500)  # until the browser keeps it
    page.close()
    again = page.context.new_page()
    go(again, server, "")
    expect(again.locator(".station-tile[data-id=portrait]")).to_contain_text("unsaved changes in this browser")
    go(again, server, "/s/portrait")
    expect(text(again, "label")).to_have_value("Begun on a train.")
    expect(again.locator(".save-state")).to_contain_text("Unsaved changes of yours")
    again.get_by_role("button", name="Discard").click()
    again.locator("dialog").get_by_role("button", name="Discard").click()
    expect(text(again, "label")).not_to_have_value("Begun on a train.")
    expect(again.locator(".save-state")).to_contain_text("Saved by")


def test_a_schedule_with_a_programme_is_drawn_once_it_is_saved(page: Page, server: RunningServer) -> None:
    go(page, server, "/programmes")
    page.get_by_role("button", name="Add a programme").click()
    page.get_by_label("Name").fill("Late")
    page.keyboard.press("Enter")
    stations = page.locator(".programme-station select")
    stations.nth(0).select_option("other")
    stations.nth(1).select_option("closed")
    page.locator("summary", has_text="What it does").click()
    page.locator(".programme-experience").get_by_label("Canvas", exact=True).check()
    expect(page.locator("summary", has_text="Late")).to_contain_text("1 station closed · 1 station does something else")
    save(page)

    go(page, server, "/schedule")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("By the week").check()
    monday = page.get_by_role("group", name="Monday")
    monday.get_by_role("button", name="Remove").click()
    page.get_by_label("Opens: Thursday").fill("11:00")
    for _ in range(2):
        page.get_by_role("button", name="Add a weekly programme").click()
    for at in range(2):
        form = page.locator(f'[data-field="schedule.slots.{at}"]')
        form.get_by_label("Programme").select_option("late")
    page.keyboard.press("Control+s")
    expect(page.locator('[data-field="schedule.slots"] > .error')).to_contain_text("Expected slots that do not overlap")
    form.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The week shows what is saved.")).to_be_visible()
    save(page)
    thursday = page.locator(".week-column").nth(3)
    expect(thursday).to_contain_text("11:00–18:00")
    expect(thursday).to_contain_text("18:00–21:00Late")
    expect(page.locator(".week-column").first).to_contain_text("closed")
    page.get_by_role("button", name="Add a special date").click()
    page.get_by_label("From").last.fill("2026-12-24")
    page.get_by_label("Until").last.fill("2026-12-20")
    page.keyboard.press("Control+s")
    expect(page.locator(".wrong .error", has_text="or a later date")).to_be_visible()


def test_a_language_is_added_and_the_draft_opened_on_a_phone(page: Page, server: RunningServer) -> None:
    go(page, server, "/settings")
    page.get_by_label("Another language").select_option("de")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_label("Language on the right").select_option("de")
    page.locator('[data-field="title.de"] input').fill("Geliehene Augen")
    page.get_by_role("button", name="Move German forward").click()
    save(page)
    expect(page.locator(".language-list li").nth(2)).to_contain_text("German")
    go(page, server, "/s/harbour")
    page.get_by_role("button", name="Open preview").click()
    dialog = page.locator("dialog.preview")
    expect(dialog.get_by_alt_text("QR code of the preview")).to_be_visible()
    expect(dialog).to_contain_text("Good for 29:")
    dialog.get_by_role("button", name="Show it here").click()
    visit = page.frame_locator("iframe")
    expect(visit.get_by_text("Draft: not public")).to_be_visible()
    go(page, server, "/settings")
    page.get_by_role("button", name="Remove German").click()
    page.locator("dialog").get_by_role("button", name="Remove").click()
    save(page)


def test_codes_are_there_one_by_one_and_on_sheets(page: Page, server: RunningServer) -> None:
    go(page, server, "/s/street")
    assert page.evaluate(PUT, ["/api/v1/exhibitions/demo/stations/street", {"code": ROTATING}]) == 200
    go(page, server, "/codes")
    page.get_by_label("Paper").select_option("l7160")
    page.get_by_label("Second language").select_option("ar")
    page.get_by_label("Labels used already").fill("3")
    sheet = page.get_by_role("link", name="Download PDF").get_attribute("href")
    assert sheet == "/api/v1/exhibitions/demo/codes.pdf?paper=l7160&language=en&skip=3&second=ar"
    code = page.get_by_alt_text("The code of Harbour at Dusk")
    expect(code).to_be_visible()
    page.get_by_role("button", name="Address for the screen").click()
    expect(page.locator(".kiosk a")).to_have_attribute("href", re.compile(rf"^http://[^/]+:{server.port}/"))


def test_every_page_is_for_everyone(page: Page, server: RunningServer) -> None:
    for place in TABS:
        go(page, server, place)
        assert _faults(page) == [], place
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, place
        page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(TABLET)
    for place in ("", "/schedule"):
        go(page, server, place)
        assert _faults(page) == [], place


def _faults(page: Page) -> list[Any]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_both_languages_say_everything(page: Page, server: RunningServer) -> None:
    go(page, server, "")
    english, chinese = (
        set(page.evaluate(f"import('/console/editor/texts/{code}.js').then(module => Object.keys(module.default))"))
        for code in ("en", "zh-Hans")
    )
    assert {key for key in english if not key.endswith("_one")} == chinese
    page.get_by_role("button", name="简体中文").click()
    for place in ("/s/harbour", "/versions"):
        go(page, server, place)
    expect(page.get_by_role("heading", name="版本", exact=True)).to_be_visible()
