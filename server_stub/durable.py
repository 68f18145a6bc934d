"""What is written stays written: files that are whole or not there, on the disk before anybody is told. Errors are OSError, for the caller."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def flush(path: Path) -> None:
    """Makes sure that a file, or the names in a folder, are on the disk; Windows sees to the names by itself and opens no folder."""
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that stands at its place once it is whole and on the disk; until then nothing does, or what stood there before."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        flush(path.parent)
    finally:
        part.unlink(missing_ok=True)
