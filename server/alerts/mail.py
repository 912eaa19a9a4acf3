"""Messages by e-mail, through somebody's mail server (SMTP, RFC 5321), with TLS from the start or by STARTTLS.

aiosmtplib rather than the standard library's client in a thread: a try that is given up is given up at once, and leaves
no thread behind that waits for a server which says nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from server.alerts.channel import NotSentError
from server.alerts.messages import Message
from server.alerts.rules import one_line

TIMEOUT_S = 15.0
GOODBYE_S = 2.0
SAID_CHARS = 200


@dataclass(frozen=True, slots=True)
class Postbox:
    """A mail server, and from whom to whom."""

    host: str
    port: int
    tls: str  # starttls, tls, none
    user: str  # "": it asks nobody who they are
    password: str
    sender: str
    recipients: tuple[str, ...]


class Mail:
    """One mail to all recipients."""

    name = "mail"

    def __init__(self, postbox: Postbox, trust: ssl.SSLContext | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._postbox, self._trust, self._timeout_s = postbox, trust, timeout_s

    async def send(self, message: Message) -> str:
        """Hand it to the mail server. Raises NotSentError."""
        letter, box = compose(message, self._postbox.sender, self._postbox.recipients), self._postbox
        try:
            async with asyncio.timeout(self._timeout_s):
                refused = await self._hand_over(letter)
        except aiosmtplib.SMTPRecipientsRefused as error:
            again = any(refused.code < 500 for refused in error.recipients)
            raise self._not_sent(f"it refused every address ({_said(error.recipients[0])})", again=again) from None
        except aiosmtplib.SMTPResponseException as error:
            raise self._not_sent(f"it answered {error.code} {_said(error)}", again=error.code < 500) from None
        except TimeoutError:  # aiosmtplib's own among them
            raise self._not_sent(f"it said nothing for {self._timeout_s:g} s", again=True) from None
        except OSError as error:  # lost connections are aiosmtplib's, too
            raise self._not_sent(f"the connection failed ({_said(error)})", again=True) from None
        except aiosmtplib.SMTPException as error:
            raise self._not_sent(f"it cannot do what is configured ({_said(error)})", again=False) from None
        if refused:
            raise self._not_sent(f"it refused {', '.join(refused)}, and took it for the others", again=False)
        people = "1 address" if len(box.recipients) == 1 else f"{len(box.recipients)} addresses"
        return f"The mail server {box.host} took it for {people}."

    async def _hand_over(self, letter: EmailMessage) -> Sequence[str]:
        """Which recipients are refused, where others are not."""
        box, trust = self._postbox, self._trust or await asyncio.to_thread(ssl.create_default_context)  # it reads files
        client = aiosmtplib.SMTP(
            hostname=box.host,
            port=box.port,
            username=box.user or None,
            password=box.password or None,
            use_tls=box.tls == "tls",
            start_tls=box.tls == "starttls",
            tls_context=trust,
            timeout=self._timeout_s,
        )
        try:
            await client.connect()
            refused, _ = await client.send_message(letter, sender=box.sender, recipients=box.recipients)
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):  # the letter is theirs already
                await client.quit(timeout=GOODBYE_S)
        finally:
            client.close()  # at once: its own context says goodbye first, and would wait for whoever says nothing
        return list(refused)

    def _not_sent(self, why: str, *, again: bool) -> NotSentError:
        return NotSentError(f"The mail server {self._postbox.host} did not take it: {why}.", again=again)


def compose(message: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """The message as a mail. Its headers are one line each: EmailMessage raises ValueError for any that is not."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, ", ".join(recipients)
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office notes come back
    letter.set_content(message.text)
    return letter


def _said(error: Exception) -> str:
    """What a server said; a text of somebody else's."""
    return one_line(str(getattr(error, "message", error)), SAID_CHARS).rstrip(".") or type(error).__name__
