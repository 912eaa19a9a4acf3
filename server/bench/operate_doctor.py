"""The doctor measured: how long a round through the demo exhibition takes, and whether it names what was broken.

Each planted fault is real: a proxy that does something badly, a store that cannot be written, a worker that is killed.
A fault counts as named if its own check says so, and did not say it before.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import simplejpeg

from exhibit.exhibition import demo_file
from server.bench.form import BenchError
from server.bench.relay import Relay
from server.bench.running import RunningServer, Settings, free_port
from server.certificate import LIFE_DAYS, make_identity
from server.config import Config, load_config
from server.doctor.check import HOUSE, Check, State
from server.doctor.doctor import examine
from server.doctor.order import Order
from server.doctor.report import Report
from server.state import SIGNING_KEY_VARIABLE

STUB = {"runtime": "stub", "stub_base_ms": 4.0, "stub_frame_ms": 1.0}
SHOW = "planted"
_LENS = "[station.lens]\nstyles = ['great_wave']\ndefault = { great_wave = 1.0 }\n"
_CANVAS = "[station.canvas]\nstyles = ['great_wave']\ndefault = { great_wave = 1.0 }\n"
_STATIONS = (  # id, picture, what it does, open
    ("lens", "valley.jpg", _LENS, True),
    ("canvas", "valley.jpg", _CANVAS, True),
    ("blank", "blank.jpg", _CANVAS, True),
    ("closed", "valley.jpg", _LENS, False),
)
_STATION = """
[[station]]
id = "{id}"
number = {number}
open = {open}
title = {{ en = "{id}" }}
text = {{ en = "Text" }}
artwork = {{ picture = "{picture}", alt = {{ en = "A picture" }} }}
{does}"""

_NOTICED_S = 0.5  # until the server knows of a death

Say = Callable[[str], None]
Plant = Callable[[RunningServer, Config], AbstractAsyncContextManager[Order]]


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured."""

    doctor_s: float  # the command, from its start to its end
    stations: int
    named: int
    planted: int


@dataclass(frozen=True)
class Planting:
    """One fault, and who has to name it."""

    name: str
    check: str
    subject: str
    words: str  # of the sentence
    plant: Plant
    but_not: str = ""  # a station that has no such fault in the same round; "": a round before it had none


def measure_doctor(planted: int, say: Say) -> Found:
    """Time the command on the demo exhibition, then plant as many faults. Raises BenchError."""
    say("the doctor's round")
    report, doctor_s = _timed_round()
    named = name_planted(PLANTINGS[:planted], say)
    return Found(doctor_s, report.stations, sum(named.values()), len(named))


def _timed_round() -> tuple[Report, float]:
    """The command as an operator gives it, on this machine's own engine. Raises BenchError where a fault is found."""
    with RunningServer({"dream": {"model": "pigment"}}) as server:
        command = [sys.executable, "-m", "server.cli.main", "doctor", "--json", "--config", str(_config_file(server))]
        started_s = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
        seconds = time.monotonic() - started_s
    if done.returncode > 1 or not done.stdout:
        raise BenchError(f"expected a report, got status {done.returncode}")
    report = Report.from_json(json.loads(done.stdout))
    if faults := [check for check in report.checks if check.state is State.FAULT]:
        raise BenchError(f"expected a house without faults, got {faults[0].subject}: {faults[0].sentence}")
    return report, seconds


def name_planted(plantings: Sequence[Planting], say: Say) -> dict[str, bool]:
    """By name, whether the doctor named each, on a server of its own that sleeps instead of painting."""
    with TemporaryDirectory(prefix="vernissage-") as name:
        settings: Settings = {"style": STUB, "exhibition": {"file": str(_write_exhibition(Path(name)))}}
        with RunningServer(settings, Path(name)) as server:
            return asyncio.run(_name_planted(server, plantings, say))


async def _name_planted(server: RunningServer, plantings: Sequence[Planting], say: Say) -> dict[str, bool]:
    config = load_config(_config_file(server))
    before, named = await examine(Order(config, station="canvas")), dict[str, bool]()
    for planting in plantings:
        say(planting.name)
        async with planting.plant(server, config) as order:
            report = await examine(order)
        named[planting.name] = is_named(planting, report, before)
    return named


def is_named(planting: Planting, report: Report, before: Report) -> bool:
    """Whether this report, and none without the fault, says so."""
    if planting.but_not:
        good = [check for check in report.checks if (check.id, check.subject) == (planting.check, planting.but_not)]
        return _says(planting, report) and all(check.state is State.OK for check in good)
    return _says(planting, report) and not _says(planting, before)


def _says(planting: Planting, report: Report) -> bool:
    def fits(check: Check) -> bool:
        here = (check.id, check.subject) == (planting.check, planting.subject)
        return here and check.state is not State.OK and planting.words in check.sentence

    return any(map(fits, report.checks))


def _config_file(server: RunningServer) -> Path:
    return server.folder / "vernissage.toml"


def _write_exhibition(folder: Path) -> Path:
    """A lens, two canvases, one of them of an artwork without any detail, and a station that is closed."""
    (folder / "valley.jpg").write_bytes((demo_file().parent / "valley.jpg").read_bytes())
    grey = np.full((480, 640, 3), 150, np.uint8)
    (folder / "blank.jpg").write_bytes(simplejpeg.encode_jpeg(grey, 90))
    tables = [
        _STATION.format(id=station, number=number, picture=picture, does=does, open=str(is_open).lower())
        for number, (station, picture, does, is_open) in enumerate(_STATIONS, start=1)
    ]
    path = folder / "exhibition.toml"
    head = f'id = "{SHOW}"\nlanguages = ["en"]\ntitle = {{ en = "Planted" }}\n'
    path.write_text(head + "".join(tables), encoding="utf-8")
    return path


