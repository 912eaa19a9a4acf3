"""The house's layers: what may import what, and when. Each rule is also shown something that it must refuse."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("server", "exhibit", "models")

MAY_NOT_KNOW = {"models": {"server", "exhibit"}, "exhibit": {"server", "models"}}
ENGINES = {
    *("torch", "torchvision", "diffusers", "transformers", "triton"),
    *("tensorrt", "tensorrt_rtx", "cuda", "nvidia", "openvino", "onnxruntime"),
}
NETWORK = {"aiohttp", "websockets", "sqlalchemy"}
OUTER_WORLD = {"asyncio", "socket", "ssl", "http", "urllib", "sqlite3", "subprocess", "multiprocessing"}
NEEDS_TORCH = (  # the only places that import it when they are imported
    *("models/style/network.py", "models/style/folding.py", "models/style/polyphase", "models/style/contest.py"),
    "models/training/",
)
MAY_PRINT = ("server/cli/", "models/training/")
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
COSTS_TOO_MUCH_FOR_THE_SERVER = {"cv2", *ENGINES}


@dataclass(frozen=True)
class Import:
    """One import: the module's dotted name, and whether it runs when the file that has it is imported."""

    module: str
    at_once: bool

    @property
    def package(self) -> str:
        return self.module.split(".")[0]


@dataclass(frozen=True)
class Source:
    """One file of the project: where it is, as a path from the root, and what it says."""

    path: str
    text: str

    @property
    def package(self) -> str:
        return self.path.split("/")[0]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        return tuple(_imports(self.tree, self.path.removesuffix(".py").split("/"), at_once=True))


