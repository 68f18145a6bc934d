"""An empty database file of the whole catalogue, made once in a run and copied from then on.

A hundred tables with their thousand indexes take longer to make than most tests take to run, and the file is the same each time.
"""

import tempfile
from functools import cache
from pathlib import Path

from desktop.storage.database import FILE_NAME, Database
from records.catalogue import BY_TYPE


@cache
def _empty_file(key: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="thongthin-fresh-") as folder:
        path = Path(folder) / FILE_NAME
        Database.open(path, key, BY_TYPE, synchronous="OFF").close()
        return path.read_bytes()


def lay(folder: Path, key: bytes) -> None:
    """Puts the empty database of a key (32 bytes) into a folder that has none, as the first opening would."""
    path = folder / FILE_NAME
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_empty_file(key))
