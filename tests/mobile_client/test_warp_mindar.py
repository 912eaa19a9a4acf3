"""The smoothing that ours is compared with: changes nothing at rest, lags when the artwork moves, and starts anew."""

from pathlib import Path

import pytest
from house import ROOT
from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

BENCH = ROOT / "server" / "bench" / "page"
CORNERS = [0.2, 0.1, 0.8, 0.2, 0.7, 0.9, 0.1, 0.8]
PERIOD_MS = 1000 / 30
SMOOTH = """async (frames) => {
    const { MindarSmoothing } = await import("/bench/mindar_smoothing.js");
    const smoothing = new MindarSmoothing({ width: 640, height: 480 }, { width: 400, height: 300 });
    return frames.map(([corners, atMs]) => corners ? [...smoothing.smooth(corners, atMs)] : smoothing.reset() ?? null);
}"""


def serve(route: Route) -> None:
    route.fulfill(body=(BENCH / Path(route.request.url).name).read_text("utf-8"), content_type="text/javascript")


@pytest.fixture(scope="module")
def bench_page(browser: Browser, house: str) -> Page:
    """A page that can load the benchmark's modules."""
    page = browser.new_page()
    page.route("**/bench/*", serve)
    page.goto(f"{house}/units/bare.html")
    return page


def shifted(px: float) -> list[float]:
    return [value + (px / 640 if at % 2 == 0 else 0) for at, value in enumerate(CORNERS)]


def test_what_rests_is_drawn_where_it_is(bench_page: Page) -> None:
    smoothed = bench_page.evaluate(SMOOTH, [[CORNERS, frame * PERIOD_MS] for frame in range(5)])
    assert smoothed[-1] == pytest.approx(CORNERS, abs=1e-6)


def test_noise_at_rest_comes_through_smaller(bench_page: Page) -> None:
    noise = [shifted(0.4 if frame % 2 else -0.4) for frame in range(60)]
    smoothed = bench_page.evaluate(SMOOTH, [[corners, at * PERIOD_MS] for at, corners in enumerate(noise)])
    left = [abs(corners[0] - CORNERS[0]) * 640 for corners in smoothed[30:]]
    assert 0 < max(left) < 0.4


def test_what_moves_is_drawn_where_it_was_a_moment_ago(bench_page: Page) -> None:
    path = [shifted(10 * frame) for frame in range(30)]
    smoothed = bench_page.evaluate(SMOOTH, [[corners, at * PERIOD_MS] for at, corners in enumerate(path)])
    lag = (path[-1][0] - smoothed[-1][0]) * 640
    assert 0 < lag < 10


def test_after_a_loss_the_next_pose_is_taken_as_it_is(bench_page: Page) -> None:
    frames = [[CORNERS, 0.0], [None, 30.0], [shifted(100), 60.0]]
    assert bench_page.evaluate(SMOOTH, frames)[-1] == pytest.approx(shifted(100), abs=1e-6)