def _imports(node: ast.AST, place: list[str], at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (Import(alias.name, at_once) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = [*place[:-level], *filter(None, [module])] if level else [module or ""]
                yield from (Import(".".join([*base, alias.name]), at_once) for alias in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield Import(module, at_once)
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _is_for_types(child)
        yield from _imports(child, place, at_once and not later)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


@cache
def sources() -> tuple[Source, ...]:
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found)


def points_one_way(source: Source) -> list[str]:
    """server -> models, server -> exhibit; those two know neither each other nor the server."""
    return [i.module for i in source.imports if i.package in MAY_NOT_KNOW.get(source.package, ())]


def keeps_engines_in_models(source: Source) -> list[str]:
    """Whatever computes on a GPU is imported under models/ only."""
    return [i.module for i in source.imports if i.package in ENGINES and source.package != "models"]


def loads_engines_when_used(source: Source) -> list[str]:
    """Engines are imported inside functions; torch also where networks are written and trained."""
    here_torch_may = source.path.startswith(NEEDS_TORCH)
    at_once = [i for i in source.imports if i.at_once and i.package in ENGINES]
    return [i.module for i in at_once if not (i.package in {"torch", "triton"} and here_torch_may)]


def loads_networks_when_used(source: Source) -> list[str]:
    """What imports torch at once is itself imported inside functions, except by its own kind."""
    if source.path.startswith(NEEDS_TORCH):
        return []
    costly = tuple(place.removesuffix(".py").rstrip("/").replace("/", ".") for place in NEEDS_TORCH)
    at_once = [i.module for i in source.imports if i.at_once]
    return [module for module in at_once if any(f"{module}.".startswith(f"{name}.") for name in costly)]


def keeps_sockets_in_server(source: Source) -> list[str]:
    """aiohttp, websockets and SQLAlchemy are imported under server/ only."""
    return [i.module for i in source.imports if i.package in NETWORK and source.package != "server"]


def keeps_the_exhibit_pure(source: Source) -> list[str]:
    """exhibit/ opens no socket and no database, starts no task and no process."""
    return [i.module for i in source.imports if source.package == "exhibit" and i.package in OUTER_WORLD]


def prints_nothing(source: Source) -> list[str]:
    """Only the command line and the training talk to standard output."""
    if source.path.startswith(MAY_PRINT):
        return []
    calls = [node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return [f"print in line {f.lineno}" for f in calls if isinstance(f, ast.Name) and f.id == "print"]


def is_named_for_what_it_holds(source: Source) -> list[str]:
    """Files and folders are nouns of the domain."""
    return [part for part in source.path.removesuffix(".py").split("/") if part in NAMES_THAT_SAY_NOTHING]


RULES: list[Callable[[Source], list[str]]] = [
    points_one_way,
    keeps_engines_in_models,
    loads_engines_when_used,
    loads_networks_when_used,
    keeps_sockets_in_server,
    keeps_the_exhibit_pure,
    prints_nothing,
    is_named_for_what_it_holds,
]


def test_there_is_something_to_look_at() -> None:
    assert {source.package for source in sources()} == set(PACKAGES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[Source], list[str]]) -> None:
    faults = {source.path: found for source in sources() if (found := rule(source))}
    assert faults == {}, rule.__doc__


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (points_one_way, "models/style/painter.py", "import exhibit.protocol"),
        (points_one_way, "models/style/painter.py", "from server import app"),
        (points_one_way, "models/painter.py", "from ..server import app"),
        (points_one_way, "exhibit/session.py", "def f():\n    from models.style import painter"),
        (
            points_one_way,
            "exhibit/session.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import server.app",
        ),
        (keeps_engines_in_models, "server/worker/process.py", "def f():\n    import openvino as ov"),
        (keeps_engines_in_models, "exhibit/track/pose.py", "from torch.nn import functional"),
        (keeps_engines_in_models, "server/app.py", "import importlib\ntorch = importlib.import_module('torch')"),
        (loads_engines_when_used, "models/runtime/openvino.py", "import openvino"),
        (loads_engines_when_used, "models/runtime/torch.py", "import torch"),
        (loads_engines_when_used, "models/style/network.py", "import onnxruntime"),
        (loads_engines_when_used, "models/runtime/gpu.py", "try:\n    import tensorrt\nexcept ImportError:\n    pass"),
        (loads_engines_when_used, "models/runtime/gpu.py", "class Engine:\n    import tensorrt"),
        (loads_networks_when_used, "models/style/engine.py", "from models.style.network import StyleNetwork"),
        (loads_networks_when_used, "models/style/engine.py", "from models.style import network"),
        (loads_networks_when_used, "models/style/engine.py", "from . import network"),
        (loads_networks_when_used, "server/cli/main.py", "import models.training.train_style"),
        (keeps_sockets_in_server, "exhibit/protocol.py", "import websockets"),
        (keeps_sockets_in_server, "models/style/library.py", "def f():\n    from aiohttp import web"),
        (keeps_the_exhibit_pure, "exhibit/session.py", "import asyncio"),
        (keeps_the_exhibit_pure, "exhibit/exhibition.py", "from urllib.request import urlopen"),
        (prints_nothing, "server/gateway.py", "def f():\n    print('here')"),
        (is_named_for_what_it_holds, "server/utils.py", ""),
        (is_named_for_what_it_holds, "models/common/mix.py", ""),
    ],
)
def test_the_rule_refuses(rule: Callable[[Source], list[str]], path: str, text: str) -> None:
    assert rule(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "server/gateway.py",
            "import asyncio\nfrom exhibit.protocol import Frame\nfrom websockets.http11 import Request",
        ),
        ("models/runtime/openvino.py", "def f():\n    import openvino"),
        ("models/runtime/gpu.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tensorrt"),
        ("models/style/network.py", "import torch.nn.functional as F"),
        ("models/training/loss.py", "import torch\nfrom models.style.network import StyleNetwork\nprint(torch)"),
        ("server/cli/main.py", "def f():\n    import models.training.train_style\n    print()"),
        ("exhibit/session.py", "from .protocol import Frame"),
    ],
)
def test_the_rules_let_pass(path: str, text: str) -> None:
    assert {rule.__name__: found for rule in RULES if (found := rule(Source(path, text)))} == {}


def loaded_by(statement: str) -> set[str]:
    """The packages that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.split(".")[0] for name in done.stdout.split()}


def test_the_server_is_imported_without_what_the_worker_needs() -> None:
    assert loaded_by("import server.app") & COSTS_TOO_MUCH_FOR_THE_SERVER == set()


def test_what_is_loaded_is_seen() -> None:
    assert loaded_by("import cv2") & COSTS_TOO_MUCH_FOR_THE_SERVER == {"cv2"}
