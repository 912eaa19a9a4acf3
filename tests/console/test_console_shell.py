"""The console around the editor, in a real browser on a real server: getting in, people, styles, keys, the log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_house import PASSWORD, TABLET, desk, first_link, join, log_in, open_browser
from playwright.sync_api import Browser, Page, Route, expect

from server.bench.running import RunningServer

pytestmark = pytest.mark.browser

PAGES = ("", "people", "account", "styles", "log", "keys", "nowhere")
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
JOB = {"id": "j1", "style": "wave", "name": "Market day", "doing": "224: fitting", "share": 0.4, "sentence": ""}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with RunningServer({"style": {"runtime": "stub"}}) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def maria(server: RunningServer, browser: Browser) -> Any:
    """The first admin's browser: she followed the link of the first start, and was told what makes a good password."""
    with desk(browser) as page:
        page.goto(first_link(server))
        page.get_by_label("Your name").fill("Maria Sibylla")
        page.get_by_label("Login").fill("maria")
        page.get_by_label("New password").fill("short")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Use 12 characters or more.")).to_be_visible()
        expect(page.get_by_label("New password")).to_be_focused()
        page.get_by_label("New password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Borrowed Eyes")).to_be_visible()
        expect(page.get_by_text("came with the installation")).to_be_visible()
        expect(page.get_by_role("heading", name="Exhibitions", level=1)).to_be_focused()
        return page.context.storage_state()


@pytest.fixture
def page(browser: Browser, maria: Any) -> Iterator[Page]:
    """A page of hers."""
    with desk(browser, maria) as page:
        yield page


def go(page: Page, server: RunningServer, place: str) -> None:
    page.goto(f"{server.url}/console/#/{place}")
    page.locator("main:not([aria-busy]) h1").wait_for()


def choose(page: Page, of: str, entry: str) -> None:
    """An entry of a menu, by the keyboard alone."""
    page.get_by_label(f"More for {of}").focus()
    page.keyboard.press("Enter")
    page.locator(".menu[open]").get_by_role("button", name=entry, exact=True).focus()
    page.keyboard.press("Enter")


def test_an_exhibition_is_made_taken_out_brought_in_and_removed(
    page: Page, server: RunningServer, tmp_path: Path
) -> None:
    go(page, server, "")
    page.get_by_label("More for Borrowed Eyes").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as a file").click()
    download.value.save_as(tmp_path / "demo.zip")
    page.get_by_role("button", name="Import").click()
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "demo.zip")
    page.locator("dialog").get_by_role("button", name="Import").click()
    expect(page.get_by_text("There is an exhibition of this name already.")).to_be_visible()
    page.get_by_label("Name in addresses").fill("copy")
    page.locator("dialog").get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="Borrowed Eyes", level=1)).to_be_visible()

    go(page, server, "")
    page.get_by_role("button", name="New exhibition").click()
    page.get_by_label("Title (English)").fill("Éclats d’été & Light")
    expect(page.get_by_label("Name in addresses")).to_have_value("eclats-dete-light")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    page.get_by_label("Arabic").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Éclats d’été & Light", level=1)).to_be_visible()

    go(page, server, "")
    made = page.locator(".exhibition", has_text="Éclats")
    expect(made).to_contain_text("0 stations")
    expect(made).to_contain_text("English, Arabic")
    expect(made).to_contain_text("by Maria Sibylla")
    choose(page, "Éclats d’été & Light", "Remove")
    expect(page.locator("dialog .danger")).to_be_disabled()
    page.get_by_label("To go on, type").fill("eclats-dete-light")
    page.keyboard.press("Enter")
    expect(made).to_have_count(0)

    page.locator("[data-key=demo] summary").click()
    page.locator("[data-key=demo]").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Take it off show first")).to_be_visible()


