"""A house for the page under test: serves `mobile_client/` as the real server does, and the JavaScript tests beside it.

Knows no ticket and no socket: those are played by `server_double.py` inside the browser's network.
"""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "mobile_client"
UNITS = Path(__file__).parent / "units"
FIXTURES = ROOT / "tests" / "fixtures"
FOLDERS = {"client": CLIENT, "units": UNITS, "fixtures": FIXTURES}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; worker-src 'self'; "
    "connect-src 'self' ws: wss:; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}


def file_of(path: str) -> Path | None:
    """The file that an address stands for, or None."""
    if path.startswith("/v/"):
        return CLIENT / "index.html"
    _, folder, *rest = path.split("/")
    if folder not in FOLDERS:
        return None
    file = FOLDERS[folder].joinpath(*rest).resolve()
    return file if file.is_file() and file.is_relative_to(FOLDERS[folder]) else None


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        file = file_of(self.path.partition("?")[0])
        body = file.read_bytes() if file else b""
        self.send_response(200 if file else 404)
        self.send_header("Content-Length", str(len(body)))
        if file:
            self.send_header(
                "Content-Type", TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain"
            )
            self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """A test's output is no place for requests."""


@contextmanager
def open_house() -> Iterator[str]:
    """The address of a running house, like http://127.0.0.1:4711."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
