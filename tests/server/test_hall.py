"""The hall with phones that are lists and a worker that only takes notes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
import pytest

from exhibit.exhibition import demo_file, load_exhibition
from exhibit.protocol import Frame, Hello, Overlay, PoseAnswer, Set, Telemetry, Texture, Warp, WarpMode
from exhibit.refusal import Refusal, Refused
from exhibit.ticket import Signer
from exhibit.track.pose import TrackState
from server.config import Config, RoomConfig
from server.costs import Size
from server.dispatch import Dispatch
from server.hall import Hall
from server.link import Link
from server.nearby import Nearby
from server.register import Visitor
from server.tally import Tally
from server.worker.supervisor import Ready, WorkerSettings
from server.worker.wire import Kind, Message

SETTINGS = WorkerSettings("stub", "", 1, 80, ((480, 360),), (1,), 0.0, 0.0)
EXHIBITION = load_exhibition(demo_file())
STATION = EXHIBITION.stations[0]
CANVAS = next(station for station in EXHIBITION.stations if station.experience.kind == "canvas")
AROUND = next(station for station in EXHIBITION.stations if station.id == "street")  # a lens outside the artwork
SIGNER = Signer({1: b"k" * 32}, 1, EXHIBITION.id)


@dataclass
class FakeLink:
    """A phone's end: what it was told, shown, and why it was closed."""

    told: list[dict[str, Any]] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)  # overlays and poses
    hung: list[Texture] = field(default_factory=list)
    ended: Refusal | None = None

    def tell(self, text: str) -> None:
        self.told.append(json.loads(text))

    def show(self, answer: Overlay | PoseAnswer) -> bool:
        self.shown.append(answer)
        return False

    def hang(self, texture: Texture) -> bool:
        self.hung.append(texture)
        return False

    def end(self, refused: Refused, retry_after_s: int | None = None) -> None:
        self.ended = refused.refusal

    @property
    def states(self) -> list[str]:
        return [message["state"] for message in self.told if message["type"] == "status"]


class House:
    """A hall with one worker of a known speed, and a clock that is a number."""

    def __init__(self, frames_per_s: float = 100.0, room: RoomConfig | None = None) -> None:
        self.now_ms = 0.0
        self.tally = Tally()
        workers: list[Dispatch] = []
        config, nearby = Config(room=room or RoomConfig()), Nearby(EXHIBITION, SIGNER, lambda: 0.0)
        self.hall = Hall(config, EXHIBITION, workers, nearby, tally=self.tally, now_ms=lambda: self.now_ms)
        self.worker = Dispatch(0, SETTINGS, self.hall.outcomes(lambda scores: None), lambda: self.now_ms)
        self.submitted: list[tuple[int, dict[str, Any]]] = []  # to be painted
        self.tracked: list[tuple[int, dict[str, Any]]] = []
        self.forgotten: list[int] = []
        self.worker.worker.submit = self._submit  # type: ignore[method-assign]
        self.worker.worker.forget = self.forgotten.append  # type: ignore[method-assign,assignment]
        workers.append(self.worker)
        if frames_per_s:
            self.worker.worker.ready = Ready(("starry_night",), "fake", ())
            for size in (Size(480, 360), Size(320, 240)):
                self.worker.paint.costs.add(size, 1, 1000 / frames_per_s)
        self.hall.tick()

    def enter(self, resume: str | None = None, station: int = STATION.number) -> tuple[Visitor, FakeLink]:
        link = FakeLink()
        visitor = self.hall.enter(Hello("ticket", self.now_ms, "en", resume), station, cast(Link, link))
        return visitor, link

    def _submit(self, kind: Kind, batch: int, head: dict[str, Any], pictures: object) -> None:
        (self.tracked if kind is Kind.TRACK else self.submitted).append((batch, head))

    def track(self, **pose: Any) -> None:
        """The worker answers the oldest frame that is to be tracked."""
        batch, _ = self.tracked.pop(0)
        head = {"kind": "track", "batch": batch, "rows": [0], "poses": [pose], "spent_ms": {"track": 5.0}}
        self.worker.worker.on_answer(Message(head))

    def see(self, visitor: Visitor, text: str) -> None:
        """The worker reads a code in a visitor's frame."""
        session = visitor.session
        head = {"kind": "seen", "session": session.number, "connection": session.connections, "text": text}
        self.worker.worker.on_answer(Message(head))

    def answer(self) -> None:
        """The worker answers the oldest batch that is to be painted."""
        batch, _ = self.submitted.pop(0)
        head = {"kind": "paint", "batch": batch, "rows": [0], "spent_ms": {"paint": 5.0}}
        self.worker.worker.on_answer(Message(head, (b"painted",)))


def frame(seq: int, width: int = 480, height: int = 360) -> Frame:
    _, encoded = cv2.imencode(".jpg", np.zeros((height, width, 3), np.uint8))
    return Frame(seq, 0.0, width, height, encoded.tobytes())


def refusal(house: House, **hello: Any) -> Refusal:
    with pytest.raises(Refused) as caught:
        house.enter(**hello)
    return caught.value.refusal


def test_a_visitor_is_welcomed_then_live() -> None:
    visitor, phone = House().enter()
    assert [m["type"] for m in phone.told] == ["welcome", "status"]
    assert phone.told[0]["station"]["title"] == STATION.title.in_language("en", "en")
    assert phone.told[0]["resume"] == visitor.session.token
    assert phone.states == ["live"]


def test_a_frame_comes_back_painted_with_its_own_number_and_time() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(3, {"great_wave": 1.0}, 0.5))
    house.hall.take(visitor, frame(7))
    (row,) = house.submitted[0][1]["rows"]
    assert (row["weights"], row["strength"]) == ({"great_wave": 1.0}, 0.5)
    house.answer()
    assert [(o.seq, o.revision, o.picture) for o in phone.shown] == [(7, 3, b"painted")]


def test_while_the_worker_is_busy_only_the_newest_frame_waits() -> None:
    house = House()
    visitor, phone = house.enter()
    for seq in (1, 2, 3, 4):
        house.hall.take(visitor, frame(seq))
    house.answer()
    house.answer()
    assert [o.seq for o in phone.shown] == [1, 4]
    assert house.tally.snapshot()["dropped"] == {"replaced": 2}


def test_nobody_is_let_in_before_an_engine_is_ready() -> None:
    house = House(frames_per_s=0)
    _, phone = house.enter()
    assert phone.states == ["waiting"]


def test_who_finds_the_room_full_waits_and_goes_in_when_somebody_leaves() -> None:
    house = House(room=RoomConfig(max_live=1, max_waiting=1))
    first, first_phone = house.enter()
    second, phone = house.enter()
    assert phone.told[-1] == {"type": "status", "state": "waiting", "place": 1, "estimate_s": 90}
    assert refusal(house) is Refusal.ROOM_FULL
    house.hall.leave(first, cast(Link, first_phone))
    assert phone.states == ["waiting", "live"]
    house.hall.take(second, frame(1))


def test_places_move_up_as_people_give_up() -> None:
    house = House(room=RoomConfig(max_live=1, max_waiting=9))
    house.enter()
    second, second_phone = house.enter()
    _, third_phone = house.enter()
    house.hall.leave(second, cast(Link, second_phone))
    house.hall.tick()
    assert [m["place"] for m in third_phone.told if m.get("state") == "waiting"] == [2, 1]


def test_a_lost_phone_comes_back_to_its_slot_and_settings() -> None:
    house = House(room=RoomConfig(max_live=1))
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(1, {"scream": 1.0}, 0.3))
    house.hall.lose(visitor, cast(Link, phone))
    house.now_ms = 29_000
    house.hall.tick()
    back, phone = house.enter(resume=visitor.session.token)
    assert back is visitor and phone.told[0]["resumed"] is True
    assert phone.told[0]["settings"]["style"] == {"scream": 1.0} and phone.told[0]["settings"]["strength"] == 0.3
    assert (house.hall.live, house.hall.waiting) == (1, 0)


