"""One tracker a session: begun anew with a connection, forgotten with the session, and never another's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from exhibit.track.pose import LOOKING, Pose, TrackState
from exhibit.track.target import Target
from server.worker.codec import encode
from server.worker.lookout import Lookout, Sight
from server.worker.targets import Targets
from server.worker.tracking import find_artworks
from server.worker.wire import Message

GREY = np.zeros((48, 64), np.uint8)


@dataclass
class FakeTracker:
    """Remembers what it was shown; its pose says how many frames that were."""

    target: Target
    captured_ms: list[float] = field(default_factory=list)
    homography: np.ndarray = field(default_factory=lambda: np.eye(3))

    def track(self, grey: np.ndarray, captured_ms: float) -> Pose:
        self.captured_ms.append(captured_ms)
        if captured_ms == 666.0:
            raise RuntimeError("the tracker stumbled")
        return Pose(TrackState.LOCKED, self.homography, 0.5, float(len(self.captured_ms)))


class FakeTargets:
    """Each artwork's target is its own name; that of late.jpg is not there yet."""

    def target(self, artwork: str) -> Target | None:
        return None if artwork == "late.jpg" else cast(Target, f"target {artwork}")


class House:
    """A lookout whose trackers are kept in a list."""

    def __init__(self, kept: int = 8) -> None:
        self.trackers: list[FakeTracker] = []
        self.lookout = Lookout(cast(Targets, FakeTargets()), self.make, kept)

    def make(self, target: Target) -> FakeTracker:
        self.trackers.append(FakeTracker(target))
        return self.trackers[-1]

    def frames(self, session: int, connection: int = 1, artwork: str = "a.jpg", at_ms: float = 0.0) -> float:
        """Show a frame; how many the session's tracker has seen by now."""
        return self.lookout.pose(Sight(session, connection, artwork, at_ms), GREY).error_px


def test_each_session_has_a_tracker_of_its_own() -> None:
    house = House()
    assert [house.frames(1), house.frames(2), house.frames(1), house.frames(1), house.frames(2)] == [1, 1, 2, 3, 2]
    assert len(house.trackers) == 2


def test_a_tracker_looks_for_its_station_s_artwork() -> None:
    house = House()
    house.frames(1, artwork="a.jpg")
    house.frames(2, artwork="b.jpg")
    assert [tracker.target for tracker in house.trackers] == ["target a.jpg", "target b.jpg"]


def test_a_new_connection_begins_anew() -> None:
    house = House()
    house.frames(1)
    assert house.frames(1, connection=2) == 1


def test_when_another_artwork_hangs_there_the_session_looks_for_that_one() -> None:
    house = House()
    house.frames(1)
    assert house.frames(1, artwork="b.jpg") == 1
    assert [tracker.target for tracker in house.trackers] == ["target a.jpg", "target b.jpg"]
    assert len(house.lookout) == 1


def test_a_session_that_ended_is_forgotten() -> None:
    house = House()
    house.frames(1)
    house.lookout.forget(1)
    house.lookout.forget(77)
    assert len(house.lookout) == 0
    assert house.frames(1) == 1


def test_of_too_many_sessions_those_that_sent_nothing_for_longest_are_let_go() -> None:
    house = House(kept=2)
    for session in (1, 2, 1, 3):
        house.frames(session)
    assert len(house.lookout) == 2
    assert house.frames(1) == 3 and house.frames(2) == 1


def test_until_the_target_is_there_nothing_is_seen() -> None:
    house = House()
    assert house.lookout.pose(Sight(1, 1, "late.jpg", 0.0), GREY) is LOOKING
    assert not house.trackers


def test_capture_times_never_run_backwards() -> None:
    house = House()
    for at_ms in (5.0, 3.0, 9.0):
        house.frames(1, at_ms=at_ms)
    assert house.trackers[0].captured_ms == [5.0, 5.0, 9.0]


def test_a_tracker_that_stumbles_costs_its_own_session_a_frame(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.frames(1)
    house.frames(2)
    assert house.lookout.pose(Sight(1, 1, "a.jpg", 666.0), GREY) is LOOKING
    assert "the tracker stumbled" in caplog.text
    assert house.frames(1, at_ms=667.0) == 1 and house.frames(2) == 2


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e30])
def test_a_pose_that_nobody_could_draw_is_none(number: float) -> None:
    house = House()
    house.frames(1)
    house.trackers[0].homography = np.array([[1, 0, 0], [0, number, 0], [0, 0, 1]])
    assert house.lookout.pose(Sight(1, 1, "a.jpg", 1.0), GREY) is LOOKING


def test_in_a_tiny_frame_nothing_is_looked_for() -> None:
    house = House()
    assert house.lookout.pose(Sight(1, 1, "a.jpg", 0.0), GREY[:8]) is LOOKING


def test_a_batch_is_answered_row_by_row_and_damage_costs_its_own() -> None:
    house = House()
    whole = encode(np.zeros((48, 64, 3), np.uint8), 80)
    rows = [{"session": session, "connection": 1, "artwork": "a.jpg", "captured_ms": 0.0} for session in (1, 2, 9)]
    rows[2]["artwork"] = "late.jpg"
    message = Message({"batch": 4, "width": 64, "height": 48, "rows": rows}, (whole, whole[:50], whole))
    answer = find_artworks(house.lookout, message)
    assert (answer["batch"], answer["rows"]) == (4, [0, 2])
    assert answer["poses"][0] == {
        "state": TrackState.LOCKED,
        "confidence": 0.5,
        "error_px": 1.0,
        "homography": [1, 0, 0, 0, 1, 0, 0, 0, 1],
    }
    assert answer["poses"][1] == {"state": TrackState.LOOKING}
    assert set(answer["spent_ms"]) == {"decode", "track"}


def test_a_frame_larger_than_asked_for_is_made_smaller_before_it_is_tracked() -> None:
    shapes: list[tuple[int, ...]] = []

    class Watcher(FakeTracker):
        def track(self, grey: np.ndarray, captured_ms: float) -> Pose:
            shapes.append(grey.shape)
            return LOOKING

    lookout = Lookout(cast(Targets, FakeTargets()), Watcher)
    row = {"session": 1, "connection": 1, "artwork": "a.jpg", "captured_ms": 0.0}
    for width, height in ((128, 96), (64, 48), (40, 60)):
        picture = encode(np.zeros((height, width, 3), np.uint8), 80)
        find_artworks(lookout, Message({"batch": 1, "width": 64, "height": 48, "rows": [row]}, (picture,)))
    assert shapes == [(48, 64), (48, 64), (60, 40)]
