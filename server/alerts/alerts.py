"""Alerts at work: each reading is looked at, what changed is written down, and messages go out beside all else."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from server.alerts.channel import Channel, NotSentError, deliver
from server.alerts.mail import Mail, Postbox
from server.alerts.messages import Letterhead, Message, write, write_test
from server.alerts.rules import Memory, Rule, look, rules_of
from server.alerts.standing import Alert, Bulletin, Standing, State
from server.alerts.thresholds import Thresholds, thresholds_of
from server.alerts.webhook import Webhook
from server.config import AlertsConfig, Config, ConfigError, is_web_address
from server.watch.journal import Journal
from server.watch.reading import Reading

log = logging.getLogger("vernissage.alerts")

URL_VARIABLE = "VERNISSAGE_WEBHOOK_URL"  # wins over the file: with many services whoever has the address may write
SECRET_VARIABLE = "VERNISSAGE_WEBHOOK_SECRET"
PASSWORD_VARIABLE = "VERNISSAGE_SMTP_PASSWORD"
MOST_WAITING = 20  # bulletins, while a channel is slow
AGAIN_S = 300.0  # after a bulletin that arrived nowhere
KIND = "alert"  # in the journal


class StillTestingError(Exception):
    """Somebody tests the channels at this moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, by one way."""

    channel: str
    sent: bool
    sentence: str


class Alerts:
    """Owns what stands. `take` is called with each reading; `run` sends."""

    def __init__(
        self,
        thresholds: Thresholds,
        channels: Sequence[Channel],
        journal: Journal,
        letterhead: Callable[[], Letterhead],
    ) -> None:
        self.rules: tuple[Rule, ...] = rules_of(thresholds)
        self.standing = Standing()
        self._thresholds, self._channels, self._journal, self._letterhead = thresholds, channels, journal, letterhead
        self._memory = Memory()
        self._post: asyncio.Queue[Bulletin] = asyncio.Queue(MOST_WAITING)
        self._testing = asyncio.Lock()

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the ways that messages go."""
        return tuple(channel.name for channel in self._channels)

    def take(self, reading: Reading) -> None:
        """Look at a reading. Neither waits nor fails."""
        turn = self.standing.take(reading.at, look(self.rules, reading, self._thresholds, self._memory))
        for alert in (*turn.began, *turn.ended):
            self._write_down(alert)
        if turn.bulletin is not None and self._channels:
            self._put(turn.bulletin)

    async def run(self) -> None:
        """Send bulletins, one after the other, until cancelled."""
        while True:
            bulletin = await self._post.get()
            message = write(bulletin, self._letterhead(), secrets.token_hex(16))
            outcomes = await asyncio.gather(*(self._send(channel, message) for channel in self._channels))
            if not any(outcome.sent for outcome in outcomes):
                self.standing.tell_again(AGAIN_S)

    async def test(self, person: str, at: float) -> list[Outcome]:
        """Send a test by every way, each tried once, since somebody waits. Raises StillTestingError."""
        if self._testing.locked():
            raise StillTestingError("somebody tests the channels at this moment")
        async with self._testing:
            message = write_test(person, at, self._letterhead(), secrets.token_hex(16))
            return list(await asyncio.gather(*(_outcome(channel, channel.send(message)) for channel in self._channels)))

    async def _send(self, channel: Channel, message: Message) -> Outcome:
        outcome = await _outcome(channel, deliver(channel, message))
        if not outcome.sent:
            self._journal.note(KIND, f"An alert was not sent. {outcome.sentence}", level="error", channel=channel.name)
        return outcome

    def _put(self, bulletin: Bulletin) -> None:
        if self._post.full():
            self._post.get_nowait()
            self._journal.note(KIND, "An alert was not sent: too many wait for a slow channel.", level="error")
        self._post.put_nowait(bulletin)

    def _write_down(self, alert: Alert) -> None:
        where = {"exhibition": alert.subject.exhibition, "station": alert.subject.station}
        sentence, level = (alert.sentence, "warning") if alert.state is State.FIRING else (f"{alert.headline}.", "info")
        self._journal.note(KIND, sentence, level=level, rule=alert.rule.id, **where)


async def _outcome(channel: Channel, sending: Awaitable[str]) -> Outcome:
    try:
        return Outcome(channel.name, True, await sending)
    except NotSentError as error:
        return Outcome(channel.name, False, str(error))
    except Exception as error:  # the task's edge: an address that nobody can be reached at, for one
        log.exception("an alert could not be sent by %s", channel.name)
        return Outcome(channel.name, False, f"It failed: {type(error).__name__}.")


def open_channels(config: AlertsConfig, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """The ways that are configured; secrets come from the environment. Raises ConfigError."""
    channels: list[Channel] = []
    if url := environ.get(URL_VARIABLE) or config.webhook:
        if not is_web_address(url):
            raise ConfigError(f"{URL_VARIABLE}: expected https://host/path")
        channels.append(Webhook(url, environ.get(SECRET_VARIABLE, "")))
    if config.smtp_host:
        password = environ.get(PASSWORD_VARIABLE, "")
        if config.smtp_user and not password:
            raise ConfigError(f"[alerts] smtp_user: expected its password in {PASSWORD_VARIABLE}, got none")
        channels.append(Mail(_postbox(config, password)))
    return tuple(channels)


def _postbox(config: AlertsConfig, password: str) -> Postbox:
    return Postbox(
        host=config.smtp_host,
        port=config.smtp_port,
        tls=config.smtp_tls,
        user=config.smtp_user,
        password=password if config.smtp_user else "",
        sender=config.mail_from,
        recipients=config.mail_to,
    )


def open_alerts(config: Config, environ: Mapping[str, str], journal: Journal, house: Callable[[], str]) -> Alerts:
    """Not running yet. house: the address of this server, as messages say it. Raises ConfigError."""
    channels = open_channels(config.alerts, environ)
    return Alerts(thresholds_of(config), channels, journal, lambda: Letterhead(house()))
