"""What browsers are told of every page, and that nothing on any page would need them to be told less."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import server
from server.api.headers import content_security_policy, dress, with_strict_transport

ROOT = Path(server.__file__).parents[1]
FILES = [*(ROOT / "mobile_client").rglob("*.html"), *(ROOT / "server").rglob("*.html")]
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
CODE = re.compile(
    r"\beval\(|\bnew Function\(|setAttribute\(\"(?:style|on[a-z]+)\"|innerHTML|insertAdjacentHTML|document\.write"
)


def test_the_policy_lets_nothing_inline_run_and_nothing_from_elsewhere() -> None:
    policy = content_security_policy("box:8443")
    assert "unsafe" not in policy and "*" not in policy and "default-src 'self'" in policy
    for name in ("object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'"):
        assert name in policy


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_has_no_code_and_no_style_in_itself(path: Path) -> None:
    assert INLINE.findall(path.read_text("utf-8")) == []


def test_no_script_writes_markup_or_runs_text() -> None:
    scripts = [*(ROOT / "mobile_client").rglob("*.js"), *(ROOT / "server").rglob("*.js")]
    assert len(scripts) > 50
    assert [path.name for path in scripts if CODE.search(path.read_text("utf-8"))] == []


def test_the_two_tests_above_would_find_some() -> None:
    assert all(
        INLINE.search(text) for text in ("<script>x()</script>", '<p style="a">', '<p onclick="x()">', "<style>")
    )
    assert all(CODE.search(text) for text in ("eval(x)", 'it.setAttribute("style", x)', "it.innerHTML = x"))


async def strict(vouched_for: Callable[[], bool], proxies: tuple[str, ...] = (), **headers: str) -> str | None:
    """What a page says of TLS to a browser that came without it, or through a proxy on this machine."""
    app = web.Application()
    app.on_response_prepare.append(dress)
    with_strict_transport(app, proxies, vouched_for)

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<p>", content_type="text/html")

    app.router.add_get("/", page)
    async with TestClient(TestServer(app)) as client:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return (await client.get("/", headers=sent)).headers.get("Strict-Transport-Security")


async def test_only_a_trusted_proxy_says_that_a_browser_came_by_tls() -> None:
    assert await strict(lambda: True) is None
    assert await strict(lambda: True, X_Forwarded_Proto="https") is None
    assert await strict(lambda: True, ("192.0.2.0/24",), X_Forwarded_Proto="https") is None
    assert await strict(lambda: False, ("127.0.0.0/8",), X_Forwarded_Proto="http") is None
    assert await strict(lambda: False, ("127.0.0.0/8",), X_Forwarded_Proto="https") == "max-age=15552000"