def test_somebody_is_invited_looks_around_and_is_let_in_no_more(
    browser: Browser, page: Page, server: RunningServer
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go(page, server, "people")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Viewer").check()
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    link = page.get_by_label("Link", exact=True).input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Whoever has the link")).to_be_visible()
    join(server, link, "wang.min", "王敏")

    with desk(browser) as other:
        log_in(other, server, "wang.min")
        expect(other.get_by_text("not change it")).to_be_visible()
        assert other.get_by_role("button", name="New exhibition").count() == 0
        assert other.get_by_role("link", name="Keys").count() == 0
        other.goto(f"{server.url}/console/#/keys")
        expect(other.get_by_role("heading", name="This page is not open to you")).to_be_visible()
        other.goto(link)
        expect(other.get_by_role("heading", name="This link has ended")).to_be_visible()
        assert _faults(other) == [], "a link that has ended"

    page.reload()
    choose(page, "王敏", "Do not let in")
    page.locator("dialog .primary").click()
    expect(page.get_by_text("cannot log in", exact=True)).to_be_visible()
    expect(page.get_by_label("More for 王敏")).to_be_focused()
    choose(page, "王敏", "Remove")
    page.get_by_label("To go on, type").fill("wang.min")
    page.keyboard.press("Enter")
    expect(page.locator(".people", has_text="王敏")).to_have_count(0)

    go(page, server, "log")
    expect(page.locator(".log")).to_contain_text("removed the account of 王敏")
    expect(page.locator(".log")).to_contain_text("invited somebody as Viewer")
    expect(page.locator(".log li", has_text="joined as Viewer")).to_contain_text("王敏")
    assert (
        page.locator(".log .what").evaluate_all("all => all.filter(one => /\\w\\.\\w+ /.test(one.textContent))") == []
    )


def test_a_session_that_ends_is_begun_anew_over_the_page(page: Page, server: RunningServer) -> None:
    go(page, server, "people")
    choose(page, "Maria Sibylla", "Change the name")
    page.get_by_label("Name", exact=True).fill("Maria Sibylla Merian")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    again = page.locator("dialog", has_text="Please log in again")
    again.get_by_label("Password").fill("not this one at all")
    page.keyboard.press("Enter")
    expect(again.get_by_text("The login or the password is wrong.")).to_be_visible()
    again.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".person-name", has_text="Maria Sibylla Merian")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)

    page.goto(f"{server.url}/console/#/account")
    page.get_by_label("Present password").fill("not this one at all")
    page.get_by_label("New password").fill("maria sibylla")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is your own name or login.")).to_be_visible()
    page.get_by_label("Account of").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="The curators’ room")).to_be_visible()


def test_who_guesses_is_told_how_long_to_wait(browser: Browser, server: RunningServer) -> None:
    with desk(browser) as page:
        page.route("**/api/v1/login", lambda route: route.fulfill(**_throttled(2)))
        page.goto(f"{server.url}/console/")
        page.get_by_label("Login").fill("nobody")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("Try again in 2 seconds.")).to_be_visible()
        expect(page.get_by_role("button", name="Log in")).to_be_disabled()
        assert _faults(page) == [], "the login"
        expect(page.get_by_role("button", name="Log in")).to_be_enabled()


def _throttled(seconds: int) -> dict[str, Any]:
    body = json.dumps({"status": 429, "code": "throttled", "title": "too many"})
    headers = {"Retry-After": str(seconds), "Content-Type": "application/problem+json"}
    return {"status": 429, "body": body, "headers": headers}


def test_a_server_that_is_away_is_waited_for(page: Page, server: RunningServer) -> None:
    go(page, server, "keys")
    page.route(re.compile("/api/v1/|/healthz"), lambda route: route.abort())
    page.get_by_role("link", name="Styles").click()
    expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
    expect(page.locator("#away")).to_contain_text("tries again by itself")
    page.unroute_all()
    page.locator("#away").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Styles", level=1)).to_be_visible()
    expect(page.locator("#away")).to_be_empty()


def test_a_style_is_tried_and_a_painting_learned(page: Page, server: RunningServer, tmp_path: Path) -> None:
    go(page, server, "styles")
    expect(page.locator(".trial-stage")).not_to_have_attribute("aria-busy", "true")
    page.locator(".style", has_text="Great wave").click()
    expect(page.get_by_alt_text("painted in the style Great wave")).to_be_visible()
    assert page.locator(".trial-painted").evaluate("image => image.naturalWidth") > 100

    states = iter(["running", "running", "done"])
    page.route("**/api/v1/styles/jobs", lambda route: _job(route, next(states, "done")))
    (tmp_path / "market.jpg").write_bytes(_painting(page))
    page.get_by_role("button", name="Learn a painting").click()
    page.get_by_role("button", name="Learn it").click()
    expect(page.get_by_text("Choose the painting.")).to_be_visible()
    page.get_by_label("Painting", exact=True).set_input_files(tmp_path / "market.jpg")
    expect(page.get_by_label("Name of the style")).to_have_value("market")
    page.get_by_label("Year").fill("1911")
    page.get_by_role("button", name="Learn it").click()
    expect(page.get_by_text("40% · studying the brushwork")).to_be_visible()
    expect(page.get_by_text("“Market day” was learned and can be used at once.")).to_be_visible()


def _job(route: Route, state: str) -> None:
    if route.request.method == "POST":
        asked: Any = route.request.post_data_json
        assert (asked["name"], asked["year"], asked["painter"]) == ("market", 1911, "Unknown")
        route.fulfill(status=202, json=JOB | {"state": "running"})
    else:
        route.fulfill(json=[JOB | {"state": state}])


