"""Brings a model from a folder onto the shelf: what is needed is copied, LoRAs are merged, the graphs are written.

The graphs are written in a process of their own, because that takes torch, and memory for every weight in fp32.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.child import messages
from models.errors import EngineError, FolderError
from models.generate import readout
from models.generate.folder import (
    LARGEST_JSON_BYTES,
    LARGEST_TOKENIZER_BYTES,
    LARGEST_WEIGHTS_BYTES,
    WEIGHTS,
    find_file,
    find_weights,
    read_folder,
    read_json,
)
from models.generate.licences import LARGEST_CARD_CHARACTERS, is_non_commercial, licence_of_card
from models.generate.lora import Lora, merge
from models.generate.schedule import SCHEDULERS
from models.generate.settings import Settings
from models.generate.shelf import Shelf, digests, name_of, write_record
from models.runtime.compiler import Progress

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "special_tokens_map.json")
_CHECKER_FILES = ("safety_checker/config.json", "feature_extractor/preprocessor_config.json")
_CHECKER_WEIGHTS = "safety_checker/model.safetensors"


@dataclass(frozen=True)
class AddOrder:
    """Which folder is to be added, and what is to be known of it."""

    source: Path
    name: str = ""  # "": made of the folder's
    title: str = ""  # for people; "": as the name
    licence: str = ""  # "": as the model card says
    non_commercial: bool = False  # True even if the licence's name does not say so
    training_data: str = ""
    steps: int | None = None
    guidance: float | None = None
    size: tuple[int, int] | None = None  # width and height; None: what the UNet was made for
    scheduler: str = ""  # in place of the folder's own
    loras: tuple[Lora, ...] = ()
    tiny_autoencoder: Path | None = None  # in place of the folder's vae
    origin: str = ""  # where the folder is from; "": itself

    @property
    def called(self) -> str:
        """What exhibitions call it."""
        return self.name or name_of(self.source.resolve().name)


def add(shelf: Shelf, order: AddOrder, progress: Progress) -> Mapping[str, Any]:
    """Put a model on the shelf; its record. Takes seconds to minutes, and torch. Raises ModelError; then nothing of it
    is left."""
    shelf.check_free(order.called)
    licence = find_licence(order)
    _check(order)
    with shelf.draft(order.called) as draft:
        progress("copying", 0.0)
        _copy(order, draft)
        for lora in order.loras:
            progress(f"merging {lora.path.name}", 0.3)
            merge(lora, {part: file for part, file in _weights(draft).items() if part != "vae"})
        record = _record(order, licence)
        if (draft / readout.FILE).exists():
            record[readout.KEY] = readout.FILE
        write_record(draft, record)
        found = read_folder(draft)
        Settings.read(found)  # refused here before it costs minutes, and so is a read-out
        readout.ReadOut.of_folder(found)
        export_apart(draft, lambda doing, share: progress(doing, 0.4 + 0.55 * share))
        progress("taking its digests", 0.97)
        record["files"] = digests(draft)
        write_record(draft, record)
    return record


def find_licence(order: AddOrder) -> str:
    """The licence that was given, else the model card's. Raises FolderError where there is neither."""
    card = order.source / "README.md"
    said = order.licence.strip()
    if not said and card.is_file():
        with card.open(encoding="utf-8", errors="replace") as file:
            said = licence_of_card(file.read(LARGEST_CARD_CHARACTERS))
    if not said:
        raise FolderError(f"{order.source}: expected a licence in its README.md, found none; give one with --licence")
    return said


def _check(order: AddOrder) -> None:
    if order.scheduler and order.scheduler not in SCHEDULERS:
        raise FolderError(f"expected a scheduler of {', '.join(SCHEDULERS)}, got {order.scheduler!r}")
    if not order.source.is_dir():
        raise FolderError(f"expected a model's folder, found none at {order.source}")
    if not order.scheduler:
        kind = read_json(order.source, "scheduler/scheduler_config.json").get("_class_name")
        if kind not in SCHEDULERS:
            known = ", ".join(SCHEDULERS)
            raise FolderError(f"expected a scheduler of {known}, got {kind!r}; choose one of them with --scheduler")


