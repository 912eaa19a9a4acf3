"""The graphics card of this machine, asked of its driver; needs no package. A machine without one is no error."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

_MAJOR, _MINOR = 75, 76  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_*, CUDA driver API
_NAME_BYTES = 256


@dataclass(frozen=True, slots=True)
class Card:
    """One NVIDIA card."""

    name: str
    compute_capability: int  # 89 stands for 8.9
    memory_bytes: int
    driver_cuda: str  # the newest CUDA that its driver knows: "13.0"


def find_card() -> Card | None:
    """The first card, or None where there is no driver or no card (CUDA driver API, libcuda)."""
    try:
        cuda = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return None
    count, device = ctypes.c_int(), ctypes.c_int()
    if cuda.cuInit(0) or cuda.cuDeviceGetCount(ctypes.byref(count)) or not count.value:
        return None
    if cuda.cuDeviceGet(ctypes.byref(device), 0):
        return None
    return _describe(cuda, device)


def _describe(cuda: ctypes.CDLL, device: ctypes.c_int) -> Card:
    name, memory, version = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_size_t(), ctypes.c_int()
    major, minor = ctypes.c_int(), ctypes.c_int()
    cuda.cuDeviceGetName(name, _NAME_BYTES, device)
    cuda.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
    cuda.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR, device)
    cuda.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR, device)
    cuda.cuDriverGetVersion(ctypes.byref(version))
    return Card(
        name=name.value.decode(errors="replace"),
        compute_capability=10 * major.value + minor.value,
        memory_bytes=memory.value,
        driver_cuda=f"{version.value // 1000}.{version.value % 1000 // 10}",
    )
