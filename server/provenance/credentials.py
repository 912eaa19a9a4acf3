"""Content Credentials: signs into a JPEG how it was made, and reads it back. Knows no visitor and no network.

The claim is C2PA's (Technical Specification 2.2): an action that says a trained model made the picture, and an
assertion of this project with everything that the card beside it says. There is no time stamp of an authority, for that
would need a network at each picture. What a picture was made from (a camera frame, the artwork) is not kept, so it
cannot be an ingredient; IPTC's term for the picture says that there was something.
"""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from exhibit.dream import Made, Source
from server.provenance.identity import Identity, ProvenanceError, open_identity

MADE = "org.vernissage.made"  # the assertion that holds Made
UNTRUSTED = "signingCredential.untrusted"  # what readers say of a certificate that nobody vouches for
_JPEG = "image/jpeg"
_SETTINGS = {
    "builder": {"thumbnail": {"enabled": False}},  # it would be half as large as the picture
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}
log = logging.getLogger("vernissage.provenance")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a picture says of itself."""

    state: str  # Trusted, Valid or, where the picture or the claim was changed, Invalid
    remarks: tuple[str, ...]  # C2PA's codes of what is not right
    manifest: dict[str, Any]  # the active one, as the library gives it

    @property
    def made(self) -> dict[str, Any] | None:
        """What Made.as_json wrote; None: it was not signed here."""
        found = (one["data"] for one in self.manifest.get("assertions", ()) if one["label"] == MADE)
        return next(found, None)


class Signer:
    """Signs pictures in one name. Every call is blocking, takes milliseconds, and may be made in any thread."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    @property
    def description(self) -> str:
        """For the operator: in whose name, and what that is worth."""
        worth = "made by this installation, which no reader trusts" if self._identity.own else "the gallery's own"
        return f"{self._identity.name} ({worth}; until {self._identity.until:%Y-%m-%d})"

    @property
    def trusted(self) -> bool:
        """Whether anybody outside may know the name."""
        return not self._identity.own

    def sign(self, jpeg: bytes, made: Made) -> bytes:
        """The JPEG with its credentials, some 4 kB more. Raises ProvenanceError."""
        import c2pa  # a large library, loaded when the first picture is kept

        identity, signed = self._identity, io.BytesIO()
        about = c2pa.C2paSignerInfo(identity.algorithm, identity.chain, identity.key, None)
        try:
            with c2pa.Signer.from_info(about) as signer, c2pa.Builder(manifest_of(made), _context()) as builder:
                builder.sign(signer, _JPEG, io.BytesIO(jpeg), signed)
        except c2pa.C2paError as error:
            raise ProvenanceError(f"the picture could not be signed: {error}") from error
        return signed.getvalue()


def open_signer(folder: Path, certificate: str = "", key: str = "") -> Signer:
    """A signer with the gallery's certificate chain and key, both PEM files, or with ones kept in the folder, made by
    this installation. It has signed a picture when this returns.

    Raises ProvenanceError for a certificate or key that cannot be used, with the reason.
    """
    identity = open_identity(folder, certificate, key)
    signer = Signer(identity)
    found = read(signer.sign(_sample(), _SAMPLE))
    if found.state == "Invalid":
        faults = ", ".join(code for code in found.remarks if code != UNTRUSTED)
        raise ProvenanceError(f"expected a certificate that C2PA takes for signing, got one with: {faults}")
    if UNTRUSTED in found.remarks and identity.own:
        log.warning(
            "kept pictures are signed with a certificate that this installation made: readers will say that its "
            "signer is not known; docs/dreams.md says how to use the gallery's own"
        )
    return signer


def read(jpeg: bytes) -> Credentials:
    """What a picture says of itself, checked. Raises ProvenanceError where it has no credentials."""
    import c2pa

    try:
        with c2pa.Reader(_JPEG, io.BytesIO(jpeg), context=_context()) as reader:
            told = json.loads(reader.json())
    except c2pa.C2paError as error:
        raise ProvenanceError(f"this picture has no Content Credentials that can be read: {error}") from error
    remarks = tuple(dict.fromkeys(status["code"] for status in told.get("validation_status", ())))
    return Credentials(told["validation_state"], remarks, told["manifests"][told["active_manifest"]])


def manifest_of(made: Made) -> dict[str, Any]:
    """What is claimed, as the library takes it."""
    agent = {"name": made.model}
    created = {"action": "c2pa.created", "when": made.made_at, "softwareAgent": agent}
    actions = [created | {"digitalSourceType": made.digital_source_type}]
    if made.styles:
        styles = ", ".join(made.styles)
        painted = f"Repainted in the style of {styles} by a trained model"
        actions.append({"action": "c2pa.edited", "when": made.made_at, "description": painted})
    return {
        "claim_generator_info": [{"name": "Vernissage", "version": version("vernissage")}],
        "title": f"{made.station}: {made.words}"[:200],
        "format": _JPEG,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions, "allActionsIncluded": True}, "created": True},
            {"label": MADE, "data": made.as_json(), "kind": "Json", "created": True},
        ],
    }


def _context() -> Any:
    import c2pa

    return c2pa.Context(settings=c2pa.Settings.from_dict(_SETTINGS))


def _sample() -> bytes:
    """A JPEG to try a certificate on."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG")
    return file.getvalue()


_SAMPLE = Made(
    exhibition="", station="", artwork="", words="", source=Source.WORDS, model="", licence="", training_data="",
    seed=0, steps=0, styles={}, made_at="2026-01-01T00:00:00Z",
)  # fmt: skip
