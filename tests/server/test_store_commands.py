"""`vernissage exhibitions`, `backup` and `restore`, as somebody at a terminal uses them."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from server.cli.main import main
from server.config import Config
from server.store import audit
from server.store.open import FILE, Store, open_store

EXHIBITION = """\
id = "winter"
languages = ["en"]
title = { en = "Winter" }

[[station]]
id = "harbour"
number = 7
title = { en = "Harbour" }
text = { en = "Boats." }
artwork = { picture = "harbour.jpg", alt = { en = "Boats at anchor." } }
lens = { styles = ["scream"], default = { scream = 1.0 } }
"""
HARBOUR = Path(__file__).parents[2] / "exhibit" / "demo" / "harbour.jpg"

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a store that has one exhibition, `winter`, and a key."""
    folder = tmp_path_factory.mktemp("started")
    shutil.copy(HARBOUR, folder)
    (folder / "exhibition.toml").write_text(EXHIBITION, encoding="utf-8")
    assert main(["exhibitions", "import", str(folder / "exhibition.toml"), "--state", str(folder / "state")]) == 0
    (folder / "state" / "signing.key").write_text("ab" * 32, encoding="ascii")
    return folder / "state"


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a subcommand on a state folder of its own; returns its exit status and what it said."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, state: str = "state") -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([*words, "--state", state])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def filled(started: Path, command: Command, tmp_path: Path) -> Command:
    """The same, with a store that is in use."""
    shutil.copytree(started, tmp_path / "state")
    return command


def test_exhibitions_are_listed(filled: Command) -> None:
    status, out, _ = filled("exhibitions", "list", "--json")
    (winter,) = json.loads(out)["exhibitions"]
    assert (status, winter["id"], winter["title"], winter["stations"]) == (0, "winter", {"en": "Winter"}, 1)
    assert winter["shown"] is None
    status, out, _ = filled("exhibitions", "list")
    assert status == 0
    assert "winter" in out
    assert "Winter" in out


def test_an_exhibition_goes_from_one_house_to_another(filled: Command, tmp_path: Path) -> None:
    status, out, _ = filled("exhibitions", "export", "winter")
    assert (status, out.startswith("winter.zip: winter, 1 stations, 1 pictures, ")) == (0, True)
    assert stat.S_IMODE((tmp_path / "winter.zip").stat().st_mode) == 0o600
    status, out, _ = filled("exhibitions", "import", "winter.zip", "--json", state="other/house")
    assert (status, json.loads(out)) == (0, {"id": "winter", "stations": 1, "pictures": 1})
    assert stat.S_IMODE((tmp_path / "other" / "house").stat().st_mode) == 0o700
    status, out, _ = filled("exhibitions", "import", "winter.zip", "--id", "spring", state="other/house")
    assert (status, out) == (
        0,
        "spring is there, with 1 stations and 1 pictures; visitors see it once it is published\n",
    )

    async def entries(store: Store) -> set[str]:
        try:
            return {entry.who for entry in await audit.entries(store.database)}
        finally:
            await store.close()

    async def look() -> set[str]:
        return await entries(await open_store(Config(), tmp_path / "other" / "house"))

    assert asyncio.run(look()) == {audit.COMMAND}


def test_a_backup_is_restored_elsewhere(filled: Command, tmp_path: Path) -> None:
    status, out, err = filled("backup", "all.zip")
    assert (status, err) == (0, "")
    assert "all.zip: 0.1 MB, 1 exhibitions, 0 versions, 1 pictures, 0 accounts. It has the key" in out
    status, out, _ = filled("backup", "backups", "--json")
    said = json.loads(out)
    assert (status, said["rows"]["exhibitions"], said["signing_key"]) == (0, 1, True)
    assert stat.S_IMODE((tmp_path / said["file"]).stat().st_mode) == 0o600
    status, out, _ = filled("restore", "all.zip", state="new")
    assert status == 0
    assert out.endswith("UTC: 1 exhibitions, 1 pictures, 0 accounts. Everybody has to log in again.\n")
    assert (tmp_path / "new" / "signing.key").read_text(encoding="ascii") == "ab" * 32
    status, out, _ = filled("exhibitions", "list", "--json", state="new")
    assert [exhibition["id"] for exhibition in json.loads(out)["exhibitions"]] == ["winter"]
    status, out, _ = filled("restore", "all.zip", "--replace", "--json", state="new")
    assert (status, json.loads(out)["rows"]["exhibitions"]) == (0, 1)


