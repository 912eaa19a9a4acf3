"""What the doctor asks of the house: each fault is named by its own check, with what to do."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from models.runtime.card import Card
from server.bench.running import free_port
from server.certificate import LIFE_DAYS, make_identity
from server.cli.main import main
from server.config import AlertsConfig, Config, StyleConfig, load_config
from server.doctor.certificates import check_certificate
from server.doctor.check import CHECKS, HOUSE, Finding, State, answered, ask, fault, skipped, warning, well
from server.doctor.engines import judge_address, judge_card, judge_dreamer, judge_engines, judge_server
from server.doctor.house import Clocks, check_disk, check_models, judge_clocks
from server.doctor.order import Order
from server.doctor.pages import Page
from server.doctor.post import check_mail, check_webhook
from server.doctor.report import Report, report_table
from server.doctor.rounds import RoundError, Rounds, next_round
from server.watch.journal import Journal
from server.watch.reading import CardReading

DOCUMENT = Path(__file__).parents[2] / "docs" / "doctor.md"
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
CARD = Card("L4", 89, 24_000_000_000, "13.0")
COOL = CardReading("L4", 0.5, 1_000_000_000, 24_000_000_000, 55.0, None, "")
WORKER = {"number": 0, "ready": True, "engine": "OpenVINO 2026.4 on a processor", "last_fault": "", "faults": 0}


def named(finding: Finding, state: State, words: str) -> None:
    """That it is so, says so, and says what to do."""
    assert finding.state is state, finding
    assert words in finding.sentence
    assert finding.advice or state not in {State.WARNING, State.FAULT}


def statistics(*workers: dict[str, Any], dreamer: dict[str, Any] | None = None) -> Page:
    return Page(200, json.dumps({"workers": workers, "dreamer": dreamer}).encode())


# -- faults ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "host", "state", "words"),
    [
        (NOW - timedelta(days=LIFE_DAYS + 1), "127.0.0.1", State.FAULT, "expired"),
        (NOW + timedelta(days=1), "127.0.0.1", State.FAULT, "begins"),
        (NOW - timedelta(days=LIFE_DAYS - 5), "127.0.0.1", State.WARNING, "in 4 days"),
        (NOW, "127.0.0.2", State.WARNING, "does not speak for 127.0.0.2"),
        (NOW, "localhost", State.OK, "Self-signed"),
    ],
)
def test_a_certificate_is_judged_by_its_end_and_its_names(
    tmp_path: Path, made: datetime, host: str, state: State, words: str
) -> None:
    file = tmp_path / "certificate.pem"
    file.write_bytes(make_identity(("localhost",), (ip_address("127.0.0.1"),), made).certificate)
    named(check_certificate(f"https://{host}:{free_port()}", file, 14.0, lambda: NOW), state, words)


def test_plain_http_has_no_certificate_to_look_at(tmp_path: Path) -> None:
    assert check_certificate("http://127.0.0.1", tmp_path / "none", 14.0).state is State.SKIPPED


@pytest.mark.parametrize(
    ("free", "state"), [(10_000_000, State.FAULT), (5_000_000_000, State.WARNING), (50_000_000_000, State.OK)]
)
def test_a_disk_that_is_nearly_full_is_named(tmp_path: Path, free: int, state: State) -> None:
    total = 100_000_000_000
    named(check_disk(tmp_path, 0.9, lambda _: (total, total - free, free)), state, "GB are free")
    assert list(tmp_path.iterdir()) == []


async def test_a_mail_server_that_refuses_is_named() -> None:
    alerts = AlertsConfig(smtp_host="127.0.0.1", smtp_port=free_port(), smtp_tls="none")
    named(await check_mail(alerts), State.FAULT, f"port {alerts.smtp_port}")
    named(await check_mail(AlertsConfig()), State.SKIPPED, "No mail")


async def test_a_mail_server_that_says_hello_gets_no_mail() -> None:
    heard: list[bytes] = []

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        while line := await reader.readline():
            heard.append(line.split()[0].upper())
            writer.write(b"221 bye\r\n" if heard[-1] == b"QUIT" else b"250 mail\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        alerts = AlertsConfig(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")
        assert (await check_mail(alerts)).state is State.OK
        hook = f"http://127.0.0.1:{port}/secret"
        assert (await check_webhook(replace(alerts, webhook=hook), {})).state is State.OK
    assert set(heard) == {b"EHLO", b"QUIT"}


async def test_a_webhook_that_cannot_be_reached_is_named_by_its_host_alone() -> None:
    finding = await check_webhook(AlertsConfig(webhook=f"https://127.0.0.1:{free_port()}/secret"), {})
    named(finding, State.FAULT, "127.0.0.1")
    assert "secret" not in finding.sentence


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    config = load_config(None, {"server.state": str(tmp_path)})
    assert check_models(config).state is State.OK
    named(check_models(replace(config, dream=replace(config.dream, model="nowhere"))), State.FAULT, "nowhere")
    gone = replace(config, style=StyleConfig(model=str(tmp_path / "gone.onnx")))
    named(check_models(gone), State.FAULT, "gone.onnx")


@pytest.mark.parametrize(
    ("clocks", "state"),
    [
        (Clocks(True, 0.4, None), State.OK),
        (Clocks(False, 0.0, None), State.WARNING),
        (Clocks(None, 0.0, None), State.SKIPPED),
        (Clocks(True, 10.0, None), State.WARNING),
        (Clocks(True, None, -3600.0), State.FAULT),
    ],
)
def test_clocks_that_differ_are_named(clocks: Clocks, state: State) -> None:
    named(judge_clocks(clocks), state, "")


@pytest.mark.parametrize(
    ("worker", "runtime", "card", "state", "words"),
    [
        ({}, "auto", None, State.OK, "1 ready"),
        ({"ready": False, "last_fault": "killed"}, "auto", None, State.FAULT, "killed"),
        ({"fallback": "openvino, since tensorrt failed"}, "auto", None, State.WARNING, "since tensorrt failed"),
        ({}, "onnxruntime", None, State.WARNING, "onnxruntime is configured"),
        ({}, "auto", CARD, State.WARNING, "there is a card (L4)"),
        ({"faults": 2, "last_fault": "hung"}, "auto", None, State.WARNING, "lost 2 times lately: hung"),
    ],
)
def test_an_engine_that_is_not_as_configured_is_named(
    worker: dict[str, Any], runtime: str, card: Card | None, state: State, words: str
) -> None:
    config = Config(style=StyleConfig(runtime=runtime))
    named(judge_engines(statistics(WORKER | worker), config, card), state, words)


@pytest.mark.parametrize(
    ("dreamer", "state"),
    [
        (None, State.FAULT),
        ({"ready": True, "engine": "stub", "last_fault": "", "pid": 1}, State.OK),
        ({"ready": False, "last_fault": "no memory", "pid": None}, State.FAULT),
        ({"ready": False, "last_fault": "", "pid": None}, State.SKIPPED),
        ({"ready": False, "last_fault": "", "pid": 1}, State.WARNING),
    ],
)
def test_a_dreamer_that_cannot_dream_is_named(dreamer: dict[str, Any] | None, state: State) -> None:
    named(judge_dreamer(statistics(WORKER, dreamer=dreamer), Config()), state, "")


@pytest.mark.parametrize(
    ("seen", "card", "runtime", "state", "words"),
    [
        ((COOL,), CARD, "auto", State.OK, "55 degrees"),
        ((replace(COOL, temperature_c=91.0),), CARD, "auto", State.WARNING, "91 degrees"),
        ((replace(COOL, throttled="power"),), CARD, "auto", State.WARNING, "power"),
        ((replace(COOL, memory_bytes=23_900_000_000),), CARD, "auto", State.WARNING, "100%"),
        ((), None, "tensorrt", State.FAULT, "no card"),
        ((), None, "auto", State.SKIPPED, "none"),
    ],
)
def test_a_card_that_suffers_is_named(
    seen: tuple[CardReading, ...], card: Card | None, runtime: str, state: State, words: str
) -> None:
    named(judge_card(seen, card, Config(style=StyleConfig(runtime=runtime))), state, words)


def test_a_server_that_is_not_there_or_lets_nobody_in_is_named() -> None:
    named(judge_server(Page(unreached="refused"), "http://here"), State.FAULT, "http://here")
    named(judge_server(Page(503, b"draining\n"), "http://here"), State.WARNING, "draining")
    named(judge_address(Page(502), "https://art.example"), State.FAULT, "https://art.example")


# -- asking ------------------------------------------------------------------------------------------------------------


async def test_a_question_that_takes_too_long_or_fails_is_a_fault_and_costs_no_other() -> None:
    async def slow() -> Finding:
        await asyncio.sleep(60)
        return well("")

    async def failing() -> Finding:
        raise KeyError("surprise")

    assert (await ask("disk", HOUSE, slow(), within_s=0.01)).state is State.FAULT
    assert "surprise" in (await ask("store", HOUSE, failing())).sentence


def test_without_a_server_the_house_is_looked_at_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["doctor", "--json", "--state", str(tmp_path / "state"), "--http", "--port", str(free_port())]
    assert main(asked) == 1
    checks = {check["id"]: check["state"] for check in json.loads(capsys.readouterr().out)["checks"]}
    assert {checks[name] for name in ("server", "store", "disk", "programme")} == {"fault"}
    assert checks["models"] == "ok"
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(("option", "value"), [("--set", "lens.fps=fast"), ("--url", "localhost"), ("--port", "0")])
def test_a_wrong_option_is_status_two(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", option, value]) == 2
    assert "expected" in capsys.readouterr().err


def test_an_order_comes_through_as_json_as_it_was() -> None:
    order = Order(load_config(None, {"server.port": 9000, "style.batch_sizes": [1, 2]}), "", "demo/valley", dream=True)
    assert Order.from_json(json.loads(json.dumps(order.as_json()))) == order
    assert (order.local, Order(order.config, url="https://a.example/").public) == (
        "https://127.0.0.1:9000",
        "https://a.example",
    )


# -- the report --------------------------------------------------------------------------------------------------------

REPORT = Report(
    1.0,
    3.2,
    "https://art.example",
    (
        answered("disk", HOUSE, well("Room.")),
        answered("mail", HOUSE, skipped("None.")),
        answered("lock", "demo/a", fault("Not found.", "Look at it.")),
        answered("latency", "demo/a", warning("Slow.", "Hurry.")),
    ),
)


def test_a_report_comes_through_as_json_and_says_the_worst() -> None:
    assert Report.from_json(json.loads(json.dumps(REPORT.as_json()))) == REPORT
    assert (REPORT.state, REPORT.sentence) == (State.FAULT, "1 station in 3 s: 1 fault, 1 warning")
    assert Report(1.0, 0.0, "", REPORT.checks[:2]).state is State.OK


def test_the_table_names_each_fault_with_what_to_do() -> None:
    columns = [[str(cell) for cell in column.cells] for column in report_table(REPORT).columns]
    rows = list(zip(*columns, strict=True))
    assert ("demo/a", "lock", "FAULT", "Not found.", "Look at it.") in rows


def test_a_section_of_the_configuration_is_not_taken_for_markup() -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(report_table(Report(1.0, 0.0, "", (answered("mail", HOUSE, fault("Gone.", "See [alerts].")),))))
    assert "See [alerts]." in console.export_text()


def test_the_document_names_every_check() -> None:
    rows = [line.split("|")[1].strip() for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "| `" in line]
    assert {row.strip("`") for row in rows if row.startswith("`")} == set(CHECKS)


# -- rounds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "now", "due"),
    [
        ("", datetime(2026, 5, 4, 9), None),
        ("09:30", datetime(2026, 5, 4, 9), datetime(2026, 5, 4, 9, 30)),
        ("09:30", datetime(2026, 5, 4, 9, 30), datetime(2026, 5, 5, 9, 30)),
    ],
)
def test_a_round_is_due_once_a_day(at: str, now: datetime, due: datetime | None) -> None:
    assert next_round(at, now) == due


async def test_a_round_that_is_due_is_made_and_one_that_fails_says_why() -> None:
    now, outcomes = (
        datetime(2026, 5, 4, 9, 29).timestamp(),
        [REPORT, OSError(24, "Too many open files"), RoundError("it was ended.")],
    )
    journal = Journal(lambda: 0.0)

    async def examine(_order: Order) -> Report:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    rounds = Rounds(lambda: Order(Config()), journal, lambda: now, "09:30", examine, look_s=0.01)
    running = asyncio.create_task(rounds.run())
    async with asyncio.timeout(10):
        await asyncio.sleep(0.03)
        assert rounds.latest is None
        now += 60
        while rounds.latest is None or rounds.running:
            await asyncio.sleep(0.005)
        for failure in ("It failed: OSError.", "it was ended."):
            rounds.begin()
            while rounds.failure != failure:
                await asyncio.sleep(0.005)
            while rounds.running:
                await asyncio.sleep(0.005)
    running.cancel()
    assert rounds.latest is REPORT
    assert [event.level for event in journal.newest()] == ["error", "error"]
    assert "demo/a, lock: Not found" in journal.newest()[1].sentence
