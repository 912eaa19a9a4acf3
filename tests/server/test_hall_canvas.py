"""The hall with visitors at canvases, at lenses with a region, and with codes that come into view."""

from __future__ import annotations

from typing import cast

from hall_house import AROUND, CANVAS, EXHIBITION, KEYRING, STATION, House, frame

from exhibit.protocol import Set, Telemetry, Warp, WarpMode
from exhibit.track.pose import TrackState
from server.config import RoomConfig
from server.link import Link
from server.worker.wire import Message


def test_at_a_canvas_a_texture_comes_first_and_then_poses() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    assert phone.told[0]["station"]["experience"] == "canvas"
    assert [row["texture"] for row in house.submitted[0][1]["rows"]] == [CANVAS.artwork.picture]
    house.answer()
    assert [(t.number, t.revision, t.picture) for t in phone.hung] == [(1, 0, b"painted")]
    house.hall.take(visitor, frame(7))
    square = [0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1]
    house.track(state=1, confidence=0.5, error_px=0.25, homography=square)
    (pose,) = phone.shown
    assert (pose.seq, pose.state, pose.homography) == (7, TrackState.LOCKED, tuple(square))
    assert not house.submitted, "nothing of a canvas's frame is painted"


def test_a_pose_never_waits_behind_a_painting() -> None:
    house = House()
    painter, _ = house.enter()
    visitor, phone = house.enter(station=CANVAS.number)
    house.hall.take(painter, frame(1))
    assert house.submitted, "the worker is busy painting"
    house.hall.take(visitor, frame(1))
    house.track(state=0)
    assert [(p.seq, p.state, p.homography) for p in phone.shown] == [(1, TrackState.LOOKING, None)]


def test_a_pose_says_which_texture_hangs() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    house.answer()
    house.hall.choose(visitor, Set(4, None, 0.5))
    house.hall.take(visitor, frame(1))
    house.track(state=0)
    house.answer()
    house.hall.take(visitor, frame(2))
    house.track(state=0)
    assert [pose.revision for pose in phone.shown] == [0, 4]


def test_a_choice_that_changes_nothing_brings_no_texture() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    house.answer()
    house.hall.choose(visitor, Set(1, dict(CANVAS.experience.default), CANVAS.experience.strength))
    assert not house.submitted and len(phone.hung) == 1


def test_a_lost_worker_s_texture_is_painted_by_the_next() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    house.submitted.clear()
    house.worker.worker.on_lost()
    house.hall.tick()
    house.answer()
    assert len(phone.hung) == 1
    house.hall.take(visitor, frame(1))
    house.worker.worker.on_lost()
    assert phone.told[-1] == {"type": "dropped", "seq": 1, "reason": "fault"}


def test_who_waits_gets_the_texture_when_let_in_and_who_comes_back_gets_it_again() -> None:
    house = House(room=RoomConfig(max_live=1))
    first, first_phone = house.enter()
    visitor, phone = house.enter(station=CANVAS.number)
    assert not house.submitted
    house.hall.leave(first, cast(Link, first_phone))
    house.answer()
    assert len(phone.hung) == 1
    house.hall.lose(visitor, cast(Link, phone))
    _, phone = house.enter(resume=visitor.session.token, station=CANVAS.number)
    assert [texture.number for texture in phone.hung] == [1]


def test_canvases_have_advice_of_their_own() -> None:
    house = House(frames_per_s=30)
    _, phone = house.enter(station=CANVAS.number)
    for _ in range(6):
        house.enter()
    live = [m for m in phone.told if m["type"] == "status"]
    assert [(m["state"], m["fps"], m["width"], m["height"]) for m in live] == [("live", 15.0, 640, 480)]


def test_a_session_that_ends_is_forgotten_by_its_worker() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    house.hall.leave(visitor, cast(Link, phone))
    assert house.forgotten == [visitor.session.number]


def test_a_lens_with_a_region_tells_the_worker_whose_frame_it_is() -> None:
    house = House()
    visitor, _ = house.enter(station=AROUND.number)
    house.hall.take(visitor, frame(1))
    (row,) = house.submitted[0][1]["rows"]
    assert (row["region"], row["session"], row["connection"], row["artwork"]) == (
        "outside",
        visitor.session.number,
        1,
        AROUND.artwork.picture,
    )


def test_the_code_of_another_station_is_offered_once_in_ten_seconds_and_again_in_a_new_connection() -> None:
    house = House()
    visitor, phone = house.enter()
    code = f"https://any.example/v/{KEYRING.sign(EXHIBITION.id, CANVAS.number)}"
    for now_ms in (0, 5_000, 9_999, 10_000):
        house.now_ms = now_ms
        house.see(visitor, code)
    told = [message for message in phone.told if message["type"] == "nearby"]
    assert len(told) == 2
    assert told[0] == {
        "type": "nearby",
        "station": {"id": CANVAS.id, "number": CANVAS.number, "title": CANVAS.title.in_language("en", "en")},
        "ticket": KEYRING.sign(EXHIBITION.id, CANVAS.number),
    }
    _, phone = house.enter(resume=visitor.session.token)
    house.see(visitor, code)
    assert phone.told[-1]["type"] == "nearby"


def test_a_station_s_own_code_and_strange_ones_are_not_offered() -> None:
    house = House()
    visitor, phone = house.enter()
    for text in (
        f"https://any.example/v/{KEYRING.sign(EXHIBITION.id, STATION.number)}",
        "https://evil.example/",
        "x" * 512,
    ):
        house.see(visitor, text)
    assert [message["type"] for message in phone.told] == ["welcome", "status"]
    assert house.tally.snapshot()["codes_seen"] == {"ours": 1, "strange": 2}


def test_a_code_seen_in_an_earlier_connection_means_nothing() -> None:
    house = House()
    visitor, _ = house.enter()
    session = visitor.session
    head = {"kind": "seen", "session": session.number, "connection": session.connections}
    _, phone = house.enter(resume=session.token)
    house.worker.worker.on_answer(
        Message(head | {"text": f"https://any.example/v/{KEYRING.sign(EXHIBITION.id, CANVAS.number)}"})
    )
    assert [message["type"] for message in phone.told] == ["welcome", "status"]


def test_how_phones_warp_is_counted_by_what_they_said_last() -> None:
    house = House()
    first, second = (house.enter(station=CANVAS.number)[0] for _ in range(2))
    assert house.hall.register.warps() == {}
    house.hall.hear(first, Telemetry(15, 90, 120, {}, warp=Warp(WarpMode.TRACKED, 5.0, 9.0)))
    house.hall.hear(first, Telemetry(15, 90, 120, {}, warp=Warp(WarpMode.POSE, 0.0, 0.0)))
    house.hall.hear(second, Telemetry(15, 90, 120, {}, warp=Warp(WarpMode.TRACKED, 5.0, 9.0)))
    assert house.hall.register.warps() == {"pose": 1, "tracked": 1}
