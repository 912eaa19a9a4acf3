"""What is told of how a picture was made, and how it is written."""

from __future__ import annotations

from dataclasses import replace

import made
import pytest

from exhibit.dream import AI_EDITED, AI_MADE, Made, Source

MADE = replace(made.MADE, unknown=("kraken",))


def test_it_is_written_and_read_again() -> None:
    assert Made.from_json(MADE.as_json()) == MADE


@pytest.mark.parametrize("source", Source)
def test_it_says_whether_a_model_made_it_or_made_it_of_another_picture(source: Source) -> None:
    term = replace(MADE, source=source).digital_source_type
    assert term == (AI_MADE if source is Source.WORDS else AI_EDITED)
