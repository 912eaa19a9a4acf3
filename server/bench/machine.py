"""What a benchmark ran on: processor, cores, graphics card and the versions of what matters."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    *(
        "vernissage",
        "websockets",
        "aiohttp",
        "uvloop",
        "numpy",
        "simplejpeg",
        "openvino",
        "sqlalchemy",
        "asyncpg",
        "onnxruntime",
    ),
    *("torch", "triton", "tensorrt", "tensorrt_rtx_cu13", "cuda-bindings", "nvidia-nvimgcodec-cu13"),
)


def machine() -> Mapping[str, str | int | None]:
    """The processor, the cores that this process may use, and the first graphics card."""
    return {"cpu": _cpu(), "cores": len(os.sched_getaffinity(0)), "gpu": _gpu()}


def versions() -> Mapping[str, str]:
    """Versions of Python and of the packages that are there."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _gpu() -> str | None:
    asker = shutil.which("nvidia-smi")
    if asker is None:
        return None
    command = [asker, "--query-gpu=name", "--format=csv,noheader"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    names = answer.stdout.splitlines() if answer.returncode == 0 else []
    return names[0] if names else None
