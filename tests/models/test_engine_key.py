"""Profiles and keys of compiled engines: what belongs to them, and that they come back from JSON as they were."""

import json
from dataclasses import replace

import pytest

from models.errors import EngineError
from models.runtime.engine_key import EngineKey
from models.runtime.profile import Profile, Range, profile_for

LENS = Profile("lens", {"batch": Range(1, 4, 8), "height": Range(64, 480, 640), "width": Range(64, 360, 640)})
STILL = Profile("still", {"batch": Range(1, 1, 1), "height": Range(64, 1024, 2048), "width": Range(64, 1024, 2048)})
KEY = EngineKey("fine", "ab" * 32, "tensorrt", "11.2.0", "13.1", "NVIDIA L40", 89, (LENS, STILL), ("strongly_typed",))
OTHERS = {
    "model": "swift",
    "model_sha256": "cd" * 32,
    "flavour": "tensorrt_rtx",
    "version": "11.2.1",
    "cuda": "13.0",
    "card": "NVIDIA L4",
    "compute_capability": 86,
    "profiles": (LENS,),
    "flags": ("strongly_typed", "optimization_level=5"),
}


@pytest.mark.parametrize("sizes", [(0, 1, 2), (3, 2, 4), (1, 5, 4), (-1, 1, 1)])
def test_a_range_ascends_from_one(sizes):
    with pytest.raises(EngineError, match="expected sizes that ascend from 1, got"):
        Range(*sizes)


@pytest.mark.parametrize(
    ("sizes", "number"),
    [
        ({"batch": 8, "height": 64, "width": 640}, 0),
        ({"batch": 1, "height": 1000, "width": 700}, 1),
        ({"batch": 2, "height": 1000, "width": 700}, None),
        ({"batch": 1, "height": 63, "width": 64}, None),
    ],
)
def test_inputs_belong_to_the_first_profile_that_takes_them(sizes, number):
    assert profile_for((LENS, STILL), sizes) == number


def test_a_profile_comes_back_from_json_as_it_was():
    assert Profile.from_json(json.loads(json.dumps(LENS.as_json()))) == LENS


def test_a_key_comes_back_from_json_with_the_same_digest():
    again = EngineKey.from_json(json.loads(json.dumps(KEY.as_json())))
    assert again == KEY
    assert again.digest() == KEY.digest()


def test_there_is_another_value_here_for_every_part_of_a_key():
    assert OTHERS.keys() == KEY.as_json().keys()


@pytest.mark.parametrize("name", OTHERS)
def test_each_part_of_a_key_changes_its_digest_and_its_files_name_and_is_named_as_the_difference(name):
    other = replace(KEY, **{name: OTHERS[name]})
    assert other.digest() != KEY.digest()
    assert other.file_name != KEY.file_name
    assert KEY.differences(other) == (name,)


def test_the_order_in_which_a_profile_was_written_does_not_count():
    backwards = Profile("lens", dict(reversed(LENS.ranges.items())))
    assert replace(KEY, profiles=(backwards, STILL)).digest() == KEY.digest()


def test_a_file_is_named_so_that_people_know_it():
    assert KEY.file_name.startswith("fine-tensorrt-sm89-")
