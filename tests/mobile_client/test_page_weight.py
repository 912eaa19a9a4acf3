"""What the first screen weighs, and what the page may never contain: inline code, other sites, globals."""

import gzip
import re
from pathlib import Path

import pytest
from house import CLIENT
from playwright.sync_api import Page, Response, expect
from server_double import ServerDouble

pytestmark = pytest.mark.browser

FIRST_SCREEN_BYTES = 38_000  # of the 60 kB that it may weigh: 20 are the artwork's preview, 2 the headers
PICTURES = ("/thumbnails/", "/media/")
PAGE = (CLIENT / "index.html").read_text("utf-8")
SOURCES = sorted([*CLIENT.rglob("*.js"), *CLIENT.rglob("*.css"), *CLIENT.rglob("*.html")])
MARKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://(?!www\.w3\.org|\$)"
)
GLOBALS_LEFT = """() => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    const drivers = /^__?pw|^\\d+$|^playwright/i;
    return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && !drivers.test(name));
}"""


def answers_to(page: Page) -> list[Response]:
    """All answers that the page gets from now on."""
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    return answers


def test_the_first_screen_is_light(page: Page, server: ServerDouble, visit: str) -> None:
    answers = answers_to(page)
    page.goto(visit)
    expect(page.locator(".consent")).to_be_visible()
    page.wait_for_load_state("networkidle")
    counted = [a for a in answers if a.status != 204 and not any(part in a.url for part in PICTURES)]
    weighed = {answer.url: answer.body() for answer in counted}
    assert any(url.endswith("/client/visit.js") for url in weighed)
    assert sum(len(gzip.compress(body, 6)) for body in weighed.values()) < FIRST_SCREEN_BYTES


def test_every_module_of_the_first_screen_is_asked_for_at_once(page: Page, server: ServerDouble, visit: str) -> None:
    answers = answers_to(page)
    page.goto(visit)
    expect(page.locator(".consent")).to_be_visible()
    loaded = {re.sub(r"^.*?/client/", "", answer.url) for answer in answers if answer.url.endswith(".js")}
    words = {f"texts/{language}.js" for language in ("en", "zh-Hans", "ar")}
    preloaded = set(re.findall(r'rel="modulepreload" href="/client/([^"]+)"', PAGE))
    assert preloaded == loaded - words - {"main.js"}


def test_nothing_in_the_page_is_inline() -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", PAGE)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.relative_to(CLIENT).as_posix())
def test_text_is_never_parsed_as_html_and_no_other_site_is_asked(source: Path) -> None:
    assert MARKS.findall(source.read_text("utf-8")) == []


def test_the_page_leaves_no_globals(page: Page, server: ServerDouble, visit: str) -> None:
    page.goto(visit)
    expect(page.locator(".consent")).to_be_visible()
    named = set(page.evaluate(GLOBALS_LEFT))
    assert named <= {"paper", "studio", "bar", "stage", "camera", "painted", "controls", "announcer"}
