"""A browser, a house to visit, and pages that look like phones."""

from collections.abc import Iterator

import pytest
from cards import TICKET
from house import open_house
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from server_double import ServerDouble
from visits import INSECURE_HOST

from server.bench.chromium import chromium_path, launch_args

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def house() -> Iterator[str]:
    """The address of the page's files."""
    with open_house() as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: Playwright's loop must not outlive it, or asyncio tests that follow could not run."""
    two_cameras = "--use-fake-device-for-media-stream=device-count=2"
    args = [*launch_args(), two_cameras, f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=args)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor's browser with nothing remembered, in English; the page's own mistakes fail the test."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", has_touch=True)
    mistakes: list[str] = []
    context.on("weberror", lambda error: mistakes.append(str(error.error)))
    context.on("console", lambda message: mistakes.append(message.text) if "Content Security" in message.text else None)
    yield context
    context.close()
    assert mistakes == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


@pytest.fixture
def server(page: Page) -> ServerDouble:
    """The server that the page will talk to."""
    return ServerDouble(page)


@pytest.fixture
def visit(house: str) -> str:
    """The address on the code beside the artwork."""
    return f"{house}/v/{TICKET}"
