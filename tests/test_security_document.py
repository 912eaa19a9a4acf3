"""SECURITY.md names a test for everything that it says is stopped: each of them is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from server.permission import PERMISSIONS, Permission, Role

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENT)))
ATTACKS = [line for line in DOCUMENT.partition("## Who might try what")[2].splitlines() if line.startswith("| ")]


@cache
def found_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(name for name in found if name.startswith("test_"))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_each_test_that_is_named_is_there(file: str) -> None:
    assert {name for named_file, name in NAMED if named_file == file} - found_in(file) == set()


def test_everything_that_is_stopped_names_its_test() -> None:
    rows = [line for line in ATTACKS if not line.startswith("| what |")]
    assert len(rows) > 30
    assert [row for row in rows if "`tests/" not in row] == []


def test_the_table_of_roles_is_what_people_may_do() -> None:
    columns = (Permission.SEE, Permission.EDIT, Permission.PUBLISH, Permission.OPERATE, Permission.ADMINISTER)
    for role in Role:
        (row,) = re.findall(rf"^\| {role} \|(.*)\|$", DOCUMENT, re.MULTILINE)
        told = [cell.strip() == "yes" for cell in row.split("|")]
        assert told == [permission in PERMISSIONS[role] for permission in columns], role