def test_a_backup_without_all_pictures_is_written_and_is_no_success(filled: Command, tmp_path: Path) -> None:
    (picture,) = (tmp_path / "state" / "pictures").iterdir()
    picture.unlink()
    (tmp_path / "state" / "signing.key").unlink()
    status, out, err = filled("backup", "all.zip")
    assert (status, (tmp_path / "all.zip").exists()) == (1, True)
    assert err == f"vernissage: the picture {picture.name} is lost, or damaged: it is not in the backup\n"
    assert "is not in it (is it in VERNISSAGE_SIGNING_KEY?)" in out
    status, _, err = filled("restore", "all.zip", state="new")
    assert (status, err) == (1, f"vernissage: the picture {picture.name} was lost before the backup was made\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("exhibitions", "export", "spring"), "there is no exhibition"),
        (("exhibitions", "export", "../spring"), "there is no exhibition"),
        (("exhibitions", "export", "winter", "there.zip"), "there.zip: there is such a file already"),
        (("exhibitions", "import", "nowhere.zip"), "nowhere.zip: No such file or directory"),
        (("exhibitions", "import", "nowhere.toml"), "nowhere.toml: No such file or directory"),
        (("exhibitions", "import", "there.zip"), "expected a ZIP file, got another one, or only a part of one"),
        (("exhibitions", "import", "winter.toml"), "there is an exhibition winter already; give another --id"),
        (("exhibitions", "import", "winter.toml", "--id", "No"), "expected an id of 1 to 64 of a-z"),
        (("backup", "there.zip"), "there.zip: there is such a file already"),
        (("backup", "no/where.zip"), "no: there is no such folder"),
        (("restore", "nowhere.zip"), "nowhere.zip: No such file or directory"),
        (("restore", "there.zip"), "expected a ZIP file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    words: tuple[str, ...], sentence: str, filled: Command, tmp_path: Path
) -> None:
    (tmp_path / "there.zip").write_bytes(b"x" * 100)
    (tmp_path / "winter.toml").write_text(EXHIBITION, encoding="utf-8")
    shutil.copy(HARBOUR, tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    status, out, err = filled(*words)
    assert (status, out) == (1, "")
    assert err.startswith("vernissage: ")
    assert err.count("\n") == 1
    assert sentence in err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_store_in_use_is_restored_only_when_asked(filled: Command) -> None:
    filled("backup", "all.zip")
    status, _, err = filled("restore", "all.zip")
    assert (status, err) == (1, "vernissage: expected an empty store, this one has exhibitions; --replace loses it\n")


@pytest.mark.parametrize("words", [("exhibitions", "list"), ("exhibitions", "export", "winter"), ("backup",)])
def test_where_there_is_no_store_none_is_made(words: tuple[str, ...], command: Command, tmp_path: Path) -> None:
    status, out, err = command(*words)
    assert (status, out) == (1, "")
    assert err == "vernissage: there is no store in state yet; `vernissage run` makes one\n"
    assert not list(tmp_path.iterdir())


def test_a_wrong_configuration_is_said_so(command: Command) -> None:
    assert command("backup", "--set", "server.prot=1")[0] == 2
    status, _, err = command("backup", "--set", "store.url=mysql://nowhere")
    assert status == 1
    assert err.startswith("vernissage: expected a sqlite or postgresql address")
    assert FILE == "store.db"
