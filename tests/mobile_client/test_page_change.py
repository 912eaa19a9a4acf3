"""What a station does changes under the live picture: the picture fades over, and nothing is connected anew."""

import io
from typing import Any

import numpy as np
import pytest
from cards import canvas_card, card
from PIL import Image
from playwright.sync_api import Page, expect
from server_double import ServerDouble, picture
from visits import begin_live, expect_state, wait_for

from exhibit.protocol import Bye, Hello

pytestmark = pytest.mark.browser

OLD, NEW = (0xC0, 0x40, 0x80), (0x20, 0x80, 0x20)
WATCH = """() => {
    window.seen = [];
    const look = () => {
        const [canvas, cover] = [document.querySelector("#painted"), document.querySelector(".cover")];
        const fresh = document.querySelector("#stage").dataset.painted === "fresh";
        const painted = fresh && canvas.width > 0 ? Number(getComputedStyle(canvas).opacity) : 0;
        const still = cover?.getContext("2d").getImageData(cover.width / 2, cover.height / 2, 1, 1).data;
        const isBlack = still?.slice(0, 3).every((channel) => channel < 8);
        const camera = document.querySelector("video");
        const filmed = !camera.paused && camera.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? 1 : 0;
        window.seen.push([painted, cover && !isBlack ? Number(getComputedStyle(cover).opacity) : 0, filmed]);
        requestAnimationFrame(look);
    };
    look();
}"""
HALFWAY = """() => {
    const fade = document.querySelector(".cover")?.getAnimations()[0];
    if (!fade) return false;
    fade.pause();
    fade.currentTime = 350;
    return true;
}"""
COVERED = "seen.some(([, cover]) => cover === 1)"
OVER = "!document.querySelector('.cover') && document.querySelector('#stage').dataset.painted === 'fresh'"
GO_ON = "document.querySelector('.cover').getAnimations()[0].play()"
STREAM = "document.querySelector('video').srcObject.id"


def hue(colour: tuple[int, int, int]) -> str:
    """As a page writes it."""
    return "#" + bytes(colour).hex()


def colour_on_screen(page: Page) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The middle of the stage, as the visitor sees it."""
    box = page.locator("#stage").bounding_box()
    assert box is not None
    clip = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 3, "width": 8, "height": 8}
    with Image.open(io.BytesIO(page.screenshot(clip=clip))) as shot:
        return np.asarray(shot.convert("RGB"), float).mean(axis=(0, 1))


def watch(page: Page) -> None:
    """Look at every frame from now on, once the first picture has faded in."""
    expect(page.locator("#painted")).to_have_css("opacity", "1")
    page.evaluate(WATCH)


def seen_until_over(page: Page) -> list[list[float]]:
    """Wait until a change is over; how much there was of the canvas, the cover and the camera in each frame."""
    wait_for(page, "the end of a change", lambda: page.evaluate(OVER))
    seen: list[list[float]] = page.evaluate("seen.splice(0)")
    return seen


def test_other_styles_fade_in_over_the_same_connection(page: Page, server: ServerDouble, visit: str) -> None:
    server.paint = lambda frame: picture(hue(OLD), frame.width, frame.height)
    begin_live(page, visit)
    page.get_by_role("radio", name="The Scream").check(force=True)
    page.get_by_role("radio", name="The Scream").focus()
    wait_for(page, "the choice", lambda: server.revision == 1)
    watch(page)
    server.paint = lambda frame: picture(hue(NEW), frame.width, frame.height)
    styles = card()["station"]["styles"]
    reach = {"step_free": None, "seating": None, "flicker": True, "notes": None}
    title = {"en": "The harbour, anew"}
    server.publish(card(styles=styles[2:4], default_style={"mist": 1.0}, title=title, accessibility=reach))
    wait_for(page, "a fade", lambda: page.evaluate(HALFWAY))
    between = colour_on_screen(page)
    page.evaluate(GO_ON)
    seen = seen_until_over(page)
    assert min(max(painted, cover) for painted, cover, _ in seen) == 1, "something painted was whole in every frame"
    assert any(0 < cover < 1 for _, cover, _ in seen), "the last picture fading"
    assert np.abs(between - (np.array(OLD) + NEW) / 2).max() < 25, f"both pictures at half time, got {between}"
    assert np.abs(colour_on_screen(page) - NEW).max() < 12
    assert page.get_by_role("radio").evaluate_all("all => all.map((one) => one.value)") == ["scream", "mist"]
    expect(page.get_by_role("radio", name="The Scream")).to_be_checked()
    expect(page.get_by_role("radio", name="The Scream")).to_be_focused()
    expect(page.get_by_role("heading", name="The harbour, anew")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("The exhibition has changed.")
    expect(page.locator(".line")).to_contain_text("The picture may flicker here.")
    assert (len(server.connections), len(server.heard(Hello)), server.heard(Bye)) == (1, 1, [])
    expect_state(page, "live")


def test_a_lens_becomes_a_canvas_and_a_lens_again_over_the_same_connection(
    page: Page, server: ServerDouble, visit: str
) -> None:
    begin_live(page, visit)
    stream = page.evaluate(STREAM)
    watch(page)
    server.publish(canvas_card())
    wait_for(page, "the last picture of the lens to stay", lambda: page.evaluate(COVERED))
    page.wait_for_selector("#painted[data-corners]")
    seen = seen_until_over(page)
    server.publish(card())
    page.wait_for_selector("#painted:not([data-corners])", state="attached")
    seen += seen_until_over(page)
    assert min(max(frame) for frame in seen) == 1, "never blank: painted, or kept, or at least the camera"
    assert (page.evaluate(STREAM), len(server.connections), server.heard(Bye)) == (stream, 1, [])
