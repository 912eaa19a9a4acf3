"""What is told of how a picture was made, and how it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exhibit.dream import AI_EDITED, AI_MADE, Made, Source

MADE = Made(
    exhibition="Borrowed Eyes",
    station="Harbour at Dusk",
    artwork="Four sailing boats",
    words="storm, blue",
    source=Source.WORDS,
    model="Pigment",
    licence="Apache-2.0",
    training_data="eighteen paintings",
    seed=7,
    steps=8,
    styles={"The Great Wave": 1.0},
    made_at="2026-11-28T10:00:00Z",
    understood=("storm", "blue"),
    unknown=("kraken",),
)


def test_it_is_written_and_read_again() -> None:
    assert Made.from_json(MADE.as_json()) == MADE


@pytest.mark.parametrize("source", Source)
def test_it_says_whether_a_model_made_it_or_made_it_of_another_picture(source: Source) -> None:
    term = replace(MADE, source=source).digital_source_type
    assert term == (AI_MADE if source is Source.WORDS else AI_EDITED)
