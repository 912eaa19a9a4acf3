"""Refusals: one code each, and the protocol's document says them all."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import exhibit
from exhibit.refusal import Refusal, Refused, errors_table

MARKER = "<!-- errors: made from exhibit/refusal.py; a test holds this table to the code -->\n"


def test_the_protocols_table_is_the_codes() -> None:
    document = (Path(exhibit.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
    _, after_marker = document.split(MARKER)
    assert after_marker.split("\n\n")[0].strip() == errors_table()


def test_the_table_has_a_row_for_every_refusal() -> None:
    codes = re.findall(r"^\| `(\w+)` \|", errors_table(), re.MULTILINE)
    assert codes == [refusal.code for refusal in Refusal]


def test_no_two_refusals_share_a_code_or_a_sentence() -> None:
    assert max(Counter(refusal.code for refusal in Refusal).values()) == 1
    assert max(Counter(refusal.sentence for refusal in Refusal).values()) == 1


def test_each_code_is_its_name_in_lower_case() -> None:
    assert [refusal.code for refusal in Refusal] == [refusal.name.lower() for refusal in Refusal]


def test_each_refusal_is_a_whole_sentence() -> None:
    for refusal in Refusal:
        assert refusal.sentence.endswith("."), refusal
        assert "|" not in refusal.sentence, refusal


def test_close_codes_are_ones_that_an_application_may_send() -> None:
    # RFC 6455, section 7.4: 1009 is "message too big"; 4000 to 4999 are the application's own.
    for refusal in Refusal:
        assert refusal.close is None or refusal.close == 1009 or 4000 <= refusal.close <= 4999, refusal
        assert refusal.fatal == (refusal.close is not None)


def test_what_was_refused_reads_as_a_sentence_with_its_detail() -> None:
    refused = Refused(Refusal.BAD_LENGTH, "Expected 4 bytes, got 5.", seq=9)
    assert str(refused) == f"{Refusal.BAD_LENGTH.sentence} Expected 4 bytes, got 5."
    assert refused.seq == 9
    assert str(Refused(Refusal.BAD_LENGTH)) == Refusal.BAD_LENGTH.sentence
