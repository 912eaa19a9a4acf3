"""How far visitors come is told once a page, and whether that arrives changes nothing for them."""

import pytest
from playwright.sync_api import Page
from server_double import ServerDouble
from visits import begin, begin_live, expect_state, no_camera, wait_for

pytestmark = pytest.mark.browser


def test_each_step_to_the_live_picture_is_told_once(page: Page, server: ServerDouble, visit: str) -> None:
    server.step_status = 500
    begin_live(page, visit)
    page.get_by_role("button", name="Leave").click()
    expect_state(page, "ended")
    assert server.steps == ["opened", "began", "camera"]


def test_who_gives_no_camera_took_two(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script(no_camera("NotAllowedError"))
    begin(page, visit)
    expect_state(page, "denied")
    wait_for(page, "two steps", lambda: server.steps == ["opened", "began"])