def _painting(page: Page) -> bytes:
    """A picture, drawn by the browser."""
    drawn: list[int] = page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(640, 480);
            canvas.getContext("2d").fillRect(0, 0, 320, 480);
            const blob = await canvas.convertToBlob({ type: "image/jpeg" });
            return [...new Uint8Array(await blob.arrayBuffer())];
        }"""
    )
    return bytes(drawn)


def test_a_key_is_changed_and_withdrawn_after_its_consequences_were_read(page: Page, server: RunningServer) -> None:
    go(page, server, "keys")
    page.get_by_role("button", name="Make a new key").click()
    page.locator("dialog").get_by_role("button", name="Make a new key").click()
    page.get_by_role("button", name="Withdraw key 1").click()
    expect(page.locator("dialog")).to_contain_text("Every printed code that was signed with it leads nowhere")
    page.get_by_label("To go on, type 1").fill("1")
    page.keyboard.press("Enter")
    expect(page.locator(".line", has_text="Key 1")).to_contain_text("Withdrawn on")


def test_every_page_is_for_everyone(browser: Browser, maria: Any, server: RunningServer) -> None:
    with desk(browser, maria) as page:
        _open(page, server)
        for place in PAGES:
            go(page, server, place)
            assert _faults(page) == [], place
        go(page, server, "people")
        page.get_by_role("button", name="Invite somebody").click()
        assert _faults(page) == [], "a dialog"


@pytest.mark.slow
def test_every_page_is_for_a_tablet_in_the_dark_and_for_a_phone(
    browser: Browser, maria: Any, server: RunningServer
) -> None:
    with desk(browser, maria, size=TABLET, color_scheme="dark", has_touch=True) as page:
        _open(page, server)
        for place in PAGES:
            go(page, server, place)
            assert _faults(page, {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}}) == [], (
                place
            )
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, place
            page.set_viewport_size(TABLET)


def _open(page: Page, server: RunningServer) -> None:
    """The console; a test before may have ended this session."""
    page.goto(f"{server.url}/console/")
    page.locator("main h1").wait_for()
    if page.get_by_label("Password").count():
        log_in(page, server, "maria")


def _faults(page: Page, rules: dict[str, Any] = RULES) -> list[Any]:
    found = Axe().run(page, options=rules).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_both_languages_say_everything(page: Page, server: RunningServer) -> None:
    go(page, server, "")
    for folder in ("texts", "pages/texts"):
        english, chinese = (
            set(page.evaluate(f"import('/console/{folder}/{code}.js').then(module => Object.keys(module.default))"))
            for code in ("en", "zh-Hans")
        )
        assert {key for key in english if not key.endswith("_one")} == chinese, folder
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="展览", level=1)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


IDS = {
    "Éclats d’été & Light": "eclats-dete-light",
    "Straße — Øst": "strasse-ost",
    "光与水": "exhibition",
    "": "exhibition",
}
AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge, Windows",
    "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1": "Safari, iPad",
    "curl/8.5": ", ",
}


def test_what_needs_no_server(page: Page, server: RunningServer) -> None:
    """Names made of titles, browsers in two words, the time that is left, drafts that are found again and swept."""
    page.goto(f"{server.url}/console/")
    said = page.evaluate(
        """async ([titles, agents]) => {
            const at = (name) => import(`/console/${name}.js`);
            const [ids, { agentOf }, { Rate }, { Draft, sweep }] = await Promise.all(
                ["core/ids", "pages/agent", "pages/style_jobs", "core/draft"].map(at));
            const rate = new Rate();
            const day = 86_400_000;
            new Draft(localStorage, "old").keep(3, { a: 1 });
            const kept = new Draft(localStorage, "old").kept;
            sweep(localStorage, kept.atMs + 29 * day);
            const stays = new Draft(localStorage, "old").kept !== null;
            sweep(localStorage, kept.atMs + 31 * day);
            return {
                ids: titles.map((title) => ids.idOf(title, "exhibition")),
                free: ids.freeId("demo", ["demo", "demo-2"]),
                agents: agents.map((agent) => Object.values(agentOf(agent)).join(", ")),
                left: [[0.1, 0], [0.11, 1000], [0.3, 20_000]].map(([share, ms]) => rate.leftS(share, ms)),
                kept: [kept.revision, kept.value, stays, new Draft(localStorage, "old").kept],
            };
        }""",
        [list(IDS), list(AGENTS)],
    )
    assert said["ids"] == list(IDS.values())
    assert said["free"] == "demo-3"
    assert said["agents"] == list(AGENTS.values())
    assert said["left"] == [None, None, pytest.approx(70)]
    assert said["kept"] == [3, {"a": 1}, True, None]
