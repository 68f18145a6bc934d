"""Documents of unsent work, taken over from the database that a backup replaces: whole and right, however large, however old the file."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from desktop.storage import attachments
from desktop.storage.connection import connect
from desktop.storage.database import FILE_NAME
from desktop.storage.schema import Tables
from records.kinds import Json
from tests.safe.desks import WORD, SafeDesk, desk_on
from tests.simulation.desk import KEY
from tests.sync.loopback import Site
from tests.sync.office import STREAM


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def _attach(desk: SafeDesk, content: bytes) -> str:
    with desk.database.write() as connection:
        file = attachments.add(connection, content, "a.pdf", "application/pdf")
    named: list[Json] = [{"sha256": file.sha256, "name": file.name, "size": file.size, "media_type": file.media_type}]
    with desk.store.act(desk.name, WORD) as act:
        desk.store.save(STREAM, "note", None, {"title": "ก", "attachments": named}, act=act)
    return file.sha256


def _content(desk: SafeDesk, sha256: str) -> bytes | None:
    with desk.database.reading() as connection:
        return attachments.content(connection, sha256)


def _change_file(desk: SafeDesk, *statements: str) -> None:
    """Changes the data file behind the program's back."""
    desk.database.close()
    with closing(connect(desk.folder / FILE_NAME, KEY, Tables({}))) as connection:
        for statement in statements:
            connection.execute(statement)


def test_documents_of_unsent_work_come_over_a_block_at_a_time(site: Site) -> None:
    one = desk_on(site, "one")
    backup = one.back_up()
    content = Random(1).randbytes(40 * attachments.BLOCK + 17)
    sha256 = _attach(one, content)

    tracemalloc.start()
    one.restore(backup)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert _content(one, sha256) == content
    assert peak < 5_000_000


def test_documents_in_the_file_of_an_older_program_come_over_as_well(site: Site) -> None:
    one = desk_on(site, "one")
    backup = one.back_up()
    content = Random(2).randbytes(attachments.BLOCK + 9)
    sha256 = _attach(one, content)
    _change_file(
        one,
        "CREATE TABLE attachment (sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, content BLOB NOT NULL)",
        f"INSERT INTO attachment VALUES ('{sha256}', {len(content)}, x'{content.hex()}')",
        "DROP TABLE file_block", "DROP TABLE file",
    )  # fmt: skip

    one.restore(backup)

    assert _content(one, sha256) == content


def test_a_document_that_is_no_longer_what_it_was_is_not_taken_for_it(site: Site) -> None:
    one = desk_on(site, "one")
    backup = one.back_up()
    whole, broken = _attach(one, b"whole"), _attach(one, b"broken")
    _change_file(one, f"UPDATE file_block SET content = x'00' WHERE sha256 = '{broken}'")

    done = one.restore(backup)

    assert (_content(one, whole), _content(one, broken), done.taken_up) == (b"whole", None, 2)
    assert hashlib.sha256(b"broken").hexdigest() == broken
