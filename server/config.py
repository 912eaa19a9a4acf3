"""The configuration: one TOML file as frozen dataclasses, checked to the last key. Knows no secret, builds nothing.

Every key is explained in docs/configuration.md; a test holds that document to the dataclasses below.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

Section = TypeVar("Section")
Check = Callable[[Any], bool]


class ConfigError(Exception):
    """The configuration cannot be used; the message names the section and the key."""


def _ranged(default: Any, low: float, high: float) -> Any:
    """A number, or a tuple of numbers, from low to high."""

    def fits(value: Any) -> bool:
        return all(low <= number <= high for number in (value if isinstance(value, tuple) else (value,)))

    return field(default=default, metadata={"check": fits, "range": f" from {low} to {high}"})


def _one_of(default: str, *choices: str) -> Any:
    return field(default=default, metadata={"check": choices.__contains__, "range": f": one of {', '.join(choices)}"})


def _checked(default: Any, check: Check, words: str) -> Any:
    return field(default=default, metadata={"check": check, "range": f": {words}"})


def _is_origin(text: str) -> bool:
    """Whether the text is scheme://host[:port] and nothing more."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError when it is no number
    except ValueError:
        return False
    rest = parts.path or parts.query or parts.fragment or parts.username
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not rest


def is_web_address(text: str) -> bool:
    """Whether messages can be posted there: http:// or https://, a host, and anything after it."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError when it is no number
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and text.isascii() and not re.search(r"\s", text)


def _is_mail_address(text: str) -> bool:
    """Whether it can stand in a mail's header as it is, beside others."""
    return re.fullmatch(r"[!#-'*-+\--9=?A-Z^-~]{1,64}@[A-Za-z0-9.-]{1,253}", text) is not None


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII) is not None


def _ascends_from_one(sizes: tuple[int, ...]) -> bool:
    return sizes[:1] == (1,) and all(a < b for a, b in pairwise(sizes)) and sizes[-1] <= 64


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the server listens, and what it says of itself."""

    host: str = "0.0.0.0"
    port: int = _ranged(8443, 0, 65535)
    http: bool = False
    state: str = _checked("state", bool, "the name of a folder")
    public_url: str = _checked("", lambda u: not u or _is_origin(u), "empty, or https://host[:port] without a path")
    origins: tuple[str, ...] = _checked((), lambda o: all(map(_is_origin, o)), "each https://host[:port]")
    trusted_proxies: tuple[str, ...] = _checked((), lambda p: all(map(_is_network, p)), "each an IP address or network")
    metrics_from: tuple[str, ...] = _checked(
        ("127.0.0.0/8", "::1"), lambda p: all(map(_is_network, p)), "each an IP address or network"
    )
    log: str = _one_of("info", "debug", "info", "warning", "error")
    show_codes: bool = True


@dataclass(frozen=True, slots=True)
class ExhibitionConfig:
    """What the store begins with."""

    file: str = ""


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """Where exhibitions, accounts and versions are kept."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class CodesConfig:
    """What codes are printed with."""

    fonts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StyleConfig:
    """The style model and the runtime that runs it."""

    model: str = ""
    lighter: str = _one_of("auto", "auto", "on", "off")
    runtime: str = _one_of("auto", "auto", "tensorrt", "tensorrt_rtx", "torch", "openvino", "onnxruntime", "stub")
    threads: int = _ranged(0, 0, 256)
    workers: int = _ranged(1, 1, 64)
    batch_sizes: tuple[int, ...] = _checked((1, 2, 4, 8), _ascends_from_one, "ascending from 1 to at most 64")
    gpu_memory_mb: int = _ranged(0, 0, 1_048_576)
    jpeg: str = _one_of("auto", "auto", "cores", "card")
    stub_base_ms: float = _ranged(20.0, 0, 10_000)
    stub_frame_ms: float = _ranged(5.0, 0, 10_000)


