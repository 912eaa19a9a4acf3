"""A worker's end of the socket pair: whole messages to the server from any thread, and the server's one by one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from server.worker.wire import PREFIX, Kind, Message, pack, unpack


class Line:
    """Speaks with the server."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._sending = threading.Lock()

    def say(self, kind: Kind, head: Mapping[str, Any], pictures: Sequence[bytes] = ()) -> None:
        """Send one message. Raises OSError when the server has gone."""
        message = pack(kind, dict(head), pictures)
        with self._sending:
            self._connection.sendall(message)

    def hear(self) -> Message | None:
        """The next message, or None when the server has gone. For one thread."""
        return receive(self._connection)


def receive(connection: socket.socket) -> Message | None:
    """The next message, or None when the other side has gone."""
    prefix = _exactly(connection, PREFIX.size)
    if prefix is None:
        return None
    text_length, body_length = PREFIX.unpack(prefix)
    text, body = _exactly(connection, text_length), _exactly(connection, body_length)
    return None if text is None or body is None else unpack(text, body)


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    buffer = bytearray(count)
    view, at = memoryview(buffer), 0
    while at < count:
        got = connection.recv_into(view[at:])
        if got == 0:
            return None
        at += got
    return bytes(buffer)