# -- what is planted ---------------------------------------------------------------------------------------------------


def _configured(**sections: Mapping[str, object]) -> Plant:
    """Another configuration than the healthy one."""

    @asynccontextmanager
    async def plant(_server: RunningServer, config: Config) -> AsyncIterator[Order]:
        changed = {name: replace(getattr(config, name), **values) for name, values in sections.items()}
        yield Order(replace(config, **changed), station="canvas")

    return plant


def _relayed(relay: Callable[[], Relay]) -> Plant:
    """A proxy in front that does something badly."""

    @asynccontextmanager
    async def plant(server: RunningServer, config: Config) -> AsyncIterator[Order]:
        async with relay().before(server.port) as url:
            proxied = replace(config, server=replace(config.server, public_url=url))
            yield Order(proxied, station="canvas")

    return plant


def _at(station: str) -> Plant:
    """What is wrong with a station from the start."""

    @asynccontextmanager
    async def plant(_server: RunningServer, config: Config) -> AsyncIterator[Order]:
        yield Order(config, station=station)

    return plant


@asynccontextmanager
async def _mail_refused(_server: RunningServer, config: Config) -> AsyncIterator[Order]:
    """A mail server that is not there."""
    alerts = replace(
        config.alerts,
        smtp_host="127.0.0.1",
        smtp_port=free_port(),
        smtp_tls="none",
        mail_from="house@art.example",
        mail_to=("you@art.example",),
    )
    yield Order(replace(config, alerts=alerts), station="canvas")


@asynccontextmanager
async def _other_key(_server: RunningServer, config: Config) -> AsyncIterator[Order]:
    """Codes whose key the server does not know any more."""
    before = os.environ.get(SIGNING_KEY_VARIABLE)
    os.environ[SIGNING_KEY_VARIABLE] = "5a" * 32
    try:
        yield Order(config, station="canvas")
    finally:
        del os.environ[SIGNING_KEY_VARIABLE]
        if before is not None:
            os.environ[SIGNING_KEY_VARIABLE] = before


@asynccontextmanager
async def _read_only_store(_server: RunningServer, config: Config) -> AsyncIterator[Order]:
    """A store that may be read, and not written."""
    url = f"sqlite:///file:{Path(config.server.state) / 'store.db'}?mode=ro&uri=true"
    yield Order(replace(config, store=replace(config.store, url=url)), station="canvas")


@asynccontextmanager
async def _full_disk(_server: RunningServer, config: Config) -> AsyncIterator[Order]:
    """A disk that takes not one byte more, for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield Order(config, station="canvas")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@asynccontextmanager
async def _killed_worker(server: RunningServer, config: Config) -> AsyncIterator[Order]:
    """A worker that was killed a moment ago."""
    await asyncio.to_thread(server.kill_worker)
    await asyncio.sleep(_NOTICED_S)
    yield Order(config, station="canvas")


def _expired_tls() -> ssl.SSLContext:
    """The certificate of a proxy that nobody looked after."""
    ended = datetime.now(UTC) - timedelta(days=LIFE_DAYS + 3)
    identity = make_identity(("localhost",), (ip_address("127.0.0.1"),), ended)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with TemporaryDirectory(prefix="vernissage-") as name:
        certificate, key = Path(name) / "certificate.pem", Path(name) / "certificate.key"
        certificate.write_bytes(identity.certificate)
        key.write_bytes(identity.key)
        context.load_cert_chain(certificate, key)
    return context


_CANVAS_SUBJECT = f"{SHOW}/canvas"
PLANTINGS: tuple[Planting, ...] = (
    Planting("mail refused", "mail", HOUSE, "127.0.0.1", _mail_refused),
    Planting("model missing", "models", HOUSE, "nowhere", _configured(dream={"model": "nowhere"})),
    Planting("store read-only", "store", HOUSE, "readonly", _read_only_store),
    Planting("disk full", "disk", HOUSE, "cannot be written", _full_disk),
    Planting("another engine", "engine", HOUSE, "openvino is configured", _configured(style={"runtime": "openvino"})),
    Planting("ticket's key withdrawn", "ticket", _CANVAS_SUBJECT, "does not take the ticket", _other_key),
    Planting("artwork untrackable", "lock", f"{SHOW}/blank", "found in none", _at(""), _CANVAS_SUBJECT),
    Planting("station closed", "open", f"{SHOW}/closed", "closed", _at("closed")),
    Planting("certificate expired", "certificate", HOUSE, "expired", _relayed(lambda: Relay(tls=_expired_tls()))),
    Planting("clock off", "clock", HOUSE, "differ", _relayed(lambda: Relay(clock_ahead_s=3600.0))),
    Planting("socket blocked", "socket", _CANVAS_SUBJECT, "502", _relayed(lambda: Relay(blocks_websockets=True))),
    Planting("slow answers", "latency", _CANVAS_SUBJECT, "Answers take", _relayed(lambda: Relay(delay_s=0.6))),
    Planting("worker killed", "engine", HOUSE, "worker", _killed_worker),
)
PLANTED = len(PLANTINGS)
