"""Cards are read as NVML tells it; without library, driver or answer there are none, which is said once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest

from server.watch.card import Cards, throttle_words
from server.watch.reading import CardReading


class NVMLError(Exception):
    """As pynvml's."""


class NotSupportedError(NVMLError):
    """As pynvml's."""


@dataclass
class FakeNvml:
    """The module pynvml, with cards of one kind."""

    cards: int = 1
    watts: float | None = 61.5
    throttle_bits: int = 0
    without_use: set[int] = field(default_factory=set)
    fault: str = ""  # what every question is answered with
    opened: int = 0
    closed: int = 0

    NVMLError = NVMLError
    NVMLError_NotSupported = NotSupportedError
    NVML_TEMPERATURE_GPU = 0

    def nvmlInit(self) -> None:  # noqa: N802
        self._answer()
        self.opened += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.closed += 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return self._answer(self.cards)

    def nvmlDeviceGetHandleByIndex(self, number: int) -> int:  # noqa: N802
        return number

    def nvmlDeviceGetName(self, number: int) -> str:  # noqa: N802
        return f"NVIDIA L4 ({number})"

    def nvmlDeviceGetUtilizationRates(self, number: int) -> Any:  # noqa: N802
        if number in self.without_use:
            raise NotSupportedError
        return SimpleNamespace(gpu=37, memory=12)

    def nvmlDeviceGetMemoryInfo(self, number: int) -> Any:  # noqa: N802
        return SimpleNamespace(used=4_000_000_000, total=24_000_000_000)

    def nvmlDeviceGetTemperature(self, number: int, sensor: int) -> int:  # noqa: N802
        return 58

    def nvmlDeviceGetPowerUsage(self, number: int) -> int:  # noqa: N802
        if self.watts is None:
            raise NotSupportedError
        return int(self.watts * 1000)

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, number: int) -> int:  # noqa: N802
        return self.throttle_bits

    def _answer(self, value: Any = None) -> Any:
        if self.fault:
            raise NVMLError(self.fault)
        return value


def test_a_card_is_read_in_the_units_of_a_reading() -> None:
    assert Cards(FakeNvml)() == (CardReading("NVIDIA L4 (0)", 0.37, 4_000_000_000, 24_000_000_000, 58.0, 61.5, ""),)


def test_a_card_that_does_not_tell_its_power_is_read_without() -> None:
    (card,) = Cards(lambda: FakeNvml(watts=None))()
    assert card.power_w is None and card.use == 0.37


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0, ""),
        (pynvml.nvmlClocksEventReasonGpuIdle, ""),
        (pynvml.nvmlClocksEventReasonSwThermalSlowdown, "heat"),
        (pynvml.nvmlClocksEventReasonHwThermalSlowdown | pynvml.nvmlClocksEventReasonHwSlowdown, "heat"),
        (pynvml.nvmlClocksEventReasonSwPowerCap | pynvml.nvmlClocksEventReasonHwThermalSlowdown, "heat, power"),
        (pynvml.nvmlClocksEventReasonHwPowerBrakeSlowdown, "power"),
        (pynvml.nvmlClocksEventReasonHwSlowdown, "hardware"),
        (pynvml.nvmlClocksEventReasonApplicationsClocksSetting, ""),
    ],
)
def test_what_holds_the_clocks_down_is_said_in_words(bits: int, words: str) -> None:
    assert throttle_words(bits) == words
    assert Cards(lambda: FakeNvml(throttle_bits=bits))()[0].throttled == words


def test_without_the_library_there_are_no_cards_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    def missing() -> Any:
        raise ImportError("No module named 'pynvml'")

    cards = Cards(missing)
    with caplog.at_level(logging.INFO, "vernissage.card"):
        assert [cards(), cards()] == [(), ()]
    assert caplog.messages == ["graphics cards are not watched: No module named 'pynvml'"]


def test_without_a_driver_there_are_no_cards_and_the_log_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    cards = Cards(lambda: FakeNvml(fault="NVML Shared Library Not Found"))
    with caplog.at_level(logging.INFO, "vernissage.card"):
        assert [cards(), cards()] == [(), ()]
    assert caplog.messages == ["graphics cards are not watched: NVML Shared Library Not Found"]


def test_a_driver_that_was_reset_is_met_anew() -> None:
    nvml = FakeNvml()
    cards = Cards(lambda: nvml)
    assert len(cards()) == len(cards()) == nvml.opened == 1
    nvml.fault = "GPU is lost"
    assert cards() == () and nvml.closed == 1
    nvml.fault = ""
    assert len(cards()) == 1 and nvml.opened == 2


def test_one_card_that_tells_nothing_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "vernissage.card"):
        found = Cards(lambda: FakeNvml(cards=2, without_use={0}))()
    assert [card.name for card in found] == ["NVIDIA L4 (1)"]
    assert caplog.messages == ["graphics card 0 is not watched: it does not tell its use, memory or temperature"]
