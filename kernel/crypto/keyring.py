"""The keys of one installation: encrypts fields, and makes fingerprints by which equal values are found.

A field is AES-256-GCM with a random 96-bit nonce. Its *context* (table, column, row) is authenticated with it, so that a
ciphertext copied into another row or column does not decrypt. With random nonces one key may encrypt 2^32 values (Source:
NIST SP 800-38D §8.3); an installation has thousands, and `kaidian keys rotate` begins a new key.

Layout: version (1 byte) · key id (4) · nonce (12) · ciphertext and tag (16).

Refuses: choosing which field of a person is shown to whom (`masking`, and the slices that own the field).
"""

import base64
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.crypto import keyfile
from kernel.crypto.keyfile import KeyFileBroken

FORMAT = 1
VERSION = b"\x01"
ID_BYTES = 4
NONCE_BYTES = 12
KEY_BYTES = 32
_HEAD = len(VERSION) + ID_BYTES
_SHORTEST = _HEAD + NONCE_BYTES + 16
_AGE_SECRET = "AGE-SECRET-KEY-"  # noqa: S105  how every such key begins


class Unreadable(Exception):  # noqa: N818 -- reads as the sentence it is
    """A field does not decrypt: another key, another row, or changed bytes. Says no more, on purpose."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one installation, immutable; `add_key` returns the next one."""

    installation_id: str
    current_id: bytes
    field_keys: Mapping[bytes, bytes] = field(repr=False)
    hash_key: bytes = field(repr=False)
    backup_identity: str = field(repr=False)

    @classmethod
    def generate(cls, installation_id: str) -> "Keyring":
        """Returns fresh keys."""
        key_id = secrets.token_bytes(ID_BYTES)
        return cls(
            installation_id=installation_id,
            current_id=key_id,
            field_keys={key_id: AESGCM.generate_key(256)},
            hash_key=secrets.token_bytes(KEY_BYTES),
            backup_identity=str(pyrage.x25519.Identity.generate()),
        )

    @classmethod
    def load(cls, path: Path | None, *, must_be_private: bool = True) -> "Keyring":
        """Returns the keys of a key file.

        Raises:
            KeyFileMissing, KeyFileOpen, KeyFileBroken: see `keyfile`.

        """
        if path is None:
            raise keyfile.KeyFileMissing(None)
        text = keyfile.read(path, must_be_private=must_be_private)
        try:
            return cls._parse(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # Of the error only its kind: its words may quote what stands in the file.
            raise KeyFileBroken(path, type(error).__name__) from None

    @classmethod
    def _parse(cls, content: Mapping[str, object]) -> "Keyring":
        if content["format"] != FORMAT:
            raise ValueError("format")
        keys = content["field_keys"]
        if not isinstance(keys, dict):
            raise TypeError("field_keys")
        ring = cls(
            installation_id=str(content["installation_id"]),
            current_id=bytes.fromhex(str(content["current_key"])),
            field_keys={bytes.fromhex(key_id): base64.b64decode(key, validate=True) for key_id, key in keys.items()},
            hash_key=base64.b64decode(str(content["hash_key"]), validate=True),
            backup_identity=str(content["backup_identity"]),
        )
        sizes = {(len(key_id), len(key)) for key_id, key in ring.field_keys.items()}
        whole = sizes == {(ID_BYTES, KEY_BYTES)} and len(ring.hash_key) == KEY_BYTES
        if not whole or ring.current_id not in ring.field_keys or not ring.backup_identity.startswith(_AGE_SECRET):
            raise ValueError("keys")
        return ring

    def as_text(self) -> str:
        """Returns what a key file holds."""
        content = {
            "about": "Kaidian key file. Without it encrypted fields and backups cannot be read. Keep it private.",
            "format": FORMAT,
            "installation_id": self.installation_id,
            "current_key": self.current_id.hex(),
            "field_keys": {key_id.hex(): _base64(key) for key_id, key in self.field_keys.items()},
            "hash_key": _base64(self.hash_key),
            "backup_identity": self.backup_identity,
        }
        return json.dumps(content, indent=2) + "\n"

    def add_key(self) -> "Keyring":
        """Returns these keys and a new one that encrypts from now on; what the old ones encrypted stays readable.

        The hash key stays for good: fingerprints are compared with each other, and of some values (a log-in name that
        was only typed) nothing but the fingerprint is kept, so no one could compute them anew.
        """
        key_id = secrets.token_bytes(ID_BYTES)
        while key_id in self.field_keys:
            key_id = secrets.token_bytes(ID_BYTES)
        return replace(
            self, current_id=key_id, field_keys={**self.field_keys, key_id: AESGCM.generate_key(KEY_BYTES * 8)}
        )

    @property
    def backup_recipient(self) -> str:
        """The public half of `backup_identity`: encrypts a backup, reads none."""
        return str(pyrage.x25519.Identity.from_str(self.backup_identity).to_public())

    def holds(self, other: "Keyring") -> bool:
        """Says whether every value that `other` reads or finds is read or found by these keys as well."""
        same = self.hash_key == other.hash_key and self.backup_identity == other.backup_identity
        return same and all(self.field_keys.get(key_id) == key for key_id, key in other.field_keys.items())

    def encrypt(self, plain: str, *, context: str) -> bytes:
        """Returns the ciphertext of a text; it decrypts only under the same `context`."""
        head = VERSION + self.current_id
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._ciphers[self.current_id].encrypt(nonce, plain.encode(), head + context.encode())
        return head + nonce + sealed

    def decrypt(self, sealed: bytes, *, context: str) -> str:
        """Returns the text of a ciphertext.

        Raises:
            Unreadable: the key is not ours, the context is another, or the bytes were changed.

        """
        head, nonce, body = sealed[:_HEAD], sealed[_HEAD : _HEAD + NONCE_BYTES], sealed[_HEAD + NONCE_BYTES :]
        cipher = self._ciphers.get(key_id_of(sealed))
        if cipher is None or len(sealed) < _SHORTEST or not sealed.startswith(VERSION):
            raise Unreadable
        try:
            return cipher.decrypt(nonce, body, head + context.encode()).decode()
        except InvalidTag:
            raise Unreadable from None

    def fingerprint(self, value: str, *, purpose: str) -> bytes:
        """Returns 32 bytes that equal values share and nobody without the hash key can compute or compare.

        Each purpose has a key of its own, so fingerprints of one column say nothing about another's. Widths, spaces
        and case do not count: `６１０…ｘ` and `610…X` are one number.
        """
        key = hmac.digest(self.hash_key, f"kaidian fingerprint of {purpose}".encode(), sha256)
        return hmac.digest(key, normalised(value).encode(), sha256)

    @cached_property
    def _ciphers(self) -> dict[bytes, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self.field_keys.items()}


def key_id_of(sealed: bytes) -> bytes:
    """Returns the id of the key that made a ciphertext."""
    return sealed[len(VERSION) : _HEAD]


def normalised(value: str) -> str:
    """Returns a value as it is compared: one width, no spaces, one case."""
    return "".join(unicodedata.normalize("NFKC", value).split()).casefold()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
