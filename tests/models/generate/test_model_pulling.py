"""Models from the hub, where there is a network."""

import sys

import pytest

from models.errors import EngineError, FolderError
from models.generate import pulling
from models.generate.pulling import pull


@pytest.mark.parametrize("name", ["sd-turbo", "https://x/y/z", "a/../b", "", "a/b/c"])
def test_what_is_no_repository_is_not_asked_for(name, tmp_path):
    with pytest.raises(FolderError, match="OWNER/NAME"):
        pull(name, tmp_path)


def test_without_a_network_pulling_says_what_to_do(tmp_path, monkeypatch):
    hub = pytest.importorskip("huggingface_hub")

    def fail(*_, **asked):
        assert not any(pattern.endswith((".bin", ".ckpt", ".py")) for pattern in asked["allow_patterns"])
        raise OSError("no route to host")

    monkeypatch.setattr(hub, "snapshot_download", fail)
    with pytest.raises(FolderError, match=r"no way to the hub from here.*hf download a/b.*vernissage models add"):
        pull("a/b", tmp_path)


def test_without_its_package_pulling_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(EngineError, match=r"huggingface_hub, which is not installed: pip install"):
        pull("a/b", tmp_path)
    assert pulling.ALLOWED
