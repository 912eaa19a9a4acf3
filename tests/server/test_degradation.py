"""What phones are asked to send, as the room fills."""

from server.config import CanvasConfig, LensConfig
from server.costs import Size
from server.degradation import (
    Brush,
    Rate,
    advise,
    advise_canvas,
    paint_size,
    size_of,
    texture_size,
    track_size,
    visitors_held,
    widths,
)

CANVAS = CanvasConfig()
LENS = LensConfig(fps=15, width=480, min_fps=4, min_width=320)


def rate_of(frames_per_s_at_full: float) -> Rate:
    return lambda size: frames_per_s_at_full * size_of(LENS.width).pixels / size.pixels


def test_a_lone_visitor_on_a_fast_engine_gets_everything() -> None:
    advice = advise(LENS, rate_of(200), live=1)
    assert (advice.fps, advice.width, advice.height, advice.reduced) == (15, 480, 360, ())


def test_first_the_frame_rate_falls_then_the_resolution_then_the_rate_again() -> None:
    seen = [advise(LENS, rate_of(100), live) for live in range(1, 90)]
    kinds = list(dict.fromkeys(advice.reduced for advice in seen))
    assert kinds[:2] == [(), ("frame_rate",)]
    assert len(kinds) > 2 and all("resolution" in kind for kind in kinds[2:])
    assert [a.width for a in seen] == sorted((a.width for a in seen), reverse=True)
    assert seen[-1].fps == LENS.min_fps and seen[-1].width == LENS.min_width


def test_a_lighter_network_comes_after_the_resolution_and_before_the_least_frame_rate() -> None:
    seen = [advise(LENS, rate_of(100), live, rate_of(300)) for live in range(1, 90)]
    kinds = list(dict.fromkeys(advice.reduced for advice in seen))
    first = next(kind for kind in kinds if "model" in kind)
    assert first == ("resolution", "model"), "with it the full frame rate is back"
    before = kinds[: kinds.index(first)]
    assert before[:2] == [(), ("frame_rate",)] and all("resolution" in kind for kind in before[2:])
    assert kinds[kinds.index(first) :] == [first, ("frame_rate", "resolution", "model")]
    assert all(a.width == LENS.min_width for a in seen if "model" in a.reduced)


def test_the_full_network_comes_back_only_when_it_can_do_more_than_it_must() -> None:
    def reduced(live: int, *, is_lighter: bool) -> tuple[str, ...]:
        return advise(LENS, rate_of(100), live, rate_of(300), is_lighter=is_lighter).reduced

    leaves = next(live for live in range(1, 90) if "model" in reduced(live, is_lighter=False))
    returns = next(live for live in range(90, 0, -1) if "model" not in reduced(live, is_lighter=True))
    assert 0.75 * leaves < returns < leaves - 1


def test_a_network_that_is_not_faster_is_not_fallen_back_to() -> None:
    for lighter in (rate_of(0), rate_of(100)):
        assert all("model" not in advise(LENS, rate_of(100), live, lighter).reduced for live in range(90))


def test_the_full_network_paints_for_however_many_where_it_is_pinned() -> None:
    for live in range(1, 90):
        assert advise(LENS, rate_of(100), live, rate_of(300), brush=Brush.FULL) == advise(LENS, rate_of(100), live)
    assert visitors_held(LENS, lambda size: 40.0, lambda size: 100.0, Brush.FULL) == 10


def test_the_lighter_network_paints_for_a_lone_visitor_where_it_is_pinned_and_there() -> None:
    advice = advise(LENS, rate_of(100), 1, rate_of(300), brush=Brush.LIGHT)
    assert (advice.fps, advice.width, advice.reduced) == (LENS.fps, LENS.width, ("model",))
    crowded = [advise(LENS, rate_of(100), live, rate_of(300), brush=Brush.LIGHT) for live in range(1, 90)]
    assert all("model" in advice.reduced for advice in crowded) and crowded[-1].width == LENS.min_width
    assert advise(LENS, rate_of(100), 40, brush=Brush.LIGHT) == advise(LENS, rate_of(100), 40)
    assert visitors_held(LENS, lambda size: 100.0, lambda size: 40.0, Brush.LIGHT) == 10
    assert visitors_held(LENS, lambda size: 40.0, brush=Brush.LIGHT) == 10


