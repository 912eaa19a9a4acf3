"""Messages: the examples that Python and JavaScript share, and what no bytes in the world may do."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exhibit
from exhibit.binary import POSE
from exhibit.protocol import (
    CREDITS,
    HEADER,
    MAX_STYLES_IN_MIX,
    MAX_TEXT_CHARS,
    RESUME_S,
    SUBPROTOCOL,
    Bye,
    Cancel,
    Frame,
    Hello,
    Keep,
    Overlay,
    PoseAnswer,
    Set,
    Telemetry,
    Texture,
    Wish,
    decode_from_phone,
    decode_overlay,
    decode_pose,
    decode_texture,
    encode_error,
    encode_frame,
    encode_overlay,
    encode_pose,
    encode_text,
    encode_texture,
    kind_of,
)
from exhibit.refusal import Refusal, Refused
from exhibit.session import FUTURE_TOLERANCE_MS
from exhibit.track.pose import TrackState

MESSAGES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "messages.json").read_text(encoding="utf-8")
)
KINDS = {
    "hello": Hello,
    "set": Set,
    "wish": Wish,
    "cancel": Cancel,
    "keep": Keep,
    "telemetry": Telemetry,
    "bye": Bye,
}


def examples(group: str, **wanted: str) -> list[Any]:
    """The shared examples of a group whose keys have these values, each with its name."""
    chosen = [example for example in MESSAGES[group] if all(example.get(key) == wanted[key] for key in wanted)]
    assert chosen
    return [pytest.param(example, id=example["name"]) for example in chosen]


def fields_of(message: Any) -> dict[str, Any]:
    """A message's fields as the shared examples write them."""
    return {name: _written(value) for name, value in dataclasses.asdict(message).items()}


