"""Keeps the class's certificates on disk: made once, renewed when addresses change or the end is near.

A short program of its own (`kaidian certificate`) runs this, so that the supervisor never holds the library in memory.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509 import Certificate

from app.tls import authority
from app.tls.authority import Pair
from app.tls.files import Files

PRIVATE_MODE = 0o600
OTHERS = 0o077


class ExposedKey(Exception):  # noqa: N818 -- reads as the sentence it is
    """Others on this machine can read a private key."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True)
class Issued:
    """What the server will show; `is_new_authority` means that phones must trust anew."""

    fingerprint: str
    last_day: datetime
    is_new_authority: bool


def ensure(files: Files, addresses: Sequence[str], now: datetime) -> Issued:
    """Has a good certificate for `addresses` on disk; makes or renews what is missing, old or for other addresses.

    Raises:
        ExposedKey: a key lies open to others; it is not used and not replaced behind the user's back.

    """
    with _locked(files.folder):
        root = _read(files.authority, files.authority_key)
        fresh = root is None or not authority.may_vouch_for(root.certificate, addresses, now)
        if root is None or fresh:
            root = authority.new_authority(addresses, now)
            _write(root, files.authority, files.authority_key)
        leaf = _read(files.leaf, files.leaf_key)
        if leaf is None or not authority.is_good(leaf.certificate, root.certificate, addresses, now):
            leaf = authority.issue(root, addresses, now)
            _write(leaf, files.leaf, files.leaf_key)
    mark = authority.fingerprint(root.certificate)
    return Issued(mark, leaf.certificate.not_valid_after_utc, is_new_authority=fresh)


def certificate_at(path: Path) -> Certificate | None:
    """Returns the certificate of a file; None when it is missing or broken."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None


def _read(path: Path, key_path: Path) -> Pair | None:
    """Returns a certificate with the key that belongs to it; None when one of them is missing, broken or another's."""
    certificate = certificate_at(path)
    try:
        if key_path.stat().st_mode & OTHERS:
            raise ExposedKey(key_path)
        key = load_pem_private_key(key_path.read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    if certificate is None or not isinstance(key, EllipticCurvePrivateKey):
        return None
    return Pair(key, certificate) if key.public_key() == certificate.public_key() else None


def _write(pair: Pair, path: Path, key_path: Path) -> None:
    """Replaces both files; a power cut between them leaves a pair that does not match and is made anew."""
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for target, content in ((key_path, key), (path, pair.certificate.public_bytes(Encoding.PEM))):
        beside = target.with_suffix(".new")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keeps two installations that start at once from writing half a pair each."""
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    for private in (folder.parent, folder):  # `parents=True` would leave the one between open
        private.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
