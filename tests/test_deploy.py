"""What deploy/ offers to copy is whole: it is read by the server's own reader, and asks for metrics that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from server.address import networks, visitor_address
from server.config import load_config
from server.metrics.names import METRICS, Kind

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana/dashboards").glob("*.json"))
OF_PROMETHEUS = {"job", "instance"}  # labels that every series has once it is scraped
LABELS = {"up": OF_PROMETHEUS}
for _metric in METRICS:
    _labels = {*_metric.labels, *OF_PROMETHEUS}
    if _metric.kind is Kind.HISTOGRAM:
        LABELS |= {f"{_metric.name}_bucket": {*_labels, "le"}}
        LABELS |= {f"{_metric.name}_sum": _labels, f"{_metric.name}_count": _labels}
    else:
        LABELS[_metric.name] = _labels
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            yield f"{path.stem}: {panel['title']}", panel


def queries() -> list[tuple[str, str, str]]:
    """Where it stands, the query, and the texts that name its labels."""
    asked = [(rule["alert"], rule["expr"], " ".join(rule["annotations"].values())) for rule in rules()]
    shown = [(name, t["expr"], t["legendFormat"]) for name, panel in panels() for t in panel["targets"]]
    return asked + shown


def faults_of(query: str, told: str = "") -> list[str]:
    """What is wrong with a query: metrics that there are not, labels that those have not."""
    selectors: list[Any] = []
    grouped: list[str] = []

    def visit(part: Any) -> None:
        if isinstance(part, promql_parser.VectorSelector):
            selectors.append(part)
        elif isinstance(part, promql_parser.AggregateExpr) and part.modifier is not None:
            grouped.extend(part.modifier.labels)

    promql_parser.walk(promql_parser.parse(query), pre_visit=visit)
    known = set().union(*(LABELS.get(selector.name, set()) for selector in selectors))
    matched = [(s.name, m.name) for s in selectors for m in s.matchers.matchers if m.name != "__name__"]
    spoken = re.findall(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}", told)
    return [
        *(f"no metric {s.name}" for s in selectors if s.name not in LABELS),
        *(f"{name} has no label {label}" for name, label in matched if label not in LABELS.get(name, set())),
        *(f"no label {label}" for label in (*grouped, *spoken) if label not in known),
    ]


def test_every_query_asks_for_metrics_and_labels_that_there_are() -> None:
    assert len(queries()) > 40
    assert {where: found for where, query, told in queries() if (found := faults_of(query, told))} == {}


@pytest.mark.parametrize(
    ("query", "told", "fault"),
    [
        ("rate(vernissage_frames_total[1m])", "", "no metric vernissage_frames_total"),
        ("vernissage_batch_seconds", "", "no metric vernissage_batch_seconds"),
        ('vernissage_worker_ready{lane="paint"}', "", "vernissage_worker_ready has no label lane"),
        ("sum by (lane) (vernissage_worker_ready)", "", "no label lane"),
        ("vernissage_worker_ready", "{{station}}", "no label station"),
        ("vernissage_worker_ready", "{{ $labels.station }} is down", "no label station"),
    ],
)
def test_a_query_that_asks_for_another_is_found(query: str, told: str, fault: str) -> None:
    assert faults_of(query, told) == [fault]


def test_every_condition_and_reason_that_a_query_names_can_be() -> None:
    from server.metrics.samples import BRUSHES
    from server.watch.card import THROTTLES
    from server.watch.condition import Condition

    can_be = {*Condition, *THROTTLES, *BRUSHES, "vernissage", "late", "fault"}
    named = {value for _, query, _ in queries() for value in re.findall(r'=~?"([^"]+)"', query)}
    assert {word for value in named for word in value.split("|")} - can_be == set()


def test_every_alert_says_how_bad_it_is_and_the_runbook_says_what_to_do() -> None:
    runbook = (DEPLOY / "runbook.md").read_text(encoding="utf-8")
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert f"`{rule['alert']}`" in runbook, rule["alert"]


def test_dashboards_ask_the_data_source_that_is_provisioned() -> None:
    sources = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    uids = {source["uid"] for source in sources}
    assert {panel["datasource"]["uid"] for _, panel in panels()} <= uids
    boards = [json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS]
    assert len({board["uid"] for board in boards}) == len(boards) == 2
    for board in boards:
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_prometheus_reads_its_rules_and_asks_the_server_where_it_listens() -> None:
    found = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    assert found["rule_files"] == ["rules.yml"]
    (job,) = found["scrape_configs"]
    (target,) = job["static_configs"][0]["targets"]
    host, port = target.split(":")
    assert job["job_name"] == "vernissage" and job.get("metrics_path", "/metrics") == "/metrics"
    assert host in SERVICES["vernissage"]["networks"]["inside"]["aliases"]
    assert int(port) == load_config(DEPLOY / "vernissage.toml").server.port


def test_the_containers_configuration_trusts_caddy_and_lets_prometheus_read() -> None:
    server = load_config(DEPLOY / "vernissage.toml", {"server.public_url": "https://art.example.org"}).server
    caddy, prometheus = (SERVICES[name]["networks"]["inside"]["ipv4_address"] for name in ("caddy", "prometheus"))
    assert server.trusted_proxies == (caddy,) and prometheus in server.metrics_from and caddy not in server.metrics_from
    assert visitor_address(caddy, "198.51.100.7", networks(server.trusted_proxies)) == "198.51.100.7"
    assert f"reverse_proxy vernissage-inside:{server.port}" in (DEPLOY / "Caddyfile").read_text()


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_write_nothing_that_it_need_not_and_gain_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service
    assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*", service["image"]), "expected a version"


def test_only_caddy_is_open_to_the_outside() -> None:
    open_ports = {name: [p for p in s.get("ports", []) if not p.startswith("127.")] for name, s in SERVICES.items()}
    assert {name for name, ports in open_ports.items() if ports} == {"caddy"}


def test_everything_that_is_mounted_is_there() -> None:
    mounted = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]
    named = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["volumes"]
    assert [m for m in mounted if m not in named and not (DEPLOY / m).exists()] == []


def test_secrets_are_files_that_git_does_not_see() -> None:
    files = [file for service in SERVICES.values() for file in service.get("env_file", [])]
    assert files and all(file.startswith("secrets/") for file in files)
    assert {"secrets/", ".env"} <= set((DEPLOY / ".gitignore").read_text().split())
    runbook = (DEPLOY / "runbook.md").read_text(encoding="utf-8")
    assert [file for file in files if file not in runbook] == []
    written = json.dumps(SERVICES)
    assert not re.search(r"(password|token|secret)\w*\": \"[^\"]", written, re.IGNORECASE)


def test_the_image_is_pinned_not_root_and_looked_after() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    bases = [*re.findall(r"ARG BASE=(\S+)", text), *re.findall(r"--build-arg BASE=(\S+)", text)]
    assert len(bases) == 2 and all(re.search(r":\d+\.\d+\.\d+-", base) for base in bases)
    card = yaml.safe_load((DEPLOY / "compose.card.yaml").read_text())["services"]["vernissage"]
    assert card["build"]["args"]["BASE"] in bases
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] == "10001:10001"
    assert "HEALTHCHECK" in text and "--constraint constraints.txt" in text
    copied = [
        source for line in re.findall(r"^COPY (?!--from)(.+)", text, re.MULTILINE) for source in line.split()[:-1]
    ]
    assert copied and [source for source in copied if not (ROOT / source).exists()] == []
    let_in = {line.removeprefix("!") for line in (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()}
    assert [source for source in copied if source not in let_in] == []


def test_systemd_watches_over_a_server_that_can_do_nothing_else() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "systemd/vernissage.service")
    service = unit["Service"]
    assert service["Type"] == "notify" and int(service["WatchdogSec"]) >= 10 and service["Restart"] == "always"
    assert service["User"] == "vernissage" and service["CapabilityBoundingSet"] == ""
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictSUIDSGID", "LockPersonality"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    state = load_config(DEPLOY / "museum.toml").server.state
    assert state == f"/var/lib/{service['StateDirectory']}" == service["WorkingDirectory"]


def test_the_museums_configuration_is_valid_and_trusts_its_proxy() -> None:
    config = load_config(DEPLOY / "museum.toml")
    assert config.server.http and config.server.public_url.startswith("https://")
    trusted = networks(config.server.trusted_proxies)
    assert visitor_address("127.0.0.1", "198.51.100.7", trusted) == "198.51.100.7"


@pytest.mark.parametrize("page", sorted(DEPLOY.glob("*.md")), ids=lambda page: page.name)
def test_what_a_page_leads_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []
