"""Kept pictures say how they were made, in words that nobody can change without it being seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import made
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import NameOID

from exhibit.dream import AI_EDITED, AI_MADE, Made, Source
from server.certificate import make_identity as make_server_identity
from server.provenance import identity
from server.provenance.credentials import UNTRUSTED, Signer, open_signer, read
from server.provenance.identity import ProvenanceError, open_identity

MADE = replace(made.MADE, words="calm blue, شمس, 光", styles={}, understood=())
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    """256 x 256, and noisy: no part of it is like another."""
    import cv2
    import numpy as np

    pixels = np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8)
    return bytes(cv2.imencode(".jpg", pixels)[1].tobytes())


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return open_signer(tmp_path_factory.mktemp("credentials"))


@pytest.fixture(scope="module")
def signed(signer: Signer, jpeg: bytes) -> bytes:
    return signer.sign(jpeg, MADE)


def test_a_signed_picture_is_read_back_by_the_library_as_valid_and_says_that_nobody_vouches_for_it(
    signed: bytes,
) -> None:
    found = read(signed)
    assert (found.state, found.remarks) == ("Valid", (UNTRUSTED,))


def test_it_says_everything_that_the_card_beside_it_says(signed: bytes) -> None:
    made = read(signed).made
    assert made is not None
    assert Made.from_json(made) == MADE


@pytest.mark.parametrize(
    ("source", "expected"),
    [(Source.WORDS, AI_MADE), (Source.CAMERA, AI_EDITED), (Source.ARTWORK, AI_EDITED), (Source.PICTURE, AI_EDITED)],
)
def test_its_first_action_says_that_a_trained_model_made_it(
    signer: Signer, jpeg: bytes, source: Source, expected: str
) -> None:
    action = _actions(signer.sign(jpeg, replace(MADE, source=source)))[0]
    assert (action["action"], action["digitalSourceType"]) == ("c2pa.created", expected)
    assert action["softwareAgent"] == {"name": "Pigment"}


def test_repainting_it_is_an_action_of_its_own(signer: Signer, jpeg: bytes, signed: bytes) -> None:
    second = _actions(signer.sign(jpeg, replace(MADE, styles={"Wave": 1.0})))[1]
    assert second["action"] == "c2pa.edited"
    assert "Wave" in second["description"]
    assert len(_actions(signed)) == 1


def test_one_byte_changed_is_seen(signed: bytes, jpeg: bytes) -> None:
    damaged = bytearray(signed)
    damaged[-len(jpeg) // 2] ^= 1
    found = read(bytes(damaged))
    assert found.state == "Invalid"
    assert "assertion.dataHash.mismatch" in found.remarks


def test_a_word_changed_in_the_claim_is_seen(signed: bytes) -> None:
    found = read(signed.replace(b"calm blue", b"calm bleu"))
    assert found.state == "Invalid"
    assert "assertion.hashedURI.mismatch" in found.remarks


def test_the_picture_itself_is_left_as_it_is_and_grows_by_less_than_eight_kilobytes(signed: bytes, jpeg: bytes) -> None:
    assert signed.endswith(jpeg[-1000:])
    assert len(signed) - len(jpeg) < 8192


def test_a_picture_without_credentials_is_refused(jpeg: bytes) -> None:
    with pytest.raises(ProvenanceError, match="no Content Credentials"):
        read(jpeg)


def test_what_is_no_jpeg_is_not_signed(signer: Signer) -> None:
    with pytest.raises(ProvenanceError, match="could not be signed"):
        signer.sign(b"no picture", MADE)


def test_the_installation_says_of_its_own_certificate_that_no_reader_trusts_it(signer: Signer) -> None:
    assert "no reader trusts" in signer.description
    assert not signer.trusted


# -- certificates -------------------------------------------------------------------------------------------------


def test_a_second_start_signs_in_the_same_name(tmp_path: Path) -> None:
    assert open_identity(tmp_path).chain == open_identity(tmp_path).chain


def test_the_key_is_read_by_its_owner_only_and_the_authoritys_is_nowhere(tmp_path: Path) -> None:
    open_identity(tmp_path / "credentials")
    folder = tmp_path / "credentials"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        identity.CERTIFICATE: 0o600,
        identity.KEY: 0o600,
    }


def test_one_that_is_about_to_end_is_made_anew(tmp_path: Path) -> None:
    first = open_identity(tmp_path)
    assert open_identity(tmp_path, now=NOW + identity.LIFE - timedelta(days=89)).chain != first.chain


def test_a_damaged_one_of_our_own_is_made_anew(tmp_path: Path) -> None:
    open_identity(tmp_path)
    (tmp_path / identity.KEY).write_text("nothing")
    assert open_identity(tmp_path).key.startswith(b"-----BEGIN PRIVATE KEY")


@pytest.mark.parametrize(("kind", "algorithm"), [("ec", "es256"), ("rsa", "ps256")])
def test_the_gallerys_own_certificate_signs(tmp_path: Path, jpeg: bytes, kind: str, algorithm: str) -> None:
    paths = _gallery(tmp_path, rsa.generate_private_key(65537, 2048) if kind == "rsa" else None)
    assert open_identity(tmp_path, *paths).algorithm == algorithm
    signer = open_signer(tmp_path, *paths)
    assert "A museum (the gallery's own" in signer.description
    signed = read(signer.sign(jpeg, MADE))
    assert signed.state == "Valid"
    assert signed.manifest["signature_info"]["common_name"] == "A museum"


def test_one_file_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError, match="expected both"):
        open_signer(tmp_path, certificate="certificate.pem")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProvenanceError, match=r"none\.pem: No such file"):
        open_signer(tmp_path, str(tmp_path / "none.pem"), str(tmp_path / "none.key"))


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    certificate, _ = _gallery(tmp_path)
    (tmp_path / "other.key").write_bytes(_pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(ProvenanceError, match="expected the key of the first certificate"):
        open_signer(tmp_path, certificate, str(tmp_path / "other.key"))


def test_a_key_with_a_password_is_refused(tmp_path: Path) -> None:
    certificate, key = _gallery(tmp_path)
    Path(key).write_text("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n-----END ENCRYPTED PRIVATE KEY-----\n")
    with pytest.raises(ProvenanceError, match="without a password"):
        open_signer(tmp_path, certificate, key)


def test_a_certificate_that_has_ended_is_refused(tmp_path: Path) -> None:
    paths = _gallery(tmp_path, now=NOW - 2 * identity.LIFE)
    with pytest.raises(ProvenanceError, match="valid today"):
        open_signer(tmp_path, *paths)


def test_a_weak_key_is_refused(tmp_path: Path) -> None:
    paths = _gallery(tmp_path, rsa.generate_private_key(65537, 1024))
    with pytest.raises(ProvenanceError, match="2048 bits"):
        open_signer(tmp_path, *paths)


def test_a_servers_certificate_signed_by_itself_is_refused(tmp_path: Path) -> None:
    made = make_server_identity(("museum",), ())
    paths = tmp_path / "c.pem", tmp_path / "k.pem"
    paths[0].write_bytes(made.certificate)
    paths[1].write_bytes(made.key)
    with pytest.raises(ProvenanceError, match="sign"):
        open_signer(tmp_path, *map(str, paths))


def _actions(jpeg: bytes) -> list[dict]:  # type: ignore[type-arg]
    assertions = read(jpeg).manifest["assertions"]
    return next(one["data"]["actions"] for one in assertions if one["label"] == "c2pa.actions.v2")  # type: ignore[no-any-return]


def _pem(key: CertificateIssuerPrivateKeyTypes) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _gallery(folder: Path, key: CertificateIssuerPrivateKeyTypes | None = None, now: datetime = NOW) -> tuple[str, str]:
    """The files of a museum that has an authority above it."""
    own: CertificateIssuerPrivateKeyTypes = key or ec.generate_private_key(ec.SECP256R1())
    above = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority")])
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "A museum"), x509.NameAttribute(NameOID.COMMON_NAME, "A museum")]
    )
    root = identity._certificate(issuer, issuer, above, above, now, authority=True)
    leaf = identity._certificate(subject, issuer, own, above, now, authority=False)  # type: ignore[arg-type]
    paths = folder / "museum.pem", folder / "museum.key"
    paths[0].write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, root)))
    paths[1].write_bytes(_pem(own))
    assert isinstance(leaf.signature_hash_algorithm, hashes.SHA256)
    return str(paths[0]), str(paths[1])
