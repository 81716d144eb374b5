"""Sealing what browsers keep, and the key of our own that does it where none is set."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledig.errors import Invalid
from ledig.web.seal import Broken, Seal, keys_in, own_key

KEY = bytes(range(32))
SEAL = Seal([KEY], "https://rooms.example.org")


def test_what_is_sealed_can_be_opened_but_not_read() -> None:
    sealed = SEAL.sealed(b"a secret", "test")

    assert SEAL.opened(sealed, "test") == b"a secret"
    assert sealed.replace("-", "").replace("_", "").replace("=", "").isalnum()
    assert SEAL.sealed(b"a secret", "test") != sealed


@pytest.mark.parametrize(
    ("seal", "purpose"),
    [
        (Seal([bytes(32)], "https://rooms.example.org"), "test"),
        (Seal([KEY], "https://other.example.org"), "test"),
        (SEAL, "another"),
    ],
    ids=["another key", "somebody else", "another purpose"],
)
def test_opens_nothing_that_was_sealed_otherwise(seal: Seal, purpose: str) -> None:
    with pytest.raises(Broken):
        seal.opened(SEAL.sealed(b"a secret", "test"), purpose)


def test_the_first_key_seals_and_all_open() -> None:
    new = Seal([bytes(32), KEY], "https://rooms.example.org")

    assert new.opened(SEAL.sealed(b"old", "test"), "test") == b"old"
    with pytest.raises(Broken):
        SEAL.opened(new.sealed(b"new", "test"), "test")


def test_keys_are_written_as_pythons_secrets_writes_them() -> None:
    """`secrets.token_urlsafe(32)`, separated by spaces or lines."""
    assert keys_in(" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n" + "A" * 43) == [KEY, bytes(32)]


def test_a_key_of_our_own_is_made_once_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    file = tmp_path / "ledig.db.key"

    made = own_key(file)

    assert len(made) == 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert own_key(file) == made
    assert list(tmp_path.iterdir()) == [file]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ledig.db.key"
    own_key(file)
    file.chmod(0o640)

    with pytest.raises(Invalid, match="chmod 600"):
        own_key(file)


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "ledig.db.key"
    file.touch(mode=0o600)
    file.write_bytes(content)

    with pytest.raises(Invalid, match="holds no key"):
        own_key(file)


def test_where_no_file_can_be_made_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"sign_in\.keys"):
        own_key(tmp_path / "nowhere" / "ledig.db.key")
