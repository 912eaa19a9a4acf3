"""A mail server that keeps what it is handed, and refuses what a test wants it to."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailSink:
    """Enough of SMTP (RFC 5321) for one letter at a time."""

    tls: ssl.SSLContext | None = None  # for STARTTLS; None: it offers none
    refuses: dict[str, str] = field(default_factory=dict)  # the beginning of a line: the answer to it
    said: list[str] = field(default_factory=list)  # by clients
    letters: list[str] = field(default_factory=list)
    login: str = ""
    port: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[MailSink]:
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := (await reader.readline()).decode().rstrip():
            self.said.append(line)
            answer = next((said for start, said in self.refuses.items() if line.startswith(start)), "")
            if answer == "silence":
                await asyncio.Event().wait()
            writer.write(f"{answer or self._answer(line)}\r\n".encode())
            if line == "STARTTLS":
                await writer.start_tls(self.tls)  # type: ignore[arg-type]
            if line == "DATA":
                self.letters.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                writer.write(b"250 taken\r\n")
        writer.close()

    def _answer(self, line: str) -> str:
        word = line.partition(" ")[0]
        if word == "AUTH":
            self.login = base64.b64decode(line.rsplit(maxsplit=1)[-1]).decode()
        offers = "250-sink\r\n250-STARTTLS\r\n250 AUTH PLAIN" if self.tls else "250-sink\r\n250 AUTH PLAIN"
        return {"EHLO": offers, "STARTTLS": "220 go on", "AUTH": "235 come in", "DATA": "354 go on"}.get(word, "250 ok")
