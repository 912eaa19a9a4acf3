"""`vernissage models`, as somebody at a terminal uses it."""

import json

import pytest

from models.errors import FolderError
from models.generate import adding, checking, pulling
from models.generate.shelf import Shelf
from server.cli.main import main


@pytest.fixture
def command(tmp_path, capsys):
    """Run a subcommand on a state folder of its own; returns its exit status and what it said."""

    def run(*words):
        status = main(["models", *words, "--state", str(tmp_path / "state")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def orders(monkeypatch, tmp_path):
    """What would be added, recorded."""
    orders = []

    def add(shelf, order, progress):
        orders.append(order)
        progress("copying", 0.5)
        with shelf.draft(order.called) as draft:
            facts = {"name": order.called, "licence": "cc-by-nc-4.0", "non_commercial": True, "steps": 1}
            (draft / "vernissage.json").write_text(json.dumps(facts))
        return facts

    monkeypatch.setattr(adding, "add", add)
    return orders


def test_the_model_that_ships_is_listed(command):
    status, out, _ = command("list", "--json")
    assert status == 0
    (model,) = json.loads(out)["models"]
    assert (model["name"], model["licence"], model["origin"]) == ("pigment", "Apache-2.0", "shipped")
    assert "pigment" in command("list")[1]


def test_a_model_is_added_with_what_is_said_of_it(command, orders):
    options = ("--name", "turbo", "--licence", "MIT", "--steps", "1", "--guidance", "0", "--size", "512x384")
    status, out, _ = command("add", "models/sd", *options, "--lora", "x.safetensors:0.5", "--non-commercial")
    assert status == 0
    assert "turbo is there, under cc-by-nc-4.0" in out
    assert "publishing an exhibition with it warns" in out
    (order,) = orders
    assert (order.licence, order.steps, order.guidance, order.size) == ("MIT", 1, 0.0, (512, 384))
    assert (order.loras[0].scale, order.non_commercial) == (0.5, True)
    assert "non-commercial" in command("list")[1]


def test_a_folder_that_is_no_model_is_refused_in_a_sentence(command, tmp_path):
    status, _, err = command("add", str(tmp_path), "--licence", "MIT", "--name", "x")
    assert status == 1
    assert "expected the file scheduler/scheduler_config.json" in err


@pytest.mark.parametrize("words", [("--steps", "0"), ("--size", "512"), ("--size", "axb")])
def test_options_that_make_no_sense_are_refused(command, words):
    with pytest.raises(SystemExit):
        command("add", "x", *words)


def test_a_lora_that_is_none_is_refused(command):
    status, _, err = command("add", "x", "--lora", "x.ckpt")
    assert (status, "expected FILE.safetensors" in err) == (1, True)


def test_a_pulled_model_is_added_and_its_download_is_gone(command, orders, monkeypatch, tmp_path):
    monkeypatch.setattr(pulling, "pull", lambda repository, folder: folder)
    assert command("pull", "stabilityai/sd-turbo")[0] == 0
    (order,) = orders
    assert (order.called, order.origin) == ("sd-turbo", "stabilityai/sd-turbo")
    assert [path.name for path in (tmp_path / "state/models").iterdir()] == ["sd-turbo"]


def test_without_a_network_pulling_fails_with_what_to_do(command, monkeypatch):
    def fail(repository, folder):
        raise FolderError(f"{repository} cannot be fetched")

    monkeypatch.setattr(pulling, "pull", fail)
    status, _, err = command("pull", "a/b")
    assert (status, err.strip()) == (1, "vernissage: a/b cannot be fetched")


def test_all_models_are_checked_and_faults_are_told(command, orders, monkeypatch):
    command("add", "x", "--name", "turbo", "--licence", "MIT")

    def check(shelf, name, runtime, terms):
        if name == "turbo":
            raise FolderError("unet/config.json is not the file that was added")
        times = {"open_ms": 1, "step_ms": 2, "preview_ms": 3}
        return {"name": name, "runtime": runtime, "files": 4} | times

    monkeypatch.setattr(checking, "check", check)
    status, out, _ = command("check", "--runtime", "openvino")
    assert status == 1
    assert "a step takes 2 ms" in out
    assert "turbo: unet/config.json is not the file" in out
    assert command("check", "pigment")[0] == 0


def test_an_added_model_can_be_removed(command, orders, tmp_path):
    command("add", "x", "--name", "turbo", "--licence", "MIT")
    assert command("remove", "turbo")[:2] == (0, "turbo is gone\n")
    assert Shelf(tmp_path / "state/models").names() == ()
    assert command("remove", "pigment")[0] == 1


def test_the_model_that_the_server_uses_is_not_removed(command, orders):
    command("add", "x", "--name", "turbo", "--licence", "MIT")
    status, _, err = command("remove", "turbo", "--set", "dream.model=turbo")
    assert (status, "that dream.model does not name" in err) == (1, True)