def _written(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case tuple():
            return list(value)
        case _:
            return value


def refusal_of(data: str | bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        decode_from_phone(data)
    return caught.value


class TestSharedExamples:
    @pytest.mark.parametrize("example", examples("good", kind="frame"))
    def test_a_frame_is_read_and_written_byte_for_byte(self, example: dict[str, Any]) -> None:
        frame = decode_from_phone(bytes.fromhex(example["hex"]))
        assert isinstance(frame, Frame)
        assert fields_of(frame) == example["fields"]
        assert encode_frame(frame).hex() == example["hex"]

    @pytest.mark.parametrize("example", examples("good", kind="overlay"))
    def test_an_overlay_is_read_and_written_byte_for_byte(self, example: dict[str, Any]) -> None:
        overlay = decode_overlay(bytes.fromhex(example["hex"]))
        assert fields_of(overlay) == example["fields"]
        assert encode_overlay(overlay).hex() == example["hex"]

    @pytest.mark.parametrize("example", examples("good", kind="pose"))
    def test_a_pose_is_read_and_written_byte_for_byte(self, example: dict[str, Any]) -> None:
        pose = decode_pose(bytes.fromhex(example["hex"]))
        assert fields_of(pose) == example["fields"]
        assert encode_pose(pose).hex() == example["hex"]

    @pytest.mark.parametrize("example", examples("good", kind="texture"))
    def test_a_texture_is_read_and_written_byte_for_byte(self, example: dict[str, Any]) -> None:
        texture = decode_texture(bytes.fromhex(example["hex"]))
        assert fields_of(texture) == example["fields"]
        assert encode_texture(texture).hex() == example["hex"]

    def test_what_a_binary_message_is_can_be_told_before_it_is_read(self) -> None:
        kinds = {
            example["kind"]: kind_of(bytes.fromhex(example["hex"])) for example in MESSAGES["good"] if "hex" in example
        }
        assert {name: int(kind) for name, kind in kinds.items()} == {"frame": 1, "overlay": 2, "pose": 3, "texture": 4}
        for data in (b"", bytes(31), b"\x01\x09" + bytes(30), b"\x01\x00" + bytes(30)):
            with pytest.raises(ValueError, match="expected"):
                kind_of(data)

    @pytest.mark.parametrize("example", examples("good", **{"from": "phone"}))
    def test_a_phones_text_is_read(self, example: dict[str, Any]) -> None:
        message = decode_from_phone(example["json"])
        assert isinstance(message, KINDS[json.loads(example["json"])["type"]])
        assert fields_of(message) == example["fields"]

    @pytest.mark.parametrize("example", examples("good", **{"from": "server"}))
    def test_a_servers_text_is_written(self, example: dict[str, Any]) -> None:
        fields = dict(example["fields"])
        assert json.loads(encode_text(fields.pop("type"), **fields)) == json.loads(example["json"])

    @pytest.mark.parametrize("example", examples("bad"))
    def test_a_malformed_message_gets_its_code(self, example: dict[str, Any]) -> None:
        refused = refusal_of(bytes.fromhex(example["hex"]) if "hex" in example else example["json"])
        assert refused.refusal.code == example["refusal"]

    @pytest.mark.parametrize("example", examples("bad_overlays"))
    def test_a_malformed_overlay_is_none(self, example: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="expected"):
            decode_overlay(bytes.fromhex(example["hex"]))

    @pytest.mark.parametrize("example", examples("bad_poses"))
    def test_a_malformed_pose_is_none(self, example: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="expected"):
            decode_pose(bytes.fromhex(example["hex"]))

    @pytest.mark.parametrize("example", examples("bad_textures"))
    def test_a_malformed_texture_is_none(self, example: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="expected"):
            decode_texture(bytes.fromhex(example["hex"]))

    def test_every_refusal_that_parsing_can_make_has_an_example(self) -> None:
        made_later = {
            Refusal.BAD_PICTURE,
            Refusal.PICTURE_TOO_LARGE,
            Refusal.SIZE_MISMATCH,
            Refusal.SEQUENCE_BACKWARDS,
            Refusal.TIME_IN_FUTURE,
            Refusal.NOT_LIVE,
            Refusal.NOT_A_DREAM,
        }
        of_messages = {r.code for r in Refusal if not r.fatal and r not in made_later} | {Refusal.WRONG_VERSION.code}
        assert {example["refusal"] for example in MESSAGES["bad"]} == of_messages


class TestDocument:
    document = (Path(exhibit.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")

    def test_it_lays_the_header_out_as_the_code_does(self) -> None:
        rows = re.findall(r"^\| (\d+) \| ([a-z]\d+) \| (\w+) \|", self.document, re.MULTILINE)
        formats = {"u8": "B", "u16": "H", "u32": "I", "f64": "d"}
        layout = ">" + "".join(formats[kind] for _, kind, _ in rows)
        assert layout == HEADER.format
        assert [int(at) for at, _, _ in rows] == [struct.calcsize(layout[: n + 1]) for n in range(len(rows))]

    def test_it_lays_the_pose_out_as_the_code_does(self) -> None:
        rows = re.findall(r"^\| (\d+) \| ([\w ]+) \| `(\w+)` \|", self.document, re.MULTILINE)
        formats = {"u8": "B", "3 bytes": "3x", "f32": "f", "9 f32": "9f"}
        layout = ">" + "".join(formats[kind] for _, kind, _ in rows)
        assert layout == POSE.format
        parts = re.findall(r"\d?[Bxf]", layout)
        starts = [struct.calcsize(">" + "".join(parts[:n])) + HEADER.size for n in range(len(rows))]
        assert [int(at) for at, _, _ in rows] == starts

    def test_it_gives_the_numbers_that_the_code_keeps(self) -> None:
        for words in (
            f"subprotocol `{SUBPROTOCOL}`",
            f"(`welcome` says how many; {CREDITS})",
            f"for `resume_s` ({RESUME_S}) seconds",
            f"at most {MAX_TEXT_CHARS:,} characters".replace(",", " "),
            f"at most {MAX_STYLES_IN_MIX}, sum above 0",
            f"more than {FUTURE_TOLERANCE_MS / 1000:.0f} s later than now",
        ):
            assert words in self.document


class TestRefusals:
    def test_a_refused_frame_is_named_by_its_number(self) -> None:
        data = bytearray(encode_frame(Frame(7, 1.0, 8, 8, b"\xff\xd8\xff")))
        assert refusal_of(bytes(data[:-1])).seq == 7

    def test_json_of_many_levels_is_refused(self) -> None:
        for levels in (100, 1000, 8000):
            assert refusal_of("[" * levels + "]" * levels).refusal is Refusal.BAD_JSON
            nested = '{"type":"hello","version":' + "[" * levels + "]" * levels + "}"
            assert refusal_of(nested).refusal in (Refusal.BAD_JSON, Refusal.WRONG_VERSION, Refusal.MESSAGE_TOO_BIG)

    def test_a_number_of_many_digits_is_refused(self) -> None:
        assert refusal_of('{"type":"set","revision":' + "9" * 5000 + "}").refusal is Refusal.BAD_JSON
        assert refusal_of('{"type":"set","revision":' + "9" * 4000 + "}").refusal is Refusal.BAD_FIELD

    def test_a_long_text_is_refused_before_it_is_parsed(self) -> None:
        bye = '{"type":"bye"}'
        assert decode_from_phone(bye + " " * (MAX_TEXT_CHARS - len(bye))) == Bye()
        refused = refusal_of(bye + " " * (MAX_TEXT_CHARS - len(bye) + 1))
        assert refused.refusal is Refusal.MESSAGE_TOO_BIG
        assert str(MAX_TEXT_CHARS) in Refusal.MESSAGE_TOO_BIG.sentence

    def test_an_error_message_says_what_a_client_needs(self) -> None:
        error = json.loads(encode_error(Refused(Refusal.ROOM_FULL), retry_after_s=60))
        assert error == {
            "type": "error",
            "code": "room_full",
            "message": Refusal.ROOM_FULL.sentence,
            "fatal": True,
            "retry_after_s": 60,
        }

    def test_a_closed_station_s_error_says_when_it_opens(self) -> None:
        error = json.loads(encode_error(Refused(Refusal.STATION_CLOSED, opens_at="2026-12-01T09:00:00Z")))
        assert (error["code"], error["opens_at"]) == ("station_closed", "2026-12-01T09:00:00Z")

    def test_a_message_that_is_no_json_is_not_sent(self) -> None:
        with pytest.raises(ValueError, match="JSON compliant"):
            encode_text("status", fps=math.nan)


u16 = st.integers(1, 0xFFFF)
u32 = st.integers(1, 0xFFFFFFFF)
times_ms = st.floats(0, 2.0**53)
jpegs = st.binary(max_size=200).map(lambda rest: b"\xff\xd8\xff" + rest)
turns = st.integers(0, 3)
f32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
homographies = st.tuples(*[f32] * 9)
known_states = st.sampled_from([TrackState.LOCKED, TrackState.COASTING])
style_ids = st.text("abcdef", min_size=1, max_size=64)
any_text = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=6),
    max_leaves=12,
)
numbers = st.integers(0, 100) | st.floats()
plausible = {
    "version": st.just(1),
    "ticket": any_text,
    "now_ms": numbers,
    "language": any_text,
    "resume": any_text,
    "revision": st.integers(1, 9) | st.integers(),
    "style": st.dictionaries(any_text, st.floats(0, 1) | numbers, max_size=5),
    "strength": st.floats(0, 1) | numbers,
    "fps": numbers,
    "glass_p50_ms": numbers,
    "glass_p95_ms": numbers,
    "dropped": st.dictionaries(st.text("ab_", min_size=1), numbers),
    "warp": st.fixed_dictionaries(
        {"mode": st.sampled_from(["tracked", "pose", ""]), "p50_ms": numbers, "p95_ms": numbers}
    ),
}
near_messages = st.fixed_dictionaries({"type": st.sampled_from(sorted(KINDS)), **plausible}) | st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(KINDS))}, optional=dict.fromkeys(plausible, json_values)
)


