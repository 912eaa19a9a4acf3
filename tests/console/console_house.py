"""A house with its console: a real server on the stub painter, a browser, and people who have accounts."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from server.bench.chromium import chromium_path, launch_args
from server.bench.running import RunningServer

PASSWORD = "lilac umbrella forty rivers"
LAPTOP: Any = {"width": 1440, "height": 900}
TABLET: Any = {"width": 820, "height": 1180}
WAIT_MS = 15_000
EXPECTED_REFUSALS = re.compile(r"status of (401|403|404|409|410|412|422|429|503)|ERR_FAILED")


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium, for one module: Playwright's loop must not outlive it, or asyncio tests that follow could not run."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=launch_args())
        yield chromium
        chromium.close()


def first_link(server: RunningServer) -> str:
    """What the operator reads at the first start, a moment after the server is ready."""
    deadline_s = time.monotonic() + WAIT_MS / 1000
    while not (found := re.search(r"\S+/console/#/link/\S+", server.log)):
        assert time.monotonic() < deadline_s, server.log[-2000:]
        time.sleep(0.05)
    return found[0].replace("localhost", "127.0.0.1")


@contextmanager
def desk(browser: Browser, state: Any = None, *, size: Any = LAPTOP, **more: Any) -> Iterator[Page]:
    """A page of somebody's browser; the page's own mistakes fail the test."""
    context = browser.new_context(
        viewport=size, locale="en-GB", storage_state=state, timezone_id="Europe/Berlin", **more
    )
    mistakes: list[str] = []
    context.on("weberror", lambda error: mistakes.append(str(error.error)))
    context.on("console", lambda message: mistakes.append(message.text) if _is_mistake(message) else None)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    yield page
    context.close()
    assert mistakes == [], mistakes


def _is_mistake(message: Any) -> bool:
    return message.type in {"error", "warning"} and not EXPECTED_REFUSALS.search(message.text)


def join(server: RunningServer, link: str, login: str, name: str) -> None:
    """Somebody follows a link, without a browser."""
    body = json.dumps({"login": login, "name": name, "password": PASSWORD}).encode()
    token = link.rsplit("/", 1)[1]
    request = urllib.request.Request(
        f"{server.url}/api/v1/links/{token}", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200


def log_in(page: Page, server: RunningServer, login: str) -> None:
    """Open the console and log in."""
    page.goto(f"{server.url}/console/")
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".top .menu").wait_for()


def state_of(context: BrowserContext) -> Any:
    """What a browser keeps, for another one that is to be logged in too."""
    return context.storage_state()
