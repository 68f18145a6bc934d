"""What a backup of PostgreSQL holds: its rows, read through pg_restore as COPY blocks. Nothing of its SQL is ever run.

Tables, indexes, policies and rights come from the program's own migrations, so that a file from anywhere brings rows and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from server_stub.storage.postgres_programs import Programs, damaged

_COPY = re.compile(rb'COPY thongthin\."?(\w+)"? \(([\w", ]+)\) FROM stdin;\n')
_END = b"\\.\n"
_NEEDED = {"meta", "migration", "stream", "record", "revision"}


class Block(NamedTuple):
    """The rows of one table."""

    table: str
    columns: tuple[str, ...]
    rows: Iterator[bytes]
    """In the text form of COPY, each with its line end; to be read to its end before the next block is asked for."""


@dataclass
class Archive:
    """What an archive says it holds; every row of it was read."""

    counts: dict[str, int] = field(default_factory=dict)
    """Rows of each table."""
    heads: dict[str, int] = field(default_factory=dict)
    """The head of each stream."""
    migration: int = 0
    """The newest migration its tables had."""


def blocks(script: IO[bytes]) -> Iterator[Block]:
    """The COPY blocks of a script; what stands between them is passed over."""
    for line in script:
        found = _COPY.fullmatch(line)
        if found:
            yield Block(found[1].decode(), tuple(name.strip(' "') for name in found[2].decode().split(",")), _rows(script))


def _rows(script: IO[bytes]) -> Iterator[bytes]:
    for line in script:
        if line == _END:
            return
        yield line


def examined(path: Path, programs: Programs) -> Archive:
    """Reads an archive from end to end. Raises Refused for one that is damaged, empty or of something else, Correctable without pg_restore."""
    found = Archive()
    with programs.rows(path) as script:
        for block in blocks(script):
            count = 0
            for row in block.rows:
                count += 1
                if block.table == "stream":
                    values = _values(block, row)
                    found.heads[values["stream"]] = _whole(path, values["head"])
                elif block.table == "migration":
                    found.migration = max(found.migration, _whole(path, _values(block, row)["number"]))
            found.counts[block.table] = count
        if not found.counts.keys() >= _NEEDED or not found.migration:
            raise damaged(path, "no server database")
    if found.counts.get("account_grant") and not found.heads:
        # A grant makes its stream: where there is none, row-level security hid them all from whoever made this.
        raise damaged(path, "its streams were hidden from pg_dump, see docs/postgresql.md")
    return found


def _values(block: Block, row: bytes) -> dict[str, str]:
    return dict(zip(block.columns, row.decode().rstrip("\n").split("\t"), strict=False))


def _whole(path: Path, text: str) -> int:
    if not text.isdecimal():
        raise damaged(path, "no server database")
    return int(text)
