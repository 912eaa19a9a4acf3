"""Alerts by mail: a real conversation with a mail server, over TLS, and whatever it may say instead."""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from mail_sink import MailSink

from server.alerts.channel import NotSentError, deliver
from server.alerts.mail import Mail, Postbox, compose
from server.alerts.messages import Letterhead, write_test
from server.certificate import make_identity

MESSAGE = write_test("Ada", 1_800_000_000.0, Letterhead("https://art.example"), "0" * 32)
POSTBOX = Postbox("localhost", 0, "none", "", "", "house@art.example", ("ada@art.example", "bo@art.example"))
TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture(name="tls", scope="module")
def _tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's end, and that of a client who trusts it."""
    identity, file = make_identity(["localhost"], []), tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(identity.certificate + identity.key)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(file)
    return served, ssl.create_default_context(cafile=str(Path(file)))


async def refusal(sink: MailSink, **changes: str) -> NotSentError:
    async with sink.listening():
        with pytest.raises(NotSentError) as error:
            await Mail(replace(POSTBOX, port=sink.port, **changes), TRUSTS_NOBODY, timeout_s=1.0).send(MESSAGE)  # type: ignore[arg-type]
    return error.value


async def test_a_letter_arrives_over_starttls_with_a_login(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with MailSink(tls[0]).listening() as sink:
        box = replace(POSTBOX, port=sink.port, tls="starttls", user="house", password="geheim")
        said = await Mail(box, tls[1]).send(MESSAGE)
    assert said == "The mail server localhost took it for 2 addresses."
    assert sink.login == "\x00house\x00geheim"
    assert sink.said.index("STARTTLS") < next(n for n, line in enumerate(sink.said) if line.startswith("AUTH"))
    letter = email.message_from_string(sink.letters[0], policy=email.policy.default)
    assert letter["Subject"] == "Vernissage: a test" and letter["To"] == "ada@art.example, bo@art.example"
    assert letter["Message-ID"] == f"<{'0' * 32}@art.example>" and letter["Auto-Submitted"] == "auto-generated"
    assert "a test that Ada asked for" in letter.get_content()


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    error = await refusal(sink := MailSink(tls[0]), tls="starttls", user="house", password="geheim")
    assert "certificate verify failed" in str(error).lower() and sink.login == "" and "geheim" not in str(error)


async def test_where_starttls_is_wanted_nothing_goes_without_it() -> None:
    error = await refusal(sink := MailSink(), tls="starttls", user="house", password="geheim")
    assert "STARTTLS extension not supported" in str(error) and not error.again
    assert sink.login == "" and sink.letters == []


@pytest.mark.parametrize(
    ("line", "answer", "sentence", "again"),
    [
        ("MAIL", "451 come back later", "it answered 451 come back later.", True),
        ("MAIL", "550 not from here", "it answered 550 not from here.", False),
        ("RCPT", "450 greylisted", "it refused every address (greylisted).", True),
        ("RCPT", "550 nobody here", "it refused every address (nobody here).", False),
        ("RCPT TO:<bo@", "550 who?", "it refused bo@art.example, and took it for the others.", False),
        ("DATA", "silence", "it said nothing for 1 s.", True),
    ],
)
async def test_what_a_server_refuses_is_said_and_tried_again_where_that_may_help(
    line: str, answer: str, sentence: str, again: bool
) -> None:
    error = await refusal(MailSink(refuses={line: answer}))
    assert str(error) == f"The mail server localhost did not take it: {sentence}"
    assert error.again is again


async def test_a_server_that_is_not_there_is_asked_three_times() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    with pytest.raises(NotSentError, match="did not take it: the connection failed"):
        await deliver(Mail(replace(POSTBOX, port=1), TRUSTS_NOBODY), MESSAGE, sleep)
    assert pauses == [1.0, 4.0]


async def test_a_try_that_is_cancelled_ends_at_once() -> None:
    async with MailSink(refuses={"EHLO": "silence"}).listening() as sink:
        sending = asyncio.create_task(Mail(replace(POSTBOX, port=sink.port)).send(MESSAGE))
        while not sink.said:
            await asyncio.sleep(0.01)
        sending.cancel()
        async with asyncio.timeout(5):  # and not the fifteen seconds that the server is given
            assert isinstance((await asyncio.gather(sending, return_exceptions=True))[0], asyncio.CancelledError)


@pytest.mark.parametrize(
    "header",
    [{"subject": "Hello\r\nBcc: all@art.example"}, {"id": "x\n@a"}],
    ids=["subject", "id"],
)
def test_a_header_of_two_lines_is_refused(header: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        compose(replace(MESSAGE, **header), POSTBOX.sender, POSTBOX.recipients)  # type: ignore[arg-type]
