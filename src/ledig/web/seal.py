"""Seals what a browser keeps for us, so that it can neither be read nor changed there (AES-GCM)."""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledig.errors import Invalid

KEY_SIZE = 32
NONCE_SIZE = 12


class Broken(Exception):
    """No key of ours sealed this, or not for this purpose."""


class Seal:
    """The first key seals, all open: put a new one in front, and drop the old one when nothing sealed by it is left."""

    def __init__(self, keys: Sequence[bytes], whose: str) -> None:
        self._ciphers = [AESGCM(key) for key in keys]
        self._whose = whose

    def sealed(self, content: bytes, purpose: str) -> str:
        """Of letters that a cookie may have."""
        nonce = os.urandom(NONCE_SIZE)
        return urlsafe_b64encode(nonce + self._ciphers[0].encrypt(nonce, content, self._said(purpose))).decode()

    def opened(self, sealed: str, purpose: str) -> bytes:
        """Raises Broken."""
        try:
            content = urlsafe_b64decode(sealed)
        except ValueError:
            raise Broken from None
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(content[:NONCE_SIZE], content[NONCE_SIZE:], self._said(purpose))
            except (InvalidTag, ValueError):
                continue
        raise Broken

    def _said(self, purpose: str) -> bytes:
        return f"{self._whose} {purpose}".encode()


def keys_in(setting: str) -> list[bytes]:
    return [urlsafe_b64decode(f"{key}=") for key in setting.split()]


def own_key(file: Path) -> bytes:
    """A key of our own, made when it is first needed and kept in a file that nobody else may read.

    Raises Invalid where it is no such file.
    """
    try:
        if not file.exists():
            _make(file)
        if file.stat().st_mode & 0o077:
            raise Invalid(f"The key in {file} may be read by others: chmod 600 it, or set sign_in.keys.")
        key = file.read_bytes()
    except OSError as error:
        raise Invalid(f"The key in {file} cannot be read or made: {error.strerror}. Or set sign_in.keys.") from None
    if len(key) != KEY_SIZE:
        raise Invalid(f"{file} holds no key. Remove it, and people sign in once more; or set sign_in.keys.")
    return key


def _make(file: Path) -> None:
    """Whole or not at all; where two processes make one, the first one's counts."""
    with NamedTemporaryFile(dir=file.parent, prefix=file.name) as made:  # which only its owner may read
        made.write(secrets.token_bytes(KEY_SIZE))
        made.flush()
        try:
            os.link(made.name, file)
        except FileExistsError:
            return
