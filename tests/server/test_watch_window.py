"""A minute of counts: what is older is gone."""

from __future__ import annotations

from server.watch.window import SECONDS, Window


def test_counts_of_the_last_seconds_are_added_up() -> None:
    window = Window()
    for second in range(10):
        window.count(second + 0.5, "frames")
    assert window.total(9.6)["frames"] == 10
    assert window.total(9.6, 3)["frames"] == 3
    assert window.total(9.6)["answers"] == 0


def test_what_is_older_than_a_minute_is_gone() -> None:
    window = Window()
    window.count(0.0, "frames")
    window.measured(0.0, 100.0, 200.0)
    assert window.total(SECONDS - 1.0)["frames"] == 1
    assert window.total(SECONDS + 1.0)["frames"] == 0
    assert window.glass_ms(SECONDS + 1.0) is None


def test_a_window_holds_no_more_than_its_minute() -> None:
    window = Window()
    for second in range(10_000):
        window.count(float(second), "frames")
    assert len(window._seconds) == SECONDS + 1


def test_glass_to_glass_is_the_phones_median_and_their_worst_but_one_in_twenty() -> None:
    window = Window()
    for phone in range(20):
        window.measured(1.0, 100.0 + phone, 200.0 + phone)
    assert window.glass_ms(1.0) == (110.0, 219.0)
