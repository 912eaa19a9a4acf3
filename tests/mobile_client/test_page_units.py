"""The page's modules, one by one: each JavaScript test under `units/` runs in Chromium and is reported here by name."""

import re
from pathlib import Path

import pytest
from house import UNITS
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

NAMED = re.compile(r'^test\("([^"]+)"', re.MULTILINE)
CASES = [(file, name) for file in sorted(UNITS.glob("*.test.js")) for name in NAMED.findall(file.read_text("utf-8"))]
RUN = """async ([file, name]) => {
    const { tests } = await import("/units/claims.js");
    await import(`/units/${file}`);
    await tests.get(name)();
}"""


@pytest.fixture(scope="module")
def bare_page(browser: Browser, house: str) -> Page:
    """A page of the house's origin with nothing on it."""
    page = browser.new_page()
    page.goto(f"{house}/units/bare.html")
    return page


@pytest.mark.parametrize(("file", "name"), CASES, ids=[f"{file.name.split('.')[0]}: {name}" for file, name in CASES])
def test_module(bare_page: Page, file: Path, name: str) -> None:
    bare_page.evaluate(RUN, [file.name, name])
