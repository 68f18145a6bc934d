"""The recovery code opens what a lost keyring or a forgotten passphrase locked; slips are named."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop import credentials, paths, recovery_code
from desktop.app import open_office
from records.errors import Correctable, Refused
from records.words import Language, Words
from tests.offices import thongthin
from tests.safe.keyrings import MemoryKeyring

ENTROPY = random.Random(5).randbytes
NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = bytes(range(32))


def answering(*answers: str) -> Callable[[Words], str | None]:
    """A person who answers so, in this order."""
    left = list(answers)
    return lambda _: left.pop(0)


@given(st.integers(0, 10**6), st.integers(0, 29), st.sampled_from(recovery_code.ALPHABET))
def test_every_wrong_letter_is_noticed_and_its_group_named(seed: int, at: int, letter: str) -> None:
    code = recovery_code.new_code(random.Random(seed).randbytes)
    letters = list(code.replace("-", ""))
    before, letters[at] = letters[at], letter

    if before == letter:
        assert recovery_code.read_code("".join(letters)) == code
        return
    with pytest.raises(Correctable) as told:
        recovery_code.read_code("".join(letters))
    assert f" {at // 5 + 1} " in told.value.message.en


@given(st.integers(0, 10**6), st.integers(0, 5), st.integers(0, 5))
def test_groups_that_changed_places_are_noticed(seed: int, one: int, other: int) -> None:
    groups = recovery_code.new_code(random.Random(seed).randbytes).split("-")
    groups[one], groups[other] = groups[other], groups[one]
    if one != other and groups[one] != groups[other]:
        with pytest.raises(Correctable):
            recovery_code.read_code("-".join(groups))


def test_small_letters_spaces_and_letters_that_look_alike_are_understood() -> None:
    code = next(c for c in (recovery_code.new_code(ENTROPY) for _ in range(999)) if "0" in c and "1" in c)
    assert recovery_code.read_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


def test_the_key_file_holds_the_key_only_for_the_code(tmp_path: Path) -> None:
    code = credentials.make_code(tmp_path, KEY, ENTROPY, NOW)
    written = (tmp_path / paths.KEY).read_bytes()

    assert KEY not in written
    assert KEY.hex().encode() not in written
    assert code.encode() not in written
    assert json.loads(written)["locks"]["code"]["m"] == 65_536
    assert credentials.key_by_code(tmp_path / paths.KEY, code) == KEY
    other = credentials.make_code(tmp_path, KEY, ENTROPY, NOW)
    with pytest.raises(Correctable, match="newest"):
        credentials.key_by_code(tmp_path / paths.KEY, code)
    assert credentials.key_by_code(tmp_path / paths.KEY, other) == KEY


def test_a_damaged_key_file_is_said_and_never_taken_for_a_key(tmp_path: Path) -> None:
    code = credentials.make_code(tmp_path, KEY, ENTROPY, NOW)
    (tmp_path / paths.KEY).write_bytes((tmp_path / paths.KEY).read_bytes().replace(b'"wrapped": "', b'"wrapped": "A', 1))
    with pytest.raises(Correctable):
        credentials.key_by_code(tmp_path / paths.KEY, code)
    (tmp_path / paths.KEY).write_bytes(b"{")
    with pytest.raises(Refused, match=r"backup set"):
        credentials.key_by_code(tmp_path / paths.KEY, code)


def test_a_lost_keyring_asks_for_the_code_and_gets_the_key_back(tmp_path: Path, ring: MemoryKeyring) -> None:
    office = open_office(tmp_path, environ={})
    code = office.keys.make_code().code
    key = office.database.key
    office.close()
    ring.kept.clear()

    with pytest.raises(Refused) as alone:
        open_office(tmp_path, environ={})
    open_office(tmp_path, environ={}, ask=answering(code.lower())).close()

    assert alone.value.code == "key-gone"
    assert [key.hex()] == list(ring.kept.values())
    open_office(tmp_path, environ={}).close()


def test_a_lost_keyring_on_the_command_line_takes_the_code_from_the_environment(tmp_path: Path, ring: MemoryKeyring) -> None:
    made = thongthin(tmp_path, "recovery-code", "--new", "--json", environ={})
    ring.kept.clear()

    refused = thongthin(tmp_path, "status", environ={})
    wrong = thongthin(tmp_path, "status", environ={"THONGTHIN_RECOVERY_CODE": "AAAAA"})
    opened = thongthin(tmp_path, "status", environ={"THONGTHIN_RECOVERY_CODE": made.json["code"]})

    assert (made.code, refused.code, wrong.code, opened.code) == (0, 1, 1, 0)
    assert "recovery code" in refused.err
    assert thongthin(tmp_path, "recovery-code", "--json", environ={}).json == {"recovery_code": True}


@pytest.mark.usefixtures("no_ring")
def test_a_forgotten_passphrase_is_replaced_by_way_of_the_code(tmp_path: Path) -> None:
    office = open_office(tmp_path, environ={}, ask=answering("รหัสผ่านเดิม", "รหัสผ่านเดิม"))
    code = office.keys.make_code().code
    office.close()

    open_office(tmp_path, environ={}, ask=answering(code, "รหัสผ่านใหม่", "รหัสผ่านใหม่")).close()
    open_office(tmp_path, environ={}, ask=answering("รหัสผ่านใหม่")).close()

    with pytest.raises(Refused) as wrong:
        open_office(tmp_path, environ={}, ask=answering("รหัสผ่านเดิม"))
    assert wrong.value.code == "wrong-key"


def test_a_new_code_opens_the_backups_made_before_it_too(tmp_path: Path) -> None:
    office = open_office(tmp_path, Language.ENGLISH, environ={"THONGTHIN_KEY": "22" * 32})
    office.keys.make_code()
    backup = office.backups.make(office.database, "manual").made
    made = office.keys.make_code()
    office.close()

    assert made.backups == 1
    assert credentials.key_by_code(backup.path / paths.KEY, made.code) == bytes.fromhex("22" * 32)