def test_no_phone_is_asked_for_less_than_the_least_or_more_than_the_most() -> None:
    for live in (0, 1, 7, 1000):
        advice = advise(LENS, rate_of(50), live)
        assert LENS.min_fps <= advice.fps <= LENS.fps
        assert LENS.min_width <= advice.width <= LENS.width


def test_nobody_is_held_before_an_engine_was_measured() -> None:
    assert visitors_held(LENS, lambda size: 0.0) == 0


def test_even_the_slowest_engine_holds_one_visitor() -> None:
    assert visitors_held(LENS, lambda size: 0.5) == 1


def test_the_room_holds_as_many_as_the_least_rate_and_size_allow() -> None:
    assert visitors_held(LENS, lambda size: 40.0 if size == Size(320, 240) else 1.0) == 10


def test_a_lighter_network_lets_more_visitors_in() -> None:
    assert visitors_held(LENS, lambda size: 40.0, lambda size: 100.0) == 25
    assert visitors_held(LENS, lambda size: 40.0, lambda size: 30.0) == 10
    assert visitors_held(LENS, lambda size: 0.0, lambda size: 0.0) == 0


def test_widths_fall_from_the_full_to_the_least() -> None:
    assert widths(LENS) == (480, 400, 320)
    assert widths(LensConfig(width=320, min_width=320)) == (320,)


def test_frames_of_the_sizes_asked_for_are_painted_at_just_that_size() -> None:
    for width, height in ((480, 360), (360, 480), (480, 270), (400, 300), (320, 320), (240, 320)):
        assert paint_size(LENS, Size(width, height)) == Size(width, height)


def test_frames_larger_than_asked_for_are_painted_smaller() -> None:
    assert paint_size(LENS, Size(1920, 1080)) == Size(480, 270)
    assert paint_size(LENS, Size(720, 960)) == Size(360, 480)


def test_whatever_clients_send_is_painted_at_few_sizes() -> None:
    sizes = {paint_size(LENS, Size(w, h)) for w in range(1, 2049, 31) for h in range(1, 2049, 37)}
    assert len(sizes) <= 15


def test_canvases_are_asked_for_their_share_of_what_can_be_tracked() -> None:
    advised = [advise_canvas(CANVAS, lambda size: 100.0, live) for live in (0, 1, 8, 10, 100)]
    assert [advice.fps for advice in advised] == [15, 15, 15, 12, 4]
    assert [advice.reduced for advice in advised] == [(), (), (), ("frame_rate",), ("frame_rate",)]
    assert {(advice.width, advice.height) for advice in advised} == {(640, 480)}


def test_whatever_clients_send_to_be_tracked_is_counted_as_few_sizes() -> None:
    sizes = {track_size(CANVAS, Size(w, h)) for w in range(1, 2049, 31) for h in range(1, 2049, 37)}
    assert len(sizes) <= 10 and max(max(size.width, size.height) for size in sizes) == 640
    assert track_size(CANVAS, Size(640, 480)) == Size(640, 480)
    assert track_size(CANVAS, Size(480, 640)) == Size(480, 640)
    assert track_size(CANVAS, Size(320, 240)) == Size(320, 240)


def test_textures_take_the_shape_nearest_to_the_artwork_s() -> None:
    shapes = {(1600, 1200): (640, 480), (900, 1600): (360, 640), (500, 490): (640, 640), (4000, 1000): (640, 360)}
    assert {artwork: texture_size(CANVAS, Size(*artwork)) for artwork in shapes} == {
        artwork: Size(*size) for artwork, size in shapes.items()
    }