def read_or_refuse(data: str | bytes) -> None:
    """Decoding raises Refused or nothing, and a refusal can be written into an answer."""
    try:
        decode_from_phone(data)
    except Refused as refused:
        answer = json.loads(encode_error(refused).encode())
        assert answer["code"] == refused.refusal.code
        assert len(answer["message"]) < 400


class TestAnyInput:
    @given(st.builds(Frame, u32, times_ms, u16, u16, jpegs, turns))
    def test_every_frame_comes_back(self, frame: Frame) -> None:
        assert decode_from_phone(encode_frame(frame)) == frame

    @given(st.builds(Overlay, u32, times_ms, u16, u16, jpegs, st.integers(0, 2**32 - 1), u16, u16, turns))
    def test_every_overlay_comes_back(self, overlay: Overlay) -> None:
        assert decode_overlay(encode_overlay(overlay)) == overlay

    @given(
        st.builds(
            PoseAnswer,
            *(u32, times_ms, u16, u16, known_states, st.floats(0, 1, width=32)),
            *(st.floats(0, 1e9, width=32), homographies, st.integers(0, 2**32 - 1), u16, u16, turns),
        )
    )
    def test_every_pose_comes_back(self, pose: PoseAnswer) -> None:
        assert decode_pose(encode_pose(pose)) == pose

    def test_a_pose_while_looking_has_no_homography(self) -> None:
        pose = decode_pose(encode_pose(PoseAnswer(1, 1.0, 8, 8, TrackState.LOOKING)))
        assert (pose.state, pose.homography) == (TrackState.LOOKING, None)

    @given(st.builds(Texture, u32, u16, u16, jpegs, st.integers(0, 2**32 - 1), u16, u16))
    def test_every_texture_comes_back(self, texture: Texture) -> None:
        assert decode_texture(encode_texture(texture)) == texture

    def test_a_long_wait_is_written_as_the_longest(self) -> None:
        overlay = decode_overlay(encode_overlay(Overlay(1, 1.0, 8, 8, b"", wait_ms=70_000, work_ms=10**9)))
        assert (overlay.wait_ms, overlay.work_ms) == (0xFFFF, 0xFFFF)

    @given(st.binary(max_size=300))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        read_or_refuse(data)

    @given(st.builds(Frame, u32, times_ms, u16, u16, jpegs, turns), st.data())
    def test_a_damaged_frame_is_read_or_refused(self, frame: Frame, data: st.DataObject) -> None:
        message = bytearray(encode_frame(frame))
        for at in data.draw(st.lists(st.integers(0, len(message) - 1), min_size=1, max_size=6)):
            message[at] = data.draw(st.integers(0, 255))
        read_or_refuse(bytes(message[: data.draw(st.integers(0, len(message)))]))

    @given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
    def test_any_text_is_read_or_refused(self, data: str) -> None:
        read_or_refuse(data)

    @given(json_values | near_messages)
    def test_any_json_is_read_or_refused(self, value: object) -> None:
        read_or_refuse(json.dumps(value))

    @given(near_messages)
    def test_what_is_read_is_finite_and_can_be_written_again(self, value: dict[str, Any]) -> None:
        try:
            message = decode_from_phone(json.dumps(value))
        except Refused:
            return
        json.dumps(dataclasses.asdict(message), ensure_ascii=False, allow_nan=False).encode()

    @given(st.dictionaries(style_ids, st.floats(0, 1, exclude_min=True), min_size=1, max_size=4))
    def test_every_mix_within_bounds_is_read(self, style: dict[str, float]) -> None:
        message = decode_from_phone(encode_text("set", revision=1, style=style))
        assert isinstance(message, Set)
        assert message.style == style