@dataclass(frozen=True, slots=True)
class LensConfig:
    """What a phone is asked to send for a lens, at best and at worst."""

    fps: float = _ranged(15.0, 1, 60)
    width: int = _ranged(480, 64, 1920)
    min_fps: float = _ranged(4.0, 0.5, 60)
    min_width: int = _ranged(320, 64, 1920)
    deadline_ms: float = _ranged(400.0, 20, 10_000)
    jpeg_quality: int = _ranged(80, 30, 95)


@dataclass(frozen=True, slots=True)
class CanvasConfig:
    """What a phone is asked to send for a canvas, and how large an artwork is repainted for it."""

    fps: float = _ranged(15.0, 1, 60)
    width: int = _ranged(640, 64, 1920)
    min_fps: float = _ranged(4.0, 0.5, 60)
    deadline_ms: float = _ranged(300.0, 20, 10_000)
    texture_width: int = _ranged(640, 64, 1920)


@dataclass(frozen=True, slots=True)
class DreamConfig:
    """The model that makes pictures from words, who may ask it for how much, and how its pictures are marked."""

    model: str = "pigment"
    runtime: str = _one_of("auto", "auto", "tensorrt", "tensorrt_rtx", "torch", "openvino", "onnxruntime", "stub")
    threads: int = _ranged(0, 0, 256)
    steps: int = _ranged(0, 0, 100)
    gpu_memory_mb: int = _ranged(0, 0, 1_048_576)
    niceness: int = _ranged(10, 0, 19)
    waiting_per_station: int = _ranged(30, 1, 10_000)
    jpeg_quality: int = _ranged(90, 30, 95)
    mark: str = _one_of("required", "required", "optional")
    certificate: str = ""
    key: str = ""
    stub_step_ms: float = _ranged(20.0, 0, 10_000)
    stub_row_ms: float = _ranged(5.0, 0, 10_000)


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """How many visitors are painted for at once, and how many may wait."""

    max_live: int = _ranged(0, 0, 10_000)
    max_waiting: int = _ranged(200, 0, 100_000)


@dataclass(frozen=True, slots=True)
class AlertsConfig:
    """When operators are told that something is wrong, and by which ways."""

    webhook: str = _checked("", lambda u: not u or is_web_address(u), "empty, or https://host/path")
    smtp_host: str = _checked("", lambda h: not re.search(r"[^\w.:-]", h), "empty, or the name of a mail server")
    smtp_port: int = _ranged(587, 1, 65535)
    smtp_tls: str = _one_of("starttls", "starttls", "tls", "none")
    smtp_user: str = ""
    mail_from: str = _checked("", lambda a: not a or _is_mail_address(a), "empty, or name@host")
    mail_to: tuple[str, ...] = _checked((), lambda a: len(a) <= 20 and all(map(_is_mail_address, a)), "each name@host")
    p95_ms: float = _ranged(0.0, 0, 60_000)
    disk_share: float = _ranged(0.9, 0.1, 1)
    card_c: float = _ranged(85.0, 30, 120)
    certificate_days: float = _ranged(14.0, 0, 365)
    lock_minutes: float = _ranged(10.0, 1, 1440)


@dataclass(frozen=True, slots=True)
class OperateConfig:
    """What is done for the operators by itself."""

    doctor_at: str = _checked("", lambda t: not t or _is_time(t), "empty, or a time of the day such as 09:30")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one visitor, or one address, may ask of the server."""

    connections_per_address: int = _ranged(400, 1, 100_000)
    connections: int = _ranged(2000, 1, 100_000)
    message_bytes: int = _ranged(1_048_576, 4096, 16_777_216)
    picture_px: int = _ranged(2048, 64, 8192)
    messages_per_s: float = _ranged(120.0, 10, 10_000)
    refusals_per_session: int = _ranged(200, 1, 1_000_000)
    hello_s: float = _ranged(5.0, 0.1, 60)
    silent_s: float = _ranged(20.0, 1, 600)
    send_s: float = _ranged(10.0, 0.1, 600)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; every part has a default."""

    server: ServerConfig = field(default_factory=ServerConfig)
    exhibition: ExhibitionConfig = field(default_factory=ExhibitionConfig)
    store: StoreConfig = field(default_factory=StoreConfig)
    codes: CodesConfig = field(default_factory=CodesConfig)
    style: StyleConfig = field(default_factory=StyleConfig)
    lens: LensConfig = field(default_factory=LensConfig)
    canvas: CanvasConfig = field(default_factory=CanvasConfig)
    dream: DreamConfig = field(default_factory=DreamConfig)
    room: RoomConfig = field(default_factory=RoomConfig)
    alerts: AlertsConfig = field(default_factory=AlertsConfig)
    operate: OperateConfig = field(default_factory=OperateConfig)
    limits: Limits = field(default_factory=Limits)


