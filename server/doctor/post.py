"""Where alerts go: whether the mail server and the webhook's machine can be reached. Nothing is sent to either."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiosmtplib

from server.alerts.alerts import URL_VARIABLE
from server.config import AlertsConfig
from server.doctor.check import Finding, fault, skipped, well

REACH_S = 5.0


async def check_mail(alerts: AlertsConfig) -> Finding:
    """Connect, say hello, and take leave."""
    host, port = alerts.smtp_host, alerts.smtp_port
    if not host:
        return skipped("No mail is configured: alerts are not mailed.")
    client = aiosmtplib.SMTP(
        hostname=host,
        port=port,
        timeout=REACH_S,
        use_tls=alerts.smtp_tls == "tls",
        start_tls=alerts.smtp_tls == "starttls",
        tls_context=await asyncio.to_thread(ssl.create_default_context),
    )
    try:
        await client.connect()
        await client.ehlo()
        await client.quit()
    except (aiosmtplib.SMTPException, OSError) as error:
        words = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
        return fault(
            f"{host} port {port}: {words}.", "See [alerts] smtp_host, smtp_port and smtp_tls, and the firewall."
        )
    finally:
        client.close()
    return well(f"{host} port {port} says hello; the login and the addresses are tried by the test button.")


async def check_webhook(alerts: AlertsConfig, environ: Mapping[str, str]) -> Finding:
    """Find the machine by its name and connect. The address may itself be a secret: only its host is said."""
    url = environ.get(URL_VARIABLE) or alerts.webhook
    if not url:
        return skipped("No webhook is configured.")
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(REACH_S):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return fault(f"{host} does not answer within {REACH_S:.0f} s.", "See [alerts] webhook, and the firewall.")
    except OSError as error:
        return fault(f"{host} cannot be reached: {error.strerror or error}.", "See [alerts] webhook, and the firewall.")
    writer.close()
    return well(f"{host} can be reached.")
