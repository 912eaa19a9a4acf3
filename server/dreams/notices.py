"""What phones are told of dreams: the texts of PROTOCOL.md, from values."""

from __future__ import annotations

from exhibit.dream import Made
from exhibit.protocol import encode_text
from server.dreams.requests import NotGrantedError

RETRY_S = 20  # where trying again may help


def queued(revision: int, place: int, estimate_s: int) -> str:
    """The wish waits, at which place and for about how long."""
    return encode_text("dream", revision=revision, state="queued", place=place, estimate_s=estimate_s)


def forming(revision: int, step: int, steps: int) -> str:
    """So many steps are done."""
    return encode_text("dream", revision=revision, state="forming", step=step, steps=steps)


def held(revision: int) -> str:
    """The picture waits for a curator."""
    return encode_text("dream", revision=revision, state="held")


def done(revision: int, made: Made, *, can_keep: bool) -> str:
    """The picture is there."""
    return encode_text("dream", revision=revision, state="done", made=made.as_json(), can_keep=can_keep)


def fallback(revision: int, *, texture: bool) -> str:
    """The picture was not let through; the curator's own comes instead, if there is one."""
    return encode_text("dream", revision=revision, state="fallback", texture=texture)


def refused(revision: int, error: NotGrantedError) -> str:
    """The wish is not made into a picture."""
    return encode_text(
        "dream",
        revision=revision,
        state="failed" if error.code in {"fault", "no_model"} else "refused",
        code=error.code,
        message=str(error),
        unknown=list(error.unknown) or None,
        retry_after_s=RETRY_S if error.code in {"busy", "no_model"} else None,
    )


def cancelled(revision: int) -> str:
    """The wish was taken back."""
    return encode_text("dream", revision=revision, state="cancelled")


def kept(revision: int, url: str, expires_at: str) -> str:
    """The picture is kept: where, and for how long."""
    return encode_text("kept", revision=revision, url=url, expires_at=expires_at)


def not_kept(code: str, message: str) -> str:
    """The picture is not kept."""
    return encode_text("kept", code=code, message=message)
