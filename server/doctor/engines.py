"""What works behind the server: itself, its address, its workers, the dreamer, the card; by what the server tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.runtime.card import Card, find_card
from models.runtime.choice import AUTO
from server.config import Config
from server.doctor.check import Finding, fault, skipped, warning, well
from server.doctor.pages import Page
from server.watch.card import cards
from server.watch.reading import CardReading

MEMORY_SHARE = 0.95  # of the card's
_START = "Start it: `vernissage run`, or `systemctl start vernissage`."
_NAMES: Mapping[str, str] = {  # what an engine's description begins with
    "tensorrt": "TensorRT ",
    "tensorrt_rtx": "TensorRT-RTX",
    "torch": "torch",
    "openvino": "OpenVINO",
    "onnxruntime": "ONNX Runtime",
    "stub": "stub",
}
_FALLEN = "See the log for why the configured one failed; the operator's page starts the worker anew with it."


def judge_server(ready: Page, url: str) -> Finding:
    """By its answer to /readyz."""
    if ready.ok:
        return well(f"It answers at {url}.")
    if not ready.status:
        return fault(f"No server answers at {url}: {ready.unreached}.", _START)
    words = ready.body.decode(errors="replace").strip()[:100] or f"status {ready.status}"
    return warning(f"It answers, and lets nobody in: {words}.", "Wait until the engine is warm, or end maintenance.")


def judge_address(alive: Page, url: str) -> Finding:
    """By the answer to /healthz at the address in the codes."""
    if alive.ok:
        return well(f"{url} answers.")
    told = f"{url}, where the codes lead, does not answer from here: {alive.words}."
    return fault(
        told,
        "See the proxy, the name service, [server] public_url. If only this machine cannot reach it, let it.",
    )


def judge_engines(statistics: Page, config: Config, card: Card | None) -> Finding:
    """Every worker ready, with what was configured."""
    if not statistics.ok:
        return skipped(f"The server does not tell its numbers here: {statistics.words}.", "Ask on the machine itself.")
    workers: Sequence[Mapping[str, Any]] = statistics.values.get("workers", [])
    down = [worker for worker in workers if not worker["ready"]]
    if down or not workers:
        why = "; ".join(f"worker {worker['number']}: {worker['last_fault'] or 'it starts'}" for worker in down)
        return fault(f"{len(down)} of {len(workers)} workers cannot paint ({why}).", "See the server's log.")
    engine = workers[0]["engine"]
    fallen = next((worker["fallback"] for worker in workers if worker.get("fallback")), "")
    if fallen:
        return warning(f"Another engine than the configured one works: {fallen}.", _FALLEN)
    if other := _other_than_configured(engine, config.style.runtime, card):
        return warning(*other)
    faults = sum(worker.get("faults", 0) for worker in workers)
    if faults:
        told = f"{engine}; a worker was lost {faults} times lately: {workers[0]['last_fault']}."
        return warning(told, "See the server's log.")
    return well(f"{len(workers)} ready: {engine}.")


def _other_than_configured(engine: str, runtime: str, card: Card | None) -> tuple[str, str] | None:
    if runtime != AUTO and not engine.startswith(_NAMES[runtime]):
        return f"{engine} works, and {runtime} is configured.", _FALLEN
    if runtime == AUTO and card is not None and card.name not in engine:
        told = f"{engine} works, though there is a card ({card.name})."
        return told, "See docs/runtimes.md for what to install; a first start may still be compiling an engine."
    return None


def judge_dreamer(statistics: Page, config: Config) -> Finding:
    """Ready, where it is wanted."""
    if not config.dream.model:
        return skipped("No model that makes pictures from words is configured.")
    if not statistics.ok:
        return skipped(f"The server does not tell its numbers here: {statistics.words}.", "Ask on the machine itself.")
    dreamer: Mapping[str, Any] | None = statistics.values.get("dreamer")
    if dreamer is None:
        return fault("The server runs without one, though a model is configured.", "Start the server again.")
    return _judge_process(dreamer)


def _judge_process(dreamer: Mapping[str, Any]) -> Finding:
    if dreamer["ready"]:
        fallen = dreamer.get("fallback")
        return (
            warning(f"Another engine than the configured one works: {fallen}.", _FALLEN)
            if fallen
            else well(dreamer["engine"])
        )
    if dreamer["last_fault"]:
        return fault(f"It cannot make pictures: {dreamer['last_fault']}.", "See the server's log, and docs/models.md.")
    if dreamer["pid"] is None:
        return skipped("It starts when the first station needs it.")
    return warning("It is starting.", "Wait a moment; a first start may compile an engine.")


def check_card(config: Config) -> Finding:
    """How each card does. Blocks."""
    return judge_card(cards(), find_card(), config)


def judge_card(seen: Sequence[CardReading], card: Card | None, config: Config) -> Finding:
    """What NVML tells of the cards, and the driver of the first one."""
    if card is None and not seen:
        if config.style.runtime.startswith("tensorrt"):
            told = f"[style] runtime is {config.style.runtime}, and there is no card, or no driver for it."
            return fault(told, "See `nvidia-smi`; after an update of the driver this machine wants a restart.")
        return skipped("There is none: the processor paints.")
    if not seen:
        return skipped(f"{card.name if card else 'A card'}: its driver's library tells no temperature (NVML).")
    troubles = filter(None, (_trouble(reading, config.alerts.card_c) for reading in seen))
    words = (f"{r.name}: {r.memory_bytes / 1e9:.1f} GB in use, {r.temperature_c:.0f} degrees C" for r in seen)
    return next(troubles, well("; ".join(words) + "."))


def _trouble(reading: CardReading, most_c: float) -> Finding | None:
    """What a card suffers from."""
    name, used = reading.name, reading.memory_bytes / max(1, reading.memory_total_bytes)
    if reading.temperature_c > most_c:
        return warning(f"{name}: {reading.temperature_c:.0f} degrees C.", "See its fans, and the air around it.")
    if reading.throttled:
        return warning(f"{name} is slowed down by {reading.throttled}.", "See its cooling and its power supply.")
    if used > MEMORY_SHARE:
        return warning(f"{name}: {used:.0%} of its memory is in use.", "See what else runs on it: `nvidia-smi`.")
    return None
