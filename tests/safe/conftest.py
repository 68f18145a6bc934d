"""Keyrings for tests of keys: one that works, and none."""

from collections.abc import Iterator

import keyring
import pytest
from keyring.backends.null import Keyring as NullKeyring

from tests.safe.keyrings import MemoryKeyring


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    """A real keyring for one test."""
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    """No keyring for one test."""
    before = keyring.get_keyring()
    keyring.set_keyring(NullKeyring())  # type: ignore[no-untyped-call]  # the library has no annotations here
    yield
    keyring.set_keyring(before)
