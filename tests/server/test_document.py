"""Documents: what of a file goes over the wire."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.api.document import read_document, read_folder, without_comments

CLIENT = Path(__file__).parents[2] / "mobile_client"
SCRIPTS = sorted(CLIENT.rglob("*.js"))

SCRIPT = """/** What it is. */

// why
const address = "https://a.example/**/"; // behind code: stays
/**
 * @param {string} name
 */
  /** @type {number} */
export const greet = (name) => `hello ${name} // ${address}`;
/* a plain block stays */
"""


def test_comments_on_lines_of_their_own_are_left_blank() -> None:
    assert without_comments(SCRIPT.encode()).decode().splitlines() == [
        "",
        "",
        "",
        'const address = "https://a.example/**/"; // behind code: stays',
        "",
        "",
        "",
        "",
        "export const greet = (name) => `hello ${name} // ${address}`;",
        "/* a plain block stays */",
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(CLIENT).as_posix())
def test_every_line_of_a_script_is_served_as_it_stands_or_blank(path: Path) -> None:
    source, served = path.read_text("utf-8").splitlines(), read_document(path).body.decode().splitlines()
    assert len(served) == len(source)
    assert all(after in {before, ""} for before, after in zip(source, served, strict=True))
    assert any(served)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(CLIENT).as_posix())
def test_no_template_literal_has_a_line_that_looks_like_a_comment(path: Path) -> None:
    code = without_comments(path.read_bytes()).decode()
    assert code.count("`") % 2 == 0
    literals = re.findall(r"`[^`]*`", path.read_text("utf-8"))
    assert not [text for text in literals if re.search(r"^\s*(//|/\*\*)", text, re.MULTILINE)]


def test_only_what_a_browser_reads_is_served(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    for name in ("core/link.js", "jsconfig.json", "README.md", ".hidden", "page.html"):
        (tmp_path / name).write_text("x")
    assert set(read_folder(tmp_path)) == {"core/link.js", "page.html"}


def test_what_would_not_shrink_is_not_compressed(tmp_path: Path) -> None:
    (tmp_path / "short.js").write_text("x")
    (tmp_path / "picture.jpg").write_bytes(bytes(1000))
    assert read_document(tmp_path / "short.js").zipped is None
    assert read_document(tmp_path / "picture.jpg").zipped is None


def test_the_etag_is_the_content_s() -> None:
    first, second = (read_document(path).etag for path in SCRIPTS[:2])
    assert first != second
    assert first == read_document(SCRIPTS[0]).etag