def load_config(path: Path | None = None, overrides: Mapping[str, object] | None = None) -> Config:
    """Read the file, if there is one, and lay the overrides ("section.key" to value) over it. Raises ConfigError."""
    tables = _read(path) if path else {}
    for name, value in (overrides or {}).items():
        section, dot, key = name.partition(".")
        if not dot:
            raise ConfigError(f"{name}: expected section.key")
        tables.setdefault(section, {})[key] = value
    sections = get_type_hints(Config)
    for name in tables:
        _refuse_unknown(name, sections, f"[{name}]: expected a known section")
    config = Config(**{name: _section(name, sections[name], table) for name, table in tables.items()})
    _check_pairs(config)
    return config


def parse_override(text: str) -> tuple[str, object]:
    """Split `section.key=value`; the value is TOML, or else a plain text. Raises ConfigError."""
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        raise ConfigError(f"{text}: expected section.key=value")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value


def _read(path: Path) -> dict[str, dict[str, object]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}") from None
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{name}: expected a [section], got {_shown(table)}")
    return tables


def _section(name: str, kind: type[Section], table: Mapping[str, object]) -> Section:
    types = get_type_hints(kind)
    for key in table:
        _refuse_unknown(key, types, f"[{name}] {key}: expected a known key")
    rules = {f.name: f.metadata for f in fields(kind)}  # type: ignore[arg-type]
    values = {key: _value(f"[{name}] {key}", types[key], rules[key], value) for key, value in table.items()}
    return kind(**values)


def _value(where: str, kind: Any, rule: Mapping[str, Any], value: object) -> Any:
    converted = _converted(kind, value)
    if converted is None or not rule.get("check", lambda _: True)(converted):
        raise ConfigError(f"{where}: expected {_named(kind)}{rule.get('range', '')}, got {_shown(value)}")
    return converted


def _converted(kind: Any, value: object) -> Any:
    """The value as the kind asked for, or None where it is another one; a whole number is a number too."""
    if get_origin(kind) is tuple:
        items = [_converted(get_args(kind)[0], item) for item in value] if isinstance(value, list | tuple) else [None]
        return None if None in items else tuple(items)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if type(value) is kind else None


def _check_pairs(config: Config) -> None:
    lens = config.lens
    for name, asked in (("lens", lens), ("canvas", config.canvas)):
        if asked.min_fps > asked.fps:
            raise ConfigError(f"[{name}] min_fps: expected at most fps ({asked.fps:g}), got {asked.min_fps:g}")
    if lens.min_width > lens.width:
        raise ConfigError(f"[lens] min_width: expected at most width ({lens.width}), got {lens.min_width}")

    if bool(config.dream.certificate) != bool(config.dream.key):
        raise ConfigError("[dream] certificate and key: expected both or neither")
    _check_mail(config.alerts)


def _check_mail(alerts: AlertsConfig) -> None:
    parts = (alerts.smtp_host, alerts.mail_from, alerts.mail_to)
    if any(parts) and not all(parts):
        raise ConfigError("[alerts] smtp_host, mail_from and mail_to: expected all of them or none")
    if alerts.smtp_user and alerts.smtp_tls == "none":
        raise ConfigError("[alerts] smtp_tls: expected starttls or tls, since smtp_user has a password, got none")


def _refuse_unknown(name: str, known: Mapping[str, object], message: str) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        raise ConfigError(f"{message}{f' (perhaps {close[0]})' if close else ''}, got {name}")


def _named(kind: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    return f"a list, each {_named(get_args(kind)[0])}" if get_origin(kind) is tuple else names[kind]


def _shown(value: object) -> str:
    return repr(value)[:60]