def _copy(order: AddOrder, draft: Path) -> None:
    """What the model needs, and nothing else."""
    source, index = order.source, read_json(order.source, "model_index.json")
    parts = [part for part in WEIGHTS if part != "vae" and isinstance(index.get(part), list)]
    for part in parts:
        _copy_part(source, part, draft)
    for tokenizer in (name for name in ("tokenizer", "tokenizer_2") if isinstance(index.get(name), list)):
        for name in _TOKENIZER_FILES:
            if (source / tokenizer / name).exists():
                _copy_file(source, f"{tokenizer}/{name}", draft, LARGEST_TOKENIZER_BYTES)
    if order.tiny_autoencoder is None:
        _copy_part(source, "vae", draft)
    else:
        _copy_tiny(order.tiny_autoencoder, draft)
        index["vae"] = ["diffusers", "AutoencoderTiny"]
    if not _copy_checker(source, draft):
        index |= {"safety_checker": [None, None], "feature_extractor": [None, None], "requires_safety_checker": False}
    _write_json(draft / "model_index.json", index)
    if name := readout.file_of(source):
        _write_json(draft / readout.FILE, read_json(source, name))
    schedule = read_json(source, "scheduler/scheduler_config.json")
    _write_json(draft / "scheduler/scheduler_config.json", schedule | _chosen(order))


def _weights(draft: Path) -> dict[str, Path]:
    """The weights that the draft has, by part."""
    files = {part: draft / part / name for part, name in WEIGHTS.items()}
    return {part: file for part, file in files.items() if file.exists()}


def _chosen(order: AddOrder) -> dict[str, str]:
    return {"_class_name": order.scheduler} if order.scheduler else {}


def _copy_part(source: Path, part: str, draft: Path) -> None:
    _copy_file(source, f"{part}/config.json", draft, LARGEST_JSON_BYTES)
    shutil.copyfile(find_weights(source, part), draft / part / WEIGHTS[part])


def _copy_tiny(source: Path, draft: Path) -> None:
    """A tiny autoencoder's folder: its files lie in it, or in its vae."""
    root = source if (source / "vae").is_dir() else source.parent
    part = "vae" if root == source else source.name
    kind = read_json(root, f"{part}/config.json").get("_class_name", "AutoencoderTiny")
    if kind != "AutoencoderTiny":
        raise FolderError(f"{source}: expected an AutoencoderTiny, got {kind!r}")
    (draft / "vae").mkdir()
    _write_json(draft / "vae/config.json", read_json(root, f"{part}/config.json"))
    shutil.copyfile(find_weights(root, part, WEIGHTS["vae"]), draft / "vae" / WEIGHTS["vae"])


def _copy_checker(source: Path, draft: Path) -> bool:
    """The safety checker, if its weights are there as safetensors."""
    if not all((source / name).is_file() for name in (*_CHECKER_FILES, _CHECKER_WEIGHTS)):
        return False
    for name in _CHECKER_FILES:
        _copy_file(source, name, draft, LARGEST_JSON_BYTES)
    _copy_file(source, _CHECKER_WEIGHTS, draft, LARGEST_WEIGHTS_BYTES)
    return True


def _copy_file(source: Path, name: str, draft: Path, most_bytes: int) -> None:
    found = find_file(source, name, most_bytes)
    (draft / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, draft / name)


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")


def _record(order: AddOrder, licence: str) -> dict[str, Any]:
    chosen = {"steps": order.steps, "guidance": order.guidance}
    chosen |= dict(zip(("width", "height"), order.size, strict=True)) if order.size else {}
    return {
        "name": order.called,
        "title": order.title or order.called,
        "licence": licence,
        "non_commercial": order.non_commercial or is_non_commercial(licence),
        "training_data": order.training_data,
        "origin": order.origin or order.source.resolve().name,
        "loras": [{"file": lora.path.name, "scale": lora.scale} for lora in order.loras],
        "added_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **{name: value for name, value in chosen.items() if value is not None},
    }


def export_apart(folder: Path, progress: Progress) -> None:
    """Write a folder's graphs in a child process and wait for it. Raises EngineError with what it said."""
    command = [sys.executable, "-m", "models.generate.export", str(folder)]
    last: dict[str, Any] = {}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as child:  # type: ignore[call-overload]
        try:
            assert child.stdout is not None
            for last in messages(child.stdout):
                if "doing" in last:
                    progress(last["doing"], last["share"])
        except BaseException:
            child.kill()
            raise
    if "exported" not in last:
        raise EngineError(last.get("failed") or f"writing the graphs ended with status {child.returncode}")
