"""Alerts at work: from a reading to a letter, what fails on the way, the test button, and what is configured."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

import pytest
from made_readings import BEGAN_AT, CLOSED, FAILED, READING, THRESHOLDS

from server.alerts.alerts import Alerts, StillTestingError, open_channels
from server.alerts.channel import NotSentError
from server.alerts.messages import Letterhead, Message, duration
from server.config import Config, ConfigError, load_config
from server.watch.journal import Event, Journal
from server.watch.reading import Reading

LETTERHEAD = Letterhead("https://art.example", UTC)
MAIL = {"alerts.smtp_host": "mail.example", "alerts.mail_from": "a@art.example", "alerts.mail_to": ["b@art.example"]}


@dataclass
class Wire:
    """A channel that keeps what goes through it."""

    name: str = "webhook"
    broken: bool = False
    messages: list[Message] = field(default_factory=list)
    fault: Exception | None = None  # that nobody thought of
    tries: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def send(self, message: Message) -> str:
        self.tries += 1
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        if self.broken:
            raise NotSentError("The wire is cut.", again=False)
        self.messages.append(message)
        return "The wire took it."


@dataclass
class Desk:
    """Alerts with what is around them."""

    wires: list[Wire]
    at: float = BEGAN_AT

    def __post_init__(self) -> None:
        self.events: list[Event] = []
        journal = Journal(lambda: self.at)
        journal.on_event.append(self.events.append)
        self.alerts = Alerts(THRESHOLDS, self.wires, journal, lambda: LETTERHEAD)

    def goes_on(self, seconds: int, reading: Reading) -> None:
        for _ in range(seconds):
            self.alerts.take(replace(reading, at=self.at))
            self.at += 1

    async def sends_until(self, done: Callable[[], bool]) -> None:
        sending = asyncio.create_task(self.alerts.run())
        async with asyncio.timeout(10):
            while not done():
                await asyncio.sleep(0.005)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    def written(self) -> list[tuple[str, str]]:
        return [(event.level, event.sentence) for event in self.events]


async def test_a_station_that_fails_and_works_again_makes_two_messages_and_two_lines_in_the_journal() -> None:
    wire = Wire()
    desk = Desk([wire])
    desk.goes_on(100, FAILED)
    desk.goes_on(100, READING)
    await desk.sends_until(lambda: len(wire.messages) == 2)
    begun, over = wire.messages
    assert begun.subject == "Vernissage: Harbour (station 3 of winter) fails"
    assert begun.text == (
        "- Harbour (station 3 of winter) fails: camera pictures come in, and nothing goes out.\n\n"
        "https://art.example/console/\nWritten 2027-01-15 08:00 UTC.\n"
    )
    [alert] = begun.document["began"]
    assert (alert["rule"], alert["state"], alert["station"]) == ("station_failed", "firing", "harbour")
    assert over.subject == "Vernissage: over: Harbour (station 3 of winter) works again"
    assert "Over:\n- Harbour (station 3 of winter) works again. It lasted 2 minutes." in over.text
    assert over.document["ended"][0]["id"] == alert["id"] and begun.id != over.id
    assert desk.written() == [
        ("warning", "Harbour (station 3 of winter) fails: camera pictures come in, and nothing goes out."),
        ("info", "Harbour (station 3 of winter) works again."),
    ]


async def test_what_stands_when_the_house_closes_is_said_to_be_watched_no_more() -> None:
    wire = Wire()
    desk = Desk([wire])
    desk.goes_on(60, FAILED)
    desk.goes_on(40, CLOSED)
    await desk.sends_until(lambda: len(wire.messages) == 2)
    assert "is not watched any more: closed, switched off, or gone. Until then" in wire.messages[1].text


async def test_one_way_that_fails_is_written_down_and_the_other_goes_on() -> None:
    cut, whole = Wire(broken=True), Wire("mail")
    desk = Desk([cut, whole])
    desk.goes_on(60, FAILED)
    await desk.sends_until(lambda: bool(whole.messages) and len(desk.written()) == 2)
    assert desk.written()[1] == ("error", "An alert was not sent. The wire is cut.")
    desk.goes_on(400, FAILED)
    assert len(whole.messages) == 1


async def test_a_fault_that_nobody_thought_of_ends_nothing() -> None:
    odd, whole = Wire(fault=UnicodeError("label too long")), Wire("mail")
    desk = Desk([odd, whole])
    desk.goes_on(60, FAILED)
    await desk.sends_until(lambda: bool(whole.messages) and len(desk.written()) == 2)
    assert desk.written()[1] == ("error", "An alert was not sent. It failed: UnicodeError.")


async def test_what_arrived_nowhere_is_told_again() -> None:
    wire = Wire(broken=True)
    desk = Desk([wire])
    desk.goes_on(60, FAILED)
    await desk.sends_until(lambda: len(desk.written()) == 2)
    wire.broken = False
    desk.goes_on(400, FAILED)
    await desk.sends_until(lambda: bool(wire.messages))
    assert wire.messages[0].subject == "Vernissage: still so: Harbour (station 3 of winter) fails"


async def test_a_channel_that_stands_still_holds_nothing_up_and_bulletins_do_not_pile_up() -> None:
    wire = Wire()
    desk = Desk([wire])
    for _ in range(30):
        desk.goes_on(60, FAILED)
        desk.goes_on(100, READING)
    assert "An alert was not sent: too many wait for a slow channel." in [sentence for _, sentence in desk.written()]
    await desk.sends_until(lambda: len(wire.messages) == 20)


async def test_without_a_way_alerts_stand_and_nothing_is_kept_for_sending() -> None:
    desk = Desk([])
    desk.goes_on(100, FAILED)
    assert [alert.rule.id for alert in desk.alerts.standing.firing] == ["station_failed"]
    assert desk.alerts.channels == () and await desk.alerts.test("Ada", BEGAN_AT) == []


async def test_the_test_button_tries_every_way_once_and_says_what_became_of_it() -> None:
    cut, whole = Wire(broken=True), Wire("mail")
    desk = Desk([cut, whole])
    outcomes = await desk.alerts.test("Ada", BEGAN_AT)
    assert [(o.channel, o.sent, o.sentence) for o in outcomes] == [
        ("webhook", False, "The wire is cut."),
        ("mail", True, "The wire took it."),
    ]
    assert cut.tries == 1 and whole.messages[0].document["kind"] == "test"


async def test_two_people_do_not_test_at_the_same_time() -> None:
    wire = Wire()
    wire.gate.clear()
    desk = Desk([wire])
    first = asyncio.create_task(desk.alerts.test("Ada", BEGAN_AT))
    while not wire.tries:
        await asyncio.sleep(0)
    with pytest.raises(StillTestingError):
        await desk.alerts.test("Bo", BEGAN_AT)
    wire.gate.set()
    assert len(await first) == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5 seconds"), (75, "1 minute"), (720, "12 minutes"), (7000, "2 hours"), (200_000, "2 days")],
)
def test_durations_are_said_as_exactly_as_somebody_wants_to_know(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_by_default_there_is_no_way_and_what_is_configured_is_one() -> None:
    assert open_channels(Config().alerts, {}) == ()
    config = load_config(None, MAIL | {"alerts.webhook": "https://hooks.example/x"}).alerts
    assert [channel.name for channel in open_channels(config, {})] == ["webhook", "mail"]
    by_environment = open_channels(Config().alerts, {"VERNISSAGE_WEBHOOK_URL": "https://hooks.example/y"})
    assert [channel.name for channel in by_environment] == ["webhook"]


def test_a_secret_that_is_missing_or_wrong_stops_the_start_and_is_not_shown() -> None:
    with pytest.raises(ConfigError, match=r"smtp_user: expected its password in VERNISSAGE_SMTP_PASSWORD, got none"):
        open_channels(load_config(None, MAIL | {"alerts.smtp_user": "house"}).alerts, {})
    with pytest.raises(ConfigError, match=r"^VERNISSAGE_WEBHOOK_URL: expected https://host/path$"):
        open_channels(Config().alerts, {"VERNISSAGE_WEBHOOK_URL": "ftp://hooks.example/secret"})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alerts.webhook": "hooks.example"}, "[alerts] webhook: expected a text: empty, or https://host/path"),
        ({"alerts.webhook": "https://a.example/ x"}, "[alerts] webhook: expected a text"),
        ({"alerts.mail_to": ["b@art.example"]}, "[alerts] smtp_host, mail_from and mail_to: expected all of them"),
        (MAIL | {"alerts.mail_to": ["b@a.example\r\nBcc: c@a.example"]}, "[alerts] mail_to: expected a list"),
        (MAIL | {"alerts.mail_to": ["b@a.example, c@a.example"]}, "[alerts] mail_to: expected a list"),
        (MAIL | {"alerts.mail_from": "House <a@art.example>"}, "[alerts] mail_from: expected a text"),
        (
            MAIL | {"alerts.smtp_user": "house", "alerts.smtp_tls": "none"},
            "[alerts] smtp_tls: expected starttls",
        ),
    ],
)
def test_what_is_configured_wrongly_stops_the_start(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        load_config(None, changes)


def test_the_document_lists_every_rule_with_its_times() -> None:
    document = (Path(__file__).parents[3] / "docs" / "operating.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| .+ \| (\d+) s \| (\d+) s \| (\d+) h \|", document, re.MULTILINE)
    rules = Desk([]).alerts.rules
    assert listed == [(r.id, f"{r.hold_s:.0f}", f"{r.clear_s:.0f}", f"{r.repeat_s / 3600:.0f}") for r in rules]
