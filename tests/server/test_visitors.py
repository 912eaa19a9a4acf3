"""Simulated phones against a small fake server: credits, newest wins, resume, greed, and what the report says."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from websockets.asyncio.server import ServerConnection, serve

from exhibit.protocol import (
    Frame,
    Hello,
    Overlay,
    PoseAnswer,
    Telemetry,
    Texture,
    decode_from_phone,
    encode_overlay,
    encode_pose,
    encode_text,
    encode_texture,
)
from exhibit.track.pose import TrackState
from server.cli import visitors as visitors_command
from server.visitors.crowd import Crowd, Plan, PlanError
from server.visitors.diary import Diary
from server.visitors.door import Door, DoorError, door_of_ticket
from server.visitors.film import ClipError, clip_film, moving_film, visitor_colour
from server.visitors.report import crowd_report, jain_index
from server.visitors.window import PATIENCE_MS, Window


@dataclass
class FakeGallery:
    """A server of a few lines: answers each frame as `answer` says, and remembers what it heard."""

    answer: Callable[[Frame], list[str | bytes]] = lambda frame: [overlay_of(frame)]
    status: dict[str, object] = field(default_factory=lambda: {"state": "live", "fps": 60, "width": 480, "height": 480})
    refuse: str | None = None
    resumed: bool = True
    heard: Counter[str] = field(default_factory=Counter)
    frames: list[Frame] = field(default_factory=list)
    resumes: list[str | None] = field(default_factory=list)
    connections: list[ServerConnection] = field(default_factory=list)
    first_hello: asyncio.Event = field(default_factory=asyncio.Event)
    first_frame: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    async def talk(self, socket: ServerConnection) -> None:
        self.connections.append(socket)
        async for data in socket:
            message = decode_from_phone(data)
            self.heard[type(message).__name__.lower()] += 1
            refusing = self.refuse is not None
            for reply in self._reply(message):
                await socket.send(reply)
            if refusing:
                return

    def _reply(self, message: object) -> list[str | bytes]:
        match message:
            case Hello(resume=token):
                self.resumes.append(token)
                self.first_hello.set()
                return self._welcome(token)
            case Frame():
                self.frames.append(message)
                self.first_frame.set()
                return self.answer(message)
            case _:
                return []

    def _welcome(self, token: str | None) -> list[str | bytes]:
        if self.refuse:
            return [encode_text("error", code=self.refuse, message="No.", fatal=True)]
        number = f"s{len(self.resumes)}"
        resumed = token is not None and self.resumed
        welcome = encode_text("welcome", version=1, session=number, resume="t", resumed=resumed, credits=2)
        return [welcome, encode_text("status", **self.status)]

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[FakeGallery]:
        async with serve(self.talk, "127.0.0.1", 0, subprotocols=["vernissage.v1"], compression=None) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws"
            yield self


def overlay_of(frame: Frame, seq: int | None = None) -> bytes:
    return encode_overlay(Overlay(seq or frame.seq, frame.capture_ms, frame.width, frame.height, b"\xff\xd8\xff"))


async def visited(gallery: FakeGallery, **plan: object) -> tuple[dict[str, object], Crowd]:
    settings = {"fps": 40.0, "seconds": 0.5, "width_px": 64, "height_px": 48, **plan}
    crowd = Crowd(Door(gallery.url, "ticket"), Plan(**settings))  # type: ignore[arg-type]
    crowd.prepare()
    await crowd.visit()
    return crowd_report(crowd.plan, crowd.diaries, each=True), crowd


async def test_visitors_send_frames_and_get_overlays_in_order() -> None:
    async with FakeGallery().open() as gallery:
        report, _ = await visited(gallery, count=3)
    assert report["overlays"] > 3
    assert 0 <= report["frames_sent"] - report["overlays"] <= 3 * 2, "at most the credits are under way at the end"
    assert report["out_of_order"] == 0
    assert report["fairness"] > 0.9
    assert report["age_ms"]["p50"] > 0
    assert len(report["each"]) == 3


async def test_at_a_canvas_poses_are_answers_and_textures_are_none() -> None:
    def pose_and_texture(frame: Frame) -> list[str | bytes]:
        pose = PoseAnswer(frame.seq, frame.capture_ms, frame.width, frame.height, TrackState.LOOKING)
        return [encode_texture(Texture(frame.seq, 8, 8, b"\xff\xd8\xff")), encode_pose(pose)]

    async with FakeGallery(pose_and_texture).open() as gallery:
        report, crowd = await visited(gallery)
    (diary,) = crowd.diaries
    assert len(diary.ages_ms) == report["overlays"] > 3
    assert diary.textures >= len(diary.ages_ms)
    assert diary.out_of_order == 0


async def test_a_visitor_leaves_with_a_bye() -> None:
    async with FakeGallery().open() as gallery:
        await visited(gallery)
    assert gallery.heard["bye"] == 1


async def test_a_visitor_never_has_more_frames_unanswered_than_credits() -> None:
    async with FakeGallery(answer=lambda frame: []).open() as gallery:
        report, _ = await visited(gallery)
    assert len(gallery.frames) == 2
    assert report["drops"]["no_credit"] > 0


async def test_a_greedy_visitor_sends_all_it_has() -> None:
    async with FakeGallery(answer=lambda frame: []).open() as gallery:
        await visited(gallery, greedy=1, greedy_factor=2.0)
    assert len(gallery.frames) > 4


async def test_a_visitor_obeys_the_frame_rate_it_is_told() -> None:
    async with FakeGallery(status={"state": "slow", "fps": 1, "width": 480, "height": 480}).open() as gallery:
        await visited(gallery)
    assert len(gallery.frames) <= 2


async def test_a_visitor_obeys_the_size_it_is_told() -> None:
    slow = {"state": "slow", "fps": 60, "width": 32, "height": 24, "reduced": ["resolution"]}
    async with FakeGallery(status=slow).open() as gallery:
        report, _ = await visited(gallery)
    assert {simplejpeg.decode_jpeg_header(frame.picture)[:2] for frame in gallery.frames} == {(24, 32)}
    assert report["reduced"] == {"resolution": 1}


async def test_a_waiting_visitor_sends_no_frames() -> None:
    async with FakeGallery(status={"state": "waiting", "place": 1, "estimate_s": 9}).open() as gallery:
        report, _ = await visited(gallery)
    assert gallery.frames == []
    assert report["waited"] == 1


async def test_an_overlay_that_comes_twice_is_out_of_order() -> None:
    async with FakeGallery(answer=lambda frame: [overlay_of(frame)] * 2).open() as gallery:
        report, _ = await visited(gallery)
    assert report["out_of_order"] == report["overlays"] > 0


async def test_an_overlay_under_another_frames_number_is_out_of_order() -> None:
    async with FakeGallery(answer=lambda frame: [overlay_of(frame, seq=max(1, frame.seq - 1))]).open() as gallery:
        report, _ = await visited(gallery)
    assert report["out_of_order"] > 0


async def test_dropped_frames_are_counted_by_reason_and_free_their_credit() -> None:
    def late(frame: Frame) -> list[str | bytes]:
        return [encode_text("dropped", seq=frame.seq, reason="late")]

    async with FakeGallery(answer=late).open() as gallery:
        report, _ = await visited(gallery)
    assert len(gallery.frames) - 2 <= report["drops"]["late"] <= len(gallery.frames)
    assert report["drops"]["late"] > 2


async def test_a_lost_connection_is_taken_up_again_with_the_resume_token() -> None:
    async with FakeGallery().open() as gallery:
        visit = asyncio.create_task(visited(gallery, seconds=2.0))
        await gallery.first_frame.wait()
        gallery.connections[0].transport.abort()
        report, _ = await visit
    assert gallery.resumes == [None, "t"]
    assert report["resumed"] == 1
    assert report["sessions_lost"] == 0
    assert [frame.seq for frame in gallery.frames].count(1) == 2, "sequence numbers start anew"


async def test_a_session_that_is_not_given_back_counts_as_lost() -> None:
    async with FakeGallery(resumed=False).open() as gallery:
        visit = asyncio.create_task(visited(gallery, seconds=2.0))
        await gallery.first_frame.wait()
        gallery.connections[0].transport.abort()
        report, _ = await visit
    assert report["sessions_lost"] == 1


async def test_a_refused_visitor_stays_away_and_is_counted() -> None:
    async with FakeGallery(refuse="room_full").open() as gallery:
        report, _ = await visited(gallery, count=2)
    assert report["refused"] == {"room_full": 2}
    assert len(gallery.connections) == 2


async def test_a_visitor_comes_back_to_a_server_that_stopped() -> None:
    async with FakeGallery(refuse="stopping").open() as gallery:
        visit = asyncio.create_task(visited(gallery, seconds=3.0))
        await gallery.first_hello.wait()
        gallery.refuse = None
        await gallery.first_frame.wait()
        report, _ = await visit
    assert report["refused"] == {}
    assert report["overlays"] > 0


async def test_visitors_that_come_and_go_have_many_sessions() -> None:
    async with FakeGallery().open() as gallery:
        await visited(gallery, count=4, seconds=1.5, churn=True, stay_s=(0.2, 0.5))
    assert len(gallery.connections) > 4


async def test_phones_report_what_they_saw_each_second() -> None:
    async with FakeGallery().open() as gallery:
        await visited(gallery, seconds=1.6)
    assert gallery.heard[Telemetry.__name__.lower()] >= 1


def test_a_frame_without_an_answer_counts_as_answered_after_a_while() -> None:
    window = Window(1)
    window.send(0.0, now_ms=0.0)
    assert not window.may_send(PATIENCE_MS - 1)
    assert window.may_send(PATIENCE_MS)


def test_a_newer_overlay_answers_the_older_frames_too() -> None:
    window = Window(2)
    for capture_ms in (10.0, 20.0):
        window.send(capture_ms, capture_ms)
    assert window.shown(2, 20.0) == 1
    assert window.may_send(21.0)
    assert window.shown(1, 10.0) is None


def test_an_overlay_may_follow_the_drop_of_a_later_frame() -> None:
    window = Window(2)
    for capture_ms in (10.0, 20.0):
        window.send(capture_ms, capture_ms)
    assert window.dropped(2) == 2
    assert window.may_send(21.0)
    assert window.shown(1, 10.0) == 0
    assert window.shown(1, 10.0) is None


def test_an_overlay_of_a_frame_that_was_never_sent_is_out_of_order() -> None:
    window = Window(2)
    window.send(10.0, 10.0)
    assert window.shown(2, 10.0) is None


def test_what_happens_while_settling_is_not_counted() -> None:
    diary = Diary(0, counts_from_s=10.0)
    diary.note_live(5.0)
    diary.note_answer(30.0, 0, now_s=9.0)
    diary.note_answer(30.0, 1, now_s=11.0)
    diary.note_not_live(12.0)
    assert (diary.live_s, len(diary.ages_ms), diary.fps) == (2.0, 1, 0.5)
    assert diary.dropped == {"replaced": 1}


@pytest.mark.parametrize(("shares", "index"), [([3, 3, 3], 1.0), ([1, 0, 0, 0], 0.25), ([0, 0], None)])
def test_jains_index_is_one_for_equals_and_one_nth_for_a_monopoly(shares: list[float], index: float | None) -> None:
    assert jain_index(shares) == index


def test_the_greedy_are_compared_with_the_others() -> None:
    diaries = [Diary(0, greedy=True), Diary(1), Diary(2)]
    for diary, overlays in zip(diaries, (30, 20, 20), strict=True):
        diary.live_s, diary.ages_ms = 10.0, [50.0] * overlays
    report = crowd_report(Plan(count=3, greedy=1), diaries)
    assert report["greedy"] == {"visitors": 1, "fps": 3.0, "ratio": 1.5}
    assert (report["fps"], report["fairness"]) == (2.0, 1.0)


def test_every_visitor_sees_another_colour() -> None:
    colours = np.array([visitor_colour(number) for number in range(24)])
    apart = np.abs(colours[:, None].astype(int) - colours[None]).sum(axis=2) + 1000 * np.eye(24)
    assert apart.min() > 10


def test_a_film_moves_and_is_encoded_once() -> None:
    film = moving_film(3)
    assert film.jpeg(0, 64, 48) is film.jpeg(film.frames, 64, 48)
    assert film.jpeg(0, 64, 48) != film.jpeg(1, 64, 48)


def test_a_clip_is_cut_to_the_size_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    planes = b"".join(b"FRAME\n" + bytes([grey]) * (32 * 24) + b"\x80" * (16 * 12 * 2) for grey in (40, 200))
    path.write_bytes(b"YUV4MPEG2 W32 H24 F15:1 Ip A1:1 C420jpeg\n" + planes)
    film = clip_film(path)
    pictures = [simplejpeg.decode_jpeg(film.jpeg(index, 16, 16)) for index in range(film.frames)]
    assert [picture.shape for picture in pictures] == [(16, 16, 3)] * 2
    assert pictures[0].mean() < 80
    assert pictures[1].mean() > 160


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.y4m"
    path.write_bytes(b"not a video")
    with pytest.raises(ClipError, match="expected a video"):
        clip_film(path)


@pytest.mark.parametrize(
    "plan", [{"count": 0}, {"count": 10**6}, {"seconds": 1e6}, {"fps": 100.0, "greedy": 1}, {"width_px": 8}]
)
def test_a_crowd_is_bounded_in_count_time_and_rate(plan: dict[str, object]) -> None:
    with pytest.raises(PlanError, match="expected"):
        Plan(**plan)  # type: ignore[arg-type]


def test_a_tickets_address_gives_the_sockets_address() -> None:
    assert door_of_ticket("https://gallery.example:8443/v/abc.def") == Door("wss://gallery.example:8443/ws", "abc.def")
    with pytest.raises(DoorError, match="expected https"):
        door_of_ticket("https://gallery.example/other")


def test_a_distant_certificate_is_checked_unless_told_otherwise() -> None:
    checked = Door("wss://gallery.example/ws", "t").tls()
    unchecked = Door("wss://gallery.example/ws", "t", insecure=True).tls()
    local = Door("wss://localhost:8443/ws", "t").tls()
    assert checked is not None and checked.check_hostname
    assert unchecked is not None and not unchecked.check_hostname
    assert local is not None and not local.check_hostname
    assert Door("ws://gallery.example/ws", "t").tls() is None


async def test_the_command_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeGallery().open() as gallery:
        words = ["visitors", "--url", gallery.url, "--ticket", "t", "--count", "2", "--seconds", "0.5", "--json"]
        code = await asyncio.to_thread(run_command, words)
    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["visitors"] == 2
    assert {"fps", "age_ms", "drops", "out_of_order", "fairness", "refused"} <= report.keys()


async def test_the_command_prints_a_row_for_each_visitor(capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeGallery().open() as gallery:
        words = ["visitors", "--url", gallery.url, "--ticket", "t", "--seconds", "0.5", "--each"]
        assert await asyncio.to_thread(run_command, words) == 0
    assert "each visitor" in capsys.readouterr().out


def test_the_command_says_what_it_could_not_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["visitors", "--url", "ws://127.0.0.1:9/ws"]) == 2
    assert run_command(["visitors", "--server", "http://127.0.0.1:9"]) == 2
    assert run_command(["visitors", "--ticket-url", "https://127.0.0.1:9/v/t", "--count", "0"]) == 2
    assert capsys.readouterr().err.count("expected") == 3


def run_command(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    visitors_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(words)
    code: int = args.run(args)
    return code
