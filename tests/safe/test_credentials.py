"""The key of the database: outright, in a keyring, from a passphrase; never given twice, never on disk in plain."""

import random
from pathlib import Path

import keyring
import pytest
from keyring.backends.null import Keyring as NullKeyring

from desktop import credentials, paths
from records.errors import Correctable, Refused, Unavailable
from records.words import Words
from tests.safe.keyrings import MemoryKeyring

ENTROPY = random.Random(3).randbytes


class Person:
    """Somebody who types these passphrases, one after the other."""

    def __init__(self, *typed: str | None) -> None:
        self._typed = list(typed)

    def __call__(self, words: Words) -> str | None:
        """Types the next."""
        assert words.th
        return self._typed.pop(0)


def key(folder: Path, person: Person | None = None, **environ: str) -> bytes:
    """The key of a folder."""
    return credentials.database_key(folder, environ, person or Person(), ENTROPY)


def begin(folder: Path) -> None:
    """Makes the database file, as opening does."""
    (folder / paths.DATABASE).write_bytes(b"encrypted")


def test_a_key_said_outright_wins(tmp_path: Path, ring: MemoryKeyring) -> None:
    assert key(tmp_path, THONGTHIN_KEY="ab" * 32) == bytes.fromhex("ab" * 32)
    assert ring.kept == {}


@pytest.mark.parametrize("text", ["ab", "zz" * 32, "ab" * 33])
def test_a_key_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Correctable, match="64 hex digits"):
        key(tmp_path, THONGTHIN_KEY=text)


def test_a_keyring_keeps_a_key_made_at_first_start(tmp_path: Path, ring: MemoryKeyring) -> None:
    first = key(tmp_path)
    begin(tmp_path)
    assert len(first) == 32
    assert key(tmp_path) == first
    assert key(tmp_path / "other") != first
    assert not (tmp_path / paths.SALT).exists()


def test_a_database_whose_key_is_gone_is_never_given_a_new_one(tmp_path: Path, ring: MemoryKeyring) -> None:
    begin(tmp_path)
    with pytest.raises(Refused, match="data are untouched"):
        key(tmp_path)
    assert ring.kept == {}


def test_a_locked_keyring_can_be_tried_again(tmp_path: Path, ring: MemoryKeyring) -> None:
    ring.is_locked = True
    with pytest.raises(Unavailable, match="locked"):
        key(tmp_path)


@pytest.mark.usefixtures("no_ring")
def test_a_passphrase_gives_the_same_key_again_and_only_the_salt_is_kept(tmp_path: Path) -> None:
    first = key(tmp_path, Person("ความลับของเรา", "ความลับของเรา"))
    begin(tmp_path)
    assert key(tmp_path, Person("ความลับของเรา")) == first
    assert key(tmp_path, Person("ผิดแน่นอน")) != first
    kept = (tmp_path / paths.SALT).read_bytes()
    assert first.hex().encode() not in kept
    assert "ความลับ".encode() not in kept
    assert (tmp_path / paths.SALT).stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("no_ring")
@pytest.mark.parametrize(
    ("typed", "said"),
    [(("short",), "at least 8"), (("long enough", "different"), "differ"), ((None,), "no keyring"), (("",), "no keyring")],
)
def test_a_new_passphrase_must_be_long_and_typed_alike_twice(tmp_path: Path, typed: tuple[str | None, ...], said: str) -> None:
    with pytest.raises(Correctable, match=said):
        key(tmp_path, Person(*typed))
    assert not (tmp_path / paths.SALT).exists()


@pytest.mark.usefixtures("no_ring")
def test_a_database_without_keyring_and_salt_is_left_alone(tmp_path: Path) -> None:
    begin(tmp_path)
    with pytest.raises(Refused, match="key is not on this computer"):
        key(tmp_path, Person("anything at all", "anything at all"))


@pytest.mark.usefixtures("no_ring")
@pytest.mark.parametrize("text", ["", "garbage", "argon2id t=3 m=65536 p=4 !!!"])
def test_a_damaged_salt_is_said(tmp_path: Path, text: str) -> None:
    begin(tmp_path)
    (tmp_path / paths.SALT).write_text(text)
    with pytest.raises(Refused, match=r"thongthin\.salt"):
        key(tmp_path, Person("anything at all"))


def test_a_desk_that_began_with_a_passphrase_stays_with_it_when_a_keyring_appears(tmp_path: Path, ring: MemoryKeyring) -> None:
    keyring.set_keyring(NullKeyring())  # type: ignore[no-untyped-call]  # as above
    first = key(tmp_path, Person("a long passphrase", "a long passphrase"))
    begin(tmp_path)
    keyring.set_keyring(ring)
    assert key(tmp_path, Person("a long passphrase")) == first
