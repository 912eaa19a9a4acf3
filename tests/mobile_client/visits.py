"""What a visitor does on the way to the live picture, in words that several tests share."""

from playwright.sync_api import Page, expect

INSECURE_HOST = "gallery.test"  # leads to the house, and is no secure origin as 127.0.0.1 is


def no_camera(name: str) -> str:
    """A script that makes getUserMedia fail by that name."""
    return f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('played', '{name}'); }}; null"


def seem(user_agent: str) -> str:
    """A script that names the browser."""
    return f"Object.defineProperty(navigator, 'userAgent', {{ value: {user_agent!r} }})"


def expect_state(page: Page, state: str) -> None:
    """Wait for a screen."""
    expect(page.locator("body")).to_have_attribute("data-state", state)


def begin(page: Page, address: str) -> None:
    """Open the page and agree to the camera."""
    page.goto(address)
    page.locator(".consent .primary").click()


def begin_live(page: Page, address: str) -> None:
    """The same, until a painted picture is on the screen."""
    begin(page, address)
    page.wait_for_selector("[data-painted=fresh]")