def test_a_slot_is_free_again_when_its_phone_stays_away() -> None:
    house = House(room=RoomConfig(max_live=1))
    visitor, phone = house.enter()
    house.hall.lose(visitor, cast(Link, phone))
    house.now_ms = 30_100
    house.hall.tick()
    assert (house.hall.live, house.hall.away) == (0, 0)
    _, phone = house.enter(resume=visitor.session.token)
    assert phone.told[0]["resumed"] is False


def test_resuming_many_times_never_takes_a_second_slot() -> None:
    house = House()
    visitor, _ = house.enter()
    for _ in range(50):
        house.enter(resume=visitor.session.token)
    assert (house.hall.live, house.hall.waiting) == (1, 0)


def test_the_old_connection_of_a_resumed_session_is_closed_and_cannot_end_it() -> None:
    house = House()
    visitor, old = house.enter()
    _, new = house.enter(resume=visitor.session.token)
    assert old.ended is Refusal.RESUMED_ELSEWHERE
    house.hall.lose(visitor, cast(Link, old))
    house.hall.leave(visitor, cast(Link, old))
    house.hall.take(visitor, frame(1))
    house.answer()
    assert len(new.shown) == 1


def test_a_frame_of_the_lost_connection_is_not_answered_in_the_new_one() -> None:
    house = House()
    visitor, old = house.enter()
    house.hall.take(visitor, frame(9))
    _, new = house.enter(resume=visitor.session.token)
    house.answer()
    assert not old.shown and not new.shown


def test_a_token_opens_only_its_own_station() -> None:
    house = House()
    visitor, _ = house.enter()
    other, _ = house.enter(resume=visitor.session.token, station=EXHIBITION.stations[1].number)
    assert other is not visitor


def test_an_unknown_station_is_refused() -> None:
    assert refusal(House(), station=999) is Refusal.STATION_UNKNOWN


def test_a_picture_that_is_too_large_or_lies_about_its_size_is_refused() -> None:
    house = House()
    visitor, _ = house.enter()
    bomb = bytes.fromhex("ffd8ffc0001108753075300301110002110003110000")
    for seq, picture, expected in (
        (1, Frame(1, 0.0, 480, 360, bomb), Refusal.PICTURE_TOO_LARGE),
        (2, Frame(2, 0.0, 400, 360, frame(2).picture), Refusal.SIZE_MISMATCH),
        (3, Frame(3, 0.0, 480, 360, b"\xff\xd8\xff"), Refusal.BAD_PICTURE),
    ):
        with pytest.raises(Refused) as caught:
            house.hall.take(visitor, picture)
        assert (caught.value.refusal, caught.value.seq) == (expected, seq)
    assert not house.submitted


def test_a_picture_larger_than_asked_for_is_painted_at_the_size_asked_for() -> None:
    house = House()
    visitor, _ = house.enter()
    house.hall.take(visitor, frame(1, 1600, 1200))
    assert (house.submitted[0][1]["width"], house.submitted[0][1]["height"]) == (480, 360)


def test_a_phones_clock_that_stopped_in_its_sleep_is_set_anew() -> None:
    house = House()
    visitor, phone = house.enter()
    house.now_ms = 60_000
    house.hall.take(visitor, frame(1))
    assert phone.told[-1]["reason"] == "late"
    house.hall.hear(visitor, Telemetry(0, 0, 0, {}, now_ms=0.0))
    house.hall.take(visitor, frame(2))
    assert len(house.submitted) == 1


def test_a_lost_worker_costs_frames_and_says_so() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.take(visitor, frame(1))
    house.worker.worker.on_lost()
    assert phone.told[-1] == {"type": "dropped", "seq": 1, "reason": "fault"}
    house.hall.take(visitor, frame(2))
    house.submitted.pop(0)
    house.answer()
    assert [o.seq for o in phone.shown] == [2]


