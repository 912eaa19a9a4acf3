"""The configuration: what is taken, what stops the start, and that the document tells the truth."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from server.config import Config, ConfigError, load_config, parse_override

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


def write(folder: Path, text: str) -> Path:
    path = folder / "vernissage.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_every_key_has_its_default() -> None:
    assert load_config() == Config()
    assert load_config().server.port == 8443


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, '[server]\nport = 9000\norigins = ["https://a.example"]\n[lens]\nfps = 20\n'))
    assert (config.server.port, config.server.origins, config.lens.fps) == (9000, ("https://a.example",), 20.0)
    assert config.limits == Config().limits


def test_an_override_wins_over_the_file(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, "[server]\nport = 9000\nhttp = true\n"), {"server.port": 9001})
    assert (config.server.port, config.server.http) == (9001, True)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("lens.fps=12.5", "lens.fps", 12.5),
        ("server.http=true", "server.http", True),
        ("server.host=127.0.0.1", "server.host", "127.0.0.1"),
        ('server.origins=["https://a.example"]', "server.origins", ["https://a.example"]),
        ("exhibition.file=", "exhibition.file", ""),
    ],
)
def test_an_override_on_the_command_line_is_toml_or_else_text(text: str, name: str, value: object) -> None:
    assert parse_override(text) == (name, value)


@pytest.mark.parametrize("text", ["lens.fps", "fps=3", "=", ""])
def test_an_override_without_section_key_or_value_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=re.escape("expected section.key=value")):
        parse_override(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[srver]\nport = 1", "[srver]: expected a known section (perhaps server), got srver"),
        ("port = 1", "port: expected a [section], got 1"),
        ("[server]\nprot = 1", "[server] prot: expected a known key (perhaps port), got prot"),
        ('[server]\nport = "8443"', "[server] port: expected a whole number from 0 to 65535, got '8443'"),
        ("[server]\nport = 65536", "[server] port: expected a whole number from 0 to 65535, got 65536"),
        ("[server]\nport = true", "[server] port: expected a whole number from 0 to 65535, got True"),
        ("[server]\nport = 80.5", "[server] port: expected a whole number from 0 to 65535, got 80.5"),
        ("[server]\nhttp = 1", "[server] http: expected true or false, got 1"),
        ('[server]\nstate = ""', "[server] state: expected a text: the name of a folder, got ''"),
        ('[server]\nlog = "loud"', "[server] log: expected a text: one of debug, info, warning, error, got 'loud'"),
        ('[server]\npublic_url = "art.example"', "[server] public_url: expected a text: empty, or https://"),
        ('[server]\npublic_url = "https://a.example/x"', "[server] public_url: expected a text: empty, or https://"),
        ('[server]\npublic_url = "https://a.example:port"', "[server] public_url: expected a text: empty, or https://"),
        ('[server]\norigins = "https://a.example"', "[server] origins: expected a list, each a text"),
        ('[server]\norigins = ["a.example"]', "[server] origins: expected a list, each a text: each https://"),
        ('[server]\ntrusted_proxies = ["proxy"]', "[server] trusted_proxies: expected a list, each a text: each an IP"),
        (
            '[style]\nruntime = "magic"',
            "[style] runtime: expected a text: one of auto, tensorrt, tensorrt_rtx, torch, openvino, onnxruntime, stub",
        ),
        ("[style]\nbatch_sizes = []", "[style] batch_sizes: expected a list, each a whole number: ascending"),
        ("[style]\nbatch_sizes = [2, 4]", "[style] batch_sizes: expected a list, each a whole number: ascending"),
        ("[style]\nbatch_sizes = [1, 4, 2]", "[style] batch_sizes: expected a list, each a whole number: ascending"),
        ("[style]\nbatch_sizes = [1, 2.0]", "[style] batch_sizes: expected a list, each a whole number: ascending"),
        ("[lens]\nfps = nan", "[lens] fps: expected a number from 1 to 60, got nan"),
        ("[lens]\nfps = inf", "[lens] fps: expected a number from 1 to 60, got inf"),
        ("[lens]\nfps = 3", "[lens] min_fps: expected at most fps (3), got 4"),
        ("[lens]\nwidth = 100", "[lens] min_width: expected at most width (100), got 320"),
        ("[limits]\nconnections = 0", "[limits] connections: expected a whole number from 1 to 100000, got 0"),
    ],
)
def test_what_is_wrong_stops_the_start_and_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_config(write(tmp_path, text))


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"vernissage\.toml: not a TOML file"):
        load_config(write(tmp_path, "[server\n"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: cannot be read"):
        load_config(tmp_path / "absent.toml")


def test_the_document_explains_every_key_with_its_default_and_no_other() -> None:
    documented: dict[str, dict[str, object]] = {}
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"## \[(\w+)\]", line):
            section = documented.setdefault(heading[1], {})
        elif row := re.match(r"\| `(\w+)` \| `(.+?)` \| \S", line):
            section[row[1]] = tomllib.loads(f"default = {row[2]}")["default"]
    in_code = {
        section: {key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()}
        for section, keys in asdict(Config()).items()
    }
    assert documented == in_code
