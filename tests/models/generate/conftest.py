"""A shelf, and a small folder that somebody brings to it; graphs are not really written."""

import pytest
from model_folders import write_folder

from models.generate import adding
from models.generate.shelf import Shelf


@pytest.fixture
def graphs(monkeypatch):
    """Graphs that are written at once."""

    def export(folder, progress):
        progress("writing", 0.5)
        (folder / "unet/model.onnx").write_bytes(b"graph")

    monkeypatch.setattr(adding, "export_apart", export)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def source(tmp_path):
    return write_folder(tmp_path / "SD Turbo", record=False)
