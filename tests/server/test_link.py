"""What is sent to a phone: texts in order, of overlays the newest, and an end that says why."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

from websockets.asyncio.server import ServerConnection

from exhibit.protocol import (
    Binary,
    Overlay,
    PoseAnswer,
    Texture,
    decode_overlay,
    decode_pose,
    decode_texture,
    kind_of,
)
from exhibit.refusal import Refusal, Refused
from exhibit.track.pose import TrackState
from server.link import MAX_TEXTS, Link


class FakeConnection:
    """A connection that reads only while its gate is open, and takes its time over each message."""

    def __init__(self, seconds_a_message: float = 0.0) -> None:
        self.seconds_a_message = seconds_a_message
        self.gate = asyncio.Event()
        self.gate.set()
        self.sent: list[str | bytes] = []
        self.closed: tuple[int, str] | None = None
        self.aborted = False
        self.transport = self

    async def send(self, data: str | bytes) -> None:
        await self.gate.wait()
        await asyncio.sleep(self.seconds_a_message)
        self.sent.append(data)

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def abort(self) -> None:
        self.aborted = True


def link_to(connection: FakeConnection, send_s: float = 30.0) -> Link:
    return Link(cast(ServerConnection, connection), send_s)


def overlay(seq: int) -> Overlay:
    return Overlay(seq, 0.0, 8, 8, b"picture")


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_slow_reader_gets_the_newest_overlay_and_never_an_older_one() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        link.show(overlay(1))
        await settle()
        phone.gate.clear()
        replaced = [link.show(overlay(seq)) for seq in (2, 3, 4)]
        await settle()
        replaced += [link.show(overlay(5))]
        phone.gate.set()
        await settle()
    seqs = [decode_overlay(cast(bytes, data)).seq for data in phone.sent]
    assert seqs[0] == 1 and seqs[-1] == 5 and seqs == sorted(seqs) and len(seqs) <= 3
    assert replaced.count(True) >= 2


async def test_messages_go_out_in_order_with_the_newest_overlay_in_its_place() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        link.tell("a")
        link.show(overlay(1))
        link.tell("dropped 2")
        link.show(overlay(3))
        await settle()
    assert phone.sent[0] == "a" and phone.sent[2:] == ["dropped 2"]
    assert decode_overlay(cast(bytes, phone.sent[1])).seq == 3


async def test_of_poses_and_of_textures_only_the_newest_wait_each_in_its_own_place() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        link.tell("live")
        replaced = [link.hang(Texture(number, 8, 8, b"picture")) for number in (1, 2)]
        replaced += [link.show(PoseAnswer(seq, 0.0, 8, 8, TrackState.LOOKING)) for seq in (1, 2, 3)]
        replaced += [link.hang(Texture(3, 8, 8, b"picture"))]
        await settle()
    assert replaced == [False, True, False, True, True, True]
    live, texture, pose = phone.sent
    assert live == "live"
    assert decode_texture(cast(bytes, texture)).number == 3
    assert decode_pose(cast(bytes, pose)).seq == 3


async def test_each_kind_of_answer_goes_out_as_what_it_is() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        for show in (
            lambda: link.show(overlay(1)),
            lambda: link.show(PoseAnswer(2, 0.0, 8, 8, TrackState.LOCKED, homography=(1, 0, 0, 0, 1, 0, 0, 0, 1))),
            lambda: link.hang(Texture(1, 8, 8, b"picture")),
        ):
            show()
            await settle()
    assert [kind_of(cast(bytes, data)) for data in phone.sent] == [Binary.OVERLAY, Binary.POSE, Binary.TEXTURE]


async def test_an_end_says_why_and_closes_with_its_code() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        link.tell("what came before")
        link.show(overlay(1))
        link.end(Refused(Refusal.ROOM_FULL), retry_after_s=60)
    assert phone.sent[0] == "what came before"
    message: dict[str, Any] = json.loads(phone.sent[1])
    assert (message["code"], message["fatal"], message["retry_after_s"]) == ("room_full", True, 60)
    assert phone.closed == (4429, "room_full") and len(phone.sent) == 2


async def test_a_phone_that_reads_nothing_is_cut_off() -> None:
    phone = FakeConnection()
    phone.gate.clear()
    async with link_to(phone, send_s=0.05) as link:
        link.tell("hello")
        async with asyncio.timeout(30):
            while not phone.aborted:
                await asyncio.sleep(0.01)
    assert link.ended_by is Refusal.NOT_READING


async def test_a_phone_that_reads_slowly_but_reads_is_not_cut_off() -> None:
    phone = FakeConnection(seconds_a_message=0.1)
    async with link_to(phone, send_s=0.4) as link:
        for seq in range(1, 31):  # for longer than send_s there is always something to send
            link.show(overlay(seq))
            await asyncio.sleep(0.03)
    assert link.ended_by is None and not phone.aborted and len(phone.sent) > 3


async def test_nothing_is_said_after_the_end() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        link.end(Refused(Refusal.FLOOD))
        link.tell("more")
        link.show(overlay(1))
        link.hang(Texture(1, 8, 8, b"picture"))
    assert [json.loads(cast(str, data))["code"] for data in phone.sent] == ["flood"]


async def test_texts_that_pile_up_end_the_connection() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        for number in range(MAX_TEXTS + 1):
            link.tell(str(number))
        await settle()
    assert link.ended_by is Refusal.NOT_READING and phone.closed is not None


async def test_of_a_hail_of_refusals_only_the_first_are_sent() -> None:
    phone = FakeConnection()
    async with link_to(phone) as link:
        for _ in range(1000):
            link.refuse(Refused(Refusal.BAD_JSON))
        await settle()
    assert link.ended_by is None and 0 < len(phone.sent) <= MAX_TEXTS
