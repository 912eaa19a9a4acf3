"""The table of numbers behind the styles."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from models.errors import LibraryError
from models.style.table import StyleTable


def write_table(path, rows, metadata):
    save_file({"table": np.asarray(rows, np.float32)}, path, metadata=metadata)
    return path


def test_weights_are_mixed_by_their_ratios():
    table = StyleTable(("a", "b"), np.array([[0, 2], [4, 6]], np.float32))
    mixed = table.mix(np.array([[1, 0], [0, 0.5], [0.2, 0.2]], np.float32))
    assert np.allclose(mixed, [[0, 2], [4, 6], [2, 4]])
    assert mixed.dtype == np.float32


def test_a_table_names_its_rows(tmp_path):
    path = write_table(tmp_path / "t.safetensors", [[1, 2], [3, 4]], {"styles": json.dumps(["a", "b"])})
    assert StyleTable.load(path).ids == ("a", "b")


@pytest.mark.parametrize("metadata", [None, {}, {"styles": "a, b"}, {"styles": '["a"]'}, {"styles": "7"}])
def test_rows_without_their_names_are_refused(metadata, tmp_path):
    path = write_table(tmp_path / "t.safetensors", [[1, 2], [3, 4]], metadata)
    with pytest.raises(LibraryError, match=r"t\.safetensors"):
        StyleTable.load(path)


@pytest.mark.parametrize("content", [b"", b"rubbish", bytes(64)])
def test_a_file_that_is_no_table_is_refused(content, tmp_path):
    path = tmp_path / "t.safetensors"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="is not a style table"):
        StyleTable.load(path)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(LibraryError, match="found none at"):
        StyleTable.load(tmp_path / "absent.safetensors")