def test_as_the_room_fills_phones_are_asked_for_less_and_more_again_when_it_empties() -> None:
    house = House(frames_per_s=30)
    guests = [house.enter() for _ in range(6)]
    first = guests[0][1]
    assert first.states[0] == "live" and first.states[-1] == "slow"
    assert "frame_rate" in first.told[-1]["reduced"]
    for visitor, phone in guests[1:]:
        house.hall.leave(visitor, cast(Link, phone))
    assert first.states[-1] == "live"


def test_stopping_tells_everybody_and_lets_nobody_in() -> None:
    house = House()
    _, phone = house.enter()
    house.hall.stop()
    assert phone.states[-1] == "stopping" and phone.ended is Refusal.STOPPING
    assert refusal(house) is Refusal.STOPPING


def test_at_a_canvas_a_texture_comes_first_and_then_poses() -> None:
    house = House()
    visitor, phone = house.enter(station=CANVAS.number)
    assert phone.told[0]["station"]["experience"] == "canvas"
    assert [row["texture"] for row in house.submitted[0][1]["rows"]] == [CANVAS.number]
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
    assert (row["region"], row["session"], row["connection"], row["station"]) == (
        "outside",
        visitor.session.number,
        1,
        AROUND.number,
    )


def test_the_code_of_another_station_is_offered_once_in_ten_seconds_and_again_in_a_new_connection() -> None:
    house = House()
    visitor, phone = house.enter()
    code = f"https://any.example/v/{SIGNER.sign(CANVAS.number)}"
    for now_ms in (0, 5_000, 9_999, 10_000):
        house.now_ms = now_ms
        house.see(visitor, code)
    told = [message for message in phone.told if message["type"] == "nearby"]
    assert len(told) == 2
    assert told[0] == {
        "type": "nearby",
        "station": {"id": CANVAS.id, "number": CANVAS.number, "title": CANVAS.title.in_language("en", "en")},
        "ticket": SIGNER.sign(CANVAS.number),
    }
    _, phone = house.enter(resume=visitor.session.token)
    house.see(visitor, code)
    assert phone.told[-1]["type"] == "nearby"


def test_a_station_s_own_code_and_strange_ones_are_not_offered() -> None:
    house = House()
    visitor, phone = house.enter()
    for text in (f"https://any.example/v/{SIGNER.sign(STATION.number)}", "https://evil.example/", "x" * 512):
        house.see(visitor, text)
    assert [message["type"] for message in phone.told] == ["welcome", "status"]
    assert house.tally.snapshot()["codes_seen"] == {"ours": 1, "strange": 2}


def test_a_code_seen_in_an_earlier_connection_means_nothing() -> None:
    house = House()
    visitor, _ = house.enter()
    session = visitor.session
    head = {"kind": "seen", "session": session.number, "connection": session.connections}
    _, phone = house.enter(resume=session.token)
    house.worker.worker.on_answer(Message(head | {"text": f"https://any.example/v/{SIGNER.sign(CANVAS.number)}"}))
    assert [message["type"] for message in phone.told] == ["welcome", "status"]


def test_how_phones_warp_is_counted_by_what_they_said_last() -> None:
    house = House()
    first, second = (house.enter(station=CANVAS.number)[0] for _ in range(2))
    assert house.hall.warps() == {}
    house.hall.hear(first, Telemetry(15, 90, 120, {}, warp=Warp(WarpMode.TRACKED, 5.0, 9.0)))
    house.hall.hear(first, Telemetry(15, 90, 120, {}, warp=Warp(WarpMode.POSE, 0.0, 0.0)))
    house.hall.hear(second, Telemetry(15, 90, 120, {}, warp=Warp(WarpMode.TRACKED, 5.0, 9.0)))
    assert house.hall.warps() == {"pose": 1, "tracked": 1}
