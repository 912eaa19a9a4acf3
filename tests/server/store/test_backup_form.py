"""Rows as a backup has them: written, read again, and refused where they are none."""

from __future__ import annotations

from typing import Any

import pytest

from server.store import backup_form
from server.store.backup_form import batches_of, lines_of
from server.store.restore_tables import check_row
from server.store.tables import AUDIT, KEYS
from server.store.zip_door import RefusedArchiveError

ENTRY = {"id": 1, "at": 1.5, "who": "anna", "action": "a", "exhibition": "", "subject": "", "detail": "{}"}


def refusal(*parts: bytes) -> str:
    with pytest.raises(RefusedArchiveError) as refused:
        list(batches_of("tables/audit.jsonl", parts))
    return str(refused.value)


def test_rows_come_back_as_they_were_however_the_file_is_cut() -> None:
    rows = [{"a": "\u0634\n\0", "b": bytes(range(256)), "c": None, "d": 1.5, "e": True, "f": -7}, {"a": ""}]
    lines = lines_of(rows)
    assert lines.count(b"\n") == 2
    for size in (1, 7, 1000):
        parts = [lines[at : at + size] for at in range(0, len(lines), size)]
        assert [row for batch in batches_of("x", parts) for row in batch] == rows
    assert list(batches_of("x", [])) == []


def test_they_come_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_form, "_ROWS_AT_ONCE", 2)
    assert [len(batch) for batch in batches_of("x", [b"{}\n" * 5])] == [2, 2, 1]
    monkeypatch.setattr(backup_form, "_BYTES_AT_ONCE", 2)
    assert [len(batch) for batch in batches_of("x", [b"{}\n" * 3])] == [1, 1, 1]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{\n", "tables/audit.jsonl, line 1: expected a JSON object, got something else"),
        (b"\xff\n", "line 1: expected a JSON object, got something else"),
        (b"{}\n[]\n", "line 2: expected a JSON object, got list"),
        (b"[" * 99_999 + b"\n", "line 1: expected a JSON object"),
        (b"{}", "tables/audit.jsonl: expected a whole last line"),
        (b'{"who": ["a"]}\n', "who: expected a text, a number, true, false or null, got a list"),
        (b'{"who": {"a": 1}}\n', "who: expected bytes in base64"),
        (b'{"who": {"base64": "?"}}\n', "who: expected bytes in base64"),
        (b'{"who": {"base64": 7}}\n', "who: expected bytes in base64"),
    ],
)
def test_what_is_no_row_is_refused_with_its_line(line: bytes, sentence: str) -> None:
    assert sentence in refusal(line)


def test_a_line_without_an_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_form, "MAX_LINE_BYTES", 3 << 20)
    assert "expected lines of at most 3 MiB" in refusal(*(b"a" * (1 << 20) for _ in range(5)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"at": "now"}, "line 1: at: expected float, got str"),
        ({"id": True}, "line 1: id: expected int, got bool"),
        ({"id": 1.0}, "line 1: id: expected int, got float"),
        ({"who": None}, "line 1: who: expected str, got NoneType"),
        ({"more": 1}, "expected the table's columns, got one more or less: more"),
    ],
)
def test_what_does_not_fit_into_the_table_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RefusedArchiveError, match=sentence):
        check_row("line 1", ENTRY | change, AUDIT)


def test_what_fits_is_taken() -> None:
    check_row("line 1", ENTRY, AUDIT)
    check_row("line 1", ENTRY | {"at": 7}, AUDIT)
    check_row("line 1", {"id": 2, "secret": b"x", "made_at": 1.0, "withdrawn_at": None}, KEYS)
    with pytest.raises(RefusedArchiveError, match="got one more or less: who"):
        check_row("line 1", {key: value for key, value in ENTRY.items() if key != "who"}, AUDIT)
