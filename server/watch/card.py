"""How the graphics cards do: use, memory, heat, power, and why one computes slower than it could, as NVML tells it.

NVML is NVIDIA's own library, and comes with the driver. Where there is none there are no cards; that is said once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

from server.watch.reading import CardReading

log = logging.getLogger("vernissage.card")

THROTTLES = ("heat", "power", "hardware")
# bits of nvmlClocksEventReasons (nvml.h): what holds the clocks down; being idle or set so by hand is no throttling
_BITS: Mapping[str, int] = {
    "heat": 0x20 | 0x40,  # SwThermalSlowdown, HwThermalSlowdown
    "power": 0x04 | 0x80,  # SwPowerCap, HwPowerBrakeSlowdown
    "hardware": 0x08,  # HwSlowdown; also set together with one of the others
}


def throttle_words(bits: int) -> str:
    """Why the clocks are held down, in words joined by commas; "hardware" only where nothing narrower is said."""
    found = [word for word in THROTTLES if bits & _BITS[word]]
    return ", ".join([word for word in found if word != "hardware"] or found)


def _nvml() -> Any:
    return import_module("pynvml")


class Cards:
    """Asks NVML. A call may take milliseconds, and seconds where a driver fails, so that it belongs in a thread."""

    def __init__(self, library: Callable[[], Any] = _nvml) -> None:
        self._library = library
        self._open: Any = None  # the library, while it is initialised
        self._said: set[str] = set()

    def __call__(self) -> tuple[CardReading, ...]:
        """Every card that tells how it does; nothing, where none does."""
        try:
            nvml = self._open or self._library()
        except ImportError as error:
            self._say(f"graphics cards are not watched: {error}")
            return ()
        try:
            return self._look(nvml)
        except nvml.NVMLError as error:
            self._say(f"graphics cards are not watched: {error}")
            self._close()  # a driver that was reset is met anew
            return ()

    def _look(self, nvml: Any) -> tuple[CardReading, ...]:
        if self._open is None:
            nvml.nvmlInit()
            self._open = nvml
        readings = []
        for number in range(nvml.nvmlDeviceGetCount()):
            try:
                readings.append(_read(nvml, nvml.nvmlDeviceGetHandleByIndex(number)))
            except nvml.NVMLError_NotSupported:  # as one that is shared out in parts (MIG) answers
                self._say(f"graphics card {number} is not watched: it does not tell its use, memory or temperature")
        return tuple(readings)

    def _close(self) -> None:
        nvml, self._open = self._open, None
        if nvml is not None:
            with suppress(nvml.NVMLError):
                nvml.nvmlShutdown()

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            log.info(sentence)


def _read(nvml: Any, handle: Any) -> CardReading:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    power_mw = _told(nvml, nvml.nvmlDeviceGetPowerUsage, handle)
    return CardReading(
        name=nvml.nvmlDeviceGetName(handle),
        use=nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100,
        memory_bytes=memory.used,
        memory_total_bytes=memory.total,
        temperature_c=float(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU)),
        power_w=None if power_mw is None else power_mw / 1000,
        throttled=throttle_words(_told(nvml, nvml.nvmlDeviceGetCurrentClocksThrottleReasons, handle) or 0),
    )


def _told(nvml: Any, ask: Callable[[Any], int], handle: Any) -> int | None:
    """A number that not every card tells."""
    try:
        return ask(handle)
    except nvml.NVMLError_NotSupported:
        return None


cards = Cards()  # this machine's; the driver is met by the first call
